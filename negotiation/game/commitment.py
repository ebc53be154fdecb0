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

import numpy as np

from negotiation.game.kernel_door import compiled, flat
from negotiation.game.position import Position
from negotiation.game.rulebook import Rulebook

Array = np.ndarray

COST_OF_JOINING = "cost_of_joining"
ITERATIONS = 200
"""Most steps from last round's pair to today's."""


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


def with_joining_terms(pos: Position, book: Rulebook, cost: Array, front: Array) -> Position:
    """The position with the cost of joining and the value of the front at today's boards, and q solved anew.

    cost : (2,) yearly cost to CAN, MEX of joining when the other is hit; front : (2,) what being joined for certain
    takes off the Nash transfer from each partner; USD bn a year.
    """
    rules = book.rules.commitment
    noise = rules.noise * book.gdp[1:]
    joining_cost = rules.breakdown_years * cost / noise
    front_value = rules.front_years * np.maximum(front, 0.0) / noise
    joins, joins_seen = compiled().joining_of_one(
        np.array(pos.evidence, float, order="C"),
        joining_cost,
        front_value,
        np.array([pos.joins, pos.joins_seen], float),
        float(rules.record_weight),
        ITERATIONS,
    )
    return pos.but(joining_cost=joining_cost, front_value=front_value, joins=joins, joins_seen=joins_seen)


def trust_in_the_other(pos: Position, record_weight: float, *, seen: bool) -> Array:
    """(..., 2) T_m: how far m trusts the other partner to keep its word.

    Mostly the partners' trust; ``record_weight`` of it is the other's record of kept promises.
    """
    suffix = "_seen" if seen else ""
    record = pos.belief("commitment" + suffix)[..., ::-1]
    return (1 - record_weight) * pos.belief("partner_trust" + suffix) + record_weight * record


def solve_joining(pos: Position, record_weight: float, *, seen: bool, iterations: int = ITERATIONS) -> Array:
    """(..., 2) the pair q reached from last round's pair with today's trust (Washington's copies if ``seen``)."""
    if pos.evidence.ndim == 3 and pos.joins.ndim == pos.joins_seen.ndim == pos.joining_cost.ndim == 1:
        return compiled().joining_of_one(
            np.array(pos.evidence, float, order="C"),
            np.array(pos.joining_cost, float),
            np.array(pos.front_value, float),
            np.array([pos.joins, pos.joins_seen], float),
            float(record_weight),
            iterations,
        )[int(seen)]
    trust = trust_in_the_other(pos, record_weight, seen=seen)
    q = pos.joins_seen if seen else pos.joins
    pull = trust * pos.front_value
    shape = np.broadcast_shapes(pull.shape, pos.joining_cost.shape)[:-1]
    pairs = compiled().joining_pairs(*(flat(x, shape, 2) for x in (pull, pos.joining_cost, q)), iterations)
    return pairs.reshape(*shape, 2)
