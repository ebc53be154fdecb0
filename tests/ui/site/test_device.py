"""Use another device: the pages that give and open the link, and the door that moves the seat."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

import pytest

from negotiation.rooms import ClassConfig, Lobby, errors
from tests.ui.site.asgi import ask
from tests.ui.site.conftest import Browser, settle
from ui.site.shapes import check
from ui.web.cookies import SEAT
from ui.words import LANGUAGES


@pytest.fixture
def app(lobby: Lobby) -> Any:
    """The doors, without Solara."""
    from starlette.applications import Starlette

    from ui.web import devices, doors

    return Starlette(
        routes=[*doors.routes(), *devices.routes()], exception_handlers=doors.exception_handlers()
    )


@pytest.fixture
def opened(lobby: Lobby) -> Any:
    table = lobby.open_table(firms=200, seed=5, offered=("MEX",))
    settle(table.guest.room)
    return table


def link_of(browser: Browser) -> tuple[str, str]:
    """Address and secret of the link on the page."""
    link = urlsplit(browser.screen.page["give"]["link"])
    return link.path, link.fragment


def giver(opened: Any, language: str = "en") -> Browser:
    return Browser(f"/t/{opened.code}/device", language, **{SEAT + opened.code: opened.token})


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_page_on_the_way_has_its_shape_in_every_language(
    lobby: Lobby, opened: Any, language: str
) -> None:
    old = giver(opened, language)
    path, secret = link_of(old)
    new = Browser(path, language)
    for browser in (
        old,
        new,
        *(Browser(f"{path}?why={w}", language) for w in ("link_gone", "same_device", "<b>")),
    ):
        check(browser.screen.view, browser.screen.page)
    lobby.devices.take(opened.code, secret)
    assert old.screen.view == "message"
    check("message", old.screen.page)


def test_who_holds_a_seat_finds_the_way_at_the_foot_of_the_table_and_nobody_else_does(opened: Any) -> None:
    seated, watching = Browser.of(opened), Browser(f"/t/{opened.code}")
    assert seated.screen.page["foot"][-1] == {"text": "Use another device", "page": "device"}
    seated.screen.ways["device"]()
    assert seated.screen.view == "device"
    assert "device" not in watching.screen.ways
    assert "Use another device" not in str(watching.screen.page)
    with pytest.raises(errors.NotAllowed):
        _ = Browser(f"/t/{opened.code}/device").screen


def test_a_page_makes_one_link_and_another_when_asked(lobby: Lobby, opened: Any) -> None:
    page = giver(opened)
    first = link_of(page)
    assert link_of(page) == first
    page.screen.ways["again"]()
    assert link_of(page) != first
    with pytest.raises(errors.LinkGone):
        lobby.devices.take(opened.code, first[1])


def test_the_page_that_opens_a_link_neither_takes_nor_tells_anything(opened: Any) -> None:
    path, secret = link_of(giver(opened))
    screen = Browser(path).screen
    assert screen.page["take"]["action"] == path
    assert secret not in str(screen.page)
    assert opened.guest.seat == "CAN"


def test_a_press_moves_the_seat_and_a_get_does_not(
    app: Any, lobby: Lobby, opened: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path, secret = link_of(giver(opened))
    assert (
        ask(app, "GET", f"{path}?link={secret}").status == 405
    )  # here; behind the doors Solara shows the page
    assert opened.guest.seat == "CAN"
    answer = ask(app, "POST", path, form={"link": secret})
    assert (answer.status, answer.header("location")) == (303, f"/t/{opened.code}")
    cookie = answer.cookies()[SEAT + opened.code]
    assert "HttpOnly" in cookie
    assert lobby.enter(opened.code, cookie.split(";")[0]).seat == "CAN"
    again = ask(app, "POST", path, form={"link": secret})
    assert again.header("location") == f"{path}?why=link_gone"
    assert not again.cookies()
    for token in (secret, cookie.split(";")[0]):
        assert token not in caplog.text
        assert token not in answer.header("location")


def test_the_old_device_is_told_plainly_and_shows_no_own_seat(lobby: Lobby, opened: Any) -> None:
    old = Browser.of(opened)
    before = old.screen
    assert "seat" in before.page["mast"]
    _, secret = link_of(giver(opened))
    lobby.devices.take(opened.code, secret)
    assert not before.same()  # the open page is drawn again by the news
    page = old.screen.page
    assert "on another device" in page["notice"]["text"]
    assert "seat" not in page["mast"]
    assert "choose" not in page
    assert "device" not in old.screen.ways


def test_wrong_links_are_refused_in_words_and_slowed_down(app: Any, opened: Any) -> None:
    path = f"/device/{opened.code}"
    whys = [ask(app, "POST", path, form={"link": "x" * 22}).header("location") for _ in range(12)]
    assert whys[0].endswith("?why=link_gone")
    assert whys[-1].endswith("?why=too_many_attempts")
    for address in (whys[0], whys[-1]):
        assert len(Browser(address).screen.page["deck"]) > 20
    assert (
        ask(app, "POST", "/device/<script>", form={"link": "x"})
        .header("location")
        .startswith("/device/SCRIPT?")
    )


def test_a_student_takes_both_cookies_along(app: Any, lobby: Lobby) -> None:
    classroom = lobby.classes.open(ClassConfig(tables=1, firms=200, seed=5)).classroom
    ana = classroom.enter("Ana")
    room = classroom.guest(ana).room
    path, secret = link_of(
        Browser(f"/t/{room.code}/device", **{SEAT + classroom.code: ana, SEAT + room.code: ana})
    )
    assert path == f"/device/{classroom.code}"
    cookies = ask(app, "POST", path, form={"link": secret}).cookies()
    assert set(cookies) == {SEAT + classroom.code, SEAT + room.code}
    token = cookies[SEAT + room.code].split(";")[0]
    assert classroom.guest(token).seat == "CAN"
    assert classroom.guest(ana) is None
