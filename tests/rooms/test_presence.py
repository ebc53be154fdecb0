"""Who is here: said by open connections, forgiving of a reload, told between processes."""

from __future__ import annotations

import threading
import time as wall
from typing import Any

import pytest

from negotiation.rooms import ClassConfig, Lobby
from negotiation.rooms.board import class_summary
from negotiation.rooms.database import address
from negotiation.rooms.lobby import BOARD
from negotiation.rooms.presence import AWAY_SECONDS, NEWS_SECONDS, Presence
from tests.rooms.conftest import Time
from tests.rooms.school import new_lobby

LATER = 100.0
"""When a server has been up long enough to know who is here."""


def here(presence: Presence, room: str, now: float) -> set[str] | None:
    """People of one room who have a page open."""
    found = presence.rooms(now)
    return None if found is None else found.get(room, set())


class Page:
    """A page whose connection a test cuts."""

    def __init__(self) -> None:
        self.state: bool | None = True

    def __call__(self) -> bool | None:
        return self.state


@pytest.fixture
def presence() -> Presence:
    return Presence(0.0)


def test_a_server_that_has_just_started_says_nothing_about_anybody(presence: Presence) -> None:
    assert here(presence, "CDFHJK", 1.0) is None
    assert here(presence, "CDFHJK", LATER) == frozenset()


def test_one_connected_page_of_several_is_enough(presence: Presence) -> None:
    tab, phone = Page(), Page()
    presence.note(1, ("CDFHJK", "ana"), tab)
    presence.note(2, ("CDFHJK", "ana"), phone)
    tab.state = None
    presence.look(LATER)
    assert here(presence, "CDFHJK", LATER) == {"ana"}
    assert here(presence, "DFHJKM", LATER) == frozenset()
    phone.state = False
    presence.look(LATER + AWAY_SECONDS)
    assert here(presence, "CDFHJK", LATER + AWAY_SECONDS) == frozenset()
    phone.state = True  # the phone wakes up
    presence.look(LATER + 60)
    assert here(presence, "CDFHJK", LATER + 60) == {"ana"}


def test_a_reload_is_no_absence(presence: Presence) -> None:
    old = Page()
    presence.note(1, ("CDFHJK", "ana"), old)
    presence.look(LATER)
    old.state = None
    presence.look(LATER + 1)
    assert here(presence, "CDFHJK", LATER + 1) == {"ana"}
    presence.note(2, ("CDFHJK", "ana"), Page())
    presence.look(LATER + AWAY_SECONDS + 1)
    assert here(presence, "CDFHJK", LATER + AWAY_SECONDS + 1) == {"ana"}


def test_a_page_that_goes_elsewhere_takes_its_person_along(presence: Presence) -> None:
    page = Page()
    presence.note(1, ("CDFHJK", "ana"), page)
    presence.look(LATER)
    presence.note(1, ("DFHJKM", "ana"), page)
    presence.look(LATER + AWAY_SECONDS)
    assert here(presence, "CDFHJK", LATER + AWAY_SECONDS) == frozenset()
    assert here(presence, "DFHJKM", LATER + AWAY_SECONDS) == {"ana"}
    presence.note(1, None, page)
    presence.look(LATER + 2 * AWAY_SECONDS)
    assert here(presence, "DFHJKM", LATER + 2 * AWAY_SECONDS) == frozenset()


def test_a_clock_that_jumps_back_loses_nobody_for_good(presence: Presence) -> None:
    presence.note(1, ("CDFHJK", "ana"), Page())
    presence.look(LATER)
    presence.look(LATER - 50)
    assert here(presence, "CDFHJK", LATER - 50) == {"ana"}


def test_what_another_process_says_is_believed_for_a_while(presence: Presence) -> None:
    presence.heard([("CDFHJK", "ben")], LATER)
    assert here(presence, "CDFHJK", LATER) == {"ben"}
    silent = LATER + NEWS_SECONDS + AWAY_SECONDS
    presence.look(silent)
    assert here(presence, "CDFHJK", silent) == frozenset()


