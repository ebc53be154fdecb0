"""Pressure: divide and conquer, from whichever chair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.game.view import Reason, SeatView
from negotiation.strategies.base import FOREVER, DyadStrategy, Traits, because
from negotiation.strategies.checks import number, probability
from negotiation.strategies.defaults import from_config
from negotiation.strategies.looking import grants_given, has_hit_us, partner_axis
from negotiation.terms import PARTNERS, Country, Stance


@dataclass(frozen=True)
class Pressure(DyadStrategy):
    """Hits one and treats with the other; as a partner, breaks ranks to be the one that is treated with.

    Divide and conquer as studied by Posner, Spier and Vermeule (2010, "Divide and Conquer", *Journal of Legal
    Analysis* 2): a bargainer who can treat with parties one at a time profits from what they lose by not
    standing together. Washington looks at its estimate of the partners' commitment: above ``front_is_firm``
    it leaves both alone; below, it presses the partner whose answer is less credible and feeds the other up
    to ``carrots`` concessions. From a partner's chair it is the mirror image, the separate deal: leave the
    other partner, pay when hit, otherwise keep calm. Hirschman (1945, *National Power and the Structure of
    Foreign Trade*) says why the larger side can do this at all.
    """

    front_is_firm: float = from_config("pressure", "front_is_firm")
    carrots: int = from_config("pressure", "carrots")

    name = "pressure"
    traits = Traits(memory=FOREVER)

    def __post_init__(self) -> None:
        probability(self, "front_is_firm")
        number(self, "carrots", 0, 10, whole=True)

    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        if view.seat is Country.USA:
            return self._from_washington(view, other)
        if other is not Country.USA:
            return Stance.DEFECT, because("talks_alone", other)
        if has_hit_us(view, other):
            return Stance.CONCEDE, because("buys_peace", other)
        return Stance.COORDINATE, because("keeps_calm", other)

    def _from_washington(self, view: SeatView, other: Country) -> tuple[Stance, Reason]:
        commitment = float(view.position.belief("commitment_seen").mean())
        if commitment > self.front_is_firm:
            return Stance.COORDINATE, because("front_too_firm", other, commitment=commitment)
        if other is target_of_pressure(view):
            answer = float(view.position.belief("answer")[..., partner_axis(other)])
            return Stance.DEFECT, because("presses_the_weaker", other, answer=answer)
        given = grants_given(view, other)
        if given < self.carrots:
            return Stance.CONCEDE, because("feeds_the_other", other)
        return Stance.COORDINATE, because("has_fed_enough", other, count=given)


def target_of_pressure(view: SeatView) -> Country:
    """The partner Washington presses: the one first hit alone, else the one with the less credible answer."""
    for seen in view.history:
        hit = [k for k in PARTNERS if seen.stances.get((Country.USA, k)) is Stance.DEFECT]
        if len(hit) == 1:
            return hit[0]
    return PARTNERS[int(np.argmin(view.position.belief("answer")))]
