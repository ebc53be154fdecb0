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

from negotiation.world.firms.certificates import certify
from negotiation.world.firms.corridors import HOMES
from negotiation.world.firms.dice import key_of, normals, uniforms
from negotiation.world.firms.luck import draw_month, drift, stationary_sd
from negotiation.world.firms.parameters import FirmParameters
from negotiation.world.firms.population import (
    Holdings,
    Template,
    Traits,
    draw_traits,
    fresh_holdings,
)
from negotiation.world.firms.rule import NO_TALLY, month
from negotiation.world.firms.tables import QUARTERS, CellTables, Rule, Switches, quiet_tables, rule_of

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
        "storage_months",
        "carrying_cost",
        "bought_ahead",
        "most_ahead",
        "used_up",
        "most_used",
        "stock_left",
        "looks_ahead",
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
    rule: Rule
    bands: Bands
    """A quiet month, what firms make of it, and how those with prior beliefs see a quiet year."""


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
    return Reference(economy, short_run, elasticity, mu, tables, rule_of(p, Switches()), bands)


def settle(
    template: Template, p: FirmParameters, reference: Reference, rng: np.random.Generator
) -> tuple[Traits, Holdings, np.ndarray]:
    """Draw a population and let it live through its quiet years: (traits, holdings of a twin, shocks)."""
    traits = draw_traits(template, p, rng)
    _add_by_home(traits.first, traits.base, reference.mean_profit)
    eps = _first_shocks(template, p, rng)
    links = _settle_years(template, traits, eps, p, reference.bands, rng)
    have = fresh_holdings(links, p, twin=True)
    _scale(template, traits, have.links)
    for _ in range(p.settling_months):
        draws, shocks = draw_month(template.count, p.link_death_rate, rng)
        month(traits, have, eps, draws, reference.quiet, reference.rule, NO_TALLY)
        drift(eps, shocks, p)
    have.flags[:] = 0
    have.label[:] = 0
    _somebody_everywhere(template.first, template.flow, traits.base, eps, traits.value, have.links)
    _scale(template, traits, have.links)
    certify(template, traits, have, p, rng)
    return traits, have, eps


def _first_shocks(template: Template, p: FirmParameters, rng: np.random.Generator) -> np.ndarray:
    """(N, 6) profit shocks of a world that has always been there."""
    eps = np.empty((template.count, 6), np.float32)
    normals(key_of(rng)[0], eps.reshape(-1))
    eps *= np.float32(stationary_sd(p))
    return eps


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
    planning = np.log(1.0 + QUARTERS * rule.planning_cost * (h_on + rule.removals / rule.duty_years))
    shift[partner, 0] -= planning
    return Bands(shift, high, low, push)


@njit(cache=True, nogil=True)
def _above(first, base, eps, level, links):
    """Bit sets of the links whose profit lies above a level (C, 6)."""
    for c in range(first.size - 1):
        for i in range(first[c], first[c + 1]):
            bits = 0
            for k in range(6):
                bits |= (base[i, k] + eps[i, k] > level[c, k]) << k
            links[i] = bits


@njit(cache=True, nogil=True)
def _year(first, base, us_share, eps, links, bands, open_chance, death, luck):
    """One quiet year: links die, losing ones are let go, paying ones are opened by those who look."""
    push = np.zeros(6)
    for c in range(first.size - 1):
        for i in range(first[c], first[c + 1]):
            bits, after = links[i], 0
            push[1] = push[2] = bands.push[c, 0] * us_share[i] * (bits & 1)
            push[4] = push[5] = bands.push[c, 1] * (bits >> 3 & 1)
            for k in range(6):  # without branches: link patterns are too irregular to predict
                y = base[i, k] + eps[i, k] + bands.shift[c, k] + push[k]
                on, chance = bits >> k & 1, luck[6 * i + k]
                stays = (chance >= death) & (y >= bands.low[c, k])
                opens = (y > bands.high[c, k]) & (chance < open_chance)
                after |= (on & stays | (1 - on) & opens) << k
            links[i] = after


def _settle_years(
    template: Template,
    traits: Traits,
    eps: np.ndarray,
    p: FirmParameters,
    bands: Bands,
    rng: np.random.Generator,
    trim: np.ndarray | None = None,
) -> np.ndarray:
    """Live through the yearly steps: bit sets of links. ``trim`` (3, 6): move mean profits toward participation."""
    links = np.empty(template.count, np.uint8)
    middle = 0.5 * (bands.high + bands.low) - bands.shift
    _above(template.first, traits.base, eps, middle, links)
    _scale(template, traits, links)
    looks = 1.0 - (1.0 - p.review_quiet) ** 12
    death = 1.0 - np.exp(-p.link_death_rate)
    luck, shocks = np.empty(eps.size, np.float32), np.empty(eps.size, np.float32)
    keys = key_of(rng, 2 * p.settling_years)
    for year in range(p.settling_years):
        if trim is not None:
            _trim(template, traits, links, p, trim, 0.5)
            _scale(template, traits, links)
        uniforms(keys[2 * year], luck)
        _year(template.first, traits.base, traits.us_share, eps, links, bands, looks, death, luck)
        normals(keys[2 * year + 1], shocks)
        drift(eps, shocks, p, 12.0)
    return links