def test_a_process_tells_others_when_somebody_comes_and_now_and_then(presence: Presence) -> None:
    assert presence.own(LATER) is None, "nobody here, nothing to tell"
    presence.note(1, ("CDFHJK", "ana"), Page())
    presence.look(LATER)
    assert presence.own(LATER) == [("CDFHJK", "ana")]
    assert presence.own(LATER + 1) is None
    presence.look(LATER + NEWS_SECONDS)
    assert presence.own(LATER + NEWS_SECONDS) == [("CDFHJK", "ana")]


# -- on the board ------------------------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Any, time: Time) -> Any:
    lobby = new_lobby(str(tmp_path / "rooms.db"), time)
    yield lobby
    lobby.close()


def seats(classroom: Any) -> dict[str, Any]:
    return class_summary(classroom)["tables"][0]["seats"]


def test_the_board_says_who_is_missing_and_hears_of_it_at_once(house: Lobby, time: Time) -> None:
    classroom = house.classes.open(ClassConfig(tables=1, firms=200, seats=("CAN", "MEX"))).classroom
    tokens = [classroom.enter(name) for name in ("Ana", "Ben")]
    room = classroom.table(1)
    classroom.start()
    ana, ben = Page(), Page()
    for number, (token, page) in enumerate(zip(tokens, (ana, ben), strict=True)):
        person = classroom.who(token).person
        house.presence.note(number, (room.code, person), page)
    time.now += LATER
    house.tick()
    assert [seats(classroom)[s]["away"] for s in ("CAN", "MEX", "USA")] == [False, False, False]
    told = threading.Event()
    house.hub.subscribe(classroom.code + BOARD, lambda news: told.set())
    ben.state = False
    time.now += AWAY_SECONDS
    house.tick()
    assert told.wait(20)
    summary = class_summary(classroom)
    assert seats(classroom)["MEX"]["away"]
    assert seats(classroom)["MEX"]["missing"] == [classroom.who(tokens[1]).person]
    assert ("away", "MEX") in summary["tables"][0]["alarms"]
    assert summary["away"] == 1
    room.substitute("MEX", "hedger")
    assert ("away", "MEX") not in class_summary(classroom)["tables"][0]["alarms"], "the computer sees to it"


def test_a_mate_who_is_here_keeps_the_seat_from_being_away(house: Lobby, time: Time) -> None:
    config = ClassConfig(tables=1, firms=200, seats=("CAN",), per_seat=2)
    classroom = house.classes.open(config).classroom
    tokens = [classroom.enter(name) for name in ("Ana", "Ben")]
    room = classroom.table(1)
    house.presence.note(1, (room.code, classroom.who(tokens[1]).person), Page())
    time.now += LATER
    house.tick()
    assert not seats(classroom)["CAN"]["away"]
    assert seats(classroom)["CAN"]["missing"] == [classroom.who(tokens[0]).person]


def test_two_servers_of_one_database_know_of_each_others_pages(database: str) -> None:
    if address(database).get_backend_name() != "postgresql":
        pytest.skip("SQLite has no notices")
    mine, theirs = new_lobby(database, wall.time), new_lobby(database, wall.time)
    for lobby in (mine, theirs):
        lobby.presence._born = 0.0
        lobby.start()
    try:
        made = mine.classes.open(ClassConfig(tables=1, firms=200, seats=("CAN",)))
        person = made.classroom.who(made.classroom.enter("Ana")).person
        room = made.classroom.state.tables[0]
        theirs.presence.note(1, (room, person), Page())
        end = wall.monotonic() + 20
        while wall.monotonic() < end and person not in (here(mine.presence, room, wall.time()) or ()):
            wall.sleep(0.05)
        assert here(mine.presence, room, wall.time()) == {person}
    finally:
        mine.close()
        theirs.close()
