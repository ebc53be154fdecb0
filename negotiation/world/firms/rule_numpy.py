"""The month of a firm, written to be read: the same rule as ``rule.py`` in whole columns.

It is slower and needs no compiler. Tests hold the compiled rule to the choices made here, firm by firm; the
detector of rushes uses ``outlook`` to say what moved. The numbered steps are those of the package's README.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.world.firms.corridors import HOMES
from negotiation.world.firms.population import (
    AFFILIATE,
    CERTIFIED,
    CONCEDE,
    COORDINATE,
    DEFECT,
    FEASIBLE,
    LARGE,
    MOVED,
    Holdings,
    Traits,
    live,
    pack,
)
from negotiation.world.firms.rule import (
    CERTIFIED_SALES,
    CERTIFY,
    MOVE,
    MOVED_SALES,
    MOVING_SALES,
    NEW_PLANT,
    SUNK,
    US_SALES,
    Draws,
    Tally,
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


@dataclass(frozen=True)
class Outlook:
    """What every firm thinks of every slot this month; all (N, 6) unless said otherwise."""

    profit: np.ndarray
    """log profit index y."""
    high: np.ndarray
    low: np.ndarray
    """entry and exit thresholds, logs."""
    policy: np.ndarray
    """part of y that is the expected duty and the cost of planning for reversals."""
    displacement: np.ndarray
    """part of y that comes from sales and inputs lost elsewhere."""
    factor: np.ndarray
    """(N,) expected profit factor of the first market's duty."""
    variance: np.ndarray
    """(N,) variance a year of the first market's log profit."""
    h_on: np.ndarray
    """(N,) hazard of a new duty per year."""


def cell_of(traits: Traits) -> np.ndarray:
    """(N,) cell of each row."""
    return np.repeat(np.arange(traits.first.size - 1), np.diff(traits.first))


def counters(have: Holdings, rule: Rule, count: int) -> tuple[np.ndarray, ...]:
    """The four belief counters; a twin's stay at their prior."""
    if have.quiet.size:
        return tuple(x.astype(float) for x in (have.quiet, have.hostile, have.removals, have.duty_years))
    return tuple(np.full(count, x) for x in (rule.quiet, rule.hostile, rule.removals, rule.duty_years))


def own_duty(have: Holdings, cells: CellTables, cell: np.ndarray) -> np.ndarray:
    """(N, 7) the row of ``CellTables.duty`` that applies to each firm at the US border."""
    certified = have.flags & CERTIFIED > 0
    return cells.duty[cell, np.where(certified, WITH_CERTIFICATE, AT_US_BORDER)]


