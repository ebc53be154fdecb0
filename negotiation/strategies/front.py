"""The joint front: stand together, answer blow for blow."""

from __future__ import annotations

import numpy as np

from negotiation.game.view import Reason, SeatView
from negotiation.strategies.base import DyadStrategy, Traits, because
from negotiation.strategies.looking import has_hit_us
from negotiation.terms import PARTNERS, Country, Stance


class Front(DyadStrategy):
    """Stands openly with the other partner and answers Washington in kind.

    Countervailing coalitions in trade: Yarbrough and Yarbrough (1992, *Cooperation and Governance in
    International Trade*) on third parties who enforce, Olson (1965, *The Logic of Collective Action*) on why
    each member is tempted to let the other carry the cost. A partner coordinates with the other whatever
    happens and defects on Washington only after Washington defected on it. Washington takes the front at its
    word and treats the two as one: a blow by either is answered toward both.
    """

    name = "front"
    traits = Traits(memory=1)

    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        if view.seat is Country.USA:
            striker = next((k for k in PARTNERS if has_hit_us(view, k)), None)
            if striker is not None:
                return Stance.DEFECT, because("treats_them_as_one", other, striker=str(striker))
        elif other is not Country.USA:
            return Stance.COORDINATE, because("stands_together", other)
        elif has_hit_us(view, other):
            return Stance.DEFECT, because("answers_in_kind", other)
        return Stance.COORDINATE, because("opens_in_peace" if not view.history else "keeps_the_peace", other)
