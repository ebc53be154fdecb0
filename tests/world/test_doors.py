"""The doors of a game from Python: any legal way to say seed, seat, scenario and move works, others are refused."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from negotiation.errors import BrokenLog, IllegalMove, InputError, ScenarioError, UnknownName
from negotiation.game.moves import Move
from negotiation.game.proposal import Proposal
from negotiation.scenario import load_scenario
from negotiation.strategies import strategy_class
from negotiation.terms import SEATS, Country, Outcome, Phase
from negotiation.world import ReviewModel

SCENARIO = "autumn-2025"
CALM = {seat: Move.of(seat, "coordinate", "coordinate") for seat in SEATS}


def game(**how) -> ReviewModel:
    return ReviewModel(SCENARIO, firms=120, lean=True, **how)


@pytest.fixture(scope="module")
def at_review() -> ReviewModel:
    model = ReviewModel(SCENARIO, 1, firms=120)
    while model.phase is Phase.BARGAINING:
        model.play(CALM)
    return model


@pytest.mark.parametrize(
    ("given", "root"),
    [(0, 0), (2**200, 2**200), (np.int64(3), 3), (np.uint64(2**63), 2**63), (4.0, 4), (True, 1)],
    ids=repr,
)
def test_a_seed_is_any_whole_number_under_either_of_mesas_names(given, root) -> None:
    assert game(seed=given).seed == game(rng=given).seed == root


@pytest.mark.parametrize("given", [-1, 1.5, float("nan"), float("inf"), "7", [1, 2]], ids=repr)
def test_a_seed_that_is_no_whole_number_is_refused(given) -> None:
    for name in ("seed", "rng"):
        with pytest.raises(InputError, match="whole number, 0 or more"):
            game(**{name: given})


def test_numpys_sources_of_chance_are_taken_as_rng() -> None:
    for source in (np.random.default_rng, np.random.SeedSequence, np.random.PCG64):
        assert game(rng=source(5)).seed == game(rng=source(5)).seed != game(rng=source(6)).seed


@pytest.mark.parametrize("given", [200.5, "200", float("nan"), True], ids=repr)
def test_a_number_of_firms_that_is_none_is_refused(given) -> None:
    with pytest.raises(InputError, match="give a whole number"):
        ReviewModel(SCENARIO, 1, firms=given)


def test_a_whole_number_of_firms_may_come_in_any_type() -> None:
    assert {len(ReviewModel(SCENARIO, 1, firms=n, lean=True).firms) for n in (120, 120.0, np.int32(120))} == {
        120
    }


def test_a_scenario_is_given_by_name_path_or_itself() -> None:
    path = Path(str(files("configs").joinpath("scenarios", f"{SCENARIO}.yaml")))
    by_path = ReviewModel(path, 1, firms=120, lean=True)
    assert by_path.scenario == game(seed=1).scenario
    assert ReviewModel(by_path.scenario, 1, firms=120, lean=True).scenario is by_path.scenario
    for nothing in (None, 5, {}):
        with pytest.raises(InputError, match="by its name or path"):
            ReviewModel(nothing, 1)


@pytest.mark.parametrize(
    ("strategies", "error", "words"),
    [
        ({"usa": "pressure"}, UnknownName, "Did you mean 'USA'"),
        ({"CHN": "pressure"}, UnknownName, "no seat is called 'CHN'"),
        ({"USA": "presure"}, UnknownName, "Did you mean 'pressure'"),
        ({"USA": strategy_class("hedger")}, InputError, "USA: .* is no strategy"),
        ({"MEX": 5}, InputError, "MEX: 5 is no strategy"),
    ],
    ids=repr,
)
def test_strategies_for_seats_and_names_that_are_none_are_refused(strategies, error, words) -> None:
    with pytest.raises(error, match=words):
        game(seed=1, strategies=strategies)


def test_a_seat_nobody_has_is_refused_wherever_it_is_named(at_review) -> None:
    for ask in (
        lambda: at_review.view("CHN"),
        lambda: at_review.ask("CHN"),
        lambda: at_review.answer("CHN", True),
        lambda: at_review.ask_answer("CHN", Proposal("EXT")),
    ):
        with pytest.raises(UnknownName, match="no seat is called 'CHN'"):
            ask()


@pytest.mark.parametrize("tolerance", [0.0, 1.0, "1e-8"])
def test_a_tolerance_without_meaning_is_refused(tolerance) -> None:
    with pytest.raises(InputError, match="above 0 and below 1"):
        ReviewModel(SCENARIO, 1, firms=120, tolerance=tolerance)


def test_what_is_played_must_be_moves() -> None:
    model = game(seed=1)
    for moves in ({}, {s: m.to_dict() for s, m in CALM.items()}, dict.fromkeys(SEATS, "CC")):
        with pytest.raises(IllegalMove):
            model.play(moves)
    assert model.results == []


def test_a_strategy_sees_a_stance_that_was_given_as_a_plain_word() -> None:
    """Rules and strategies must look at the same move: tit for tat answers a defection however it was written."""
    model = game(seed=1, strategies={"CAN": "tit-for-tat"})
    model.play({**CALM, Country.USA: Move({"CAN": "defect", "MEX": "coordinate"})})
    assert model.ask("CAN").move.letters(Country.CAN)[0] == "D"


def test_a_seat_looks_back_at_its_own_payoff_only() -> None:
    """The others' would tell Washington of a favour it did not notice."""
    model = game(seed=1)
    model.play(CALM)
    for seat in SEATS:
        assert model.view(seat).history[0].payoff == {seat: model.results[0]["payoff"][str(seat)]}


