"""Dated tariffs: what the law says on a day, what is really charged, and how many exporters certify.

A *measure* is a rate in force from one day to another on a corridor. It falls on a share of each sector's
imports (``covered_share``), part of which a certificate of origin exempts (``exempt_share``):

    effective = rate x covered_share x (1 - exempt_share x claim rate)

summed over the measures in force. ``statutory`` is the same without certificates. Rates are fractions;
arrays are (importer, exporter, sector). Claim rates are the share of US imports from a partner that claim USMCA
preference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from negotiation.economy.tables import REGIONS, SECTORS, Report, number_in, read_table, shipped
from negotiation.errors import InputError, InvalidEconomy, UnknownName

_TRADED = ("importer", "exporter", "from", "to", "rate", "coverage", "instrument", "source_or_assumption")


@dataclass(frozen=True, eq=False)
class Measure:
    """One dated tariff on one corridor; shares are (sector,)."""

    name: str
    importer: str
    exporter: str
    start: Date
    end: Date | None
    rate: float
    covered_share: np.ndarray
    exempt_share: np.ndarray
    instrument: str
    source: str

    def in_force(self, day: Date) -> bool:
        """True from the first day to the day before ``end``."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, eq=False)
class Schedule:
    """Dated measures over fixed regions and sectors; add its arrays to an economy's base tariff."""

    name: str
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    measures: tuple[Measure, ...]

    def in_force(self, date: Date | str) -> tuple[Measure, ...]:
        """Measures in force on a day."""
        day = as_date(date)
        return tuple(m for m in self.measures if m.in_force(day))

    def change_dates(self) -> tuple[Date, ...]:
        """Days on which anything changes, in order."""
        days = {m.start for m in self.measures} | {m.end for m in self.measures if m.end}
        return tuple(sorted(days))

    def statutory(self, date: Date | str) -> np.ndarray:
        """Tariffs (importer, exporter, sector) if nobody certified: rate times covered share."""
        return self._sum(date, np.zeros((len(self.regions), len(self.regions), len(self.sectors))))

    def effective(
        self, date: Date | str, claim_rate: ArrayLike | Mapping[str, ArrayLike] | None = None
    ) -> np.ndarray:
        """Tariffs really charged (importer, exporter, sector).

        Args:
            date: the day.
            claim_rate: share of each sector certified: None for the recorded rates of that day; a number;
                (sector,) or (importer, exporter, sector); or {exporter: number or (sector,)}, other
                exporters then claiming nothing.
        """
        shape = (len(self.regions), len(self.regions), len(self.sectors))
        if claim_rate is None:
            claims = _claims(date, self.regions, self.sectors)
        elif isinstance(claim_rate, Mapping):
            claims = np.zeros(shape)
            for exporter, share in claim_rate.items():
                if exporter not in self.regions:
                    raise UnknownName("region", str(exporter), self.regions)
                claims[:, self.regions.index(exporter)] = _shares(share, shape[2:])
        else:
            claims = _shares(claim_rate, shape)
        if not ((claims >= 0) & (claims <= 1)).all():
            raise InputError("claim_rate: every share must lie between 0 and 1")
        return self._sum(date, claims)

    def exempt(self, date: Date | str) -> np.ndarray:
        """Share of the statutory tariff that full certification would lift (0 where there is no tariff)."""
        statutory = self.statutory(date)
        charged = self._sum(date, np.ones_like(statutory))
        return np.divide(statutory - charged, statutory, out=np.zeros_like(statutory), where=statutory > 0)

    def _sum(self, date: Date | str, claims: np.ndarray) -> np.ndarray:
        total = np.zeros((len(self.regions), len(self.regions), len(self.sectors)))
        for m in self.in_force(date):
            n, i = self.regions.index(m.importer), self.regions.index(m.exporter)
            total[n, i] += m.rate * m.covered_share * (1 - m.exempt_share * claims[n, i])
        return total


def schedule_names() -> tuple[str, ...]:
    """Names of the shipped schedules."""
    ending = "_coverage.csv"
    files = (entry.name for entry in shipped("tariffs").iterdir())
    return tuple(sorted(name.removesuffix(ending) for name in files if name.endswith(ending)))


