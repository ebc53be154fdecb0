"""The economy: one consistent picture of who sells what to whom, and how sensitive it is to cost.

Definition. N regions, J sectors. Region n spends ``expenditure[n, j]`` on sector j, a share
``trade_share[n, i, j]`` of it on exporter i. Producing one dollar of output in (i, j) takes
``value_added_share[i, j]`` of local value added and ``input_share[i, k, j]`` of inputs from sector k;
they sum to one. What production does not use is final demand, a share ``final_share[n, j]`` of income.

Shapes and units. Flows, tariffs and trade shares are (importer, exporter, sector); money is USD bn a
year; tariffs are fractions. ``trade_flow`` is valued before tariffs, domestic sales included, so
expenditure is ``trade_flow * (1 + tariff)``. ``deficit`` is imports less exports before tariffs.

The trap. Data files list origin before destination; arrays here have the *importer* first:
``trade_flow[USA, CAN]`` is what the United States buys from Canada. ``input_share`` has the supplying
sector before the using one.

Source: Caliendo and Parro (2015), "Estimates of the Trade and Welfare Effects of NAFTA", Review of
Economic Studies 82(1); changes as in Dekle, Eaton and Kortum (2008).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from negotiation.economy.validation import checked_arrays
from negotiation.errors import UnknownName


@dataclass(frozen=True, eq=False)
class Economy:
    """Base data of the trade model: immutable, checked on construction, cheap to pickle.

    Attributes (all arrays read-only):
        regions, sectors: names in index order.
        trade_flow: (importer, exporter, sector) USD bn before tariffs, domestic sales included.
        tariff: (importer, exporter, sector) ad valorem fractions in the base.
        value_added_share: (region, sector) of gross output.
        input_share: (region, supplying sector, using sector) of gross output.
        trade_elasticity: (sector,) theta > 0.
        name: where it came from.
    Derived:
        expenditure (region, sector), output (region, sector), trade_share (importer, exporter, sector),
        final_share (region, sector), value_added, tariff_revenue, deficit, income (region,).

    Raises:
        InvalidEconomy: with every fault of the arrays.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    trade_flow: np.ndarray
    tariff: np.ndarray
    value_added_share: np.ndarray
    input_share: np.ndarray
    trade_elasticity: np.ndarray
    name: str = "unnamed"
    expenditure: np.ndarray = field(init=False, repr=False)
    output: np.ndarray = field(init=False, repr=False)
    trade_share: np.ndarray = field(init=False, repr=False)
    final_share: np.ndarray = field(init=False, repr=False)
    value_added: np.ndarray = field(init=False, repr=False)
    tariff_revenue: np.ndarray = field(init=False, repr=False)
    deficit: np.ndarray = field(init=False, repr=False)
    income: np.ndarray = field(init=False, repr=False)
    _memo: dict[str, Any] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        regions, sectors = tuple(self.regions), tuple(self.sectors)
        checked = checked_arrays(
            self.trade_flow,
            self.tariff,
            self.value_added_share,
            self.input_share,
            self.trade_elasticity,
            regions,
            sectors,
            self.name,
        )
        flow, tau = checked.trade_flow, checked.tariff
        paid = flow * (1 + tau)
        expenditure = paid.sum(axis=1)
        output = flow.sum(axis=0)
        value_added = (checked.value_added_share * output).sum(axis=1)
        revenue = (flow * tau).sum(axis=(1, 2))
        final_demand = expenditure - np.einsum("nkj,nj->nk", checked.input_share, output)
        income = final_demand.sum(axis=1)
        values: dict[str, Any] = {
            "regions": tuple(str(r) for r in regions),
            "sectors": tuple(str(s) for s in sectors),
            **{f.name: getattr(checked, f.name) for f in fields(checked)},
            "expenditure": expenditure,
            "output": output,
            "trade_share": paid / expenditure[:, None, :],
            "final_share": final_demand / income[:, None],
            "value_added": value_added,
            "tariff_revenue": revenue,
            "deficit": flow.sum(axis=(1, 2)) - output.sum(axis=1),
            "income": income,
        }
        for key, value in values.items():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
            object.__setattr__(self, key, value)

    @classmethod
    def from_arrays(
        cls,
        trade_flow: ArrayLike,
        tariff: ArrayLike,
        value_added_share: ArrayLike,
        input_share: ArrayLike,
        trade_elasticity: ArrayLike,
        regions: Sequence[str],
        sectors: Sequence[str],
        *,
        name: str = "from_arrays",
    ) -> Economy:
        """An economy of any N x J from plain arrays (shapes and units as in the class).

        Final demand follows from market clearing: expenditure less what production uses. A region-sector
        with zero output is fine; zero expenditure of an importer on a sector is refused.

        Raises:
            InvalidEconomy: listing every fault with its region and sector.
        """
        given: dict[str, Any] = {  # made arrays where they are checked
            "trade_flow": trade_flow,
            "tariff": tariff,
            "value_added_share": value_added_share,
            "input_share": input_share,
            "trade_elasticity": trade_elasticity,
        }
        return cls(regions=tuple(regions), sectors=tuple(sectors), name=name, **given)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(importer, exporter, sector): the shape of every tariff, hat and flow array."""
        return self.trade_flow.shape  # type: ignore[return-value]

    def index(self, region: str) -> int:
        """Position of a region on every region axis.

        Raises:
            UnknownName: naming the nearest region there is.
        """
        try:
            return self.regions.index(str(region))
        except ValueError:
            raise UnknownName("region", str(region), self.regions) from None

    def sector_index(self, sector: str) -> int:
        """Position of a sector on every sector axis; raises UnknownName like ``index``."""
        try:
            return self.sectors.index(str(sector))
        except ValueError:
            raise UnknownName("sector", str(sector), self.sectors) from None

    def with_elasticity(self, trade_elasticity: ArrayLike, *, name: str | None = None) -> Economy:
        """The same data with other trade elasticities (sector,), or one for all."""
        one = np.isscalar(trade_elasticity) or getattr(trade_elasticity, "shape", None) == ()
        theta = [trade_elasticity] * len(self.sectors) if one else trade_elasticity
        return self._changed(trade_elasticity=theta, name=name or self.name)

    def with_tariff(self, tariff: ArrayLike, *, name: str | None = None) -> Economy:
        """The same flows before tariffs, with ``tariff`` in force in the base (not a counterfactual).

        Expenditure, final demand and tariff revenue follow from the new base rates.
        """
        return self._changed(tariff=tariff, name=name or self.name)

    @property
    def fingerprint(self) -> str:
        """Short hash of names and data: two economies with the same one give the same results."""
        if "fingerprint" not in self._memo:
            digest = hashlib.sha256(repr((self.regions, self.sectors)).encode())
            for key in ("trade_flow", "tariff", "value_added_share", "input_share", "trade_elasticity"):
                digest.update(getattr(self, key).tobytes())
            self._memo["fingerprint"] = digest.hexdigest()[:16]
        return self._memo["fingerprint"]

    def _changed(self, **changes: Any) -> Economy:
        return type(self)(**{**self._given(), **changes})

    def _given(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.init}

    def __reduce__(self) -> tuple[Any, ...]:
        # Rebuilding checks again and restores read-only arrays; the solver's memo stays behind.
        return (_rebuild, (type(self), self._given()))

    def __repr__(self) -> str:
        return f"Economy('{self.name}', regions={self.regions}, sectors={self.sectors})"


def _rebuild(kind: type[Economy], given: dict[str, Any]) -> Economy:
    return kind(**given)
