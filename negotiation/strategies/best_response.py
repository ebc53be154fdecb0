"""Best response: take the others as given, do the best for yourself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.game.view import SeatView
from negotiation.strategies.base import Traits
from negotiation.strategies.calculating import Array, Calculator, against, quantal_belief, seen_move
from negotiation.strategies.checks import one_of
from negotiation.strategies.defaults import from_config
from negotiation.terms import SEATS

WAYS = ("quantal", "last")


@dataclass(frozen=True)
class BestResponse(Calculator):
    """Works out the round's payoff table and takes the move that pays best against what the others will do.

    The oldest calculation in the field (Cournot 1838, *Recherches sur les principes mathematiques de la
    theorie des richesses*): with ``replies_to`` "last" the others are expected to repeat their last seen
    moves, and a quiet stance nobody saw is filled in by what theory expects. With "quantal" they are expected
    to play the logit quantal response of the table (McKelvey and Palfrey 1995, "Quantal Response Equilibria
    for Normal Form Games", *Games and Economic Behavior* 10). It looks one round ahead plus the review:
    clever, impatient, and easily led into tariff wars that a patient strategy avoids.
    """

    replies_to: str = from_config("best-response", "replies_to")

    name = "best-response"
    traits = Traits(calculates=True, memory=1)

    def __post_init__(self) -> None:
        one_of(self, "replies_to", WAYS)

    def believe(self, view: SeatView, game: StageGame) -> list[Array]:
        theory = quantal_belief(view, game, self.weights)
        if self.replies_to == "quantal" or not view.history:
            return theory
        return [seen_move(view.history[-1], s, theory[i]) for i, s in enumerate(SEATS)]

    def value(self, view: SeatView, game: StageGame, belief: list[Array]) -> np.ndarray:
        return against(game, view, belief)
