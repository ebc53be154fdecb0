"""What a solved trade model says, one shock at a time or many.

Hats are new / old. Money is USD bn a year with world value added held at its base value. Real income is
the exact measure (an equivalent variation), including tariff revenue; real wage leaves revenue and
imbalances out. The two can differ in sign: always report both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from negotiation.economy.model import Economy


class Derived:
    """What follows from solved arrays; ``...`` is nothing for one shock and the row axis for many."""

    real_income_hat: np.ndarray
    wage_hat: np.ndarray
    output: np.ndarray
    state: np.ndarray
    economy: Economy

    @property
    def real_income_change(self) -> np.ndarray:
        """(..., region) equivalent variation, USD bn a year: what the change is worth at base prices."""
        return (self.real_income_hat - 1.0) * self.economy.income

    @property
    def price_hat(self) -> np.ndarray:
        """(..., region, sector) price of each sector's bundle, new / old."""
        shape = self.economy.output.shape
        return np.exp(self.state[..., : self.economy.output.size].reshape(*self.state.shape[:-1], *shape))

    @property
    def expenditure(self) -> np.ndarray:
        """(..., region, sector) spending of producers and households, USD bn at purchaser prices."""
        base, size = self.economy.expenditure, self.economy.output.size
        return self.state[..., size : 2 * size].reshape(*self.state.shape[:-1], *base.shape) * base

    @property
    def value_added_by_sector(self) -> np.ndarray:
        """(..., region, sector) USD bn: with wages uniform in a region, also the payroll of each sector."""
        return self.economy.value_added_share * self.output

    @property
    def employment_hat(self) -> np.ndarray:
        """(..., region, sector) labour in each sector, new / old (1 where there was none)."""
        base = self.economy.value_added_share * self.economy.output
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(base > 0, self.value_added_by_sector / base / self.wage_hat[..., None], 1.0)


@dataclass(frozen=True, eq=False)
class Equilibrium(Derived):
    """The equilibrium after one shock (arrays read-only).

    Attributes:
        real_income_hat, real_wage_hat, price_index_hat, wage_hat: (region,).
        income, tariff_revenue, value_added: (region,) USD bn.
        output: (region, sector) USD bn at producer prices.
        trade_flow: (importer, exporter, sector) USD bn before tariffs.
        trade_share: (importer, exporter, sector), sums to 1 over exporters.
        tariff_revenue_by_exporter: (importer, exporter) USD bn.
        iterations: evaluations of the equilibrium map; residual: largest relative market error.
        state: the unknowns, for ``start=`` of the next solve.
        economy: the base it is compared with.
    """

    real_income_hat: np.ndarray
    real_wage_hat: np.ndarray
    price_index_hat: np.ndarray
    wage_hat: np.ndarray
    trade_share: np.ndarray
    trade_flow: np.ndarray
    output: np.ndarray
    income: np.ndarray
    tariff_revenue: np.ndarray
    value_added: np.ndarray
    tariff_revenue_by_exporter: np.ndarray
    iterations: int
    residual: float
    state: np.ndarray = field(repr=False)
    economy: Economy = field(repr=False)

    @classmethod
    def _from_buffers(cls, economy: Economy, result: Any) -> Equilibrium:
        result.close()
        hats = result.regional[0]
        iterations, residual = result.evidence[0]
        return cls(
            hats[0], hats[1], hats[2], hats[3], result.shares[0], result.flows[0], result.outputs[0], hats[4],
            hats[5], hats[6], result.revenue[0], int(iterations), float(residual), result.states[0], economy,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class EquilibriumBatch(Derived):
    """Equilibria of many shocks: the arrays of ``Equilibrium`` with a leading row axis.

    ``converged`` (row,) is False where a row failed; its numbers are then NaN. ``trade_flow`` and
    ``trade_share`` are None unless asked for. ``batch[i]`` is row i as a batch of one, ``batch[mask]`` a
    selection.
    """

    real_income_hat: np.ndarray
    real_wage_hat: np.ndarray
    price_index_hat: np.ndarray
    wage_hat: np.ndarray
    output: np.ndarray
    income: np.ndarray
    tariff_revenue: np.ndarray
    value_added: np.ndarray
    tariff_revenue_by_exporter: np.ndarray
    converged: np.ndarray
    iterations: np.ndarray
    residual: np.ndarray
    state: np.ndarray = field(repr=False)
    economy: Economy = field(repr=False)
    trade_flow: np.ndarray | None = field(default=None, repr=False)
    trade_share: np.ndarray | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.converged)

    def __iter__(self) -> Iterator[EquilibriumBatch]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, rows: Any) -> EquilibriumBatch:
        chosen: Any = [rows] if isinstance(rows, int | np.integer) else rows
        parts: dict[str, Any] = {
            name: value[chosen] if isinstance(value, np.ndarray) else value
            for name, value in vars(self).items()
        }
        return type(self)(**parts)

    @classmethod
    def _from_buffers(cls, economy: Economy, result: Any) -> EquilibriumBatch:
        converged, iterations = result.status == 0, result.evidence[:, 0].astype(np.int64)
        for array in (converged, iterations):
            array.setflags(write=False)
        result.close()
        hats = [result.regional[:, k] for k in range(7)]
        return cls(
            hats[0], hats[1], hats[2], hats[3], result.outputs, hats[4], hats[5], hats[6], result.revenue,
            converged, iterations, result.evidence[:, 1], result.states, economy,
            result.flows if len(result.flows) else None, result.shares if len(result.shares) else None,
        )  # fmt: skip
