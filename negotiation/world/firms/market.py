"""The flow engine: this month's trade at short-run elasticities, with orders that take months to change.

Firms carry the long run (they come and go); the engine beneath them must therefore be the short one, or the
extensive margin would be counted twice: every trade elasticity is multiplied by ``short_run``. A duty's
effect arrives with the order lag: the log effect x moves a fraction 1/order_lag a month toward its target
x* = -elasticity ln(cost hat), and exp(x - x*) multiplies trade shares meanwhile. Welfare is *not* read off
this engine: leverage is worked out by the long-run economy at today's links.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from negotiation.economy import solve
from negotiation.errors import InputError


class FlowMarket:
    """Short-run trade under duties and frictions; remembers orders under way and the last equilibrium."""

    def __init__(self, short_run: Any, order_lag: float, tolerance: float = 1e-7) -> None:
        self.economy, self.order_lag, self.tolerance = short_run, order_lag, tolerance
        self._under_way: np.ndarray | None = None
        self._state: np.ndarray | None = None

    def copy(self) -> FlowMarket:
        """An independent market in the same state."""
        twin = FlowMarket(self.economy, self.order_lag, self.tolerance)
        twin._under_way = None if self._under_way is None else self._under_way.copy()
        twin._state = self._state
        return twin

    def clear(
        self, tariff: np.ndarray | None, trade_cost_hat: np.ndarray | None, relationship_hat: np.ndarray
    ) -> np.ndarray:
        """(importer, exporter, sector) flows of the month, USD bn a year; the base itself if nothing changed."""
        quiet = (
            (tariff is None or not tariff.any())
            and (trade_cost_hat is None or bool((trade_cost_hat == 1.0).all()))
            and self._under_way is None
        )
        if quiet and bool((relationship_hat == 1.0).all()):
            return self.economy.trade_flow
        base = self.economy.tariff
        level = np.empty(base.shape)
        under_way, links = np.empty(base.shape), np.empty(base.shape)
        cheapest = _orders(
            base,
            NOTHING if tariff is None else tariff,
            NOTHING if trade_cost_hat is None else trade_cost_hat,
            NOTHING if self._under_way is None else self._under_way,
            self.economy.trade_elasticity,
            self.order_lag,
            relationship_hat,
            level,
            under_way,
            links,
        )
        if not cheapest > 0.0:
            raise InputError("firm month: a tariff of -100 % or less makes no price; keep tariffs above -1")
        found = solve(
            self.economy,
            tariff=level,
            trade_cost_hat=trade_cost_hat,
            relationship_hat=links,
            tolerance=self.tolerance,
            start=self._state,
        )
        self._state, self._under_way = found.state, under_way
        return found.trade_flow


NOTHING = np.empty((0, 0, 0))


@njit(cache=True)
def _orders(base, tariff, trade_cost_hat, before, elasticity, order_lag, hat, level, under_way, links):
    """Fill tariff levels, orders under way and what they make of links; the lowest cost hat, to be checked."""
    cheapest = np.inf
    for n in range(base.shape[0]):
        for i in range(base.shape[1]):
            for j in range(base.shape[2]):
                level[n, i, j] = base[n, i, j] + (tariff[n, i, j] if tariff.size else 0.0)
                cost = (1.0 + level[n, i, j]) / (1.0 + base[n, i, j])
                if trade_cost_hat.size:
                    cost *= trade_cost_hat[n, i, j]
                cheapest = min(cheapest, cost)
                if not cost > 0.0:
                    return cost
                target = -elasticity[j] * np.log(cost)
                was = before[n, i, j] if before.size else 0.0
                under_way[n, i, j] = was + (target - was) / order_lag
                links[n, i, j] = hat[n, i, j] * np.exp(under_way[n, i, j] - target)
    return cheapest
