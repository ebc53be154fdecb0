"""The sliders of the Policy lab: what a scenario declares, each with its unit, limits, own value and source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import floor, log10
from typing import Any

from negotiation.lab.desk_question import limits
from negotiation.scenario import Scenario, Uncertainty
from ui.site.present.lab_state import LabState, own_values
from ui.words import Words

SAME = 5e-5
"""Points of the index, shares of odds: a difference below is none."""


def groups(
    scenario: Scenario, state: LabState, words: Words, span: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Levers, then uncertainties. ``span`` (what each does alone) marks those that do nothing at the opening."""
    blocks: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("levers", scenario.levers),
        ("uncertainties", scenario.uncertainties),
    )
    return [
        {
            "id": name,
            "title": words(f"lab.group_{name}"),
            "note": words(f"lab.group_{name}_note"),
            "sliders": [slider(scenario, state, words, lever, span) for lever in block],
        }
        for name, block in blocks
        if block
    ]


def slider(
    scenario: Scenario, state: LabState, words: Words, name: str, span: Mapping[str, Any] | None
) -> dict[str, Any]:
    """One ``LabSlider``."""
    declared = scenario.levers.get(name) or scenario.uncertainties[name]
    base = own_values(scenario)[name]
    step, digits = step_of(declared, isinstance(base, int))
    out: dict[str, Any] = {
        "name": name,
        "label": declared.title.of(words.language),
        "unit": unit(declared.unit, words),
        "low": float(declared.low),
        "high": float(declared.high),
        "step": step,
        "digits": digits,
        "base": float(base),
        "base_text": words("lab.base", value=words.number(base, digits)),
        "source": scenario.source_of(declared.target) or words("lab.no_source"),
        "limits": _limits_of(scenario, name) or words("lab.no_source"),
    }
    if span is not None and name in span and still(span, name):
        out["still"] = words("lab.still")
    if isinstance(declared, Uncertainty):
        out["drawn"] = drawn(declared, state, words, name, digits)
    return out


def drawn(declared: Any, state: LabState, words: Words, name: str, digits: int) -> dict[str, Any]:
    """From where to where ensembles draw an uncertainty that is not held."""
    narrowed = next((r for r in state.ranges if r[0] == name), None)
    low, high = narrowed[1:] if narrowed else (float(declared.low), float(declared.high))
    said = {"low": words.number(low, digits), "high": words.number(high, digits)}
    return {
        "low": low,
        "high": high,
        "text": words("lab.drawn", **said),
        "held": words("lab.held", **said),
        "narrowed": narrowed is not None,
    }


def values(scenario: Scenario, state: LabState) -> dict[str, float]:
    """Where every slider stands."""
    return {name: float(value) for name, value in own_values(scenario).items()} | dict(state.values)


def step_of(declared: Any, whole: bool) -> tuple[float, int]:
    """(step, digits) of a slider: a hundredth of its range or a little more, in round numbers."""
    if whole:
        return 1.0, 0
    if declared.target.startswith("economy."):
        step = float(limits()["elasticity_step"])
    else:
        rough = (float(declared.high) - float(declared.low)) / 100
        power = 10.0 ** floor(log10(rough)) if rough > 0 else 1.0
        step = next((m * power for m in (1, 2, 5) if m * power >= rough * 0.999), 10 * power)
    return float(f"{step:.6g}"), max(0, -floor(log10(step) + 1e-9))


def unit(text: str, words: Words) -> str:
    """A unit in the visitor's language; as the scenario writes it, where the words do not know it."""
    slug = re.sub(r"[^a-z]+", "_", text.lower()).strip("_")
    return words(f"lab.unit_{slug}") if words.has(f"lab.unit_{slug}") else text


def still(span: Mapping[str, Any], name: str) -> bool:
    """Whether a lever moves nothing at the opening, at either end."""
    base = span["base"]
    return all(
        abs(float(end[what][key]) - float(base[what][key])) < SAME
        for end in (span[name]["low"], span[name]["high"])
        for what in ("leverage", "odds")
        for key in base[what]
    )


def _limits_of(scenario: Scenario, name: str) -> str | None:
    for path in (f"{name}.low", f"levers.{name}.low", f"uncertainties.{name}.low"):
        said = scenario.source_of(path)
        if said:
            return said
    return None
