"""Tariffs as data: what an economy starts from, what returns if the pact ends, and how to average them.

All rates are ad valorem fractions in arrays (importer, exporter, sector); tables with their sources are in
``configs/tariffs``. Dated measures and claim rates are in ``schedule`` and offered here too.

    base      the level an ``Economy`` is built with (``zero`` or ``pre_2025``)
    mfn       added on top when trade with a partner falls back to most-favoured-nation terms
    schedule  dated measures, added on top of the base
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from negotiation.economy.model import Economy
from negotiation.economy.schedule import Measure, Schedule, claim_rate, load_schedule, schedule_names
from negotiation.economy.tables import (
    REGIONS,
    SECTORS,
    Report,
    number_in,
    partial_cube,
    read_table,
    shipped,
)
from negotiation.errors import InvalidEconomy, UnknownName

__all__ = [
    "Measure",
    "MeasuredAverage",
    "Schedule",
    "average_tariff",
    "base_tariff",
    "claim_rate",
    "held_against_measured",
    "load_schedule",
    "mfn_tariff",
    "schedule_names",
    "tariff_sets",
]

SERVICES = "SRV"


def tariff_sets() -> dict[str, str]:
    """{name: title} of the base tariff sets."""
    return {name: (builder.__doc__ or "").split("\n")[0] for name, builder in _BUILDERS.items()}


def base_tariff(
    name: str, regions: tuple[str, ...] = REGIONS, sectors: tuple[str, ...] = SECTORS
) -> np.ndarray:
    """Tariff levels (importer, exporter, sector) of a named set.

    Raises:
        UnknownName: no such set; names the nearest.
        InvalidEconomy: the set has no rates for some of the regions or sectors.
    """
    if name not in _BUILDERS:
        raise UnknownName("tariff set", name, _BUILDERS)
    return _BUILDERS[name](regions, sectors)


def mfn_tariff(regions: tuple[str, ...] = REGIONS, sectors: tuple[str, ...] = SECTORS) -> np.ndarray:
    """Most-favoured-nation rates between the United States and each partner, zero elsewhere.

    What would be *added* to a base without tariffs inside North America if the pact ended. Canada and
    Mexico keep each other's free trade (CPTPP), so their corridor stays zero.
    """
    return _table("mfn.csv", regions, sectors)[0]


def average_tariff(tariff: np.ndarray, economy: Economy, importer: str, exporter: str) -> float:
    """Average of ``tariff`` on goods, weighted by the economy's base imports (no services); 0 if there are none."""
    n, i = economy.index(importer), economy.index(exporter)
    goods = np.array([s != SERVICES for s in economy.sectors])
    weights = economy.trade_flow[n, i] * goods
    return float((tariff[n, i] * weights).sum() / weights.sum()) if weights.any() else 0.0


@dataclass(frozen=True)
class MeasuredAverage:
    """An average tariff on goods that somebody measured, and what the schedule gives for that month."""

    importer: str
    exporter: str
    month: str
    measured: float
    modelled: float
    source: str


def held_against_measured(economy: Economy, schedule: Schedule | None = None) -> tuple[MeasuredAverage, ...]:
    """The schedule's average tariffs, on the economy's base imports, beside published ones.

    Taken in the middle of each month at the recorded claim rates. Base-year weights overstate what is paid
    once trade gives way, so a gap of a point is not a fault.
    """
    dated = schedule or load_schedule(regions=economy.regions, sectors=economy.sectors)
    report = Report()
    file = shipped("tariffs", "measured_averages.csv")
    rows = []
    for line, row in read_table(file, ("importer", "exporter", "month", "rate", "source"), report):
        tariff = dated.effective(f"{row['month']}-15")
        modelled = average_tariff(tariff, economy, row["importer"], row["exporter"])
        measured = number_in(file, line, "rate", row["rate"], report)
        rows.append(
            MeasuredAverage(row["importer"], row["exporter"], row["month"], measured, modelled, row["source"])
        )
    if report.faults:
        raise InvalidEconomy("measured averages cannot be read; correct what is listed:", report.faults)
    return tuple(rows)


def _zero(regions: tuple[str, ...], sectors: tuple[str, ...]) -> np.ndarray:
    """No tariffs anywhere."""
    return np.zeros((len(regions), len(regions), len(sectors)))


def _pre_2025(regions: tuple[str, ...], sectors: tuple[str, ...]) -> np.ndarray:
    """Applied rates before 2025 outside North America, zero inside."""
    rates, given = _table("applied.csv", regions, sectors)
    inside = np.array([r in ("USA", "CAN", "MEX") for r in regions])
    needed = ~(inside[:, None] & inside[None, :]) & ~np.eye(len(regions), dtype=bool)
    missing = np.argwhere(needed[:, :, None] & ~given)
    if len(missing):
        cells = [f"{regions[n]} on {regions[i]} in {sectors[j]}" for n, i, j in missing[:5]]
        raise InvalidEconomy(
            f"tariff set 'pre_2025' has no rate for {len(missing)} cells of this economy; "
            "give the numbers yourself:",
            cells,
        )
    return rates


def _pre_2025_customs(regions: tuple[str, ...], sectors: tuple[str, ...]) -> np.ndarray:
    """As pre_2025, but the United States' rates are the duties it collected in 2024."""
    rates = _pre_2025(regions, sectors)
    collected, given = _table("applied_us_customs_2024.csv", regions, sectors)
    return np.where(given, collected, rates)


_BUILDERS: dict[str, Callable[[tuple[str, ...], tuple[str, ...]], np.ndarray]] = {
    "zero": _zero,
    "pre_2025": _pre_2025,
    "pre_2025_customs": _pre_2025_customs,
}


def _table(name: str, regions: tuple[str, ...], sectors: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    report = Report()
    cube = partial_cube(
        shipped("tariffs", name),
        ("importer", "exporter", "sector"),
        (regions, regions, sectors),
        "rate",
        report,
    )
    if report.faults:
        raise InvalidEconomy("tariff table cannot be read; correct what is listed:", report.faults)
    return cube
