"""The leverage waterfall of a whole game: where it started, what carried it, where it ended.

Each round's change of the index was attributed to four blocks when it happened (Shapley; see
``negotiation.bargaining.attribution``). Summed over rounds the parts are the whole change exactly; nothing is
computed again, so an old log tells its own story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negotiation.debrief.game import TOLERANCE, Game
from negotiation.game.breakdown import BLOCKS
from negotiation.terms import PARTNERS


@dataclass(frozen=True)
class Waterfall:
    """Washington's leverage over one partner, 0 to 100, as Washington could know it."""

    partner: str
    start: float
    end: float
    change: float
    path: tuple[float, ...]
    """At the opening, then after each round."""
    path_true: tuple[float, ...]
    """The same at the commitment only the two partners knew."""
    transfer: tuple[float, ...]
    """What Washington could extract at the opening and after each round, USD bn a year (negative: must give)."""
    parts: dict[str, float]
    """Block -> points over the whole game; they sum to ``change``."""
    by_round: tuple[dict[str, float], ...]
    """The same for each round."""
    unexplained: float
    """Points the log does not attribute: 0 unless it was edited."""

    def shown(self, digits: int = 1) -> dict[str, float]:
        """Rounded parts that still add up to the difference of the rounded ends (largest remainders)."""
        return self.shared(self.parts, digits)

    def shared(self, parts: Mapping[str, float], digits: int = 1) -> dict[str, float]:
        """The same for another division of this change, as by whose moves it came."""
        unit = 10**digits
        total = round(self.end * unit) - round(self.start * unit)
        return {k: v / unit for k, v in add_up({k: v * unit for k, v in parts.items()}, total).items()}


def waterfalls(game: Game) -> dict[str, Waterfall]:
    """Partner -> waterfall; empty if no round carries leverage."""
    if not game.readable:
        return {}
    out = {}
    for k in (str(p) for p in PARTNERS):
        told = [r["leverage"][k] for r in game.results]
        opening = (game.opening.get("leverage") or {}).get(k) or {"index": told[0]["was"]}
        true = [r.get("leverage_true", r["leverage"])[k]["index"] for r in game.results]
        true_opening = (game.opening.get("leverage_true") or {}).get(k, opening)
        parts = {block: sum(float(t["why"].get(block, 0.0)) for t in told) for block in BLOCKS}
        start, end = float(opening["index"]), float(told[-1]["index"])
        left = end - start - sum(parts.values())
        if abs(left) < TOLERANCE:  # six digits a round: what rounding left goes to the largest part
            largest = max(parts, key=lambda block: abs(parts[block]))
            parts[largest] += left
            left = 0.0
        out[k] = Waterfall(
            partner=k,
            start=start,
            end=end,
            change=end - start,
            path=(start, *(float(t["index"]) for t in told)),
            path_true=(float(true_opening["index"]), *(float(x) for x in true)),
            transfer=(
                float(opening.get("transfer", told[0]["transfer"])),
                *(float(t["transfer"]) for t in told),
            ),
            parts=parts,
            by_round=tuple({block: float(t["why"].get(block, 0.0)) for block in BLOCKS} for t in told),
            unexplained=left,
        )
    return out


def add_up(parts: dict[str, float], total: int) -> dict[str, int]:
    """Whole numbers near the parts that sum to ``total``: floors first, then one more by largest remainder.

    >>> add_up({"a": 1.4, "b": 1.4, "c": -0.3}, 3)
    {'a': 2, 'b': 1, 'c': 0}
    """
    floors = {name: int(value // 1) for name, value in parts.items()}
    short = total - sum(floors.values())
    order = sorted(parts, key=lambda name: -(parts[name] - floors[name]))
    for i in range(abs(short)):
        name = order[i % len(order)] if short > 0 else order[-1 - i % len(order)]
        floors[name] += 1 if short > 0 else -1
    return floors
