"""What one month looks like to the firms of each cell: markets, duties, thresholds, evidence.

Everything a firm needs that it shares with its cell is worked out here once a month, in arrays of a few
hundred numbers, so that the rule itself (``rule.py``) only does what differs between firms. Profits are logs
relative to the fixed cost of keeping the link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from negotiation.world.firms.corridors import HOMES
from negotiation.world.firms.parameters import FirmParameters
from negotiation.world.firms.thresholds import ThresholdTable, dixit_table, marshall_table

AT_US_BORDER, WITH_CERTIFICATE, ON_INPUTS = range(3)
NOW, LN_NOW, FEARED, JUMP_ON, JUMP_OFF, FEARS, ON = range(7)
"""Columns of ``CellTables.duty``: profit factor of the duty now and its log, factor of the feared duty,
squared log jumps up and down, and whether the cell has something to fear and something to hope for."""


@dataclass(frozen=True)
class Switches:
    """Parts of the story that can be turned off (both for the firms and for their twin).

    ``sunk_costs`` (S7): links open and close at break-even. ``uncertainty`` (S8): policy jumps do not widen
    the band and reversals cost no planning. ``agglomeration``: a thick corridor helps nobody.
    ``beliefs``: firms learn nothing from what governments do.
    """

    sunk_costs: bool = True
    uncertainty: bool = True
    agglomeration: bool = True
    beliefs: bool = True


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


def duty_factor(duty: np.ndarray, elasticity: np.ndarray, p: FirmParameters) -> np.ndarray:
    """What a duty leaves of a link's profit: sales fall by the elasticity, and the exporter absorbs
    1 - pass-through of the duty out of its margin."""
    absorbed = (1.0 - p.pass_through) * duty / p.margin
    return (1.0 + duty) ** -elasticity * np.maximum(p.smallest_margin_left, 1.0 - absorbed)


def _duty_rows(
    duty: np.ndarray, feared: float, elasticity: np.ndarray, p: FirmParameters, switches: Switches
) -> np.ndarray:
    """(cells, 7) of one kind of duty."""
    now = duty_factor(duty, elasticity, p)
    worse = duty_factor(np.maximum(duty, feared), elasticity, p)
    fears, on = worse < now, duty > 0
    ln_now, ln_worse = np.log(now), np.log(worse)
    variance = 1.0 if switches.uncertainty else 0.0
    return np.stack(
        [
            now,
            ln_now,
            worse,
            variance * (ln_worse - ln_now) ** 2,
            variance * ln_now**2,
            fears.astype(float),
            on.astype(float),
        ],
        axis=-1,
    )


def tables_of(
    p: FirmParameters,
    switches: Switches,
    elasticity: np.ndarray,
    revenue: np.ndarray,
    ratio: np.ndarray,
    entry_cost: np.ndarray,
    duty_without: np.ndarray,
    duty_with: np.ndarray,
    duty_average: np.ndarray,
    duty_inputs: np.ndarray,
    news: np.ndarray,
    evidence: np.ndarray,
) -> CellTables:
    """Assemble a month.

    ``elasticity`` (goods,) short-run; ``revenue`` (C, 6) log revenue per unit of link; ``ratio`` (C, 6) link
    stocks over the twin's; ``entry_cost`` (3, 6) factor on sunk costs; duties (C,) additional, fractions;
    ``news`` (3,) booleans; ``evidence`` (3, 4).
    """
    theta = np.tile(elasticity, HOMES)
    cells = theta.size
    sunk = np.repeat(p.sunk() * entry_cost, cells // HOMES, axis=0)
    shift = revenue
    if switches.agglomeration:
        ln_ratio = np.log(ratio)
        sunk = sunk * np.exp(-p.entry_cost_elasticity * ln_ratio)
        shift = revenue + p.thick_market_elasticity * ln_ratio
    if not switches.sunk_costs:
        sunk = np.zeros_like(sunk)
    table = threshold_table(p)
    high, low = table.at(sunk, p.shock_sd**2, p.rate)
    high_fear, low_fear = table.along_variance(sunk[:, [0, 3]], p.rate)
    average = np.log(np.stack([duty_factor(d, theta, p) for d in (duty_average, duty_inputs)], axis=-1))
    duty = np.stack(
        [
            _duty_rows(duty_without, p.feared_duty, theta, p, switches),
            _duty_rows(duty_with, p.feared_duty, theta, p, switches),
            _duty_rows(duty_inputs, p.feared_input_duty, theta, p, switches),
        ],
        axis=1,
    )
    calm = p.review_certificate * p.review_certificate_quiet
    return CellTables(
        shift=np.ascontiguousarray(shift),
        high=high,
        low=low,
        high_fear=high_fear,
        low_fear=low_fear,
        duty=duty,
        sunk=sunk,
        average=average,
        pull=revenue[:, [0, 3]] - average,
        saving=duty_without - duty_with,
        elasticity=theta,
        review=np.where(news, p.review_news, p.review_quiet),
        review_certificate=np.where(news, p.review_certificate, calm),
        evidence=np.ascontiguousarray(evidence if switches.beliefs else np.zeros_like(evidence), float),
    )


def quiet_tables(p: FirmParameters, switches: Switches, elasticity: np.ndarray) -> CellTables:
    """A month in which no government does anything: what the twin sees, always."""
    cells = HOMES * elasticity.size
    nothing = np.zeros(cells)
    return tables_of(
        p,
        switches,
        elasticity,
        np.zeros((cells, 6)),
        np.ones((cells, 6)),
        np.ones((HOMES, 6)),
        nothing,
        nothing,
        nothing,
        nothing,
        np.zeros(HOMES, bool),
        np.zeros((HOMES, 4)),
    )
