"""The compiled way from boards to incomes: tariffs and frictions of a board, and what a solved economy says of it.

Between the two stands the trade solver (``IncomeTable._solve``). A board is a number, see ``income``.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from negotiation.game.kernel_door import Ladders, Package


@njit(cache=True, nogil=True, error_model="numpy")
def shocks_on(numbers, top, partner_top, ladders: Ladders, base, outside, mfn):
    """(boards, importer, exporter, sector) tariffs and trade-cost hats of the boards with these numbers.

    top, partner_top : rungs of the ladders, the zeroth included; base, outside : (importer, exporter, sector) tariffs
    and hats that hold on every board; mfn : tariffs between the three once the pact is gone.
    """
    rows, sectors = len(numbers), base.shape[2]
    tariffs, costs = np.empty((rows, *base.shape)), np.empty((rows, *base.shape))
    up, down = np.empty(2, np.int64), np.empty(2, np.int64)
    seat = ladders.seats
    us = seat[0]
    for row in range(rows):
        number = numbers[row]
        gone, number = number % 2, number // 2
        down[1], number = number % partner_top, number // partner_top
        down[0], number = number % partner_top, number // partner_top
        up[1], up[0] = number % top, number // top
        for n in range(base.shape[0]):
            for i in range(base.shape[1]):
                for j in range(sectors):
                    tariffs[row, n, i, j] = base[n, i, j]
                    costs[row, n, i, j] = outside[n, i, j]
        if gone:
            for n in seat:
                for i in seat:
                    for j in range(sectors):
                        tariffs[row, n, i, j] = max(tariffs[row, n, i, j], mfn[n, i, j])
        for k in range(2):
            region, a, b = seat[k + 1], up[k], down[k]
            for j in range(sectors):
                tariffs[row, us, region, j] += ladders.us_points[k, a, j]
                tariffs[row, region, us, j] += ladders.partner_points[k, b, j]
                costs[row, us, region, j] *= (1.0 + ladders.us_friction[k, a, j]) * (
                    1.0 + ladders.partner_friction[k, b, j]
                )
    return tariffs, costs


@njit(cache=True, nogil=True, error_model="numpy")
def money_on(regional, revenue, seats, income0, phi):
    """(boards, 3) income of USA, CAN, MEX: real income and the duty moved back between exporters and importers."""
    rows = len(regional)
    income = np.empty((rows, 3))
    for row in range(rows):
        for s in range(3):
            borne = given = 0.0
            for i in range(3):
                borne += revenue[row, seats[i], seats[s]] * phi[i, s]
                given += revenue[row, seats[s], seats[i]] * phi[s, i]
            income[row, s] = regional[row, 0, seats[s]] * income0[s] + borne - given
    return income


@njit(cache=True, nogil=True, error_model="numpy")
def displaced_on(outputs, regional, seats, free_labour, weights):
    """(boards, 3) what politics makes of labour displaced against ``free_labour`` (3, sectors), USD bn.

    weights : (3, sectors) value added times its political weight.
    """
    rows, sectors = outputs.shape[0], outputs.shape[2]
    felt = np.empty((rows, 3))
    for row in range(rows):
        for s in range(3):
            total = 0.0
            for j in range(sectors):
                lost = 1.0 - outputs[row, seats[s], j] / regional[row, 3, seats[s]] / free_labour[s, j]
                if not lost < 0.0:  # a sector that never was gives no number, here as in arrays
                    total += lost * weights[s, j]
            felt[row, s] = total
    return felt


@njit(inline="always")
def number_of(can, mex, by_can, by_mex, top, partner_top):
    """Number of the board with these rungs while the pact holds."""
    return 2 * (((can * top + mex) * partner_top + by_can) * partner_top + by_mex)


@njit(inline="always")
def number_for(k, on_k, on_m, by_k, by_m, top, partner_top):
    """The same with the rungs named from partner k's side."""
    if k == 0:
        return number_of(on_k, on_m, by_k, by_m, top, partner_top)
    return number_of(on_m, on_k, by_m, by_k, top, partner_top)


@njit(cache=True, nogil=True, error_model="numpy")
def boards_of_a_front(rungs, package: Package, top, partner_top):
    """(19,) numbers of the boards on which joining is weighed: twelve branches (executed: unanswered alone,
    unanswered joined, answered alone, answered joined; settled; blinked; with CAN, then with MEX), six of joining
    (CAN, then MEX, stays out, joins unpunished, joins and is punished), today's.

    rungs : (3, 2) Washington's, the partners', Washington's caps.
    """
    out = np.empty(19, np.int64)
    both = package.both
    for k in range(2):
        m = 1 - k
        a_k, a_m, b_k, b_m = rungs[0, k], rungs[0, m], rungs[1, k], rungs[1, m]
        hit_k, hit_m = max(a_k, min(package.us, rungs[2, k])), max(a_m, min(package.us, rungs[2, m]))
        reply_k, reply_m = max(b_k, package.partner), max(b_m, package.partner)
        for answers in range(2):
            for joins in range(2):
                out[6 * k + 2 * answers + joins] = number_for(
                    k,
                    hit_k,
                    hit_m if joins or both else a_m,
                    reply_k if answers else b_k,
                    reply_m if joins else b_m,
                    top,
                    partner_top,
                )
        out[6 * k + 4] = number_for(k, 0, 0 if both else a_m, 0, 0 if both else b_m, top, partner_top)
        eased = max(a_m - 1, 0) if both else a_m
        out[6 * k + 5] = number_for(k, max(a_k - 1, 0), eased, b_k, b_m, top, partner_top)
        # k joins because m is hit and answers
        stays, joined = hit_k if both else a_k, min(b_k + 1, partner_top - 1)
        out[12 + 3 * k] = number_for(k, stays, hit_m, b_k, reply_m, top, partner_top)
        out[13 + 3 * k] = number_for(k, stays, hit_m, joined, reply_m, top, partner_top)
        out[14 + 3 * k] = number_for(k, hit_k, hit_m, joined, reply_m, top, partner_top)
    out[18] = number_of(rungs[0, 0], rungs[0, 1], rungs[1, 0], rungs[1, 1], top, partner_top)
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def terms_of_joining(real, threat, answer):
    """(2, 2) yearly cost to CAN, MEX of joining when the other is hit, and what being joined for certain takes off
    the Nash transfer from each, USD bn; ``real`` (19, 3) are the incomes on ``boards_of_a_front``.

    Settling and blinking bring the same whether anybody joins or not; they drop out of the difference.
    """
    out = np.empty((2, 2))
    for k in range(2):
        p, r = threat[k], answer[k]
        stay, unpunished, punished = (
            real[12 + 3 * k, k + 1],
            real[13 + 3 * k, k + 1],
            real[14 + 3 * k, k + 1],
        )
        out[0, k] = stay - ((1.0 - p) * unpunished + p * punished)
        alone = joined = 0.0
        for answers in range(2):
            chance, row = (r if answers else 1.0 - r), 6 * k + 2 * answers
            alone += chance * (real[row, 0] - real[row, k + 1])
            joined += chance * (real[row + 1, 0] - real[row + 1, k + 1])
        out[1, k] = (p * alone - p * joined) / 2.0
    return out
