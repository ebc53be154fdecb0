"""One month of every firm, compiled: beliefs, displacement, review, exits, projects, label, accounts.

The order of the month is part of the model (see the package's README). The same rule stands, written for
reading, in ``rule_numpy.py``; tests hold the two to identical choices. All arithmetic is double precision;
columns are stored in single precision. A firm that neither reviews its links nor completes a project this
month needs no profit index, and none is worked out for it: that is where most of the speed comes from.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from negotiation.world.firms.corridors import HOMES
from negotiation.world.firms.population import (
    AFFILIATE,
    CERTIFIED,
    CONCEDE,
    COORDINATE,
    DEFECT,
    FEASIBLE,
    HOLD,
    LARGE,
    MOVED,
    Holdings,
    Traits,
)
from negotiation.world.firms.tables import (
    AT_US_BORDER,
    FEARED,
    FEARS,
    JUMP_OFF,
    JUMP_ON,
    LN_NOW,
    NOW,
    ON,
    ON_INPUTS,
    QUARTERS,
    WITH_CERTIFICATE,
    CellTables,
    Rule,
)

CERTIFY, MOVE, NEW_PLANT = 7, 8, 9


class Draws(NamedTuple):
    """The month's luck, the same for the firms and their twin.

    ``look`` (N,) uniform: a firm reviews if it is below the chance of looking; divided by that chance it is
    again uniform and sets the lead time of a project begun. ``broken`` (N,) bit set of links that die.
    """

    look: np.ndarray
    broken: np.ndarray


class Tally(NamedTuple):
    """What the month adds up to, per cell; filled by the rule. One without cells is not kept."""

    stock: np.ndarray
    """(C, 6) USD bn a year of live links, with displacement."""
    links: np.ndarray
    """(C, 6) number of live links at the end of the month."""
    opened: np.ndarray
    closed: np.ndarray
    """(C, 6) links that went live; links let go by choice."""
    started: np.ndarray
    running: np.ndarray
    """(C, 10) projects begun this month; under way at its end."""
    labels: np.ndarray
    """(C, 4) firms by strategy: hold, coordinate, concede, defect."""
    money: np.ndarray
    """(C, 5) USD bn: sunk this month; live US sales; certified part; moved a year; US sales of movers."""
    belief: np.ndarray
    """(C,) sum of z."""
    exporters: np.ndarray
    """(C, 2) firms that sell abroad; that sell to the first market only."""


SUNK, US_SALES, CERTIFIED_SALES, MOVED_SALES, MOVING_SALES = range(5)


def new_tally(cells: int) -> Tally:
    """An empty account."""
    return Tally(
        np.zeros((cells, 6)),
        np.zeros((cells, 6), np.int64),
        np.zeros((cells, 6), np.int64),
        np.zeros((cells, 6), np.int64),
        np.zeros((cells, 10), np.int64),
        np.zeros((cells, 10), np.int64),
        np.zeros((cells, 4), np.int64),
        np.zeros((cells, 5)),
        np.zeros(cells),
        np.zeros((cells, 2), np.int64),
    )


NO_TALLY = new_tally(0)
"""For months nobody asks about."""


@njit(cache=True, nogil=True, error_model="numpy")
def _along(curve, u, rule):
    """Threshold at variance u: linear on the even axis of ln u, clamped at both ends."""
    x = (np.log(u) - rule.ln_variance_first) / rule.ln_variance_step
    last = curve.size - 1
    if x <= 0.0:
        return curve[0]
    if x >= last:
        return curve[last]
    k = int(x)
    return curve[k] + (x - k) * (curve[k + 1] - curve[k])


@njit(cache=True, nogil=True, error_model="numpy")
def _expected(duty, h_on, h_off, rule):
    """Profit factor of a duty that may rise (hazard ``h_on``) or go (``h_off``), discounted over the first
    such jump, and the variance a year of log profit with those jumps in it."""
    on, off = h_on * duty[FEARS], h_off * duty[ON]
    factor = (rule.rate * duty[NOW] + on * duty[FEARED] + off) / (rule.rate + on + off)
    return factor, rule.shock_variance + on * duty[JUMP_ON] + off * duty[JUMP_OFF]


@njit(cache=True, nogil=True, error_model="numpy")
def _learn(rows, have, attention, evidence, rule):
    """Counters of some firms decay toward their prior, then add what the month showed; the sum of their beliefs."""
    believed = 0.0
    for i in range(rows[0], rows[1]):
        w = float(attention[i])
        a = np.float32(rule.quiet + rule.memory * (have.quiet[i] - rule.quiet) + w * evidence[0])
        b = np.float32(rule.hostile + rule.memory * (have.hostile[i] - rule.hostile) + w * evidence[1])
        g = rule.removals + rule.memory * (have.removals[i] - rule.removals) + w * evidence[2]
        t = rule.duty_years + rule.memory * (have.duty_years[i] - rule.duty_years) + evidence[3]
        have.quiet[i], have.hostile[i], have.removals[i], have.duty_years[i] = a, b, g, t
        believed += float(a) / (float(a) + float(b))
    return believed


@njit(cache=True, nogil=True, error_model="numpy")
def month(traits: Traits, have: Holdings, eps, draws: Draws, cells: CellTables, rule: Rule, tally: Tally):
    """Step all firms by one month, in place. A ``have`` without belief rows is a twin: it learns nothing."""
    learning, counting = have.quiet.size > 0, tally.belief.size > 0
    goods = cells.elasticity.size // HOMES
    rate = rule.rate
    y, high, low = np.empty(6), np.empty(6), np.empty(6)
    for c in range(cells.elasticity.size):
        home = c // goods
        partner = home > 0
        alpha, alpha_c = cells.review[home], cells.review_certificate[home]
        pull, pull_inputs = cells.pull[c, 0], cells.pull[c, 1]
        inputs = cells.duty[c, ON_INPUTS]
        threatened = cells.duty[c, AT_US_BORDER, ON] > 0.0
        rows = (
            np.uint64(traits.first[c]),
            np.uint64(traits.first[c + 1]),
        )  # not negative: indexing need not look
        a, b, g, t = rule.quiet, rule.hostile, rule.removals, rule.duty_years
        believed = (rows[1] - rows[0]) * (a / (a + b))
        if learning:
            believed = _learn(rows, have, traits.attention, cells.evidence[home], rule)
        if counting:
            tally.belief[c] = believed
        for i in range(rows[0], rows[1]):
            links, flags = np.int64(have.links[i]), np.int64(have.flags[i])
            project = np.int64(have.project[i])
            duty = cells.duty[c, WITH_CERTIFICATE if flags & CERTIFIED else AT_US_BORDER]
            us_share = float(traits.us_share[i])
            label = HOLD

            # 1 displacement that has happened (beliefs: see above)
            if learning and partner:
                gone, short = 0.0, 0.0
                if links & 1:
                    gone = max(0.0, -(pull + duty[LN_NOW])) * us_share
                if links & 8:
                    short = max(0.0, -(pull_inputs + inputs[LN_NOW])) * rule.input_share
                sales, bought = float(have.lost_sales[i]), float(have.lost_inputs[i])
                have.lost_sales[i] = sales + (gone - sales) * rule.redirection_rate
                have.lost_inputs[i] = bought + (short - bought) * rule.redirection_rate

            look = float(draws.look[i])
            reviewing = look < alpha
            finishing = project > 0 and have.months_left[i] <= 1
            weighing = (
                partner
                and look < alpha_c
                and project == 0
                and links & 1
                and not flags & CERTIFIED
                and traits.nature[i] & FEASIBLE
            )
            factor, u, h_on = 1.0, rule.shock_variance, 0.0
            if partner and (reviewing or weighing or finishing):
                if learning:
                    a, b, g, t = have.quiet[i], have.hostile[i], have.removals[i], have.duty_years[i]
                    a, b, g, t = float(a), float(b), float(g), float(t)
                h_on = np.log((a + b) / a)
                if reviewing or finishing:
                    factor, u = _expected(duty, h_on, g / t, rule)

            if reviewing or (finishing and project < CERTIFY):
                # 2-5 expected duties, displacement, profit index, thresholds
                for k in range(6):
                    y[k] = float(traits.base[i, k]) + float(eps[i, k]) + cells.shift[c, k]
                    high[k], low[k] = cells.high[c, k], cells.low[c, k]
                if partner:
                    ln_factor = np.log(factor)
                    planning = np.log(1.0 + QUARTERS * rule.planning_cost * (h_on + g / t))
                    y[0] += ln_factor - cells.average[c, 0] - planning
                    high[0] = _along(cells.high_fear[c, 0], u, rule)
                    low[0] = _along(cells.low_fear[c, 0], u, rule)
                    input_factor, input_u = _expected(inputs, h_on, g / t, rule)
                    ln_inputs = np.log(input_factor)
                    y[3] += ln_inputs - cells.average[c, 1]
                    high[3] = _along(cells.high_fear[c, 1], input_u, rule)
                    low[3] = _along(cells.low_fear[c, 1], input_u, rule)
                    if links & 1:
                        push = rule.sales_redirection * max(0.0, -(pull + ln_factor)) * us_share
                        y[1] += push
                        y[2] += push
                    if links & 8:
                        push = (
                            rule.input_redirection * max(0.0, -(pull_inputs + ln_inputs)) * rule.input_share
                        )
                        y[4] += push
                        y[5] += push

            # 6 exits by choice, then links that die by themselves
            left_us = False
            if reviewing:
                for k in range(6):
                    if links & (1 << k) and y[k] < low[k]:
                        links ^= 1 << k
                        if counting:
                            tally.closed[c, k] += 1
                        left_us = left_us or (k == 0 if partner else k == 3 or k == 4)
            links &= ~np.int64(draws.broken[i])

            # 7 projects under way
            if finishing:
                if project < CERTIFY:
                    if y[project - 1] > low[project - 1] and not links & (1 << (project - 1)):
                        links |= 1 << (project - 1)
                        if counting:
                            tally.opened[c, project - 1] += 1
                else:
                    flags |= CERTIFIED if project == CERTIFY else MOVED
                project = np.int64(0)
            elif project > 0:
                have.months_left[i] -= 1
            us_value = float(traits.value[i, 0])
            if flags & MOVED:
                us_value *= 1.0 - rule.move_share

            # 8 a new project, or the end of a move that no longer pays
            begun, spent = 0, 0.0
            if partner and reviewing:
                gain = 0.0
                if project >= MOVE or (project == 0 and traits.nature[i] & LARGE):
                    abroad = (1.0 + float(traits.move_premium[i])) ** -cells.elasticity[c]
                    gain = np.exp(pull) * (abroad - factor)
                if project >= MOVE:
                    usual = 0.5 * (rule.leads[project, 0] + rule.leads[project, 1])
                    still = min(1.0, have.months_left[i] / usual)
                    if gain < rate * float(traits.move_cost[i]) * still:
                        project = np.int64(0)
                elif (
                    project == 0
                    and traits.nature[i] & LARGE
                    and links & 1
                    and not flags & MOVED
                    and us_value > 0.0
                ):
                    beta = 0.5 + np.sqrt(0.25 + 2.0 * rate / u)
                    if gain > beta / (beta - 1.0) * rate * float(traits.move_cost[i]):
                        begun = MOVE if traits.nature[i] & AFFILIATE else NEW_PLANT
            if weighing and links & 1:
                saved = cells.saving[c]
                saved += h_on * rule.certificate_foresight * max(0.0, rule.feared_duty - saved)
                ease = min(float(traits.log_size[i]), rule.certificate_size_cap)
                cost = rule.certificate_cost * np.exp(-rule.certificate_size_discount * ease)
                if saved > cost:
                    begun = CERTIFY
                    spent = cost * us_value
            if reviewing and project == 0 and begun == 0:
                best = 0.0
                for k in range(6):
                    if not links & (1 << k) and y[k] > high[k]:
                        worth = float(traits.value[i, k]) * (y[k] - high[k])
                        if worth > best:
                            best, begun = worth, k + 1
                if begun:
                    k = begun - 1
                    spent = cells.sunk[c, k] * rule.margin * float(traits.value[i, k]) * np.exp(-y[k])
            elif begun >= MOVE:
                spent = float(traits.move_cost[i]) * rule.margin * us_value * rule.move_share

            # 9 label
            if partner and threatened and links & 1:
                today = float(traits.base[i, 0]) + float(eps[i, 0]) + cells.shift[c, 0]
                if today + duty[LN_NOW] - cells.average[c, 0] < 0.0:
                    label = CONCEDE
            if begun:
                chance = look / (alpha_c if begun == CERTIFY else alpha)
                shortest, longest = rule.leads[begun, 0], rule.leads[begun, 1]
                have.months_left[i] = min(longest, shortest + int(chance * (longest - shortest + 1)))
                project = np.int64(begun)
                if begun == 2 or begun == 5 or (not partner and (begun == 1 or begun == 4)):
                    label = COORDINATE
                elif begun >= CERTIFY:
                    label = CONCEDE
                elif begun == 3 or begun == 6:
                    label = DEFECT
            if left_us:
                label = DEFECT
            if partner and (begun == 1 or begun == 4):
                label = CONCEDE

            have.links[i], have.flags[i], have.project[i], have.label[i] = links, flags, project, label
            if not counting:
                continue
            if begun:
                tally.started[c, begun] += 1
                tally.money[c, SUNK] += spent
            tally.labels[c, label] += 1
            tally.running[c, project] += 1
            if links & 7:
                tally.exporters[c, 0] += 1
                if links & 7 == 1:
                    tally.exporters[c, 1] += 1

            # what the month adds up to
            sold, bought = 1.0, 1.0
            if learning:
                if links & 6 and have.lost_sales[i] > 0.0:
                    sold = np.exp(rule.sales_redirection * have.lost_sales[i])
                if links & 48 and have.lost_inputs[i] > 0.0:
                    bought = np.exp(rule.input_redirection * have.lost_inputs[i])
            if links & 1:
                tally.stock[c, 0] += us_value
                tally.links[c, 0] += 1
                tally.money[c, US_SALES] += us_value
                if flags & CERTIFIED:
                    tally.money[c, CERTIFIED_SALES] += us_value
                if project >= MOVE:
                    tally.money[c, MOVING_SALES] += us_value
            if flags & MOVED:
                tally.money[c, MOVED_SALES] += float(traits.value[i, 0]) - us_value
            for k in range(1, 6):  # without branches: link patterns are too irregular to predict
                on = (links >> k) & 1
                swell = 1.0 if k == 3 else (sold if k < 3 else bought)
                tally.stock[c, k] += on * swell * traits.value[i, k]
                tally.links[c, k] += on