def _trim(
    template: Template, traits: Traits, links: np.ndarray, p: FirmParameters, mu: np.ndarray, gain: float
) -> None:
    """Move mean profits by a part of the normal quantile that separates actual from wanted participation."""
    normal = NormalDist(sigma=float(np.hypot(p.match_sd, stationary_sd(p))))
    share = np.clip(_participation(template.first, links), 0.002, 0.998)
    step = np.empty((HOMES, 6))
    for h in range(HOMES):
        for k in range(6):
            step[h, k] = normal.inv_cdf(p.participation[h][k]) - normal.inv_cdf(float(share[h, k]))
    mu += gain * step
    _add_by_home(template.first, traits.base, gain * step)


@njit(cache=True, nogil=True)
def _participation(first, links):
    """(3, 6) share of each home's firms that hold each kind of link."""
    share, goods = np.zeros((HOMES, 6)), (first.size - 1) // HOMES
    for h in range(HOMES):
        begin, end = first[h * goods], first[(h + 1) * goods]
        for i in range(begin, end):
            for k in range(6):
                share[h, k] += links[i] >> k & 1
        share[h] /= max(end - begin, 1)
    return share


def _mean_profit(
    template: Template,
    p: FirmParameters,
    tables: CellTables,
    bands: Bands,
) -> np.ndarray:
    """mu (3, 6) at which participation is as wanted and stays so under the monthly rule."""
    rng = np.random.default_rng(REFERENCE_SEED)
    traits = draw_traits(template, p, rng)
    eps = _first_shocks(template, p, rng)
    mu = np.zeros((HOMES, 6))
    links = _settle_years(template, traits, eps, p, bands, rng, trim=mu)
    have = fresh_holdings(links, p, twin=True)
    _scale(template, traits, have.links)
    rule, tail = rule_of(p, Switches()), []
    for half_year in range(REFERENCE_ROUNDS):
        for _ in range(6):
            draws, shocks = draw_month(template.count, p.link_death_rate, rng)
            month(traits, have, eps, draws, tables, rule, NO_TALLY)
            drift(eps, shocks, p)
        have.flags[:] = 0
        _trim(template, traits, have.links, p, mu, 0.25)
        if half_year >= REFERENCE_ROUNDS // 2:
            tail.append(mu.copy())
    return np.mean(tail, axis=0)


@njit(cache=True, nogil=True)
def _add_by_home(first, base, mean_profit):
    """Add mean profits (3, 6) to every firm's own."""
    goods = (first.size - 1) // HOMES
    for c in range(first.size - 1):
        for i in range(first[c], first[c + 1]):
            for k in range(6):
                base[i, k] += np.float32(mean_profit[c // goods, k])


@njit(cache=True, nogil=True)
def _somebody_everywhere(first, flow, base, eps, value, links):
    """Where trade is observed somebody must carry it: the likeliest firm, if the draw left none."""
    for c in range(first.size - 1):
        if first[c] == first[c + 1]:
            continue
        for k in range(6):
            best, most, some = first[c], -np.inf, False
            for i in range(first[c], first[c + 1]):
                some = some or links[i] >> k & 1 > 0
                if base[i, k] + eps[i, k] > most:
                    best, most = i, base[i, k] + eps[i, k]
            if not some and flow[c, k] > 0.0:
                links[best] |= np.uint8(1 << k)
            for i in range(first[c], first[c + 1]):
                if not value[i, k] > 0.0:
                    links[i] &= np.uint8(63 ^ (1 << k))


def _scale(template: Template, traits: Traits, links: np.ndarray) -> None:
    """Scale link values so that live links carry the corridor's trade; set shares of the first market."""
    _carry(template.first, template.flow, template.size, links, traits.value, traits.us_share)


@njit(cache=True, nogil=True)
def _carry(first, flow, size, links, value, us_share):
    carried = np.empty(6)
    factor = np.empty(6, np.float32)
    for c in range(first.size - 1):
        carried[:] = 0.0
        for i in range(first[c], first[c + 1]):
            for k in range(6):
                carried[k] += value[i, k] * (links[i] >> k & 1)
        for k in range(6):
            factor[k] = flow[c, k] / carried[k] if carried[k] > 0.0 else 1.0
        for i in range(first[c], first[c + 1]):
            for k in range(6):
                value[i, k] *= factor[k]
            us_share[i] = min(1.0, value[i, 0] / size[i])
