"""Leverage in a position: the branches of a breakdown looked up on the boards of the income table.

If talks with k fail: Washington executes its package with the credibility of its threat (else it blinks and takes
a rung off); k answers with the credibility of its answer; the other partner joins with its commitment. Payoffs
are real income only - leverage is economic, politics enters elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.bargaining import Disagreement, Leverage, Threat, disagreement, leverage, shapley
from negotiation.game.commitment import effective_commitment, with_joining_terms
from negotiation.game.position import Position
from negotiation.game.rulebook import Rulebook

Array = np.ndarray

BLOCKS = ("exposure", "alternatives", "commitment", "credibility")
"""What moves leverage: tariffs and frictions; firms' links; q; p and r."""


@dataclass(frozen=True)
class Beliefs:
    """The three probabilities of a breakdown, each (..., 2)."""

    threat: Array
    answer: Array
    joins: Array

    @classmethod
    def of(cls, pos: Position, book: Rulebook, *, seen: bool) -> Beliefs:
        """The beliefs in a position; ``seen`` for Washington's estimate of commitment."""
        joins = effective_commitment(pos, book, seen=seen)[..., ::-1]
        return cls(pos.belief("threat"), pos.belief("answer"), joins)


SETTLED, BLINKED = 4, 5
"""Places of the two branches without execution on the board axis of ``branch_incomes``."""


def branch_incomes(table: Any, pos: Position, book: Rulebook) -> Array:
    """(..., 2, 6, 3) real income on the six boards of a breakdown with CAN and with MEX, asked for at once.

    Boards: executed and (unanswered alone, unanswered joined, answered alone, answered joined), settled, blinked.
    """
    r = book.rules.rungs
    a, b, cap = np.broadcast_arrays(pos.us_rung, pos.partner_rung, pos.us_rung_cap)
    package = np.maximum(a, np.minimum(r.threatened_us_rung, cap))
    answer = np.maximum(b, min(r.threatened_partner_rung, book.partner_top))
    us, partner = [], []
    for k in range(2):
        for answers in (False, True):
            for joins in (False, True):
                us.append(_mix(a, package, k, True, joins))
                partner.append(_mix(b, answer, k, answers, joins))
        us += [_put(a, k, 0), _put(a, k, np.maximum(a[..., k] - 1, 0))]
        partner += [_put(b, k, 0), np.array(b, int)]
    incomes = table.real_income(np.stack(us, -2), np.stack(partner, -2))
    return incomes.reshape(*a.shape[:-1], 2, 6, 3)


def breakdown(
    table: Any, pos: Position, beliefs: Beliefs, book: Rulebook, k: int, incomes: Array | None = None
) -> Disagreement:
    """Expected cost of a breakdown between Washington and partner ``k`` (0 CAN, 1 MEX).

    incomes : ``branch_incomes`` of the position, if they are known already.
    """
    every = branch_incomes(table, pos, book) if incomes is None else incomes
    own = np.ascontiguousarray(every[..., k, :, :][..., [0, k + 1]])
    executed = own[..., :SETTLED, :].reshape(*own.shape[:-2], 2, 2, 2)
    threat = Threat(beliefs.threat[..., k], beliefs.answer[..., k], beliefs.joins[..., k])
    return disagreement(threat, own[..., SETTLED, :], own[..., BLINKED, :], executed)


def leverage_in(table: Any, pos: Position, book: Rulebook, scale: Array, *, seen: bool = True) -> Leverage:
    """Washington's leverage over (CAN, MEX): index and transfer, each (..., 2).

    ``seen`` (default) uses Washington's estimate of commitment, which is the number every screen may show.
    """
    beliefs = Beliefs.of(pos, book, seen=seen)
    return leverage_from(table, pos, beliefs, book, scale)


def leverage_from(table: Any, pos: Position, beliefs: Beliefs, book: Rulebook, scale: Array) -> Leverage:
    """The same from beliefs given apart from the position."""
    incomes = branch_incomes(table, pos, book)
    pairs = [breakdown(table, pos, beliefs, book, k, incomes) for k in range(2)]
    costs = Disagreement(
        np.stack([p.cost_us for p in pairs], -1), np.stack([p.cost_partner for p in pairs], -1)
    )
    return leverage(costs, scale, book.rules.leverage.index_slope)


def why_it_moved(
    table_of: Callable[[bool, bool], Any],
    before: Position,
    after: Position,
    book: Rulebook,
    scale: Array,
    *,
    seen: bool = True,
) -> dict[str, Array]:
    """Shapley parts of the change of the index between two positions: block -> (2,). They sum to it exactly.

    ``table_of(exposure_changed, alternatives_changed)`` gives the income table with the tariff steps and outside
    shocks, and the firms' links, of before (False) or after (True).
    """
    pos0, pos1 = before, after
    old, new = Beliefs.of(pos0, book, seen=seen), Beliefs.of(pos1, book, seen=seen)

    def value(changed: frozenset[str]) -> Array:
        beliefs = Beliefs(
            new.threat if "credibility" in changed else old.threat,
            new.answer if "credibility" in changed else old.answer,
            new.joins if "commitment" in changed else old.joins,
        )
        table = table_of("exposure" in changed, "alternatives" in changed)
        pos = pos1 if "exposure" in changed else pos0
        return leverage_from(table, pos, beliefs, book, scale).index

    return shapley(value, BLOCKS)


def joining_terms(table: Any, pos: Position, book: Rulebook) -> Position:
    """The position with the terms of joining at today's boards (cost-of-joining rule; otherwise unchanged)."""

    incomes = branch_incomes(table, pos, book)

    def transfer(joins: Array) -> Array:
        beliefs = Beliefs(pos.belief("threat"), pos.belief("answer"), joins)
        pairs = [breakdown(table, pos, beliefs, book, k, incomes) for k in range(2)]
        return np.array([float(p.cost_partner - p.cost_us) / 2 for p in pairs])

    return with_joining_terms(table, pos, book, transfer)


def _put(x: Array, k: int, value: Array | int) -> Array:
    out = np.array(x, int)
    out[..., k] = value
    return out


def _mix(now: Array, then: Array, k: int, at_k: bool, at_other: bool) -> Array:
    out = np.array(now, int)
    if at_k:
        out[..., k] = then[..., k]
    if at_other:
        out[..., 1 - k] = then[..., 1 - k]
    return out
