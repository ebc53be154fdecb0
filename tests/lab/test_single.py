"""``negotiation.run``: one game as a flat row."""

from __future__ import annotations

import pickle

import pytest

import negotiation
from negotiation.errors import ScenarioError, UnknownName
from negotiation.lab.single import run
from negotiation.scenario import load_scenario
from negotiation.terms import OUTCOMES, PARTNERS, SEATS

OPEN = {"USA": "always-coordinate", "CAN": "always-coordinate", "MEX": "always-coordinate"}


@pytest.fixture(scope="module")
def row() -> dict[str, object]:
    return run("autumn-2025", seed=4)


def test_a_run_is_flat_and_crosses_a_process(row: dict[str, object]) -> None:
    assert all(isinstance(value, (int, float, str)) for value in row.values())
    assert pickle.loads(pickle.dumps(row)) == row


def test_a_run_names_an_end_its_odds_and_every_seats_numbers(row: dict[str, object]) -> None:
    assert row["outcome"] in [str(o) for o in OUTCOMES]
    assert sum(row[f"odds_{o}"] for o in OUTCOMES) == pytest.approx(1, abs=1e-5)
    for k in PARTNERS:
        assert 0 < row[f"leverage_{k}"] < 100
        assert isinstance(row[f"transfer_{k}"], float)
    for s in SEATS:
        assert {f"score_{s}", f"real_income_{s}", f"real_wage_{s}"} <= set(row)


def test_the_same_seed_gives_the_same_row_and_another_seed_another(row: dict[str, object]) -> None:
    assert run("autumn-2025", seed=4) == row
    assert run("autumn-2025", seed=5) != row


def test_a_lever_changes_the_game_it_is_declared_for() -> None:
    calm = run("autumn-2025", 1, OPEN, us_opening_rung=0)
    hard = run("autumn-2025", 1, OPEN, us_opening_rung=3)
    assert calm["real_income_MEX"] > hard["real_income_MEX"] + 0.5


def test_names_and_values_that_do_not_exist_are_refused() -> None:
    with pytest.raises(UnknownName, match="us_opening_rung"):
        run("autumn-2025", us_opening_rnug=1)
    with pytest.raises(ScenarioError, match="between 0 and 4"):
        run("autumn-2025", us_opening_rung=9)
    with pytest.raises(UnknownName, match="tit-for-tat"):
        run("autumn-2025", strategies={"USA": "tit-for-tatt"})


def test_a_scenario_object_is_as_good_as_its_name(row: dict[str, object]) -> None:
    assert negotiation.run(load_scenario("autumn-2025"), seed=4) == row
