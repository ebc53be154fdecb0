"""The world as a whole: one driver, same bytes, Mesa users find what they expect."""

from __future__ import annotations

import json
import pickle

import mesa
import numpy as np
import pytest

from negotiation.errors import IllegalMove, InputError
from negotiation.game.moves import Measure, Move
from negotiation.scenario import load_scenario
from negotiation.terms import SEATS, Country, Outcome, Phase, Stance
from negotiation.world import ReviewModel
from negotiation.world.chance import STREAMS, stream
from negotiation.world.collector import COLUMNS

FIRMS = 500
C, N, D = Stance.COORDINATE, Stance.CONCEDE, Stance.DEFECT


def game(seed: int = 1, **given) -> ReviewModel:
    return ReviewModel("autumn-2025", seed, firms=FIRMS, **given)


def moves(us="CC", can="CC", mex="CC") -> dict[Country, Move]:
    letters = {"C": C, "N": N, "D": D}
    return {s: Move.of(s, *(letters[x] for x in text)) for s, text in zip(SEATS, (us, can, mex), strict=True)}


def test_a_whole_game_runs_from_a_scenario_to_an_outcome() -> None:
    model = game()
    model.run_model()
    assert model.phase is Phase.ENDED
    assert len(model.results) == 10
    assert Outcome(model.ending["outcome"])
    assert set(model.ending["score"]) == {"USA", "CAN", "MEX"}
    json.dumps(model.results)
    json.dumps(model.ending)


def test_same_seed_same_bytes_and_another_seed_another_game() -> None:
    runs = []
    for seed in (3, 3, 4):
        model = game(seed)
        model.run_model()
        runs.append(json.dumps([model.results, model.ending]))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_play_and_step_are_the_same_driver() -> None:
    stepped, played = game(), game()
    stepped.step()
    choices = {s: played.ask(s) for s in SEATS}
    played.play({s: c.move for s, c in choices.items()}, {s: c.to_dict() for s, c in choices.items()})
    assert json.dumps(stepped.results) == json.dumps(played.results)


def test_leverage_parts_sum_to_the_change_every_round() -> None:
    model = game()
    while model.phase is Phase.BARGAINING:
        model.step()
    for result in model.results:
        for lev in result["leverage"].values():
            assert sum(lev["why"].values()) == pytest.approx(lev["change"], abs=1e-5)
            assert lev["index"] - lev["was"] == pytest.approx(lev["change"], abs=1e-5)


def test_a_stored_game_is_rebuilt_without_a_warning_and_plays_on_the_same() -> None:
    whole = game()
    for _ in range(6):
        whole.step()
    rebuilt = game()
    assert rebuilt.restore(json.loads(json.dumps(whole.results))) == []
    whole.step()
    rebuilt.step()
    assert json.dumps(whole.results[-1]) == json.dumps(rebuilt.results[-1])


def test_a_log_that_disagrees_is_kept_and_said() -> None:
    whole = game()
    whole.step()
    whole.step()
    stored = json.loads(json.dumps(whole.results))
    stored[0]["position"]["us_rung"] = [3, 1]
    rebuilt = game()
    warnings = rebuilt.restore(stored[:1])
    assert len(warnings) == 1
    assert "round 1" in warnings[0]
    assert rebuilt.position.us_rung.tolist() == [3, 1]


def test_another_move_in_round_1_leaves_the_chance_of_later_rounds_alone() -> None:
    assert stream(5, "events", 7).random() == stream(5, "events", 7).random()
    assert stream(5, "events", 7).random() != stream(5, "events", 8).random()
    assert stream(5, "strategy", 7, 0).random() != stream(5, "strategy", 7, 1).random()


@pytest.mark.parametrize("seed", [0, 7, 2**31 - 1, 2**32, 2**53 - 7, 2**100, 2**200])
def test_the_quick_way_to_a_stream_opens_the_stream_numpy_opens(seed: int) -> None:
    for name, number in STREAMS.items():
        for key in ((0, 0), (25, 2), (3, 11)):
            theirs = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(number, *key)))
            assert stream(seed, name, *key).bit_generator.state == theirs.state
    again = pickle.loads(pickle.dumps(stream(seed, "slip")))
    assert again.random() == stream(seed, "slip").random()


def test_an_illegal_move_changes_nothing() -> None:
    model = game()
    before = json.dumps(model.position.to_dict())
    bad = moves()
    bad[Country.CAN] = Move({Country.USA: C, Country.MEX: C}, {Country.USA: Measure(sectors=("MET",))})
    with pytest.raises(IllegalMove):
        model.play(bad)
    with pytest.raises(IllegalMove, match="no move from"):
        model.play({Country.USA: moves()[Country.USA]})
    assert json.dumps(model.position.to_dict()) == before
    assert model.results == []


def test_tariffs_on_both_partners_cost_them_real_income_and_are_visible_in_output() -> None:
    model = game()
    for _ in range(3):
        last = model.play(moves(us="DD", can="CC", mex="CC"))
    assert last["position"]["us_rung"] == [3, 3]
    for k in ("CAN", "MEX"):
        assert last["income"][k]["real_income_percent"] < -0.3
        assert last["output"][k]["AUT"] < 0
        assert last["tariffs"][f"USA-{k}"] > 8


