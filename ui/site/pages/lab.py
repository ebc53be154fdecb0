"""The Policy lab: sliders that answer at once, and runs in processes of their own.

What is on screen is one ``LabState``; it comes out of the address and the page keeps its link up to date. An event
changes the state and asks the desk; answers and news of runs come back over the hub and render the page again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from negotiation.errors import NegotiationError
from negotiation.lab.desk_question import KINDS
from negotiation.scenario import Scenario, load_scenario
from ui.site.pages.home import scenarios
from ui.site.present.lab import lab_page
from ui.site.present.lab_answer import lab_answer
from ui.site.present.lab_state import Fault, LabState, held_values, read_value
from ui.site.state import laboratory, service
from ui.site.state.hooks import here, in_page, when_told
from ui.site.state.visit import Screen, Visit


@dataclass
class Bench:
    """What one open page of the lab remembers. Changed only under its kernel's lock."""

    visitor: str
    context: Any
    search: str = ""
    state: LabState = field(default_factory=LabState)
    faults: tuple[Fault, ...] = ()
    asked: tuple[Any, ...] = ()
    """What the last instant question was about."""
    ask: int = 0
    now: dict[str, Any] | None = None
    """Numbers of the last answer."""
    now_for: tuple[Any, ...] = ()
    now_ask: int = 0
    base: dict[str, dict[str, Any]] = field(default_factory=dict)
    span: dict[str, dict[str, Any]] = field(default_factory=dict)
    wanted: set[tuple[str, str]] = field(default_factory=set)


def lab(visit: Visit, search: str) -> Screen:
    """The lab as this visitor has set it."""
    bench = _bench(visit, search)
    state, words = bench.state, visit.words
    scenario = load_scenario(state.scenario)
    _ask(visit, bench, scenario)
    desk = laboratory.desk()
    job = desk.find(state.question(state.tool))
    mine = desk.of(bench.visitor)
    desk.watch(bench.visitor, state.question(state.tool))
    base = bench.base.get(state.scenario)
    current = bench.now is not None and bench.now_for[0] == state.scenario
    instant = None
    if current and base is not None and bench.now is not None:
        moved = bool(bench.now_for[1])
        instant = lab_answer(bench.now, base, scenario, words, ask=bench.now_ask, moved=moved)
    page = lab_page(
        state,
        scenario,
        words,
        scenarios=scenarios(),
        faults=bench.faults,
        span=bench.span.get(state.scenario),
        waiting=not current or base is None,
        job=job,
        place=0 if job is None else desk.place(job),
        wanted=job is None or bench.visitor in job.visitors,
        busy=mine.question.kind if mine is not None and mine is not job else None,
        instant=instant,
        notice=visit.notice,
    )
    return Screen("lab", page, on={"lab": lambda told: _event(visit, bench, told)})


# -- the page and its visitor -------------------------------------------------------------------------------


def _bench(visit: Visit, search: str) -> Bench:
    """The page's memory; a new address (a link followed) sets it anew."""
    bench: Bench | None = visit.memory.get("lab")
    if bench is None:
        bench = Bench(visitor_of(visit), here(), search="\0")
        visit.memory["lab"] = bench
        _follow(visit, bench)
    if bench.search != search:
        bench.search = search
        bench.state, bench.faults = LabState.of_query(search, service.DEFAULT_SCENARIO)
    return bench


def visitor_of(visit: Visit) -> str:
    """Who asks: the browser, by Solara's own cookie; else the address the connection comes from."""
    import solara

    try:
        return str(solara.get_session_id())
    except Exception:  # outside a page of Solara
        return visit.key


def _follow(visit: Visit, bench: Bench) -> None:
    """Hear of this visitor's runs for as long as the page is open; say goodbye when it closes."""
    desk, context = laboratory.desk(), bench.context
    look = when_told(context, visit.refresh)
    stop = service.lobby().hub.subscribe(laboratory.topic(bench.visitor), lambda news: look())
    desk.arrive(bench.visitor)

    def gone() -> None:
        stop()
        desk.answers.forget(context.id)
        desk.leave(bench.visitor)

    context.on_close(gone)


# -- instant answers ------------------------------------------------------------------------------------------


