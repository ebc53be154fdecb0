"""What a round did to three economies and their firms, in the units people read: percent, USD bn, thousand jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from negotiation.terms import PARTNERS, SEATS, FirmStrategy

STRATEGIES = (FirmStrategy.HOLD, FirmStrategy.COORDINATE, FirmStrategy.CONCEDE, FirmStrategy.DEFECT)
"""Order of the firm layer's strategy axis."""


def economy_readout(
    now: Any, free: Any, real_income: np.ndarray, seats: list[int], employment: Any
) -> dict[str, Any]:
    """Real income, real wage, prices, jobs and sector output of the three, against the tariff-free pact.

    now, free : equilibria at the same links.
    real_income : (3,) change of real income as the rules count it (incidence corrected), USD bn a year.
    employment : million people by country.
    """
    income, output = {}, {}
    economy = now.economy
    labour_now, labour_free = now.output / now.wage_hat[:, None], free.output / free.wage_hat[:, None]
    payroll = economy.value_added_share * economy.output
    for seat, r in zip(SEATS, seats, strict=True):
        displaced = np.maximum(0.0, 1 - _ratio(labour_now[r], labour_free[r])) * payroll[r]
        share = displaced.sum() / payroll[r].sum()
        income[str(seat)] = {
            "real_income_percent": _pct(real_income[SEATS.index(seat)] / economy.income[r]),
            "real_income_usd": round(float(real_income[SEATS.index(seat)]), 4),
            "real_wage_percent": _pct(now.real_wage_hat[r] / free.real_wage_hat[r] - 1),
            "prices_percent": _pct(
                now.price_index_hat[r] / free.price_index_hat[r] / _wage_unit(now, free) - 1
            ),
            "payroll_displaced_usd": round(float(displaced.sum()), 3),
            "jobs_at_risk_thousand": round(float(share * getattr(employment, seat) * 1000), 1),
        }
        output[str(seat)] = {
            s: _pct(_ratio(labour_now[r], labour_free[r])[j] - 1) for j, s in enumerate(economy.sectors)
        }
    return {"income": income, "output": output}


def dependence(now: Any, seats: list[int]) -> dict[str, float]:
    """Directed ties: goods exports of one to the other as a share of its GDP, percent. ``CAN-USA``: CAN on the US."""
    goods = [j for j, s in enumerate(now.economy.sectors) if s != "SRV"]
    gdp = now.economy.value_added
    out = {}
    for a, i in zip(SEATS, seats, strict=True):
        for b, n in zip(SEATS, seats, strict=True):
            if a != b:
                out[f"{a}-{b}"] = _pct(now.trade_flow[n, i, goods].sum() / gdp[i])
        others = [n for n in range(len(now.economy.regions)) if n not in seats]
        out[f"{a}-overseas"] = _pct(now.trade_flow[others][:, i][:, goods].sum() / gdp[i])
    return out


def hub_index(ties: dict[str, float]) -> float:
    """How far North American trade hangs on the US hub: 1 all partner trade runs with the US, 0 none does."""
    hub = ties["CAN-USA"] + ties["MEX-USA"]
    rim = ties["CAN-MEX"] + ties["MEX-CAN"]
    return round(hub / (hub + rim), 6) if hub + rim else 0.0


def average_tariffs(
    tariff: np.ndarray, flow: np.ndarray, seats: list[int], sectors: tuple[str, ...]
) -> dict[str, float]:
    """Import-weighted additional tariff on goods, percent: ``USA-CAN`` is the US tariff on Canadian goods."""
    goods = [j for j, s in enumerate(sectors) if s != "SRV"]
    out = {}
    for a, n in zip(SEATS, seats, strict=True):
        for b, i in zip(SEATS, seats, strict=True):
            if a != b:
                weight = flow[n, i, goods]
                out[f"{a}-{b}"] = (
                    _pct((tariff[n, i, goods] * weight).sum() / weight.sum()) if weight.sum() else 0.0
                )
    return out


def firms_readout(
    report: Any, opened: np.ndarray, closed: np.ndarray, strategies: np.ndarray
) -> dict[str, Any]:
    """What firms did in a round: counts over its months, shares and beliefs at its end."""
    return {
        "strategies": {
            str(home): {str(s): int(strategies[h, :, k].sum()) for k, s in enumerate(STRATEGIES)}
            for h, home in enumerate(SEATS)
        },
        "strategies_by_sector": {
            str(home): {str(s): strategies[h, :, k].astype(int).tolist() for k, s in enumerate(STRATEGIES)}
            for h, home in enumerate(SEATS)
        },
        "opened": {str(h): opened[i].astype(int).tolist() for i, h in enumerate(SEATS)},
        "closed": {str(h): closed[i].astype(int).tolist() for i, h in enumerate(SEATS)},
        "links_relative": {
            str(h): [round(float(x), 6) for x in report.links_relative[i]] for i, h in enumerate(SEATS)
        },
        "us_export_share": {str(k): _pct(report.us_export_share[i]) for i, k in enumerate(PARTNERS)},
        "certified": {str(k): _pct(report.certified_total[i]) for i, k in enumerate(PARTNERS)},
        "belief": {str(h): round(float(report.belief[i]), 6) for i, h in enumerate(SEATS)},
        "sunk_outlay_usd": {str(h): round(float(report.sunk_outlay[i]), 4) for i, h in enumerate(SEATS)},
    }


def shipments_readout(months: Sequence[Any], seats: list[int], goods: list[int]) -> dict[str, Any]:
    """What crossed the borders between the three: USD bn a month by sector, mean of a round's months.

    ``exports`` : "CAN-USA" (exporter-market) -> one number a goods sector; ``ahead`` : the part of it bought ahead of a
    duty (negative: stocks used instead), only pairs in which anything was; ``keeping_cost`` : of those stocks, by
    the country that keeps them, USD bn over the round.
    """
    flow = np.mean([m.trade_flow for m in months], axis=0) / 12
    early = np.mean([m.bought_ahead for m in months], axis=0) / 12
    exports, ahead = {}, {}
    for a, i in zip(SEATS, seats, strict=True):
        for b, n in zip(SEATS, seats, strict=True):
            if a != b:
                exports[f"{a}-{b}"] = [round(float(x), 5) for x in flow[n, i, goods]]
                if early[n, i].any():
                    ahead[f"{a}-{b}"] = [round(float(x), 5) for x in early[n, i, goods]]
    cost = np.sum([m.keeping_cost for m in months], axis=0)
    return {
        "exports": exports,
        "ahead": ahead,
        "keeping_cost": {str(h): round(float(cost[i]), 5) for i, h in enumerate(SEATS)},
    }


def _pct(fraction: float) -> float:
    return round(float(fraction) * 100, 6)


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.divide(a, b, out=np.ones_like(a), where=b > 0)


def _wage_unit(now: Any, free: Any) -> float:
    """Prices need a yardstick: the money wage outside North America (value-added weighted) is held constant."""
    names = [str(s) for s in SEATS]
    rest = [i for i, r in enumerate(now.economy.regions) if r not in names]
    if not rest:
        return 1.0
    weight = now.economy.value_added[rest] / now.economy.value_added[rest].sum()
    return float((now.wage_hat[rest] * weight).sum() / (free.wage_hat[rest] * weight).sum())
