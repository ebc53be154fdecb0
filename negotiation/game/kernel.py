"""The compiled heart of the game: what a breakdown costs, what the ends of a review are worth.

One position at a time, in plain ``if``; a game in play has one, a stage game 729. Letters: k the partner, m the other
one, a Washington's rung, b the partner's, p the credibility of Washington's threat, r of the partner's answer, q the
other's commitment to join. Offers are numbered EXT 0, COND 1, SPLIT_CAN 2, SPLIT_MEX 3, SPLIT_both 4; behind them
stand ANN 5 and WD 6. Every board looked up is marked; the table solves those it had not solved yet and calls again
(``IncomeTable.with_boards``). ``tests/game/reference.py`` says the same in arrays.

What partners and Washington make of it stands in ``kernel_signing``; the two call nothing of each other, because the
compile cache notices changes per file only.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from negotiation.game.kernel_door import Boards, Cells, Numbers, Package

EXT, COND, BOTH, ANN, WD = 0, 1, 4, 5, 6


@njit(cache=True, nogil=True, error_model="numpy")
def joining_pairs(pull, cost, q, iterations):
    """(n, 2) fixed points of q_m = Logistic(pull_m q_k - cost_m), by iteration from the pairs given."""
    fresh = np.empty_like(q)
    for _ in range(iterations):
        furthest = 0.0
        for i in range(len(q)):
            for m in range(2):
                fresh[i, m] = 1.0 / (1.0 + np.exp(-(pull[i, m] * q[i, 1 - m] - cost[i, m])))
                furthest = max(furthest, abs(fresh[i, m] - q[i, m]))
        q, fresh = fresh, q
        if furthest < 1e-9:
            break
    return q


COMMITMENT, COMMITMENT_SEEN, PARTNER_TRUST, PARTNER_TRUST_SEEN = 2, 3, 5, 6
"""Rows of the evidence (``position.BELIEFS``)."""


@njit(cache=True, nogil=True, error_model="numpy")
def joining_of_one(evidence, cost, front, pairs, record_weight, iterations):
    """(2, 2) the pair q of one position and Washington's copy of it: ``commitment.solve_joining`` for both.

    pairs : (2, 2) last round's pair and Washington's copy.
    """
    out = np.empty((2, 2))
    pull, last = np.empty((1, 2)), np.empty((1, 2))
    for seen in range(2):
        trusted = PARTNER_TRUST_SEEN if seen else PARTNER_TRUST
        kept = COMMITMENT_SEEN if seen else COMMITMENT
        for m in range(2):
            yes, no = evidence[trusted, m, 0], evidence[trusted, m, 1]
            their_yes, their_no = evidence[kept, 1 - m, 0], evidence[kept, 1 - m, 1]
            trust = (1.0 - record_weight) * (yes / (yes + no))
            trust += record_weight * (their_yes / (their_yes + their_no))
            pull[0, m], last[0, m] = trust * front[m], pairs[seen, m]
        reached = joining_pairs(pull, cost.reshape(1, 2), last.copy(), iterations)
        out[seen, 0], out[seen, 1] = reached[0, 0], reached[0, 1]
    return out


@njit(inline="always")
def board(boards, can, mex, by_can, by_mex, pact_gone):
    """Number of the board with these rungs of Washington (on CAN, on MEX) and of the partners."""
    number = ((can * boards.us + mex) * boards.partner + by_can) * boards.partner + by_mex
    number = number * 2 + pact_gone
    boards.asked[number] = True  # without an "if": a branch here costs more than the whole look-up
    return number


@njit(inline="always")
def pair_board(boards, k, on_k, on_m, by_k, by_m):
    """The same with the rungs named from partner k's side."""
    if k == 0:
        return board(boards, on_k, on_m, by_k, by_m, 0)
    return board(boards, on_m, on_k, by_m, by_k, 0)


# -- breakdown ---------------------------------------------------------------------------------------------


