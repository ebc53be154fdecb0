"""Every screen in the browser: it renders, keeps to its server, fits a phone, passes axe, obeys keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ui.site.components import bundle
from ui.site.gallery import names
from ui.words import Words

axe_package = pytest.importorskip("axe_playwright_python")
AXE = (Path(axe_package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


class Tab:
    """A page that remembers what went wrong on it."""

    def __init__(self, context: Any, address: str) -> None:
        self.page, self.address = context.new_page(), address
        self.page.set_default_timeout(8000)
        self.errors: list[str] = []
        self.strangers: list[str] = []
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("console", self._said)
        self.page.on("request", lambda r: self._heard(r.url))

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _heard(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.strangers.append(url)

    def open(self, name: str) -> Any:
        self.errors.clear()
        if self.page.url.startswith(self.address):
            self.page.evaluate("sessionStorage.clear()")
        self.page.goto(f"{self.address}/{name}")
        self.page.wait_for_selector(".rv main h1")
        self.page.wait_for_function("document.fonts.status === 'loaded'")
        return self.page

    def heard(self, event: str) -> list[Any]:
        lines = self.page.evaluate("document.querySelector('pre.heard').textContent").splitlines()
        found = [json.loads(line) for line in lines if line]
        return [line["value"] for line in found if line["event"] == event]

    def wait_for(self, event: str) -> Any:
        self.page.wait_for_function(
            'e => document.querySelector(\'pre.heard\').textContent.includes(`"event": "${e}"`)', arg=event
        )
        return self.heard(event)[-1]


@pytest.fixture(scope="module")
def tab(gallery: str, browser: Any) -> Iterator[Tab]:
    context = browser.new_context(viewport=DESK, reduced_motion="reduce", color_scheme="light")
    context.add_init_script("localStorage.setItem('rv-tour:table-1', 'done')")
    yield Tab(context, gallery)
    context.close()


def axe_faults(page: Any) -> list[str]:
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE)
    result = page.evaluate("rules => axe.run(document.querySelector('.rv'), rules)", RULES)
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in result["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("name", names())
def test_a_screen_renders_fits_and_passes_axe_in_both_themes(tab: Tab, name: str) -> None:
    page = tab.open(name)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for theme in ("dark", "light"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        page.set_viewport_size(DESK if theme == "light" else PHONE)
        assert axe_faults(page) == []
    assert tab.errors == []
    assert tab.strangers == []


@pytest.mark.parametrize(
    "name",
    ["home", "table", "table.simple", "table.reveal", "review", "debrief", "lab", "lab.lens", "lab.compare"],
)
def test_a_third_longer_text_still_fits_a_phone(tab: Tab, name: str) -> None:
    page = tab.open(f"{name}?long=1")
    page.set_viewport_size(PHONE)
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.rv button, .rv b, .rv small, .rv h1, .rv h2, .rv .st')]
        .filter(e => !e.closest('.vh, .wide') && e.getClientRects().length && e.getBoundingClientRect().right > 391)
        .map(e => e.textContent)"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert wide == []


@pytest.mark.parametrize("name", ["home", "table.simple", "table.reveal", "review.signed"])
def test_text_of_twice_the_size_still_fits_a_phone(tab: Tab, name: str) -> None:
    page = tab.open(name)
    page.set_viewport_size(PHONE)
    page.add_style_tag(content="html { font-size: 32px !important }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.locator(".rv .sealbar .btn, .rv .act .btn, .rv .cta .btn").all():
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 391


def test_the_keyboard_alone_chooses_previews_and_seals(tab: Tab) -> None:
    page = tab.open("live")
    page.set_viewport_size(DESK)
    tab.wait_for("preview")
    page.locator("input[name=toward-USA]:checked").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".sum:has-text('leverage 63 to')")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('sealbtn')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".sealedbox")
    (move,) = tab.heard("seal")
    assert move["stances"] == {"USA": "defect", "MEX": "defect"}
    assert move["measures"] == {}
    assert move["quiet"] is False
    assert page.evaluate("document.activeElement.id") == "h-sealed"


def test_quick_changes_ask_for_one_preview(tab: Tab) -> None:
    page = tab.open("table")
    tab.wait_for("preview")
    page.evaluate(
        """() => ['concede', 'defect', 'concede'].forEach(s =>
        document.querySelector(`input[name=toward-USA][value=${s}]`).click())"""
    )
    page.wait_for_function("document.querySelector('pre.heard').textContent.split('preview').length === 3")
    page.wait_for_timeout(300)
    asked = tab.heard("preview")
    assert [move["stances"]["USA"] for move in asked] == ["coordinate", "concede"]


def test_the_drawer_sends_only_what_was_changed(tab: Tab) -> None:
    page = tab.open("table")
    page.locator("input[name=toward-USA][value=defect]").click()
    page.get_by_role("button", name="Measures, sectors, issues").click()
    page.locator(".drawer input[value=ENE]").click()
    page.get_by_role("button", name="Seal").click()
    assert tab.wait_for("seal")["measures"] == {"USA": {"sectors": ["MET", "ENE"]}}


def test_the_reveal_is_staged_once_and_a_reload_lands_on_its_end(gallery: str, browser: Any) -> None:
    context = browser.new_context(viewport=DESK)
    tab = Tab(context, gallery)
    page = tab.open("table.reveal")
    assert page.inner_text("h1") == "Three envelopes are opened"
    assert page.locator(".letter.out").count() < 3
    page.get_by_role("button", name="Show all at once").click()
    page.wait_for_selector(".wf.drawn")
    assert page.inner_text("h1").startswith("The metals notice lapses")
    page.reload()
    page.wait_for_selector(".letter.out")
    assert page.locator(".letter.out").count() == 3
    assert page.locator(".wf.drawn").count() == 2
    assert tab.errors == []
    context.close()


def test_the_tour_is_walked_once_and_remembered(gallery: str, browser: Any) -> None:
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    tab = Tab(context, gallery)
    page = tab.open("table")
    page.wait_for_selector(".tour")
    assert axe_faults(page) == []
    for _ in range(3):
        page.locator(".tour .prime").click()
    page.get_by_role("button", name="Begin").click()
    tab.wait_for("tour_done")
    page.reload()
    page.wait_for_selector(".rv main h1")
    assert page.locator(".tour").count() == 0
    context.close()


def test_one_tap_plays_canada_in_simple_mode(tab: Tab) -> None:
    tab.open("home").get_by_role("button", name="Play now").click()
    assert tab.wait_for("play") == {
        "scenario": "autumn-2025",
        "seat": "CAN",
        "mode": "simple",
        "level": "medium",
    }


def test_a_draft_is_edited_and_proposed(tab: Tab) -> None:
    page = tab.open("review")
    assert "short 0.8" in page.inner_text(".walkaway.USA")
    page.get_by_text("Streaming rules").click()
    assert "would sign" in page.inner_text(".walkaway.USA")
    page.get_by_role("button", name="Put this draft").click()
    sent = tab.wait_for("propose")
    assert sent["outcome"] == "COND"
    assert "CAN-streaming" in sent["package"]
    assert tab.heard("toggle") == ["CAN-streaming"]


def test_a_split_deal_names_its_partner(tab: Tab) -> None:
    page = tab.open("review.washington")
    page.get_by_role("button", name="Put this draft").click()
    sent = tab.wait_for("propose")
    assert sent["outcome"] == "SPLIT"
    assert sent["with"] == ["MEX"]


def test_one_more_game_from_another_chair(tab: Tab) -> None:
    page = tab.open("review.signed")
    page.get_by_role("button", name="Play as Mexico").click()
    assert tab.wait_for("play") == {
        "scenario": "autumn-2025", "seat": "MEX", "mode": "simple", "level": "medium",
    }  # fmt: skip


def test_the_best_from_a_chair_is_kept_in_this_browser(gallery: str, browser: Any) -> None:
    """A game counts once; the front page shows the best of the chair that is chosen there."""
    context = browser.new_context(viewport=DESK)
    tab = Tab(context, gallery)
    page = tab.open("review.signed")
    for _ in range(2):
        assert page.inner_text(".over .best").strip() == "Your first score from this chair in this browser."
        page.reload()
        page.wait_for_selector(".over .best")
    kept = {"of": "/t/ANOTHER", "before": None, "best": 70}
    page.evaluate("kept => Review.keep('rv-best:autumn-2025/simple/medium/CAN', kept)", kept)
    page.reload()
    page.wait_for_selector(".over .best:has-text('better than 70%')")
    page.evaluate("kept => Review.keep('rv-best:autumn-2025/simple/medium/CAN', kept)", kept | {"best": 40})
    page.reload()
    page.wait_for_selector(".over .best:has-text('before: 40%')")
    page = tab.open("home")
    page.wait_for_selector(".pitch:has-text('better than 62%')")
    page.locator("input[name=seat][value=MEX]").check(force=True)
    page.wait_for_selector(".pitch:not(:has-text('better than'))")
    assert tab.errors == []
    context.close()


def test_the_slider_moves_by_keyboard_and_says_where_it_is(tab: Tab) -> None:
    page = tab.open("debrief")
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "Round 7: over Ottawa 64, over Mexico City 69"
    assert tab.wait_for("slide") == 7


def test_the_theme_is_kept_and_heard(tab: Tab) -> None:
    page = tab.open("home")
    for _ in range(2):
        page.locator("button.theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    page.wait_for_selector(".rv main h1")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.locator("button.theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_the_language_goes_out_and_names_the_page(tab: Tab) -> None:
    page = tab.open("home")
    page.get_by_role("button", name="ES").click()
    assert tab.wait_for("language") == "es"
    page.wait_for_function("document.documentElement.lang === 'es'")


def test_the_name_stands_there_before_the_page_does(gallery: str, browser: Any) -> None:
    context = browser.new_context(viewport=PHONE, locale="es-MX")
    page = context.new_page()
    page.route("**/*.min.js", lambda route: route.abort())
    page.goto(gallery)
    said = page.evaluate(
        "getComputedStyle(document.querySelector('#loader-container h1'), '::after').content"
    )
    assert said == f'"{Words.of("es").fixed["product"]}"'
    context.close()


def test_people_may_zoom(tab: Tab) -> None:
    page = tab.open("home")
    viewport = page.locator("meta[name=viewport]").get_attribute("content")
    assert "maximum-scale" not in viewport
    assert "user-scalable" not in viewport


def test_a_lost_connection_is_said_in_the_viewers_words_and_mended(gallery: str, browser: Any) -> None:
    context = browser.new_context(viewport=DESK)
    tab = Tab(context, gallery)
    open_sockets: list[Any] = []

    def meet(socket: Any) -> None:
        if open_sockets and open_sockets[0] == "down":
            socket.close()
        else:
            socket.connect_to_server()
            open_sockets.append(socket)

    tab.page.route_web_socket("**/api/kernels/**", meet)
    page = tab.open("message")
    page.wait_for_timeout(1700)  # the watch looks every 1.5 s and must have seen the connection once
    open_sockets.insert(0, "down")
    open_sockets[-1].close()
    page.wait_for_selector(".strip:has-text('Trying again')")
    assert page.locator(".v-overlay__content:visible").count() == 0
    open_sockets.pop(0)
    page.wait_for_selector(".strip", state="detached")
    context.close()


def test_a_half_made_choice_outlives_a_reload_and_ends_with_its_round(tab: Tab) -> None:
    page = tab.open("table")
    page.locator("input[name=toward-MEX][value=concede]").click()
    page.reload()
    page.wait_for_selector("input[name=toward-MEX]")
    assert page.locator("input[name=toward-MEX]:checked").get_attribute("value") == "concede"
    page.evaluate("sessionStorage.clear()")
    page.reload()
    page.wait_for_selector("input[name=toward-MEX]")
    assert page.locator("input[name=toward-MEX]:checked").get_attribute("value") == "coordinate"


def test_a_page_of_an_older_build_reloads_itself_once(gallery: str, browser: Any) -> None:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    loads: list[str] = []
    page.on("domcontentloaded", lambda p: loads.append(p.url))
    old = bundle.script().replace("@build@", "older")
    page.route("**/custom.js*", lambda route: route.fulfill(body=old, content_type="text/javascript"))
    page.goto(f"{gallery}/message")
    page.wait_for_function("sessionStorage.length > 0 && performance.now() > 1500")
    page.wait_for_selector(".rv main h1")
    assert len(loads) == 2
    context.close()
