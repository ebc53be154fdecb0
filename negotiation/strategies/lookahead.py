"""Lookahead: what a move leads to, not only what it pays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.game.commitment import COST_OF_JOINING, effective_commitment
from negotiation.game.evolve import next_position
from negotiation.game.payoffs import every_cell, flow, weight_of_review
from negotiation.game.position import Position
from negotiation.game.review import hold_review
from negotiation.game.ruling import Ruling, rule_on
from negotiation.game.view import SeatView
from negotiation.strategies.base import Traits
from negotiation.strategies.calculating import MOVES, Array, Calculator, against
from negotiation.strategies.checks import number
from negotiation.strategies.defaults import from_config
from negotiation.strategies.profiles import conduct, on_the_scales
from negotiation.terms import SEATS


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
        total = np.zeros(len(cells[0]))
        for weight, rows, ruling in front_or_not(view, view.position, cells):
            after = next_position(view.position, ruling, view.the_board().book)
            now = ruling.one_offs + _flow_of_round(view, after)
            total[rows] += weight * self._after_first(view, me, chance, cells, after, now)
        return total.reshape(MOVES, -1) @ chance + conduct(view, self.weights)

    def _after_first(
        self, view: SeatView, me: int, chance: Array, cells: Cells, after: Position, now: Array
    ) -> Array:
        """(first rounds,) worth of two rounds if the own best move follows each first round."""
        board = view.the_board()
        wide = with_axis(after, view.position)
        worth = np.zeros((len(now), len(cells[0])))
        for weight, rows, ruling in front_or_not(view, wide, cells):
            two = next_position(wide, ruling, board.book)
            today = now[:, None] + ruling.one_offs + _flow_of_round(view, two)
            review = hold_review(board.table(), two, board.book, seen=view.seen_only).expected
            payoff = today + weight_of_review(two, board.book) * review
            worth[..., rows] += weight * on_the_scales(self.weights, me, payoff, today)
        return (worth.reshape(len(now), MOVES, -1) @ chance).max(-1)


Cells = tuple[Array, Array, Array]
"""Stances (u, v, c) of many moves, each (cells, 2)."""


def front_or_not(view: SeatView, pos: Position, cells: Cells) -> list[tuple[Array, Array, Ruling]]:
    """The ways a round can go: (chance, which cells, ruling), for partners who join and who do not.

    Only where a partner is called on to answer for the other is there more than one way, and only if joining is
    a matter of chance (the cost-of-joining rule); chances have the shape of the positions' and cells' axes.
    """
    book = view.the_board().book
    every = np.arange(len(cells[0]))
    if book.rules.commitment.rule != COST_OF_JOINING:
        return [(np.ones(()), every, rule_on(pos, *cells, book))]
    alone = rule_on(pos, *cells, book, np.zeros(2, bool))
    called = alone.promise_called
    hit = np.flatnonzero(called.any(-1).reshape(-1, len(every)).any(0))
    joins = (called * effective_commitment(pos, book, seen=view.seen_only)).sum(-1)
    ways = [(1 - joins, every, alone)]
    if hit.size:
        u, v, c = (x[hit] for x in cells)
        ways.append((joins[..., hit], hit, rule_on(pos, u, v, c, book, np.ones(2, bool))))
    return ways


def _flow_of_round(view: SeatView, after: Position) -> Array:
    """(..., 3) flow of a round as long as this one, USD bn."""
    board = view.the_board()
    return flow(board.table(), after, board.book) * view.months / 12


def likeliest_cells(me: int, belief: list[Array], branches: int) -> tuple[Array, Cells]:
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


def with_axis(many: Position, one: Position) -> Position:
    """Positions that followed from ``one``, with an axis behind the first, for the moves of a further round."""
    changes: dict[str, Any] = {
        name: value[:, None]
        for name, value in vars(many).items()
        if isinstance(value, np.ndarray) and value.ndim > np.ndim(getattr(one, name))
    }
    return replace(many, **changes)
