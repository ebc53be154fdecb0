"""The Policy lab's page without a browser: sliders, runs, links, what one takes home."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from negotiation.lab.desk import Desk
from negotiation.lab.desk_opening import opening, span
from negotiation.lab.desk_question import Question
from negotiation.rooms import Lobby
from negotiation.scenario import check, load_scenario, scenario_names
from negotiation.scenario.writing import scenario_as_yaml
from tests.ui.site.asgi import ask
from tests.ui.site.conftest import Browser
from ui.site.pages import lab as lab_pages
from ui.site.present import lab_run
from ui.site.present.lab_state import LabState, own_values
from ui.site.shapes import check as shape_check
from ui.site.state import hooks, laboratory
from ui.words import LANGUAGES, Words

EN = Words.of("en")


class Page:
    """What the lab needs of the kernel it runs in."""

    def __init__(self, name: str = "page") -> None:
        self.id, self.lock, self.closed_event = name, threading.RLock(), threading.Event()
        self._callbacks: list[Callable[[], None]] = []

    def on_close(self, job: Callable[[], None]) -> None:
        self._callbacks.append(job)

    def close(self) -> None:
        self.closed_event.set()
        for job in self._callbacks:
            job()

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Still:
    """A hand that tells one piece of news and waits to be let go."""

    def __init__(self, niceness: int) -> None:
        self.go, self.pid = threading.Event(), None

    def ask(
        self, name: str, question: Question, out: str, *, news: Any, unwanted: Any, seconds: float
    ) -> Any:
        news({"done": 3, "total": 12, "failed": 0, "left": 9.0})
        while not self.go.wait(0.01) and not unwanted():
            pass
        return {}

    def close(self) -> None:
        self.go.set()


class AtOnce:
    """Instant answers worked out here and now."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.forgotten: list[Any] = []

    def ask(self, page: Any, name: str, scenario: str, values: Any, heard: Any) -> None:
        self.asked.append((name, scenario, dict(values)))
        found = load_scenario(scenario)
        heard(span(found) if name == "span" else opening(found, values), None)

    def forget(self, page: Any) -> None:
        self.forgotten.append(page)

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page()

    def at_once(context: Page, job: Callable[[], None]) -> None:
        if not context.closed_event.is_set():
            job()

    monkeypatch.setattr(lab_pages, "here", lambda: page)
    for module in (lab_pages, hooks):
        monkeypatch.setattr(module, "in_page", at_once)
    monkeypatch.setattr(lab_pages, "visitor_of", lambda visit: visit.key)
    return page


@pytest.fixture
def desk(lobby: Lobby, kernel: Page) -> Iterator[Desk]:
    made = Desk(hand=Still)
    made.answers.close()
    made.answers = AtOnce()  # type: ignore[assignment]
    laboratory.install(made)
    yield made
    laboratory.install(None)
    made.close()


def shown(browser: Browser) -> dict[str, Any]:
    """The page after everything that was asked has been heard."""
    for _ in range(3):
        screen = browser.screen
    assert screen.view == "lab"
    shape_check("lab", screen.page)
    return screen.page


def do(browser: Browser, **told: Any) -> dict[str, Any]:
    browser.screen.on["lab"](told)
    return shown(browser)


# -- the page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_scenario_opens_with_sliders_and_an_answer_in_every_language(desk: Desk, language: str) -> None:
    for name in scenario_names():
        page = shown(Browser(f"/lab?scenario={name}", language))
        scenario = load_scenario(name)
        sliders = [s for g in page["groups"] for s in g["sliders"]]
        assert {s["name"] for s in sliders} == {*scenario.levers, *scenario.uncertainties}
        assert all(s["source"] and s["low"] <= s["base"] <= s["high"] for s in sliders)
        assert len(page["instant"]["countries"]) == 3
        assert page["instant"]["pairs"][0]["was"] is None


def test_a_slider_answers_with_leverage_against_the_scenario_as_it_is(desk: Desk) -> None:
    me = Browser("/lab")
    before = shown(me)["instant"]
    page = do(me, do="set", name="canada_opening_answer", value=3, ask=7)
    after = page["instant"]
    assert after["ask"] == 7
    assert after["pairs"][0]["was"] == before["pairs"][0]["now"]
    assert after["pairs"][0]["now"] < before["pairs"][0]["now"]
    assert "Ottawa" in after["headline"]
    assert page["values"]["canada_opening_answer"] == 3
    assert "set.canada_opening_answer=3" in page["query"]
    assert page["moved"] == 1
    back = do(me, do="reset", name=None)
    assert back["moved"] == 0
    assert back["instant"]["pairs"][0]["now"] == before["pairs"][0]["now"]


