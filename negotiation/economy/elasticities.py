"""Trade elasticities by name: how much a corridor's sales fall when its cost rises by one per cent.

Sets and their sources are in ``configs/elasticities.csv`` (one row per set and sector) and
``configs/elasticity_sets.csv`` (what each set is; a set may be a multiple of another). Sector-level estimates
of the literature disagree by a factor of five for cars: compare sets before believing a result.
"""

from __future__ import annotations

from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np

from negotiation.economy.tables import Report, fill_cube, number_in, read_table, shipped
from negotiation.errors import InvalidEconomy, UnknownName


@cache
def elasticity_sets() -> dict[str, str]:
    """{name: title} of the sets there are."""
    return {name: row["title"] for name, row in _sets().items()}


@cache
def _sets() -> dict[str, dict[str, str]]:
    report = Report()
    rows = read_table(
        shipped("elasticity_sets.csv"),
        ["set", "base_set", "multiple", "title", "source_or_assumption"],
        report,
    )
    _stop(report)
    return {row["set"]: row for _, row in rows}


@cache
def _values() -> dict[str, dict[str, float]]:
    report = Report()
    file = shipped("elasticities.csv")
    found: dict[str, dict[str, float]] = {}
    for line, row in read_table(file, ["set", "sector", "value", "source_or_assumption"], report):
        value = number_in(file, line, "value", row["value"], report, low=0.0)
        found.setdefault(row["set"], {})[row["sector"]] = value
    _stop(report)
    return found


def load_elasticities(name: str, sectors: tuple[str, ...], multiple: float = 1.0) -> np.ndarray:
    """Trade elasticities (sector,) of a named set, times ``multiple``.

    Raises:
        UnknownName: no such set; names the nearest.
        InvalidEconomy: the set has no value for one of the sectors.
    """
    known = _sets()
    if name not in known:
        raise UnknownName("elasticity set", name, known)
    row = known[name]
    base = row["base_set"] or name
    factor = multiple * float(row["multiple"])
    values = _values()[base]
    missing = [s for s in sectors if s not in values]
    if missing:
        raise InvalidEconomy(
            f"elasticity set '{name}' has no value for sector(s) {', '.join(missing)}: give the numbers "
            "yourself, or put an elasticities.csv in the economy's folder and choose elasticities='own'"
        )
    return np.array([values[s] for s in sectors]) * factor


def read_elasticities(file: Path | Traversable, sectors: tuple[str, ...]) -> np.ndarray:
    """Trade elasticities (sector,) from a file with columns sector, value.

    Raises:
        InvalidEconomy: with every fault of the file.
    """
    report = Report()
    theta = fill_cube(file, ("sector",), (sectors,), "value", report, low=0.0)
    _stop(report)
    return theta


def _stop(report: Report) -> None:
    if report.faults:
        raise InvalidEconomy("elasticities cannot be read; correct what is listed:", report.faults)
