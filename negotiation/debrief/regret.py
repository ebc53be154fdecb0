"""Regret: what each seat gave up in a round by not playing its best reply.

Two yardsticks, both on the stage game of the round (stances, default measures), in USD bn of that round's payoff,
the joint review to come included:

* **hindsight** - against what the two others actually played, in truth. Zero means: nothing would have been better.
* **foresight** - against what theory expects of the others (the quantal response), on the table as the seat could
  work it out. A large hindsight regret with none in foresight was bad luck, not a bad choice.

Regret is of one round with everything else as it was. Rounds do not add up to what a whole game could have brought:
another move changes what follows (``what_if`` plays that out).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.debrief.lookback import Look
from negotiation.game.moves import MOVES_OF
from negotiation.terms import SEATS, Country


@dataclass(frozen=True)
class Regret:
    """One seat in one round. Moves as letters: C coordinate, N concede, D defect."""

    round: int
    date: str
    seat: str
    played: str
    best: str
    """Best reply to what the others played."""
    hindsight: float
    """USD bn; 0 or more."""
    wiser: str
    """Best reply to what could be expected."""
    foresight: float
    """USD bn; 0 or more."""
    chance: float
    """Probability theory gave to the move played."""

    @property
    def was_luck(self) -> bool:
        """Whether most of the regret could not have been foreseen."""
        return self.foresight < self.hindsight / 2


def regrets(looks: Sequence[Look]) -> dict[str, tuple[Regret, ...]]:
    """Seat -> its regret in every round."""
    return {str(s): tuple(_regret(look, s) for look in looks) for s in SEATS}


def _regret(look: Look, seat: Country) -> Regret:
    i = SEATS.index(seat)
    options = list(look.options[i])
    played = look.cell[i]
    cell: list[int | slice] = list(look.cell)
    cell[i] = slice(None)
    against_them = look.stage.payoff[tuple(cell)][..., i]
    expected = look.stage_of(seat).expected_payoffs(look.forecast_of(seat), i)
    best = _best(against_them, options, played)
    wiser = _best(expected, options, played)
    return Regret(
        round=look.round,
        date=look.date,
        seat=str(seat),
        played=MOVES_OF[played],
        best=MOVES_OF[best],
        hindsight=float(against_them[best] - against_them[played]),
        wiser=MOVES_OF[wiser],
        foresight=float(expected[wiser] - expected[played]),
        chance=float(look.forecast[i][played]),
    )


def _best(value: np.ndarray, options: list[int], played: int) -> int:
    """The best option; the one played where it is as good as any."""
    if played not in options:
        options = [*options, played]
    best = max(options, key=lambda a: value[a])
    return played if value[played] >= value[best] - 1e-12 else best