def outlook(traits: Traits, have: Holdings, eps: np.ndarray, cells: CellTables, rule: Rule) -> Outlook:
    """Steps 2 to 5: expected duties, profit index, displacement, thresholds."""
    cell = cell_of(traits)
    goods = cells.elasticity.size // HOMES
    partner = cell >= goods
    linked = live(have.links)
    a, b, g, t = counters(have, rule, cell.size)
    h_on, h_off = np.log((a + b) / a), g / t

    def expected(duty: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        on, off = h_on * duty[:, FEARS], h_off * duty[:, ON]
        value = (rule.rate * duty[:, NOW] + on * duty[:, FEARED] + off) / (rule.rate + on + off)
        return value, rule.shock_variance + on * duty[:, JUMP_ON] + off * duty[:, JUMP_OFF]

    factor, variance = expected(own_duty(have, cells, cell))
    input_factor, input_variance = expected(cells.duty[cell, ON_INPUTS])
    policy = np.zeros(eps.shape)
    policy[:, 0] = np.log(factor) - cells.average[cell, 0]
    policy[:, 0] -= np.log(1.0 + QUARTERS * rule.planning_cost * (h_on + h_off))
    policy[:, 3] = np.log(input_factor) - cells.average[cell, 1]
    policy[~partner] = 0.0

    displacement = np.zeros(eps.shape)
    gone = np.maximum(0.0, -(cells.pull[cell, 0] + np.log(factor)))
    short = np.maximum(0.0, -(cells.pull[cell, 1] + np.log(input_factor)))
    push = rule.sales_redirection * gone * traits.us_share.astype(float)
    displacement[:, 1] = displacement[:, 2] = np.where(partner & linked[:, 0], push, 0.0)
    push = rule.input_redirection * short * rule.input_share
    displacement[:, 4] = displacement[:, 5] = np.where(partner & linked[:, 3], push, 0.0)

    high, low = cells.high[cell].copy(), cells.low[cell].copy()
    last = cells.high_fear.shape[2] - 1
    c = cell[partner]
    for which, (slot, u) in enumerate(((0, variance), (3, input_variance))):
        place = (np.log(u[partner]) - rule.ln_variance_first) / rule.ln_variance_step
        place = np.clip(place, 0.0, last)
        k = np.minimum(place.astype(np.int64), last - 1)
        for out, curves in ((high, cells.high_fear), (low, cells.low_fear)):
            left, right = curves[c, which, k], curves[c, which, k + 1]
            out[partner, slot] = left + (place - k) * (right - left)
    profit = traits.base.astype(float) + eps.astype(float) + cells.shift[cell] + policy + displacement
    return Outlook(profit, high, low, policy, displacement, factor, variance, h_on)


def learn(traits: Traits, have: Holdings, cells: CellTables, rule: Rule) -> None:
    """Step 1: counters fade toward their prior and take in the month; displacement that has happened."""
    if not have.quiet.size:
        return
    cell = cell_of(traits)
    goods = cells.elasticity.size // HOMES
    evidence, w = cells.evidence[cell // goods], traits.attention.astype(float)
    for k, (column, prior) in enumerate(
        (
            (have.quiet, rule.quiet),
            (have.hostile, rule.hostile),
            (have.removals, rule.removals),
            (have.duty_years, rule.duty_years),
        )
    ):
        weight = w if k < 3 else 1.0
        column[:] = prior + rule.memory * (column.astype(float) - prior) + weight * evidence[:, k]
    partner, linked = cell >= goods, live(have.links)
    duty, inputs = own_duty(have, cells, cell), cells.duty[cell, ON_INPUTS]
    gone = np.maximum(0.0, -(cells.pull[cell, 0] + duty[:, LN_NOW])) * traits.us_share.astype(float)
    short = np.maximum(0.0, -(cells.pull[cell, 1] + inputs[:, LN_NOW])) * rule.input_share
    for column, loss, slot in ((have.lost_sales, gone, 0), (have.lost_inputs, short, 3)):
        loss = np.where(linked[:, slot], loss, 0.0)
        smoothed = column + (loss - column.astype(float)) * rule.redirection_rate
        column[partner] = smoothed[partner]


def month(
    traits: Traits,
    have: Holdings,
    eps: np.ndarray,
    draws: Draws,
    cells: CellTables,
    rule: Rule,
    tally: Tally,
) -> None:
    """Step all firms by one month, in place, and add the month up in ``tally``."""
    cell = cell_of(traits)
    home = cell // (cells.elasticity.size // HOMES)
    partner = home > 0
    value = traits.value.astype(float)
    learn(traits, have, cells, rule)
    duty = own_duty(have, cells, cell)
    view = outlook(traits, have, eps, cells, rule)
    look = draws.look.astype(float)
    alpha, alpha_c = cells.review[home], cells.review_certificate[home]
    reviewing = look < alpha
    linked = live(have.links)
    project = have.project.astype(np.int64)
    certified, moved = have.flags & CERTIFIED > 0, have.flags & MOVED > 0
    nature = traits.nature
    feasible, large = nature & FEASIBLE > 0, nature & LARGE > 0
    weighing = partner & (look < alpha_c) & (project == 0) & linked[:, 0] & ~certified & feasible

    # 6 exits by choice, then links that die by themselves
    leaving = linked & reviewing[:, None] & (view.profit < view.low)
    _count(tally.closed, cell, leaving)
    linked &= ~leaving
    left = np.where(partner, leaving[:, 0], leaving[:, 3] | leaving[:, 4])
    linked &= ~live(draws.broken)

    # 7 projects under way
    finishing = (project > 0) & (have.months_left <= 1)
    for k in range(6):
        done = finishing & (project == k + 1) & (view.profit[:, k] > view.low[:, k]) & ~linked[:, k]
        linked[done, k] = True
        tally.opened[:, k] += np.bincount(cell[done], minlength=tally.opened.shape[0])
    certified |= finishing & (project == CERTIFY)
    moved |= finishing & (project >= MOVE)
    waiting = (project > 0) & ~finishing
    have.months_left[waiting] -= 1
    project[finishing] = 0
    us_value = np.where(moved, value[:, 0] * (1.0 - rule.move_share), value[:, 0])

    # 8 new projects, one a firm: certificate first, then a move, then the best link
    begun = np.zeros_like(project)
    cost = traits.move_cost.astype(float)
    abroad = (1.0 + traits.move_premium.astype(float)) ** -cells.elasticity[cell]
    gain = np.exp(cells.pull[cell, 0]) * (abroad - view.factor)
    usual = 0.5 * (rule.leads[:, 0] + rule.leads[:, 1])
    still = np.minimum(1.0, have.months_left / np.where(project > 0, usual[project], 1.0))
    stopped = partner & reviewing & (project >= MOVE) & (gain < rule.rate * cost * still)
    beta = 0.5 + np.sqrt(0.25 + 2.0 * rule.rate / view.variance)
    moves = partner & reviewing & (project == 0) & large & linked[:, 0] & ~moved & (us_value > 0.0)
    moves &= gain > beta / (beta - 1.0) * rule.rate * cost
    begun[moves] = np.where(nature[moves] & AFFILIATE, MOVE, NEW_PLANT)
    saving = cells.saving[cell]
    unease = np.maximum(0.0, rule.feared_duty - saving)
    ease = np.minimum(traits.log_size.astype(float), rule.certificate_size_cap)
    price = rule.certificate_cost * np.exp(-rule.certificate_size_discount * ease)
    certifies = weighing & linked[:, 0]
    certifies &= saving + view.h_on * rule.certificate_foresight * unease > price
    begun[certifies] = CERTIFY
    project[stopped] = 0
    worth = np.where(~linked & (view.profit > view.high), value * (view.profit - view.high), 0.0)
    best = worth.argmax(axis=1)
    opens = reviewing & (project == 0) & (begun == 0) & (worth.max(axis=1) > 0.0)
    begun[opens] = best[opens] + 1
    rows = np.flatnonzero(opens)
    spent = np.zeros(cell.size)
    spent[rows] = cells.sunk[cell[rows], best[rows]] * rule.margin * value[rows, best[rows]]
    spent[rows] *= np.exp(-view.profit[rows, best[rows]])
    spent[certifies] = (price * us_value)[certifies]
    spent[begun >= MOVE] = (cost * rule.margin * us_value * rule.move_share)[begun >= MOVE]
    tally.money[:, SUNK] += np.bincount(cell, spent, minlength=tally.money.shape[0])
    chance = look / np.where(begun == CERTIFY, alpha_c, alpha)
    lead = np.minimum(
        rule.leads[begun, 1],
        rule.leads[begun, 0] + (chance * (rule.leads[begun, 1] - rule.leads[begun, 0] + 1)).astype(np.int64),
    )
    starting = begun > 0
    have.months_left[starting] = lead[starting]
    project[starting] = begun[starting]
    np.add.at(tally.started, (cell[starting], begun[starting]), 1)

    # 9 label: later lines win
    today = traits.base[:, 0].astype(float) + eps[:, 0].astype(float) + cells.shift[cell, 0]
    today += duty[:, LN_NOW] - cells.average[cell, 0]
    threatened = cells.duty[cell, AT_US_BORDER, ON] > 0.0
    label = np.zeros_like(project)
    label[partner & threatened & linked[:, 0] & (today < 0.0)] = CONCEDE
    label[(begun == 2) | (begun == 5) | (~partner & ((begun == 1) | (begun == 4)))] = COORDINATE
    label[begun >= CERTIFY] = CONCEDE
    label[(begun == 3) | (begun == 6)] = DEFECT
    label[left] = DEFECT
    label[partner & ((begun == 1) | (begun == 4))] = CONCEDE

    have.links[:] = pack(linked)
    have.flags[:] = np.where(certified, CERTIFIED, 0) | np.where(moved, MOVED, 0)
    have.project[:] = project
    have.label[:] = label
    _add_up(have, linked, us_value, value, cell, rule, tally)


def _add_up(
    have: Holdings,
    linked: np.ndarray,
    us_value: np.ndarray,
    value: np.ndarray,
    cell: np.ndarray,
    rule: Rule,
    tally: Tally,
) -> None:
    """What the month adds up to, per cell."""
    cells = tally.belief.size

    def total(amount: np.ndarray) -> np.ndarray:
        return np.bincount(cell, amount, minlength=cells)

    a, b, _, _ = counters(have, rule, cell.size)
    tally.belief[:] += total(a / (a + b))
    np.add.at(tally.labels, (cell, have.label), 1)
    np.add.at(tally.running, (cell, have.project), 1)
    _count(tally.links, cell, linked)
    _count(tally.exporters, cell, np.stack([linked[:, :3].any(axis=1), have.links & 7 == 1], axis=-1))
    sold = np.where(linked[:, 0], us_value, 0.0)
    tally.money[:, US_SALES] += total(sold)
    tally.money[:, CERTIFIED_SALES] += total(np.where(have.flags & CERTIFIED, sold, 0.0))
    tally.money[:, MOVING_SALES] += total(np.where(have.project >= MOVE, sold, 0.0))
    tally.money[:, MOVED_SALES] += total(np.where(have.flags & MOVED, value[:, 0] - us_value, 0.0))
    swell = np.ones(value.shape)
    if have.quiet.size:
        swell[:, 1:3] = np.exp(rule.sales_redirection * have.lost_sales.astype(float))[:, None]
        swell[:, 4:6] = np.exp(rule.input_redirection * have.lost_inputs.astype(float))[:, None]
    carried = np.where(linked, value * swell, 0.0)
    carried[:, 0] = np.where(linked[:, 0], us_value, 0.0)
    for k in range(6):
        tally.stock[:, k] += total(carried[:, k])


def _count(into: np.ndarray, cell: np.ndarray, flags: np.ndarray) -> None:
    """Add up booleans (N, 6) by cell."""
    for k in range(flags.shape[1]):
        into[:, k] += np.bincount(cell[flags[:, k]], minlength=into.shape[0])
