"""What is on the screen of the Policy lab, as one frozen object that goes into a link and comes out of one.

    state, faults = LabState.of_query("scenario=autumn-2025&set.slip=0.1&ran=ensemble", "autumn-2025")
    state.query                       # the same link, shortest form

Nonsense in an edited link is left out or brought into its limits, said (``faults``), and the rest is kept.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl, quote

from negotiation.errors import NegotiationError
from negotiation.lab.desk_question import KINDS, Question, limits
from negotiation.scenario import Scenario, load_scenario, scenario_names
from negotiation.terms import OUTCOMES, PARTNERS, SEATS

TOOLS = KINDS
MAPS = ("output", "income", "leverage")
PAIRS = ("USA-CAN", "USA-MEX", "CAN-MEX")
OUTPUTS = (
    *(f"leverage_{k}" for k in PARTNERS),
    *(f"odds_{o}" for o in OUTCOMES if o in ("EXT", "COND", "ANN")),
    *(f"real_income_{s}" for s in SEATS),
)
TRUSTS = ("0.45", "0.55", "0.65")
CHOICES: dict[str, tuple[str, ...]] = {
    "partner": tuple(map(str, PARTNERS)),
    "map": MAPS,
    "tool": TOOLS,
    "output": OUTPUTS,
    "pair": PAIRS,
    "trust": TRUSTS,
}
LETTERS = "CND"
SEEDS = 2**31
MOST_TEXT = 4000
"""Characters of a link that are looked at."""


@dataclass(frozen=True)
class Fault:
    """Something in a link that could not be used: a key of the words ``lab.fault_...`` and its values."""

    key: str
    values: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, key: str, **values: Any) -> Fault:
        """With values as text."""
        return cls(key, tuple((k, str(v)) for k, v in values.items()))


@dataclass(frozen=True)
class LabState:
    """See the module. ``values`` and ``ranges`` are in the order of their names; a value the scenario has by itself
    is not held."""

    scenario: str = "autumn-2025"
    values: tuple[tuple[str, float], ...] = ()
    ranges: tuple[tuple[str, float, float], ...] = ()
    partner: str = "CAN"
    map: str = "output"
    tool: str = "ensemble"
    replications: int = 200
    seed: int = 0
    draw: bool = True
    against: str = ""
    output: str = "leverage_CAN"
    pair: str = "USA-CAN"
    rest: str = ""
    """lens: what is held: row's and column's stance toward the third, the third's toward row and column."""
    round: int = 1
    trust: str = "0.55"
    ran: tuple[str, ...] = ()
    """Questions whose answers are on screen."""

    # -- into a link and out of it --------------------------------------------------------------------------

    @property
    def query(self) -> str:
        """The link's query: only what differs from a fresh lab."""
        fresh, said = LabState(), []
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "scenario":
                said.append(("scenario", value))
            elif field.name == "values":
                said += [(f"set.{name}", _digits(v)) for name, v in value]
            elif field.name == "ranges":
                said += [(f"range.{name}", f"{_digits(low)}:{_digits(high)}") for name, low, high in value]
            elif value != getattr(fresh, field.name):
                text = ",".join(value) if isinstance(value, tuple) else value
                said.append((field.name, str(int(text)) if isinstance(text, bool) else str(text)))
        return "&".join(f"{quote(k, safe='.')}={quote(v, safe=',:')}" for k, v in said)

    @classmethod
    def of_query(cls, query: str, default: str = "autumn-2025") -> tuple[LabState, tuple[Fault, ...]]:
        """The state a link stands for, and what in it could not be used."""
        asked = dict(parse_qsl(query[:MOST_TEXT], keep_blank_values=True, max_num_fields=200))
        faults: list[Fault] = []
        state = cls(scenario=_scenario(asked.pop("scenario", default), default, faults))
        scenario = load_scenario(state.scenario)
        known = {f.name for f in fields(cls)} - {"scenario", "values", "ranges"}
        for key, text in asked.items():
            kind, _, name = key.partition(".")
            if kind == "set" and name:
                value = read_value(scenario, name, text, faults)
                state = state if value is None else state.with_value(scenario, name, value)
            elif kind == "range" and name:
                state = state.with_range_text(scenario, name, text, faults)
            elif key in known:
                state = state.with_choice(scenario, key, text, faults)
            else:
                faults.append(Fault.of("unknown_key", name=key[:40], near=_near(key, [*known, "scenario"])))
        return state, tuple(faults)

    # -- changes ----------------------------------------------------------------------------------------------

    def value(self, name: str) -> float | None:
        """The value a lever is held at; None if it is the scenario's."""
        return dict(self.values).get(name)

    def with_value(self, scenario: Scenario, name: str, value: float) -> LabState:
        """A lever set to a value that fits it; the scenario's own lets go of it. A drawn range is given up."""
        held = {k: v for k, v in self.values if k != name}
        if abs(value - float(own_values(scenario)[name])) > 1e-12:
            held[name] = value
        ranges = tuple(r for r in self.ranges if r[0] != name)
        return replace(self, values=tuple(sorted(held.items())), ranges=ranges)

    def without(self, name: str | None = None) -> LabState:
        """One lever as the scenario has it, or all of them."""
        if name is None:
            return replace(self, values=(), ranges=())
        return replace(
            self,
            values=tuple(v for v in self.values if v[0] != name),
            ranges=tuple(r for r in self.ranges if r[0] != name),
        )

    def with_range_text(self, scenario: Scenario, name: str, text: str, faults: list[Fault]) -> LabState:
        """An uncertainty drawn from ``low:high``."""
        declared = scenario.uncertainties.get(name)
        low, high = (_number(part) for part in (text.split(":") + ["", ""])[:2])
        if declared is None:
            kind = "not_drawn" if name in scenario.levers else "unknown_lever"
            faults.append(Fault.of(kind, name=name[:40], near=_near(name, scenario.uncertainties)))
        elif low is None or high is None:
            faults.append(Fault.of("no_range", name=name, text=text[:20]))
        elif low >= high:
            faults.append(Fault.of("upside_down", name=name, low=f"{low:g}", high=f"{high:g}"))
        else:
            inside = max(low, declared.low), min(high, declared.high)
            if inside[0] >= inside[1]:
                faults.append(_outside(name, text, declared, "-"))
                return self
            if inside != (low, high):
                faults.append(_outside(name, text, declared, f"{inside[0]:g}:{inside[1]:g}"))
            ranges = {r[0]: r for r in self.ranges} | {name: (name, _tidy(inside[0]), _tidy(inside[1]))}
            values = tuple(v for v in self.values if v[0] != name)
            return replace(self, values=values, ranges=tuple(sorted(ranges.values())))
        return self

    def with_choice(self, scenario: Scenario, key: str, given: Any, faults: list[Fault]) -> LabState:
        """Anything else on the screen set as a link or a page says."""
        text = str(given)
        if key in CHOICES:
            if text in CHOICES[key]:
                return replace(self, **{key: text})  # type: ignore[arg-type]
            faults.append(Fault.of("no_choice", name=key, text=text[:30], near=", ".join(CHOICES[key])))
        elif key == "against":
            chosen = "" if not text else _scenario(text, "", faults)
            return replace(self, against="" if chosen == self.scenario else chosen)
        elif key == "draw":
            return replace(self, draw=text not in ("0", "false", "False", ""))
        elif key == "rest":
            if len(text) in (0, 4) and set(text) <= set(LETTERS):
                return replace(self, rest=text)
            faults.append(Fault.of("no_choice", name=key, text=text[:30], near="CNDC"))
        elif key == "ran":
            return replace(self, ran=tuple(k for k in KINDS if k in text.split(",")))
        else:
            least, most = _sizes(scenario)[key]
            number = _number(text)
            if number is None:
                faults.append(Fault.of("no_number", name=key, text=text[:20]))
                return self
            kept = int(min(max(number, least), most))
            if kept != number:
                faults.append(Fault.of("outside", name=key, text=text[:20], low=least, high=most, kept=kept))
            return replace(self, **{key: kept})  # type: ignore[arg-type]
        return self

    # -- what it asks ---------------------------------------------------------------------------------------------

    def question(self, kind: str) -> Question:
        """What the page would have worked on by one of its tools: only what that tool looks at."""
        held: dict[str, Any] = {"scenario": self.scenario, "values": self.values}
        if kind == "ensemble":
            return Question(
                kind,
                **held,
                replications=self.replications,
                seed=self.seed,
                draw=self.draw,
                ranges=self.ranges,
            )
        if kind == "sensitivity":
            return Question(kind, **held, seed=self.seed, ranges=self.ranges)
        if kind == "compare":
            return Question(
                kind,
                **held,
                replications=self.replications,
                seed=self.seed,
                draw=self.draw,
                against=self.against,
            )
        if kind == "lens":
            return Question(kind, **held, seed=self.seed, round=self.round)
        return Question(kind, **held)


