"""Quantal response: better moves more often, the best one not always."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.game.view import SeatView
from negotiation.strategies.base import Traits
from negotiation.strategies.calculating import Array, Calculator, against, noise_of
from negotiation.terms import SEATS


@dataclass(frozen=True)
class QuantalResponse(Calculator):
    """Draws its move from the logit quantal response equilibrium of the round.

    McKelvey and Palfrey (1995, "Quantal Response Equilibria for Normal Form Games", *Games and Economic
    Behavior* 10): everybody chooses better moves more often, knowing that the others do the same; one number
    says how sharply. That number is the decision noise of the scenario's rules, in USD bn, one for each
    government. About a third of the positions of this game have no equilibrium in pure moves, which is why a
    computer government should mix.
    """

    name = "quantal-response"
    traits = Traits(stochastic=True, calculates=True)
    reason_key = "weighed_and_drawn"

    def value(self, view: SeatView, game: StageGame, belief: list[Array]) -> np.ndarray:
        return against(game, view, belief)

    def pick(self, view: SeatView, value: Array, rng: np.random.Generator) -> int:
        noise = noise_of(view, self.weights)[SEATS.index(view.seat)]
        return draw_logit(value, noise, rng)


def draw_logit(value: Array, noise: float, rng: np.random.Generator) -> int:
    """One option drawn with probability proportional to exp(value / noise)."""
    weight = np.exp((value - value.max()) / noise)
    return int(rng.choice(len(value), p=weight / weight.sum()))
