"""Chance: the move nobody can read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.game.view import Reason, SeatView
from negotiation.strategies.base import DyadStrategy, Traits, because
from negotiation.strategies.checks import probability
from negotiation.strategies.defaults import from_config
from negotiation.terms import STANCES, Country, Stance


@dataclass(frozen=True)
class Random(DyadStrategy):
    """Each stance by lot, all three equally likely, independently toward each government.

    The zero-intelligence player of Gode and Sunder (1993, "Allocative Efficiency of Markets with
    Zero-Intelligence Traders", *Journal of Political Economy* 101): what the rules alone produce when nobody
    thinks. With probability ``keeps`` it repeats its last stance, which makes the paths it wanders look like
    policies.
    """

    keeps: float = from_config("random", "keeps")

    name = "random"
    traits = Traits(stochastic=True, memory=1)

    def __post_init__(self) -> None:
        probability(self, "keeps")

    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        stays, lot = rng.random() < self.keeps, STANCES[int(rng.integers(len(STANCES)))]
        last = view.last_stance(view.seat, other)
        if stays and last is not None:
            return last, because("stays_by_lot", other)
        return lot, because("draws_lots", other)