@lru_cache(maxsize=32)
def own_values(scenario: Scenario) -> Mapping[str, float]:
    """What every lever and uncertainty is in the scenario by itself; whole numbers are ``int``."""
    return {name: scenario.lever_value(name) for name in (*scenario.levers, *scenario.uncertainties)}


def read_value(scenario: Scenario, name: str, text: Any, faults: list[Fault]) -> float | None:
    """A lever's value from a link or a page, brought into its limits; None if it cannot be used."""
    declared = scenario.levers.get(name) or scenario.uncertainties.get(name)
    if declared is None:
        faults.append(
            Fault.of(
                "unknown_lever", name=name[:40], near=_near(name, [*scenario.levers, *scenario.uncertainties])
            )
        )
        return None
    number = _number(text)
    if number is None:
        faults.append(Fault.of("no_number", name=name, text=str(text)[:20]))
        return None
    kept = min(max(number, float(declared.low)), float(declared.high))
    whole = isinstance(own_values(scenario)[name], int)
    if whole and kept != round(kept):
        faults.append(Fault.of("not_whole", name=name, text=str(text)[:20], kept=round(kept)))
    elif kept != number:
        faults.append(_outside(name, str(text), declared, f"{kept:g}"))
    return float(round(kept)) if whole else _tidy(kept)


