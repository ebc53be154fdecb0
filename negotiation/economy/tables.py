"""Reading the CSV tables of an economy, a tariff set or a schedule: every fault with file and line.

The standard ``csv`` module is used instead of a data-frame library so that starting up stays quick.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np

from negotiation.terms import Sector

CONFIGS = "configs"
REGIONS = ("USA", "CAN", "MEX", "CHN", "EU", "ROW")
"""Regions of the shipped economies, in index order."""
SECTORS = tuple(str(s) for s in Sector)
"""Sectors of the shipped economies, in index order."""


def shipped(*parts: str) -> Traversable:
    """A file or folder of the data package."""
    return resources.files(CONFIGS).joinpath(*parts)


@dataclass
class Report:
    """Faults collected while reading, so that the user sees all of them at once."""

    faults: list[str] = field(default_factory=list)

    def add(self, fault: str) -> None:
        self.faults.append(fault)


def read_table(
    file: Path | Traversable, columns: Sequence[str], report: Report
) -> list[tuple[int, dict[str, str]]]:
    """Rows of a CSV file as (line number, {column: text}); missing file or columns are reported.

    Lines that begin with ``#`` are comments.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "missing" if isinstance(error, FileNotFoundError) else str(error)
        report.add(f"{file.name}: {reason} (expected columns {', '.join(columns)})")
        return []
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line and line[0] != "#"]
    reader = csv.reader(line for _, line in lines)
    header = next(reader, [])
    absent = [c for c in columns if c not in header]
    if absent:
        report.add(
            f"{file.name}: column(s) {', '.join(absent)} missing; found {', '.join(header) or 'nothing'}"
        )
        return []
    rows = []
    for row, (number, _) in zip(reader, lines[1:], strict=False):
        if len(row) != len(header):
            report.add(f"{file.name}:{number}: {len(row)} cells, expected {len(header)}")
            continue
        rows.append((number, dict(zip(header, row, strict=True))))
    return rows


def number_in(
    file: Path | Traversable,
    line: int,
    column: str,
    text: str,
    report: Report,
    *,
    low: float | None = None,
    high: float | None = None,
) -> float:
    """The finite number in one cell, or NaN with a fault reported."""
    try:
        value = float(text)
    except ValueError:
        report.add(f"{file.name}:{line}: {column} = '{text}' is not a number")
        return float("nan")
    if not np.isfinite(value):
        report.add(f"{file.name}:{line}: {column} = '{text}' is not a finite number")
        return float("nan")
    if low is not None and value < low:
        report.add(f"{file.name}:{line}: {column} = {text} is below {low:g}")
        return float("nan")
    if high is not None and value > high:
        report.add(f"{file.name}:{line}: {column} = {text} is above {high:g}")
        return float("nan")
    return value


def fill_cube(
    file: Path | Traversable,
    keys: Sequence[str],
    labels: Sequence[Sequence[str]],
    value: str,
    report: Report,
    *,
    low: float | None = None,
    complete: bool = True,
    default: float = 0.0,
) -> np.ndarray:
    """A table of one number per combination of keys as an array with one axis per key.

    Reports unknown labels, cells given twice and, if ``complete``, cells not given; where a cell is missing
    or faulty the array holds ``default``.
    """
    shape = tuple(len(names) for names in labels)
    cube = np.full(shape, default)
    seen = np.zeros(shape, dtype=bool)
    positions = [{name: k for k, name in enumerate(names)} for names in labels]
    rows = read_table(file, [*keys, value], report)
    unknown: dict[tuple[str, str], list[int]] = {}
    for line, row in rows:
        cell = []
        for key, position in zip(keys, positions, strict=True):
            if row[key] not in position:
                unknown.setdefault((key, row[key]), []).append(line)
            else:
                cell.append(position[row[key]])
        found = number_in(file, line, value, row[value], report, low=low)
        if len(cell) < len(keys):
            continue
        where = tuple(cell)
        if seen[where]:
            report.add(f"{file.name}:{line}: {_place(keys, [row[k] for k in keys])} is given twice")
        seen[where] = True
        if np.isfinite(found):
            cube[where] = found
    for (key, name), lines in unknown.items():
        known = ", ".join(labels[list(keys).index(key)])
        report.add(f"{file.name}:{lines[0]}: unknown {key} '{name}' ({len(lines)} rows); known: {known}")
    missing = np.argwhere(~seen)
    if complete and rows and len(missing):
        first = [labels[axis][k] for axis, k in enumerate(missing[0])]
        report.add(f"{file.name}: {len(missing)} row(s) missing, the first is {_place(keys, first)}")
    return cube


def partial_cube(
    file: Path | Traversable, keys: Sequence[str], labels: Sequence[Sequence[str]], value: str, report: Report
) -> tuple[np.ndarray, np.ndarray]:
    """As ``fill_cube`` for a table that need not be complete and may name more than ``labels``.

    Returns the array (zero where nothing is given) and a mask of what is given.
    """
    shape = tuple(len(names) for names in labels)
    cube, given = np.zeros(shape), np.zeros(shape, dtype=bool)
    for line, row in read_table(file, [*keys, value], report):
        found = number_in(file, line, value, row[value], report)
        if all(row[key] in names for key, names in zip(keys, labels, strict=True)):
            cell = tuple(list(names).index(row[key]) for key, names in zip(keys, labels, strict=True))
            cube[cell], given[cell] = found, True
    return cube, given


def _place(keys: Iterable[str], names: Iterable[str]) -> str:
    return ", ".join(f"{key} {name}" for key, name in zip(keys, names, strict=True))
