"""The server under load: a process of its own that can be started, weighed, killed and looked for afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.load.student import Stuck

ROOT = Path(__file__).parents[2]
WEIGH_SECONDS = 2.0
ORPHAN_SECONDS = 2.0
"""How long a helper may outlive a killed server before it counts as an orphan."""


class Server:
    """``negotiation play`` in a process of its own, on a database of its own; or one that runs ``at`` an address."""

    def __init__(self, folder: Path, port: int, database: str | None = None, at: str | None = None) -> None:
        self.folder, self.port = folder, port
        self.database = database or str(folder / "load.db")
        self.runs, self.address = at is not None, at or f"http://127.0.0.1:{port}"
        self.log = (folder / "server.log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None
        self.peak = self.resident = 0.0
        """Most megabytes held, and the sum of what was resident in each process then: shared pages counted in each."""
        self._weighed = 0.0
        self.killed_at = self.answered_at = 0.0
        """``time.perf_counter`` of the last kill and of the first answer after the last start."""
        self.spent = 0.0
        """Processor seconds of processes that were killed."""

    def start(self) -> float:
        """Start and wait for the first answer; seconds it took."""
        began = time.perf_counter()
        command = [sys.executable, "-m", "ui.cli", "play", "--no-browser", "--port", str(self.port)]
        if not self.runs:
            self.process = subprocess.Popen(
                [*command, "--database", self.database],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(self.folder)},
                stdout=self.log,
                stderr=self.log,
            )
        while time.perf_counter() - began < 60:
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=2).read()
                self.answered_at = time.perf_counter()
                return self.answered_at - began
            except OSError:
                time.sleep(0.05)
        raise Stuck("the server does not answer")

    def kill(self) -> list[tuple[int, str]]:
        """kill -9; its helpers (process id, birth), which have to end by themselves."""
        assert self.process is not None
        below = [(pid, parts[19]) for pid, parts in family(self) if pid != self.process.pid]
        self.spent = processor_seconds(self)
        self.killed_at = time.perf_counter()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        return below

    def orphans(self, below: list[tuple[int, str]]) -> int:
        """How many helpers of a killed server were still there ``ORPHAN_SECONDS`` later; they are ended now."""
        left = below
        while (left := [(pid, born) for pid, born in left if _lives(pid, born)]) and (
            time.perf_counter() - self.killed_at < ORPHAN_SECONDS
        ):
            time.sleep(0.02)
        for pid, _ in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(left)

    def stop(self) -> None:
        """End the server."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
            if self.process.poll() is None:
                self.process.kill()
        self.log.close()

    def weigh(self) -> None:
        """``memory`` now and then: looking at it costs those who are looked at."""
        if time.perf_counter() - self._weighed > WEIGH_SECONDS:
            self._weighed = time.perf_counter()
            self.memory()

    def memory(self) -> float:
        """Megabytes the server and its helpers hold: a page of memory that several share counts once, in parts."""
        now = sum(_megabytes(pid, "Pss") for pid, _ in family(self))
        if now > self.peak:
            self.peak, self.resident = now, sum(_megabytes(pid, "Rss") for pid, _ in family(self))
        return now


def family(server: Server) -> list[tuple[int, list[str]]]:
    """Process id and the fields of /proc/PID/stat after the name, of the server and the processes below it."""
    out: list[tuple[int, list[str]]] = []
    wanted = {server.process.pid} if server.process else set()
    for entry in sorted(Path("/proc").glob("[0-9]*"), key=lambda x: int(x.name)):
        try:
            parts = (entry / "stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(entry.name) in wanted or int(parts[1]) in wanted:
            wanted.add(int(entry.name))
            out.append((int(entry.name), parts))
    return out


def _megabytes(pid: int, kind: str) -> float:
    """A line of /proc/PID/smaps_rollup; 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


def _lives(pid: int, born: str) -> bool:
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return False
    return parts[19] == born and parts[0] != "Z"


def processor_seconds(server: Server) -> float:
    """Processor time the server and its helpers have used; unlike a latency it does not suffer from neighbours."""
    now = sum(int(parts[11]) + int(parts[12]) for _, parts in family(server)) / os.sysconf("SC_CLK_TCK")
    return server.spent + now
