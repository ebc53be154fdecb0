"""Everything that goes wrong in a lesson, one test each: nothing is lost, nothing happens twice, nobody is stuck."""

from __future__ import annotations

from typing import Any

import pytest

from negotiation.errors import IllegalMove
from negotiation.rooms import errors
from negotiation.rooms.state import replay
from negotiation.rooms.store import Store
from tests.rooms.conftest import CAN, MEX, USA, MakeRoom, Time, load_room, move, open_room, play_rounds, types


def test_a_failing_model_is_said_at_the_table_without_quoting_moves(
    table: MakeRoom, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = table("CAN")
    monkeypatch.setattr(
        "tests.rooms.fake.FakeModel.play",
        lambda *a: (_ for _ in ()).throw(IllegalMove("MEX toward CAN (defect)")),
    )
    room.seal(CAN, move())
    assert room.state.game.sealed.keys() == {USA, CAN, MEX}, "nothing sealed is lost"
    assert room.trouble is not None
    assert room.trouble["key"] == "model_failed"
    assert "defect" not in room.trouble["text"]
    monkeypatch.undo()
    room.tick(time.now)
    assert room.trouble is not None, "not tried again at once"
    time.now += 6
    room.tick(time.now)
    assert room.trouble is None
    assert len(room.state.game.results) == 1


def test_a_full_disk_at_the_reveal_loses_nothing(table: MakeRoom, file_store: Store, time: Time) -> None:
    room = table("CAN", "MEX")
    room.seal(MEX, move(MEX))
    real, tried = file_store.append, []

    def full(*given: Any, **named: Any) -> Any:
        kinds = [kind for kind, _ in given[2]]
        if "round_resolved" in kinds and not tried:
            tried.append(1)
            raise errors.DiskFull("the file")
        return real(*given, **named)

    file_store.append = full  # type: ignore[method-assign]
    room.seal(CAN, move())
    assert room.trouble == {"key": "disk_full", "text": str(errors.DiskFull("the file"))}
    time.now += 6
    room.tick(time.now)
    assert room.trouble is None
    assert [r["round"] for r in room.state.game.results] == [1]
    assert replay("CDFHJK", file_store.events("CDFHJK")) == room.state


def test_a_roll_back_during_a_reveal_throws_the_reveal_away(table: MakeRoom, file_store: Store) -> None:
    room = table("CAN")
    room.seal(CAN, move())
    real = room.engine.resolve

    def interrupted(state: Any) -> Any:
        data = real(state)
        room.engine.resolve = real  # type: ignore[method-assign]
        room._schedule = lambda r: None
        room.roll_back(1)
        room._schedule = lambda r: r.drive()
        return data

    room.engine.resolve = interrupted  # type: ignore[method-assign]
    room.seal(CAN, move(CAN, "defect", "defect"))
    assert types(file_store).count("round_resolved") == 1
    assert room.state.game.results == ()
    assert room.state.game.round == 1
    room.seal(CAN, move())
    assert [r["round"] for r in room.state.game.results] == [1]


def test_who_sits_down_while_the_computer_thinks_moves_alone(table: MakeRoom) -> None:
    room = table("CAN", offered=("MEX",), called=False)
    real = room.engine.choose

    def interrupted(state: Any, seat: Any, mind: str) -> Any:
        if seat is MEX and room.state.chairs[MEX].person is None:
            room._schedule = lambda r: None
            room.claim(MEX)
            room._schedule = lambda r: r.drive()
        return real(state, seat, mind)

    room.engine.choose = interrupted  # type: ignore[method-assign]
    room.start()
    assert room.state.game.sealed.keys() == {USA}


# -- several processes, restarts -----------------------------------------------------------------------


def test_two_processes_on_one_database_play_one_game(store: Store, time: Time) -> None:
    here = open_room(store, time, ("CAN", "MEX"))
    there = load_room(store, time)
    here.seal(CAN, move())
    with pytest.raises(IllegalMove, match="already moved"):
        there.seal(CAN, move(CAN, "defect", "defect"))
    there.seal(MEX, move(MEX))
    here.catch_up()
    assert here.state == there.state
    assert len(here.state.game.results) == 1
    here.seal(CAN, move())
    here.seal(MEX, move(MEX))
    there.catch_up()
    assert [e.type for e in store.events(here.code)].count("round_resolved") == 2


def test_a_restart_in_the_middle_takes_up_every_unfinished_step(store: Store, time: Time) -> None:
    room = open_room(store, time, ("CAN",))
    room._schedule = lambda r: None  # the process dies before anything happens by itself
    room.seal(CAN, move())
    assert room.state.game.results == ()
    again = load_room(store, time)
    assert len(again.state.game.results) == 1
    assert again.state.game.sealed.keys() == {USA, MEX}


def test_a_restart_uses_stored_results_and_does_not_play_them_again(
    table: MakeRoom, file_store: Store, time: Time
) -> None:
    room = table("CAN")
    play_rounds(room, rounds=2)
    again = load_room(file_store, time)
    assert again.state == room.state
    assert not again.engine.loaded, "views need no model"
    again.seal(CAN, move())
    assert again.engine._model.played == 1


def test_the_same_seed_and_moves_give_the_same_log(file_store: Store, time: Time) -> None:
    logs = []
    for code in ("CDFHJK", "DFHJKM"):
        room = open_room(file_store, time, ("CAN",), code=code)
        play_rounds(room)
        logs.append([(e.type, e.data) for e in file_store.events(code)])
    assert logs[0] == logs[1]
