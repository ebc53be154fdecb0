"""Hedging: quiet insurance beside open calm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.game.view import Reason, SeatView
from negotiation.strategies.base import DyadStrategy, Traits, because
from negotiation.strategies.checks import number
from negotiation.strategies.defaults import from_config
from negotiation.strategies.looking import grants_given, has_announced
from negotiation.terms import Country, Stance


@dataclass(frozen=True)
class Hedger(DyadStrategy):
    """Keeps calm in public, buys time when threatened, and quietly ties itself to the other partner.

    Hedging is what smaller states do when they will neither balance nor bow: they keep good relations with
    the strong while insuring against it (Kuik 2008, "The Essence of Hedging", *Contemporary Southeast Asia*
    30; Goh 2005, *Meeting the China Challenge*). Toward the other partner it does a favour every round,
    unannounced; toward a government that has announced a step against it it grants up to ``concessions``
    issues, otherwise it coordinates. Washington in this mood has nobody to be quiet with: it buys off
    announced counter-measures and keeps the rest going.
    """

    concessions: int = from_config("hedger", "concessions")

    name = "hedger"
    traits = Traits()

    def __post_init__(self) -> None:
        number(self, "concessions", 0, 10, whole=True)

    def is_quiet(self, view: SeatView) -> bool:
        return True

    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        if Country.USA not in (view.seat, other):
            return Stance.CONCEDE, because("does_a_quiet_favour", other)
        if has_announced(view, other, view.seat) and grants_given(view, other) < self.concessions:
            return Stance.CONCEDE, because("buys_time", other)
        return Stance.COORDINATE, because("keeps_calm", other)
