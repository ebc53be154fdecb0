"""What one month looks like to the firms of each cell: markets, duties, thresholds, evidence.

Everything a firm needs that it shares with its cell is worked out here once a month, in arrays of a few
hundred numbers, so that the rule itself (``rule.py``) only does what differs between firms. Profits are logs
relative to the fixed cost of keeping the link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from negotiation.world.firms.corridors import HOMES
from negotiation.world.firms.parameters import FirmParameters
from negotiation.world.firms.thresholds import ThresholdTable, dixit_table, marshall_table

AT_US_BORDER, WITH_CERTIFICATE, ON_INPUTS = range(3)
NOW, LN_NOW, FEARED, JUMP_ON, JUMP_OFF, FEARS, ON = range(7)
"""Columns of ``CellTables.duty``: profit factor of the duty now and its log, factor of the feared duty,
squared log jumps up and down, and whether the cell has something to fear and something to hope for."""

QUARTERS = 4.0
"""Quarters of a year: ``planning_cost`` is per expected reversal and quarter, hazards are per year."""


@dataclass(frozen=True)
class Switches:
    """Parts of the story that can be turned off (both for the firms and for their twin).

    ``sunk_costs`` (S7): links open and close at break-even. ``uncertainty`` (S8): policy jumps do not widen
    the band and reversals cost no planning. ``agglomeration``: a thick corridor helps nobody.
    ``beliefs``: firms learn nothing from what governments do. ``stocks`` (S7): nobody buys ahead of a duty.
    """

    sunk_costs: bool = True
    uncertainty: bool = True
    agglomeration: bool = True
    beliefs: bool = True
    stocks: bool = True


class CellTables(NamedTuple):
    """One month as the cells see it; C cells, M nodes of the variance axis."""

    shift: np.ndarray
    """(C, 6) what the market adds to each slot's log profit."""
    high: np.ndarray
    low: np.ndarray
    """(C, 6) ln H and ln L where only the firm's own shocks are uncertain."""
    high_fear: np.ndarray
    low_fear: np.ndarray
    """(C, 2, M) the same over the variance axis, for slots 0 and 3, which policy makes more uncertain."""
    duty: np.ndarray
    """(C, 3, 7) see the columns above; rows: no certificate, certificate, home's duty on US inputs."""
    sunk: np.ndarray
    """(C, 6) years of fixed cost that opening the link costs this month."""
    average: np.ndarray
    """(C, 2) log profit effect of the average duty, US border and inputs: what ``shift`` already contains."""
    pull: np.ndarray
    """(C, 2) log revenue of slots 0 and 3 without the average duty's effect."""
    saving: np.ndarray
    """(C,) duty a certificate saves, a fraction."""
    elasticity: np.ndarray
    """(C,) short-run trade elasticity."""
    review: np.ndarray
    review_certificate: np.ndarray
    """(3,) chance that a firm of the home looks this month, and that it looks at certification."""
    evidence: np.ndarray
    """(3, 4) what a firm of attention 1 adds to quiet, hostile, removals; and (not weighted) duty years."""


class Rule(NamedTuple):
    """The scalars of the rule, in the units of :class:`FirmParameters`."""

    rate: float
    shock_variance: float
    sales_redirection: float
    input_redirection: float
    input_share: float
    redirection_rate: float
    memory: float
    quiet: float
    hostile: float
    removals: float
    duty_years: float
    planning_cost: float
    certificate_cost: float
    certificate_size_discount: float
    certificate_size_cap: float
    certificate_foresight: float
    feared_duty: float
    move_share: float
    margin: float
    ln_variance_first: float
    ln_variance_step: float
    leads: np.ndarray
    """(10, 2) shortest and longest lead time in months by kind of project."""


def threshold_table(parameters: FirmParameters) -> ThresholdTable:
    return dixit_table() if parameters.entry_rule == "dixit" else marshall_table()


