"""Many futures: every row can be had alone, nothing is lost or done twice, what went wrong is said in a row."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import negotiation
from negotiation.errors import EquilibriumNotFound, InputError, NegotiationError, ScenarioError, UnknownName
from negotiation.lab import ensemble_runs
from negotiation.lab.ensemble import Ensemble
from negotiation.lab.ensemble_design import Input, game_seed, inputs_of, quantile
from negotiation.lab.ensemble_store import RowStore, read_rows
from negotiation.lab.ensemble_summary import fan, regret, summary, wilson
from negotiation.lab.study import refuse_if_all_failed
from negotiation.scenario import load_scenario

FIRMS = 300
SCRIPTS = {"USA": "always-defect", "CAN": "tit-for-tat", "MEX": "always-coordinate"}


def small(replications: int, **more: Any) -> Ensemble:
    """A quick ensemble: few firms, scripts in all seats, chance only."""
    return Ensemble(
        "autumn-2025", replications, **{"draw": False, "firms": FIRMS, "strategies": SCRIPTS, **more}
    )


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """Which runs were lived through, how often."""
    lived: Counter[int] = Counter()
    real = ensemble_runs._lived

    def counting(job: Any, task: Any) -> Any:
        lived[task.run] += 1
        return real(job, task)

    monkeypatch.setattr(ensemble_runs, "_lived", counting)
    return lived


# -- rows -----------------------------------------------------------------------------------------------


def test_a_row_is_what_run_gives_for_its_seed_and_values(tmp_path: Path) -> None:
    plan = Ensemble("autumn-2025", 2, ranges={"slip": (0.1, 0.2)}, draw=False, strategies=SCRIPTS)
    row = plan.run(tmp_path / "rows.parquet", workers=1).iloc[1]
    alone = negotiation.run("autumn-2025", int(row["seed"]), SCRIPTS, slip=float(row["slip"]))
    assert 0.1 <= row["slip"] <= 0.2
    assert {name: row[name] for name in alone} == alone


def test_the_same_bytes_whoever_worked_on_them_and_however_often_they_were_stopped(tmp_path: Path) -> None:
    plan = small(6)
    plan.run(tmp_path / "one.parquet", workers=1)
    with ThreadPoolExecutor(2) as pool:
        plan.run(tmp_path / "two.parquet", executor=pool)
    small(2).run(tmp_path / "three.parquet", workers=1)
    plan.run(tmp_path / "three.parquet", workers=1)
    one, two, three = ((tmp_path / f"{n}.parquet").read_bytes() for n in ("one", "two", "three"))
    assert one == two == three


def test_a_stopped_ensemble_goes_on_without_repeating_or_losing_a_row(
    tmp_path: Path, counted: Counter[int]
) -> None:
    out = tmp_path / "rows.parquet"
    small(8).run(out, workers=1, stopped=lambda: len(counted) >= 3)
    kept, _ = read_rows(out)
    assert 0 < len(kept) < 8
    whole = small(8).run(out, workers=1)
    assert whole["run"].tolist() == list(range(8))
    assert set(counted.values()) == {1}
    assert not (tmp_path / "rows.parquet.parts").exists()


def test_parts_left_by_a_kill_are_found_again(tmp_path: Path, counted: Counter[int]) -> None:
    out, plan = tmp_path / "rows.parquet", small(4)
    store = RowStore(out, plan.identity, part_rows=1)
    store.__enter__()
    store.add(ensemble_runs.play_chunk(plan.job.packed(), plan.tasks[:2]))
    store._release()  # a killed process writes no file, it only lets go of its lock
    assert not out.exists()
    assert plan.run(out, workers=1)["run"].tolist() == [0, 1, 2, 3]
    assert set(counted.values()) == {1}


def test_a_failed_run_is_a_row_with_its_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = ensemble_runs._lived

    def fragile(job: Any, task: Any) -> Any:
        if task.run == 1:
            raise EquilibriumNotFound("no balance on board 3", iterations=7, residual=0.1)
        return real(job, task)

    monkeypatch.setattr(ensemble_runs, "_lived", fragile)
    out = tmp_path / "rows.parquet"
    frame = small(3).run(out, workers=1)
    assert frame["error"][1] == "EquilibriumNotFound: no balance on board 3 (iterations 7, residual 0.1)"
    assert frame["error"].isna().tolist() == [True, False, True]
    told = summary(frame)
    assert (told["runs"], told["failed"], told["options"][0]["runs"]) == (3, 1, 2)
    small(3).run(out, workers=1)  # it counts as done: the same run would fail again
    assert len(read_rows(out)[0]) == 3


def test_an_ensemble_in_which_everything_fails_says_so() -> None:
    refuse_if_all_failed(pd.DataFrame({"run": [0, 1], "error": [None, "X"]}))
    with pytest.raises(NegotiationError, match="all 2 runs failed; the first: X: y"):
        refuse_if_all_failed(pd.DataFrame({"run": [0, 1], "error": ["X: y", "Z"]}))


# -- futures and options -----------------------------------------------------------------------------------


def test_every_option_meets_the_same_futures_and_an_option_more_changes_none() -> None:
    one = Ensemble("autumn-2025", 3, levers={"us_opening_rung": (0, 2)}).tasks
    two = Ensemble("autumn-2025", 3, levers={"us_opening_rung": (0, 1, 2)}).tasks
    for tasks, width in ((one, 2), (two, 3)):
        for start in range(0, len(tasks), width):
            block = tasks[start : start + width]
            assert len({t.seed for t in block}) == 1
            assert len({t.values["slip"] for t in block}) == 1
    assert [t.seed for t in one[::2]] == [t.seed for t in two[::3]]
    assert [t.values["slip"] for t in one[::2]] == [t.values["slip"] for t in two[::3]]


def test_seeds_of_replications_differ_and_fit_a_table_program() -> None:
    seeds = {game_seed(0, r) for r in range(2000)}
    assert len(seeds) == 2000
    assert max(seeds) < 2**53


@given(st.floats(0, 1, exclude_max=True), st.sampled_from(["uniform", "triangular", "loguniform"]))
def test_a_draw_lies_in_its_range_and_grows_with_its_quantile(u: float, distribution: str) -> None:
    drawn = Input("x", 0.5, 4.0, distribution, 1.0, whole=False, costly=False, ours=False)
    assert 0.5 <= drawn.at(u) <= 4.0
    assert drawn.at(u) <= drawn.at(min(u + 0.01, 1 - 1e-12)) or u > 0.98


def test_whole_inputs_take_every_whole_number_equally_often_and_costly_ones_eight_values() -> None:
    rung = inputs_of(load_scenario("autumn-2025"))["us_opening_rung"]
    got = Counter(rung.at(quantile(0, r, "x")) for r in range(5000))
    assert set(got) == {0.0, 1.0, 2.0, 3.0, 4.0}
    assert min(got.values()) > 850
    elasticity = inputs_of(load_scenario("autumn-2025"))["elasticity_multiple"]
    assert elasticity.costly
    assert len({elasticity.at(u / 1000) for u in range(1000)}) == 8


def test_a_triangle_has_its_mean_where_it_should() -> None:
    drawn = Input("x", 0.0, 6.0, "triangular", 3.0, whole=False, costly=False, ours=False)
    values = [drawn.at((i + 0.5) / 4000) for i in range(4000)]
    assert sum(values) / len(values) == pytest.approx(3.0, abs=1e-3)
    assert sum((v - 3) ** 2 for v in values) / len(values) == pytest.approx(36 / 24, rel=1e-2)


# -- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"replications": 0}, InputError, "at least one"),
        ({"levers": {"us_openin_rung": (1,)}}, UnknownName, "Did you mean 'us_opening_rung'"),
        ({"fixed": {"sleep": 1}}, UnknownName, "Did you mean 'slip'"),
        ({"ranges": {"slip": (0.3, 0.1)}}, InputError, "0.3 is not below 0.1"),
        ({"ranges": {"slip": (0.1, 0.9)}}, InputError, "leaves the declared 0 to 0.4"),
        ({"fixed": {"slip": 9}}, ScenarioError, "must lie between 0 and 0.4"),
        ({"levers": {"us_opening_rung": (1.5,)}}, ScenarioError, "whole number"),
        ({"fixed": {"slip": 0.1}, "ranges": {"slip": (0.1, 0.2)}}, InputError, "given twice"),
        ({"levers": {"us_opening_rung": ()}}, InputError, "at least one value"),
    ],
)
def test_what_could_not_run_is_refused_at_once(how: dict[str, Any], error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        Ensemble("autumn-2025", **{"replications": 3, **how})


def test_files_of_somebody_else_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "text.parquet").write_text("not a table")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")
    small(1).run(tmp_path / "rows.parquet", workers=1)
    before = {p.name: p.read_bytes() for p in tmp_path.glob("*.parquet")}
    for plan, name, words in (
        (small(1), "text", "not a file of runs"),
        (small(1), "other", "not a file of runs"),
        (small(1, seed=1), "rows", r"differs in seed \(0 there, 1 here\)"),
        (small(1, fixed={"slip": 0.2}), "rows", "differs in fixed"),
        (Ensemble("quiet-coordination", 1), "rows", "differs in scenario"),
    ):
        with pytest.raises(InputError, match=words):
            plan.run(tmp_path / f"{name}.parquet", workers=1)
    assert {p.name: p.read_bytes() for p in tmp_path.glob("*.parquet")} == before


def test_a_place_that_cannot_be_written_to_is_refused_before_anything_runs(
    tmp_path: Path, counted: Counter[int]
) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path, tmp_path / "file" / "rows.parquet"):
        with pytest.raises(InputError, match=r"is a folder|cannot be written"):
            small(1).run(place, workers=1)
    assert not counted


def test_two_commands_do_not_write_one_file(tmp_path: Path) -> None:
    plan = small(1)
    with RowStore(tmp_path / "rows.parquet", plan.identity), pytest.raises(InputError, match="another run"):
        plan.run(tmp_path / "rows.parquet", workers=1)


# -- what they say -------------------------------------------------------------------------------------------


def test_an_interval_of_a_share_is_wilsons() -> None:
    low, high = wilson(7, 20)
    assert (round(low, 4), round(high, 4)) == (0.1812, 0.5671)
    assert wilson(0, 10)[0] == pytest.approx(0, abs=1e-12)
    assert wilson(10, 10)[1] == pytest.approx(1)


def test_regret_is_what_an_option_leaves_on_the_table_future_by_future() -> None:
    good = pd.DataFrame(
        {
            "replication": [0, 0, 1, 1],
            "option": [0, 1, 0, 1],
            "score_USA": [1.0, 4.0, 6.0, 2.0],
            "score_CAN": [0.0, 0.0, 0.0, 0.0],
            "score_MEX": [0.0, 1.0, 0.0, 1.0],
        }
    )
    told = {(r["seat"], r["option"]): r for r in regret(good)}
    assert told["USA", 0]["mean"] == 1.5
    assert told["USA", 1]["worst"] == 4
    assert told["MEX", 1]["best_in"] == 1
    assert told["CAN", 0]["mean"] == 0


def test_a_fan_holds_every_round_and_needs_paths() -> None:
    frame = small(4, paths=True).run(workers=1)
    told = fan(frame, "CAN")
    assert told["rounds"] == list(range(11))
    assert all(a <= b for a, b in zip(told["bands"]["0.05"], told["bands"]["0.95"], strict=True))
    assert frame["path_leverage_CAN"][0][-1] == frame["leverage_CAN"][0]
    with pytest.raises(InputError, match="--paths"):
        fan(frame.drop(columns="path_leverage_CAN"), "CAN")


def test_shares_of_ends_sum_to_one() -> None:
    told = summary(small(5).run(workers=1))["options"][0]
    assert sum(row["share"] for row in told["ends"].values()) == pytest.approx(1)
    assert set(told["numbers"]) >= {"leverage_CAN", "real_income_MEX", "real_wage_MEX", "score_USA"}
