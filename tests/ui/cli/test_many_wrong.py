"""Commands that live through many games: what is wrong is said before anything runs, and nothing is touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import negotiation as package
from negotiation.lab import ensemble_runs
from negotiation.lab.ensemble import Ensemble
from negotiation.lab.manifest import KEY
from tests.ui.cli.conftest import Command

FEW = ("--no-draw", "--firms", 100, "--workers", 1)
SCRIPTS = (
    *("--strategy", "USA=always-defect"),
    *("--strategy", "CAN=tit-for-tat"),
    *("--strategy", "MEX=always-coordinate"),
)
ENSEMBLE = ("ensemble", "autumn-2025", "--out", "OUT/rows.parquet")
COMPARE = ("compare", "autumn-2025")
SENSITIVITY = ("sensitivity", "autumn-2025", "--out", "OUT")
TOURNAMENT = ("tournament", "autumn-2025", "--out", "OUT")

WRONG: list[tuple[tuple[object, ...], str]] = [
    ((*ENSEMBLE, "--replications", 0), "--replications"),
    ((*ENSEMBLE, "--replications", "many"), "--replications"),
    (ENSEMBLE, "--replications"),
    ((*ENSEMBLE, "--replications", 3, "--workers", 0), "--workers"),
    ((*ENSEMBLE, "--replications", 3, "--range", "slip=0.3:0.1"), "0.3 is not below 0.1"),
    ((*ENSEMBLE, "--replications", 3, "--range", "slip=0.1:0.9"), "leaves the declared 0 to 0.4"),
    ((*ENSEMBLE, "--replications", 3, "--range", "slip=0.1"), "slip=0.1:0.3"),
    ((*ENSEMBLE, "--replications", 3, "--range", "slop=0.1:0.2"), "Did you mean 'slip'"),
    ((*ENSEMBLE, "--replications", 3, "--lever", "us_openin_rung=1"), "Did you mean 'us_opening_rung'"),
    ((*ENSEMBLE, "--replications", 3, "--lever", "us_opening_rung=one"), "us_opening_rung=0,2,4"),
    ((*ENSEMBLE, "--replications", 3, "--lever", "us_opening_rung=9"), "between 0 and 4"),
    ((*ENSEMBLE, "--replications", 3, "--set", "slip=9"), "between 0 and 0.4"),
    ((*ENSEMBLE, "--replications", 3, "--set", "slip=0.1", "--set", "slip=0.2"), "twice"),
    ((*ENSEMBLE, "--replications", 3, "--strategy", "CAN=fromt"), "Did you mean 'front'"),
    ((*ENSEMBLE, "--replications", 3, "--pictures", "FILE"), "is a file"),
    (("ensemble", "autum-2025", "--replications", 3, "--out", "OUT/rows.parquet"), "Did you mean"),
    (("ensemble", "autumn-2025", "--replications", 3, "--out", "OUT"), "is a folder"),
    (("ensemble", "autumn-2025", "--replications", 3, "--out", "."), "is a folder"),
    ((*ENSEMBLE, "--replications", 3, "--workers", 2, "--dask", "tcp://127.0.0.1:9"), "only one of them"),
    (("ensemble", "autumn-2025", "--replications", 3, "--out", "FILE/rows.parquet"), "cannot be written"),
    (("ensemble", "autumn-2025", "--replications", 3, "--out", "OUT/rows.csv"), "name it rows.parquet"),
    ((*COMPARE, "autumn-2025", "--out", "OUT/rows.xlsx"), "name it rows.parquet"),
    ((*COMPARE, "autum-2025"), "Did you mean"),
    (COMPARE, "'B'"),
    ((*COMPARE, "autumn-2025", "--replications", 1), "--replications"),
    ((*COMPARE, "autumn-2025", "--set-b", "slipp=0"), "Did you mean 'slip'"),
    ((*COMPARE, "autumn-2025", "--strategy-b", "CAN=fromt"), "Did you mean 'front'"),
    ((*COMPARE, "autumn-2025", "--pictures", "FILE"), "is a file"),
    ((*SENSITIVITY, "--method", "fourier"), "morris, sobol or both"),
    ((*SENSITIVITY, "--vary", "slipp,memory"), "Did you mean 'slip'"),
    ((*SENSITIVITY, "--vary", "slip"), "at least two inputs"),
    ((*SENSITIVITY, "--method", "sobol", "--samples", 3), "power of two"),
    ((*SENSITIVITY, "--range", "slip=0.3:0.1"), "not below"),
    (("sensitivity", "autumn-2025", "--out", "FILE"), "is a file"),
    ((*TOURNAMENT, "--strategy", "tit-for-tt"), "Did you mean 'tit-for-tat'"),
    ((*TOURNAMENT, "--strategy", "grim"), "at least two strategies"),
    ((*TOURNAMENT, "--matches", 1), "--matches"),
    (("tournament", "autumn-2025", "--out", "FILE"), "is a file"),
    (("discover", "OUT/none.parquet", "--case", "outcome=WD"), "there is no file"),
    (("discover", "FILE", "--case", "outcome=WD"), "not a file of runs"),
]


@pytest.mark.parametrize(
    ("arguments", "said"), WRONG, ids=lambda x: " ".join(map(str, x)) if isinstance(x, tuple) else ""
)
def test_wrong_input_is_refused_before_a_game_is_played(
    negotiation: Command,
    tmp_path: Path,
    arguments: tuple[object, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def played(*a: object) -> None:
        raise AssertionError("a game was played")

    monkeypatch.setattr(ensemble_runs, "play", played)
    (tmp_path / "out").mkdir()
    (tmp_path / "file").write_text("mine")
    places = {"OUT": str(tmp_path / "out"), "FILE": str(tmp_path / "file")}
    words = [_placed(a, places) if isinstance(a, str) else a for a in arguments]
    if "--workers" not in words and words[0] != "discover":
        words += ["--workers", 1]
    answer = negotiation(*words)
    assert (answer.code, answer.out) == (2, ""), answer.err
    assert said in " ".join(answer.err.replace("│", " ").split())
    assert (tmp_path / "file").read_text() == "mine"
    assert not list((tmp_path / "out").iterdir())


def _placed(word: str, places: dict[str, str]) -> str:
    head, slash, tail = word.partition("/")
    return places[head] + slash + tail if head in places else word


def test_rows_of_another_scenario_or_version_are_left_alone(negotiation: Command, tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    command = ("--replications", 1, "--out", out, *FEW, *SCRIPTS)
    assert negotiation("ensemble", "autumn-2025", *command).code == 0
    before = out.read_bytes()
    other = negotiation("ensemble", "quiet-coordination", *command)
    assert other.code == 2
    assert "differs in scenario (autumn-2025 there, quiet-coordination here)" in other.err
    assert "Nothing was changed; choose another --out, or delete it" in other.err
    compared = negotiation("compare", "autumn-2025", "autumn-2025", *command[2:], "--replications", 2)
    assert compared.code == 2
    assert "differs in kind of runs (ensemble there, comparison here)" in compared.err
    assert out.read_bytes() == before

    table = pq.read_table(out)
    old = json.loads(table.schema.metadata[KEY]) | {"negotiation": "0.0.1"}
    pq.write_table(table.replace_schema_metadata({KEY: json.dumps(old).encode()}), out)
    aged = negotiation("ensemble", "autumn-2025", *command)
    assert aged.code == 2
    assert f"version of this package (0.0.1 there, {package.__version__} here)" in aged.err


def test_runs_that_fail_are_rows_and_only_when_all_fail_has_the_command_failed(
    negotiation: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ensemble_runs._lived

    def fragile(job: object, task: object) -> object:
        if task.run in failing:  # type: ignore[attr-defined]
            raise RuntimeError("the board broke")
        return real(job, task)  # type: ignore[arg-type]

    failing = {1}
    monkeypatch.setattr(ensemble_runs, "_lived", fragile)
    command = ("ensemble", "autumn-2025", "--replications", 3, *FEW, *SCRIPTS)
    some = negotiation(*command, "--out", tmp_path / "some.parquet")
    assert some.code == 0
    assert "1 of 3 runs failed and are left out above; most often: RuntimeError: the board broke" in " ".join(
        some.out.split()
    )
    assert pq.read_table(tmp_path / "some.parquet")["error"].to_pylist() == [
        None,
        "RuntimeError: the board broke",
        None,
    ]
    told = json.loads(negotiation(*command, "--out", tmp_path / "some.parquet", "--json").out)
    assert (told["runs"], told["failed"]) == (3, 1)

    failing.update({0, 2})
    every = negotiation(*command, "--out", tmp_path / "all.parquet")
    assert (every.code, every.out) == (1, "")
    assert "all 3 runs failed; the first: RuntimeError: the board broke" in every.err
    assert pq.read_metadata(tmp_path / "all.parquet").num_rows == 3


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused(negotiation: Command, tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        answer = negotiation(*("ensemble", "autumn-2025", "--replications", 2, *FEW), "--out", tmp_path / "x")
        study = negotiation("sensitivity", "autumn-2025", "--out", tmp_path / "new")
    finally:
        tmp_path.chmod(0o755)
    for said in (answer, study):
        assert said.code == 2
        assert "cannot be written" in said.err


def test_a_folder_that_is_mounted_read_only_is_refused(
    negotiation: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root nothing is forbidden: a read-only mount is what remains, and its error is given here by hand."""
    import errno

    def refused(self: Path, *a: object, **k: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))

    plan = Ensemble("autumn-2025", 1)
    assert plan.tasks
    monkeypatch.setattr(Path, "mkdir", refused)
    for arguments in (
        ("ensemble", "autumn-2025", "--replications", 2, "--workers", 1, "--out", tmp_path / "x.parquet"),
        ("sensitivity", "autumn-2025", "--workers", 1, "--out", tmp_path / "new"),
        ("tournament", "autumn-2025", "--workers", 1, "--out", tmp_path / "new"),
    ):
        answer = negotiation(*arguments)
        assert (answer.code, answer.out) == (2, "")
        assert "(Read-only file system)" in answer.err
        assert "choose another" in answer.err