def rule_of(parameters: FirmParameters, switches: Switches) -> Rule:
    """The scalars, with what is switched off set to nothing."""
    p = parameters
    nodes = threshold_table(p).ln_variance
    leads = np.array([(0, 0)] + [p.lead_sell] * 3 + [p.lead_buy] * 3, dtype=np.int64)
    leads = np.vstack([leads, p.lead_certificate, p.lead_move, p.lead_new_plant]).astype(np.int64)
    prior = [float(np.float32(x)) for x in (*p.prior_quiet, *p.prior_removal)]
    return Rule(
        rate=p.rate,
        shock_variance=p.shock_sd**2,
        sales_redirection=p.sales_redirection,
        input_redirection=p.input_redirection,
        input_share=p.input_share,
        redirection_rate=1.0 / p.redirection_months,
        memory=p.memory,
        quiet=prior[0],
        hostile=prior[1],
        removals=prior[2],
        duty_years=prior[3],
        planning_cost=p.planning_cost if switches.uncertainty else 0.0,
        certificate_cost=p.certificate_cost,
        certificate_size_discount=p.certificate_size_discount,
        certificate_size_cap=p.certificate_size_cap,
        certificate_foresight=p.certificate_foresight,
        feared_duty=p.feared_duty,
        move_share=p.move_share,
        margin=p.margin,
        ln_variance_first=float(nodes[0] + np.log(p.rate)),
        ln_variance_step=float(nodes[1] - nodes[0]),
        leads=leads,
    )


@njit(cache=True)
def duty_factor(duty, elasticity, pass_through, margin, smallest_margin_left):
    """What a duty leaves of a link's profit: sales fall by the elasticity, and the exporter absorbs
    1 - pass-through of the duty out of its margin."""
    absorbed = (1.0 - pass_through) * duty / margin
    return (1.0 + duty) ** -elasticity * max(smallest_margin_left, 1.0 - absorbed)


@njit(cache=True)
def _place(x, nodes):
    """Left node on an even grid and the weight of the right one, clamped at both edges."""
    spot = min(max((x - nodes[0]) / (nodes[1] - nodes[0]), 0.0), nodes.size - 1.0)
    k = min(int(spot), nodes.size - 2)
    return k, spot - k


@njit(cache=True)
def _fill_duties(duties, feared, theta, absorption, uncertain, rows):
    """``rows`` (C, 3, 7) from ``duties`` (C, 3), see the columns of ``CellTables.duty``."""
    pass_through, margin, least = absorption
    for c in range(theta.size):
        for kind in range(3):
            duty = duties[c, kind]
            now = duty_factor(duty, theta[c], pass_through, margin, least)
            worse = duty_factor(max(duty, feared[kind]), theta[c], pass_through, margin, least)
            rows[c, kind, NOW], rows[c, kind, LN_NOW] = now, np.log(now)
            rows[c, kind, FEARED] = worse
            rows[c, kind, JUMP_ON] = np.log(worse / now) ** 2 if uncertain else 0.0
            rows[c, kind, JUMP_OFF] = np.log(now) ** 2 if uncertain else 0.0
            rows[c, kind, FEARS] = 1.0 if worse < now else 0.0
            rows[c, kind, ON] = 1.0 if duty > 0.0 else 0.0


@njit(cache=True)
def _fill_markets(years, entry_cost, revenue, ratio, thick, shift, sunk):
    """``shift`` and ``sunk`` (C, 6): a thick corridor is cheaper to enter and, if that is on, pays better."""
    cheaper, better = thick
    for c in range(shift.shape[0]):
        home = c // (shift.shape[0] // HOMES)
        for k in range(6):
            ln_ratio = np.log(ratio[c, k])
            sunk[c, k] = years[home, k] * entry_cost[home, k] * np.exp(-cheaper * ln_ratio)
            shift[c, k] = revenue[c, k] + better * ln_ratio


@njit(cache=True)
def _fill_pull(duty_average, revenue, theta, absorption, rows, average, pull):
    """``average`` and ``pull`` (C, 2), see ``CellTables``; ``rows`` are the duties' columns."""
    pass_through, margin, least = absorption
    for c in range(theta.size):
        duty = duty_average[c]
        left = max(least, 1.0 - (1.0 - pass_through) * duty / margin)
        average[c, 0] = np.log(left) - theta[c] * np.log1p(duty)
        average[c, 1] = rows[c, ON_INPUTS, LN_NOW]
        pull[c, 0] = revenue[c, 0] - average[c, 0]
        pull[c, 1] = revenue[c, 3] - average[c, 1]


