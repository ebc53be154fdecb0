"""The lobby: opening tables, coming in by code, roles, restarts, cleaning up. On a fake model."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from negotiation.errors import UnknownName
from negotiation.game.moves import Move
from negotiation.rooms import errors, housekeeping
from negotiation.rooms import lobby as lobby_module
from negotiation.rooms.lobby import Lobby
from negotiation.rooms.store import Store
from negotiation.terms import Country, Phase
from tests.rooms.conftest import Time
from tests.rooms.fake import FakeModel

CAN, MEX, USA = Country.CAN, Country.MEX, Country.USA


@pytest.fixture
def house(tmp_path: Path, time: Time) -> Iterator[Lobby]:
    lobby = Lobby(tmp_path / "rooms.db", now=time, make_model=FakeModel)
    yield lobby
    lobby.close()


def until(true: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait for a worker; a test fails if nothing comes of it."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it never happened"
        sleep(0.002)


def test_a_solo_game_needs_no_name_and_no_setting(house: Lobby) -> None:
    table = house.open_table()
    guest = table.guest
    assert (guest.seat, guest.host) == (CAN, True)
    until(lambda: len(guest.room.state.game.sealed) == 2)
    view = guest.view()
    assert view["mode"] == "simple"
    assert view["host"] is True
    assert set(view["own"]["cards"]) == {"together", "own-deal", "answer"}
    for n in range(1, 4):
        until(lambda: len(guest.room.state.game.sealed) == 2)
        guest.seal("together", round=n)
        until(lambda n=n: len(guest.room.state.game.results) == n)  # type: ignore[misc]
        guest.go_on(n)
    until(lambda: guest.view()["review"]["turn"] == ["CAN"] or not guest.room.state.playing)
    while guest.room.state.playing:
        if "CAN" in guest.view()["review"]["turn"]:
            guest.answer(True)
        sleep(0.002)
    assert guest.view()["ending"]["score"]["CAN"]


def test_friends_join_by_code_and_play(house: Lobby) -> None:
    table = house.open_table(offered=("USA", "MEX"), mode="full", name="Ana", start=False)
    second = house.join(table.code.lower(), "MEX", name="Ben")
    third = house.join(table.code)
    assert (second.guest.seat, third.guest.seat) == (MEX, USA)
    with pytest.raises(errors.RoomFull, match="watch it"):
        house.join(table.code)
    with pytest.raises(errors.SeatTaken, match="MEX is taken"):
        house.join(table.code, "MEX")
    watcher = house.enter(table.code)
    assert watcher.seat is None
    assert "own" not in watcher.view()
    assert [watcher.view()["seats"][s]["name"] for s in ("USA", "CAN", "MEX")] == ["", "Ana", "Ben"]
    table.guest.strip.start()
    until(lambda: watcher.view()["started"])
    for guest in (table.guest, second.guest, third.guest):
        seat = guest.seat
        assert seat is not None
        guest.seal(Move.of(seat, "coordinate", "coordinate").to_dict())
    until(lambda: watcher.view()["round"] == 2)


def test_what_a_person_may_do_follows_from_the_token(house: Lobby) -> None:
    table = house.open_table(offered=("MEX",), mode="full")
    second, watcher = house.join(table.code), house.enter(table.code)
    until(lambda: table.guest.view()["started"])
    for guest in (second.guest, watcher):
        with pytest.raises(errors.NotAllowed, match="only the host"):
            guest.strip.pause()
    for refused in (
        lambda: watcher.seal("together"),
        lambda: watcher.withdraw(),
        lambda: watcher.go_on(1),
        lambda: watcher.answer(True),
        lambda: watcher.preview({"stances": {}}),
        lambda: second.guest.propose({"outcome": "WD"}),
    ):
        with pytest.raises(errors.NotAllowed):
            refused()
    again = house.enter(table.code, second.token)
    assert again.seat is MEX
    assert not again.host
    assert house.enter(table.code, "forged").seat is None


def test_a_forged_move_for_another_seat_is_refused(house: Lobby) -> None:
    table = house.open_table(mode="full")
    until(lambda: table.guest.view()["started"])
    with pytest.raises(lobby_errors(), match="CAN must take a stance toward USA and MEX"):
        table.guest.seal({"stances": {"CAN": "concede", "MEX": "concede"}})
    assert "CAN" not in {str(s) for s in table.guest.room.state.game.sealed}


def lobby_errors() -> Any:
    from negotiation.errors import IllegalMove

    return IllegalMove


def test_wrong_codes_are_named_and_slowed_down(house: Lobby, time: Time) -> None:
    for _ in range(house.throttle.burst):
        with pytest.raises(errors.UnknownRoom, match="letter by letter"):
            house.find("CDFHJK", key="10.0.0.9")
    with pytest.raises(errors.TooManyAttempts, match="wait"):
        house.find("CDFHJK", key="10.0.0.9")
    with pytest.raises(errors.UnknownRoom):
        house.find("CDFHJK", key="10.0.0.8")
    time.now += 60
    table = house.open_table(start=False)
    assert house.find(table.code, key="10.0.0.9").code == table.code


def test_an_expired_or_closed_table_says_so(house: Lobby, time: Time) -> None:
    old, closed = house.open_table(start=False), house.open_table(start=False)
    house.store.close_room(closed.code, at=time())
    with pytest.raises(errors.RoomExpired):
        house.enter(closed.code)
    time.now += lobby_module.EXPIRES_SECONDS + 1
    with pytest.raises(errors.RoomExpired, match="ask the host for a new code"):
        house.join(old.code)
    assert house.resume({old.code: old.token}) == []


def test_a_locked_table_lets_its_own_people_in_and_nobody_else(house: Lobby) -> None:
    table = house.open_table(offered=("MEX",), start=False)
    table.guest.strip.lock()
    assert house.enter(table.code, table.token).host
    for refused in (lambda: house.enter(table.code), lambda: house.join(table.code)):
        with pytest.raises(errors.RoomLocked):
            refused()


def test_two_people_reaching_for_one_seat(house: Lobby) -> None:
    table = house.open_table(offered=("MEX",), start=False)
    got: list[Any] = []

    def reach() -> None:
        try:
            got.append(house.join(table.code, "MEX").guest.seat)
        except errors.SeatTaken:
            got.append(None)

    threads = [threading.Thread(target=reach) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert got.count(MEX) == 1
    assert got.count(None) == 7


def test_unknown_names_are_refused_before_anything_is_written(house: Lobby) -> None:
    for wrong in ({"scenario": "autum-2025"}, {"level": "brutal"}):
        with pytest.raises(UnknownName):
            house.open_table(**wrong)  # type: ignore[arg-type]
    with pytest.raises(errors.NotAllowed):
        house.open_table(mode="hard")
    with pytest.raises(errors.BadName):
        house.open_table(name="\u200b")
    assert house.store.recent() == []


def test_a_restart_brings_every_table_back_where_it_was(tmp_path: Path, time: Time) -> None:
    first = Lobby(tmp_path / "rooms.db", now=time, make_model=FakeModel)
    table = first.open_table(mode="full", offered=("MEX",))
    second = first.join(table.code)
    until(lambda: USA in table.guest.room.state.game.sealed)
    table.guest.seal(Move.of(CAN, "defect", "concede", quiet=True))
    before = table.guest.view()
    first.close()
    again = Lobby(tmp_path / "rooms.db", now=time, make_model=FakeModel)
    try:
        guest = again.enter(table.code, table.token)
        assert guest.view() == before
        assert [r["seat"] for r in again.resume({table.code: table.token, "CDFHJK": "no"})] == ["CAN"]
        again.enter(table.code, second.token).seal(Move.of(MEX, "coordinate", "coordinate"))
        until(lambda: guest.view()["round"] == 2)
    finally:
        again.close()


def test_news_of_another_process_arrive_with_the_tick(tmp_path: Path, time: Time) -> None:
    here = Lobby(tmp_path / "rooms.db", now=time, make_model=FakeModel)
    there = Lobby(tmp_path / "rooms.db", now=time, make_model=FakeModel)
    try:
        table = here.open_table(mode="full", offered=("MEX",), start=False)
        far = there.join(table.code, name="Ben")
        told = threading.Event()
        here.hub.subscribe(table.code, lambda news: told.set())
        here.tick()
        assert told.wait(20)
        assert here.enter(table.code).view()["seats"]["MEX"]["name"] == "Ben"
        assert far.guest.seat is MEX
    finally:
        here.close()
        there.close()


def test_the_ticker_rings_and_close_ends_it(
    tmp_path: Path, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lobby_module, "TICK_SECONDS", 0.01)
    house = Lobby(tmp_path / "rooms.db", now=time, make_model=FakeModel)
    house.start()
    table = house.open_table(mode="full", seconds=30.0)
    table.guest.strip.set_policy(CAN, "front")
    until(lambda: table.guest.view()["started"])
    time.now += 31
    until(lambda: table.guest.view()["round"] >= 2)
    house.close()
    assert house._ticker is not None
    assert not house._ticker.is_alive()


def test_a_deleted_room_is_forgotten(house: Lobby) -> None:
    table = house.open_table(start=False)
    house.store.delete_room(table.code)
    house.tick()
    with pytest.raises(errors.UnknownRoom):
        house.enter(table.code, table.token)


def test_models_of_ended_and_unwatched_games_are_given_back(
    house: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "MOST_MODELS", 1)
    tables = [house.open_table() for _ in range(3)]
    until(
        lambda: all(t.guest.room.engine.loaded and len(t.guest.room.state.game.sealed) == 2 for t in tables)
    )
    house.hub.subscribe(tables[2].code, lambda news: None)
    house.tick()
    loaded = [t.guest.room.engine.loaded for t in tables]
    assert loaded[2]
    assert sum(loaded) == 1
    tables[0].guest.seal("answer")
    until(lambda: tables[0].guest.room.state.game.round == 2)
    assert tables[0].guest.room.state.game.phase is Phase.BARGAINING


def test_a_room_nobody_looks_at_is_forgotten_and_comes_back_whole(house: Lobby, time: Time) -> None:
    opened = [house.open_table(seconds=s) for s in (None, None, 3_600.0)]
    until(lambda: all(len(t.guest.room.state.game.sealed) == 2 for t in opened))
    code, token = opened[1].code, opened[1].token
    house.hub.subscribe(opened[0].code, lambda news: None)
    house.tick()
    time.now += housekeeping.IDLE_SECONDS + 1
    house.tick()
    kept = [house.kept(t.code) is not None for t in opened]
    assert kept == [True, False, True], "a clock that runs is looked at though nobody is there"
    opened[1].guest.seal("answer")  # whoever still holds the room goes on with it
    until(lambda: opened[1].guest.room.state.game.round == 2)
    assert house.enter(code, token).room is opened[1].guest.room
    until(lambda: len(opened[1].guest.room.state.game.sealed) == 2)
    state = opened.pop(1).guest.room.state
    time.now += housekeeping.IDLE_SECONDS + 1
    house.tick()
    gc.collect()
    assert house.kept(code) is None
    assert house.enter(code, token).room.state == state


def test_a_broken_room_does_not_stop_the_tick_of_the_others(house: Lobby, time: Time) -> None:
    broken, fine = house.open_table(start=False), house.open_table(mode="full", seconds=30.0)
    fine.guest.strip.set_policy(CAN, "front")
    until(lambda: fine.guest.view()["started"])

    def fail(now: float) -> None:
        raise RuntimeError("broken")

    broken.guest.room.tick = fail  # type: ignore[method-assign]
    time.now += 31
    house.tick()
    until(lambda: fine.guest.view()["round"] >= 2)


def test_a_locked_database_refuses_the_seal_and_the_next_try_is_kept(
    tmp_path: Path, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    monkeypatch.setattr("negotiation.rooms.database.BUSY_SECONDS", 0.05)
    house = Lobby(store=Store.open(tmp_path / "rooms.db"), now=time, make_model=FakeModel)
    table = house.open_table(mode="full", offered=("MEX",))
    house.join(table.code)
    until(lambda: USA in table.guest.room.state.game.sealed)
    other = sqlite3.connect(tmp_path / "rooms.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    move = Move.of(CAN, "coordinate", "coordinate")
    with pytest.raises(errors.DatabaseBusy):
        table.guest.seal(move)
    assert table.guest.view()["own"]["sealed"] is None
    other.execute("ROLLBACK")
    other.close()
    table.guest.seal(move)
    assert table.guest.view()["own"]["sealed"]["move"] == move.to_dict()
    house.close()
