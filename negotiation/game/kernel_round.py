"""The compiled round of one position: the rules of ``ruling`` and ``evolve`` in plain ``if``.

Those two say the same in arrays for the 729 cells of a stage game at once, and ``tests/game/test_round.py`` holds one
against the other in random positions. Letters as there: a Washington's rung, b the partner's; stances 0 coordinate,
1 concede, 2 defect. Sums are taken in the order of the arrays, so that both give the same bits.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from negotiation.game.round_door import RoundNumbers

C, N, D = 0, 1, 2
A, B, CAP, NOTICE_US, NOTICE, FAVOURS, ITEMS, MAY_GRANT_US, MAY_GRANT = range(9)
"""Rows of a state, as ``round_door.state_of`` lays them down."""
EXECUTES, PARTNER_EXECUTES, SEPARATE, RELIEF, PARTNER_RELIEF, BROKEN = range(6)
FIRES, PROMISE, PARTNER_GRANTS, GRANTS, ITEM, FAVOUR = range(6, 12)
"""Rows of the facts, in the order of ``Ruling``."""


@njit(cache=True, nogil=True, error_model="numpy")
def facts_of(numbers: RoundNumbers, state, stances, acts):
    """The facts of a round: effective stances (3, 2), facts (FACTS, 2), evidence (EVENTS, 2), one-offs (3,).

    state : (rows of ``round_door.state_of``, 2); stances : (3, 2) u, v, c; acts : (2,) who answers for the other.
    """
    told, facts, events = stances.copy(), np.zeros((12, 2), np.int64), np.zeros((28, 2))
    u, v, c = told[0], told[1], told[2]
    if not numbers.divide:
        u[0] = u[1] = max(u[0], u[1])
    for k in range(2):
        if u[k] == N and not (numbers.issues and state[MAY_GRANT_US, k]):
            u[k] = C
        if v[k] == N and not (numbers.issues and state[MAY_GRANT, k]):
            v[k] = C
        if c[k] == N and state[FAVOURS, k] >= numbers.favours_most:
            c[k] = C
        if not numbers.pressure:
            u[k] = C if u[k] == D else u[k]
            v[k] = C if v[k] == D else v[k]
    eased = np.empty(2, np.bool_)
    paid = np.empty(2, np.bool_)
    for k in range(2):
        disarm = v[k] == C and state[A, k] > 0 and state[B, k] > 0
        paid[k], eased[k] = v[k] == N, v[k] == N or disarm
    if not numbers.divide:
        paid[0] = paid[1] = paid[0] and paid[1]
        eased[0] = eased[1] = eased[0] and eased[1]
    for k in range(2):
        m = 1 - k
        hit = u[k] == D and state[NOTICE_US, k] != 0 and not paid[k] and state[A, k] < state[CAP, k]
        facts[SEPARATE, k] = numbers.divide and c[k] == D and c[m] != D and v[k] != D
        facts[EXECUTES, k] = hit and facts[SEPARATE, k] == 0
        facts[PARTNER_EXECUTES, k] = v[k] == D and state[NOTICE, k] != 0 and state[B, k] < numbers.partner_top
        facts[BROKEN, k] = numbers.divide and c[k] == D and u[k] != D and u[m] == D and v[k] != D
        facts[PARTNER_RELIEF, k] = u[k] != D and eased[k]
        facts[RELIEF, k] = facts[PARTNER_RELIEF, k] + facts[BROKEN, k]
        facts[PARTNER_GRANTS, k] = v[k] == N
        facts[GRANTS, k] = u[k] == N and not (u[m] == D and c[k] == C)
        facts[ITEM, k] = u[k] == C and v[k] == C and numbers.issues
        facts[FAVOUR, k] = c[k] == N and numbers.front
    both = c[0] == C and c[1] == C
    us_cost = 0.0
    one_offs = np.empty(3)
    for k in range(2):
        m = 1 - k
        carried = facts[EXECUTES, k] != 0
        called = numbers.front and facts[EXECUTES, m] != 0 and not carried and c[k] == C
        facts[FIRES, k], facts[PROMISE, k] = called and acts[k], called and not acts[k]
        pu, pk = state[NOTICE_US, k] != 0, state[NOTICE, k] != 0
        uN, uD, vC, vN, vD = u[k] == N, u[k] == D, v[k] == C, v[k] == N, v[k] == D
        dropped, peace = pu and not uD, not uD and not vD
        wedge = 0.0
        if numbers.divide and uN and u[m] != N and not vD:
            wedge = 1.0 if u[m] == D else numbers.other_not_hit
            wedge *= numbers.while_coordinating if c[k] == C else 1.0
        met = events[:, k]  # in the order of round_door.EVENTS
        met[0] = pu and uD and not paid[k] and (carried or facts[SEPARATE, k] != 0)
        met[1] = pu and uD and paid[k]
        met[2], met[3], met[4] = dropped and vC, dropped and vD, dropped and vN
        met[5] = uN and vD
        met[6], met[7] = vD and pk, vD and not pk
        met[8] = pk and not vD and uD
        met[9] = carried and not vD
        met[10] = facts[FIRES, k]
        met[11], met[12] = peace and not (uN or vN), peace and (uN or vN)
        met[13] = facts[BROKEN, k]
        met[14], met[15] = uD, vD
        met[16], met[17] = facts[EXECUTES, k], facts[PARTNER_EXECUTES, k]
        met[18], met[19] = both and not uD, both and numbers.front
        met[20] = c[k] == C and c[m] == N and numbers.front
        met[21] = c[m] == N and numbers.front
        met[22], met[23] = c[k] == D, c[m] == D and c[k] != D
        met[24] = wedge
        met[25] = facts[PROMISE, k]
        met[26] = not both and c[k] != D and c[m] != D
        under_pressure, backed_down = vN and (uD or pu), pk and not vD and uD
        felt = numbers.concession_partner * under_pressure + numbers.backdown_partner * backed_down
        one_offs[k + 1] = -numbers.gdp[k + 1] * felt - numbers.coordination_partner * (c[k] == C)
        us_cost += (
            numbers.concession_us * (uN and vD)
            + numbers.backdown_us * (dropped and vD)
            + numbers.backdown_us_calm * (dropped and vC)
        )
    one_offs[0] = -us_cost
    events[27] = (1.0 if c[0] == D else 0.0) + (1.0 if c[1] == D else 0.0)
    return told, facts, events, one_offs


@njit(cache=True, nogil=True, error_model="numpy")
def next_state(numbers: RoundNumbers, state, told, facts, volatility, evidence, episodes, noticed):
    """State, volatility and evidence after the round whose facts these are; the rest of a position is carried over.

    episodes : (EVENTS, 2) how much of each event happened; noticed : (3,) how much of what happens always, in a
    front, in a favour Washington sees.
    """
    after, moved, fresh = state.copy(), np.empty(2), np.empty(evidence.shape)
    for k in range(2):
        rung = state[A, k] + facts[EXECUTES, k] - facts[RELIEF, k]
        after[A, k] = min(max(rung, 0), state[CAP, k])
        rung = state[B, k] + facts[PARTNER_EXECUTES, k] + facts[FIRES, k] - facts[PARTNER_RELIEF, k]
        after[B, k] = min(max(rung, 0), numbers.partner_top)
        uD, vD = told[0, k] == D, told[1, k] == D
        after[NOTICE_US, k] = uD and numbers.pressure
        after[NOTICE, k] = vD or facts[FIRES, k] != 0
        after[ITEMS, k] = min(state[ITEMS, k] + facts[ITEM, k], numbers.joint_items_most)
        after[FAVOURS, k] = min(state[FAVOURS, k] + facts[FAVOUR, k], numbers.favours_most)
        shock = numbers.shock_us * uD + numbers.shock_partner * vD
        shock += numbers.shock_step * (facts[EXECUTES, k] != 0 or facts[PARTNER_EXECUTES, k] != 0)
        moved[k] = numbers.volatility_kept * volatility[k] + numbers.volatility_new * min(1.0, shock)
    for belief in range(evidence.shape[0]):
        for k in range(2):
            for side in range(2):
                fresh[belief, k, side] = evidence[belief, k, side] * numbers.memory
    for i in range(len(numbers.weights)):
        event, belief, side = numbers.rows[i, 0], numbers.rows[i, 1], numbers.rows[i, 2]
        share, copied = noticed[numbers.rows[i, 3]], numbers.rows[i, 4]
        for k in range(2):
            amount = numbers.weights[i] * episodes[event, k]
            if copied >= 0:  # Washington's copy rests on what it noticed
                fresh[belief, k, side] += amount
                fresh[copied, k, side] += amount * share
            else:
                fresh[belief, k, side] += amount * share
    return after, moved, fresh


@njit(cache=True, nogil=True, error_model="numpy")
def owned_by_one(given, got, counts, between, worth, amounts):
    """(3,) yearly value of everything granted so far (``review.ledger``).

    given, got : (2, issues) granted by each partner, by Washington; counts : (2, 2) joint items, favours; between :
    what the partners' own items are worth to each; worth : of a joint item to Washington and to a partner, of a
    favour, and its cost; amounts : value and cost of partners' issues, then of Washington's.
    """
    out = np.zeros(3)
    partner_value, partner_cost, us_value, us_cost = amounts
    for k in range(2):
        to_us = cost = to_k = paid = 0.0
        for i in range(given.shape[1]):
            if given[k, i]:
                to_us += partner_value[k, i]
                cost += partner_cost[k, i]
        for i in range(got.shape[1]):
            if got[k, i]:
                to_k += us_value[k, i]
                paid += us_cost[k, i]
        out[0] += to_us - paid + worth[0] * counts[0, k]
        out[k + 1] = to_k - cost + worth[1] * counts[0, k]
        out[k + 1] += worth[2] * counts[1, 1 - k] - worth[3] * counts[1, k] + between
    return out