@njit(inline="always")
def breakdown_of(boards, package, a, b, cap, i, k, p, r, q):
    """Expected cost of a breakdown with k in position i to Washington and to k (``bargaining.disagreement``)."""
    m = 1 - k
    a_k, a_m, b_k, b_m = a[i, k], a[i, m], b[i, k], b[i, m]
    hit_k, hit_m = max(a_k, min(package.us, cap[i, k])), max(a_m, min(package.us, cap[i, m]))
    answer_k, answer_m = max(b_k, package.partner), max(b_m, package.partner)
    us = partner = 0.0
    for answers in range(2):
        for joins in range(2):
            chance = (r if answers else 1.0 - r) * (q if joins else 1.0 - q)
            if chance != 0.0 and p != 0.0:
                row = pair_board(
                    boards,
                    k,
                    hit_k,
                    hit_m if joins or package.both else a_m,
                    answer_k if answers else b_k,
                    answer_m if joins else b_m,
                )
                us += chance * boards.real[row, 0]
                partner += chance * boards.real[row, k + 1]
    settled = pair_board(boards, k, 0, 0 if package.both else a_m, 0, 0 if package.both else b_m)
    eased = max(a_m - 1, 0) if package.both else a_m
    blinked = pair_board(boards, k, max(a_k - 1, 0), eased, b_k, b_m)
    us = boards.real[settled, 0] - (p * us + (1.0 - p) * boards.real[blinked, 0])
    partner = boards.real[settled, k + 1] - (p * partner + (1.0 - p) * boards.real[blinked, k + 1])
    return us, partner


@njit(cache=True, nogil=True, error_model="numpy")
def breakdown_costs(boards: Boards, package: Package, a, b, cap, p, r, q):
    """(2, n, 2) cost of a breakdown with (CAN, MEX): to Washington, to the partner."""
    out = np.empty((2, len(a), 2))
    for i in range(len(a)):
        for k in range(2):
            out[0, i, k], out[1, i, k] = breakdown_of(
                boards, package, a, b, cap, i, k, p[i, k], r[i, k], q[i, k]
            )
    return out


# -- what the ends are worth ---------------------------------------------------------------------------


@njit(inline="always")
def delivery(cells, numbers, i, k, amount):
    """What delivering ``amount`` of value costs k, from its open issues in ledger order."""
    spent = before = 0.0
    for j in range(cells.open_by_partner.shape[2]):
        if cells.open_by_partner[i, k, j]:
            value = numbers.partner_value[k, j]
            share = (max(amount, 0.0) - before) / (value if value > 0 else 1.0)
            spent += min(max(share, 0.0), 1.0) * numbers.partner_cost[k, j]
            before += value
    return spent


@njit(inline="always")
def surplus_of(cells, numbers, i, k):
    """What Washington's open issues are worth to k above what they cost Washington."""
    surplus = 0.0
    for j in range(cells.open_by_us.shape[2]):
        if cells.open_by_us[i, k, j]:
            surplus += max(numbers.us_value[k, j] - numbers.us_cost[k, j], 0.0)
    return surplus


@njit(inline="always")
def package_asked(cells, numbers, i, k, transfer):
    """The transfer asked of k: what leverage allows, less what k has paid already, within what is left to grant."""
    given = left_us = left_partner = 0.0
    for j in range(cells.open_by_partner.shape[2]):
        if cells.open_by_partner[i, k, j]:
            left_partner += numbers.partner_value[k, j]
        else:
            given += numbers.partner_value[k, j]
    for j in range(cells.open_by_us.shape[2]):
        if cells.open_by_us[i, k, j]:
            left_us += numbers.us_value[k, j]
        else:
            given -= numbers.us_value[k, j]
    credit = (numbers.credit_floor + numbers.credit_trust * cells.trust[i, k]) * given
    return min(max(transfer - credit, -left_us), left_partner)


@njit(inline="always")
def take_uncertainty(value, i, end, numbers, can, mex):
    """Take the yearly cost of policy volatility with (CAN, MEX) off an end."""
    value[i, end, 0] -= numbers.volatility_cost_us * numbers.gdp[0] * (can + mex)
    value[i, end, 1] -= numbers.volatility_cost_partner * numbers.gdp[1] * can
    value[i, end, 2] -= numbers.volatility_cost_partner * numbers.gdp[2] * mex


