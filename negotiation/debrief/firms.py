"""Firms before and after: what they did, where their links run, what they believe.

Everything is read from the log: the first round's month against the last one's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from negotiation.debrief.game import Game
from negotiation.terms import PARTNERS, SEATS, FirmStrategy

MARKETS = ("USA", "CAN", "MEX", "overseas")
"""Order of the markets in ``links_relative``, ``opened`` and ``closed`` of a round's read-out."""


@dataclass(frozen=True)
class FirmsThen:
    """Firms at the end of one round."""

    round: int
    date: str
    by_home: Mapping[str, Mapping[str, int]]
    """Home -> coordinate, concede, defect, hold -> firms."""
    us_export_share: Mapping[str, float]
    """Partner -> US share of its goods exports, percent."""
    certified: Mapping[str, float]
    """Partner -> share of its exports to the US that is certified, percent."""
    belief: Mapping[str, float]
    """Home -> mean belief that American policy is reliable, 0 to 1."""

    @property
    def total(self) -> dict[str, int]:
        """All firms by what they did."""
        return {str(s): sum(home[str(s)] for home in self.by_home.values()) for s in FirmStrategy}


@dataclass(frozen=True)
class Firms:
    """Firms before and after."""

    before: FirmsThen
    after: FirmsThen
    outlay: Mapping[str, float]
    """Home -> sunk outlay over the game, USD bn."""
    rush: int | None
    """Round in which most firms changed what they do."""
    changed: int
    """Firms (net, by strategy) that changed in that round."""


def firms_of(game: Game) -> Firms | None:
    """Firms of a game; None if its log carries none."""
    told = [r for r in game.results if "firms" in r]
    if not told:
        return None
    moves = [
        (_net_changes(a["firms"]["strategies"], b["firms"]["strategies"]), b["round"])
        for a, b in pairwise(told)
    ]
    changed, rush = max(moves, default=(0, None))
    return Firms(
        before=_then(told[0]),
        after=_then(told[-1]),
        outlay={str(h): sum(float(r["firms"]["sunk_outlay_usd"][str(h)]) for r in told) for h in SEATS},
        rush=rush,
        changed=changed,
    )


def _then(result: Mapping[str, Any]) -> FirmsThen:
    told = result["firms"]
    return FirmsThen(
        round=int(result["round"]),
        date=str(result["date"]),
        by_home={
            str(h): {str(s): int(told["strategies"][str(h)][str(s)]) for s in FirmStrategy} for h in SEATS
        },
        us_export_share={str(k): float(told["us_export_share"][str(k)]) for k in PARTNERS},
        certified={str(k): float(told["certified"][str(k)]) for k in PARTNERS},
        belief={str(h): float(told["belief"][str(h)]) for h in SEATS},
    )


def _net_changes(before: Mapping[str, Mapping[str, int]], after: Mapping[str, Mapping[str, int]]) -> int:
    """Firms that must have changed at least: half the sum of changes in the counts, by home."""
    return sum(sum(abs(after[h][s] - before[h][s]) for s in after[h]) // 2 for h in after)
