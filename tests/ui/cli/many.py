"""Commands that live through many games, as real processes: started, watched, killed, looked at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[3]
FUTURES = 240
SCRIPTS = ["USA=always-defect", "CAN=tit-for-tat", "MEX=always-coordinate"]


def ensemble(out: Path, *more: object, futures: int = FUTURES) -> list[str]:
    """Arguments of a quick ensemble: few firms, scripts in all seats, chance only."""
    seats = [x for s in SCRIPTS for x in ("--strategy", s)]
    given = ["ensemble", "autumn-2025", "--replications", futures, "--out", out, "--no-draw", "--firms", 100]
    return [str(x) for x in (*given, *seats, *more)]


def started(arguments: list[str], **how: Any) -> subprocess.Popen[str]:
    """The command in a process group of its own."""
    extra = how.pop("path", None)
    path = os.pathsep.join(str(p) for p in (extra, ROOT) if p)
    return subprocess.Popen(
        [sys.executable, "-m", "ui", *arguments],
        cwd=how.pop("cwd", ROOT),
        env={**os.environ, "PYTHONPATH": path, "NO_COLOR": "1", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **how,
    )


def done(arguments: list[str], **how: Any) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of a command that ends by itself."""
    child = started(arguments, **how)
    try:
        out, err = child.communicate(timeout=240)
    finally:
        ended(child)
    assert "Traceback" not in err, err
    return child.returncode, out, err


def ended(child: subprocess.Popen[str]) -> None:
    """Leave nothing of a command behind."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()


def until(true: Callable[[], Any], what: str, seconds: float = 120.0) -> Any:
    """Wait for something to be true, and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:g} s in vain for {what}")


def parts_of(out: Path) -> list[Path]:
    """Finished parts of a file that is being written."""
    return sorted(out.with_name(out.name + ".parts").glob("part-*.parquet"))


def children_of(process: int) -> dict[int, str]:
    """Living children of a process: number -> command line."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status = (entry / "stat").read_text()
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        state, parent = status.rsplit(")", 1)[1].split()[:2]
        if int(parent) == process and state != "Z":
            found[int(entry.name)] = line
    return found


def workers_of(process: int) -> list[int]:
    """Worker processes of a command."""
    return [number for number, line in children_of(process).items() if "spawn_main" in line]


def gone(process: int) -> bool:
    """Whether a process has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def rows(out: Path) -> pa.Table:
    """All rows of a finished file, without what is written about them."""
    return pq.read_table(out).replace_schema_metadata(None)
