"""A lesson with two hosts, a host who is a student too, and hasty fingers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from negotiation.rooms import ClassConfig, Guest, Lobby, Room, errors
from negotiation.rooms.simple import CARDS
from tests.rooms.fake import FakeModel
from tests.ui.site.asgi import ask
from tests.ui.site.conftest import Browser, settle
from ui.site.pages.host import do
from ui.site.state import service
from ui.web.cookies import SEAT
from ui.words import LANGUAGES, Words


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Lobby]:
    lobby = Lobby(tmp_path / "rooms.db", make_model=FakeModel)
    service.install(lobby)
    yield lobby
    service.install(None)
    lobby.close()


@pytest.fixture
def opened(house: Lobby) -> Any:
    """A class of two tables, two people each, in its first round."""
    made = house.classes.open(ClassConfig(tables=2, firms=200, seed=5, seats=("CAN", "MEX")))
    for _ in range(4):
        made.classroom.enter("P")
    made.classroom.start()
    for room in made.classroom.rooms():
        settle(room)
    return made


def board(opened: Any) -> dict[str, Any]:
    """What a board shows now; it may be pressed later."""
    page = Browser(f"/host/{opened.code}", **{SEAT + opened.code: opened.token}).screen.page
    seen = {str(t["number"]): t["seen"] for t in page["tables"]}
    return {"on": {c["do"]: c.get("on") for c in page["commands"]}, "seen": seen}


def press(opened: Any, shown: dict[str, Any], command: str, **more: Any) -> list[str]:
    """Press a button of a board as its component does."""
    was = shown["on"].get(command)
    wish = {"do": command, "table": 0, "on": None if was is None else not was, "seen": shown["seen"]}
    return do(opened.classroom, wish | more)


@pytest.mark.parametrize("command", ["pause", "lock", "talk"])
def test_two_hosts_who_press_one_switch_mean_the_same(opened: Any, command: str) -> None:
    classroom = opened.classroom
    first, second = board(opened), board(opened)
    press(opened, first, command)
    version = classroom.state.version, [r.state.version for r in classroom.rooms()]
    press(opened, second, command)
    assert (classroom.state.version, [r.state.version for r in classroom.rooms()]) == version
    assert board(opened)["on"][command] is not first["on"][command]


def test_a_second_push_does_not_close_the_next_round(opened: Any) -> None:
    shown = board(opened)
    for _ in range(2):
        press(opened, shown, "push")
        for room in opened.classroom.rooms():
            settle(room)
    assert [r.state.last_round for r in opened.classroom.rooms()] == [2, 2]
    press(opened, board(opened), "push")
    for room in opened.classroom.rooms():
        settle(room)
    assert [r.state.last_round for r in opened.classroom.rooms()] == [3, 3]


def test_a_push_that_another_hosts_push_overtakes_is_refused_to_its_face(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second host's push has begun when the first one's closes the round at every table."""
    shown, push = board(opened), Room.push_on

    def overtaken(room: Room, *seen: Any) -> None:
        monkeypatch.setattr(Room, "push_on", push)
        assert press(opened, shown, "push") == []
        for table in opened.classroom.rooms():
            settle(table)
        push(room, *seen)

    monkeypatch.setattr(Room, "push_on", overtaken)
    refused = press(opened, shown, "push")
    for room in opened.classroom.rooms():
        settle(room)
    assert [r.state.last_round for r in opened.classroom.rooms()] == [2, 2]
    assert [(number, type(why)) for number, why in refused] == [(n, errors.StaleOrder) for n in (1, 2)]