def test_a_study_of_which_every_run_failed_is_no_finding(
    negotiation: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(job: object, task: object) -> object:
        raise RuntimeError("the board broke")

    monkeypatch.setattr(ensemble_runs, "_lived", broken)
    alone = ("--workers", 1, "--firms", 100)
    for arguments in (
        (
            "sensitivity",
            "autumn-2025",
            *alone,
            "--trajectories",
            2,
            "--vary",
            "slip,memory",
            "--out",
            tmp_path / "s",
        ),
        ("tournament", "autumn-2025", *alone, "--matches", 2, "--out", tmp_path / "t"),
        ("compare", "autumn-2025", "autumn-2025", *alone, "--replications", 2),
    ):
        answer = negotiation(*arguments)
        assert (answer.code, answer.out) == (1, "")
        assert "runs failed; the first: RuntimeError: the board broke" in answer.err


def test_every_command_stopped_by_ctrl_c_says_what_is_kept(
    negotiation: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from negotiation.lab.study import Study

    def stopped(*a: object, **k: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, "run", stopped)
    pair = ("compare", "autumn-2025", "autumn-2025")
    for arguments, words in (
        (pair, "Nothing is kept; with --out FILE.parquet it could go on"),
        ((*pair, "--out", tmp_path / "c.parquet"), f"kept in {tmp_path / 'c.parquet'}; the same command"),
        (("sensitivity", "autumn-2025", "--out", tmp_path / "s"), "morris-runs.parquet; the same command"),
        (("tournament", "autumn-2025", "--out", tmp_path / "t"), "games.parquet; the same command"),
    ):
        answer = negotiation(*arguments)
        assert (answer.code, answer.out) == (1, "")
        assert words in answer.err
