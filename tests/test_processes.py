"""No process outlives the program that started it, even if that was killed outright."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

READERS = """
from negotiation.debrief.offload import Log, Readers
house = Readers(2)
for key in ("a", "b"):
    house.ask("branch", Log(key, ()), "1:USA=CC").exception(120)
pids = list(house._pool._processes)
"""
HELPER = """
from negotiation.rooms.offload import Helper
helper = Helper()
helper.ask("", "forget").result(120)
pids = [helper._process.pid]
"""
LAB = """
from negotiation.lab.executors import crew
opened = crew(2)
hands = opened.__enter__()
list(hands.executor.map(abs, range(8)))
pids = list(hands.executor._processes)
"""
DESK = """
import multiprocessing
from negotiation.lab.desk_work import serve
spawn = multiprocessing.get_context("spawn")
ours, theirs = spawn.Pipe()
worker = spawn.Process(target=serve, args=(theirs, 0))
worker.start()
ours.send((1, "nothing", ()))
ours.recv()
pids = [worker.pid]
"""


def _there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"  # nobody may be there to bury it
    except OSError:
        return not Path("/proc/self").exists()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
@pytest.mark.parametrize("start", [READERS, HELPER, LAB, DESK], ids=["readers", "rooms", "lab", "desk"])
def test_a_program_killed_outright_leaves_nobody_behind(start: str, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    body = "".join(f"    {line}\n" for line in start.strip().splitlines())
    script.write_text(
        f"import sys, time\nif __name__ == '__main__':\n{body}    print(*pids, flush=True)\n    time.sleep(300)\n",
        encoding="utf-8",
    )
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert pids
        assert all(_there(pid) for pid in pids)
        parent.kill()
        parent.wait()
        end = time.monotonic() + 30
        while any(map(_there, pids)) and time.monotonic() < end:
            time.sleep(0.05)
        left = [pid for pid in pids if _there(pid)]
    finally:
        parent.kill()
        parent.wait()
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left
