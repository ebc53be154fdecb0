"""Opponents of three levels: which strategy sits in which seat (``configs/levels.yaml``)."""

from __future__ import annotations

from functools import cache
from typing import Any

from negotiation.errors import UnknownName
from negotiation.scenario import load_yaml
from negotiation.terms import SEATS, Country


@cache
def _levels() -> dict[str, dict[str, dict[Country, str]]]:
    raw = load_yaml("levels.yaml")["levels"]
    return {
        level: {mode: {seat: block[mode][str(seat)] for seat in SEATS} for mode in ("full", "simple")}
        for level, block in raw.items()
    }


def level_names() -> tuple[str, ...]:
    """The levels, the gentlest first."""
    return tuple(_levels())


AS_IN_THE_SCENARIO = "as-in-the-scenario"


def opponents(level: str, mode: str, scenario: Any) -> dict[Country, str]:
    """Seat -> strategy at a level of a scenario; ``UnknownName`` for a level that does not exist."""
    if level not in _levels():
        raise UnknownName("level", level, _levels())
    own = {seat: scenario.governments[seat].strategy for seat in SEATS}
    named = _levels()[level][mode]
    return {seat: own[seat] if mind == AS_IN_THE_SCENARIO else mind for seat, mind in named.items()}


def usual_first(mode: str, scenario: Any) -> list[str]:
    """Every strategy there is: those that sit at shipped tables before the others, the gentlest level first."""
    from negotiation.strategies import strategies

    usual = [mind for level in level_names() for mind in opponents(level, mode, scenario).values()]
    return list(dict.fromkeys([*usual, *strategies()]))