def held_values(scenario: Scenario, state: LabState) -> Mapping[str, float]:
    """The values as ``Scenario.with_values`` takes them."""
    return {n: int(v) if isinstance(scenario.lever_value(n), int) else v for n, v in state.values}


def _outside(name: str, text: str, declared: Any, kept: str) -> Fault:
    return Fault.of(
        "outside", name=name, text=text[:20], low=f"{declared.low:g}", high=f"{declared.high:g}", kept=kept
    )


def _sizes(scenario: Scenario) -> dict[str, tuple[int, int]]:
    most = limits()
    return {
        "replications": (int(most["least_replications"]), int(most["most_replications"])),
        "seed": (0, SEEDS - 1),
        "round": (1, len(scenario.calendar.rounds)),
    }


def _scenario(name: str, default: str, faults: list[Fault]) -> str:
    """A shipped scenario (or the server's own); a link never names a file."""
    if name in scenario_names() or (name and name == default):
        try:
            load_scenario(name)
        except NegotiationError:
            faults.append(Fault.of("unknown_scenario", name=name[:40], near=default))
            return scenario_names()[0]
        return name
    faults.append(Fault.of("unknown_scenario", name=name[:40], near=_near(name, scenario_names())))
    return default


def _near(name: str, known: Iterable[str]) -> str:
    """The nearest known name; a dash if none is near."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return found[0] if found else "\N{EN DASH}"


def _number(text: Any) -> float | None:
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None


def _digits(value: float) -> str:
    return f"{value:.10g}"


def _tidy(value: float) -> float:
    return float(_digits(value))
