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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.debrief.findings import settings
from negotiation.debrief.lookback import Look, against, best_option
from negotiation.game.moves import MOVES_OF
from negotiation.terms import PARTNERS, SEATS, Country


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
    left: str
    """What the better reply would have left behind: ``lower``, ``higher`` (Washington's tariffs), ``no_notice``,
    ``not_drawn_in`` (no answer for the other partner), ``kept`` (an issue not granted); empty if none of these."""
    toward: tuple[str, ...]
    """The partners whose trade that is."""
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
    played, best = look.cell[i], look.best[i]
    value = against(look.stage, look.cell, i)
    expected = look.stage_of(seat).expected_payoffs(look.forecast_of(seat), i)
    wiser = best_option(expected, look.options[i], played)
    left, toward = _left({name: x[i] for name, x in look.left.items()}, seat)
    return Regret(
        round=look.round,
        date=look.date,
        seat=str(seat),
        played=MOVES_OF[played],
        best=MOVES_OF[best],
        hindsight=float(value[best] - value[played]),
        left=left,
        toward=toward,
        wiser=MOVES_OF[wiser],
        foresight=float(expected[wiser] - expected[played]),
        chance=float(look.forecast[i][played]),
    )


def _left(more: Mapping[str, np.ndarray], seat: Country) -> tuple[str, tuple[str, ...]]:
    """The first difference worth telling, and toward whom; of a partner only what concerns itself."""
    surely = settings("turning_points")["surely"]
    for key, name, sign in (
        ("lower", "tariff", -1),
        ("higher", "tariff", 1),
        ("not_drawn_in", "answer", -1),
        ("no_notice", "notice", -1),
        ("kept", "granted", -1),
    ):
        if seat is Country.USA and key in ("not_drawn_in", "kept"):
            continue
        who = tuple(
            str(k)
            for i, k in enumerate(PARTNERS)
            if seat in (Country.USA, k) and sign * more[name][i] >= surely
        )
        if who:
            return key, who
    return "", ()
