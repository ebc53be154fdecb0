"""Pages without a browser: what visitors see, what their events do, and what is refused to whom."""

from __future__ import annotations

import time
from typing import Any

import pytest

from negotiation.errors import NegotiationError
from negotiation.rooms import Lobby
from tests.ui.site.conftest import FIRMS, Browser, settle
from ui.site.pages.addresses import topic_at
from ui.site.pages.trouble import trouble
from ui.site.shapes import check
from ui.site.state.visit import Screen

TOGETHER = {"USA": "coordinate", "MEX": "coordinate"}


def chosen(screen: Screen, stances: dict[str, str], **more: Any) -> dict[str, Any]:
    """What the page sends for a choice."""
    return {
        "key": screen.page["choose"]["key"],
        "ask": 1,
        "stances": stances,
        "measures": {},
        "quiet": False,
        **more,
    }


def said(browser: Browser, event: str, value: Any = None) -> None:
    """Send an event the way `site.py` does: a refusal becomes a notice."""
    browser.visit.attempt(lambda: browser.screen.on[event](value))


@pytest.fixture
def solo(lobby: Lobby) -> Any:
    opened = lobby.open_table(seat="CAN", mode="simple", firms=FIRMS)
    settle(opened.guest.room)
    return opened


@pytest.fixture
def friends(lobby: Lobby) -> tuple[Any, Any]:
    """A table of two people (Ottawa hosts, Mexico City joined) and a computer."""
    opened = lobby.open_table(seat="CAN", mode="full", offered=["MEX"], firms=FIRMS, start=False)
    joined = lobby.join(opened.code, "MEX")
    opened.guest.strip.start()
    settle(opened.guest.room)
    return opened, joined


def test_a_round_goes_from_choice_to_seal_to_reveal_to_the_next(solo: Any, alone: None) -> None:
    me, room = Browser.of(solo), solo.guest.room
    assert me.screen.page["phase"] == "choose"
    move = chosen(me.screen, TOGETHER)
    said(me, "preview", move)
    for _ in range(100):
        if me.screen.answer:
            break
        time.sleep(0.05)
    assert me.screen.answer
    assert me.screen.answer["ask"] == 1
    said(me, "seal", move)
    assert me.visit.notice is None
    settle(room)
    assert me.screen.page["phase"] == "reveal"
    assert "expected" in str(me.screen.page["reveal"]["result"])  # the preview was kept with the envelope
    said(me, "next")
    assert me.screen.page["phase"] == "choose"
    assert me.screen.page["board"]["round"] == 2


def test_a_move_from_a_second_tab_that_shows_an_older_round_is_refused_to_its_face(solo: Any) -> None:
    first, second = Browser.of(solo), Browser.of(solo)
    old = chosen(second.screen, TOGETHER)
    said(first, "seal", chosen(first.screen, TOGETHER))
    settle(solo.guest.room)
    said(first, "next")
    said(second, "seal", old)
    assert "round 1" in str(second.visit.notice)
    assert second.screen.page["notice"]["kind"] == "refused"
    assert solo.guest.room.state.game.sealed.keys() == {"USA", "MEX"}


def test_a_move_after_the_reveal_changes_nothing(solo: Any) -> None:
    me = Browser.of(solo)
    old = chosen(me.screen, TOGETHER)
    said(me, "seal", old)
    settle(solo.guest.room)
    version = solo.guest.room.state.version
    said(me, "seal", {**old, "stances": {"USA": "defect", "MEX": "coordinate"}})
    assert me.visit.notice
    assert solo.guest.room.state.version == version


def test_a_seal_pressed_again_on_a_slow_line_is_no_fault_of_the_player(solo: Any) -> None:
    me = Browser.of(solo)
    shown, move = me.screen, chosen(me.screen, TOGETHER)
    said(me, "seal", move)
    shown.on["seal"](move)  # both presses came through before the page was drawn again
    settle(solo.guest.room)
    version = solo.guest.room.state.version
    said(me, "seal", move)
    assert me.visit.notice is None
    assert solo.guest.room.state.version == version


