"""The lens over a round: what theory says there, from a model or from a log, as plain data."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from negotiation.errors import InputError
from negotiation.game.breakdown import leverage_in
from negotiation.game.log import GameState, evolve
from negotiation.lab.lens import coalition_game, document, lens, model_at, packages
from negotiation.world import ReviewModel


@pytest.fixture(scope="module")
def model() -> Any:
    game = ReviewModel("autumn-2025", 1, firms=500, lean=True)
    game.step()
    game.step()
    return game


def test_the_nash_point_of_a_divisible_package_is_the_leverage_transfer(model: Any) -> None:
    """With money instead of issues the solution must be the Nash transfer that leverage is made of."""
    lever = leverage_in(model.table, model.position, model.book, model.scale, seen=False)
    for i, k in enumerate(("CAN", "MEX")):
        d = packages(model, k).disagreement
        assert (d[0] - d[1]) / 2 == pytest.approx(float(lever.transfer[i]))


def test_packages_are_all_subsets_of_open_issues_and_solutions_lie_on_the_frontier(model: Any) -> None:
    told = packages(model, "CAN")
    granted = int(model.position.granted_by_partner[0].sum() + model.position.granted_by_us[0].sum())
    assert len(told.items) == 2 ** (7 - granted)
    assert told.items[0] == ()
    assert told.payoff[0].tolist() == [0, 0]
    for solution in (told.nash, told.kalai_smorodinsky, told.egalitarian):
        if solution.lottery:
            assert (solution.payoff >= told.disagreement - 1e-9).all()
            better = (told.payoff > solution.payoff + 1e-7).all(axis=1)
            assert not better.any()


def test_the_grand_coalition_is_at_peace_and_worth_more_than_its_parts(model: Any) -> None:
    told = coalition_game(model)
    assert told.worth[frozenset({"USA", "CAN", "MEX"})] == pytest.approx(0, abs=1e-9)
    assert told.worth[frozenset({"CAN", "MEX"})] < 0
    assert sum(told.shapley.values()) == pytest.approx(0, abs=1e-9)
    assert told.core.empty == (len(told.core.corners) == 0)


def test_the_document_is_plain_data_and_every_equilibrium_in_it_is_one(model: Any) -> None:
    told = json.loads(json.dumps(document(lens(model, seconds=0))))
    assert {"equilibria", "quantal_path", "packages", "coalitions"} == set(told)
    for e in told["equilibria"]["found"]:
        assert e["regret"] < 1e-6
    at_one = next(q for q in told["quantal_path"] if q["noise"] == 1)
    assert at_one["residual"] < 1e-6
    assert all(sum(m.values()) == pytest.approx(1, abs=0.05) for m in at_one["moves"].values())


def test_the_quantal_path_passes_through_the_response_the_game_assumes(model: Any) -> None:
    seen = lens(model, seconds=0)
    at_one = next(q for q in seen.path if q.noise == 1)
    for seat, mixed in zip(("USA", "CAN", "MEX"), at_one.mixed, strict=True):
        assert mixed == pytest.approx(seen.look.quantal[seat], abs=1e-4)


def test_a_round_of_a_log_is_rebuilt_as_it_stood(game: Any) -> None:
    state = GameState()
    for event in game.events:
        state = evolve(state, event)
    rebuilt = model_at(state, 3)
    assert rebuilt.round == 3
    assert np.allclose(
        rebuilt.position.evidence, np.array(state.results[1]["position"]["evidence"]), atol=1e-8
    )
    assert packages(rebuilt, "MEX").partner == "MEX"
    with pytest.raises(InputError, match="choose 1 to"):
        model_at(state, 99)
    with pytest.raises(InputError, match="holds no game"):
        model_at(GameState())
    with pytest.raises(InputError, match="has changed"):
        model_at(GameState(started={**state.started, "digest": "x"}))


def test_after_the_bargaining_there_is_no_stage_game(game: Any) -> None:
    with pytest.raises(InputError, match="no stage game"):
        lens(game.model)
