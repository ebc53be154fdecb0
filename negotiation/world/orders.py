"""Three moves turned into the arrays the rules read: stances, instruments, sectors, issues."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.game.moves import Measure, Move, instruments, issues_between
from negotiation.game.rulebook import Rulebook
from negotiation.terms import PARTNERS, STANCES, Country, Stance, others

Array = np.ndarray
KEPT = 48
"""Answers of the catalogue of measures that are kept: six a scenario."""


@dataclass
class Orders:
    """One round's moves as arrays; last axis (CAN, MEX)."""

    u: Array
    v: Array
    c: Array
    quiet: dict[str, bool]
    """Partner -> it kept its stance toward the other from Washington."""
    noticed: bool
    """Washington noticed what was quiet (True when nothing was)."""
    issues: dict[str, Array]
    coverage: dict[str, Array]
    corridor_pull: tuple[float, float]

    @property
    def any_quiet(self) -> bool:
        return any(self.quiet.values())

    @classmethod
    def of(cls, moves: Mapping[Country, Move], scenario: Any, book: Rulebook) -> Orders:
        """Read stances and measures; what a move leaves open takes the scenario's default."""
        us, can, mex = moves[Country.USA], moves[Country.CAN], moves[Country.MEX]
        quiet_on = book.on("S4")
        code = STANCES.index
        return cls(
            u=np.array([code(us.stances[k]) for k in PARTNERS]),
            v=np.array([code(m.stances[Country.USA]) for m in (can, mex)]),
            c=np.array([code(can.stances[Country.MEX]), code(mex.stances[Country.CAN])]),
            quiet={str(k): bool(moves[k].quiet) and quiet_on for k in PARTNERS},
            noticed=True,
            **_named(moves, scenario, book),
            corridor_pull=_corridor_pull(moves, scenario),
        )


NO_MEASURE = Measure()


def _measure(move: Move, toward: Country) -> Measure:
    return move.measures.get(toward, NO_MEASURE)


def _named(moves: Mapping[Country, Move], scenario: Any, book: Rulebook) -> dict[str, dict[str, Array]]:
    """Issues and sectors that the moves name: ``issues`` and ``coverage``."""
    us = moves[Country.USA]
    if not any(move.measures for move in moves.values()):  # nearly always: strategies leave measures open
        whole = np.ones((2, 2, len(book.sectors)), bool)
        return {
            "issues": dict.fromkeys(("partner", "us"), np.full(2, -1)),
            "coverage": {"us": whole[0], "partner": whole[1]},
        }
    return {
        "issues": {
            "partner": np.array([_issue(moves[k], k, Country.USA, scenario) for k in PARTNERS]),
            "us": np.array([_issue(us, Country.USA, k, scenario) for k in PARTNERS]),
        },
        "coverage": {
            "us": np.array([_sectors(us, Country.USA, k, scenario, book) for k in PARTNERS]),
            "partner": np.array([_sectors(moves[k], k, Country.USA, scenario, book) for k in PARTNERS]),
        },
    }


def _issue(move: Move, seat: Country, toward: Country, scenario: Any) -> int:
    """Index of the issue named, -1 for the next in ledger order."""
    wanted = _measure(move, toward).issue
    if wanted is None:
        return -1
    ids = [i.id for i in issues_between(seat, toward, scenario)]
    return ids.index(wanted) if wanted in ids else -1


def _sectors(move: Move, seat: Country, toward: Country, scenario: Any, book: Rulebook) -> list[bool]:
    """Which sectors a tariff step of this move covers."""
    measure = _measure(move, toward)
    chosen: tuple[str, ...] = measure.sectors
    if not chosen and measure.instrument is not None:
        for entry in instruments(seat, toward, move.stances[toward], scenario):
            if entry.id == measure.instrument and entry.sectors != "any":
                chosen = tuple(entry.sectors)
    return [s in chosen for s in book.sectors] if chosen else [True] * len(book.sectors)


def _corridor_pull(moves: Mapping[Country, Move], scenario: Any) -> tuple[float, float]:
    """Mean pull of the partners' corridor measures on (partner, overseas) corridors."""
    pulls = []
    for k in PARTNERS:
        other = others(k)[1]
        options = _corridor_measures(k, other, moves[k].stances[other], scenario)
        if not options:
            continue
        named = [m for m in options if m.id == _measure(moves[k], other).instrument]
        effect = (named or options)[0].corridor
        pulls.append((effect.partner, effect.overseas))
    if not pulls:
        return (1.0, 1.0)
    return (sum(p for p, _ in pulls) / len(pulls), sum(o for _, o in pulls) / len(pulls))


_options: OrderedDict[tuple[int, Country, Stance], tuple[Any, list[Any]]] = OrderedDict()


def _corridor_measures(k: Country, other: Country, stance: Stance, scenario: Any) -> list[Any]:
    """Measures on corridors that fit a stance, the default first (kept; an entry holds its scenario, so that the
    scenario's number stays taken)."""
    key = (id(scenario), k, stance)
    known = _options.get(key)
    if known is None:
        found = [m for m in instruments(k, other, stance, scenario) if m.corridor is not None]
        _options[key] = known = (scenario, found)
        if len(_options) > KEPT:
            _options.popitem(last=False)
    return known[1]
