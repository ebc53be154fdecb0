"""Whether a partner joins when the other is hit: because the front is worth more than joining costs.

Node: Washington carries out its package against k; the other partner m decides. Joining costs it ``c_m``: it goes one
rung up on the US, and Washington answers with its package against m if its threat is believed. What it buys is the
front: if k is expected to join for m as well, m's own disagreement point improves by ``B_m`` for years. So

    q_m = Logistic[(H T_m B_m q_k - D c_m) / s_m],

a pair of equations, because each joins for the other's sake. H: years a front lasts, T_m: how far m trusts k to keep
its word, D: years a breakdown lasts, s_m: decision noise. Solved by iteration from last round's pair, which selects the
branch when there are two: with little noise a small loss of trust can then take the front down at once - suddenness
that is not written into any rule. Firms enter through c_m: prepared links make joining cheaper.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from negotiation.game.kernel_door import compiled, flat
from negotiation.game.position import Position
from negotiation.game.rulebook import Rulebook

Array = np.ndarray

COST_OF_JOINING = "cost_of_joining"


def effective_commitment(pos: Position, book: Rulebook, *, seen: bool) -> Array:
    """(..., 2) probability that k joins when the other partner is hit.

    ``seen`` takes Washington's estimates instead of the true beliefs. Under the ``threshold`` rule of the first
    prototype it is the belief in commitment, tempered by the partners' trust.
    """
    rules = book.rules.commitment
    if not book.on("S3"):
        return np.zeros_like(pos.volatility)
    if rules.rule == COST_OF_JOINING:
        return solve_joining(pos, rules.record_weight, seen=seen)
    suffix = "_seen" if seen else ""
    trust = pos.belief("partner_trust" + suffix)
    return pos.belief("commitment" + suffix) * (rules.trust_floor + (1 - rules.trust_floor) * trust)


def with_joining_terms(pos: Position, book: Rulebook, incomes: Array, front: Array) -> Position:
    """The position with the cost of joining and the value of the front at today's boards, and q solved anew.

    incomes : (2, 3, 3) real income on ``boards_of_joining``; front : (2,) what being joined for certain takes off the
    Nash transfer from each partner, USD bn a year.
    """
    rules = book.rules.commitment
    noise = rules.noise * book.gdp[1:]
    cost = _costs(incomes, pos.belief("threat").tolist())
    pos = replace(
        pos,
        joining_cost=rules.breakdown_years * cost / noise,
        front_value=rules.front_years * np.maximum(front, 0.0) / noise,
    )
    return replace(
        pos,
        joins=solve_joining(pos, rules.record_weight, seen=False),
        joins_seen=solve_joining(pos, rules.record_weight, seen=True),
    )


def trust_in_the_other(pos: Position, record_weight: float, *, seen: bool) -> Array:
    """(..., 2) T_m: how far m trusts the other partner to keep its word.

    Mostly the partners' trust; ``record_weight`` of it is the other's record of kept promises.
    """
    suffix = "_seen" if seen else ""
    record = pos.belief("commitment" + suffix)[..., ::-1]
    return (1 - record_weight) * pos.belief("partner_trust" + suffix) + record_weight * record


def solve_joining(pos: Position, record_weight: float, *, seen: bool, iterations: int = 200) -> Array:
    """(..., 2) the pair q reached from last round's pair with today's trust (Washington's copies if ``seen``)."""
    trust = trust_in_the_other(pos, record_weight, seen=seen)
    q = pos.joins_seen if seen else pos.joins
    pull = trust * pos.front_value
    shape = np.broadcast_shapes(pull.shape, pos.joining_cost.shape)[:-1]
    pairs = compiled().joining_pairs(*(flat(x, shape, 2) for x in (pull, pos.joining_cost, q)), iterations)
    return pairs.reshape(*shape, 2)


def _costs(incomes: Array, threat: list[float]) -> Array:
    """(2,) yearly cost to CAN, MEX of joining when the other is hit, USD bn."""
    out = np.empty(2)
    for m in range(2):
        stay, unpunished, punished = incomes[m, :, m + 1].tolist()
        out[m] = stay - ((1 - threat[m]) * unpunished + threat[m] * punished)
    return out


def boards_of_joining(pos: Position, book: Rulebook) -> tuple[list[list[int]], list[list[int]]]:
    """Rungs (of Washington, of the partners) if CAN, then MEX, stays out, joins unpunished, joins and is punished."""
    r, cap = book.rules.rungs, pos.us_rung_cap.tolist()
    us: list[list[int]] = []
    partner: list[list[int]] = []
    for m in range(2):
        k = 1 - m
        hit, answers = pos.us_rung.tolist(), pos.partner_rung.tolist()
        hit[k] = max(hit[k], min(r.threatened_us_rung, cap[k]))
        answers[k] = max(answers[k], min(r.threatened_partner_rung, book.partner_top))
        if not book.on("S2"):  # whoever is not singled out has been hit already
            hit[m] = max(hit[m], min(r.threatened_us_rung, cap[m]))
        joined, punished = list(answers), list(hit)
        joined[m] = min(joined[m] + 1, book.partner_top)
        punished[m] = max(punished[m], min(r.threatened_us_rung, cap[m]))
        us += [hit, hit, punished]
        partner += [answers, joined, joined]
    return us, partner
