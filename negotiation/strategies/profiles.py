"""Leaders: what a government that calculates puts on its scales beside its own payoff.

Putnam (1988, "Diplomacy and Domestic Politics: The Logic of Two-Level Games", *International Organization*
42) and Hermann (1980, "Explaining Foreign Policy Behavior Using the Personal Characteristics of Political
Leaders", *International Studies Quarterly* 24) on why the same position is not the same choice for different
leaders. A profile is a set of weights in ``configs/strategies.yaml``; strategies that follow a script have
none to weigh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from numbers import Real
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.errors import InputError, UnknownName
from negotiation.game.evolve import next_position
from negotiation.game.payoffs import every_cell, flow
from negotiation.game.ruling import C, D, N, rule_on
from negotiation.game.view import SeatView
from negotiation.strategies.defaults import shipped_defaults
from negotiation.strategies.looking import has_hit_us
from negotiation.terms import SEATS, Country, others

Array = np.ndarray


@dataclass(frozen=True)
class Weights:
    """A leader's scales. As constructed they weigh nothing but the government's own payoff."""

    today: float = 1.0
    """Weight of this round's flow and costs of the moment."""
    review: float = 1.0
    """Weight of the joint review to come."""
    rivalry: float = 0.0
    """Weight, against, of what the other two gain on average (relative gains, Grieco 1988)."""
    concern: float = 0.0
    """Weight, in favour, of what the other two gain on average."""
    tie: float = 0.0
    """USD bn a round felt for standing with the other partner (only between Canada and Mexico)."""
    word: float = 0.0
    """USD bn felt as a cost for each defection on a government that did not defect last round."""
    noise: float = 1.0
    """Multiple of the decision noise of a quantal response."""

    def __post_init__(self) -> None:
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) <= 100:
                raise InputError(
                    f"weight {f.name} must be a number from 0 to 100, got {value!r}; 1 or 0 is neutral"
                )
        if self.noise == 0:
            raise InputError(
                "weight noise must be above 0: a quantal response without noise is a best response"
            )

    @property
    def neutral(self) -> bool:
        """Whether nothing but the own payoff counts."""
        return replace(self, noise=1.0) == Weights()


def profile_names() -> tuple[str, ...]:
    """The shipped leader profiles."""
    return tuple(shipped_defaults()["profiles"])


def profile(name: str | None = None, weights: Mapping[str, float] | None = None) -> Weights:
    """The weights of a named profile (None: own payoff only), with single ones replaced.

    ``UnknownName`` for a profile or a weight that does not exist, with the nearest that does.
    """
    known = shipped_defaults()["profiles"]
    if name is not None and name not in known:
        raise UnknownName("leader profile", name, known)
    chosen: dict[str, Any] = dict(known[name]) if name is not None else {}
    for weight in weights or {}:
        if weight not in _WEIGHTS:
            raise UnknownName("leader weight", weight, _WEIGHTS)
    chosen = {k: v for k, v in chosen.items() if k in _WEIGHTS}
    return Weights(**(chosen | dict(weights or {})))


_WEIGHTS = tuple(f.name for f in fields(Weights))


def weighed(view: SeatView, weights: Weights) -> StageGame:
    """The stage game with the seat's own payoff put on its leader's scales; the others' stay as they are."""
    if weights.neutral:
        return view.stage
    me, payoff = SEATS.index(view.seat), view.stage.payoff.copy()
    now = payoff_of_today(view) if weights.today != weights.review else np.zeros_like(payoff)
    shape = [1, 1, 1]
    shape[me] = 9
    payoff[..., me] = on_the_scales(weights, me, payoff, now) + conduct(view, weights).reshape(shape)
    return StageGame(payoff)


def on_the_scales(weights: Weights, me: int, payoff: Array, now: Array) -> Array:
    """(...) what payoffs (..., 3), of which ``now`` (..., 3) is not the review, mean to the leader of a seat."""
    fellows = payoff[..., [i for i in range(3) if i != me]].mean(-1)
    value = weights.review * payoff[..., me] + (weights.today - weights.review) * now[..., me]
    return value + (weights.concern - weights.rivalry) * fellows


def payoff_of_today(view: SeatView) -> Array:
    """(9, 9, 9, 3) the stage payoff without the review: costs of the moment and the month's flow."""
    board, cells = view.the_board(), every_cell()
    ruling = rule_on(view.position, *cells, board.book)
    after = next_position(view.position, ruling, board.book)
    return (ruling.one_offs + flow(board.table(), after, board.book) * view.months / 12).reshape(9, 9, 9, 3)


def conduct(view: SeatView, weights: Weights) -> Array:
    """(9,) what the seat's moves are worth to its leader for what they are, whatever they lead to, USD bn."""
    value = np.zeros(9)
    for place, other in enumerate(others(view.seat)):
        stance = np.arange(9) // 3 if place == 0 else np.arange(9) % 3
        if not has_hit_us(view, other):
            value -= weights.word * (stance == D)
        if Country.USA not in (view.seat, other):
            value += weights.tie * ((stance == C) | (stance == N))
    return value