@njit(inline="always")
def add_pressed(boards, package, cells, i, k, value):
    """Add to SPLIT_k felt income when k has settled and the other partner faces the credible package alone."""
    m = 1 - k
    a, b = cells.us_rung[i, m], cells.partner_rung[i, m]
    top = max(a, min(package.us, cells.us_rung_cap[i, m]))
    p, r = cells.threat[i, m], cells.answer[i, m]
    as_is = pair_board(boards, k, 0, a, 0, b)
    taken = pair_board(boards, k, 0, top, 0, b)
    fought = pair_board(boards, k, 0, top, 0, max(b, package.partner))
    for s in range(3):
        pressed = (1.0 - r) * boards.felt[taken, s] + r * boards.felt[fought, s]
        value[i, 2 + k, s] += (1.0 - p) * boards.felt[as_is, s] + p * pressed


@njit(inline="always")
def add_annual(boards, cells, i, value):
    """Add to ANN felt income under annual reviews: notices run their course, a front adds an answer."""
    front = np.sqrt(cells.commitment_seen[i, 0] * cells.commitment_seen[i, 1])
    top = boards.partner - 1
    for course in range(16):  # who carries out a notice: Washington on CAN, on MEX, CAN, MEX
        on_can, on_mex, by_can, by_mex = course >> 3, (course >> 2) & 1, (course >> 1) & 1, course & 1
        p_can = cells.threat[i, 0] if cells.us_notice[i, 0] else 0.0
        p_mex = cells.threat[i, 1] if cells.us_notice[i, 1] else 0.0
        chance = (p_can if on_can else 1.0 - p_can) * (p_mex if on_mex else 1.0 - p_mex)
        if chance == 0.0:
            continue
        r_can = cells.answer[i, 0] if cells.partner_notice[i, 0] else 0.0
        r_mex = cells.answer[i, 1] if cells.partner_notice[i, 1] else 0.0
        chance *= (r_can if by_can else 1.0 - r_can) * (r_mex if by_mex else 1.0 - r_mex)
        if chance == 0.0:
            continue
        can = min(cells.us_rung[i, 0] + on_can, cells.us_rung_cap[i, 0])
        mex = min(cells.us_rung[i, 1] + on_mex, cells.us_rung_cap[i, 1])
        their_can = min(cells.partner_rung[i, 0] + by_can, top)
        their_mex = min(cells.partner_rung[i, 1] + by_mex, top)
        alone = together = board(boards, can, mex, their_can, their_mex, 0)
        if front != 0.0:
            their_can = min(their_can + (1 if can > their_can else 0), top)
            their_mex = min(their_mex + (1 if mex > their_mex else 0), top)
            together = board(boards, can, mex, their_can, their_mex, 0)
        for s in range(3):
            mixed = (1.0 - front) * boards.felt[alone, s] + front * boards.felt[together, s]
            value[i, ANN, s] += chance * mixed


@njit(inline="always")
def add_withdrawn(boards, cells, i, value):
    """Add to WD felt income without the pact: today's rungs on top of MFN, partners answer one rung higher."""
    top, r_can, r_mex = boards.partner - 1, cells.answer[i, 0], cells.answer[i, 1]
    for course in range(4):
        by_can, by_mex = course >> 1, course & 1
        chance = (r_can if by_can else 1.0 - r_can) * (r_mex if by_mex else 1.0 - r_mex)
        if chance == 0.0:
            continue
        their_can = min(cells.partner_rung[i, 0] + by_can, top)
        their_mex = min(cells.partner_rung[i, 1] + by_mex, top)
        row = board(boards, cells.us_rung[i, 0], cells.us_rung[i, 1], their_can, their_mex, 1)
        for s in range(3):
            value[i, WD, s] += chance * boards.felt[row, s]