def load_schedule(
    name: str = "statutory_2025_26",
    regions: tuple[str, ...] = REGIONS,
    sectors: tuple[str, ...] = SECTORS,
) -> Schedule:
    """A shipped schedule for an economy's regions and sectors.

    Measures on regions the economy does not have are left out, and so are its other sectors.

    Raises:
        UnknownName: no such schedule; names the nearest.
        InvalidEconomy: every fault of the tables.
    """
    known = schedule_names()
    if name not in known:
        raise UnknownName("tariff schedule", name, known)
    return _load(name, tuple(regions), tuple(sectors))


@lru_cache(maxsize=16)
def _load(name: str, regions: tuple[str, ...], sectors: tuple[str, ...]) -> Schedule:
    report = Report()
    file = shipped("tariffs", f"{name}_coverage.csv")
    shares: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    columns = ("coverage", "sector", "covered_share", "exempt_share", "source_or_assumption")
    for line, row in read_table(file, columns, report):
        covered = number_in(file, line, "covered_share", row["covered_share"], report, low=0.0, high=1.0)
        exempt = number_in(file, line, "exempt_share", row["exempt_share"], report, low=0.0, high=1.0)
        pair = shares.setdefault(row["coverage"], (np.zeros(len(sectors)), np.zeros(len(sectors))))
        if row["sector"] not in SECTORS and row["sector"] not in sectors:
            report.add(f"{file.name}:{line}: unknown sector '{row['sector']}'")
        elif row["sector"] in sectors:
            pair[0][sectors.index(row["sector"])] = covered
            pair[1][sectors.index(row["sector"])] = exempt
    file = shipped("tariffs", f"{name}.csv")
    measures = []
    for line, row in read_table(file, ("measure", *_TRADED), report):
        try:
            start = Date.fromisoformat(row["from"])
            end = Date.fromisoformat(row["to"]) if row["to"] else None
        except ValueError as error:
            report.add(f"{file.name}:{line}: {error}")
            continue
        rate = number_in(file, line, "rate", row["rate"], report, low=0.0)
        if end is not None and end <= start:
            report.add(f"{file.name}:{line}: ends {end}, before it begins {start}")
        if row["coverage"] not in shares:
            report.add(f"{file.name}:{line}: coverage '{row['coverage']}' is not in {name}_coverage.csv")
        elif row["importer"] in regions and row["exporter"] in regions:
            covered_share, exempt_share = shares[row["coverage"]]
            measures.append(
                Measure(
                    row["measure"],
                    row["importer"],
                    row["exporter"],
                    start,
                    end,
                    rate,
                    covered_share,
                    exempt_share,
                    row["instrument"],
                    row["source_or_assumption"],
                )
            )
    if report.faults:
        raise InvalidEconomy(
            f"tariff schedule '{name}' cannot be read; correct what is listed:", report.faults
        )
    for covered_share, exempt_share in shares.values():
        covered_share.setflags(write=False)
        exempt_share.setflags(write=False)
    return Schedule(name, regions, sectors, tuple(measures))


def claim_rate(
    date: Date | str,
    regions: tuple[str, ...] = REGIONS,
    sectors: tuple[str, ...] = SECTORS,
    *,
    as_reported: bool = False,
) -> np.ndarray:
    """Share of US imports from each partner that claim USMCA preference: (importer, exporter, sector).

    Zero except where the importer is USA and the exporter CAN or MEX. Sector rates are known for four
    dates; between them they follow the monthly path of the partner's total where that moved enough, else a
    straight line in time. Before the first and after the last date the nearest holds.

    From the exemption of March 2025 to June the reported rates hide use (in June every sector but energy
    stood where it had in 2024, in July all jumped): unless ``as_reported``, other sectors are then taken at
    their July level. Months, sector and what is enough stand in ``configs/tariffs/claim_reading.csv``.
    """
    return _claims(date, regions, sectors, as_reported).copy()


def _claims(
    date: Date | str, regions: tuple[str, ...], sectors: tuple[str, ...], as_reported: bool = False
) -> np.ndarray:
    return _claims_of_month(as_date(date).replace(day=1), regions, sectors, as_reported)


@lru_cache(maxsize=256)
def _claims_of_month(
    month: Date, regions: tuple[str, ...], sectors: tuple[str, ...], as_reported: bool
) -> np.ndarray:
    claims = np.zeros((len(regions), len(regions), len(sectors)))
    anchors, paths = _claim_tables()
    how = _claim_reading()
    hidden = not as_reported and how.hidden_from <= month < how.hidden_until
    for partner, sector in anchors:
        if partner not in regions or "USA" not in regions or sector not in sectors:
            continue
        moment = how.hidden_until if hidden and sector != how.never_hidden else month
        rate = _between(moment, anchors[partner, sector], paths[partner], how.path_needs)
        claims[regions.index("USA"), regions.index(partner), sectors.index(sector)] = rate
    claims.setflags(write=False)
    return claims


