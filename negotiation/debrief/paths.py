"""The path of a game against the equilibria of its rounds: would anybody alone have done better?

For each round: the pure Nash equilibria of the true stage game (moves of default measures), how many seats would have
to move to be in the nearest one, how likely theory's noisy equilibrium made what was played, and whether all three
could have gained at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.debrief.lookback import Look
from negotiation.game.moves import MOVES_OF
from negotiation.terms import SEATS


@dataclass(frozen=True)
class Standing:
    """What was played in a round beside its equilibria. Payoffs in USD bn of the round, the review included."""

    round: int
    date: str
    played: dict[str, str]
    """Seat -> letters of its move."""
    payoff: dict[str, float]
    """Of what was played, by the stage game."""
    equilibria: tuple[dict[str, str], ...]
    """Pure Nash equilibria among the moves that could be chosen."""
    is_equilibrium: bool
    away: int | None
    """Seats that would have to move to be in the nearest pure equilibrium; None if there is none."""
    nearest_payoff: dict[str, float] | None
    likelihood: float
    """Of what was played, in the quantal response equilibrium."""
    expected: dict[str, float]
    """Payoffs theory's noisy equilibrium brings on average."""
    all_could_gain: bool
    """Whether another cell would have been better for all three."""
    joint_gain: float
    """What the three together missed against the cell best for their sum, USD bn."""


def standings(looks: Sequence[Look]) -> tuple[Standing, ...]:
    """Round by round."""
    return tuple(_standing(look) for look in looks)


def _standing(look: Look) -> Standing:
    payoff, here = look.stage.payoff, look.stage.payoff[look.cell]
    options = [sorted({*chosen, a}) for chosen, a in zip(look.options, look.cell, strict=True)]
    open_to_them = StageGame(payoff[np.ix_(*options)])
    pure = [tuple(options[i][a] for i, a in enumerate(c)) for c in open_to_them.pure_nash()]
    away = [sum(a != b for a, b in zip(c, look.cell, strict=True)) for c in pure]
    near = pure[int(np.argmin(away))] if pure else None
    every = open_to_them.payoff.reshape(-1, 3)
    mixed = look.forecast
    expected = np.einsum("a,b,c,abci->i", *mixed, payoff)
    return Standing(
        round=look.round,
        date=look.date,
        played=_letters(look.cell),
        payoff=_by_seat(here),
        equilibria=tuple(_letters(c) for c in pure),
        is_equilibrium=look.cell in pure,
        away=min(away) if pure else None,
        nearest_payoff=None if near is None else _by_seat(payoff[near]),
        likelihood=float(np.prod([m[a] for m, a in zip(mixed, look.cell, strict=True)])),
        expected=_by_seat(expected),
        all_could_gain=bool((every > here + 1e-9).all(-1).any()),
        joint_gain=float(every.sum(-1).max() - here.sum()),
    )


def _letters(cell: Sequence[int]) -> dict[str, str]:
    return {str(s): MOVES_OF[a] for s, a in zip(SEATS, cell, strict=True)}


def _by_seat(values: np.ndarray) -> dict[str, float]:
    return {str(s): float(v) for s, v in zip(SEATS, values, strict=True)}
