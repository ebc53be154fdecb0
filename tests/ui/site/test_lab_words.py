"""What the Policy lab says of a result: figures, marks and headlines, without page or server."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from negotiation.lab.desk_opening import opening
from negotiation.lab.lens import document as lens_document
from negotiation.lab.lens import lens
from negotiation.scenario import load_scenario, scenario_names
from negotiation.world import ReviewModel
from ui.site.present import lab_deals, lab_lens, lab_results, lab_sliders
from ui.site.present.lab_answer import lab_answer
from ui.site.present.lab_state import LabState, own_values
from ui.words import LANGUAGES, Words, plain

EN = Words.of("en")


def test_shares_as_whole_numbers_sum_to_a_hundred() -> None:
    assert lab_results.hundred([1 / 3, 1 / 3, 1 / 3]) == [34, 33, 33]
    assert sum(lab_results.hundred([0.005, 0.005, 0.99])) == 100
    assert lab_results.hundred([1.0, 0.0]) == [100, 0]


def test_a_step_of_a_slider_is_round_and_reaches_the_scenarios_own_value() -> None:
    for name in scenario_names():
        scenario = load_scenario(name)
        for lever, declared in {**scenario.levers, **scenario.uncertainties}.items():
            own = own_values(scenario)[lever]
            step, digits = lab_sliders.step_of(declared, isinstance(own, int))
            assert step == pytest.approx(round(step, digits))
            assert (declared.high - declared.low) / step <= 101 or isinstance(own, int)


def test_the_lens_marks_best_replies_and_where_neither_would_change() -> None:
    payoff = [[[[0.0, 0.0, 0.0] for _ in range(9)] for _ in range(9)] for _ in range(9)]
    letters = [a + b for a in "CND" for b in "CND"]
    for usa, u in enumerate(letters):
        for can, c in enumerate(letters):
            for mex in range(9):  # a prisoner's dilemma between Washington and Ottawa
                d1, d2 = u[0] == "D", c[0] == "D"
                payoff[usa][can][mex][0] = 2.0 * d1 - 3.0 * d2
                payoff[usa][can][mex][1] = 2.0 * d2 - 3.0 * d1
    even = dict.fromkeys(letters, 1 / 9)
    found = {
        "payoff": payoff, "round": 1, "date": "2025-09", "actions": dict.fromkeys(("USA", "CAN", "MEX"), letters),
        "quantal": dict.fromkeys(("USA", "CAN", "MEX"), even), "gambit": False,
    }  # fmt: skip
    told = lab_lens.lens(document() | found, LabState(rest="CCCC"), load_scenario("autumn-2025"), EN)
    assert told is not None
    both = [(i, j) for i in range(3) for j in range(3) if told["cells"][i][j]["both"]]
    assert both == [(2, 2)]
    assert told["cells"][0][0]["row_best"] is False
    assert "pygambit" in told["equilibria_note"]
    assert EN("lab.incomplete") in told["equilibria_note"]


@cache
def document() -> dict[str, Any]:
    """What the lens says of the first round, its search for equilibria cut off at the start."""
    return lens_document(lens(ReviewModel("autumn-2025", 1, firms=500, lean=True), seconds=0))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_lens_shows_what_could_be_settled_and_who_is_worth_what(language: str) -> None:
    words, scenario = Words.of(language), load_scenario("autumn-2025")
    told = lab_deals.deals(document()["packages"], scenario, words)
    for deal in told["deals"]:
        points = {p["id"]: p for p in deal["points"]}
        assert set(points) == {"none", "nash", "kalai_smorodinsky", "egalitarian"}
        assert all(a >= b for a, b in zip(points["nash"]["at"], points["none"]["at"], strict=True))
        assert deal["packages"] == sorted(deal["packages"], reverse=True)
        assert all(corner in deal["packages"] for corner in deal["line"])
        assert all(p["items"] and "_" not in "".join(p["items"]) for n, p in points.items() if n != "none")
    shared = lab_deals.coalitions(document()["coalitions"], words)
    assert [r["seat"] for r in shared["rows"]] == ["USA", "CAN", "MEX"]
    empty = {**document()["coalitions"], "core_is_empty": True, "core_corners": []}
    assert lab_deals.coalitions(empty, words)["core"] != shared["core"]


def test_the_answer_says_when_leverage_hardly_moves_and_never_shouts_about_nothing() -> None:
    scenario = load_scenario("autumn-2025")
    base = opening(scenario)
    told = lab_answer(base, base, scenario, EN, ask=1, moved=True)
    assert told["headline"] == EN("lab.head_still")
    assert "{" not in plain(told["deck"])
