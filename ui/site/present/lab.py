"""The Policy lab as one dict: sliders, what the open tool has found, the link that restores it all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from negotiation.lab.desk_question import limits
from negotiation.scenario import Scenario
from ui.site.present import lab_lens, lab_results
from ui.site.present.frame import frame, link
from ui.site.present.lab_run import file_name, run_panel
from ui.site.present.lab_sliders import groups, still, values
from ui.site.present.lab_state import CHOICES, Fault, LabState
from ui.words import Words

TEXTS = (
    "scenario", "reset", "reset_all", "source", "source_short",
    "limits", "narrow", "narrow_low", "narrow_high", "narrow_set",
    "narrow_clear", "waiting", "copy", "copy_command", "copied", "faults", "instant", "real_wage", "real_income",
    "prices", "jobs", "leverage", "odds", "tariffs", "sectors", "tools", "command", "less", "more", "link",
    "take_home", "a_side", "b_side", "lost_title", "threat_axis", "trust_axis", "table_view",
)  # fmt: skip


def lab_page(
    state: LabState,
    scenario: Scenario,
    words: Words,
    *,
    scenarios: Sequence[Scenario],
    faults: Sequence[Fault] = (),
    span: Mapping[str, Any] | None = None,
    waiting: bool = False,
    job: Any | None = None,
    place: int = 0,
    wanted: bool = True,
    busy: str | None = None,
    instant: dict[str, Any] | None = None,
    notice: str | None = None,
) -> dict[str, Any]:
    """``LabPage``. ``job``: the desk's run of the open tool's question; ``span``: what each lever does alone."""
    page = frame(
        words,
        words("lab.title"),
        words("lab.deck_first"),
        words("lab.opening_kicker"),
        title=words("lab.title"),
        mast={"context": words("lab.title"), "links": [link(words, "link.home", "home")]},
        foot=[link(words, "lab.foot"), link(words, "link.how_computed", "model")],
        notice=notice,
    )
    page |= {
        "texts": {name: words(f"lab.text_{name}") for name in TEXTS},
        "scenario": _scenarios(state, scenario, scenarios, words),
        "groups": groups(scenario, state, words, span),
        "values": values(scenario, state),
        "query": state.query,
        "faults": [fault_text(f, words) for f in faults],
        "about": [words.rich("lab.about_instant"), words.rich("lab.about_games")],
        "map": _choice(state, "map", words, lambda x: words(f"lab.map_{x}")),
        "partner": _choice(state, "partner", words, lambda x: words("lab.over", whom=words.gov(x))),
        "tool": _choice(state, "tool", words, lambda x: words(f"lab.tool_{x}")),
        "tool_about": words.rich(f"lab.about_{state.tool}"),
        "controls": _controls(state, scenario, scenarios, words),
        "numbers": _numbers(state, scenario, words),
        "run": run_panel(state, words, job, place=place, wanted=wanted, busy=busy),
        "waiting": waiting,
        "yaml": {
            "text": words("lab.yaml", name=f"{file_name(state)}.yaml"),
            "href": f"/lab/scenario.yaml?{state.query}",
        },
        "moved": len(state.values) + len(state.ranges),
    }
    if span is not None:
        drawn = lab_results.span(span, state, scenario, words, still=still)
        if drawn:
            page["span"] = drawn
    found = _found(state, scenario, scenarios, words, None if job is None else job.result)
    if found:
        page["results"] = {state.tool: found}
    if instant is not None:
        page["instant"] = instant
    return page


def _found(
    state: LabState, scenario: Scenario, scenarios: Sequence[Scenario], words: Words, result: Any
) -> dict[str, Any] | None:
    """What the open tool shows of a result."""
    if not result:
        return None
    if state.tool == "ensemble":
        return lab_results.ensemble(result, state, scenario, words)
    if state.tool == "sensitivity":
        return lab_results.sensitivity(result, state, scenario, words)
    if state.tool == "compare":
        other = next((s for s in scenarios if s.name == state.against), scenario)
        return lab_results.compare(result, state, scenario, other, words)
    if state.tool == "lens":
        return lab_lens.lens(result, state, scenario, words)
    return lab_lens.tipping(result, state, words)


def fault_text(fault: Fault, words: Words) -> str:
    """Something in a link that could not be used, said."""
    return words(f"lab.fault_{fault.key}", **dict(fault.values))


def _scenarios(
    state: LabState, scenario: Scenario, scenarios: Sequence[Scenario], words: Words
) -> dict[str, Any]:
    names = {s.name: s for s in (*scenarios, scenario)}
    return {
        "name": "scenario",
        "legend": words("lab.text_scenario"),
        "value": state.scenario,
        "options": [
            {
                "id": state.scenario if s.name == scenario.name else name,
                "text": s.title.of(words.language),
                "note": s.summary.of(words.language),
            }
            for name, s in names.items()
        ],
    }


def _choice(state: LabState, name: str, words: Words, text: Callable[[str], str]) -> dict[str, Any]:
    return {
        "name": name,
        "legend": words(f"lab.choose_{name}"),
        "value": getattr(state, name),
        "options": [{"id": x, "text": text(x)} for x in CHOICES[name]],
    }


def _controls(
    state: LabState, scenario: Scenario, scenarios: Sequence[Scenario], words: Words
) -> list[dict[str, Any]]:
    """What the open tool can be told."""
    if state.tool == "ensemble":
        return [
            _choice(state, "partner", words, lambda x: words("lab.over", whom=words.gov(x))),
            _draw(state, words),
        ]
    if state.tool == "sensitivity":
        return [_choice(state, "output", words, lambda x: lab_results.output_name(x, words))]
    if state.tool == "compare":
        options = [{"id": "", "text": words("lab.side_shipped", title=scenario.title.of(words.language))}]
        options += [
            {"id": s.name, "text": s.title.of(words.language)} for s in scenarios if s.name != scenario.name
        ]
        against = {
            "name": "against",
            "legend": words("lab.choose_against"),
            "value": state.against,
            "options": options,
        }
        return [against, _draw(state, words)]
    if state.tool == "lens":
        return [
            _choice(
                state,
                "pair",
                words,
                lambda x: words("lab.pair_of", a=words.gov(x.split("-")[0]), b=words.gov(x.split("-")[1])),
            )
        ]
    return [_choice(state, "trust", words, lambda x: words.number(float(x), 2))]


def _draw(state: LabState, words: Words) -> dict[str, Any]:
    return {
        "name": "draw",
        "legend": words("lab.choose_draw"),
        "value": str(int(state.draw)),
        "options": [{"id": x, "text": words(f"lab.draw_{x}")} for x in ("1", "0")],
    }


def _numbers(state: LabState, scenario: Scenario, words: Words) -> list[dict[str, Any]]:
    size = limits()
    found: list[tuple[str, int, int]] = []
    if state.tool in ("ensemble", "compare"):
        found.append(("replications", int(size["least_replications"]), int(size["most_replications"])))
    if state.tool == "lens":
        found.append(("round", 1, len(scenario.calendar.rounds)))
    if state.tool != "tipping":
        found.append(("seed", 0, 2**31 - 1))
    return [
        {"name": n, "label": words(f"lab.number_{n}"), "value": getattr(state, n), "low": low, "high": high}
        for n, low, high in found
    ]
