"""Reciprocity: give back what was received, with more or less patience."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.game.view import Reason, SeatView
from negotiation.strategies.base import FOREVER, DyadStrategy, Traits, because
from negotiation.strategies.checks import probability
from negotiation.strategies.defaults import from_config
from negotiation.strategies.looking import has_hit_us, rounds_defected
from negotiation.terms import Country, Stance


class TitForTat(DyadStrategy):
    """Starts with coordination, then answers defection with defection, one for one.

    Sent in by Anatol Rapoport, the winner of both of Axelrod's tournaments (Axelrod 1984, *The Evolution of
    Cooperation*). In trade it is the principle of reciprocity that Bagwell and Staiger (1999, "An Economic
    Theory of GATT", *American Economic Review* 89) find at the heart of the treaties. A concession is met
    with coordination, not copied. Two of them can echo one misunderstanding for ever.
    """

    name = "tit-for-tat"
    traits = Traits(memory=1)

    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        if has_hit_us(view, other):
            return Stance.DEFECT, because("answers_in_kind", other)
        return Stance.COORDINATE, because("opens_in_peace" if not view.history else "keeps_the_peace", other)


@dataclass(frozen=True)
class GenerousTitForTat(DyadStrategy):
    """Tit for tat that lets some defections pass.

    Nowak and Sigmund (1992, "Tit for tat in heterogeneous populations", *Nature* 355): where moves can be
    misread, forgiving about every third defection ends the echo of two reciprocators without inviting
    exploitation. ``forgives`` is the probability of letting one pass.
    """

    forgives: float = from_config("generous-tit-for-tat", "forgives")

    name = "generous-tit-for-tat"
    traits = Traits(stochastic=True, memory=1)

    def __post_init__(self) -> None:
        probability(self, "forgives")

    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        lets_pass = rng.random() < self.forgives
        if not has_hit_us(view, other):
            return Stance.COORDINATE, because(
                "opens_in_peace" if not view.history else "keeps_the_peace", other
            )
        if lets_pass:
            return Stance.COORDINATE, because("lets_it_pass", other, chance=self.forgives)
        return Stance.DEFECT, because("answers_in_kind", other)


class Grim(DyadStrategy):
    """Coordinates until the first defection, then defects for the rest of the game.

    The trigger strategy of Friedman (1971, "A Non-cooperative Equilibrium for Supergames", *Review of
    Economic Studies* 38): the hardest promise that can hold up cooperation, and the reason why a single slip
    can end it. It keeps a separate account with each government.
    """

    name = "grim"
    traits = Traits(memory=FOREVER)

    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        first = next(rounds_defected(view, other, view.seat), None)
        if first is not None:
            return Stance.DEFECT, because("never_forgets", other, round=first.round)
        return Stance.COORDINATE, because("opens_in_peace" if not view.history else "keeps_the_peace", other)
