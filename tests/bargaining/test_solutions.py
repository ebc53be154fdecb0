"""Bargaining solutions held to textbook problems and to the axioms that define them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negotiation.bargaining.solutions import egalitarian, kalai_smorodinsky, nash, pareto_frontier
from negotiation.errors import InputError

ZERO = np.zeros(2)
TRIANGLE = np.array([[2.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
numbers = st.floats(-5, 5, allow_nan=False).map(lambda x: round(x, 3))
problems = st.integers(2, 3).flatmap(
    lambda n: st.integers(2, 7).flatmap(lambda m: arrays(float, (m, n), elements=numbers))
)


def test_a_triangle_is_divided_as_the_textbook_says() -> None:
    for solve, point in ((nash, (1, 0.5)), (kalai_smorodinsky, (1, 0.5)), (egalitarian, (2 / 3, 2 / 3))):
        assert solve(TRIANGLE, ZERO, lotteries=True).payoff == pytest.approx(point, abs=1e-6)


def test_where_nash_and_kalai_smorodinsky_part() -> None:
    """Kalai and Smorodinsky's own example: a corner cut off changes hopes, not Nash's product."""
    square = np.array([[0, 0], [1, 0], [0, 1], [1, 0.7]])
    assert nash(square, ZERO, lotteries=True).payoff == pytest.approx((1, 0.7), abs=1e-6)
    assert kalai_smorodinsky(square, ZERO, lotteries=True).payoff == pytest.approx(
        (10 / 13, 10 / 13), abs=1e-6
    )


def test_bargaining_power_tilts_nash() -> None:
    dollar = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = nash(dollar, ZERO, weights=(3, 1), lotteries=True)
    assert found.payoff == pytest.approx((0.75, 0.25), abs=1e-6)
    assert sum(chance for _, chance in found.lottery) == pytest.approx(1)


def test_three_players_share_equally_what_is_symmetric() -> None:
    for solve in (nash, kalai_smorodinsky, egalitarian):
        assert solve(np.eye(3), np.zeros(3), lotteries=True).payoff == pytest.approx([1 / 3] * 3, abs=1e-6)


def test_single_agreements_are_chosen_by_the_same_criterion() -> None:
    p = np.array([[6.0, 1.0], [3.0, 3.0], [1.0, 7.0]])
    assert nash(p, ZERO).lottery == ((1, 1.0),)
    assert egalitarian(p, ZERO).lottery == ((1, 1.0),)
    assert kalai_smorodinsky(np.array([[6.0, 1.0], [3.0, 3.0], [0.5, 4.0]]), ZERO).lottery == ((1, 1.0),)


def test_if_nobody_can_gain_there_is_no_agreement() -> None:
    for solve in (nash, kalai_smorodinsky, egalitarian):
        for lotteries in (False, True):
            found = solve(np.array([[-1.0, -1.0], [-2.0, 3.0]]), ZERO, lotteries=lotteries)
            assert found.lottery == ()
            assert found.payoff.tolist() == [0, 0]


@given(problems)
@settings(max_examples=60, deadline=None)
def test_the_frontier_is_what_nobody_could_improve(p: np.ndarray) -> None:
    kept = pareto_frontier(p)
    for i in range(len(p)):
        beaten = ((p >= p[i]).all(axis=1) & (p > p[i]).any(axis=1)).any()
        if i in kept:
            assert not beaten
        else:
            assert beaten or any(np.array_equal(p[i], p[k]) for k in kept)
    assert (np.diff(p[kept][:, 0]) <= 0).all()


@given(problems, st.booleans())
@settings(max_examples=60, deadline=None)
def test_nobody_is_left_worse_off_than_without_an_agreement(p: np.ndarray, lotteries: bool) -> None:
    d = np.zeros(p.shape[1])
    for solve in (nash, kalai_smorodinsky, egalitarian):
        assert (solve(p, d, lotteries=lotteries).payoff >= -1e-7).all()


@given(problems)
@settings(max_examples=60, deadline=None)
def test_no_agreement_raises_nashs_product_to_first_order(p: np.ndarray) -> None:
    d = np.zeros(p.shape[1])
    found = nash(p, d, lotteries=True).payoff
    if (found > 1e-3).all():
        assert ((p / found).mean(axis=1) <= 1 + 1e-6).all()


@given(problems, st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_units_do_not_matter_to_nash_and_kalai_smorodinsky(p: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(0.5, 2, p.shape[1]), rng.uniform(-1, 1, p.shape[1])
    d = np.zeros(p.shape[1])
    for solve in (nash, kalai_smorodinsky):
        plain, scaled = solve(p, d, lotteries=True), solve(p * a + b, d * a + b, lotteries=True)
        if plain.lottery and (plain.payoff > 1e-3).all():
            assert scaled.payoff == pytest.approx(plain.payoff * a + b, abs=1e-5)


def test_the_lottery_leads_to_the_point() -> None:
    p = np.random.default_rng(0).uniform(0, 1, (12, 3))
    for solve in (nash, kalai_smorodinsky, egalitarian):
        found = solve(p, np.zeros(3), lotteries=True)
        assert sum((chance * p[i] for i, chance in found.lottery), np.zeros(3)) == pytest.approx(found.payoff)


def test_nonsense_is_refused() -> None:
    with pytest.raises(InputError, match="agreements, players"):
        nash(np.zeros(3), ZERO)
    with pytest.raises(InputError, match="2 finite numbers"):
        egalitarian(TRIANGLE, np.zeros(3))
    with pytest.raises(InputError, match="not finite"):
        pareto_frontier(np.array([[np.nan, 1.0]]))
    with pytest.raises(InputError, match="positive number"):
        nash(TRIANGLE, ZERO, weights=(1, 0))


@given(st.integers(2, 7).flatmap(lambda m: arrays(float, (m, 2), elements=numbers)))
@settings(max_examples=80, deadline=None)
def test_two_players_read_off_the_corners_are_three_of_the_linear_program(p: np.ndarray) -> None:
    """A player who sits at the table twice changes nothing, but three players' solutions are linear programs."""
    twice = p[:, [0, 1, 1]]
    for solve in (kalai_smorodinsky, egalitarian):
        two, three = solve(p, ZERO, lotteries=True), solve(twice, np.zeros(3), lotteries=True)
        assert two.payoff == pytest.approx(three.payoff[:2], abs=1e-6)
    weights = (2.0, 1.0)
    two = nash(p, ZERO, weights=weights, lotteries=True)
    three = nash(twice, np.zeros(3), weights=(2.0, 0.5, 0.5), lotteries=True)
    assert two.payoff == pytest.approx(three.payoff[:2], abs=1e-3)
