"""The host's pages and the panel beside a class's table: shapes, secrets, every command of the strip."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from negotiation.errors import NegotiationError
from negotiation.rooms import ClassConfig, Lobby, errors
from negotiation.rooms.simple import CARDS
from tests.ui.site.conftest import Browser, settle
from ui.site.pages.host import do
from ui.site.shape.host import Company
from ui.site.shape.table import Choose
from ui.site.shapes import check
from ui.web.cookies import SEAT
from ui.words import LANGUAGES, Words


@pytest.fixture
def opened(lobby: Lobby) -> Any:
    return lobby.classes.open(ClassConfig(tables=2, firms=200, seed=5, per_seat=2, seats=("CAN", "MEX")))


def play(opened: Any, rounds: int = 1) -> list[Any]:
    """Four people at two tables; ``rounds`` are sealed by all."""
    classroom = opened.classroom
    guests = [classroom.guest(classroom.enter(f"<i>P{i}</i>")) for i in range(4)]
    classroom.start()
    for number in range(1, rounds + 1):
        for room in classroom.rooms():
            settle(room)
        for guest in guests:
            guest.seal(next(iter(CARDS[guest.seat])), round=number)
        for room in classroom.rooms():
            settle(room)
    return guests


def host(opened: Any, address: str = "", language: str = "en") -> Browser:
    return Browser(f"/host/{opened.code}{address}", language, **{SEAT + opened.code: opened.token})


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_page_of_a_class_has_its_shape_in_every_language(opened: Any, language: str) -> None:
    for address, browser in {
        "/host/new": Browser("/host/new", language),
        "door": Browser(f"/class/{opened.code}", language),
        **{page: host(opened, page, language) for page in ("", "/projector", "/debrief")},
    }.items():
        check(browser.screen.view, browser.screen.page), address
    play(opened)
    for page in ("", "/projector", "/debrief"):
        screen = host(opened, page, language).screen
        check(screen.view, screen.page)
    opened.classroom.end()
    for room in opened.classroom.rooms():
        settle(room)
    for page in ("", "/projector", "/debrief"):
        screen = host(opened, page, language).screen
        check(screen.view, screen.page)


@pytest.mark.parametrize("page", ["", "/projector", "/debrief"])
def test_the_hosts_pages_open_to_the_hosts_cookie_only(opened: Any, page: str) -> None:
    token = opened.classroom.enter("Ana")
    for cookies in ({}, {SEAT + opened.code: token}, {SEAT + opened.code: "x" * 22}):
        with pytest.raises(errors.NotAllowed):
            _ = Browser(f"/host/{opened.code}{page}", **cookies).screen


def test_the_clock_of_board_and_wall_runs_in_the_browser_and_stands_when_paused(opened: Any) -> None:
    play(opened)
    opened.classroom.table(1).extend(60)
    for page in (host(opened).screen.page["mast"], host(opened, "/projector").screen.page):
        assert page["clock"]["running"]
        assert page["clock"]["seconds"] <= 240, "of the table that rings first"
    do(opened.classroom, {"do": "pause"})
    clock = host(opened).screen.page["mast"]["clock"]
    assert not clock["running"]
    assert 200 < clock["seconds"] <= 240
    opened.classroom.end()
    for room in opened.classroom.rooms():
        settle(room)
    assert "clock" not in host(opened).screen.page["mast"]
    assert "clock" not in host(opened, "/projector").screen.page


def test_the_wall_calls_people_in_counts_envelopes_and_says_when_it_is_over(opened: Any) -> None:
    opened.classroom.enter("Ana")
    wall = host(opened, "/projector").screen.page
    assert (wall["scales"], wall["stances"]) == ([], []), "nothing but the code and the way in"
    assert wall["counts"] == [{"n": 1, "text": "person has come in"}]
    play(opened)
    wall = host(opened, "/projector").screen.page
    assert len(wall["scales"][0]["dots"]) == 2
    assert [c["text"] for c in wall["counts"]] == ["of 6 envelopes in"]
    opened.classroom.end()
    for room in opened.classroom.rooms():
        settle(room)
    wall = host(opened, "/projector").screen.page
    assert wall["headline"] == "Every table has ended"
    assert wall["counts"] == host(opened).screen.page["counts"] == []


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_host_runs_the_class_from_a_second_device(opened: Any, lobby: Lobby, language: str) -> None:
    board = host(opened, language=language).screen
    assert "device" in [link.get("page") for link in board.page["mast"]["links"]]
    giving = host(opened, "/device", language).screen
    check(giving.view, giving.page)
    address, _, secret = giving.page["give"]["link"].partition("#")
    assert address.endswith(f"/device/{opened.code}?as=host")
    there = Browser(f"/device/{opened.code}?as=host", language).screen
    check(there.view, there.page)
    assert there.page["headline"] != Browser(f"/device/{opened.code}", language).screen.page["headline"]
    taken = lobby.devices.take(opened.code, secret)
    for token in (opened.token, taken.token):
        assert Browser(f"/host/{opened.code}", **{SEAT + opened.code: token}).screen.view == "host"
    with pytest.raises(errors.NotHost):
        _ = Browser(f"/host/{opened.code}/device").screen


def test_no_sealed_choice_is_on_any_page_of_the_host(opened: Any) -> None:
    guests = play(opened, rounds=0)
    for room in opened.classroom.rooms():
        settle(room)
    before = {page: str(host(opened, page).screen.page) for page in ("/projector", "/debrief")}
    boards = []
    for card in ("together", "own-deal"):
        guests[0].seal(card, round=1)
        boards.append([t["seats"] for t in host(opened).screen.page["tables"]])
        assert {p: str(host(opened, p).screen.page) for p in before}["/debrief"] == before["/debrief"]
        guests[0].withdraw()
    assert boards[0] == boards[1]


def test_every_button_of_the_strip_does_what_it_says(opened: Any) -> None:
    play(opened)
    classroom = opened.classroom
    board = host(opened)
    rooms = classroom.rooms()
    press = board.screen.on["host"]

    press({"do": "pause", "table": 0})
    assert all(r.state.paused for r in rooms)
    press({"do": "pause", "table": 0})
    assert not any(r.state.paused for r in rooms)
    left = rooms[0].state.clock.deadline
    press({"do": "extend", "table": 1})
    assert rooms[0].state.clock.deadline == pytest.approx(left + 60, abs=5)
    assert rooms[1].state.clock.deadline == pytest.approx(left, abs=5)
    event = rooms[0].scenario.events[0].id
    press({"do": "inject", "table": 1, "event": event})
    assert rooms[0].state.shocks[0]["id"] == event
    press({"do": "bulletin", "table": 0, "text": "<script>alert(1)</script> news"})
    assert rooms[1].state.cables[-1]["sender"] is None
    press({"do": "substitute", "table": 1, "seat": "CAN", "strategy": "hedger"})
    assert rooms[0].state.chairs["CAN"].substitute == "hedger"
    press({"do": "give_back", "table": 1, "seat": "CAN"})
    assert rooms[0].state.chairs["CAN"].substitute is None
    press({"do": "policy", "table": 2, "seat": "MEX", "policy": "pressure"})
    assert rooms[1].state.chairs["MEX"].policy == "pressure"
    person = rooms[0].state.chairs["CAN"].person
    press({"do": "move", "person": person, "to_table": 2, "to_seat": "MEX"})
    assert person in rooms[1].state.chairs["MEX"].team
    press({"do": "talk", "table": 0})
    assert not any(r.state.talk for r in rooms)
    press({"do": "lock", "table": 0})
    assert classroom.state.locked
    press({"do": "push", "table": 2})
    settle(rooms[1])
    assert len(rooms[1].state.game.results) == 2
    press({"do": "back", "table": 2, "round": 1})
    assert len(rooms[1].state.game.results) == 0
    press({"do": "end", "table": 0})
    for room in rooms:
        settle(room)
    assert {str(r.state.game.phase) for r in rooms} == {"ended"}
    page = board.screen.page
    check("host", page)
    assert [c["do"] for c in page["commands"]] == ["back"], "nothing else is left to do"
    assert "debrief" in page["deck"]
    press({"do": "back", "table": 1, "round": 1})
    assert {"pause", "push", "end"} <= {c["do"] for c in board.screen.page["commands"]}


def test_an_injected_event_is_among_the_news_of_its_round(opened: Any) -> None:
    classroom = opened.classroom
    guest = classroom.guest(classroom.enter("Ana"))
    classroom.start()
    settle(guest.room)
    event = guest.room.scenario.events[-1].id
    do(classroom, {"do": "inject", "event": event})
    guest.seal("together", round=1)
    settle(guest.room)
    assert event in [e["id"] for e in guest.room.state.game.results[0]["events"]]


@pytest.mark.parametrize(
    "wish",
    [{}, {"do": "dance"}, {"do": "policy", "seat": "CHN"}, {"do": "substitute", "table": 9, "seat": "CAN"}],
)  # fmt: skip
def test_a_command_that_makes_no_sense_is_refused(opened: Any, wish: dict[str, Any]) -> None:
    with pytest.raises(NegotiationError):
        do(opened.classroom, wish)


def test_the_panel_beside_a_table_shows_team_and_cables_and_hears(opened: Any) -> None:
    classroom = opened.classroom
    tokens = [classroom.enter(f"P{i}") for i in range(6)]
    classroom.start()
    room = classroom.guest(tokens[0]).room
    settle(room)
    head = Browser(f"/t/{room.code}", **{SEAT + room.code: tokens[0]})
    mate = Browser(f"/t/{room.code}", **{SEAT + room.code: tokens[4]})
    classroom.guest(tokens[4]).seal("answer", round=1)
    company = head.screen.page["company"]
    TypeAdapter(Company).validate_python(company)
    assert company["team"][1]["agree"] == 1
    assert company["place"] == f"You are at table {classroom.state.number(room.code)}."
    mate.screen.on["talk"]({"to": "MEX", "text": "quietly"})
    assert "quietly" in str(head.screen.page["company"]["cables"])
    head.screen.on["talk"]({"help": True})
    assert room.state.chairs["CAN"].help
    head.screen.on["talk"]({"agree": 1})
    assert room.state.game.sealed["CAN"]["move"] == CARDS["CAN"]["answer"].to_dict()


@pytest.mark.parametrize("rule", ["head", "majority"])
def test_a_mate_reads_beside_the_cards_that_a_press_proposes_and_what_the_team_proposes(
    lobby: Lobby, rule: str
) -> None:
    made = lobby.classes.open(ClassConfig(tables=1, firms=200, seats=("CAN",), per_seat=3, rule=rule))
    tokens = [made.classroom.enter(name) for name in ("Ana", "Ben", "Eva")]
    made.classroom.start()
    room = made.classroom.table(1)
    settle(room)
    head, mate, _ = (Browser(f"/t/{room.code}", **{SEAT + room.code: token}) for token in tokens)
    assert ("button" in head.screen.page["choose"]["team"]) is (rule == "majority")
    assert mate.screen.page["choose"]["team"]["button"] == "Propose"
    made.classroom.guest(tokens[1]).seal("answer", round=1)
    for browser in (head, mate):
        choose = browser.screen.page["choose"]
        TypeAdapter(Choose).validate_python(choose)
        assert choose["team"]["said"][1].endswith(": Answer")
        assert choose["team"]["said"][2] == "Eva: has proposed nothing yet"


def test_a_switch_stands_as_it_does_at_the_table_it_goes_to(opened: Any) -> None:
    play(opened)
    board = host(opened)
    board.screen.on["host"]({"do": "talk", "table": 2, "on": False})
    board.screen.on["host"]({"do": "pause", "table": 1, "on": True})
    page = board.screen.page
    assert [t["switches"] for t in page["tables"]] == [
        {"pause": True, "talk": True},
        {"pause": False, "talk": False},
    ]
    commands = {c["do"]: c for c in page["commands"]}
    assert (commands["pause"]["on"], commands["talk"]["on"]) == (False, True)
    assert commands["pause"]["says"][0] == commands["pause"]["text"]


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_hosts_lists_begin_with_what_usually_plays(opened: Any, language: str) -> None:
    page = host(opened, language=language).screen.page
    offered = [s["id"] for s in page["strategies"]]
    seats = page["tables"][0]["seats"]
    assert {s["strategy"] for s in seats} <= set(offered[:7])
    assert offered[0] != "always-concede"
    assert len(offered) == len(set(offered))
    assert [s["short"] for s in seats] == [Words.of(language)(f"mono.{s['seat']}") for s in seats]


def test_somebody_the_host_has_moved_is_taken_along(opened: Any) -> None:
    classroom = opened.classroom
    token = classroom.enter("Ana")
    old = classroom.table(1)
    classroom.move(next(iter(classroom.state.people)), 2, "MEX")
    browser = Browser(f"/t/{old.code}", **{SEAT + old.code: token, SEAT + opened.code: token})
    _ = browser.screen
    assert browser.visit.errand is not None
    assert browser.visit.errand.url == f"/class/{opened.code}/go"


def test_a_table_alone_has_no_panel(lobby: Lobby) -> None:
    table = lobby.open_table(seat="CAN", firms=200)
    table.wait()
    assert "company" not in Browser.of(table).screen.page


def test_a_class_ended_in_the_middle_of_a_round_shows_everybody_an_end(opened: Any, alone: None) -> None:
    """The host ends before anybody has proposed anything: the letter is unsigned, the page is no fault."""
    classroom = opened.classroom
    tokens = [classroom.enter("P") for _ in range(4)]
    classroom.start()
    for room in classroom.rooms():
        settle(room)
    classroom.end()
    for token in tokens:
        guest = classroom.guest(token)
        settle(guest.room)
        screen = Browser(f"/t/{guest.room.code}", **{SEAT + guest.room.code: token}).screen
        check(screen.view, screen.page)
        assert screen.view == "review"
        assert "clock" not in screen.page["mast"], "nothing is waited for any more"


def test_whoever_waits_for_the_start_reads_which_government_is_theirs(opened: Any) -> None:
    """Role sheets go round before the game begins."""
    token = opened.classroom.enter("Ana")
    room = opened.classroom.table(1)
    page = Browser(f"/t/{room.code}", **{SEAT + room.code: token}).screen.page
    assert page["kicker"] == f"Table {room.code} · You govern Canada"
    opened.classroom.start()
    settle(room)
    page = Browser(f"/t/{room.code}", **{SEAT + room.code: token}).screen.page
    assert page["kicker_short"].startswith("Canada · Round 1 of 10"), "a phone's masthead does not say it"


def test_a_finished_table_on_the_board_leads_to_its_debrief_and_no_other_does(opened: Any) -> None:
    play(opened)
    assert all("debrief" not in tile for tile in host(opened).screen.page["tables"])
    first = opened.classroom.rooms()[0]
    opened.classroom.end()
    for room in opened.classroom.rooms():
        settle(room)
    tile = host(opened).screen.page["tables"][0]
    assert tile["debrief"]["href"] == f"/t/{first.code}/debrief"
    shown = Browser(tile["debrief"]["href"], **{SEAT + opened.code: opened.token}).screen
    assert shown.view == "debrief"
