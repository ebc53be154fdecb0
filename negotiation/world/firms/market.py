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
        level = base if tariff is None else base + tariff
        cost = (1.0 + level) / (1.0 + base)
        if trade_cost_hat is not None:
            cost = cost * trade_cost_hat
        if not (cost > 0.0).all():
            raise InputError("firm month: a tariff of -100 % or less makes no price; keep tariffs above -1")
        target = -self.economy.trade_elasticity * np.log(cost)
        before = np.zeros_like(target) if self._under_way is None else self._under_way
        under_way = before + (target - before) / self.order_lag
        late = np.exp(under_way - target)
        found = solve(
            self.economy,
            tariff=level,
            trade_cost_hat=trade_cost_hat,
            relationship_hat=relationship_hat * late,
            tolerance=self.tolerance,
            start=self._state,
        )
        self._state, self._under_way = found.state, under_way
        return found.trade_flow
