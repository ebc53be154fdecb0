"""Economies from files: shipped ones by name, anyone's by the path of a folder with the same tables.

A folder holds

- ``regions.csv`` (code) and ``sectors.csv`` (code): names in index order;
- ``flows.csv`` (origin, destination, sector, value_musd): sales before tariffs, domestic included;
- ``io_coefficients.csv`` (region, using_sector, supplying_sector, share_of_gross_output), supplying sector
  ``VA`` being the value-added share;
- optionally ``elasticities.csv`` (sector, value): its own, chosen by ``elasticities='own'``;
- optionally ``final_shares.csv`` and ``deficits.csv``, then checked against what the rest implies.

Money in the files is million USD.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from negotiation.economy.elasticities import load_elasticities, read_elasticities
from negotiation.economy.model import Economy
from negotiation.economy.tables import Report, fill_cube, read_table, shipped
from negotiation.economy.tariffs import base_tariff
from negotiation.errors import InvalidEconomy, UnknownName

MILLION_PER_BILLION = 1000.0
CONSISTENCY = 1e-6
"""How far optional check tables may be from what the flows and input shares imply (relative)."""


def economy_names() -> tuple[str, ...]:
    """Names of the shipped economies."""
    return tuple(
        sorted(entry.name for entry in shipped("economies").iterdir() if (entry / "flows.csv").is_file())
    )


def load_economy(
    name_or_path: str | Path,
    *,
    elasticities: str | ArrayLike = "median",
    tariffs: str | ArrayLike = "zero",
    elasticity_multiple: float = 1.0,
) -> Economy:
    """An economy of a shipped name ('economy_2023', 'economy_2022_icio') or of a folder of CSV tables.

    Args:
        name_or_path: shipped name, or a folder (see the module).
        elasticities: name of a set (``elasticities.elasticity_sets()``), 'own' for the folder's own file, or
            numbers (sector,).
        tariffs: 'zero'; 'pre_2025' (applied rates, zero inside North America); another set of
            ``tariffs.tariff_sets()``; or numbers (importer, exporter, sector). A ladder or a dated
            schedule adds to this base, never both.
        elasticity_multiple: multiplies the elasticities (0.4: about a year after a shock).

    Raises:
        UnknownName: no such economy, elasticity set or tariff set; names the nearest.
        InvalidEconomy: every fault of every file, with line numbers, or of the numbers given.
    """
    folder = _folder(name_or_path)
    regions, sectors, flow, beta, gamma = _tables(folder)
    if isinstance(elasticities, str):
        if elasticities == "own":
            theta = read_elasticities(folder / "elasticities.csv", sectors)
        else:
            theta = load_elasticities(elasticities, sectors)
    else:
        theta = _times(elasticities, 1.0, "elasticities")
    tau = base_tariff(tariffs, regions, sectors) if isinstance(tariffs, str) else tariffs
    theta = _times(theta, elasticity_multiple, "elasticity_multiple")
    return Economy.from_arrays(flow, tau, beta, gamma, theta, regions, sectors, name=folder.name)


def _times(theta: ArrayLike, multiple: float, name: str) -> np.ndarray:
    """Elasticities times a number; ``name`` is what is at fault if they are none."""
    try:
        return np.asarray(theta, dtype=float) * float(multiple)
    except (TypeError, ValueError) as error:
        raise InvalidEconomy(f"load_economy: {name} cannot be read ({error}); give numbers") from None


def _folder(name_or_path: str | Path) -> Path | Traversable:
    name = str(name_or_path)
    known = economy_names()
    if name in known:
        return shipped("economies", name)
    path = Path(name_or_path)
    if path.is_dir():
        return path
    if isinstance(name_or_path, Path) or "/" in name or "\\" in name:
        raise InvalidEconomy(
            f"no economy at {name}: a folder with regions.csv, sectors.csv, flows.csv and "
            f"io_coefficients.csv is expected; shipped ones are chosen by name: {', '.join(known)}"
        )
    raise UnknownName("economy", name, known)


_Tables = tuple[tuple[str, ...], tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]


def _tables(folder: Path | Traversable) -> _Tables:
    """Tables of a folder; shipped ones are read once per process (arrays are copied by Economy)."""
    if isinstance(folder, Path) and folder.parent != shipped("economies"):
        return _read(folder)
    return _read_shipped(folder.name)


@lru_cache(maxsize=8)
def _read_shipped(name: str) -> _Tables:
    return _read(shipped("economies", name))


def _read(folder: Path | Traversable) -> _Tables:
    report = Report()
    regions = _codes(folder / "regions.csv", report)
    sectors = _codes(folder / "sectors.csv", report)
    if not report.faults:
        by_origin = fill_cube(
            folder / "flows.csv", ("origin", "destination", "sector"), (regions, regions, sectors),
            "value_musd", report, low=0.0,
        )  # fmt: skip
        flow = np.ascontiguousarray(by_origin.transpose(1, 0, 2)) / MILLION_PER_BILLION
        shares = fill_cube(
            folder / "io_coefficients.csv", ("region", "supplying_sector", "using_sector"),
            (regions, (*sectors, "VA"), sectors), "share_of_gross_output", report, low=0.0,
        )  # fmt: skip
        gamma, beta = np.ascontiguousarray(shares[:, :-1]), np.ascontiguousarray(shares[:, -1])
    if not report.faults:
        _check_optional(folder, regions, sectors, flow, gamma, report)
    if report.faults:
        raise InvalidEconomy(
            f"economy '{folder.name}' cannot be read; correct what is listed:", report.faults
        )
    return regions, sectors, flow, beta, gamma


def _codes(file: Path | Traversable, report: Report) -> tuple[str, ...]:
    codes = tuple(row["code"] for _, row in read_table(file, ["code"], report))
    if len(set(codes)) < len(codes):
        report.add(f"{file.name}: a code is given twice")
    if not codes and not report.faults:
        report.add(f"{file.name}: no rows")
    return codes


def _check_optional(
    folder: Path | Traversable,
    regions: tuple[str, ...],
    sectors: tuple[str, ...],
    flow: np.ndarray,
    gamma: np.ndarray,
    report: Report,
) -> None:
    """Hold final_shares.csv and deficits.csv, where present, against what the flows imply."""
    output = flow.sum(axis=0)
    final = flow.sum(axis=1) - np.einsum("nkj,nj->nk", gamma, output)
    implied = final / final.sum(axis=1, keepdims=True)
    if (folder / "final_shares.csv").is_file():
        given = fill_cube(
            folder / "final_shares.csv", ("region", "sector"), (regions, sectors), "final_share", report
        )
        for n, j in np.argwhere(abs(given - implied) > CONSISTENCY):
            report.add(
                f"final_shares.csv: {regions[n]} {sectors[j]} is {given[n, j]:.8f} but flows and input shares "
                f"imply {implied[n, j]:.8f} (correct one of them, or delete this optional file)"
            )
    if (folder / "deficits.csv").is_file():
        stated = fill_cube(folder / "deficits.csv", ("region",), (regions,), "deficit_musd", report)
        deficit = flow.sum(axis=(1, 2)) - output.sum(axis=1)
        for (n,) in np.argwhere(
            abs(stated / MILLION_PER_BILLION - deficit) > CONSISTENCY * output.sum(axis=1)
        ):
            report.add(
                f"deficits.csv: {regions[n]} is {stated[n]:.3f} but the flows imply {deficit[n] * 1000:.3f} "
                "million USD (correct one of them, or delete this optional file)"
            )