@pytest.mark.parametrize(
    ("command", "more"),
    [("extend", {}), ("push", {}), ("back", {"round": 1}), ("inject", {"event": 0})],
)
def test_a_button_meant_for_a_board_that_is_no_more_does_nothing(
    opened: Any, command: str, more: dict[str, Any]
) -> None:
    """Two hosts, or one who presses twice on a slow line: the second press is the same as none."""
    rooms, shown = opened.classroom.rooms(), board(opened)
    more = {k: rooms[0].scenario.events[0].id if k == "event" else v for k, v in more.items()}
    assert press(opened, shown, command, **more) == []
    if command == "inject":  # the same news again would be no second news; in the next round it would
        press(opened, shown, "push")
    for room in rooms:
        settle(room)
    stands = [(r.state.clock, r.state.last_round, r.state.epoch, len(r.state.shocks)) for r in rooms]
    refused = press(opened, shown, command, **more)
    for room in rooms:
        settle(room)
    assert [(r.state.clock, r.state.last_round, r.state.epoch, len(r.state.shocks)) for r in rooms] == stands
    assert [type(why) for _, why in refused] == [errors.StaleOrder, errors.StaleOrder]
    assert press(opened, board(opened), command, **more) == [], "whoever looks again may"


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_what_tables_refuse_is_said_in_the_hosts_language_and_once(opened: Any, language: str) -> None:
    cookie = {SEAT + opened.code: opened.token}
    page = Browser(f"/host/{opened.code}", language, **cookie)
    page.screen.on["host"]({"do": "back", "table": 0, "round": 9})
    words = Words.of(language)
    said = words("error.no_such_round", round=9)
    assert page.screen.page["refused"] == [words("host.at_tables", n=2, tables="1, 2", why=said)]


def test_a_host_who_opens_the_students_door_stays_host_and_takes_no_place(house: Lobby) -> None:
    from ui import server

    app = server.create_app(lobby=house)
    cookies: dict[str, str] = {}

    def post(path: str) -> str:
        answer = ask(
            app, "POST", path, form={"tables": "1"}, cookie="; ".join(f"{k}={v}" for k, v in cookies.items())
        )
        cookies.update({k: v.split(";")[0] for k, v in answer.cookies().items()})
        return answer.header("location")

    where = post("/class")
    code = where.rsplit("/", 1)[-1]
    kept = dict(cookies)
    assert post(f"/class/{code}/enter") == where
    assert cookies == kept
    assert house.classes.find(code).state.people == {}


def test_one_browser_may_be_host_of_one_class_and_student_of_another(house: Lobby) -> None:
    hosted, other = (house.classes.open(ClassConfig(tables=1, firms=200)) for _ in range(2))
    token = other.classroom.enter("Ana")
    room = other.classroom.state.people[other.classroom.who(token).person][0]
    both = {SEAT + hosted.code: hosted.token, SEAT + other.code: token, SEAT + room: token}
    assert Browser(f"/host/{hosted.code}", **both).screen.view == "host"
    other.classroom.start()
    settle(house.room(room))
    assert house.enter(room, both[SEAT + room]).seat == "CAN"
    assert not house.enter(room, both[SEAT + room]).host
    with pytest.raises(errors.NotAllowed):
        _ = Browser(f"/host/{other.code}", **both).screen


def test_a_substitute_who_comes_while_a_person_seals_leaves_one_seal(opened: Any) -> None:
    """Whichever is stored first stands; the other changes nothing and fails with words."""
    room = opened.classroom.table(1)
    person = room.state.chairs["CAN"].person
    real = room._store.append

    def slow(*given: Any, **named: Any) -> Any:
        room._store.append = real
        room._lock.release()  # as if another process held the other end of the wire
        try:
            do(opened.classroom, {"do": "substitute", "table": 1, "seat": "CAN", "strategy": "hedger"})
        finally:
            room._lock.acquire()
        return real(*given, **named)

    room._store.append = slow
    with pytest.raises(errors.NotAllowed, match="while a computer sits in"):
        Guest(room, None, person).seal(next(iter(CARDS["CAN"])), round=1)  # type: ignore[arg-type]
    settle(room)
    sealed = [e for e in room.log() if e.type == "move_sealed" and e.data["seat"] == "CAN"]
    assert [e.data["choice"]["by"] for e in sealed if e.data["round"] == 1] == ["hedger"]


def test_a_server_behind_a_proxy_answers_to_the_proxys_name_and_to_no_other(house: Lobby) -> None:
    from ui import server

    app = server.create_app(lobby=house, public="https://class.example.org")
    for host, status in (("class.example.org", 200), ("127.0.0.1:8765", 200), ("other.example.org", 400)):
        assert ask(app, "GET", "/healthz", host=host).status == status
    same = {"host": "class.example.org", "origin": "https://class.example.org"}
    assert ask(app, "POST", "/class", form={"tables": "1"}, **same).status == 303
    assert ask(app, "POST", "/class", form={"tables": "1"}, **(same | {"origin": "https://x"})).status == 403