@pytest.mark.parametrize(("us", "partner"), [(4, 3), (2, 1), (1, 0)])
def test_nobody_climbs_above_the_highest_rung_of_the_rules(us, partner) -> None:
    ends = {"rules.rungs.us_highest": us, "rules.rungs.partner_highest": partner}
    model = ReviewModel(load_scenario(SCENARIO).with_numbers(**ends), 1, firms=120)
    for _ in range(7):
        model.play({seat: Move.of(seat, "defect", "defect") for seat in SEATS})
    assert model.position.us_rung.tolist() == [us, us]
    assert model.position.partner_rung.tolist() == [partner, partner]
    assert 0 < model.results[-1]["leverage"]["CAN"]["index"] < 100


def test_a_game_without_any_rung_has_no_leverage() -> None:
    flat = dict.fromkeys(("start.us_rung.CAN", "start.us_rung.MEX"), 0)
    ends = dict.fromkeys(("rules.rungs.us_highest", "rules.rungs.partner_highest"), 0)
    model = ReviewModel(load_scenario(SCENARIO).with_numbers(**flat).with_numbers(**ends), 1, firms=120)
    model.step()
    assert {v["index"] for v in model.results[0]["leverage"].values()} == {50.0}


def test_a_start_above_the_highest_rung_is_refused() -> None:
    with pytest.raises(
        ScenarioError, match=r"start\.us_rung \(CAN 1, MEX 1\) lies above rules\.rungs\.us_highest \(0\)"
    ):
        load_scenario(SCENARIO).with_numbers(**{"rules.rungs.us_highest": 0})


def test_the_review_is_held_in_its_order(at_review) -> None:
    early = game(seed=1)
    for too_early in (
        lambda: early.put_on_table(Proposal("ANN")),
        lambda: early.answer("CAN", True),
        early.close_review,
    ):
        with pytest.raises(IllegalMove):
            too_early()
    assert early.proposals == []
    with pytest.raises(IllegalMove, match="put_on_table comes first"):
        at_review.close_review()
    at_review.put_on_table(Proposal(Outcome.SPLIT, (Country.CAN,)))
    with pytest.raises(IllegalMove, match="wait for the answers"):
        at_review.put_on_table(Proposal("EXT"))
    with pytest.raises(IllegalMove, match="MEX is not asked to sign"):
        at_review.answer("MEX", True)
    at_review.answer("CAN", False)
    assert at_review.close_review() is None
    with pytest.raises(IllegalMove, match="trilateral table"):
        at_review.put_on_table(Proposal(Outcome.SPLIT, (Country.CAN,)))
    at_review.put_on_table(Proposal("ANN"))
    assert at_review.close_review()["outcome"] in ("ANN", "WD")
    assert at_review.phase is Phase.ENDED


def test_behind_the_calendar_there_is_no_round_to_look_at(at_review) -> None:
    view = at_review.view("CAN")
    assert set(view.leverage) == {Country.CAN, Country.MEX}
    with pytest.raises(InputError, match="the calendar ends with round 10"):
        _ = view.stage


@pytest.mark.parametrize(
    "results", [[{}], [{"moves": {}}], [{"moves": {"USA": {}}}], ["x"], [{"moves": 5}]], ids=repr
)
def test_a_game_is_restored_from_rounds_only(results) -> None:
    with pytest.raises(BrokenLog, match="a stored round cannot be read"):
        ReviewModel(SCENARIO, 1, firms=120).restore(results)


def test_a_score_is_what_was_played_and_the_end_for_the_years_it_is_felt() -> None:
    model = game(seed=2)
    model.run_model()
    end, years = model.ending, model.scenario.rules.horizon.review_years
    assert years != 1
    for seat in map(str, SEATS):
        assert end["played"][seat] == pytest.approx(sum(r["payoff"][seat] for r in model.results), abs=1e-5)
        assert end["score"][seat] == pytest.approx(end["played"][seat] + years * end["value"][seat], abs=1e-5)


def test_every_column_of_the_collector_is_of_the_country_it_names() -> None:
    model = ReviewModel(SCENARIO, 1, firms=120)
    for _ in range(3):
        model.play(CALM | {Country.USA: Move.of(Country.USA, "defect", "coordinate")})
    row, last = model.datacollector.get_model_vars_dataframe().iloc[-1], model.results[-1]
    assert model.position.us_rung[0] != model.position.us_rung[1]
    for k, partner in enumerate(("CAN", "MEX")):
        assert row[f"us_rung_{partner}"] == model.position.us_rung[k]
        assert row[f"partner_rung_{partner}"] == model.position.partner_rung[k]
        assert row[f"leverage_{partner}"] == last["leverage"][partner]["index"]
        assert row[f"commitment_seen_{partner}"] == last["commitment"]["seen"][partner]
    for seat in map(str, SEATS):
        assert row[f"payoff_{seat}"] == last["payoff"][seat]
        assert row[f"real_wage_{seat}"] == last["income"][seat]["real_wage_percent"]
