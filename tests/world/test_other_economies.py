"""A game is played on any economy with the three countries in it: one good or several, others or none, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from negotiation.world import ReviewModel

SIZE = {"USA": 20.0, "CAN": 2.0, "MEX": 1.8, "ROW": 60.0}
"""Trillion USD of output, roughly."""


def an_economy(folder: Path, regions: Sequence[str], sectors: Sequence[str]) -> None:
    """Tables of an economy whose trade follows size; half of output is value added, half inputs."""
    folder.mkdir()
    size = np.array([SIZE[r] for r in regions])
    trade = 0.05 * np.outer(size, size) / size.sum() + np.diag(size)  # origin, destination
    share = 1.0 / len(sectors)
    tables = {
        "regions.csv": ["code", *regions],
        "sectors.csv": ["code", *sectors],
        "flows.csv": ["origin,destination,sector,value_musd"],
        "io_coefficients.csv": ["region,using_sector,supplying_sector,share_of_gross_output"],
    }
    for i, origin in enumerate(regions):
        for n, destination in enumerate(regions):
            tables["flows.csv"] += [
                f"{origin},{destination},{s},{1e6 * share * trade[i, n]}" for s in sectors
            ]
        for using in sectors:
            inputs = [(supplying, 0.5 * share) for supplying in sectors]
            tables["io_coefficients.csv"] += [f"{origin},{using},{s},{x}" for s, x in [*inputs, ("VA", 0.5)]]
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("regions", "sectors"),
    [
        (("USA", "CAN", "MEX"), ("AUT",)),
        (("USA", "CAN", "MEX"), ("SRV", "AUT")),
        (("ROW", "MEX", "CAN", "USA"), ("AUT", "SRV", "AGF")),
    ],
    ids=["three and one good", "three, services first", "backwards"],
)
def test_a_whole_game_on_another_economy(tmp_path: Path, regions, sectors) -> None:
    an_economy(tmp_path / "mine", regions, sectors)
    shipped = files("configs").joinpath("scenarios", "autumn-2025.yaml").read_text(encoding="utf-8")
    own = tmp_path / "own.yaml"
    own.write_text(shipped.replace("data: economy_2023", "data: ./mine"), encoding="utf-8")
    model = ReviewModel(own, 3, firms=200)
    model.run_model()
    last = model.results[-1]
    assert model.ending["outcome"] in ("EXT", "COND", "SPLIT", "ANN", "WD")
    for partner in ("CAN", "MEX"):
        told = last["leverage"][partner]
        assert 0 < told["index"] < 100
        assert sum(told["why"].values()) == pytest.approx(told["change"], abs=1e-5)
    assert sum(last["odds"].values()) == pytest.approx(1, abs=1e-5)
    assert set(last["output"]["CAN"]) == set(sectors)
    assert all(np.isfinite(x) for country in last["income"].values() for x in country.values())
