"""The Policy lab in a real browser: from the front page's door to the file one takes home."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from negotiation.scenario import check, load_scenario
from tests.browser.conftest import Person, Server

LONGER = 120_000
"""Milliseconds a run of the lab may take on a busy machine."""


def state(me: Person, *wanted: str) -> str:
    """Wait until the open tool's run is in one of these states."""
    found = me.page.wait_for_function(
        """wanted => {
            const e = document.querySelector('.lbr');
            return e && wanted.includes(e.dataset.state) && e.dataset.state;
        }""",
        arg=list(wanted),
        timeout=LONGER,
    )
    return str(found.json_value())


def number(me: Person, name: str, value: int) -> None:
    """Type a whole number of the open tool and leave the field."""
    me.page.fill(f".rv input[name=lab-{name}]", str(value))
    me.page.keyboard.press("Tab")
    me.page.wait_for_function(f"new URL(location).searchParams.get('{name}') === '{value}'")


@pytest.mark.parametrize(("language", "size"), [("en", "desk"), ("es", "phone")])
def test_a_visitor_moves_a_slider_plays_an_ensemble_and_takes_it_home(
    people: Callable[..., Person], tmp_path: Path, language: str, size: str
) -> None:
    me = people(language, size=size)
    me.goto("/", "home")
    me.page.click(".rv .doors a.more >> nth=1")
    me.see(".lab .lb-three")
    opened = me.page.inner_text(".rv .lb-main .lb-pair >> nth=0")

    me.page.focus("#lab-canada_opening_answer")
    me.page.keyboard.press("ArrowRight")
    me.page.wait_for_function(
        "was => document.querySelector('.rv .lb-main .lb-pair').innerText !== was", arg=opened
    )
    me.page.wait_for_function("location.search.includes('set.canada_opening_answer=1')")
    assert me.fits
    assert me.axe() == []

    me.page.click(".rv input[name=lab-draw][value='0']", force=True)
    number(me, "seed", {"en": 11, "es": 12}[language])  # a question nobody has asked this server before
    number(me, "replications", 20)
    me.page.click(".rv .lbr-go .prime")
    assert state(me, "done", "failed", "died") == "done"
    me.see(".lbf")
    me.see(".lbe-dots")
    link = me.page.url
    assert "ran=ensemble" in link
    href = me.page.get_attribute(".rv .lb-rows a >> nth=0", "href") or ""
    rows = me.page.request.get(me.base + href).text().splitlines()
    assert len(rows) == 21
    assert me.axe() == []

    number(me, "replications", 1000)
    me.page.click(".rv .lbr-go .prime")
    state(me, "running")
    me.page.click(".rv .lbr-go button:not(.prime)")
    assert state(me, "stopped", "done", "failed", "died") == "stopped"

    other = people(language, size=size)
    other.page.goto(link)
    other.see(".lab .lbe-dots")  # the server still knows the answer to this question
    assert other.page.input_value("#lab-canada_opening_answer") == "1"
    assert other.page.inner_text(".rv h1") == me.page.inner_text(".rv h1")

    address = other.page.get_attribute(".rv .lb-home a", "href") or ""
    file = tmp_path / "taken-home.yaml"
    file.write_bytes(other.page.request.get(other.base + address).body())
    assert check([file]) == []
    assert load_scenario(file).start.partner_rung["CAN"] == 1


def test_a_reload_and_a_restart_of_the_server_leave_the_lab_where_it_was(
    people: Callable[..., Person], tmp_path: Path
) -> None:
    own = Server(tmp_path)
    try:
        me = people(base=own.address)
        me.page.goto(own.address + "/lab?set.slip=0.1&replications=1000&draw=0&seed=5")
        me.see(".lab .lb-three")
        me.page.click(".rv .lbr-go .prime")
        state(me, "running")
        me.page.reload()
        me.see(".lab .lb-three")
        assert state(me, "running", "waiting", "idle") != "idle"  # a reload does not stop it
        me.page.wait_for_function("document.querySelector('.lbr-bar i')?.style.width > '0%'", timeout=LONGER)
        own.kill()
        own.start()
        me.see(".lbr-lost")
        assert re.search(r"\d+ of 1,?000", me.page.inner_text(".rv .lbr-lost"))
        assert me.page.input_value("#lab-slip") == "0.1"
        me.page.click(".rv .lbr-go .prime")
        assert state(me, "running", "waiting") in ("running", "waiting")
    finally:
        own.kill()


def test_an_edited_link_is_said_and_the_rest_works(people: Callable[..., Person]) -> None:
    me = people("fr")
    me.page.goto(me.base + "/lab?set.slipp=1&set.slip=9&range.memory=0.97:0.9&scenario=autum-2025")
    me.see(".lb-faults")
    assert me.page.locator(".rv .lb-faults li").count() == 4
    me.see(".lab .lb-three")
    assert me.page.input_value("#lab-slip") == "0.4"
