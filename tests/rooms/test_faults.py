"""Everything that goes wrong in a lesson, one test each: nothing is lost, nothing happens twice, nobody is stuck."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
import sqlalchemy as sa

from negotiation.errors import IllegalMove
from negotiation.rooms import errors
from negotiation.rooms.room import RETRY_SECONDS
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


# -- the disk, the server, the clock -------------------------------------------------------------------


def test_a_really_full_disk_refuses_a_seal_in_words_and_takes_it_when_there_is_room(
    table: MakeRoom, file_store: Store
) -> None:
    """SQLite itself says SQLITE_FULL: the file may not grow by a page."""
    room = table("CAN", "MEX")
    most = {"pages": 0}
    sa.event.listen(
        file_store.engine,
        "checkout",
        lambda c, *_: c.execute(f"PRAGMA max_page_count={most['pages'] or 1_000_000}"),
    )
    before = room.state
    most["pages"] = 1  # SQLite takes the present size as the least
    long_preview = {"said": "x" * 100_000}
    with pytest.raises(errors.DiskFull):
        room.seal(CAN, move(), expected=long_preview)
    assert room.state == before
    assert replay("CDFHJK", file_store.events("CDFHJK")) == before
    most["pages"] = 0
    room.seal(CAN, move(), expected=long_preview)
    room.seal(MEX, move(MEX))
    assert len(room.state.game.results) == 1


def test_a_server_that_drops_every_connection_costs_no_seal(store: Store, time: Time) -> None:
    """PostgreSQL restarted, or a file's connections closed: the next command finds a new connection."""
    room = open_room(store, time, ("CAN", "MEX"))
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect() as one, one.begin():
            others = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            )
            one.execute(sa.text(f"{others} AND pid <> pg_backend_pid()"))
    else:
        store.engine.dispose()
    room.seal(CAN, move())
    room.seal(MEX, move(MEX))
    assert replay("CDFHJK", store.events("CDFHJK")) == room.state
    assert len(room.state.game.results) == 1


def test_a_database_briefly_unreachable_is_said_and_the_step_is_taken_up_again(
    store: Store, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = open_room(store, time, ("CAN", "MEX"))
    room.seal(CAN, move())
    fault = sa.exc.OperationalError("x", {}, Exception("server closed the connection unexpectedly"))
    with monkeypatch.context() as broken:
        for way in ("_writing", "_jotting"):
            broken.setattr(type(store), way, lambda self: (_ for _ in ()).throw(fault))
        with pytest.raises(errors.DatabaseUnreachable):
            room.seal(MEX, move(MEX))
        assert MEX not in room.state.game.sealed, "what was not stored was not told"
    real = store.append

    def reveal_fails(*given: Any, **named: Any) -> Any:
        if "round_resolved" in [kind for kind, _ in given[2]]:
            raise errors.DatabaseUnreachable("the server", "gone")
        return real(*given, **named)

    store.append = reveal_fails  # type: ignore[method-assign]
    room.seal(MEX, move(MEX))
    assert room.trouble is not None
    store.append = real  # type: ignore[method-assign]
    time.now += RETRY_SECONDS
    room.tick(time.now)
    assert room.trouble is None
    assert len(room.state.game.results) == 1


@pytest.mark.parametrize("jump", [-86_400.0, -1.0, 0.0])
def test_a_clock_that_jumps_back_rings_nothing_early_and_still_rings(
    table: MakeRoom, time: Time, jump: float
) -> None:
    room = table("CAN", "MEX", seconds=60.0)
    room.set_policy(CAN, "tit-for-tat")
    room.set_policy(MEX, "tit-for-tat")
    time.now += jump
    room.tick(time.now)
    assert room.state.clock.rang == ""
    time.now += 60.0 - jump
    room.tick(time.now)
    assert len(room.state.game.results) == 1


def test_a_clock_that_jumps_far_ahead_rings_once_a_round(
    table: MakeRoom, time: Time, file_store: Store
) -> None:
    room = table("CAN", "MEX", seconds=60.0)
    for seat in (CAN, MEX):
        room.set_policy(seat, "tit-for-tat")
    time.now += 10 * 86_400
    for _ in range(3):
        room.tick(time.now)
    assert len(room.state.game.results) == 1
    assert types(file_store).count("time_ran_out") == 1
    assert room.state.clock.deadline == time.now + 60.0


def test_the_wall_clock_does_not_follow_a_corrected_system_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    import time as wall

    from negotiation.rooms.clock import wall_clock

    now = wall_clock()
    before = now()
    monkeypatch.setattr(wall, "time", lambda: 0.0)
    assert 0 <= now() - before < 60


def test_a_substitute_asked_for_while_a_round_is_revealed_moves_from_the_next_round_on(
    table: MakeRoom, file_store: Store
) -> None:
    room = table("CAN", "MEX")
    room.seal(CAN, move())
    real = room.engine.resolve

    def interrupted(state: Any) -> Any:
        data = real(state)
        room.engine.resolve = real  # type: ignore[method-assign]
        room._schedule = lambda r: None
        room.substitute(MEX, "hedger")
        room._schedule = lambda r: r.drive()
        return data

    room.engine.resolve = interrupted  # type: ignore[method-assign]
    room.seal(MEX, move(MEX, "concede", "concede"))
    assert room.state.game.results[0]["moves"]["MEX"]["move"] == move(MEX, "concede", "concede").to_dict()
    assert types(file_store).count("round_resolved") == 1
    assert room.state.game.sealed[MEX]["by"] == "hedger"
    assert CAN not in room.state.game.sealed


def test_a_seal_and_a_ringing_clock_of_two_servers_leave_one_move(store: Store, time: Time) -> None:
    """The clock rings here while the person seals there: the log says which was first, and only that counts."""
    here = open_room(store, time, ("CAN", "MEX"), seconds=60.0)
    there = load_room(store, time)
    for seat in (CAN, MEX):
        here.set_policy(seat, "tit-for-tat")
    here.seal(MEX, move(MEX))
    there.catch_up()
    time.now += 60.0
    here._schedule = lambda r: None  # rung here, not worked out yet
    here.tick(time.now)
    with contextlib.suppress(IllegalMove, errors.RoomError):
        there.seal(CAN, move(CAN, "concede", "concede"), round=1)
    here.catch_up()
    here.drive()
    there.catch_up()
    assert here.state == there.state
    sealed = [e.data for e in store.events("CDFHJK") if e.type == "move_sealed"]
    assert [(d["seat"], d["round"]) for d in sealed].count((CAN, 1)) == 1
    assert [r["round"] for r in here.state.game.results] == [1]
