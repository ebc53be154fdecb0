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
from negotiation.game.commitment import COST_OF_JOINING, effective_commitment, with_joining_terms
from negotiation.game.kernel_door import compiled, compiled_boards, flat
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
    def of(cls, pos: Position, book: Rulebook, *, seen: bool, commitment: Array | None = None) -> Beliefs:
        """The beliefs in a position; ``seen`` for Washington's estimate of commitment.

        commitment : ``effective_commitment`` of the position, if it is known already.
        """
        threat, answer = pos.belief("threat"), pos.belief("answer")
        joins = effective_commitment(pos, book, seen=seen) if commitment is None else commitment
        if not book.on("S2"):  # hit itself, the other partner answers for itself as well
            joins = 1 - (1 - answer) * (1 - joins)
        return cls(threat, answer, joins[..., ::-1])


SETTLED, BLINKED = 4, 5
"""Places of the two branches without execution on the board axis of ``branch_incomes``."""
UNMOVED_BY_JOINING = (SETTLED, BLINKED, 6 + SETTLED, 6 + BLINKED)
"""Their places among ``kernel_boards.boards_of_a_front``."""


def branch_incomes(table: Any, pos: Position, book: Rulebook) -> Array:
    """(..., 2, 6, 3) real income on the six boards of a breakdown with CAN and with MEX, asked for at once.

    Boards: executed and (unanswered alone, unanswered joined, answered alone, answered joined), settled, blinked.
    """
    if pos.us_rung.ndim == 1 and pos.partner_rung.ndim == 1:
        return table.real_income(*map(np.array, branch_boards(pos, book))).reshape(2, 6, 3)
    r = book.rules.rungs
    a, b, cap = np.broadcast_arrays(pos.us_rung, pos.partner_rung, pos.us_rung_cap)
    package = np.maximum(a, np.minimum(r.threatened_us_rung, cap))
    answer = np.maximum(b, min(r.threatened_partner_rung, book.partner_top))
    us, partner = [], []
    both = not book.on("S2")
    eased = np.maximum(a - 1, 0)
    for k in range(2):
        for answers in (False, True):
            for joins in (False, True):
                us.append(_mix(a, package, k, True, joins or both))
                partner.append(_mix(b, answer, k, answers, joins))
        us += [_mix(a, np.zeros_like(a), k, True, both), _mix(a, eased, k, True, both)]
        partner += [_mix(b, np.zeros_like(b), k, True, both), np.array(b, int)]
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
    rungs = (pos.us_rung, pos.partner_rung, pos.us_rung_cap)
    chances = (beliefs.threat, beliefs.answer, beliefs.joins)
    shape = np.broadcast_shapes(*(x.shape[:-1] for x in (*rungs, *chances)))
    asked = [flat(x, shape, 2, dtype=int) for x in rungs] + [flat(x, shape, 2) for x in chances]
    costs = table.with_boards(lambda boards: compiled().breakdown_costs(boards, book.package, *asked))
    us, partner = costs.reshape(2, *shape, 2)
    return leverage(Disagreement(us, partner), scale, book.rules.leverage.index_slope)


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
    old, new = Beliefs.of(before, book, seen=seen), Beliefs.of(after, book, seen=seen)
    beliefs = Beliefs(  # axes: commitment of before or after, credibility of before or after, partner
        np.stack([old.threat, new.threat]),
        np.stack([old.answer, new.answer]),
        np.stack([old.joins, new.joins])[:, None],
    )
    index = {
        (exposure, links): leverage_from(
            table_of(exposure, links), after if exposure else before, beliefs, book, scale
        ).index
        for exposure in (False, True)
        for links in (False, True)
    }

    def value(changed: frozenset[str]) -> Array:
        boards = index["exposure" in changed, "alternatives" in changed]
        return boards[int("commitment" in changed), int("credibility" in changed)]

    return shapley(value, BLOCKS)


def branch_boards(pos: Position, book: Rulebook) -> tuple[list[list[int]], list[list[int]]]:
    """Rungs (of Washington, of the partners) on the twelve boards of ``branch_incomes``, for one position.

    With S2 off Washington cannot single out: package, settlement and blinking are with both partners or none.
    """
    r, both = book.rules.rungs, not book.on("S2")
    a, b, cap = pos.us_rung.tolist(), pos.partner_rung.tolist(), pos.us_rung_cap.tolist()
    package = [max(x, min(r.threatened_us_rung, c)) for x, c in zip(a, cap, strict=True)]
    answer = [max(y, min(r.threatened_partner_rung, book.partner_top)) for y in b]
    us, partner = [], []
    for k in range(2):
        for answers in (False, True):
            for joins in (False, True):
                us.append([package[i] if i == k or joins or both else a[i] for i in range(2)])
                partner.append([answer[i] if (answers if i == k else joins) else b[i] for i in range(2)])
        us += [
            [0 if i == k or both else a[i] for i in range(2)],
            [max(a[i] - 1, 0) if i == k or both else a[i] for i in range(2)],
        ]
        partner += [[0 if i == k or both else b[i] for i in range(2)], b]
    return us, partner


def joining_terms(table: Any, pos: Position, book: Rulebook, *, ahead: bool = True) -> Position:
    """The position with the terms of joining at today's boards (cost-of-joining rule; otherwise unchanged).

    All boards are asked for at once, today's too: the round's payoff needs it next.
    ahead : ask for those of settling and blinking in the same batch. Leverage needs them, the terms of joining do
        not: a run that shows no leverage leaves them out.
    """
    if book.rules.commitment.rule != COST_OF_JOINING:
        return pos
    work, rungs = compiled_boards(), np.empty((3, 2), np.int64)
    rungs[0], rungs[1], rungs[2] = pos.us_rung, pos.partner_rung, pos.us_rung_cap
    boards = work.boards_of_a_front(rungs, book.package, table.shape[0], table.shape[2])
    needed = boards.tolist()
    if not ahead:
        needed = [number for place, number in enumerate(needed) if place not in UNMOVED_BY_JOINING]
    terms = work.terms_of_joining(table.real_on(boards, needed), pos.belief("threat"), pos.belief("answer"))
    return with_joining_terms(pos, book, terms[0], terms[1])


def _mix(now: Array, then: Array, k: int, at_k: bool, at_other: bool) -> Array:
    out = np.array(now, int)
    if at_k:
        out[..., k] = then[..., k]
    if at_other:
        out[..., 1 - k] = then[..., 1 - k]
    return out
