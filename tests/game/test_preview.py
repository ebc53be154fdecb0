"""What a move is expected to do: a band of replies, and a step aimed at some sectors only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from negotiation.game.moves import Measure, Move
from negotiation.game.preview import Range, _spread, preview
from negotiation.terms import Country, Stance
from negotiation.world import ReviewModel

D, C = Stance.DEFECT, Stance.COORDINATE


@pytest.fixture(scope="module")
def model() -> ReviewModel:
    return ReviewModel("autumn-2025", 1, firms=120)


def test_a_band_holds_the_middle_eight_tenths_of_what_is_likely() -> None:
    even = _spread(np.arange(101.0), np.full(101, 1 / 101))
    assert (even.low, even.high) == (10.0, 90.0)
    assert even.mean == pytest.approx(50)
    sure = _spread(np.array([5.0, -40.0, 70.0]), np.array([0.9, 0.05, 0.05]))
    assert sure == Range(pytest.approx(6.0), 5.0, 5.0)


@pytest.mark.parametrize("seat", list(Country))
def test_bands_have_an_order_and_odds_sum_to_one(model, seat) -> None:
    told = preview(model.view(seat), Move.of(seat, D, C), model.scenario)
    for band in (told.payoff, told.month, *told.leverage.values()):
        assert band.low <= band.high
    assert sum(told.odds.values()) == pytest.approx(1)
    assert sum(told.odds_now.values()) == pytest.approx(1)
    assert set(told.likeliest) == set(Country) - {seat}


def previews(model: ReviewModel, announced: bool) -> list[dict]:
    """A step against Canada, which has nothing left to buy it off with: on everything, by instrument, on one sector."""
    position = model.position.but(
        us_notice=np.array([announced, False]),
        granted_by_partner=np.ones((2, 4), bool),
        volatility=np.zeros(2),
    )
    view = replace(model.view(Country.USA), position=position)
    stances = {Country.CAN: D, Country.MEX: C}
    measures = ({}, {Country.CAN: Measure("national_security")}, {Country.CAN: Measure(sectors=("PHA",))})
    return [preview(view, Move(stances, named), model.scenario).to_dict() for named in measures]


def test_a_step_aimed_at_some_sectors_moves_leverage_less_when_it_is_taken(model) -> None:
    told = previews(model, announced=True)
    everything, *aimed = [one["leverage"]["CAN"]["mean"] for one in told]
    assert everything > max(aimed) + 1
    assert len({one["real_income_percent"] for one in told}) == 3


def test_what_a_step_is_aimed_at_does_not_matter_before_it_is_taken(model) -> None:
    """Announcing it commits to no sectors: they are chosen in the round in which it takes effect."""
    whole, by_instrument, aimed = previews(model, announced=False)
    assert whole == by_instrument == aimed
