"""Procedure: words are noted, deeds are answered, and no more than in proportion."""

from __future__ import annotations

import numpy as np

from negotiation.game.view import Reason, SeatView
from negotiation.strategies.base import FOREVER, DyadStrategy, Traits, because
from negotiation.strategies.looking import executed, has_announced, has_hit_us, steps_executed
from negotiation.terms import Country, Stance


class Institutionalist(DyadStrategy):
    """Keeps its commitments, answers only what was carried out, and never beyond proportion.

    The conduct treaties ask for: retaliation is announced, follows a breach and is limited to its size (DSU
    Art. 22.4; USMCA Art. 31.19), and the gain is predictability (Keohane 1984, *After Hegemony*; Maggi 1999,
    "The Role of Multilateral Institutions in International Trade Cooperation", *American Economic Review*
    89). A bare threat is not answered and never paid for. After a step has taken effect it announces its own,
    carries it out if the other keeps going, and stops when it has answered as many steps as it suffered.
    Toward a government that uses no steps (the other partner) it keeps the joint position, openly.
    """

    name = "institutionalist"
    traits = Traits(memory=FOREVER)

    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        me = view.seat
        if Country.USA not in (me, other):
            return Stance.COORDINATE, because("keeps_the_joint_position", other)
        suffered, answered = steps_executed(view, other, me), steps_executed(view, me, other)
        if answered < suffered:
            if has_announced(view, me, other) and has_hit_us(view, other):
                return Stance.DEFECT, because("carries_out_its_word", other)
            if executed(view.history[-1], other, me):
                return Stance.DEFECT, because("answers_a_step", other)
        elif suffered and has_hit_us(view, other):
            return Stance.COORDINATE, because("has_answered_in_proportion", other, count=answered)
        if has_announced(view, other, me):
            return Stance.COORDINATE, because("waits_for_deeds", other)
        return Stance.COORDINATE, because("follows_procedure", other)