def _ask(visit: Visit, bench: Bench, scenario: Scenario) -> None:
    """Ask what is not known yet: the scenario as it is, what is on the sliders, what each does alone."""
    state, known = bench.state, laboratory.desk().answers
    held = dict(held_values(scenario, state))

    def put(store: dict[str, Any], name: str, what: str) -> Callable[[Any, Exception | None], None]:
        def heard(found: Any, error: Exception | None) -> None:
            def job() -> None:
                bench.wanted.discard((what, name))
                if error is None:
                    store[name] = found
                else:
                    visit.notice = str(error).splitlines()[0]
                visit.refresh()

            in_page(bench.context, job)

        return heard

    for what, store in (("opening", bench.base), ("span", bench.span)):
        if state.scenario not in store and (what, state.scenario) not in bench.wanted:
            bench.wanted.add((what, state.scenario))
            page = (bench.context.id, "base")
            known.ask(page, what, state.scenario, {}, put(store, state.scenario, what))
    question = (state.scenario, state.values)
    if bench.asked == question:
        return
    bench.asked, number = question, bench.ask

    def heard(found: Any, error: Exception | None) -> None:
        def job() -> None:
            if bench.asked != question:
                return
            if isinstance(error, NegotiationError):
                visit.refuse(error)
                return
            bench.now, bench.now_for, bench.now_ask = found, question, number
            visit.refresh()

        in_page(bench.context, job)

    known.ask(bench.context.id, "opening", state.scenario, held, heard)


# -- events ---------------------------------------------------------------------------------------------------


def _event(visit: Visit, bench: Bench, told: Any) -> None:
    """Anything the page sends: ``{do: set | reset | range | show | scenario | run | cancel, ...}``."""
    if not isinstance(told, dict):
        return
    do = str(told.get("do", ""))
    scenario = load_scenario(bench.state.scenario)
    faults: list[Fault] = []
    visit.accept()
    if do == "set":
        name = str(told.get("name", ""))
        value = read_value(scenario, name, told.get("value"), faults)
        bench.ask = _whole(told.get("ask"))
        if value is not None:
            bench.state = bench.state.with_value(scenario, name, value)
        _ask(visit, bench, scenario)
        if bench.now_for == bench.asked and bench.now_ask != bench.ask:
            bench.now_ask = bench.ask  # back to where it was: the answer is known
            visit.refresh()
        return
    if do == "reset":
        which = told.get("name")
        bench.state = bench.state.without(None if which is None else str(which))
    elif do == "range":
        text = f"{told.get('low')}:{told.get('high')}"
        bench.state = bench.state.with_range_text(scenario, str(told.get("name", "")), text, faults)
    elif do == "scenario":
        bench.state = _elsewhere(bench.state, str(told.get("id", "")))
    elif do == "show":
        for name, value in told.items():
            if name != "do":
                bench.state = _shown(bench, scenario, str(name), value, faults)
    elif do == "run":
        _run(bench)
    elif do == "cancel":
        laboratory.desk().cancel(bench.visitor, bench.state.question(bench.state.tool))
    bench.faults = tuple(faults)
    visit.refresh()


def _shown(bench: Bench, scenario: Scenario, name: str, value: Any, faults: list[Fault]) -> LabState:
    """Another choice; the four stances the lens holds come one by one."""
    state = bench.state
    if name.startswith("rest") and name[4:] in ("0", "1", "2", "3"):
        job = laboratory.desk().find(state.question("lens"))
        rest = list(state.rest or _rest_on_screen(state, job))
        rest[int(name[4:])] = str(value)[:1]
        return state.with_choice(scenario, "rest", "".join(rest), faults)
    if name == "pair":
        state = replace(state, rest="")
    if name in (
        "partner",
        "map",
        "tool",
        "output",
        "pair",
        "trust",
        "against",
        "draw",
        "replications",
        "seed",
        "round",
    ):
        return state.with_choice(scenario, name, value, faults)
    return state


def _rest_on_screen(state: LabState, job: Any) -> str:
    """What the lens holds now, where nobody has chosen."""
    from ui.site.present.lab_lens import likely_rest

    return likely_rest(job.result, state.pair) if job is not None and job.result else "CCCC"


def _elsewhere(state: LabState, name: str) -> LabState:
    """Another scenario: the sliders both have stay where they are, if they fit."""
    if name != service.DEFAULT_SCENARIO and name not in {s.name for s in scenarios()}:
        return state
    there = load_scenario(name)
    moved = replace(state, scenario=name, values=(), ranges=(), against="", round=1, rest="")
    for lever, value in state.values:
        declared = there.levers.get(lever) or there.uncertainties.get(lever)
        if declared is not None and declared.low <= value <= declared.high:
            moved = moved.with_value(there, lever, value)
    return moved


def _run(bench: Bench) -> None:
    """Have the open tool's question worked on, and say so in the link."""
    state = bench.state
    laboratory.desk().ask(bench.visitor, state.question(state.tool))
    bench.state = replace(state, ran=tuple(k for k in KINDS if k in (*state.ran, state.tool)))


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
