"""Whose moves moved leverage: each round's change attributed to the three seats.

The yardstick is a calm round in which all three coordinate with both others. Between the calm round and the round as
it was played the seats' moves are put in one after the other, in every order; a seat's part is its mean effect
(Shapley). What is left of the change - firms, news, evidence fading, the calm round's own drift - is nobody's move.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from negotiation.bargaining import shapley
from negotiation.game.breakdown import leverage_in
from negotiation.game.commitment import COST_OF_JOINING, effective_commitment
from negotiation.game.evolve import next_position
from negotiation.game.ruling import rule_on
from negotiation.terms import SEATS

Array = np.ndarray
CALM = 0
"""The move that coordinates with both others."""


def by_mover(model: Any, cell: tuple[int, int, int]) -> dict[str, Array]:
    """Seat -> (2,) points of leverage over CAN, MEX its move brought, in the position before the round."""
    table = np.array([[a if on else CALM for a, on in zip(cell, played, strict=True)] for played in _PLAYED])
    index = _index_after(model, table)
    at = {played: index[n] for n, played in enumerate(_PLAYED)}
    return shapley(lambda moved: at[tuple(str(s) in moved for s in SEATS)], [str(s) for s in SEATS])


_PLAYED = tuple(product((False, True), repeat=3))


def _index_after(model: Any, cells: Array) -> Array:
    """(cells, 2) leverage index after a round of these moves, before firms and news; mean over a front's lot."""
    pos, book = model.position, model.book
    us, can, mex = cells.T
    u = np.stack([us // 3, us % 3], -1)
    v = np.stack([can // 3, mex // 3], -1)
    c = np.stack([can % 3, mex % 3], -1)

    def index(acts: Array | None) -> tuple[Array, Array]:
        ruling = rule_on(pos, u, v, c, book, acts)
        after = next_position(pos, ruling, book)
        lever = leverage_in(model.table, after, book, model.scale)
        return np.asarray(lever.index), ruling.front_fires | ruling.promise_called

    if book.rules.commitment.rule != COST_OF_JOINING:
        return index(None)[0]
    stays, called = index(np.zeros(2, bool))
    if not called.any():
        return stays
    joins, _ = index(np.ones(2, bool))
    weight = (called * effective_commitment(pos, book, seen=False)).sum(-1, keepdims=True)
    return (1 - weight) * stays + weight * joins
