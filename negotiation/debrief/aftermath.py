"""What a round leaves behind in chosen cells of its stage game: steps, announced steps and grants of each partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from negotiation.game.commitment import COST_OF_JOINING, effective_commitment
from negotiation.game.evolve import next_position
from negotiation.game.moves import MOVES_OF
from negotiation.game.payoffs import every_cell
from negotiation.game.position import Position
from negotiation.game.rulebook import Rulebook
from negotiation.game.ruling import rule_on

Array = np.ndarray


def left_behind(pos: Position, book: Rulebook, cells: Sequence[Sequence[int]]) -> Mapping[str, Array]:
    """What is left -> (cells, 2) toward CAN, MEX, counted in steps and issues.

    ``tariff``: Washington's steps in force; ``answer``: the partner's; ``notice``: whether a step of Washington's is
    announced; ``granted``: issues the partner has granted. Means over answering or not where one may be called on.
    """
    flat = np.ravel_multi_index(tuple(np.array(cells).T), (len(MOVES_OF),) * 3)
    stances = tuple(x[flat] for x in every_cell())
    if book.rules.commitment.rule != COST_OF_JOINING:
        return _after(pos, book, stances, None)[0]
    alone, called = _after(pos, book, stances, np.zeros(2, bool))
    if not called.any():
        return alone
    joins = (called * effective_commitment(pos, book, seen=False)).sum(-1, keepdims=True)
    joined, _ = _after(pos, book, stances, np.ones(2, bool))
    return {name: (1 - joins) * alone[name] + joins * joined[name] for name in alone}


def _after(
    pos: Position, book: Rulebook, stances: tuple[Array, ...], acts: Array | None
) -> tuple[dict[str, Array], Array]:
    u, v, c = stances
    ruling = rule_on(pos, u, v, c, book, acts)
    then = next_position(pos, ruling, book)
    left = {
        "tariff": then.us_rung,
        "answer": then.partner_rung,
        "notice": then.us_notice,
        "granted": then.granted_by_partner.sum(-1),
    }
    told = {name: np.broadcast_to(x, u.shape).astype(float) for name, x in left.items()}
    return told, ruling.front_fires | ruling.promise_called
