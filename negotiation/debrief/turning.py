"""Turning points: the rounds that made the game what it became, found from what happened in it.

Every round is weighed by three shares of the whole game: of all movement of leverage, of all regret, of all movement
of the odds of the end. The heaviest rounds are the turning points; each carries what made it heavy: the block that
moved leverage, the seat that gave most away and its better reply, the end whose odds moved most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from negotiation.debrief.findings import settings
from negotiation.debrief.game import Game
from negotiation.debrief.leverage import Waterfall
from negotiation.debrief.regret import Regret
from negotiation.terms import OUTCOMES


@dataclass(frozen=True)
class Moved:
    """A change of leverage over one partner and the block that carried most of it."""

    partner: str
    before: float
    after: float
    cause: str
    part: float
    """Points of the change that came from ``cause``."""


@dataclass(frozen=True)
class OddsMoved:
    """The end whose odds moved most."""

    outcome: str
    before: float
    after: float


@dataclass(frozen=True)
class TurningPoint:
    """A round that counted."""

    round: int
    date: str
    weight: float
    """Mean of the three shares."""
    shares: Mapping[str, float]
    """leverage, regret, odds: share of the whole game that fell into this round."""
    kind: str
    """The largest of the three."""
    moved: tuple[Moved, ...]
    """Partners over whom leverage moved by more than can be overlooked, the larger change first."""
    regret: Regret | None
    """The largest regret of the round if it was worth a word."""
    odds: OddsMoved | None


def turning_points(
    game: Game, falls: Mapping[str, Waterfall], regrets: Mapping[str, Sequence[Regret]]
) -> tuple[TurningPoint, ...]:
    """The heaviest rounds, in the order they were played."""
    if not game.results:
        return ()
    rounds = range(len(game.results))
    moved = [sum(abs(f.path[n + 1] - f.path[n]) for f in falls.values()) for n in rounds]
    given = [sum(r[n].hindsight for r in regrets.values() if n < len(r)) for n in rounds]
    odds = _odds_path(game)
    drift = [sum(abs(odds[n + 1][o] - odds[n][o]) for o in odds[0]) / 2 if odds else 0.0 for n in rounds]
    shares = [
        {"leverage": _share(moved, n), "regret": _share(given, n), "odds": _share(drift, n)} for n in rounds
    ]
    weights = [sum(s.values()) / len(s) for s in shares]
    heaviest = sorted(rounds, key=lambda n: (-round(weights[n], 9), n))[
        : int(settings("turning_points")["count"])
    ]
    return tuple(
        TurningPoint(
            round=int(game.results[n]["round"]),
            date=str(game.results[n]["date"]),
            weight=weights[n],
            shares=shares[n],
            kind=max(shares[n], key=lambda name: shares[n][name]),
            moved=_moves_of(falls, n),
            regret=_largest(regrets, n),
            odds=_odds_moved(odds, n),
        )
        for n in sorted(heaviest)
        if weights[n] > 0
    )


def _share(values: Sequence[float], n: int) -> float:
    total = sum(values)
    return values[n] / total if total > 0 else 0.0


def _moves_of(falls: Mapping[str, Waterfall], n: int) -> tuple[Moved, ...]:
    out = []
    for k, fall in falls.items():
        parts = fall.by_round[n]
        cause = max(parts, key=lambda block: abs(parts[block]))
        if abs(fall.path[n + 1] - fall.path[n]) >= float(settings("turning_points")["felt"]):
            out.append(Moved(k, fall.path[n], fall.path[n + 1], cause, parts[cause]))
    return tuple(sorted(out, key=lambda m: -abs(m.after - m.before)))


def _largest(regrets: Mapping[str, Sequence[Regret]], n: int) -> Regret | None:
    here = [r[n] for r in regrets.values() if n < len(r)]
    worst = max(here, key=lambda r: r.hindsight, default=None)
    return worst if worst and worst.hindsight >= float(settings("turning_points")["costly"]) else None


def _odds_path(game: Game) -> list[dict[str, float]]:
    """True odds of the five ends at the opening and after each round; empty if the log has none."""
    if not all("odds_true" in r for r in game.results):
        return []
    opening: Mapping[str, Any] = game.opening.get("odds_true") or game.results[0]["odds_true"]
    return [
        {str(o): float(x[str(o)]) for o in OUTCOMES}
        for x in (opening, *(r["odds_true"] for r in game.results))
    ]


def _odds_moved(odds: Sequence[Mapping[str, float]], n: int) -> OddsMoved | None:
    if not odds:
        return None
    end = max(odds[n], key=lambda o: abs(odds[n + 1][o] - odds[n][o]))
    return OddsMoved(end, odds[n][end], odds[n + 1][end])
