"""Every real page: axe-core clean in light and dark, fits a phone, asks nothing of any other server."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Person


@pytest.mark.parametrize(("language", "size", "dark"), [("en", "desk", False), ("fr", "phone", True)])
def test_every_page_is_accessible_and_fits(
    people: Callable[..., Person],
    prepared: Callable[..., tuple[str, str]],
    language: str,
    size: str,
    dark: bool,
) -> None:
    me = people(language, size=size, dark=dark)
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found[name] = me.axe()
        assert me.fits, f"{name} scrolls sideways"

    for path, view in (("/", "home"), ("/model", "model"), ("/offline", "install"), ("/join", "join")):
        me.goto(path, view)
        look(view)
    me.goto("/t/ZZZZZZ", "message")
    look("message")
    me.play_now()
    me.take("together")
    look("choose")
    me.seal()
    me.see(".table.reveal")
    look("reveal")
    for stage, view in (("review", "review"), ("ended", "review"), ("ended", "debrief")):
        code, token = prepared(stage)
        me.sit(code, token)
        me.goto(f"/t/{code}" + ("/debrief" if view == "debrief" else ""), view)
        me.page.wait_for_timeout(400)
        look(f"{stage} {view}")
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_an_unknown_address_is_a_page_with_a_way_home(people: Callable[..., Person]) -> None:
    me = people("es")
    answer = me.page.goto(me.base + "/nowhere/at/all")
    assert answer is not None
    assert answer.status == 404
    assert "Aquí no hay página" in me.page.inner_text("h1")
    me.page.click("a[href='/']")
    me.see(".home")


def test_names_and_codes_with_markup_are_text(people: Callable[..., Person]) -> None:
    me = people()
    me.goto("/", "home")
    me.page.fill(".rv .home input:not([type=radio])", "<img src=x onerror=alert(1)>")
    me.page.keyboard.press("Enter")
    me.page.wait_for_selector(".rv .home :text('No table has the code')")
    assert not me.page.query_selector(".rv img")