@njit(inline="always")
def settle_packages(boards, package, cells, numbers, deals, i, deal, asked):
    """Fill ``deal`` (offer, partner, to whom): the packages behind COND, SPLIT_CAN, SPLIT_MEX, SPLIT_both, and
    ``asked`` (2,): the transfers of COND.

    A transfer N > 0 is delivered by k, N < 0 by Washington; Washington's issues that are worth more to k than they
    cost are settled as well and their surplus is shared equally. Behind COND stands a partner with the other at its
    side, behind a split one that is alone (q = 0).
    """
    for k in range(2):
        surplus = surplus_of(cells, numbers, i, k)
        for offer in range(2):
            us, partner = breakdown_of(
                boards,
                package,
                cells.us_rung,
                cells.partner_rung,
                cells.us_rung_cap,
                i,
                k,
                cells.threat[i, k],
                cells.answer[i, k],
                cells.joins[i, k] if offer == 0 else 0.0,
            )
            transfer = package_asked(cells, numbers, i, k, (partner - us) / 2)
            paid = delivery(cells, numbers, i, k, transfer) if transfer >= 0 else transfer
            deal[offer, k, 0], deal[offer, k, k + 1] = transfer + surplus / 2, surplus / 2 - paid
            deal[offer, k, 2 - k] = 0.0
            if offer == 0:
                asked[i, k] = transfer
    for offer in range(4):
        for k in range(2):
            for s in range(3):
                if offer > 1:
                    deal[offer, k, s] = deal[1, k, s]
    if len(deals):
        for offer in range(4):
            if not np.isnan(deals[i, offer, 0, 0]):
                deal[offer] = deals[i, offer]


@njit(cache=True, nogil=True, error_model="numpy")
def worth(boards: Boards, package: Package, cells: Cells, numbers: Numbers, deals):
    """(n, 7, 3) yearly value of every end if it comes about and holds, and (n, 2) the transfers asked in COND.

    deals : (n or 0, 4, 2, 3) packages that replace the expected ones behind COND, SPLIT_CAN, SPLIT_MEX, SPLIT_both
    (offer, partner, to whom); NaN for the expected one.
    """
    n = len(cells.us_rung)
    value, asked, deal = np.empty((n, 7, 3)), np.empty((n, 2)), np.empty((4, 2, 3))
    peace = board(boards, 0, 0, 0, 0, 0)
    for i in range(n):
        settle_packages(boards, package, cells, numbers, deals, i, deal, asked)
        for s in range(3):
            for end in range(7):
                value[i, end, s] = cells.owned[i, s]
            for end in (EXT, COND, BOTH):
                value[i, end, s] += boards.felt[peace, s]
            value[i, COND, s] += deal[0, 0, s] + deal[0, 1, s]
            value[i, BOTH, s] += deal[3, 0, s] + deal[3, 1, s]
            value[i, 2, s] += deal[1, 0, s]
            value[i, 3, s] += deal[2, 1, s]
        take_uncertainty(value, i, COND, numbers, numbers.cond, numbers.cond)
        take_uncertainty(value, i, BOTH, numbers, numbers.split_both, numbers.split_both)
        take_uncertainty(value, i, 2, numbers, numbers.split_signed, numbers.split_pressed)
        take_uncertainty(value, i, 3, numbers, numbers.split_pressed, numbers.split_signed)
        vol_can = numbers.annual + numbers.annual_volatility * cells.volatility[i, 0]
        vol_mex = numbers.annual + numbers.annual_volatility * cells.volatility[i, 1]
        take_uncertainty(value, i, ANN, numbers, vol_can, vol_mex)
        take_uncertainty(value, i, WD, numbers, numbers.withdrawn, numbers.withdrawn)
        add_annual(boards, cells, i, value)
        add_withdrawn(boards, cells, i, value)
        for k in range(2):
            add_pressed(boards, package, cells, i, k, value)
            issues = cells.open_by_partner.shape[2]
            still_open = 0
            for j in range(issues):
                still_open += cells.open_by_partner[i, k, j]
            face = numbers.loss_of_face * cells.us_rung[i, k] * still_open / issues
            for end in (EXT, COND, BOTH, 2 + k):
                value[i, end, 0] -= face
            value[i, ANN, 0] += max(asked[i, k], 0.0) * numbers.annual_share
            value[i, ANN, k + 1] -= numbers.annual_share * delivery(cells, numbers, i, k, asked[i, k])
        for s in range(3):
            value[i, WD, s] = numbers.notice * value[i, ANN, s] + (1.0 - numbers.notice) * value[i, WD, s]
    return value, asked