def test_a_slider_sent_back_answers_the_newest_question(desk: Desk) -> None:
    me = Browser("/lab")
    shown(me)
    do(me, do="set", name="slip", value=0.1, ask=1)
    do(me, do="set", name="slip", value=0.25, ask=2)
    assert shown(me)["instant"]["ask"] == 2


@pytest.mark.parametrize(
    "told",
    [
        "nonsense",
        {"do": "set", "name": "slipp", "value": 1},
        {"do": "set", "name": "slip", "value": "x", "ask": "y"},
        {"do": "set", "name": "slip", "value": None},
        {"do": "range", "name": "slip", "low": 9, "high": 1},
        {"do": "scenario", "id": "/etc/passwd"},
        {"do": "show", "tool": "hammer", "query": "x", "rest9": "C"},
        {"do": "explode"},
        {},
    ],
)
def test_whatever_a_page_sends_the_lab_stays_up(desk: Desk, told: Any) -> None:
    me = Browser("/lab")
    shown(me)
    me.screen.on["lab"](told)
    assert shown(me)["query"] == "scenario=autumn-2025"


def test_a_link_with_nonsense_is_said_and_the_rest_is_on_screen(desk: Desk) -> None:
    page = shown(Browser("/lab?set.slip=0.1&set.memori=0.95&range.front_noticed=0.9:0.5"))
    assert page["values"]["slip"] == 0.1
    assert any("memory" in said for said in page["faults"])
    assert any("upside down" in said for said in page["faults"])


def test_another_scenario_keeps_the_sliders_that_fit(desk: Desk) -> None:
    me = Browser("/lab?set.slip=0.1&set.court_chance=0.15")
    page = do(me, do="scenario", id="rebuilding-bridges")
    assert page["scenario"]["value"] == "rebuilding-bridges"
    assert page["values"]["slip"] == 0.1
    assert "court_chance" not in page["query"]


def test_sliders_that_act_over_rounds_say_so(desk: Desk) -> None:
    page = shown(Browser("/lab"))
    told = {s["name"]: s.get("still") for g in page["groups"] for s in g["sliders"]}
    assert told["memory"]
    assert not told["threat_record"]
    assert "memory" not in [row["name"] for row in page["span"]["rows"]]


# -- runs ------------------------------------------------------------------------------------------------


def test_a_run_is_shown_from_the_button_to_its_end(desk: Desk) -> None:
    me = Browser("/lab?replications=30")
    assert "30" in shown(me)["run"]["start"]
    page = do(me, do="run")
    assert page["run"]["state"] in ("waiting", "running")
    assert page["run"]["cancel"]
    assert "ran=ensemble" in page["query"]
    page = do(me, do="cancel")
    while page["run"]["state"] in ("waiting", "running"):
        page = shown(me)
    assert page["run"]["state"] == "stopped"
    assert page["run"]["start"] == EN("lab.again")


def test_a_second_run_of_the_same_visitor_is_refused_in_words(desk: Desk) -> None:
    me = Browser("/lab")
    do(me, do="run")
    page = do(me, do="show", tool="tipping")
    assert page["run"]["blocked"]
    with pytest.raises(Exception, match="lab_busy"):
        me.screen.on["lab"]({"do": "run"})


def test_a_link_made_with_a_result_offers_to_run_again_where_the_server_has_none(desk: Desk) -> None:
    page = shown(Browser("/lab?ran=ensemble&seed=4"))
    assert page["run"]["state"] == "idle"
    assert page["run"]["said"] == EN("lab.said_ran")
    assert page["run"]["start"]


