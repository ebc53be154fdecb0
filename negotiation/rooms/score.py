"""The fair score: better than N % of computer games in this seat, scenario, mode and level.

Scores are USD bn and differ by seat and scenario, so a bare number flatters whoever sits well. The reference are games
of the same scenario, mode and opponents in which every shipped strategy took the player's seat in turn
(``configs/reference_scores.json``, written by ``python -m negotiation.rooms.reference``).
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from functools import cache
from importlib.resources import files
from typing import Any

from negotiation.terms import Country

TABLE = "reference_scores.json"


@cache
def reference_table() -> dict[str, Any]:
    """The shipped table; empty if none is shipped."""
    place = files("configs") / TABLE
    return json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {"scenarios": {}}


def reference_scores(seat: Country | str, scenario: str, *, mode: str, level: str) -> list[float]:
    """Sorted scores of the reference games, USD bn; empty for a scenario nobody has measured."""
    block = reference_table()["scenarios"].get(scenario, {}).get("scores", {})
    return block.get(f"{mode}/{level}/{Country(seat)}", [])


def standing(
    scenario: str, mode: str, seat: Country | str, score: float, level: str = "medium"
) -> dict[str, float] | None:
    """Share (0 to 1) of reference games the score beats, and of how many; None without a reference."""
    scores = reference_scores(seat, scenario, mode=mode, level=level)
    if not scores:
        return None
    below, upto = bisect_left(scores, score), bisect_right(scores, score)
    return {"share": (below + upto) / (2 * len(scores)), "games": len(scores)}


def percentile(
    seat: Country | str, scenario: str, score: float, *, mode: str = "full", level: str = "medium"
) -> int | None:
    """Percent of reference games the score is better than (a tie counts half); None without a reference."""
    found = standing(scenario, mode, seat, score, level)
    return None if found is None else int(100 * found["share"])
