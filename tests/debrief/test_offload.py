"""Looking back elsewhere: wishes as text, readers in processes, logs on a shelf."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from negotiation.debrief import debrief, offload
from negotiation.debrief.branches import what_if
from negotiation.debrief.offload import Busy, Log, Readers
from negotiation.debrief.shelf import KEPT, BadLog, Shelf
from negotiation.debrief.wishes import MOST, parse_wish, parse_wishes
from negotiation.errors import InputError
from negotiation.game.log import write_log
from tests.debrief.conftest import events_of


@pytest.mark.parametrize(
    "text",
    ["4:USA=CC", "4:USA=CC,5:CAN=DCq", "4:USA=CC;strategies", "4:USA=CC;strategies;USA=grim;MEX=front"],
)
def test_a_wish_is_read_back_from_its_own_text(text: str) -> None:
    assert parse_wish(text).code == text
    assert parse_wish(parse_wish(text).code) == parse_wish(text)


@pytest.mark.parametrize(
    "text",
    ["", "4", "4:USA", "x:USA=CC", "4:USA=C", "4:USA=CC;later", "4:USA=CC;strategies;BRA=grim",
     "4:USA=CC;strategies;USA=nobody", ",".join(f"{n}:USA=CC" for n in range(1, 12))],
)  # fmt: skip
def test_what_is_no_wish_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_wish(text)


def test_a_link_keeps_each_wish_once_and_not_too_many() -> None:
    good, bad = parse_wishes(
        "~".join(["4:USA=CC", "4:USA=CC", "rubbish", *(f"{n}:CAN=DD" for n in range(1, 40))])
    )
    assert len(good) == MOST
    assert good[0].code == "4:USA=CC"
    assert bad == ["rubbish"]


def test_a_wish_brings_the_branch_the_library_brings() -> None:
    events = events_of("short")
    wished = parse_wish("2:USA=NN").grant(events)
    assert wished == what_if(events, 2, "USA", "NN")


def test_readers_answer_from_another_process_what_is_answered_here() -> None:
    readers, log = Readers(1), Log("short", tuple(events_of("short")))
    try:
        told = readers.ask("look", log).result(120)
        assert told.to_dict() == debrief(events_of("short")).to_dict()
        assert readers.ask("branch", log, "2:USA=NN").result(60) == parse_wish("2:USA=NN").grant(log.events)
        with pytest.raises(InputError):
            readers.ask("branch", log, "99:USA=NN").result(60)
        (pid,) = readers._pool._processes  # type: ignore[union-attr]
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.5)
        assert readers.ask("branch", log, "2:USA=NN").result(120)  # a dead process is replaced
    finally:
        readers.close()


def test_a_reader_warmed_beforehand_is_the_one_asked_first_and_only_one_is(tmp_path: Path) -> None:
    readers = Readers(2)
    try:
        first = readers.warm("autumn-2025")
        assert first is not None
        assert readers.warm("autumn-2025") is None
        first.result(120)
        warmed = set(readers._pool._processes)  # type: ignore[union-attr]
        assert len(warmed) == 1
        assert readers.ask("branch", Log("short", tuple(events_of("short"))), "2:USA=NN").result(60)
        assert set(readers._pool._processes) == warmed  # type: ignore[union-attr]
    finally:
        readers.close()


def test_a_reader_that_has_grown_forgets_games_and_answers_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = Log("grown", tuple(events_of("short")))
    monkeypatch.setattr(offload, "memory_held", lambda: 0.0)  # a process of tests holds much else
    told = offload._answer("look", log)
    assert "grown" in offload._looks
    monkeypatch.setattr(offload, "memory_held", lambda: offload.MOST_MEMORY + 1.0)
    offload._answer("branch", log, "2:USA=NN")
    assert not offload._looks
    assert not offload._games
    assert offload._answer("look", log).to_dict() == told.to_dict()


def test_models_of_a_look_are_not_kept() -> None:
    import gc

    from negotiation.world import ReviewModel

    offload._answer("look", Log("kept", tuple(events_of("short"))))
    before = sum(isinstance(o, ReviewModel) for o in gc.get_objects())
    for n in range(3):
        offload._answer("look", Log(f"kept-{n}", tuple(events_of("short"))))
    assert sum(isinstance(o, ReviewModel) for o in gc.get_objects()) == before


def test_more_questions_than_can_wait_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("negotiation.debrief.offload.MOST_WAITING", 0)
    readers = Readers(1)
    with pytest.raises(Busy, match="in a minute"):
        readers.ask("look", Log("x", ()))


def test_a_shelf_forgets_what_was_looked_at_longest_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("negotiation.debrief.shelf.KEPT", 2)
    write_log(tmp_path / "game.jsonl", events_of("short"))
    log, shelf = (tmp_path / "game.jsonl").read_bytes(), Shelf(tmp_path / "shelf")
    first = shelf.put(log)
    second = shelf.put(log + b"\n")
    os.utime(shelf.find(second), (1, 1))
    third = shelf.put(log + b"\n\n")
    assert KEPT > 2
    assert shelf.find(first)
    assert shelf.find(third)
    with pytest.raises(BadLog, match="open its file again"):
        shelf.find(second)
