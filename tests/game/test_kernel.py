"""The compiled review and breakdown say what the rules in arrays say, in any position and under any switch."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import InputError
from negotiation.game.breakdown import Beliefs, breakdown, leverage_from
from negotiation.game.evolve import next_position
from negotiation.game.payoffs import STAGE_GAMES_KEPT, every_cell, stage_game
from negotiation.game.pressure import as_switched
from negotiation.game.review import hold_review, odds_of
from negotiation.game.ruling import rule_on
from tests.game.conftest import Parts
from tests.game.reference import review_in_arrays
from tests.game.test_switches import off, positions

SWITCHES = ("", "S1", "S2", "S3", "S5", "S8", "S13", "S18")


def same(ours, reference) -> None:
    """Equal to a billionth of the largest value, whatever the field holds."""
    if isinstance(reference, dict):
        assert list(ours) == list(reference)
        for name in reference:
            same(ours[name], reference[name])
    else:
        assert ours == pytest.approx(np.broadcast_to(reference, ours.shape), rel=1e-9, abs=1e-9)


def switched(parts: Parts, switch: str) -> Parts:
    return off(parts, switch) if switch else parts


@pytest.mark.parametrize("switch", SWITCHES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_review_is_worth_and_ends_as_the_rules_in_arrays_say(product: Parts, switch: str, data) -> None:
    g = switched(product, switch)
    pos, seen = as_switched(data.draw(positions(g.start)), g.book), data.draw(st.booleans())
    ours = hold_review(g.table, pos, g.book, seen=seen)
    reference = review_in_arrays(g.table, pos, g.book, seen=seen)
    for field in fields(ours):
        same(getattr(ours, field.name), getattr(reference, field.name))


@pytest.mark.parametrize("follows", [1, 2])
def test_the_same_for_all_cells_of_a_stage_game_at_once(product: Parts, follows: int) -> None:
    g = product
    book = replace(g.book, reviews_left=(follows,))
    pos = replace(g.start, us_notice=np.array([True, False]), partner_notice=np.array([True, True]))
    after = next_position(pos, rule_on(pos, *every_cell(), book, np.ones(2, bool)), book)
    ours = hold_review(g.table, after, book)
    reference = review_in_arrays(g.table, after, book)
    assert ours.expected.shape == (729, 3)
    for field in fields(ours):
        same(getattr(ours, field.name), getattr(reference, field.name))


def test_the_same_with_packages_put_in_place_of_the_expected_ones(product: Parts) -> None:
    deals = {"COND": np.array([[30.0, -1, 0], [20, 0, 2]]), "SPLIT_MEX": np.array([[0.0, 0, 0], [1, 0, -2]])}
    ours = hold_review(product.table, product.start, product.book, deals=deals)
    reference = review_in_arrays(product.table, product.start, product.book, deals=deals)
    same(ours.values, reference.values)
    same(ours.odds, reference.odds)
    plain = hold_review(product.table, product.start, product.book)
    assert ours.values["COND"][0] > plain.values["COND"][0]
    assert (ours.values["SPLIT_CAN"] == plain.values["SPLIT_CAN"]).all()


def test_only_an_offer_with_a_package_behind_it_takes_another(product: Parts) -> None:
    with pytest.raises(InputError, match="EXT"):
        hold_review(product.table, product.start, product.book, deals={"EXT": np.zeros((2, 3))})


@pytest.mark.parametrize("switch", ["", "S2"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_leverage_is_read_off_the_disagreement_point(product: Parts, switch: str, data) -> None:
    g = switched(product, switch)
    pos = data.draw(positions(g.start))
    beliefs = Beliefs.of(pos, g.book, seen=False)
    lever = leverage_from(g.table, pos, beliefs, g.book, g.scale)
    for k in range(2):
        costs = breakdown(g.table, pos, beliefs, g.book, k)
        assert lever.transfer[k] == pytest.approx((costs.cost_partner - costs.cost_us) / 2, abs=1e-9)


def test_odds_follow_from_values_as_they_did_in_the_review(product: Parts) -> None:
    review = hold_review(product.table, product.start, product.book)
    assert odds_of(review.values, review, product.book) == pytest.approx(review.odds, abs=1e-12)
    dearer = {name: value.copy() for name, value in review.values.items()}
    dearer["ANN"][0] += 50.0
    assert odds_of(dearer, review, product.book)[3] > 0.8 > review.odds[3]


def test_seats_that_know_the_same_share_one_stage_game_and_others_do_not(product: Parts) -> None:
    g = product
    canada = stage_game(g.table, g.start, g.book)
    assert stage_game(g.table, g.start, g.book) is canada
    washington = stage_game(g.table, g.start.as_washington_sees_it(), g.book, seen=True)
    assert washington is not canada
    longer = stage_game(g.table, g.start, g.book, months=2)
    assert not np.array_equal(longer.payoff, canada.payoff)


def test_a_table_forgets_stage_games_it_was_asked_for_long_ago(product: Parts) -> None:
    g = product
    first = stage_game(g.table, g.start, g.book)
    for _ in range(STAGE_GAMES_KEPT):
        stage_game(g.table, replace(g.start), g.book)
    assert len(g.table.stage_games) == STAGE_GAMES_KEPT
    again = stage_game(g.table, g.start, g.book)
    assert again is not first
    assert np.array_equal(again.payoff, first.payoff)
