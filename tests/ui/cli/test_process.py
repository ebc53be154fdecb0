"""The command as a process: quick help, a closed pipe, Ctrl-C, a terminal that knows only ASCII."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "ui.cli"]


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"} | more


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; from ui.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'mesa', 'numba', 'scipy', 'matplotlib', 'pydantic', 'solara', 'sqlalchemy'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr.strip() == "[]"


def test_a_run_without_a_folder_never_loads_the_picture_library() -> None:
    code = (
        "import sys; from ui.cli import main\n"
        "try: main(['run', '--firms', '500', '--json'])\n"
        "except SystemExit as left: assert not left.code\n"
        "print([m for m in ('matplotlib', 'solara', 'sqlalchemy') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stderr.strip() == "[]"


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        [*COMMAND, "run", "--firms", "500"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "Autumn 2025\n"
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait(60) == 0
    assert said == ""


def test_an_interrupted_run_stops_without_a_word_too_many_and_leaves_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "run", "--firms", "200000", "--out", str(tmp_path / "run")],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(tmp_path.iterdir()), "the command has not begun"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_that_knows_only_ascii_gets_ascii() -> None:
    done = subprocess.run(
        [*COMMAND, "run", "--firms", "500"],
        env=environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0"),
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert b"US->" in done.stdout
    assert b"?" not in done.stdout
    done.stdout.decode("ascii")


@pytest.mark.parametrize(
    "where",
    [
        pytest.param('exec("signal.raise_signal(signal.SIGINT)")', id="in a text that a library executes"),
        pytest.param(
            "ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGINT))()", id="in a callback of C"
        ),
    ],
)
def test_ctrl_c_ends_a_command_with_130_wherever_it_falls(tmp_path: Path, where: str) -> None:
    command = f"import ctypes, signal, time\n\n\ndef wait() -> None:\n    {where}\n    time.sleep(60)\n"
    (tmp_path / "waiting.py").write_text(command)
    (tmp_path / "probe.py").write_text(
        "from ui import cli\ncli.COMMANDS += (('wait', 'waiting:wait'),)\ncli.main(['wait'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "probe"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert (done.returncode, done.stderr) == (130, "")
