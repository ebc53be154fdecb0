"""Bluff: threaten, step back, threaten again."""

from __future__ import annotations

import numpy as np

from negotiation.game.view import Reason, SeatView
from negotiation.strategies.base import DyadStrategy, Traits, because
from negotiation.terms import Country, Stance


class Bluff(DyadStrategy):
    """Announces a step in one round and drops it in the next, without end.

    Brinkmanship without the brink. Schelling (1960, *The Strategy of Conflict*) explains why a threat works
    only if it leaves something to chance; Fearon (1994, "Domestic Political Audiences and the Escalation of
    International Disputes", *American Political Science Review* 88) why backing down costs. Here each dropped
    threat is evidence, and its credibility decays. Washington bluffs toward both partners; a partner bluffs
    toward Washington and coordinates with the other.
    """

    name = "bluff"
    traits = Traits()

    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        if Country.USA not in (view.seat, other):
            return Stance.COORDINATE, because("stands_together", other)
        if view.round % 2:
            return Stance.DEFECT, because("threatens", other)
        return Stance.COORDINATE, because("drops_the_threat", other)
