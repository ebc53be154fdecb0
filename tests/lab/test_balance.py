"""The measurement of balance: pure counts held against plain loops, verdicts against made-up games."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from negotiation.bargaining import StageGame
from negotiation.errors import InputError, UnknownName
from negotiation.lab.balance import measure
from negotiation.lab.balance import verdicts as judge
from negotiation.lab.balance.plays import Held, Play, Task, play
from negotiation.lab.balance.stages import (
    StageFacts,
    believing,
    best_replies,
    divide_gain,
    dominated_moves,
    front_of,
)
from negotiation.scenario import load_scenario, load_yaml
from negotiation.terms import OUTCOMES, Country, Stance
from negotiation.world import ReviewModel

FLAT = [np.full(9, 1 / 9)] * 3


@pytest.fixture(scope="module")
def game() -> StageGame:
    return StageGame(np.random.default_rng(5).normal(size=(9, 9, 9, 3)))


def facts(best: float = 0.3, dominated: bool = False, front: float = 1.0, leaving: float = 1.0) -> StageFacts:
    shares = np.full((3, 9), 0.1)
    shares[:, 4] = best
    gone = np.zeros((3, 9), bool)
    gone[0, 2] = dominated
    return StageFacts(
        shares, gone, np.full(2, front), np.full(2, leaving), np.array([1.0, -1.0]), np.array([0.1, 0.8])
    )


def a_play(kind: str = "random", label: tuple[str, ...] = (), **over: object) -> Play:
    told = {
        "seed": 0,
        "path": np.array([[50.0, 50.0], [66.0, 62.0]]),
        "threat": np.array([[0.6, 0.6], [0.3, 0.3]]),
        "outcome": "EXT",
        "odds": np.full(5, 0.2),
        "score": np.zeros(3),
    }
    return Play(kind, label, **(told | over))


# -- counts -------------------------------------------------------------------------------------------


def test_best_replies_are_counted_over_the_others_pairs_of_moves(game: StageGame) -> None:
    by_hand = np.zeros(9)
    for a, c in product(range(9), range(9)):
        by_hand[int(np.argmax(game.payoff[a, :, c, 1]))] += 1 / 81
    assert best_replies(game)[1] == pytest.approx(by_hand)


def test_a_move_made_worse_everywhere_is_dominated(game: StageGame) -> None:
    payoff = game.payoff.copy()
    payoff[:, :, 6, 2] = payoff[:, :, 3, 2] - 0.1
    found = dominated_moves(StageGame(payoff))
    assert found[2, 6]
    assert not found[2, 3]


def test_dividing_is_compared_with_coordinating_with_both(game: StageGame) -> None:
    expected = game.payoff[..., 0].mean((1, 2))
    assert divide_gain(game, FLAT) == pytest.approx(max(expected[[2, 6, 5, 7]]) - expected[0])


def test_a_front_is_worth_what_a_plain_loop_says(game: StageGame) -> None:
    def worth(k: int, mine: int, theirs: int) -> float:
        best = -np.inf
        for v in range(3):
            total = 0.0
            for us, w in product(range(9), range(3)):
                cell = [us, 0, 0]
                cell[k + 1], cell[2 - k] = 3 * v + mine, 3 * w + theirs
                total += game.payoff[(*cell, k + 1)] / 27
            best = max(best, total)
        return best

    front, leaving = front_of(game, FLAT)
    for k in range(2):
        assert front[k] == pytest.approx(worth(k, 0, 0) - worth(k, 2, 2))
        assert leaving[k] == pytest.approx(worth(k, 2, 0) - worth(k, 0, 0))


# -- games --------------------------------------------------------------------------------------------


def test_trust_between_the_partners_raises_commitment() -> None:
    from negotiation.game.commitment import effective_commitment

    model = ReviewModel("autumn-2025", seed=1, firms=1000, lean=True)
    low, high = (
        effective_commitment(believing(model.position, belief, 6.0), model.book, seen=False)
        for belief in (0.05, 0.95)
    )
    assert (low < high).all()


def test_a_held_stance_is_kept_toward_the_other_partner_in_every_round() -> None:
    model = ReviewModel(
        "autumn-2025",
        seed=1,
        firms=1000,
        lean=True,
        strategies={"CAN": Held(toward_partner=Stance.DEFECT), "MEX": Held(toward_partner=Stance.COORDINATE)},
    )
    for _ in range(2):
        model.step()
        moves = model.results[-1]["moves"]
        assert moves["CAN"]["move"]["stances"]["MEX"] == "defect"
        assert moves["MEX"]["move"]["stances"]["CAN"] == "coordinate"


def test_the_same_task_gives_the_same_play() -> None:
    scenario = load_scenario("autumn-2025")
    task = Task("own", scenario, 2, {Country.USA: "bluff"}, looks=1, divide=(0.05, 0.95, 6.0), firms=1000)
    a, b = play(task), play(task)
    assert np.array_equal(a.path, b.path)
    assert np.array_equal(a.stages[0].best, b.stages[0].best)
    assert len(a.path) == len(scenario.calendar.rounds) + 1
    assert a.swing == pytest.approx(a.path.max(0) - a.path.min(0))


# -- verdicts -----------------------------------------------------------------------------------------


def test_a_best_reply_in_too_many_states_fails() -> None:
    assert judge.no_action_is_nearly_always_best([facts(0.55)], 0.6).holds
    failed = judge.no_action_is_nearly_always_best([facts(0.65), facts(0.62)], 0.6)
    assert not failed.holds
    assert "NN 64%" in failed.finding or "NN 63%" in failed.finding


def test_a_move_dominated_in_all_states_fails() -> None:
    assert judge.no_action_is_dominated_everywhere([facts(dominated=True), facts()]).holds
    assert not judge.no_action_is_dominated_everywhere([facts(dominated=True)] * 3).holds


def test_threats_must_lose_belief_and_leverage_when_not_carried_out() -> None:
    bluffs = [a_play(path=np.array([[60.0, 60], [50, 50]]))]
    carried = [a_play(threat=np.array([[0.6, 0.6], [0.8, 0.8]]), path=np.array([[60.0, 60], [70, 70]]))]
    calm = [a_play(threat=np.array([[0.6, 0.6], [0.6, 0.6]]), path=np.array([[60.0, 60], [58, 58]]))]
    assert judge.unexecuted_threats_lose_credibility(bluffs, carried, calm).holds
    assert not judge.unexecuted_threats_lose_credibility(carried, bluffs, calm).holds


def test_dividing_must_pay_at_low_and_fail_at_high_commitment() -> None:
    assert judge.dividing_pays_only_against_distrust([facts(), facts()]).holds
    always = replace(facts(), dividing=np.ones(2), commitment=np.ones(2))
    assert not judge.dividing_pays_only_against_distrust([always, always]).holds


def test_a_front_must_be_worth_having_and_tempting_to_leave() -> None:
    held = {
        "together": [a_play(score=np.array([0.0, 5.0, 9.0]))],
        "alone": [a_play(score=np.array([0.0, 1.0, 1.0]))],
        "can_leaves": [a_play(score=np.array([0.0, 6.0, -9.0]))],
        "mex_leaves": [a_play(score=np.array([0.0, -9.0, 8.0]))],
    }
    found = judge.a_front_is_worth_having_and_tempting_to_leave([facts()], held, 0.1)
    assert found.holds
    assert found.figures["worth_usd"] == {"CAN": 4.0, "MEX": 8.0}
    assert found.figures["leaving_alone_usd"] == {"CAN": 1.0, "MEX": -1.0}
    assert found.figures["left_standing_usd"] == {"CAN": -14.0, "MEX": -18.0}
    assert not judge.a_front_is_worth_having_and_tempting_to_leave([facts(leaving=-1)], held, 0.1).holds


def test_an_end_that_never_occurs_fails_and_says_how_often_it_was_expected() -> None:
    drawn = [a_play(outcome=str(o)) for o in OUTCOMES]
    assert judge.all_five_ends_occur(drawn).holds
    failed = judge.all_five_ends_occur(drawn[:-1])
    assert not failed.holds
    assert "WD was to be expected 0.8 times" in failed.finding


def test_the_median_swing_must_lie_between_its_bounds() -> None:
    still = a_play(path=np.full((3, 2), 50.0))
    assert judge.leverage_swings([a_play(), a_play(kind="own"), still], 10, 25).holds
    assert not judge.leverage_swings([a_play(), still, still], 10, 25).holds


def test_a_script_that_beats_nearly_everybody_has_won() -> None:
    def table(score: object) -> list[Play]:
        names = ("x", "y")
        return [
            a_play("tournament", (a, b, c), score=np.array([score(a, b, c)] * 3, float))
            for a, b, c in product(names, names, names)
        ]

    assert not judge.no_script_wins(table(lambda a, b, c: a == "x"), 0.75).holds
    rock_paper = table(lambda a, b, c: (a == b) + 0.1 * (b == c))
    figures = judge.no_script_wins(rock_paper, 0.75).figures
    assert figures["USA"]["best_against_share"] == {"x": 0.5, "y": 0.5}


# -- all of it ----------------------------------------------------------------------------------------


def test_every_target_of_the_design_is_measured() -> None:
    settings = load_yaml("lab.yaml")
    settings["ensemble"] = {"firms": 500, "tolerance": 1e-5}
    settings["sampling"] |= {
        "quantal_games": 1,
        "own_games": 1,
        "threat_games": 1,
        "front_games": 1,
        "games": 2,
    }
    settings["tournament"] = {
        "USA": ["always-defect", "tit-for-tat"],
        "CAN": ["hedger"],
        "MEX": ["always-coordinate", "front"],
    }
    told: list[tuple[int, int]] = []
    report = measure("autumn-2025", 2, settings=settings, progress=lambda *at: told.append(at))
    assert told[-1] == (report.games, report.games)
    assert [v.name for v in report.verdicts] == [
        "best_reply",
        "dominated",
        "threats",
        "divide",
        "front",
        "ends",
        "swing",
        "tournament",
    ]
    assert report.states == 2 * settings["sampling"]["stages_per_game"]
    assert all(v.finding and isinstance(v.holds, bool) for v in report.verdicts)


def test_too_few_games_and_unknown_scenarios_are_refused() -> None:
    with pytest.raises(InputError, match="at least 2"):
        measure("autumn-2025", 1)
    with pytest.raises(UnknownName, match="autumn-2025"):
        measure("autumn-2026")