def test_an_envelope_opened_again_can_be_sealed_with_the_same_move(friends: tuple[Any, Any]) -> None:
    ottawa = Browser.of(friends[0])
    for _ in range(2):
        said(ottawa, "seal", chosen(ottawa.screen, TOGETHER))
        assert ottawa.visit.notice is None
        assert ottawa.screen.page["phase"] == "sealed"
        said(ottawa, "reconsider")
        assert ottawa.screen.page["phase"] == "choose"


@pytest.mark.parametrize(
    "forged",
    [
        {"stances": {"USA": "coordinate", "MEX": "coordinate", "CAN": "defect"}},
        {"stances": {"CAN": "coordinate", "MEX": "coordinate"}},
        {"stances": {"USA": "annex", "MEX": "coordinate"}},
        {"stances": TOGETHER, "measures": {"USA": {"sectors": ["AUT"], "x": 1}}},
        {"stances": TOGETHER, "measures": {"CAN": {"instrument": "tariff_step"}}},
        {"stances": "everything"},
        {"stances": None},
        {"stances": {"USA": "defect", "MEX": "defect"}},
    ],
)
def test_a_forged_move_is_refused_and_nothing_is_written(solo: Any, forged: dict[str, Any]) -> None:
    me = Browser.of(solo)
    version = solo.guest.room.state.version
    said(me, "seal", {**chosen(me.screen, TOGETHER), **forged})
    assert me.visit.notice
    assert solo.guest.room.state.version == version


@pytest.mark.parametrize("value", [None, "x", 7, [], {"key": "a-b-c"}, {"key": None}])
def test_an_event_that_is_no_move_is_refused(solo: Any, value: Any) -> None:
    me = Browser.of(solo)
    said(me, "seal", value)
    assert me.visit.notice
    assert "CAN" not in solo.guest.room.state.game.sealed


def test_nobody_moves_for_another_seat(friends: tuple[Any, Any], lobby: Lobby) -> None:
    opened, _ = friends
    stranger = Browser(f"/t/{opened.code}")
    assert stranger.screen.page["phase"] == "watch"
    assert stranger.screen.page["you"] is None
    said(stranger, "seal", {"key": None, "stances": TOGETHER})
    assert stranger.visit.notice
    assert not {"CAN", "MEX"} & opened.guest.room.state.game.sealed.keys()


def test_a_forged_token_only_watches(friends: tuple[Any, Any]) -> None:
    opened, _ = friends
    thief = Browser(f"/t/{opened.code}", **{f"seat_{opened.code}": "A" * 22})
    assert thief.screen.page["you"] is None


def test_two_people_wait_for_each_other(friends: tuple[Any, Any]) -> None:
    ottawa, mexico = (Browser.of(o) for o in friends)
    room = friends[0].guest.room
    said(ottawa, "seal", chosen(ottawa.screen, {"USA": "defect", "MEX": "coordinate"}))
    settle(room)
    assert ottawa.screen.page["phase"] == "sealed"
    assert "Mexico City" in ottawa.screen.page["sealed"]["note"]
    seat = next(s for s in mexico.screen.page["seats"] if s["seat"] == "CAN")
    assert seat["state"] == "sealed"
    assert mexico.screen.page["phase"] == "choose"
    said(ottawa, "reconsider")
    assert ottawa.screen.page["phase"] == "choose"
    said(ottawa, "seal", chosen(ottawa.screen, {"USA": "coordinate", "MEX": "coordinate"}))
    said(mexico, "seal", chosen(mexico.screen, {"USA": "coordinate", "CAN": "coordinate"}))
    settle(room)
    assert ottawa.screen.page["phase"] == mexico.screen.page["phase"] == "reveal"
    assert mexico.screen.page["reveal"]["letters"][1]["reason"].startswith("A person")


