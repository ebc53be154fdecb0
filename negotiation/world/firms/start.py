"""The world before the story: firms old enough to have found their markets.

Mean profits ``mu`` (home, slot) are whatever makes the observed share of firms hold each kind of link. They
belong to the economy and the parameters, not to one draw of firms, so they are worked out once on a large
reference population with a seed of its own and kept; each new population then only lives through its quiet
years (yearly steps, then months by the full rule). That is why the first layer of a process takes about a
second and the next ones milliseconds. Participation of a small population differs from the target by its own
luck, as it should.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, fields
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from negotiation.terms import PARTNERS
from negotiation.world.firms.corridors import HOMES
from negotiation.world.firms.luck import draw_month, drift, stationary_sd
from negotiation.world.firms.parameters import FirmParameters
from negotiation.world.firms.population import (
    CERTIFIED,
    FEASIBLE,
    Holdings,
    Template,
    Traits,
    draw_traits,
    fresh_holdings,
    live,
    pack,
)
from negotiation.world.firms.rule import month, new_tally
from negotiation.world.firms.tables import CellTables, Switches, quiet_tables, rule_of

REFERENCE_SEED = 20250101
REFERENCE_ROUNDS = 30
"""Half-years of the full rule in which mean profits are trimmed."""
_KEPT = 12
_AFTER_THE_START = frozenset(
    (
        "entry_cost_elasticity",
        "thick_market_elasticity",
        "stock_floor",
        "redirection_months",
        "review_news",
        "review_certificate",
        "review_certificate_quiet",
        "lead_certificate",
        "memory",
        "attention_spread",
        "weight_imposed",
        "weight_other",
        "weight_threat_unexecuted",
        "weight_reversal",
        "weight_lifted",
        "order_lag",
        "seller_weight",
        "certificate_cost",
        "certificate_size_discount",
        "certificate_size_cap",
        "certificate_foresight",
        "feasible_share",
        "certified_start",
    )
)
"""Parameters that play no part before the first policy: changing them needs no new mean profits."""


class Bands(NamedTuple):
    """A quiet year for firms with prior beliefs: what is added to each slot's profit, when links open and close
    (C, 6), and the push of feared losses (C, 2) toward other markets (times the US share) and suppliers."""

    shift: np.ndarray
    high: np.ndarray
    low: np.ndarray
    push: np.ndarray


@dataclass(frozen=True)
class Reference:
    """What every population of one economy and parameter set shares."""

    economy: Any
    short_run: Any
    elasticity: np.ndarray
    """(goods,) short-run trade elasticities."""
    mean_profit: np.ndarray
    """(3, 6) mu."""
    quiet: CellTables
    bands: Bands
    """A quiet month, and how firms with prior beliefs see it."""


_lock = threading.Lock()
_references: OrderedDict[tuple, Reference] = OrderedDict()
_templates: OrderedDict[tuple, Template] = OrderedDict()
_mean_profits: OrderedDict[tuple, np.ndarray] = OrderedDict()


def _remember(store: OrderedDict, key: tuple, make: Any) -> Any:
    with _lock:
        if key in store:
            store.move_to_end(key)
            return store[key]
    value = make()
    with _lock:
        store[key] = value
        while len(store) > _KEPT:
            store.popitem(last=False)
    return value


def template_of(economy: Any, p: FirmParameters, count: int) -> Template:
    """Cells and sizes, kept per process."""
    return _remember(_templates, (economy.fingerprint, p, count), lambda: Template.of(economy, p, count))


def reference_of(economy: Any, p: FirmParameters) -> Reference:
    """Mean profits and the short-run economy, kept per process."""
    return _remember(_references, (economy.fingerprint, p), lambda: _reference(economy, p))


def _reference(economy: Any, p: FirmParameters) -> Reference:
    theta = np.asarray(economy.trade_elasticity, float)
    short_run = economy.with_elasticity(p.short_run * theta)
    template = template_of(economy, p, max(p.reference_count, 99))
    elasticity = p.short_run * theta[template.corridors.goods]
    tables = quiet_tables(p, Switches(), elasticity)
    bands = _quiet_bands(p, tables)
    start = tuple(getattr(p, f.name) for f in fields(p) if f.name not in _AFTER_THE_START)
    key = (economy.fingerprint, start)
    mu = _remember(_mean_profits, key, lambda: _mean_profit(template, p, tables, bands))
    return Reference(economy, short_run, elasticity, mu, tables, bands)


def settle(
    template: Template, p: FirmParameters, reference: Reference, rng: np.random.Generator
) -> tuple[Traits, Holdings, np.ndarray]:
    """Draw a population and let it live through its quiet years: (traits, holdings of a twin, shocks)."""
    traits = draw_traits(template, p, rng)
    home = template.cell // template.corridors.goods.size
    traits.base[:] += reference.mean_profit[home].astype(np.float32)
    eps = (stationary_sd(p) * rng.standard_normal(traits.base.shape)).astype(np.float32)
    links = _settle_years(template, traits, eps, p, reference.bands, rng)
    have = fresh_holdings(links, p, twin=True)
    _scale(template, traits, live(have.links))
    rule = rule_of(p, Switches())
    for _ in range(p.settling_months):
        draws, shocks = draw_month(template.count, p.link_death_rate, rng)
        month(traits, have, eps, draws, reference.quiet, rule, new_tally(template.corridors.cells))
        drift(eps, shocks, p)
    have.flags[:] = 0
    have.label[:] = 0
    _somebody_everywhere(template, traits, have, eps)
    _scale(template, traits, live(have.links))
    _certify(template, traits, have, p, rng)
    return traits, have, eps


def _quiet_bands(p: FirmParameters, tables: CellTables) -> Bands:
    """The quiet month reduced to what one yearly step needs."""
    rule = rule_of(p, Switches())
    h_on = np.log(1.0 + rule.hostile / rule.quiet)
    shift, high, low = tables.shift.copy(), tables.high.copy(), tables.low.copy()
    cells = shift.shape[0]
    push = np.zeros((cells, 2))
    partner = np.arange(cells) >= cells // HOMES
    nodes = rule.ln_variance_first + rule.ln_variance_step * np.arange(tables.high_fear.shape[2])
    for which, (slot, row) in enumerate(((0, 0), (3, 2))):
        now, _, feared, jump, _, fears, _ = tables.duty[:, row].T
        on = h_on * fears
        factor = (rule.rate * now + on * feared) / (rule.rate + on)
        u = np.log(rule.shock_variance + on * jump)
        shift[partner, slot] += np.log(factor)[partner]
        strength = rule.sales_redirection if slot == 0 else rule.input_redirection * rule.input_share
        push[partner, which] = -strength * np.log(factor)[partner]
        for target, curve in ((high, tables.high_fear), (low, tables.low_fear)):
            for c in np.flatnonzero(partner):
                target[c, slot] = np.interp(u[c], nodes, curve[c, which])
    planning = np.log(1.0 + 4.0 * rule.planning_cost * (h_on + rule.removals / rule.duty_years))
    shift[partner, 0] -= planning
    return Bands(shift, high, low, push)


@njit(cache=True, nogil=True)
def _year(first, base, us_share, eps, links, bands, open_chance, death, luck):
    """One quiet year: links die, losing ones are let go, paying ones are opened by those who look."""
    for c in range(first.size - 1):
        for i in range(first[c], first[c + 1]):
            elsewhere = bands.push[c, 0] * us_share[i] if links[i, 0] else 0.0
            others = bands.push[c, 1] if links[i, 3] else 0.0
            for k in range(6):
                y = base[i, k] + eps[i, k] + bands.shift[c, k]
                if k == 1 or k == 2:
                    y += elsewhere
                elif k > 3:
                    y += others
                on = links[i, k]
                if on and (luck[i, k] < death or y < bands.low[c, k]):
                    links[i, k] = False
                elif not on and y > bands.high[c, k] and luck[i, k] < open_chance:
                    links[i, k] = True


def _settle_years(
    template: Template,
    traits: Traits,
    eps: np.ndarray,
    p: FirmParameters,
    bands: Bands,
    rng: np.random.Generator,
    trim: np.ndarray | None = None,
) -> np.ndarray:
    """Live through the yearly steps; with ``trim`` (3, 6) also move mean profits toward participation."""
    middle = 0.5 * (bands.high + bands.low) - bands.shift
    links = traits.base + eps > middle[template.cell]
    _scale(template, traits, links)
    looks = 1.0 - (1.0 - p.review_quiet) ** 12
    death = 1.0 - np.exp(-p.link_death_rate)
    for _ in range(p.settling_years):
        if trim is not None:
            _trim(template, traits, links, p, trim, 0.5)
            _scale(template, traits, links)
        luck = rng.random(eps.shape, dtype=np.float32)
        _year(template.first, traits.base, traits.us_share, eps, links, bands, looks, death, luck)
        drift(eps, rng.standard_normal(eps.shape, dtype=np.float32), p, 12.0)
    return pack(links)


def _trim(
    template: Template, traits: Traits, links: np.ndarray, p: FirmParameters, mu: np.ndarray, gain: float
) -> None:
    """Move mean profits by a part of the normal quantile that separates actual from wanted participation."""
    home = template.cell // template.corridors.goods.size
    normal = NormalDist(sigma=float(np.hypot(p.match_sd, stationary_sd(p))))
    for h in range(HOMES):
        here = home == h
        share = np.clip(links[here].mean(axis=0), 0.002, 0.998)
        for k in range(6):
            step = gain * (normal.inv_cdf(p.participation[h][k]) - normal.inv_cdf(float(share[k])))
            mu[h, k] += step
            traits.base[here, k] += np.float32(step)


def _mean_profit(
    template: Template,
    p: FirmParameters,
    tables: CellTables,
    bands: Bands,
) -> np.ndarray:
    """mu (3, 6) at which participation is as wanted and stays so under the monthly rule."""
    rng = np.random.default_rng(REFERENCE_SEED)
    traits = draw_traits(template, p, rng)
    eps = (stationary_sd(p) * rng.standard_normal(traits.base.shape)).astype(np.float32)
    mu = np.zeros((HOMES, 6))
    links = _settle_years(template, traits, eps, p, bands, rng, trim=mu)
    have = fresh_holdings(links, p, twin=True)
    _scale(template, traits, live(have.links))
    rule, tail = rule_of(p, Switches()), []
    for half_year in range(REFERENCE_ROUNDS):
        for _ in range(6):
            draws, shocks = draw_month(template.count, p.link_death_rate, rng)
            month(traits, have, eps, draws, tables, rule, new_tally(template.corridors.cells))
            drift(eps, shocks, p)
        have.flags[:] = 0
        _trim(template, traits, live(have.links), p, mu, 0.25)
        if half_year >= REFERENCE_ROUNDS // 2:
            tail.append(mu.copy())
    return np.mean(tail, axis=0)


def _somebody_everywhere(template: Template, traits: Traits, have: Holdings, eps: np.ndarray) -> None:
    """Where trade is observed somebody must carry it: the likeliest firm, if the draw left none."""
    linked = live(have.links)
    starts = template.first[:-1][np.diff(template.first) > 0]
    alive = np.flatnonzero(np.diff(template.first) > 0)
    some = np.logical_or.reduceat(linked, starts, axis=0)
    for where, slot in zip(*np.nonzero(~some & (template.flow[alive] > 0)), strict=True):
        c = alive[where]
        rows = slice(template.first[c], template.first[c + 1])
        best = template.first[c] + int(np.argmax(traits.base[rows, slot] + eps[rows, slot]))
        linked[best, slot] = True
    linked &= traits.value > 0.0
    have.links[:] = pack(linked)


def _scale(template: Template, traits: Traits, linked: np.ndarray) -> None:
    """Scale link values so that live links carry the corridor's trade; set shares of the first market."""
    cells = template.corridors.cells
    carried = np.stack(
        [
            np.bincount(template.cell, np.where(linked[:, k], traits.value[:, k], 0.0), minlength=cells)
            for k in range(6)
        ],
        axis=-1,
    )
    factor = np.divide(template.flow, carried, out=np.ones_like(carried), where=carried > 0.0)
    traits.value[:] *= factor[template.cell].astype(np.float32)
    traits.us_share[:] = np.minimum(1.0, traits.value[:, 0] / template.size)


def _certify(
    template: Template, traits: Traits, have: Holdings, p: FirmParameters, rng: np.random.Generator
) -> None:
    """Give certificates to firms in random order until their cell's share of US sales is the observed one;
    let the rules of origin be within reach of the first ``feasible_share`` of the same order."""
    goods = template.corridors.goods
    names = [template.corridors.sectors[j] for j in goods]
    order_key = rng.random(template.count)
    for h, partner in enumerate(PARTNERS, start=1):
        for j, sector in enumerate(names):
            c = h * goods.size + j
            rows = np.arange(template.first[c], template.first[c + 1])
            if rows.size == 0:
                continue
            rows = rows[np.argsort(order_key[rows])]
            value = np.where(have.links[rows] & 1, traits.value[rows, 0], 0.0).astype(float)
            total = value.sum()
            reached = (np.cumsum(value) - 0.5 * value) / total if total > 0 else np.ones(rows.size)
            traits.nature[rows[reached < p.feasible_share]] |= FEASIBLE
            start = p.certified_share_at_start(str(partner), sector)
            have.flags[rows[reached < min(start, p.feasible_share)]] |= CERTIFIED
