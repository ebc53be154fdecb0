"""Who bears a tariff: the model's incidence against the measured one, and the correction between them.

In the trade model a tariff lowers the price the exporter gets before duty, relative to the importer's own goods:
that share of the tariff is borne abroad (its *incidence* iota). Customs data of 2025 put it at 6 to 14 percent for
the United States; the model says more, because it lets wages adjust. ``phi = max(0, iota_model - iota_data)`` times
the duty collected is then moved back from the importer's income to the exporter's. The sum over countries does not
change. Measured incidence leaves out general-equilibrium wages, so the full correction is an upper bound:
``rules.pass_through.weight`` scales it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from negotiation.economy import Economy, solve
from negotiation.terms import SEATS

Array = np.ndarray


def unit_cost_hat(equilibrium: Any) -> Array:
    """(region, sector) unit cost, new / old: wages and input prices at their shares."""
    economy = equilibrium.economy
    log_price = np.log(equilibrium.price_hat)
    inputs = np.einsum("nkj,nk->nj", economy.input_share, log_price)
    return np.exp(economy.value_added_share * np.log(equilibrium.wage_hat)[:, None] + inputs)


def incidence(economy: Economy, importer: int, exporter: int, points: Array) -> float:
    """Share of an additional tariff (sectors,) that the exporter bears: fall of its price before duty relative
    to the importer's own goods, over ln(1 + tariff), both weighted by base trade of the taxed sectors."""
    tariff = economy.tariff.copy()
    tariff[importer, exporter] = tariff[importer, exporter] + points
    log_cost = np.log(unit_cost_hat(solve(economy, tariff=tariff)))
    taxed = points > 0
    weight = economy.trade_flow[importer, exporter] * taxed
    if not weight.sum():
        return 0.0
    fall = log_cost[importer] - log_cost[exporter]
    return float((fall * weight).sum() / (np.log1p(points) * weight).sum())


def corrections(economy: Economy, us_points: Array, partner_points: Array, rules: Any) -> Array:
    """(importer, exporter) phi among (USA, CAN, MEX), already weighted; zero where the model bears no more.

    us_points, partner_points : (2, sectors) first rung of each ladder.
    """
    phi = np.zeros((3, 3))
    if rules.weight == 0:
        return phi
    seat = [economy.index(c) for c in SEATS]
    for k in range(2):
        for n, i, points, measured in (
            (0, k + 1, us_points[k], rules.measured_us),
            (k + 1, 0, partner_points[k], rules.measured_partner),
        ):
            model = incidence(economy, seat[n], seat[i], points)
            phi[n, i] = rules.weight * max(0.0, model - measured)
    return phi