def test_a_page_that_closes_lets_go_of_its_run(
    desk: Desk, kernel: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_limits", {**desk._limits, "grace_seconds": 0.1})
    me = Browser("/lab")
    do(me, do="run")
    job = desk.of(me.visit.key)
    assert job is not None
    kernel.close()
    for _ in range(400):
        if not job.open:
            break
        threading.Event().wait(0.02)
    assert job.state == "stopped"
    assert desk.answers.forgotten == [kernel.id]  # type: ignore[attr-defined]


@pytest.mark.parametrize("state", ["waiting", "running", "done", "stopped", "late", "failed", "died"])
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_state_of_every_tool_has_words(state: str, language: str) -> None:
    from types import SimpleNamespace

    for tool in ("ensemble", "sensitivity", "compare", "lens", "tipping"):
        job = SimpleNamespace(
            state=state, done=3, total=9, failed=1, left=2.0, why="no disk", rows=True, result=None
        )
        told = lab_run.run_panel(LabState(tool=tool), Words.of(language), job, place=2)
        assert told["said"]
        assert "{" not in told["said"]
        assert bool(told["cancel"]) == (state in ("waiting", "running"))


def test_the_command_line_beside_a_run_is_one_the_program_takes() -> None:
    import shlex

    import typer

    from ui.cli import app_for

    scenario = load_scenario("autumn-2025")
    state = LabState(draw=False).with_value(scenario, "slip", 0.1)
    state = state.with_range_text(scenario, "memory", "0.91:0.95", [])
    for tool in ("ensemble", "sensitivity", "compare", "lens", "tipping"):
        program, name, *given = shlex.split(lab_run.command(state, tool))
        assert program == "negotiation"
        group: Any = typer.main.get_command(app_for([name]))
        command = group.commands[name] if hasattr(group, "commands") else group
        parsed = command.make_context(name, list(given)).params  # raises for an option it does not know
        assert parsed.get("seed", 0) == state.seed
        if tool == "ensemble":
            assert (parsed["fixed"], parsed["within"]) == (["slip=0.1"], ["memory=0.91:0.95"])


# -- taking it home --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", scenario_names())
def test_the_downloaded_scenario_is_the_one_on_screen(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(name)
    values: dict[str, float] = {}
    for lever, declared in {**scenario.levers, **scenario.uncertainties}.items():
        whole = isinstance(own_values(scenario)[lever], int)
        values[lever] = (
            int(declared.high) if whole else round(declared.low + 0.6 * (declared.high - declared.low), 4)
        )
    text = scenario_as_yaml(scenario, values, name=f"{name}-lab", remark="set ({was}).", head="one\ntwo")
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    assert check([file]) == []
    mine = load_scenario(file)
    assert mine.digest == scenario.with_values(**values).model_copy(update={"name": f"{name}-lab"}).digest
    target = next(iter(scenario.levers.values())).target
    assert "set (" in (mine.source_of(target) or "")


def test_the_scenario_a_server_was_started_with_has_a_lab_too(
    desk: Desk, lobby: Lobby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.server import create_app
    from ui.site.state import service

    shipped = load_scenario("autumn-2025")
    file = tmp_path / "my-own.yaml"
    file.write_text(
        scenario_as_yaml(shipped, {"slip": 0.3}, name="my-own", remark="mine ({was}).", head="mine"), "utf-8"
    )
    monkeypatch.setattr(service, "DEFAULT_SCENARIO", str(file))
    page = shown(Browser("/lab?set.threat_record=5"))
    assert page["values"]["slip"] == 0.3
    answer = ask(create_app(lobby=lobby), "GET", f"/lab/scenario.yaml?{page['query']}")
    assert 'filename="my-own-lab.yaml"' in answer.header("content-disposition")
    taken = tmp_path / "taken.yaml"
    taken.write_bytes(answer.body)
    assert check([taken]) == []
    assert load_scenario(taken).rules.review.slip == 0.3


def test_files_of_the_lab_are_served_and_nothing_else(desk: Desk, lobby: Lobby, tmp_path: Path) -> None:
    from ui.server import create_app

    app = create_app(lobby=lobby)
    answer = ask(
        app, "GET", "/lab/scenario.yaml?scenario=autumn-2025&set.slip=0.1&set.slipp=2", accept_language="fr"
    )
    assert answer.status == 200
    assert 'filename="autumn-2025-lab.yaml"' in answer.header("content-disposition")
    file = tmp_path / "a.yaml"
    file.write_bytes(answer.body)
    assert check([file]) == []
    assert load_scenario(file).rules.review.slip == 0.1
    for path in ("/lab/rows/0123456789abcdef.csv", "/lab/rows/..%2Fx.csv", "/lab/rows/0123456789abcdef.exe"):
        assert ask(app, "GET", path).status == 404
