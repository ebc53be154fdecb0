"""What really happened, beside the game: dated facts of the public record with their sources.

The facts, in three languages, and their grades are those of ``configs/history.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from negotiation.debrief.game import Game
from negotiation.scenario import load_yaml


@dataclass(frozen=True)
class Fact:
    """One dated fact."""

    month: str
    """YYYY-MM."""
    text: Mapping[str, str]
    """Language -> sentence."""
    source: str
    grade: str
    """A official or wire; B several second-hand sources agree; reported: not checked independently."""
    round: int | None
    """The round of the game played in that month."""
    is_end: bool
    """Whether it is the joint review of 1 July 2026 itself."""


def real_course(game: Game) -> tuple[Fact, ...]:
    """Every fact from the first month of the game on, in order."""
    months = {str(r["date"]): int(r["round"]) for r in game.results}
    first = min(months, default="")
    return tuple(
        Fact(
            month=str(fact["month"]),
            text=fact["text"],
            source=str(fact["source"]),
            grade=str(fact["grade"]),
            round=months.get(str(fact["month"])),
            is_end=bool(fact.get("end")),
        )
        for fact in _facts()
        if str(fact["month"]) >= first
    )


@cache
def _facts() -> tuple[Mapping[str, Any], ...]:
    return tuple(load_yaml("history.yaml")["facts"])
