"""What this model gives for the shock behind a published figure: one number per economy and set of elasticities.

A shock is plain data (``configs/published.yaml``); ``SHOCKS`` says what each kind means. Values are percent unless the
figure says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from negotiation.economy import Economy, load_economy, solve, solve_many
from negotiation.economy.tariffs import load_schedule, mfn_tariff
from negotiation.errors import InputError
from negotiation.terms import SEATS
from negotiation.world.parts import without_inputs

Array = np.ndarray
Shock = Mapping[str, Any]
TOP = 3.0
"""Highest uniform tariff looked at when somebody's best one is searched (300 percent)."""


@lru_cache(maxsize=64)
def economy_for(data: str, elasticities: str, tariffs: str, linked: bool = True) -> Economy:
    """A shipped economy (cached), with or without inputs that cross borders."""
    economy = load_economy(data, elasticities=elasticities, tariffs=tariffs)
    return economy if linked else without_inputs(economy)


def value_of(shock: Shock, country: str, data: str, elasticities: str) -> float:
    """The model's number for a country."""
    kind = SHOCKS.get(shock["kind"])
    if kind is None:
        raise InputError(f"published.yaml: no shock of kind {shock['kind']!r}; known: {', '.join(SHOCKS)}")
    return kind(shock, country, data, elasticities)


def goods_of(economy: Economy) -> list[int]:
    """Columns of goods."""
    return [j for j, s in enumerate(economy.sectors) if s != "SRV"]


def _real_income(economy: Economy, tariff: Array, country: str) -> float:
    return 100 * (float(solve(economy, tariff=tariff).real_income_hat[economy.index(country)]) - 1)


def _tariffs(shock: Shock, country: str, data: str, elasticities: str) -> float:
    """Additional tariffs: a list of importers, exporters, sectors and rates."""
    economy = economy_for(data, elasticities, shock.get("base", "pre_2025"))
    return _real_income(economy, with_tariffs(economy, shock["on"]), country)


def with_tariffs(economy: Economy, rows: Sequence[Mapping[str, Any]]) -> Array:
    """(importer, exporter, sector) the economy's tariffs plus these rows (``exporters: all``: every other region)."""
    tariff = np.array(economy.tariff, copy=True)
    for row in rows:
        n = economy.index(row["importer"])
        names = economy.regions if row["exporters"] == "all" else row["exporters"]
        columns = (
            [economy.sectors.index(s) for s in row["sectors"]] if "sectors" in row else goods_of(economy)
        )
        for name in names:
            if economy.index(name) != n:
                tariff[n, economy.index(name), columns] += row["rate"]
    return tariff


def _law(shock: Shock, country: str, data: str, elasticities: str) -> float:
    """The dated law of a day at recorded claims; without the tariffs on third countries unless ``others``."""
    economy = economy_for(data, elasticities, "pre_2025")
    tariff = np.array(economy.tariff, copy=True)
    for name in shock["schedules"]:
        tariff += load_schedule(name, economy.regions, economy.sectors).effective(shock["day"])
    return _real_income(economy, tariff, country)


def _pact_gone(shock: Shock, country: str, data: str, elasticities: str) -> float:
    """Most-favoured-nation tariffs among the three, and what ``on`` adds."""
    economy = economy_for(data, elasticities, "pre_2025")
    tariff = with_tariffs(economy, shock.get("on", ()))
    mfn = mfn_tariff(tuple(economy.regions), tuple(economy.sectors))
    seats = [economy.index(c) for c in SEATS]
    for n in seats:
        for i in seats:
            if n != i:
                tariff[n, i] = tariff[n, i] + mfn[n, i]
    return _real_income(economy, tariff, country)


def _best_tariff(shock: Shock, country: str, data: str, elasticities: str) -> float:
    """The uniform tariff on these exporters' goods that is best for the importer if nobody answers, percent."""
    economy = economy_for(data, elasticities, shock.get("base", "pre_2025"))
    n, goods = economy.index(shock["importer"]), goods_of(economy)
    exporters = [economy.index(e) for e in shock["exporters"]]

    def tariff(rate: float) -> Array:
        level = np.array(economy.tariff, copy=True)
        for i in exporters:
            level[n, i, goods] = economy.tariff[n, i, goods] + rate
        return level

    return 100 * _best(economy, n, tariff)


def _nash(shock: Shock, country: str, data: str, elasticities: str) -> float:
    """A tariff war of all regions, each with one tariff on all goods: a country's Nash tariff, or what it loses."""
    rates, income = nash(data, elasticities, bool(shock.get("linked", True)))
    economy = economy_for(data, elasticities, "pre_2025")
    place = economy.index(country)
    return 100 * float(rates[place]) if shock["measure"] == "tariff" else float(income[place])


@lru_cache(maxsize=64)
def nash(data: str, elasticities: str, linked: bool) -> tuple[Array, Array]:
    """(region,) Nash tariffs (fractions) and real income, percent: best responses in turn until nobody moves."""
    economy = economy_for(data, elasticities, "pre_2025", linked)
    goods, regions = goods_of(economy), len(economy.regions)
    rates = np.full(regions, 0.3)

    def war(rates: Array) -> Array:
        level = np.array(economy.tariff, copy=True)
        for n in range(regions):
            for i in range(regions):
                if n != i:
                    level[n, i, goods] = rates[n]
        return level

    for _ in range(40):
        before = rates.copy()
        for n in range(regions):

            def tariff(rate: float, n: int = n) -> Array:
                now = rates.copy()
                now[n] = rate
                return war(now)

            rates[n] = _best(economy, n, tariff)
        if np.abs(rates - before).max() < 1e-3:
            break
    income = 100 * (solve(economy, tariff=war(rates)).real_income_hat - 1)
    return rates, income


def _best(economy: Economy, region: int, tariff: Callable[[float], Array]) -> float:
    """The rate from 0 to ``TOP`` with the highest real income of a region, to a tenth of a point."""
    low, high = 0.0, TOP
    best = 0.0
    for steps in (31, 21, 21, 11):
        grid = np.linspace(low, high, steps)
        batch = solve_many(economy, tariffs=np.stack([tariff(float(r)) for r in grid]), tolerance=1e-9)
        income = np.where(batch.converged, batch.real_income_hat[:, region], -np.inf)
        best = float(grid[int(income.argmax())])
        width = (high - low) / (steps - 1)
        low, high = max(0.0, best - width), min(TOP, best + width)
        if high - low < 1e-3:
            break
    return best


SHOCKS: dict[str, Callable[[Shock, str, str, str], float]] = {
    "tariffs": _tariffs,
    "law": _law,
    "pact_gone": _pact_gone,
    "best_tariff": _best_tariff,
    "nash": _nash,
}
"""Kinds of shock a figure may name."""
