"""Helper processes: they answer for an engine, come back after a death of their own, and end with their server."""

from __future__ import annotations

import inspect
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from negotiation.rooms.engine import Engine
from negotiation.rooms.offload import Helper, HelperGone, RemoteEngine

HOME = Path(__file__).parents[2]
LONG = 30.0
"""Seconds after which a test gives up."""


class Slow:
    """An argument that takes a minute to unpack: whoever gets it is busy."""

    def __reduce__(self) -> Any:
        return time.sleep, (60,)


@pytest.fixture
def helper() -> Iterator[Helper]:
    made = Helper()
    yield made
    made.close()
    if made._process is not None:
        made._process.kill()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def until_gone(pid: int) -> bool:
    end = time.monotonic() + LONG
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


def test_a_helper_answers_every_question_an_engine_does() -> None:
    def questions(kind: type) -> set[str]:
        return {
            name
            for name, value in vars(kind).items()
            if inspect.isfunction(value) and not name.startswith("_")
        }

    assert questions(Engine) <= questions(RemoteEngine)


def test_a_fault_in_a_helper_is_the_askers_and_the_helper_goes_on(helper: Helper) -> None:
    with pytest.raises(AttributeError):
        helper.ask("CDFHJK", "no such question").result(LONG)
    first = helper._process.pid
    assert helper.ask("CDFHJK", "forget").result(LONG) is None
    assert helper._process.pid == first


def test_a_killed_helper_is_replaced_by_the_next_question(helper: Helper) -> None:
    helper.ask("CDFHJK", "forget").result(LONG)
    first = helper._process.pid
    lost = helper.ask("CDFHJK", "forget", Slow())
    while not lost.running():
        time.sleep(0.01)
    time.sleep(0.3)  # until the question has reached it
    os.kill(first, signal.SIGKILL)
    with pytest.raises(HelperGone):
        lost.result(LONG)
    assert helper.ask("CDFHJK", "forget").result(LONG) is None
    assert helper._process.pid != first
    assert until_gone(first)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "computing"])
def test_a_helper_ends_when_its_server_is_killed(busy: bool) -> None:
    code = f"""
import sys
from negotiation.rooms.offload import Helper
from tests.rooms.test_offload import Slow
if __name__ == "__main__":
    helper = Helper()
    helper.ask("CDFHJK", "forget").result({LONG})
    if {busy}:
        helper.ask("CDFHJK", "forget", Slow())
    print(helper._process.pid, flush=True)
    sys.stdin.read()
"""
    server = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=HOME,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    pid = int(server.stdout.readline())
    time.sleep(0.3)  # until the question has reached the helper
    assert alive(pid)
    server.kill()
    server.communicate()
    try:
        assert until_gone(pid)
    finally:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