@njit(cache=True)
def _fill_thresholds(
    sunk, rate, variance, ln_sunk, ln_variance, ln_high, ln_low, high, low, high_fear, low_fear
):
    """Thresholds (C, 6) at the firms' own variance, and along the variance axis for slots 0 and 3."""
    q, s = _place(np.log(variance / rate), ln_variance)
    for c in range(sunk.shape[0]):
        for k in range(6):
            high[c, k], low[c, k] = 0.0, 0.0
            if k % 3 == 0:
                high_fear[c, k // 3], low_fear[c, k // 3] = 0.0, 0.0
            if sunk[c, k] <= 0.0:
                continue
            p, t = _place(np.log(rate * sunk[c, k]), ln_sunk)
            for table, out in ((ln_high, high), (ln_low, low)):
                left = table[p, q] + s * (table[p, q + 1] - table[p, q])
                right = table[p + 1, q] + s * (table[p + 1, q + 1] - table[p + 1, q])
                out[c, k] = left + t * (right - left)
            if k % 3 == 0:
                for m in range(ln_variance.size):
                    high_fear[c, k // 3, m] = (1.0 - t) * ln_high[p, m] + t * ln_high[p + 1, m]
                    low_fear[c, k // 3, m] = (1.0 - t) * ln_low[p, m] + t * ln_low[p + 1, m]


def thresholds_of(p: FirmParameters, sunk: np.ndarray) -> tuple[np.ndarray, ...]:
    """ln H and ln L (C, 6) where only own shocks are uncertain, and (C, 2, M) over the variance axis for slots
    0 and 3, from sunk costs (C, 6)."""
    table = threshold_table(p)
    high, low = np.empty(sunk.shape), np.empty(sunk.shape)
    fears = (len(sunk), 2, table.ln_variance.size)
    high_fear, low_fear = np.empty(fears), np.empty(fears)
    grid = (table.ln_sunk, table.ln_variance, table.ln_high, table.ln_low)
    _fill_thresholds(sunk, p.rate, p.shock_sd**2, *grid, high, low, high_fear, low_fear)
    return high, low, high_fear, low_fear


def tables_of(
    p: FirmParameters,
    switches: Switches,
    elasticity: np.ndarray,
    revenue: np.ndarray,
    ratio: np.ndarray,
    entry_cost: np.ndarray,
    duties: np.ndarray,
    duty_average: np.ndarray,
    news: np.ndarray,
    evidence: np.ndarray,
) -> CellTables:
    """Assemble a month.

    ``elasticity`` (goods,) short-run; ``revenue`` (C, 6) log revenue per unit of link; ``ratio`` (C, 6) link
    stocks over the twin's; ``entry_cost`` (3, 6) factor on sunk costs; ``duties`` (C, 3) additional: at the
    US border without and with certificate, on US inputs; ``duty_average`` (C,) at the US border; ``news``
    (3,) booleans; ``evidence`` (3, 4).
    """
    cells = HOMES * elasticity.size
    theta = np.concatenate([elasticity] * HOMES)
    shift, sunk = np.empty((cells, 6)), np.empty((cells, 6))
    thick = (p.entry_cost_elasticity, p.thick_market_elasticity) if switches.agglomeration else (0.0, 0.0)
    years = p.sunk if switches.sunk_costs else np.zeros_like(p.sunk)
    _fill_markets(years, entry_cost, revenue, ratio, thick, shift, sunk)
    high, low, high_fear, low_fear = thresholds_of(p, sunk)
    absorption = (p.pass_through, p.margin, p.smallest_margin_left)
    feared = (p.feared_duty, p.feared_duty, p.feared_input_duty)
    rows, average, pull = np.empty((cells, 3, 7)), np.empty((cells, 2)), np.empty((cells, 2))
    _fill_duties(duties, feared, theta, absorption, switches.uncertainty, rows)
    _fill_pull(duty_average, revenue, theta, absorption, rows, average, pull)
    return CellTables(
        shift=shift,
        high=high,
        low=low,
        high_fear=high_fear,
        low_fear=low_fear,
        duty=rows,
        sunk=sunk,
        average=average,
        pull=pull,
        saving=duties[:, AT_US_BORDER] - duties[:, WITH_CERTIFICATE],
        elasticity=theta,
        review=np.where(news, p.review_news, p.review_quiet),
        review_certificate=p.review_certificate * np.where(news, 1.0, p.review_certificate_quiet),
        evidence=evidence if switches.beliefs else np.zeros_like(evidence),
    )


def quiet_tables(p: FirmParameters, switches: Switches, elasticity: np.ndarray) -> CellTables:
    """A month in which no government does anything: what the twin sees, always."""
    cells = HOMES * elasticity.size
    return tables_of(
        p,
        switches,
        elasticity,
        revenue=np.zeros((cells, 6)),
        ratio=np.ones((cells, 6)),
        entry_cost=np.ones((HOMES, 6)),
        duties=np.zeros((cells, 3)),
        duty_average=np.zeros(cells),
        news=np.zeros(HOMES, bool),
        evidence=np.zeros((HOMES, 4)),
    )
