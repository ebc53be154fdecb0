"""Which input drives which output: known answers come out, failed blocks are left out, nonsense is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import negotiation
from negotiation.errors import InputError, NegotiationError, UnknownName
from negotiation.lab.sensitivity import Sensitivity
from negotiation.lab.sensitivity_report import ranked, sentences, write_report

NAMES = ["slip", "memory", "review_years"]
SCRIPTS = {"USA": "always-defect", "CAN": "tit-for-tat", "MEX": "always-coordinate"}


def study(method: str, samples: int, **more: Any) -> Sensitivity:
    return Sensitivity("autumn-2025", method, samples=samples, **{"vary": NAMES, "replications": 1, **more})


def rows_of(plan: Sensitivity, output: Any) -> pd.DataFrame:
    """Rows as if the game had answered with ``output(quantiles of a point, replication)``."""
    return pd.DataFrame(
        [
            {
                **t.labels,
                "error": None,
                "leverage_CAN": output(plan.points[t.labels["point"]], t.labels["replication"]),
            }
            for t in plan.tasks
        ]
    )


def test_morris_finds_the_slopes_of_a_straight_line() -> None:
    plan = study("morris", 6)
    found = {d.input: d.measures for d in plan.drivers(rows_of(plan, lambda x, r: 3 * x[0] - 2 * x[1]))}
    assert found["slip"]["effect"] == pytest.approx(3)
    assert found["memory"]["mean"] == pytest.approx(-2)
    assert found["review_years"]["effect"] == pytest.approx(0, abs=1e-12)
    assert found["slip"]["spread"] == pytest.approx(0, abs=1e-12)


def test_sobol_shares_variance_as_a_known_function_does() -> None:
    plan = study("sobol", 512)
    found = {d.input: d.measures for d in plan.drivers(rows_of(plan, lambda x, r: 2 * x[0] + x[1]))}
    assert found["slip"]["total"] == pytest.approx(0.8, abs=0.05)
    assert found["memory"]["first"] == pytest.approx(0.2, abs=0.05)
    assert found["review_years"]["total"] == pytest.approx(0, abs=1e-9)


def test_chance_gets_its_own_share() -> None:
    plan = study("sobol", 128, replications=2)
    frame = rows_of(plan, lambda x, r: x[0] + (0.5 if r else -0.5))
    found = {d.input: d.measures for d in plan.drivers(frame)}
    assert found["chance"]["total"] == pytest.approx(0.5 / (0.5 + 1 / 12), abs=0.02)
    assert found["slip"]["total"] == pytest.approx(1, abs=0.05)


def test_a_block_with_a_failed_run_is_left_out_and_an_output_that_never_moves_is_not_told() -> None:
    plan = study("morris", 4)
    frame = rows_of(plan, lambda x, r: x[0])
    frame.loc[1, ["error", "leverage_CAN"]] = ["EquilibriumNotFound: no", np.nan]
    assert {d.input: d.measures["effect"] for d in plan.drivers(frame)}["slip"] == pytest.approx(1)
    frame["error"] = "X"
    with pytest.raises(NegotiationError, match="too few to analyse"):
        plan.drivers(frame)
    assert plan.drivers(rows_of(plan, lambda x, r: 1.0)) == []


def test_points_use_whole_numbers_and_the_few_values_of_costly_inputs() -> None:
    plan = study("morris", 4, vary=["us_opening_rung", "elasticity_multiple"])
    values = [t.values for t in plan.tasks]
    assert {v["us_opening_rung"] for v in values} <= {0.0, 1.0, 2.0, 3.0, 4.0}
    assert len({v["elasticity_multiple"] for v in values}) <= 4
    assert len({t.seed for t in plan.tasks}) == 1


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"method": "sobl"}, UnknownName, "Did you mean 'sobol'"),
        ({"vary": ["slip", "memry"]}, UnknownName, "Did you mean 'memory'"),
        ({"vary": "everything"}, UnknownName, "all, levers, uncertainties"),
        ({"vary": ["slip"]}, InputError, "at least two"),
        ({"samples": 1}, InputError, "2 or more"),
        ({"method": "sobol", "samples": 12}, InputError, "power of two"),
        ({"replications": 0}, InputError, "at least one game"),
        ({"ranges": {"slip": (0.3, 0.2)}}, InputError, "not below"),
    ],
)
def test_what_could_not_run_is_refused_at_once(how: dict[str, Any], error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        Sensitivity("autumn-2025", **how)


def test_a_whole_analysis_goes_on_after_a_stop_and_leaves_table_and_picture(tmp_path: Path) -> None:
    plan = study("morris", 2, strategies=SCRIPTS, firms=300, vary=["threat_record", "us_opening_rung"])
    calls: list[int] = []
    plan.run(tmp_path / "runs.parquet", workers=1, stopped=lambda: len(calls) > 2 or calls.append(1))
    frame = plan.run(tmp_path / "runs.parquet", workers=1)
    assert len(frame) == len(plan.tasks) == 6
    drivers = plan.drivers(frame)
    files = write_report(plan, drivers, tmp_path)
    assert {"morris.csv", "morris.svg", "morris.png"} == set(files)
    with (tmp_path / "morris.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {r["input"] for r in rows} == {"threat_record", "us_opening_rung"}
    first = ranked(drivers, "leverage_CAN", "morris")[0]
    assert any(s.startswith("US leverage over Canada: ") for s in sentences(plan, drivers))
    assert first.measures["effect"] > 0
    assert json.dumps([d.measures for d in drivers])


def test_salib_drives_run_itself() -> None:
    """The example of the README: a flat function of the levers is all SALib needs."""
    from SALib.analyze import morris as analyze
    from SALib.sample import morris as sample

    problem = {"num_vars": 2, "names": ["slip", "threat_record"], "bounds": [[0, 0.4], [1, 6]]}
    points = sample.sample(problem, 2, seed=1)
    answers = [
        negotiation.run(
            "autumn-2025", 1, SCRIPTS, **dict(zip(problem["names"], map(float, point), strict=True))
        )
        for point in points
    ]
    found = analyze.analyze(problem, points, np.array([a["odds_WD"] for a in answers]))
    assert np.isfinite(np.asarray(found["mu_star"])).all()
    assert max(found["mu_star"]) > 0
