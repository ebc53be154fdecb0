"""Tournaments: everybody sits at the same tables, luck is told from skill, strangers join without asking."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from negotiation.errors import InputError, NegotiationError, UnknownName
from negotiation.lab.tournament import Tournament, differ_at_all, failures, scores, standings
from negotiation.lab.tournament_fingerprint import answers, fingerprints, of_game, pooled
from negotiation.lab.tournament_report import in_words, write_report

ROOT = Path(__file__).resolve().parents[2]
FEW = ["always-coordinate", "always-defect", "tit-for-tat"]


def rows(score: dict[str, list[float]], seat: str = "CAN") -> pd.DataFrame:
    """Rows of one seat: strategy -> score at each table."""
    return pd.DataFrame(
        [
            {
                "seat": seat,
                "strategy": name,
                "match": m,
                f"score_{seat}": x,
                "error": None if x == x else "Oops: no",
            }
            for name, line in score.items()
            for m, x in enumerate(line)
        ]
    )


def test_every_strategy_sits_at_the_same_tables() -> None:
    plan = Tournament("autumn-2025", FEW, matches=3)
    tables = defaultdict(set)
    for task in plan.tasks:
        seat = task.labels["seat"]
        others = tuple(task.labels[f"plays_{c}"] for c in ("USA", "CAN", "MEX") if c != seat)
        tables[task.labels["match"], seat].add((others, task.seed))
        assert task.strategies[seat] == task.labels["strategy"]
    assert all(len(found) == 1 for found in tables.values())
    assert len(plan.tasks) == 3 * 3 * len(FEW)


def test_a_clear_gap_is_told_from_luck() -> None:
    rng = np.random.default_rng(0)
    hard = rng.normal(0, 50, 40)
    frame = rows(
        {
            "good": list(hard + 10 + rng.normal(0, 5, 40)),
            "same": list(hard + 9.9 + rng.normal(0, 5, 40)),
            "poor": list(hard + rng.normal(0, 5, 40)),
        }
    )
    table = {s.strategy: s for s in standings(frame)}
    assert table["poor"].rank == 3
    assert table["poor"].p < 0.001
    assert table["poor"].behind_low < 10 < table["poor"].behind_high
    near = min(("good", "same"), key=lambda n: table[n].rank)
    assert table[{"good": "same", "same": "good"}[near]].p > 0.05
    assert differ_at_all(frame, "CAN") < 0.001
    assert differ_at_all(rows({name: [1.0, 2.0, 3.0] for name in "abc"}), "CAN") == 1


def test_one_that_always_fails_is_named_and_does_not_take_the_others_with_it() -> None:
    nan = float("nan")
    frame = rows({"a": [3.0, 4.0, 5.0], "b": [1.0, nan, 2.5], "broken": [nan, nan, nan]})
    assert [s.strategy for s in standings(frame)] == ["a", "b"]
    assert len(scores(frame, "CAN")) == 2
    assert {(f["strategy"], f["failed"]) for f in failures(frame)} == {("b", 1), ("broken", 3)}
    with pytest.raises(NegotiationError, match="no seat has two tables"):
        standings(rows({"broken": [nan, nan]}))


def test_fingerprints_are_what_strategies_are_known_for(tmp_path: Path) -> None:
    plan = Tournament("autumn-2025", FEW, matches=2, firms=300)
    frame = plan.run(workers=1)
    prints = pooled(frame)
    assert prints["tit-for-tat"]["first_C"] == 1
    assert prints["tit-for-tat"]["D_D"] == 1
    assert prints["tit-for-tat"]["C_C"] == 1
    assert prints["always-defect"]["C_D"] == 1
    detail = fingerprints(frame)
    assert {(r["seat"], r["toward"]) for r in detail if r["strategy"] == "tit-for-tat"} == {
        (a, b) for a in ("USA", "CAN", "MEX") for b in ("USA", "CAN", "MEX") if a != b
    }
    table = standings(frame)
    files = write_report("Autumn", table, frame, tmp_path)
    assert {"standings.csv", "fingerprints.csv", "standings.png", "fingerprints.svg"} <= set(files)
    with (tmp_path / "standings.csv").open() as stream:
        assert len(list(csv.DictReader(stream))) == 9
    assert len(in_words(table, {s: differ_at_all(frame, s) for s in ("USA", "CAN", "MEX")})) == 3


def test_answers_are_counted_against_the_stance_of_the_round_before() -> None:
    def told(us: str, can: str, mex: str) -> dict:
        stances = {
            "USA": {"CAN": us, "MEX": us},
            "CAN": {"USA": can, "MEX": "coordinate"},
            "MEX": {"USA": mex, "CAN": "concede"},
        }
        return {"moves": {c: {"move": {"stances": s}} for c, s in stances.items()}}

    game = [told("defect", "coordinate", "concede"), told("coordinate", "defect", "concede")]
    counts = answers(game, "CAN")
    assert counts["to_USA_first_C"] == 1
    assert counts["to_USA_D_D"] == 1
    assert counts["to_MEX_N_C"] == 1
    assert sum(v for k, v in counts.items() if k.startswith("to_")) == 4
    assert of_game(game, "CAN")["D_D"] == 1


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"strategies": ["tit-for-tt", "grim"]}, UnknownName, "Did you mean 'tit-for-tat'"),
        ({"strategies": ["grim"]}, InputError, "at least two strategies"),
        ({"matches": 1}, InputError, "at least two tables"),
    ],
)
def test_what_could_not_run_is_refused_at_once(how: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        Tournament("autumn-2025", **how)


@pytest.mark.slow
def test_a_strategy_of_another_package_joins_without_touching_this_one(tmp_path: Path) -> None:
    home = tmp_path / "site"
    (home / "patient-1.0.dist-info").mkdir(parents=True)
    (home / "patient.py").write_text(
        "from negotiation.strategies import DyadStrategy, Traits, because\n"
        "from negotiation.terms import Stance\n"
        "class Patient(DyadStrategy):\n"
        '    """Waits."""\n'
        '    name = "patient"\n'
        "    traits = Traits()\n"
        "    def toward(self, view, other, rng):\n"
        '        return Stance.COORDINATE, because("always_coordinate", other)\n'
    )
    (home / "patient-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: patient\nVersion: 1.0\n"
    )
    (home / "patient-1.0.dist-info" / "entry_points.txt").write_text(
        "[negotiation.strategies]\npatient = patient:Patient\n"
    )
    command = [sys.executable, "-m", "ui.cli", "tournament", "autumn-2025", "--out", str(tmp_path / "out")]
    command += ["--matches", "2", "--firms", "200", "--workers", "2", "--json"]
    command += ["--strategy", "patient", "--strategy", "always-defect"]
    env = {**os.environ, "PYTHONPATH": f"{home}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        command, cwd=tmp_path, env=env, text=True, capture_output=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {s["strategy"] for s in told["standings"]} == {"patient", "always-defect"}
    assert told["failures"] == []
    assert (tmp_path / "out" / "standings.png").exists()
