"""How fast the Policy lab answers a slider: ``python -m tests.benchmarks.lab_page_speed [--moves N] [--browser]``.

Random moves of random sliders to places where a slider stops. *worker*: processor time of the model's
answer. *page*: processor time of the server for the dict that is sent. *round trip*: from the event to the text that
goes to the browser, by the clock, with the worker process in between. ``--browser``: from the key press to the new
number on the screen, in Chromium, server and browser on this machine.
"""

from __future__ import annotations

import argparse
import random
import threading
import time
from typing import Any

from negotiation.lab.desk_answers import Answers
from negotiation.lab.desk_opening import opening, span
from negotiation.scenario import Scenario, load_scenario, scenario_names
from ui.site.components import state_of
from ui.site.present.lab import lab_page
from ui.site.present.lab_answer import lab_answer
from ui.site.present.lab_sliders import step_of
from ui.site.present.lab_state import LabState, held_values, own_values, read_value
from ui.words import Words

SCENARIO = "autumn-2025"


def moves(scenario: Scenario, count: int) -> list[LabState]:
    """A walk: one slider more, or one moved again, each time."""
    chance, state, out = random.Random(7), LabState(scenario=scenario.name), []
    declared = {**scenario.levers, **scenario.uncertainties}
    for _ in range(count):
        name = chance.choice(sorted(declared))
        low, high = declared[name].low, declared[name].high
        step, _ = step_of(declared[name], isinstance(own_values(scenario)[name], int))
        steps = chance.randrange(round((high - low) / step) + 1)
        value = read_value(scenario, name, low + steps * step, [])
        state = state if value is None else state.with_value(scenario, name, value)
        out.append(state)
    return out


def told(label: str, seconds: list[float]) -> None:
    """Median, 95th percentile and worst, in milliseconds."""
    ordered = sorted(1000 * s for s in seconds)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(
        f"{label:34} median {ordered[len(ordered) // 2]:7.1f}   p95 {p95:7.1f}   worst {ordered[-1]:7.1f} ms"
    )


def in_this_process(scenario: Scenario, walk: list[LabState]) -> None:
    """Processor time of the two halves of an answer."""
    opening(scenario)
    base, alone = opening(scenario), span(scenario)
    scenarios, words = [load_scenario(n) for n in scenario_names()], Words.of("en")
    model, page = [], []
    for number, state in enumerate(walk):
        began = time.process_time()
        now = opening(scenario, held_values(scenario, state))
        model.append(time.process_time() - began)
        began = time.process_time()
        instant = lab_answer(now, base, scenario, words, ask=number, moved=True)
        body = lab_page(state, scenario, words, scenarios=scenarios, span=alone, instant=instant)
        sent = state_of("lab", body, words.fixed)
        page.append(time.process_time() - began)
    told("worker, processor time", model)
    told("page, processor time", page)
    print(f"{'sent, before compression':34} {sum(len(str(x)) for x in sent.values()) / 1000:.0f} kB at most")


def round_trips(scenario: Scenario, walk: list[LabState]) -> None:
    """By the clock, with the worker process in between."""
    answers = Answers()
    base, words = opening(scenario), Words.of("en")
    scenarios = [load_scenario(n) for n in scenario_names()]

    def ask(state: LabState) -> Any:
        done, found = threading.Event(), []  # type: ignore[var-annotated]

        def heard(answer: Any, error: Exception | None) -> None:
            found.append(answer)
            done.set()

        answers.ask("page", "opening", scenario.name, held_values(scenario, state), heard)
        done.wait(60)
        return found[0]

    try:
        began = time.perf_counter()
        ask(LabState())
        print(f"{'first answer of a new worker':34} {time.perf_counter() - began:.1f} s")
        took = []
        for number, state in enumerate(walk):
            began = time.perf_counter()
            instant = lab_answer(ask(state), base, scenario, words, ask=number, moved=True)
            state_of(
                "lab", lab_page(state, scenario, words, scenarios=scenarios, instant=instant), words.fixed
            )
            took.append(time.perf_counter() - began)
        told("round trip", took)
    finally:
        answers.close()


def in_a_browser(count: int) -> None:
    """Key presses on one slider after the other until its number of leverage is on screen."""
    import shutil
    import tempfile
    from pathlib import Path

    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import Server

    watch = """() => { window.times = []; const at = {};
        const see = () => { const i = document.querySelector('.lab').__vue__; return i.now && i.now.ask; };
        document.addEventListener('input', () => { window.began = performance.now(); window.was = see(); }, true);
        new MutationObserver(() => { if (window.began && see() > window.was) {
            window.times.push(performance.now() - window.began); window.began = 0; } })
          .observe(document.querySelector('.lb-main'),
                   {subtree: true, childList: true, characterData: true, attributes: true}); }"""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = Server(Path(folder))
        try:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(server.address + "/lab")
            page.wait_for_selector(".lb-three", timeout=60_000)
            page.wait_for_timeout(1500)
            page.evaluate(watch)
            for n in range(count):
                page.focus("#lab-threat_record" if n % 2 else "#lab-slip")
                page.keyboard.press("ArrowRight" if n % 40 < 20 else "ArrowLeft")
                page.wait_for_timeout(150)
            told("key press to screen", [t / 1000 for t in page.evaluate("window.times")])
            browser.close()
        finally:
            server.kill()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--moves", type=int, default=200)
    parser.add_argument("--browser", action="store_true")
    chosen = parser.parse_args()
    scenario = load_scenario(SCENARIO)
    walk = moves(scenario, chosen.moves)
    in_this_process(scenario, walk)
    round_trips(scenario, walk)
    if chosen.browser:
        in_a_browser(min(chosen.moves, 60))


if __name__ == "__main__":
    main()
