"""Lookahead: what a move leads to, not only what it pays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.game.evolve import next_position
from negotiation.game.payoffs import every_cell, flow, weight_of_review
from negotiation.game.position import Position
from negotiation.game.review import hold_review
from negotiation.game.ruling import rule_on
from negotiation.game.view import SeatView
from negotiation.strategies.base import Traits
from negotiation.strategies.calculating import MOVES, Array, Calculator, against
from negotiation.strategies.checks import number
from negotiation.strategies.defaults import from_config
from negotiation.strategies.profiles import conduct, on_the_scales
from negotiation.terms import SEATS

SHARED = ("us_steps", "partner_steps", "joins", "joins_seen", "joining_cost", "front_value")
"""Arrays of a position that are the same after every move and have no leading axes."""


@dataclass(frozen=True)
class Lookahead(Calculator):
    """Thinks two rounds ahead: its move, the others' likely moves, and its own best move after that.

    Limited foresight as in Shannon (1950, "Programming a Computer for Playing Chess", *Philosophical
    Magazine* 41) and, for bargaining, Jehiel (1995, "Limited Horizon Forecast in Repeated Alternate Games",
    *Journal of Economic Theory* 67). Notice comes a round before execution here, so two rounds are the
    shortest horizon at which a threat is worth more than the words it is made of. The others are expected to
    keep to the quantal response of today; of their joint moves the ``branches`` likeliest are followed up.
    """

    branches: int = from_config("lookahead", "branches")

    name = "lookahead"
    traits = Traits(calculates=True)
    reason_key = "best_over_two_rounds"

    def __post_init__(self) -> None:
        number(self, "branches", 1, 81, whole=True)

    def value(self, view: SeatView, game: StageGame, belief: list[Array]) -> Array:
        if view.round >= view.rounds:  # the review follows: one round is all there is
            return against(game, view, belief)
        me = SEATS.index(view.seat)
        chance, cells = likeliest_cells(me, belief, self.branches)
        assert view.board is not None
        book, table = view.board.book, view.board.table()
        first = rule_on(view.position, *cells, book)
        after_one = next_position(view.position, first, book)
        now = first.one_offs + flow(table, after_one, book) * view.months / 12
        wide = _with_axis(after_one)
        second = rule_on(wide, *cells, book)
        after_two = next_position(wide, second, book)
        now = now[:, None] + second.one_offs + flow(table, after_two, book) * view.months / 12
        review = hold_review(table, after_two, book, view.board.scale, seen=view.seen_only).expected
        payoff = now + weight_of_review(after_two, book) * review
        worth = on_the_scales(self.weights, me, payoff, now).reshape(MOVES, -1, MOVES, len(chance))
        after_first = (worth @ chance).max(-1)
        return after_first @ chance + conduct(view, self.weights)


def likeliest_cells(me: int, belief: list[Array], branches: int) -> tuple[Array, tuple[Array, Array, Array]]:
    """The others' likeliest joint moves, crossed with the own nine.

    Returns their chances (branches,), summing to 1, and stances (u, v, c), each (9 x branches, 2), own move
    first.
    """
    one, two = (i for i in range(3) if i != me)
    joint = np.outer(belief[one], belief[two]).reshape(-1)
    kept = np.argsort(-joint, kind="stable")[:branches]
    chance = joint[kept] / joint[kept].sum()
    own, other = (x.reshape(-1) for x in np.meshgrid(np.arange(MOVES), kept, indexing="ij"))
    moves = [np.zeros_like(own)] * 3
    moves[me], moves[one], moves[two] = own, other // MOVES, other % MOVES
    index = (moves[0] * MOVES + moves[1]) * MOVES + moves[2]
    u, v, c = every_cell()
    return chance, (u[index], v[index], c[index])


def _with_axis(pos: Position) -> Position:
    """The same positions with an axis behind the first, for the moves of a further round."""
    changes: dict[str, Any] = {
        name: value[:, None] for name, value in vars(pos).items() if name not in ("round", *SHARED)
    }
    return replace(pos, **changes)