def test_a_quiet_front_reaches_washington_late_but_never_its_history() -> None:
    model = game(3)
    quiet = moves()
    for k in ("CAN", "MEX"):
        quiet[Country(k)] = Move.of(Country(k), C, C, quiet=True)
    unnoticed = 0
    for _ in range(6):
        result = model.play(quiet)
        pair = (Country.CAN, Country.MEX)
        seen = model.view(Country.USA).history[-1].stances[pair]
        assert (seen is None) == (not result["noticed"])
        assert model.view(Country.MEX).history[-1].stances[pair] is C
        unnoticed += not result["noticed"]
    assert unnoticed > 0
    true, seen = result["commitment"]["true"]["CAN"], result["commitment"]["seen"]["CAN"]
    assert true > seen


def test_what_washington_did_not_notice_moves_no_number_it_is_shown() -> None:
    """Two games that differ only in a quiet, unnoticed stance between the partners look the same to Washington."""
    unnoticed = next(s for s in range(50) if stream(s, "observation", 1).random(2).min() > 0.7)
    shown = []
    for stance in (C, D):
        model = game(unnoticed)
        quiet = moves()
        for k in ("CAN", "MEX"):
            quiet[Country(k)] = Move.of(Country(k), C, stance, quiet=True)
        result = model.play(quiet)
        assert not result["noticed"]
        same = {key: result[key] for key in ("odds", "beliefs", "commitment", "leverage")}
        same["commitment"] = same["commitment"]["seen"]
        same["leverage"] = {k: v["change"] - v["why"]["alternatives"] for k, v in result["leverage"].items()}
        shown.append(same)
    assert shown[0]["commitment"] == shown[1]["commitment"]
    assert shown[0]["beliefs"] == shown[1]["beliefs"]
    for k in ("CAN", "MEX"):
        assert shown[0]["leverage"][k] == pytest.approx(shown[1]["leverage"][k], abs=0.02)
    for end, odds in shown[0]["odds"].items():
        assert odds == pytest.approx(shown[1]["odds"][end], abs=0.002)  # firms' links move, and are public


def test_washington_is_told_the_same_whatever_the_partners_truly_believe() -> None:
    model = game()
    view = model.view(Country.USA)
    assert view.position.belief("commitment") == pytest.approx(view.position.belief("commitment_seen"))
    assert view.position.corridor == 0


def test_mesa_users_find_agents_collector_and_running() -> None:
    model = game()
    assert isinstance(model, mesa.Model)
    model.step()
    firms = [a for a in model.agents if hasattr(a, "sector")]
    assert len(firms) == FIRMS
    assert {str(f.home) for f in firms} == {"USA", "CAN", "MEX"}
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(COLUMNS)
    assert frame["leverage_CAN"].notna().all()
    assert len(frame) == 2
    assert [g.seat for g in model.governments.values()] == list(SEATS)


def test_seed_and_rng_are_both_accepted_but_not_together() -> None:
    assert ReviewModel("autumn-2025", rng=5, firms=FIRMS).seed == 5
    assert ReviewModel("autumn-2025", rng=np.random.default_rng(1), firms=FIRMS).seed >= 0
    with pytest.raises(InputError, match="not both"):
        ReviewModel("autumn-2025", 1, rng=2, firms=FIRMS)


@pytest.mark.parametrize(
    "system", ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S13", "S17", "S18", "S19"]
)
def test_every_switch_can_be_turned_off_and_the_game_still_ends(system) -> None:
    scenario = load_scenario("autumn-2025")
    off = scenario.model_copy(update={"switches": {**scenario.switches, system: False}})
    model = ReviewModel(off, 2, firms=FIRMS, lean=True)
    model.run_model()
    assert model.ending["outcome"] in list(Outcome)


def test_without_pressure_no_tariff_moves() -> None:
    scenario = load_scenario("autumn-2025")
    off = scenario.model_copy(update={"switches": {**scenario.switches, "S1": False}})
    model = ReviewModel(off, 2, firms=FIRMS, strategies={"USA": "always-defect"})
    while model.phase is Phase.BARGAINING:
        model.step()
    assert max(max(r["position"]["us_rung"]) for r in model.results) == 0


def test_the_review_can_be_played_by_seats() -> None:
    model = game()
    while model.phase is Phase.BARGAINING:
        model.step()
    from negotiation.game.proposal import Proposal

    model.put_on_table(Proposal(Outcome.SPLIT, (Country.MEX,)))
    model.answer("MEX", False)
    assert model.close_review() is None
    model.put_on_table(Proposal(Outcome.EXT))
    model.answer("CAN", True)
    model.answer("MEX", True)
    ending = model.close_review()
    assert ending["outcome"] == "EXT"
    assert model.running is False


def test_results_survive_pickling_across_processes() -> None:
    model = game()
    model.step()
    assert pickle.loads(pickle.dumps(model.results)) == model.results
