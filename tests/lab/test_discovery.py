"""Scenario discovery finds a box that is there, and the EMA Workbench drives the game by itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import negotiation
from negotiation.errors import InputError, UnknownName
from negotiation.lab.discovery import cases, discover, in_words
from negotiation.lab.ensemble import Ensemble

pytest.importorskip("ema_workbench")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Six hundred futures in which withdrawal happens where a > 0.7 and b < 0.4, and sometimes elsewhere."""
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.random((600, 3)), columns=["a", "b", "c"])
    inside = (rows.a > 0.7) & (rows.b < 0.4)
    rows["outcome"] = np.where(inside & (rng.random(600) < 0.95) | (rng.random(600) < 0.02), "WD", "ANN")
    rows["leverage_CAN"] = 50 + 10 * rows.a
    rows["error"] = None
    rows.loc[599, "error"] = "EquilibriumNotFound: no"
    return rows


def test_a_box_that_is_there_is_found_and_its_limits_are_real(frame: pd.DataFrame) -> None:
    (box,) = discover(frame, "outcome=WD", ["a", "b", "c"])
    limits = {limit.input: limit for limit in box.limits}
    assert limits["a"].low == pytest.approx(0.7, abs=0.06)
    assert limits["b"].high == pytest.approx(0.4, abs=0.06)
    assert limits["a"].p < 0.01
    assert box.density > 0.6 > box.base
    assert box.coverage > 0.75
    assert "a above 0." in in_words(box)


def test_a_case_is_read_as_it_is_written(frame: pd.DataFrame) -> None:
    assert cases(frame, "leverage_CAN >= 55").sum() == (frame.a >= 0.5).sum()
    assert cases(frame, "outcome=WD").sum() == (frame.outcome == "WD").sum()
    for case, error, words in (
        ("outcome is WD", InputError, "write it like"),
        ("outcome=BREXIT", InputError, "EXT, COND, SPLIT, ANN, WD"),
        ("leverage_CN<3", UnknownName, "Did you mean 'leverage_CAN'"),
        ("leverage_CAN<x", InputError, "not a number"),
    ):
        with pytest.raises(error, match=words):
            cases(frame, case)


def test_where_nothing_can_be_told_apart_it_is_said(frame: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="none of the 599 futures"):
        discover(frame, "leverage_CAN<0", ["a"])
    with pytest.raises(InputError, match="no input varies"):
        discover(frame.assign(a=1.0), "outcome=WD", ["a"])
    with pytest.raises(UnknownName, match="input"):
        discover(frame, "outcome=WD", ["z"])


def test_the_command_reads_an_ensemble_and_no_other_file(tmp_path: Path) -> None:
    from ui.cli import app_for

    scripts = {"USA": "always-defect", "CAN": "tit-for-tat", "MEX": "always-coordinate"}
    plan = Ensemble(
        "autumn-2025", 12, levers={"us_opening_rung": (0, 3)}, draw=False, firms=300, strategies=scripts
    )
    frame = plan.run(tmp_path / "rows.parquet", workers=1)
    level = float(frame["leverage_CAN"].median())
    arguments = ["discover", str(tmp_path / "rows.parquet"), "--case", f"leverage_CAN>{level}", "--json"]
    done = CliRunner().invoke(app_for(arguments), arguments)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert 0 < told["share"] < 1
    assert all(limit["input"] == "us_opening_rung" for box in told["boxes"] for limit in box["limits"])
    for name in ("missing.parquet", "text.parquet"):
        (tmp_path / "text.parquet").write_text("no")
        bad = ["discover", str(tmp_path / name), "--case", "outcome=WD"]
        assert isinstance(CliRunner().invoke(app_for(bad), bad).exception, InputError)


def test_a_box_of_chance_alone_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    from negotiation.lab.discovery import Box, Limit, in_words
    from ui.commands.discover import _show

    doubtful, sure = Limit("slip", None, 0.2, 0.3), Limit("memory", 0.92, None, 0.001)
    for limits, said in (((doubtful,), True), ((sure, doubtful), False)):
        _show([Box(limits, 0.5, 0.5, 0.3, 0.25)], "outcome=WD", 0.25, in_words)
        assert ("Every limit may be chance" in capsys.readouterr().out) is said


def test_the_ema_workbench_drives_run_itself() -> None:
    """The example of the README: ``negotiation.run`` is a model function as it stands."""
    from ema_workbench import Model, RealParameter, ScalarOutcome, perform_experiments

    def game(slip: float = 0.1, threat_record: float = 3.0) -> dict:
        scripts = {"USA": "always-defect", "CAN": "tit-for-tat", "MEX": "always-coordinate"}
        return negotiation.run("autumn-2025", 1, scripts, slip=slip, threat_record=threat_record)

    model = Model("review", function=game)
    model.uncertainties = [RealParameter("slip", 0, 0.4), RealParameter("threat_record", 1, 6)]
    model.outcomes = [ScalarOutcome("leverage_CAN"), ScalarOutcome("odds_WD")]
    experiments, outcomes = perform_experiments(model, scenarios=4)
    assert len(experiments) == 4
    assert np.isfinite(outcomes["leverage_CAN"]).all()
    assert np.ptp(outcomes["odds_WD"]) > 0
