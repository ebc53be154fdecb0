"""Looking back in a real browser: replay by keyboard, what if by link, a log from a file, things to take home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from negotiation.game.log import write_log
from tests.debrief.conftest import events_of

WORKED_OUT = ".debrief .could"
"""Stands on the page once the readers have answered."""


@pytest.fixture(scope="module")
def table(prepared: Callable[..., tuple[str, str]]) -> tuple[str, str]:
    return prepared("ended")


def looks_back(person: Any, table: tuple[str, str], asked: str = "") -> None:
    person.sit(*table)
    person.goto(f"/t/{table[0]}/debrief{asked}", "debrief")
    person.see(WORKED_OUT)


def test_the_slider_replays_the_game_by_keyboard_and_speaks(people: Any, table: tuple[str, str]) -> None:
    me = people("en")
    looks_back(me, table)
    slider = me.page.locator(".rv .score input[type=range]")
    slider.focus()
    for _ in range(7):
        me.page.keyboard.press("ArrowLeft")
    assert me.page.inner_text(".rv .at .rd").startswith("Round 3")
    assert slider.get_attribute("aria-valuetext").startswith("Round 3: over Ottawa")
    me.page.locator(".rv .turn").first.press("Enter")
    assert me.page.locator(".rv .turn").first.get_attribute("aria-pressed") == "true"


def test_a_what_if_is_sent_as_a_link_and_another_browser_sees_it(people: Any, table: tuple[str, str]) -> None:
    me, friend = people("en"), people("fr", size="phone")
    looks_back(me, table)
    me.page.locator(".rv .score input[type=range]").fill("4")
    me.page.select_option(".rv .whatif .ask select >> nth=1", "D")
    me.page.click(".rv .whatif .btn.prime")
    me.see(".branch.done")
    assert "if=4:USA=D" in me.page.url
    assert me.page.locator(".rv .lc .alt").count() == 2
    me.page.click(".rv .seg label:has-text('strategies')")
    me.page.select_option(".rv .whatif .minds select >> nth=1", "grim")
    me.page.click(".rv .whatif .btn.prime")
    me.page.wait_for_function("document.querySelectorAll('.rv .branch.done').length === 2")
    friend.page.goto(me.page.url)
    friend.see(".branch.done")
    friend.page.wait_for_function("document.querySelectorAll('.rv .branch.done').length === 2")
    there, here = (p.page.locator(".rv .branch td").all_inner_texts() for p in (friend, me))
    assert [x.replace(",", ".") for x in there[:6]] == here[:6]
    assert friend.fits
    me.page.click(".rv .branch >> nth=0 >> text=Take away")
    me.page.wait_for_function("document.querySelectorAll('.rv .branch').length === 1")
    assert "strategies" in me.page.url


@pytest.mark.parametrize(("size", "dark"), [("desk", False), ("phone", True)])
def test_every_new_page_is_accessible_and_fits(
    people: Any, table: tuple[str, str], size: str, dark: bool
) -> None:
    me = people("es", size=size, dark=dark)
    looks_back(me, table, "?if=3:CAN=DD")
    me.see(".branch.done")
    assert me.axe() == []
    assert me.fits
    for path, view in (("/replay", "openlog"), ("/teachers", "teachers")):
        me.goto(path, view)
        assert me.axe() == []
        assert me.fits


@pytest.fixture(scope="module")
def school(server: Any) -> tuple[str, str]:
    """Code and host's token of a class whose tables have all ended, played by computers."""
    from negotiation.rooms import ClassConfig, Lobby
    from negotiation.terms import Country

    house = Lobby(server.folder / "rooms.db")
    try:
        opened = house.classes.open(ClassConfig(tables=3, firms=200, seed=5, seats=("CAN",)))
        for n in range(3):
            opened.classroom.enter(f"P{n}")
        opened.classroom.start()
        for room in opened.classroom.rooms():
            room.substitute(Country.CAN, "hedger")
            room.drive()
        return opened.code, opened.token
    finally:
        house.close()


@pytest.mark.parametrize(("size", "dark"), [("desk", False), ("phone", True)])
def test_a_finished_classs_pages_are_accessible_and_lead_to_each_table(
    people: Any, school: tuple[str, str], size: str, dark: bool
) -> None:
    me = people("fr", size=size, dark=dark)
    me.sit(*school)
    me.goto(f"/host/{school[0]}/debrief", "cdeb")
    assert me.axe() == []
    assert me.fits
    me.goto(f"/host/{school[0]}", "host")
    assert me.axe() == []
    assert me.fits
    me.page.click(".rv .tile >> nth=1 >> a")
    me.see(".debrief")
    assert me.page.url.endswith("/debrief")


def test_a_log_cut_in_the_middle_is_opened_from_a_file(people: Any, tmp_path: Path) -> None:
    write_log(tmp_path / "game.jsonl", events_of("short"))
    whole = (tmp_path / "game.jsonl").read_bytes()
    (tmp_path / "cut.jsonl").write_bytes(whole[: len(whole) * 2 // 3])
    (tmp_path / "photo.jsonl").write_bytes(b"\x89PNG" * 100)
    me = people("fr")
    me.goto("/replay", "openlog")
    me.page.set_input_files("#rv-log", str(tmp_path / "photo.jsonl"))
    me.page.click(".rv .openlog .btn.prime")
    me.page.wait_for_function("document.querySelector('.rv .refused').textContent.includes('journal')")
    assert len(me.complaints) == 1
    assert "422" in me.complaints.pop()  # the browser notes the refusal as well
    me.page.set_input_files("#rv-log", str(tmp_path / "cut.jsonl"))
    me.page.click(".rv .openlog .btn.prime")
    me.see(".debrief .faults")
    assert "La ligne" in me.page.inner_text(".rv .faults")
    me.see(WORKED_OUT)
    me.page.reload()
    me.see(WORKED_OUT)  # the link stays good


def test_the_report_of_a_page_opens_by_itself_and_asks_nobody(people: Any, table: tuple[str, str]) -> None:
    me = people("en")
    looks_back(me, table)
    with me.context.expect_page() as opened:
        me.page.click(".rv .offergrid a[href*='report-es.html']")
    report = opened.value
    report.wait_for_selector("h1")
    assert report.get_attribute("html", "lang") == "es"
    assert report.evaluate("performance.getEntriesByType('resource').length") == 0
