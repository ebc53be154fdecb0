"""Two people by code and a spectator: who sees what, and nothing before its time, in every frame that travelled."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.browser.conftest import Person

INSIDE = "Coordinate: Port and Pacific links"
"""How Ottawa's sealed measure reads: on its own envelope, and in letters of those who may know it."""


def brief(seat: str) -> str:
    """A seat's private briefing, as it would travel."""
    from negotiation.scenario import load_scenario

    text = load_scenario("autumn-2025").briefings[seat].private.of("en")
    return json.dumps(json.dumps(text, ensure_ascii=False)[1:-1])[1:-1]


def table_of_three(people: Callable[..., Person]) -> tuple[Person, Person, Person]:
    """Ottawa hosts, Mexico City joins by code, somebody watches."""
    ottawa, mexico, watcher = people(), people(), people()
    ottawa.goto("/", "home")
    ottawa.page.click(".rv .doors section:first-child .more")
    ottawa.see(".friends")
    code = ottawa.page.inner_text(".rv .friends .code")
    mexico.goto("/", "home")
    mexico.page.fill(".rv .home input:not([type=radio])", code.lower())
    mexico.page.keyboard.press("Enter")
    mexico.see(".join .enter")
    mexico.page.check(".rv input[name=seat][value=MEX]", force=True)
    mexico.page.click(".rv .enter .btn.prime")
    mexico.see(".message")
    watcher.goto(f"/join/{code}", "join")
    watcher.page.check('.rv input[name=seat][value=""]', force=True)
    watcher.page.click(".rv .enter .btn.prime")
    watcher.see(".message")
    ottawa.page.wait_for_selector(".rv .friends .seats li.MEX:has-text('a friend')")
    ottawa.page.click(".rv .friends .btn.prime")
    for person in (ottawa, mexico):
        person.see(".table.choose")
        person.skip_tour()
    watcher.see(".table.watch")
    return ottawa, mexico, watcher


def received(person: Person, since: int = 0) -> str:
    """Everything a page got over its websockets since a moment."""
    return "\n".join(person.frames[since:])


def pages(person: Person, since: int = 0) -> list[dict[str, Any]]:
    """A table's page after each message that changed it, put together from its parts (JSON text inside the frames)."""
    out = []
    parts: dict[str, str] = {}
    rest: dict[str, Any] = {}
    for number, frame in enumerate(person.frames):
        state = json.loads(frame)["content"].get("data", {}).get("state", {}) if frame.startswith("{") else {}
        changed = {name: text for name, text in state.items() if name.startswith("part_")}
        parts |= changed
        rest = json.loads(state["page"]) if isinstance(state.get("page"), str) else rest
        page = rest | {name.removeprefix("part_"): json.loads(text) for name, text in parts.items() if text}
        if number >= since and (changed or "page" in state) and "board" in page and "seats" in page:
            out.append(page)
    return out


def test_a_sealed_quiet_move_reaches_nobody_before_its_time(people: Callable[..., Person]) -> None:
    ottawa, mexico, watcher = table_of_three(people)
    starts = {p: len(p.frames) for p in (mexico, watcher)}

    ottawa.stance("USA", "defect")
    ottawa.stance("MEX", "coordinate")
    ottawa.page.click(".rv .decide .textbtn")
    ottawa.page.locator(".rv .drawer .chip:has(input[value=port_links])").click()
    ottawa.page.click(".rv .decide .quiet b")
    ottawa.page.wait_for_selector(".rv .decide .quiet input:checked")
    ottawa.see(".sealbar .sum b")
    ottawa.page.wait_for_function("!document.querySelector('.rv .sealbar .stale')")
    ottawa.seal()
    ottawa.see(".table.sealed")
    for person in (mexico, watcher):  # they learn that the envelope is closed
        person.page.wait_for_function("document.querySelector('.rv .seatline').innerText.includes('sealed')")
    assert INSIDE in received(ottawa)

    before = {p: received(p, starts[p]) for p in (mexico, watcher)}
    for person, text in before.items():
        assert text, "frames must be seen for this test to mean anything"
        assert INSIDE not in text
        assert pages(person, starts[person])
        for page in pages(person, starts[person]):
            assert all(t["stances"] is None for t in page["board"]["ties"])
            assert "sealed" not in page
            assert "reveal" not in page

    mexico.stance("USA", "concede")
    mexico.stance("CAN", "coordinate")
    mexico.see(".sealbar .sum b")
    mexico.seal()
    for person in (ottawa, mexico):
        person.see(".table.reveal")
    watcher.page.wait_for_selector(".rv .letters")

    # the partner now knows; the observer never learns what was kept quiet
    assert INSIDE in mexico.page.inner_text(".rv .letters") or "Coordinate" in mexico.page.inner_text(
        ".rv .letters"
    )
    letter = watcher.page.inner_text(".rv .letters > :nth-child(2)")
    assert "to Washington" in letter
    assert "to Mexico City" not in letter
    assert INSIDE not in received(watcher)
    tie = next(t for t in pages(watcher)[-1]["board"]["ties"] if t["key"] == "CAN-MEX")
    assert tie["stances"] is None

    # private briefings stay with their seats from the first frame on
    for person, own in ((ottawa, "CAN"), (mexico, "MEX"), (watcher, None)):
        for seat in ("USA", "CAN", "MEX"):
            assert (brief(seat) in received(person)) == (seat == own), (own, seat)


def test_what_a_computer_expected_is_told_after_the_reveal_only(people: Callable[..., Person]) -> None:
    me = people()
    me.play_now()
    reasons = ("last round", "coordinat", "We ")
    assert not any(f'"reason": "{r}' in received(me) for r in reasons)
    me.take("together")
    me.seal()
    me.see(".table.reveal")
    assert me.page.inner_text(".rv .letters > :nth-child(1)").count(".") >= 1


def test_a_friend_who_leaves_lets_the_table_go_on(people: Callable[..., Person]) -> None:
    ottawa, mexico, _ = table_of_three(people)
    ottawa.stance("USA", "coordinate")
    ottawa.stance("MEX", "coordinate")
    ottawa.see(".sealbar .sum b")
    ottawa.seal()
    ottawa.see(".table.sealed")
    assert "Mexico City" in ottawa.page.inner_text(".rv .sealedbox")
    ottawa.page.click(".rv .sealedbox .btn")  # and one may think again meanwhile
    ottawa.see(".table.choose")
    mexico.page.close()
    assert ottawa.page.inner_text(".rv .seatline").count("writing") >= 1
