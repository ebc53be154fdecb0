"""Opponents of three levels: which strategy sits in which seat (``configs/levels.yaml``)."""

from __future__ import annotations

from functools import cache

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


def opponents(level: str, mode: str = "full") -> dict[Country, str]:
    """Seat -> strategy at a level; ``UnknownName`` for a level that does not exist."""
    if level not in _levels():
        raise UnknownName("level", level, _levels())
    return dict(_levels()[level][mode])
