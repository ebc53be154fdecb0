"""What a government gains from a round: the flow of the month, costs of the moment, the review to come."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.errors import InputError
from negotiation.game.commitment import COST_OF_JOINING, effective_commitment
from negotiation.game.evolve import next_position
from negotiation.game.position import Position
from negotiation.game.review import hold_review, ledger, uncertainty
from negotiation.game.rulebook import Rulebook
from negotiation.game.ruling import rule_on

Array = np.ndarray

STAGE_GAMES_KEPT = 4
"""Stage games an income table remembers: as seen from Washington and from its partners, and two to spare."""
MOVES = 9
"""Stage-game moves of a seat: 3 x (stance toward the first other) + (stance toward the second), C N D = 0 1 2."""


def flow(table: Any, pos: Position, book: Rulebook) -> Array:
    """(..., 3) yearly payoff of staying in a position, USD bn a year: felt income, ledger, uncertainty."""
    parts = flow_parts(table, pos, book)
    return parts["income"] + parts["owned"] + parts["doubt"]


def flow_parts(table: Any, pos: Position, book: Rulebook) -> dict[str, Array]:
    """What ``flow`` is made of: felt income under today's tariffs, the ledger, the cost of uncertainty (<= 0)."""
    return {
        "income": table.felt_income(pos.us_rung, pos.partner_rung),
        "owned": ledger(pos, book),
        "doubt": -uncertainty(pos.volatility, book),
    }


def weight_of_review(pos: Position, book: Rulebook) -> float:
    """Years the coming review counts in today's payoff: its horizon, less for each month it is away.

    ``InputError`` for a position behind the end of the calendar.
    """
    h = book.rules.horizon
    if pos.round >= len(book.months_to_review):
        last = len(book.months_to_review) - 1
        raise InputError(f"the calendar ends with round {last}: there is no round {pos.round} to look at")
    return h.review_years * h.monthly_persistence ** book.months_to_review[pos.round]


def stage_payoff(
    table: Any,
    after: Position,
    one_offs: Array,
    book: Rulebook,
    *,
    months: int = 1,
    seen: bool = False,
) -> Array:
    """(..., 3) payoff of a round that led to ``after``, USD bn."""
    review = hold_review(table, after, book, seen=seen)
    return one_offs + flow(table, after, book) * months / 12 + weight_of_review(after, book) * review.expected


@cache
def every_cell() -> tuple[Array, Array, Array]:
    """Stances (u, v, c) of all 729 pairs of moves, each (729, 2), in the order of ``StageGame`` cells."""
    us, can, mex = (m.reshape(-1) for m in np.meshgrid(*[np.arange(MOVES)] * 3, indexing="ij"))
    cells = (
        np.stack([us // 3, us % 3], -1),
        np.stack([can // 3, mex // 3], -1),
        np.stack([can % 3, mex % 3], -1),
    )
    for stances in cells:
        stances.setflags(write=False)
    return cells


def stage_game(
    table: Any, pos: Position, book: Rulebook, *, months: int = 1, seen: bool = False
) -> StageGame:
    """The stage game of a round: payoff (9, 9, 9, 3) of every pair of moves, USD bn, links as they are today.

    The table keeps the last few: Canada and Mexico know the same position, so their stage game is worked out once.
    """
    asked = (pos, book)
    key = (*map(id, asked), months, seen)
    if key not in table.stage_games:
        payoff = stage_table(table, pos, book, every_cell(), months=months, seen=seen)
        if len(table.stage_games) >= STAGE_GAMES_KEPT:
            table.stage_games.pop(next(iter(table.stage_games)))
        table.stage_games[key] = (StageGame(payoff.reshape(9, 9, 9, 3)), asked)  # asked: ids stay taken
    return table.stage_games[key][0]


def stage_table(
    table: Any,
    pos: Position,
    book: Rulebook,
    cells: tuple[Array, Array, Array],
    *,
    months: int = 1,
    seen: bool = False,
) -> Array:
    """(cells, 3) payoffs of chosen stance profiles (u, v, c), each (cells, 2).

    Where a partner would be called on to answer for the other, the payoff is the mean over joining or not, at
    the probability of its joining (under the threshold rule it is known which).
    """

    def payoff(chosen: tuple[Array, Array, Array], acts: Array | None) -> tuple[Array, Array]:
        ruling = rule_on(pos, *chosen, book, acts)
        after = next_position(pos, ruling, book)
        value = stage_payoff(table, after, ruling.one_offs, book, months=months, seen=seen)
        return value, ruling.front_fires | ruling.promise_called

    if book.rules.commitment.rule != COST_OF_JOINING:
        return payoff(cells, None)[0]
    total, called = payoff(cells, np.zeros(2, bool))
    hit = called.any(-1)
    if hit.any():
        joins = (called[hit] * effective_commitment(pos, book, seen=seen)).sum(-1, keepdims=True)
        joined, _ = payoff(tuple(x[hit] for x in cells), np.ones(2, bool))  # type: ignore[arg-type]
        total[hit] = (1 - joins) * total[hit] + joins * joined
    return total