_Path = tuple[tuple[Date, float], ...]


def _between(month: Date, anchors: _Path, path: _Path, path_needs: float) -> float:
    """A sector's rate: between anchors as far along as the partner's total is."""
    if month <= anchors[0][0]:
        return anchors[0][1]
    for (left, low), (right, high) in pairwise(anchors):
        if month <= right:
            start, now, end = (_linear(t, path) for t in (left, month, right))
            if abs(end - start) >= path_needs:
                progress = min(1.0, max(0.0, (now - start) / (end - start)))
            else:
                progress = _months(left, month) / _months(left, right)
            return low + progress * (high - low)
    return anchors[-1][1]


def _linear(month: Date, path: _Path) -> float:
    return float(
        np.interp(_months(path[0][0], month), [_months(path[0][0], m) for m, _ in path], [r for _, r in path])
    )


def _months(earlier: Date, later: Date) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month


class _ClaimReading(NamedTuple):
    """How recorded claim rates are read, see the file."""

    hidden_from: Date
    hidden_until: Date
    never_hidden: str
    path_needs: float


@lru_cache(maxsize=1)
def _claim_reading() -> _ClaimReading:
    report = Report()
    file = shipped("tariffs", "claim_reading.csv")
    rows = {
        row["name"]: (line, row["value"])
        for line, row in read_table(file, ("name", "value", "source_or_assumption"), report)
    }
    absent = [name for name in _ClaimReading._fields if name not in rows]
    if absent:
        report.add(f"{file.name}: row(s) {', '.join(absent)} missing")
    line, needs = rows.get("path_needs", (0, "nan"))
    least = number_in(file, line, "value", needs, report, low=0.0)
    if report.faults:
        raise InvalidEconomy("claim rates cannot be read; correct what is listed:", report.faults)
    first, last = as_date(rows["hidden_from"][1]), as_date(rows["hidden_until"][1])
    return _ClaimReading(first, last, rows["never_hidden"][1], least)


@lru_cache(maxsize=1)
def _claim_tables() -> tuple[dict[tuple[str, str], _Path], dict[str, _Path]]:
    report = Report()
    sectors: dict[tuple[str, str], list[tuple[Date, float]]] = {}
    totals: dict[str, list[tuple[Date, float]]] = {}
    file = shipped("tariffs", "claim_rates.csv")
    for line, row in read_table(file, ("partner", "sector", "month", "rate", "source_or_assumption"), report):
        rate = number_in(file, line, "rate", row["rate"], report, low=0.0, high=1.0)
        sectors.setdefault((row["partner"], row["sector"]), []).append((as_date(row["month"]), rate))
    file = shipped("tariffs", "claim_path.csv")
    for line, row in read_table(file, ("partner", "month", "rate", "source_or_assumption"), report):
        rate = number_in(file, line, "rate", row["rate"], report, low=0.0, high=1.0)
        totals.setdefault(row["partner"], []).append((as_date(row["month"]), rate))
    if report.faults:
        raise InvalidEconomy("claim rates cannot be read; correct what is listed:", report.faults)
    return {k: tuple(sorted(v)) for k, v in sectors.items()}, {k: tuple(sorted(v)) for k, v in totals.items()}


def as_date(date: Date | str) -> Date:
    """A day from a date or from text as 2025-10-14 or 2025-10 (its first day).

    Raises:
        InputError: text of another form.
    """
    if isinstance(date, datetime):
        return date.date()
    if isinstance(date, Date):
        return date
    try:
        return Date.fromisoformat(date if len(date) > 7 else f"{date}-01")
    except (TypeError, ValueError):
        raise InputError(f"'{date}' is not a day; write it as 2025-10-14 or 2025-10") from None


def _shares(given: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    """Claim rates spread over a shape."""
    try:
        return np.broadcast_to(np.asarray(given, dtype=float), shape)
    except (TypeError, ValueError):
        raise InputError(
            f"claim_rate: {given!r:.60} does not fit {shape}; give a number, or one a sector"
        ) from None
