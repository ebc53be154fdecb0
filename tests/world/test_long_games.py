"""After the first review: annual reviews go on for as long as the calendar says."""

from __future__ import annotations

import json

from negotiation.game.proposal import Proposal
from negotiation.scenario import Round, load_scenario
from negotiation.terms import Country, Outcome, Phase
from negotiation.world import ReviewModel


def long_game(years: int = 3, seed: int = 1, lean: bool = True) -> ReviewModel:
    scenario = load_scenario("autumn-2025")
    later = tuple(Round(date=f"{2026 + y}-07", months=12, review=True) for y in range(years))
    calendar = scenario.calendar.model_copy(update={"after_review": later})
    return ReviewModel(scenario.model_copy(update={"calendar": calendar}), seed, firms=500, lean=lean)


def test_annual_reviews_follow_until_the_calendar_ends() -> None:
    model = long_game()
    held = []
    while model.phase is not Phase.ENDED:
        if model.phase is Phase.BARGAINING:
            model.step()
            continue
        held.append(len(model.results))
        model.put_on_table(Proposal(Outcome.ANN))
        model.close_review()
    assert held[0] == 10
    assert held == list(range(10, 10 + len(held)))
    assert model.ending["outcome"] in ("ANN", "WD")
    if model.ending["outcome"] == "ANN":
        assert len(model.results) == 13
        assert len(model.reviews) == 3


def test_an_extension_ends_a_long_game_at_once() -> None:
    model = long_game()
    while model.phase is Phase.BARGAINING:
        model.step()
    model.put_on_table(Proposal(Outcome.EXT))
    for partner in (Country.CAN, Country.MEX):
        model.answer(partner, True)
    assert model.close_review()["outcome"] == "EXT"


def test_firms_live_twelve_months_in_a_year_long_round() -> None:
    model, lived = long_game(), []
    while len(model.results) < 11 and model.running:
        if model.phase is Phase.BARGAINING:
            before = model.firms.months
            model.step()
            lived.append(model.firms.months - before)
        else:
            model.put_on_table(Proposal(Outcome.ANN))
            if model.close_review() is not None:
                return
    assert lived == [1] * 10 + [12]


def test_a_long_game_is_rebuilt_across_its_reviews() -> None:
    model = long_game(seed=5, lean=False)  # a lean record holds too little to rebuild from
    while model.phase is not Phase.ENDED and len(model.results) < 12:
        if model.phase is Phase.BARGAINING:
            model.step()
        else:
            model.put_on_table(Proposal(Outcome.ANN))
            model.close_review()
    again = long_game(seed=5, lean=False)
    assert again.restore(json.loads(json.dumps(model.results))) == []
    assert again.position.us_rung.tolist() == model.position.us_rung.tolist()
