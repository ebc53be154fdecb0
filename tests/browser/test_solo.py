"""One person against two computer governments: whole games by mouse, by touch and by keyboard, a language each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from tests.browser.conftest import Person

CARDS = ["together", "answer", "answer", "own-deal", *["together"] * 2, "answer", *["together"] * 3]
ENDED = ".review.signed, .rv .review.refused, .rv .review.closed"


ENVELOPES_FROM_SEATS = """[...document.querySelectorAll('.rv .board .node')].map(n => {
    const middle = e => { const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2] };
    const [a, b] = [n.querySelector('circle'), n.querySelector('.env svg')].map(middle);
    return Math.hypot(a[0] - b[0], a[1] - b[1]) })"""


def finish(person: Person) -> None:
    """Through the joint review to the debrief."""
    from playwright.sync_api import TimeoutError as Waited

    for _ in range(4):
        person.see(f"{ENDED}, .rv .review .act button")
        if person.page.query_selector(f".rv {ENDED}"):
            break
        with contextlib.suppress(Waited):  # the others may have ended the review since
            person.page.click(".rv .review .act button >> nth=0", timeout=5_000)
        person.page.wait_for_timeout(300)
    person.see(ENDED)
    person.page.click(".rv .review .act .btn.prime")
    person.see(".debrief")


def test_a_whole_game_by_mouse_in_english(people: Callable[..., Person]) -> None:
    me = people("en")
    me.play_now()
    for card in CARDS:
        me.round(card)
    finish(me)
    assert "Better than" in me.page.inner_text(".rv .debrief")
    assert "In the world" in me.page.inner_text(".rv .real")
    table = me.page.url.removesuffix("/debrief")
    me.page.click(".rv .ways .btn.prime")  # play again
    me.see(".table.choose")
    me.page.goto(table)
    me.see(ENDED)
    assert "Better than" in me.page.inner_text(".rv .verdict")
    me.page.click(".rv .again .btn:has-text('Mexico')")
    me.see(".table.choose")
    assert "Mexico" in me.page.inner_text(".rv .own")
    me.goto("/", "home")
    assert len(me.page.query_selector_all(".rv .resume li")) == 3


def test_a_whole_game_by_touch_on_a_phone_in_spanish(people: Callable[..., Person]) -> None:
    me = people("es", size="phone")
    me.goto("/", "home")
    assert me.fits
    me.page.tap(".rv .home .btn.prime")
    me.see(".table.choose")
    me.page.tap(".rv .tour .textbtn")
    for number, card in enumerate(CARDS):
        me.see(".table.choose")
        assert me.fits
        me.page.locator(f".rv label.card:has(input[value={card}])").tap()
        me.see(".sealbar .sum b")
        me.page.tap(".rv .sealbtn")
        me.see(".table.reveal")
        assert me.fits
        if number == 0:
            assert "Tres sobres" in me.page.inner_text(".rv .table")
        me.page.tap(".rv .nextbar .btn")
    finish(me)
    assert me.fits
    assert "Lo que pasó en realidad" in me.page.inner_text(".rv .debrief")


def press(person: Person, key: str, times: int = 1) -> None:
    for _ in range(times):
        person.page.keyboard.press(key)


def tab_to(person: Person, condition: str) -> None:
    """Press Tab until the focused element fits."""
    for _ in range(80):
        person.page.keyboard.press("Tab")
        if person.page.evaluate(f"(e => {condition})(document.activeElement)"):
            return
    raise AssertionError(f"the keyboard does not reach {condition}")


def test_a_game_by_keyboard_alone_in_french(people: Callable[..., Person]) -> None:
    """What is new has the focus, so that it is said aloud and Tab goes on from there."""
    me = people("fr")
    me.goto("/", "home")
    tab_to(me, "e.matches('.rv .home .btn.prime')")
    press(me, "Enter")
    me.see(".table.choose")
    press(me, "Escape")  # leaves the tour
    for number in range(10):
        me.see(".table.choose")
        me.page.wait_for_function("document.activeElement.id === 'h-dec'")
        tab_to(me, "e.matches('.rv input[name=card]')")
        press(me, "Space")
        press(me, "ArrowRight", number % 3)
        me.see(".sealbar .sum b")
        tab_to(me, "e.matches('.rv .sealbtn')")
        press(me, "Enter")
        me.see(".table.reveal")
        me.page.wait_for_function("document.activeElement.id === 'h-rev'")
        tab_to(me, "e.matches('.rv .nextbar .btn')")
        press(me, "Enter")
    me.see(".review")
    for _ in range(3):
        if me.page.query_selector(f".rv {ENDED}"):
            break
        tab_to(me, "e.matches('.rv .review .act button')")
        press(me, "Enter")
        me.page.wait_for_timeout(300)
    me.see(ENDED)
    tab_to(me, "e.matches('.rv .review .act .btn.prime')")
    press(me, "Enter")
    me.see(".debrief")
    assert "Ce qui s’est vraiment passé" in me.page.inner_text(".rv .debrief")


def test_the_full_game_offers_measures_sectors_and_issues(people: Callable[..., Person]) -> None:
    me = people("en")
    me.play_now(mode="full")
    me.stance("USA", "defect")
    me.stance("MEX", "coordinate")
    me.page.click(".rv .decide .textbtn")
    me.page.locator(".rv .drawer .chip:has(input[value=MET])").click()
    me.page.locator(".rv .drawer .chip:has(input[value=port_links])").click()
    me.see(".sealbar .sum b")
    me.page.wait_for_function("!document.querySelector('.rv .sealbar .stale')")
    me.seal()
    me.see(".table.reveal")
    letter = me.page.inner_text(".rv .letters > :nth-child(2)")
    assert "Defect: notice, metals" in letter
    me.page.click(".rv .nextbar .btn.prime")
    me.see(".table.choose")
    me.stance("USA", "concede")
    me.page.click(".rv .decide .textbtn") if not me.page.query_selector(".rv .drawer") else None
    me.page.locator(".rv .drawer .chip:has(input[value=dairy])").click()
    me.stance("MEX", "coordinate")
    me.see(".sealbar .sum b")
    me.seal()
    me.see(".table.reveal")
    assert "dairy" in me.page.inner_text(".rv .letters > :nth-child(2)").lower()


def test_washington_may_put_a_proposal_to_the_others(
    people: Callable[..., Person], prepared: Callable[..., tuple[str, str]]
) -> None:
    me = people("en")
    code, token = prepared("review", "USA")
    me.sit(code, token)
    me.goto(f"/t/{code}", "review")
    assert me.headline() == "You hold the pen"
    me.page.wait_for_selector(".rv .review .g")
    me.page.click(".rv .review .act .btn.face")
    me.see(ENDED)


@pytest.mark.parametrize("calm", [False])
def test_a_reveal_is_staged_once_and_a_reload_lands_on_its_end(
    people: Callable[..., Person], calm: bool
) -> None:
    me = people("en", calm=calm)
    me.play_now()
    me.take("together")
    me.seal()
    me.see(".table.reveal")
    assert me.page.query_selector(".rv .reveal .textbtn") or me.page.query_selector(".rv .letters")
    assert me.page.evaluate("window.scrollY") < 100
    off = me.page.evaluate(ENVELOPES_FROM_SEATS)
    assert len(off) == 3
    assert max(off) < 110, "an envelope has left its seat"
    me.page.reload()
    me.see(".table.reveal .nextbar")
    assert me.page.inner_text(".rv .reveal, .rv .table.reveal")
    assert not me.page.query_selector(".rv .waits")