def test_the_host_sees_a_code_and_others_wait_until_the_start(lobby: Lobby) -> None:
    opened = lobby.open_table(seat="CAN", mode="full", offered=["MEX", "USA"], firms=FIRMS, start=False)
    host, guest = Browser.of(opened), Browser(f"/t/{opened.code}")
    assert host.screen.view == "friends"
    assert host.screen.page["code"] == opened.code
    check("friends", host.screen.page)
    assert guest.screen.view == "message"
    assert "host" in guest.screen.page["headline"]
    host.screen.ways["start"]()
    settle(opened.guest.room)
    assert host.screen.view == guest.screen.view == "table"


def test_a_code_typed_wrong_is_said_under_the_field(lobby: Lobby) -> None:
    me = Browser("/")
    me.screen.on["join"]("nope!!")
    assert "No table has the code" in me.screen.page["join"]["error"]
    assert me.screen.page["join"]["value"] == "nope!!"


def test_a_code_leads_to_the_press_page_and_an_own_seat_straight_to_the_table(lobby: Lobby) -> None:
    opened = lobby.open_table(seat="CAN", offered=["MEX"], firms=FIRMS, start=False)
    me = Browser("/")
    me.screen.on["join"](opened.code.lower())
    assert me.path == f"/join/{opened.code}"
    page = me.screen.page
    check("join", page)
    assert [s["free"] for s in page["enter"]["seats"]] == [False, True, False]
    own = Browser("/", **{f"seat_{opened.code}": opened.token})
    own.screen.on["join"](opened.code)
    assert own.path == f"/t/{opened.code}"


def test_a_full_table_offers_to_watch(lobby: Lobby) -> None:
    opened = lobby.open_table(seat="CAN", firms=FIRMS)
    page = Browser(f"/join/{opened.code}").screen.page
    assert page["headline"] == "All three chairs are taken"
    assert page["enter"]["watch"]


def test_the_reason_of_a_refused_join_is_shown_and_a_made_up_one_is_not(lobby: Lobby) -> None:
    opened = lobby.open_table(seat="CAN", offered=["MEX"], firms=FIRMS, start=False)
    assert "just been taken" in Browser(f"/join/{opened.code}?why=seat_taken").screen.page["notice"]["text"]
    assert "notice" not in Browser(f"/join/{opened.code}?why=<b>pay</b>").screen.page


def test_home_lists_the_tables_of_this_browser(solo: Any, lobby: Lobby) -> None:
    me = Browser("/", **{f"seat_{solo.code}": solo.token, "seat_CCCCCC": "gone", "seat_x": ""})
    (found,) = me.screen.page["resume"]
    assert found["room"] == solo.code
    assert "Round 1 of 10, Canada" in found["text"]
    me.screen.on["resume"](solo.code)
    assert me.path == f"/t/{solo.code}"


def test_play_asks_the_browser_to_post_the_choice() -> None:
    me = Browser("/")
    me.screen.on["play"](
        {"seat": "MEX", "mode": "full", "level": "hard", "scenario": "autumn-2025", "extra": 1}
    )
    errand = me.visit.errand
    assert errand is not None
    assert (errand.kind, errand.url) == ("post", "/play")
    assert errand.fields == {"seat": "MEX", "mode": "full", "level": "hard", "scenario": "autumn-2025"}


def test_another_language_is_spoken_at_once_and_remembered(solo: Any) -> None:
    me = Browser.of(solo)
    me.visit.speak("fr")
    assert me.screen.page["lang"] == "fr"
    assert me.screen.page["mast"]["seat"]["text"] == "Vous gouvernez le Canada"
    assert me.visit.errand is not None
    assert me.visit.errand.fields == {"lang": "fr"}
    me.visit.speak("<script>")
    assert me.visit.language == "en"


def test_names_from_strangers_are_cleaned_before_anybody_sees_them(lobby: Lobby) -> None:
    opened = lobby.open_table(seat="CAN", offered=["MEX"], firms=FIRMS, start=False, name="Ann")
    lobby.join(opened.code, "MEX", name="<b>\u202eEve</b>" + "x" * 10_000)
    chair = next(s for s in Browser.of(opened).screen.page["seats"] if s["seat"] == "MEX")
    assert chair["text"].startswith("<b>Eve</b>xx")
    assert len(chair["text"]) == 40


