"""What a strategy is: a complete rule from what a seat sees to a move, with its reasons.

A strategy is a stateless value. It remembers nothing between calls: whatever it knows of the past it reads
from ``view.history``, so rolling back a round, replaying a log or asking "what if" needs no care. Two
strategies with the same class and parameters are equal, and both survive pickling.

Chance comes in as ``rng``; a strategy that does not draw is not ``stochastic``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

import numpy as np

from negotiation.game.moves import Move
from negotiation.game.proposal import Proposal, draw_proposal, draw_signature
from negotiation.game.review import Review
from negotiation.game.view import Choice, Reason, SeatView
from negotiation.terms import SEATS, Country, Stance, others

FOREVER = inf
"""Memory of a strategy that looks at the whole history."""


@dataclass(frozen=True)
class Traits:
    """What can be said of a strategy without running it; the inherited tests hold it to its word."""

    stochastic: bool = False
    """Whether the same view can lead to different moves."""
    calculates: bool = False
    """Whether it works out the stage game (tens of milliseconds) or only looks at the table."""
    memory: float = 0
    """Rounds of history it looks back at: 0, 1, 2 ... or ``FOREVER``."""
    seats: tuple[Country, ...] = SEATS
    """Seats it can take."""


@dataclass(frozen=True)
class Strategy(ABC):
    """One government's rule of conduct: moves in the rounds, and the pen at the joint review."""

    name: ClassVar[str]
    """Unique, in kebab-case; what a scenario, the command line and a host call it."""
    traits: ClassVar[Traits]

    @abstractmethod
    def choose(self, view: SeatView, rng: np.random.Generator) -> Choice:
        """The move for the round ``view.round``, with a reason toward each other government."""

    def propose(self, view: SeatView, rng: np.random.Generator, *, split_allowed: bool = True) -> Proposal:
        """What Washington asks for at the joint review.

        By default a draw from the logit choices every forecast is made of. ``split_allowed`` is False when a
        bilateral offer has just been refused and the three are back at one table.
        """
        return draw_proposal(view.review_if_held_now, rng, split_allowed=split_allowed)

    def answer(
        self, view: SeatView, proposal: Proposal, rng: np.random.Generator, *, review: Review | None = None
    ) -> bool:
        """Whether this partner signs. By default a draw from its probability of acceptance.

        ``review`` is the review with the proposal's own package in it; without one, the package theory
        expects.
        """
        return draw_signature(review or view.review_if_held_now, proposal, view.seat, rng)


class DyadStrategy(Strategy):
    """A strategy that decides about each other government by itself, one after the other."""

    @abstractmethod
    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        """The stance toward one government, and why."""

    def is_quiet(self, view: SeatView) -> bool:
        """Whether a partner keeps its stance toward the other partner from Washington."""
        return False

    def choose(self, view: SeatView, rng: np.random.Generator) -> Choice:
        stances: dict[Country, Stance] = {}
        reasons: dict[Country, Reason] = {}
        for other in others(view.seat):
            stances[other], reasons[other] = self.toward(view, other, rng)
        quiet = view.seat is not Country.USA and self.is_quiet(view)
        return Choice(Move(stances, quiet=quiet), reasons)


def because(key: str, other: Country, **values: Any) -> Reason:
    """A reason for the stance toward ``other``; numbers are rounded to what a reader needs."""
    plain = {k: round(float(v), 3) if isinstance(v, (float, np.floating)) else v for k, v in values.items()}
    return Reason(key, {"other": str(other), **plain})
