"""Economies from files: the shipped ones agree with themselves, faulty ones are told every fault."""

from __future__ import annotations

import csv
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from negotiation.economy import (
    Economy,
    InvalidEconomy,
    economy_names,
    elasticity_sets,
    load_economy,
    load_elasticities,
    solve,
)
from negotiation.errors import UnknownName

CONFIGS = resources.files("configs")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a shipped economy to break."""
    target = tmp_path / "mine"
    shutil.copytree(str(CONFIGS / "economies" / "economy_2023"), target)
    return target


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def column(name: str, file: str, value: str) -> np.ndarray:
    with (CONFIGS / "economies" / name / file).open() as lines:
        return np.array([float(row[value]) for row in csv.DictReader(lines)])


@pytest.mark.parametrize("name", economy_names())
def test_shipped_tables_agree_with_what_follows_from_the_flows(name: str) -> None:
    economy = load_economy(name)
    assert economy.regions == ("USA", "CAN", "MEX", "CHN", "EU", "ROW")
    np.testing.assert_allclose(
        economy.final_share.ravel(), column(name, "final_shares.csv", "final_share"), atol=1e-9
    )
    for key, value in (
        ("deficit_musd", economy.deficit),
        ("value_added_musd", economy.value_added),
        ("final_demand_musd", economy.income),
        ("gross_output_musd", economy.output.sum(axis=1)),
    ):
        np.testing.assert_allclose(1000 * value, column(name, "deficits.csv", key), rtol=1e-8, atol=1)
    np.testing.assert_allclose(
        1000 * economy.output.ravel(), column(name, "gross_output.csv", "gross_output_musd"), rtol=1e-8
    )
    np.testing.assert_allclose(economy.deficit.sum(), 0, atol=1e-6)
    np.testing.assert_allclose(solve(economy).real_income_hat, 1, rtol=0, atol=1e-12)


def test_imports_and_exports_are_not_swapped(base) -> None:
    us, can, mex = (base.index(r) for r in ("USA", "CAN", "MEX"))
    assert base.trade_flow[us, can, :-1].sum() == pytest.approx(417.03, abs=0.01)
    assert base.trade_flow[can, us, :-1].sum() == pytest.approx(301.88, abs=0.01)
    assert base.trade_flow[us, mex, base.sector_index("AUT")] == pytest.approx(125.9, abs=0.1)
    assert base.trade_flow[can, mex, :-1].sum() > base.trade_flow[mex, can, :-1].sum()


def test_a_folder_is_loaded_like_a_shipped_name(folder: Path, base) -> None:
    mine = load_economy(folder)
    assert mine.name == "mine"
    assert mine.fingerprint == base.fingerprint
    (folder / "final_shares.csv").unlink()
    (folder / "deficits.csv").unlink()
    assert load_economy(str(folder)).fingerprint == base.fingerprint


def test_a_folder_may_bring_its_own_elasticities(folder: Path) -> None:
    (folder / "elasticities.csv").write_text(
        "sector,value\n" + "".join(f"{s},{4 + k}\n" for k, s in enumerate(load_economy(folder).sectors))
    )
    assert load_economy(folder, elasticities="own").trade_elasticity.tolist() == [4.0 + k for k in range(12)]
    assert load_economy(folder, elasticities=np.full(12, 3.0), elasticity_multiple=2).trade_elasticity[0] == 6


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'economy_2023'"):
        load_economy("economy2023")
    with pytest.raises(UnknownName, match="Did you mean 'fontagne'"):
        load_economy("economy_2023", elasticities="fontagn")
    with pytest.raises(UnknownName, match="Did you mean 'pre_2025'"):
        load_economy("economy_2023", tariffs="pre2025")
    with pytest.raises(InvalidEconomy, match=r"no economy at .*nowhere: a folder with regions.csv"):
        load_economy(Path("nowhere"))


def test_all_faults_of_a_folder_come_in_one_report(folder: Path) -> None:
    edit(folder / "flows.csv", "CAN,USA,AUT,", "CAN,USA,CARS,")
    edit(folder / "flows.csv", "MEX,USA,AGF,", "MEX,USA,AGF,-")
    edit(folder / "flows.csv", "MEX,USA,MET,", "MEX,USA,MET,nan")
    edit(folder / "io_coefficients.csv", "USA,AGF,AGF,0.3", "USA,AGF,AGF,a lot 0.3")
    edit(folder / "io_coefficients.csv", "USA,AGF,ENE", "USA,AGF,AGF")
    with pytest.raises(InvalidEconomy) as caught:
        load_economy(folder)
    report = "\n".join(caught.value.faults)
    for part in (
        "unknown sector 'CARS'",
        "value_musd = -",
        "is below 0",
        "is not a number",
        "origin CAN, destination USA, sector AUT",
        "is given twice",
        "io_coefficients.csv: 1 row(s) missing",
    ):
        assert part in report
    assert "flows.csv:" in report


def test_missing_files_and_columns_are_named(folder: Path) -> None:
    (folder / "flows.csv").unlink()
    edit(folder / "io_coefficients.csv", "share_of_gross_output", "share")
    with pytest.raises(InvalidEconomy) as caught:
        load_economy(folder)
    assert "flows.csv: missing" in caught.value.faults[0]
    assert "io_coefficients.csv: column(s) share_of_gross_output missing" in caught.value.faults[1]


def test_check_tables_that_contradict_the_flows_are_faults(folder: Path) -> None:
    edit(folder / "final_shares.csv", "USA,AGF,0.0403", "USA,AGF,0.0413")
    edit(folder / "deficits.csv", "USA,873931", "USA,773931")
    with pytest.raises(InvalidEconomy) as caught:
        load_economy(folder)
    assert len(caught.value.faults) == 2
    assert "final_shares.csv: USA AGF is 0.0413" in caught.value.faults[0]
    assert "deficits.csv: USA" in caught.value.faults[1]


def test_elasticity_sets_hold_what_their_sources_say() -> None:
    sectors = load_economy("economy_2023").sectors
    assert set(elasticity_sets()) >= {"median", "caliendo_parro_capped", "fontagne", "mix", "short_run"}
    cars, energy, services = (sectors.index(s) for s in ("AUT", "ENE", "SRV"))
    capped = load_elasticities("caliendo_parro_capped", sectors)
    assert capped[cars] == 1.84
    assert capped[energy] == 13.53
    assert load_elasticities("fontagne", sectors)[cars] == 8.92
    median = load_elasticities("median", sectors)
    assert median[cars] == 4.47
    assert median[services] == 5
    np.testing.assert_allclose(load_elasticities("short_run", sectors), 0.4 * median)
    np.testing.assert_allclose(load_elasticities("median", sectors, 1.5), 1.5 * median)
    assert load_elasticities("mix", sectors).tolist() == [4.5, 10, 8, 4.5, 5, 4, 8, 3.5, 4.5, 6, 6, 5]
    for name in elasticity_sets():
        assert (load_elasticities(name, sectors) > 0).all()
    with pytest.raises(InvalidEconomy, match=r"no value for sector\(s\) LEGO"):
        load_elasticities("median", ("AGF", "LEGO"))


def test_every_number_of_the_economy_configs_names_a_source_or_an_assumption() -> None:
    tables = ["elasticities.csv", "elasticity_sets.csv"]
    tables += [f"tariffs/{f.name}" for f in (CONFIGS / "tariffs").iterdir() if f.name.endswith(".csv")]
    assert len(tables) > 9
    for name in tables:
        lines = [line for line in (CONFIGS / name).read_text().splitlines() if not line.startswith("#")]
        rows = list(csv.DictReader(lines))
        assert rows, name
        for row in rows:
            said = row.get("source_or_assumption", row.get("source", ""))
            assert said.startswith(("source: ", "assumption: ")), f"{name}: {row}"


def test_a_fingerprint_tells_economies_apart_that_differ_in_anything_results_depend_on():
    base = load_economy("economy_2023")
    flow, tariff = np.array(base.trade_flow), np.array(base.tariff)
    flow[0, 1, 0] *= 1.01
    tariff[0, 3, 0] += 0.01
    given = (base.value_added_share, base.input_share)
    others = [
        Economy.from_arrays(flow, base.tariff, *given, base.trade_elasticity, base.regions, base.sectors),
        base.with_tariff(tariff),
        base.with_elasticity(base.trade_elasticity * 1.01),
        Economy.from_arrays(
            base.trade_flow, base.tariff, *given, base.trade_elasticity, base.regions, base.sectors[::-1]
        ),
    ]
    assert len({base.fingerprint, *(e.fingerprint for e in others)}) == 5
    assert load_economy("economy_2023").fingerprint == base.fingerprint
