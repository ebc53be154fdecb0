"""What strategies that calculate have in common: a belief about the others, nine options, reasons.

Index trap: move 0 to 8 is ``3 x (stance toward the first other) + (stance toward the second)``, see
``negotiation.terms.others``; a belief is one distribution over nine moves per seat, in the order USA, CAN,
MEX.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.game.moves import Move
from negotiation.game.preview import likeliest_stance
from negotiation.game.view import Choice, Reason, RoundSeen, SeatView
from negotiation.strategies.base import Strategy, because
from negotiation.strategies.profiles import Weights, weighed
from negotiation.terms import SEATS, STANCES, Country, others

Array = np.ndarray
MOVES = 9


@dataclass(frozen=True)
class Calculator(Strategy):
    """A strategy that values its nine options on its own stage table before it chooses."""

    weights: Weights = field(default_factory=Weights, kw_only=True)
    """The leader's scales (``negotiation.strategies.profiles``)."""

    @abstractmethod
    def value(self, view: SeatView, game: StageGame, belief: list[Array]) -> Array:
        """(9,) what each option is worth, USD bn (on the leader's scales)."""

    def believe(self, view: SeatView, game: StageGame) -> list[Array]:
        """What the three seats will play: three distributions over nine moves; by default theory's."""
        return quantal_belief(view, game, self.weights)

    def pick(self, view: SeatView, value: Array, rng: np.random.Generator) -> int:
        """The option chosen, given what each is worth; by default the best, the first of equals."""
        return int(np.argmax(value))

    reason_key = "best_of_nine"

    def choose(self, view: SeatView, rng: np.random.Generator) -> Choice:
        game = weighed(view, self.weights)
        belief = self.believe(view, game)
        value = self.value(view, game, belief)
        index = self.pick(view, value, rng)
        letters = [Move.from_index(view.seat, i).letters(view.seat) for i in range(MOVES)]
        return Choice(
            Move.from_index(view.seat, index),
            explain(view, self.reason_key, index, value, belief),
            {name: float(v) for name, v in zip(letters, value, strict=True)},
        )


def noise_of(view: SeatView, weights: Weights) -> list[float]:
    """Decision noise of USA, CAN, MEX in USD bn; the seat's own on its leader's multiple."""
    noise = view.the_board().book.rules.stage_game.noise
    return [float(noise[s]) * (weights.noise if s is view.seat else 1.0) for s in SEATS]


def quantal_belief(view: SeatView, game: StageGame, weights: Weights) -> list[Array]:
    """The logit quantal response of the seat's own stage table."""
    if weights == Weights():
        return view.forecast
    return game.quantal_response(noise_of(view, weights))


def seen_move(seen: RoundSeen, seat: Country, fallback: Array) -> Array:
    """(9,) the move a seat was seen to make: certain where both stances were seen, else as ``fallback``
    has it among the moves that fit what was seen."""
    fits = np.ones(MOVES, bool)
    for place, other in enumerate(others(seat)):
        stance = seen.stances.get((seat, other))
        if stance is not None:
            digit = np.arange(MOVES) // 3 if place == 0 else np.arange(MOVES) % 3
            fits &= digit == STANCES.index(stance)
    weight = fits * fallback
    return weight / weight.sum() if weight.sum() > 0 else fits / fits.sum()


def against(game: StageGame, view: SeatView, belief: list[Array]) -> Array:
    """(9,) expected payoff of the seat's options when the others play, independently, as believed."""
    return game.expected_payoffs(belief, SEATS.index(view.seat))


def explain(view: SeatView, key: str, index: int, value: Array, belief: list[Array]) -> dict[Country, Reason]:
    """A reason toward each other: what it is expected to do, and what this stance gains over any other.

    ``gain`` compares the move chosen with the best move that takes another stance toward that government.
    """
    reasons: dict[Country, Reason] = {}
    for place, other in enumerate(others(view.seat)):
        digit = np.arange(MOVES) // 3 if place == 0 else np.arange(MOVES) % 3
        alternatives = value[digit != digit[index]]
        expected, chance = likeliest_stance(belief[SEATS.index(other)], other, view.seat)
        values: dict[str, Any] = {"expects": expected, "chance": chance}
        reasons[other] = because(key, other, **values, gain=float(value[index] - alternatives.max()))
    return reasons
