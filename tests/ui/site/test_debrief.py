"""The debrief page: story first, the rest later; what if by link; logs from outside; who may see what."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from negotiation.debrief.shelf import LARGEST, BadLog
from negotiation.game.log import write_log
from negotiation.rooms import Lobby
from negotiation.rooms.view import view_for
from tests.debrief.conftest import GAMES, events_of
from tests.ui.site.conftest import FIRMS, Browser, Here, settle
from ui.site.pages.addresses import topic_at
from ui.site.pages.debrief_desk import desk, shelf
from ui.site.shapes import check
from ui.words import LANGUAGES, plain

CHANGE = "2:USA=NN"


def log_of(name: str, tmp_path: Path) -> bytes:
    write_log(tmp_path / f"{name}.jsonl", events_of(name))
    return (tmp_path / f"{name}.jsonl").read_bytes()


@pytest.fixture
def opened(lobby: Lobby, tmp_path: Path) -> str:
    """The address of an opened log of five rounds."""
    return "/replay/" + shelf().put(log_of("short", tmp_path))


def ended(lobby: Lobby) -> Any:
    table = lobby.open_table(seat="CAN", mode="simple", firms=FIRMS, seed=11)
    room = table.guest.room
    settle(room)
    table.guest.seal("together")
    settle(room)
    table.guest.go_on(1)
    room.end()
    settle(room)
    return table


def said(browser: Browser, event: str, value: Any = None) -> None:
    browser.visit.attempt(lambda: browser.screen.on[event](value))


# -- story first ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(GAMES))
def test_three_different_games_are_told_whole_in_three_languages(
    lobby: Lobby, tmp_path: Path, name: str, language: str
) -> None:
    page = Browser("/replay/" + shelf().put(log_of(name, tmp_path)), language).screen.page
    check("debrief", page)
    json.dumps(page, allow_nan=False)
    assert {f["id"] for f in page["figures"]} >= {"regret", "bargain", "odds", "movers", "paths", "conduct"}
    assert len(page["turns"]) == 3
    assert page["could"]
    assert page["questions"]
    assert "waiting" not in page


def test_the_story_is_there_before_anything_is_worked_out(lobby: Lobby, readers: Here, opened: str) -> None:
    readers.late = []
    page = Browser(opened).screen.page
    assert page["waiting"]
    assert page["turns"]
    assert page["story"]
    assert page["paths"]
    assert page["why"]
    assert page["offers"]
    assert "could" not in page
    assert "regret" not in {f["id"] for f in page["figures"]}
    assert readers.asked == ["look"]
    heard = lobby.hub.news(topic_at(opened) or "")
    readers.late.pop()()
    assert lobby.hub.news(topic_at(opened) or "") == heard + 1  # the page hears of it and asks again
    later = Browser(opened).screen.page
    assert "waiting" not in later
    assert "regret" in {f["id"] for f in later["figures"]}


def test_a_game_is_looked_at_once_however_many_look(lobby: Lobby, readers: Here, opened: str) -> None:
    for language in LANGUAGES:
        _ = Browser(opened, language).screen
    assert readers.asked.count("look") == 1


def test_a_reader_that_fails_leaves_the_story_and_says_so(
    lobby: Lobby, readers: Here, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise ValueError("no equilibrium")

    monkeypatch.setattr(
        "tests.ui.site.conftest.QUESTIONS", {"look": fails, "branch": fails, "branches": fails}
    )
    page = Browser(opened).screen.page
    check("debrief", page)
    assert page["story"]
    assert "could not be worked out" in page["faults"]["rows"][-1]


# -- what if ----------------------------------------------------------------------------------------------


def test_a_what_if_is_an_address_that_shows_both_futures(lobby: Lobby, opened: str) -> None:
    me = Browser(opened)
    said(me, "branch", {"do": "add", "code": CHANGE, "round": 2})
    assert me.path == opened
    assert f"if={CHANGE}" in me.search
    assert "round=2" in me.search
    said(me, "branch", {"do": "add", "code": CHANGE + ";strategies;CAN=tit-for-tat", "round": 2})
    friend = Browser(f"{me.path}?{me.search}", "fr")
    page = friend.screen.page
    check("debrief", page)
    first, second = page["what_if"]["branches"]
    assert [b["state"] for b in (first, second)] == ["done", "done"]
    assert first["first"] == 2
    assert len(first["paths"][0]["values"]) == 5
    before = page["paths"][0]["values"][1]
    assert first["paths"][0]["values"][0] == pytest.approx(before, abs=0.01)  # one past, two futures
    assert any(r["change"] not in ("=", "") for r in first["rows"])
    assert second["was"]
    assert not first["was"]
    assert me.search.split("if=")[1] in page["what_if"]["link"]
    assert page["round"] == 2


def test_a_what_if_can_be_taken_away_again(lobby: Lobby, opened: str) -> None:
    me = Browser(f"{opened}?if={CHANGE}~3:CAN=DD")
    said(me, "branch", {"do": "remove", "code": CHANGE})
    assert [b["code"] for b in me.screen.page["what_if"]["branches"]] == ["3:CAN=DD"]


@pytest.mark.parametrize(
    "code", ["99:USA=CC", "0:USA=CC", "2:USA=XX", "2:FRA=CC", "", "2:USA=CC;strategies;CAN=x"]
)
def test_a_move_that_does_not_exist_is_refused_and_the_page_stays(
    lobby: Lobby, opened: str, code: str
) -> None:
    me = Browser(opened)
    said(me, "branch", {"do": "add", "code": code})
    assert me.search == ""
    assert me.visit.notice


def test_a_link_with_rubbish_in_it_shows_the_rest_and_names_the_rubbish(lobby: Lobby, opened: str) -> None:
    page = Browser(f"{opened}?if=<script>~{CHANGE}~99:USA=CC&round=abc").screen.page
    check("debrief", page)
    assert "<script>" in page["what_if"]["bad"][0]
    good, out_of_range = page["what_if"]["branches"]
    assert good["state"] == "done"
    assert out_of_range["state"] == "refused"


# -- logs from outside ------------------------------------------------------------------------------------


def page_of(content: bytes, language: str = "en") -> dict[str, Any]:
    page = Browser("/replay/" + shelf().put(content), language).screen.page
    check("debrief", page)
    json.dumps(page, allow_nan=False)
    return page


def test_a_log_cut_in_the_middle_is_shown_as_far_as_it_goes(lobby: Lobby, tmp_path: Path) -> None:
    log = log_of("front", tmp_path)
    page = page_of(log[: len(log) // 2])
    said = " ".join(page["faults"]["rows"])
    assert "cannot be read" in said
    assert "before the joint review" in said
    assert 0 < len(page["rounds"]) < 10
    assert "outcome" not in page
    assert page["could"]
    assert page["what_if"]["form"]["played"]
    assert "stops" in page["headline"]


def test_a_log_that_ends_before_its_first_round_says_that_nothing_was_played(
    lobby: Lobby, tmp_path: Path
) -> None:
    lines = log_of("short", tmp_path).splitlines(keepends=True)
    page = page_of(b"".join(lines[:2]))
    assert "No round" in page["faults"]["rows"][0]
    assert page["rounds"] == []
    assert page["offers"] == []
    assert "what_if" not in page


def test_a_log_edited_by_hand_keeps_its_numbers_and_is_named(lobby: Lobby, tmp_path: Path) -> None:
    lines = log_of("short", tmp_path).decode().splitlines()
    number = next(i for i, x in enumerate(lines) if '"round_resolved"' in x)
    event = json.loads(lines[number])
    event["data"]["leverage"]["CAN"]["index"] = 99.0
    lines[number] = json.dumps(event)
    page = page_of("\n".join(lines).encode())
    assert any("contradict" in row for row in page["faults"]["rows"])
    assert page["paths"][0]["values"][1] == 99.0


def test_a_log_with_numbers_that_are_none_stops_before_them(lobby: Lobby, tmp_path: Path) -> None:
    log = log_of("short", tmp_path).decode()
    first = log.index('"payoff"')
    broken = log[:first] + log[first:].replace('"USA": ', '"USA": NaN, "was": ', 1)
    page = page_of(broken.encode())
    assert "does not fit" in page["faults"]["rows"][0]


def test_the_texts_of_a_log_are_never_markup(lobby: Lobby, tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    lines = log_of("short", tmp_path).decode().splitlines()
    for i, line in enumerate(lines[1:], start=1):
        event = json.loads(line)
        if event["type"] == "game_started":
            event["data"]["seats"] = dict.fromkeys(("USA", "CAN", "MEX"), evil)
        if event["type"] == "round_resolved":
            event["data"]["date"] = evil
            for choice in event["data"]["moves"].values():
                choice["by"] = evil
        lines[i] = json.dumps(event)
    page = page_of("\n".join(lines).encode())
    html = [f["html"] for f in page["figures"]] + page.get("could", [])
    assert not any("<img" in text for text in html)
    assert any("&lt;img" in text for text in html)


def test_a_log_cannot_make_the_server_open_a_file(lobby: Lobby, tmp_path: Path) -> None:
    secret = tmp_path / "mine.yaml"
    secret.write_text("name: secret\n", encoding="utf-8")
    log = log_of("short", tmp_path).decode().replace('"steel-autos-partnership"', json.dumps(str(secret)))
    page = page_of(log.encode())
    assert any("is not installed" in row for row in page["faults"]["rows"])
    assert "what_if" not in page
    assert page["why"]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "log_blank"),
        (b"\xff\xfe\x00", "log_other"),
        (b"hello", "log_other"),
        (b'{"kind": "recipe"}', "log_other"),
        (b"[" * 100_000, "log_other"),
        (b'{"kind": "negotiation-game-log", "format": 99}\n', "log_newer"),
        (b'{"kind": "negotiation-game-log", "format": "x"}\n', "log_newer"),
        (b"x" * (LARGEST + 1), "log_too_large"),
    ],
)
def test_what_is_no_log_is_refused_with_its_reason(lobby: Lobby, content: bytes, key: str) -> None:
    with pytest.raises(BadLog) as refused:
        shelf().put(content)
    assert refused.value.key == key


def test_the_same_log_has_the_same_address_and_a_guess_finds_nothing(lobby: Lobby, tmp_path: Path) -> None:
    log = log_of("short", tmp_path)
    assert shelf().put(log) == shelf().put(log)
    for guess in ("0" * 32, "../rooms", "a", "..%2frooms.db"):
        screen = Browser(f"/replay/{guess}").screen
        assert screen.view in ("replay", "message")
        if screen.view == "replay":
            check("replay", screen.page)
            assert "not kept here" in screen.page["notice"]["text"]


def test_a_game_too_large_for_the_server_is_told_from_its_log_alone(
    lobby: Lobby, readers: Here, tmp_path: Path
) -> None:
    log = log_of("short", tmp_path).decode().replace('"firms": 500', '"firms": 900000', 1)
    page = page_of(log.encode())
    assert "too large" in page["faults"]["rows"][-1]
    assert readers.asked == []
    assert page["story"]


# -- tables -----------------------------------------------------------------------------------------------


def test_everybody_at_an_ended_table_sees_its_debrief_and_nobody_before(lobby: Lobby) -> None:
    table = lobby.open_table(seat="CAN", mode="simple", firms=FIRMS)
    settle(table.guest.room)
    assert Browser(f"/t/{table.code}/debrief").screen.view == "message"
    done = ended(lobby)
    for browser in (Browser.of(done), Browser("/")):
        browser.path = f"/t/{done.code}/debrief"
        page = browser.screen.page
        check("debrief", page)
        assert page["mast"]["context"].startswith("Table")
    assert "verdict" not in page  # who only watches has no score


def test_a_debrief_shows_what_the_view_of_the_ended_game_shows(lobby: Lobby) -> None:
    done = ended(lobby)
    me = Browser.of(done)
    me.path = f"/t/{done.code}/debrief"
    page, view = me.screen.page, view_for(done.guest.room, None)
    assert page["outcome"] == view["ending"]["outcome"]
    path = [round(r["leverage"]["CAN"]["index"], 2) for r in view["debrief"]["rounds_played"]]
    assert page["paths"][0]["values"][1:] == path
    assert desk().of_room(done.guest.room) is desk().of_room(done.guest.room)


# -- for teachers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_teachers_page_lists_the_whole_pack_and_every_scenario(language: str) -> None:
    from negotiation.scenario import scenario_names

    page = Browser("/teachers", language).screen.page
    check("teachers", page)
    said = str(page["documents"])
    for name in (
        "lesson-45",
        "lesson-90",
        "workshop",
        "slides",
        "rubric",
        "questions",
        "paper-game",
        "consent",
    ):
        assert f"/pack/{language}/{name}.html" in said
    assert len(page["roles"]) == len(scenario_names())
    assert all(plain(step) for step in page["steps"])
    assert all(re.match(r"[^\Wa-z_].*\W$", d["text"]) for d in page["documents"]), (
        "a sentence, from its beginning"
    )


def test_the_teachers_page_is_linked_from_home_and_from_the_hosts_page(lobby: Lobby) -> None:
    for address in ("/", "/host/new"):
        assert {"text": "For teachers", "href": "/teachers"} in Browser(address).screen.page["foot"]
