"""Coming back: reload, a second tab, a server that was killed; and changing the language on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Person, Server


def test_a_reload_and_a_new_tab_are_where_one_was(people: Callable[..., Person]) -> None:
    me = people()
    me.play_now()
    me.round("together")
    me.see(".table.choose")
    me.page.reload()
    me.see(".table.choose")
    assert "Round 2" in me.page.inner_text(".rv .kick")
    me.goto("/", "home")
    me.page.click(".rv .resume button")
    me.see(".table.choose")
    assert "Round 2" in me.page.inner_text(".rv .kick")


def test_two_tabs_of_one_seat_follow_each_other_and_only_one_move_counts(
    people: Callable[..., Person],
) -> None:
    me = people()
    me.play_now()
    address = me.page.url
    first, second = me.page, me.tab()
    second.goto(address)
    second.wait_for_selector(".rv .table.choose")
    me.take("together")
    me.seal()
    me.see(".table.reveal")
    second.wait_for_selector(".rv .table.reveal")
    first.click(".rv .nextbar .btn.prime")
    first.wait_for_selector(".rv .table.choose")
    second.wait_for_selector(".rv .table.choose")
    assert "Round 2" in second.inner_text(".rv .kick")


def test_a_move_from_a_tab_that_slept_is_refused_to_its_face(people: Callable[..., Person]) -> None:
    me = people()
    me.play_now()
    address, sleeper = me.page.url, me.tab()
    sleeper.goto(address)
    sleeper.wait_for_selector(".rv .table.choose")
    # this tab's page stands still: what it sends later was chosen on an old screen
    sleeper.evaluate("""() => {
        const panel = document.querySelector('.rv .decide').__vue__, say = panel.rv.say;
        const old = {key: panel.choose.key, ask: 1, stances: {USA: 'coordinate', MEX: 'coordinate'},
                     measures: {}, quiet: false};
        window.send = () => say('seal', old);
    }""")
    me.round("together")
    me.see(".table.choose")
    sleeper.wait_for_function("document.querySelector('.rv .kick').innerText.includes('Round 2')")
    sleeper.evaluate("window.send()")
    sleeper.wait_for_selector(".rv :text('made for round 1')")
    assert me.page.query_selector(".rv .table.choose")  # nothing was sealed


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    if running.process.poll() is None:
        running.stop()


def test_an_open_page_survives_a_killed_server(people: Callable[..., Person], own_server: Server) -> None:
    me = people(base=own_server.address)
    me.play_now()
    me.round("together")
    me.see(".table.choose")
    me.take("answer")
    own_server.kill()
    me.page.wait_for_selector(".rv .strip")  # the page says that the connection is gone
    own_server.start()
    me.page.wait_for_selector(".rv .strip", state="detached")
    me.see(".table.choose")
    assert "Round 2" in me.page.inner_text(".rv .kick")
    me.page.wait_for_selector(
        ".rv .cards input[value=answer]:checked", state="attached"
    )  # the half-made choice is there
    me.see(".sealbar .sum b")
    me.seal()
    me.see(".table.reveal")
    assert "Defect: notice" in me.page.inner_text(".rv .letters")


def test_a_clean_stop_is_quick_and_says_that_nothing_is_lost(
    people: Callable[..., Person], own_server: Server
) -> None:
    me = people(base=own_server.address)
    me.play_now()
    assert own_server.stop() == 0
    said = own_server.log.read_text()
    assert "Stopped." in said
    assert "Traceback" not in said


def test_the_language_changes_at_once_and_stays(people: Callable[..., Person]) -> None:
    me, friend = people("en"), people("fr")
    me.play_now()
    address = me.page.url
    me.page.click(".rv .lang button:has-text('ES')")
    me.page.wait_for_function("document.documentElement.lang === 'es'")
    assert "Usted gobierna" in me.page.inner_text(".rv .mast, .rv header")
    me.page.reload()
    me.see(".table.choose")
    assert me.page.evaluate("document.documentElement.lang") == "es"
    assert "Ronda 1 de 10" in me.page.inner_text(".rv .kick")
    friend.goto(address.removeprefix(friend.base), "table")  # somebody else at the same table keeps their own
    assert "Tour 1 sur 10" in friend.page.inner_text(".rv .kick")
