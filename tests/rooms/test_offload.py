"""Helper processes: they answer for an engine, come back after a death of their own, and end with their server."""

from __future__ import annotations

import inspect
import os
import pickle
import signal
import subprocess
import sys
import time as wall
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from negotiation.rooms.engine import Engine
from negotiation.rooms.offload import Helper, HelperGone, Lacking, RemoteEngine, thin
from negotiation.rooms.store import Store
from negotiation.terms import Country
from tests.rooms.conftest import Time, move, open_room
from tests.rooms.fake import FakeModel

HOME = Path(__file__).parents[2]
LONG = 30.0
"""Seconds after which a test gives up."""


class Slow:
    """An argument that takes a minute to unpack: whoever gets it is busy."""

    def __reduce__(self) -> Any:
        return wall.sleep, (60,)


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
    end = wall.monotonic() + LONG
    while alive(pid) and wall.monotonic() < end:
        wall.sleep(0.02)
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
        wall.sleep(0.01)
    wall.sleep(0.3)  # until the question has reached it
    os.kill(first, signal.SIGKILL)
    with pytest.raises(HelperGone):
        lost.result(LONG)
    assert helper.ask("CDFHJK", "forget").result(LONG) is None
    assert helper._process.pid != first
    assert until_gone(first)


class Inline:
    """A helper without a process: what goes in and out is pickled all the same."""

    def __init__(self) -> None:
        self.engine, self.sizes, self.lacked = Engine(FakeModel), [], 0

    def ask(self, room: str, method: str, *given: Any) -> Future:
        text = pickle.dumps(given)
        self.sizes.append(len(text))
        future: Future = Future()
        try:
            answer = getattr(self.engine, method)(*pickle.loads(text))
            future.set_result((pickle.loads(pickle.dumps(answer)), self.engine.warnings))
        except BaseException as error:
            self.lacked += isinstance(error, Lacking)
            future.set_exception(pickle.loads(pickle.dumps(error)))
        return future


@pytest.mark.parametrize("lost_before", [None, 1, 2, 3])
def test_a_helper_that_gets_only_news_plays_the_same_game(
    file_store: Store, time: Time, lost_before: int | None
) -> None:
    """Also when its model was lost in mid-game, and after a roll-back."""
    helper = Inline()
    near = open_room(file_store, time, code="CDFHJK")
    far = open_room(file_store, time, code="CDFHJM", called=False)
    far.engine = RemoteEngine(far.code, helper)  # type: ignore[arg-type]
    far.start()
    for number in (1, 2, 3):
        if number == lost_before:
            helper.engine = Engine(FakeModel)
        for room in (near, far):
            room.seal(Country.CAN, move())
            if number == 2:
                room.roll_back(2)
                room.seal(Country.CAN, move())
    assert far.trouble is None
    assert far.state.game.results == near.state.game.results
    assert far.state.game.ending == near.state.game.ending
    assert helper.lacked == (lost_before in (2, 3))
    whole, short = pickle.dumps(far.state), pickle.dumps(thin(far.state))
    assert len(short) < len(whole) / 3


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
    wall.sleep(0.3)  # until the question has reached the helper
    assert alive(pid)
    server.kill()
    server.communicate()
    try:
        assert until_gone(pid)
    finally:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
