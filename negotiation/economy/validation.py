"""What makes an economy's arrays usable: every fault in one list, each with its place.

Shapes, for N regions and J sectors: ``trade_flow`` and ``tariff`` (importer, exporter, sector),
``value_added_share`` (region, sector), ``input_share`` (region, supplying sector, using sector),
``trade_elasticity`` (sector,).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from negotiation.errors import InvalidEconomy

SHARE_TOLERANCE = 1e-6
"""How far cost shares may be from one; within it they are rescaled to one exactly."""
ROUNDING = 1e-13
FINAL_DEMAND_TOLERANCE = 1e-6
"""Smallest final share accepted below zero (rounding of published tables)."""
_SHOWN = 5


@dataclass(frozen=True)
class CheckedArrays:
    """The five arrays of an economy after checking, as fresh float64 C arrays."""

    trade_flow: np.ndarray
    tariff: np.ndarray
    value_added_share: np.ndarray
    input_share: np.ndarray
    trade_elasticity: np.ndarray


def checked_arrays(
    trade_flow: ArrayLike,
    tariff: ArrayLike,
    value_added_share: ArrayLike,
    input_share: ArrayLike,
    trade_elasticity: ArrayLike,
    regions: Sequence[str],
    sectors: Sequence[str],
    name: str,
) -> CheckedArrays:
    """Check and copy the arrays of an economy.

    A region-sector with zero output is accepted (its cost shares are then irrelevant and may all be
    zero: the sector simply never sells). Refused are an importer that buys nothing of a sector (its
    price is undefined) and a region without value added (its wage is undefined).

    Raises:
        InvalidEconomy: with every fault found, in terms of region and sector names.
    """
    title = f"economy '{name}' cannot be used; correct what is listed:"
    faults = _name_faults("region", regions) + _name_faults("sector", sectors)
    n, j = len(regions), len(sectors)
    given = {
        "trade_flow": (trade_flow, (n, n, j), (regions, regions, sectors)),
        "tariff": (tariff, (n, n, j), (regions, regions, sectors)),
        "value_added_share": (value_added_share, (n, j), (regions, sectors)),
        "input_share": (input_share, (n, j, j), (regions, sectors, sectors)),
        "trade_elasticity": (trade_elasticity, (j,), (sectors,)),
    }
    arrays: dict[str, np.ndarray] = {}
    for key, (value, shape, _) in given.items():
        try:
            array = np.array(value, dtype=np.float64, order="C")
        except (TypeError, ValueError) as error:
            faults.append(f"{key}: not an array of numbers ({error})")
            continue
        if array.shape != shape:
            faults.append(f"{key}: shape {array.shape}, expected {shape} for {n} regions x {j} sectors")
            continue
        arrays[key] = array
    if faults:
        raise InvalidEconomy(title, faults)

    for key, array in arrays.items():
        faults += _where(key, ~np.isfinite(array), array, given[key][2], "is not a finite number")
    if faults:
        raise InvalidEconomy(title, faults)

    flow, tau = arrays["trade_flow"], arrays["tariff"]
    beta, gamma, theta = (arrays[k] for k in ("value_added_share", "input_share", "trade_elasticity"))
    corridor = given["trade_flow"][2]
    faults += _where("trade_flow", flow < 0, flow, corridor, "is negative")
    faults += _where("tariff", tau <= -1, tau, corridor, "is -100 % or less")
    home = np.eye(n, dtype=bool)[:, :, None] & (tau != 0)
    faults += _where("tariff", home, tau, corridor, "is a tariff on domestic sales (must be 0)")
    faults += _where("value_added_share", beta < 0, beta, (regions, sectors), "is negative")
    faults += _where("input_share", gamma < 0, gamma, (regions, sectors, sectors), "is negative")
    faults += _where("trade_elasticity", theta <= 0, theta, (sectors,), "must be above 0")
    if faults:
        raise InvalidEconomy(title, faults)

    output = flow.sum(axis=0)
    cost = beta + gamma.sum(axis=1)
    idle = (output == 0) & (cost == 0)
    beta[idle] = 1.0
    cost[idle] = 1.0
    faults += _where(
        "value_added_share + input_share", abs(cost - 1) > SHARE_TOLERANCE, cost, (regions, sectors),
        "must sum to 1",
    )  # fmt: skip
    expenditure = (flow * (1 + tau)).sum(axis=1)
    faults += _where(
        "expenditure", expenditure <= 0, expenditure, (regions, sectors),
        "is zero: the region buys nothing of this sector, so its price is undefined "
        "(merge the sector, or give it a small flow)",
    )  # fmt: skip
    value_added = (beta * output).sum(axis=1)
    faults += _where(
        "value_added", value_added <= 0, value_added, (regions,),
        "is zero: the region has no income from production, so its wage is undefined",
    )  # fmt: skip
    if faults:
        raise InvalidEconomy(title, faults)

    cost[abs(cost - 1) < ROUNDING] = 1.0  # so that checking twice changes nothing
    beta /= cost
    gamma /= cost[:, None, :]
    final_demand = expenditure - np.einsum("nkj,nj->nk", gamma, output)
    income = final_demand.sum(axis=1)
    faults += _where("final demand", income <= 0, income, (regions,), "in total is not positive")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = final_demand / income[:, None]
    faults += _where(
        "final demand share", (share < -FINAL_DEMAND_TOLERANCE) & (income[:, None] > 0), share,
        (regions, sectors),
        "is negative: producers use more of this sector than the region buys (flows, input shares)",
    )  # fmt: skip
    if faults:
        raise InvalidEconomy(title, faults)
    return CheckedArrays(flow, tau, beta, gamma, theta)


def _name_faults(kind: str, names: Sequence[str]) -> list[str]:
    faults = []
    if not names:
        faults.append(f"{kind}s: at least one is needed")
    doubles = sorted({n for n in names if list(names).count(n) > 1})
    if doubles:
        faults.append(f"{kind}s: named twice: {', '.join(doubles)}")
    if any(not isinstance(n, str) or not n for n in names):
        faults.append(f"{kind}s: every name must be a non-empty text")
    return faults


def _where(
    key: str, wrong: np.ndarray, values: np.ndarray, labels: Sequence[Sequence[str]], what: str
) -> list[str]:
    """One line per faulty cell, up to a few, then a count: ``tariff[CAN, USA, AUT] = nan is ...``."""
    cells = np.argwhere(wrong)
    lines = []
    for cell in cells[:_SHOWN]:
        place = ", ".join(labels[axis][index] for axis, index in enumerate(cell))
        lines.append(f"{key}[{place}] = {values[tuple(cell)]:.6g} {what}")
    if len(cells) > _SHOWN:
        lines.append(f"{key}: {len(cells) - _SHOWN} more cells of which the same is true")
    return lines