def test_a_paused_table_says_so_and_seals_nothing(solo: Any) -> None:
    me = Browser.of(solo)
    solo.guest.strip.pause()
    assert me.screen.page["notice"]["kind"] == "paused"
    said(me, "seal", chosen(me.screen, TOGETHER))
    assert "paused" in str(me.visit.notice).lower() or "pause" in str(me.visit.notice)
    assert "CAN" not in solo.guest.room.state.game.sealed


def test_a_full_disk_is_said_and_the_envelope_stays_open(
    solo: Any, lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    from negotiation.rooms.errors import DiskFull

    me = Browser.of(solo)
    move = chosen(me.screen, TOGETHER)

    def full(*_: Any, **__: Any) -> None:
        raise DiskFull("rooms.db")

    with monkeypatch.context() as broken:
        broken.setattr(lobby.store, "append", full)
        said(me, "seal", move)
    assert "disk is full" in str(me.visit.notice)
    assert me.screen.page["phase"] == "choose"
    said(me, "seal", move)
    assert me.visit.notice is None
    assert "CAN" in solo.guest.room.state.game.sealed


@pytest.mark.parametrize("address", ["/t/ZZZZZZ", "/t/ZZZZZZ/debrief", "/nowhere", "/t", "/t/a/b/c"])
def test_an_address_that_leads_nowhere_has_a_way_home(lobby: Lobby, address: str) -> None:
    me = Browser(address)
    try:
        screen = me.screen
    except NegotiationError as error:
        screen = trouble(me.visit, error)
    check("message", screen.page)
    assert screen.page["ways"][0]["page"] == "home"


def test_a_fault_of_ours_becomes_a_page_with_a_number(caplog: pytest.LogCaptureFixture) -> None:
    me = Browser("/")
    screen = trouble(me.visit, ZeroDivisionError("secret detail"))
    check("message", screen.page)
    assert "secret detail" not in str(screen.page)
    assert screen.page["detail"].split()[1].rstrip(",") in caplog.text


def test_the_debrief_opens_only_after_the_end(solo: Any) -> None:
    me = Browser.of(solo)
    me.path = f"/t/{solo.code}/debrief"
    assert me.screen.view == "message"
    me.screen.ways["table"]()
    assert me.path == f"/t/{solo.code}"


def test_a_whole_game_ends_in_a_debrief_with_a_fair_score(lobby: Lobby, alone: None) -> None:
    opened = lobby.open_table(seat="CAN", mode="simple", firms=FIRMS)
    room, me = opened.guest.room, Browser.of(opened)
    settle(room)
    for _ in range(10):
        said(me, "seal", chosen(me.screen, TOGETHER))
        settle(room)
        said(me, "next")
    assert me.screen.view == "review"
    for _ in range(4):
        if "sign" in me.screen.page:
            said(me, "sign")
            settle(room)
    assert me.screen.page["phase"] in ("signed", "refused", "closed")
    me.screen.ways["debrief"]()
    page = me.screen.page
    check("debrief", page)
    assert me.screen.view == "debrief"
    assert 0 <= page["verdict"]["better"] <= 100
    assert me.screen.on["again"]
    assert len(page["rounds"]) == 10


def test_only_a_tables_own_news_reach_its_page() -> None:
    assert topic_at("/t/hjk-wx3") == topic_at("/join/HJKWX3") == "HJKWX3"
    assert topic_at("/") is topic_at("/model") is topic_at("/t/<b>") is None


def test_washington_proposes_only_what_its_partners_can_sign() -> None:
    from ui.site.pages.review import proposal_of

    draft = {"outcome": "SPLIT", "with": ["CAN"], "package": ["CAN>USA:dairy", "MEX>USA:auto_content"]}
    assert proposal_of(draft) == {"outcome": "SPLIT", "partners": ["CAN"], "package": ["CAN>USA:dairy"]}
    assert proposal_of({"outcome": "ANN", "package": ["CAN>USA:dairy"]})["package"] == []
    with pytest.raises(NegotiationError):
        proposal_of("EXT")
