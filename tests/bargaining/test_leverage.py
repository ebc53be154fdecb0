"""Leverage: the transfer is Nash's, the index stays between 0 and 100."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.bargaining import Disagreement, leverage, leverage_index, nash_transfer
from negotiation.errors import InputError

COST = st.floats(-1e4, 1e4)
MILD = st.floats(-30, 30)
SCALE = st.floats(0.5, 1e3)
SLOPE = 1.25


def index(us, partner, scale, slope=SLOPE):
    return float(leverage_index(Disagreement(np.asarray(us), np.asarray(partner)), scale, slope))


@given(COST, COST, SCALE)
def test_the_index_never_leaves_its_range_whatever_the_signs(us, partner, scale):
    assert 0 <= index(us, partner, scale) <= 100


@given(COST, SCALE)
def test_equal_costs_are_balanced(cost, scale):
    assert index(cost, cost, scale) == 50


@given(COST, COST, SCALE)
def test_exchanging_the_sides_mirrors_the_index(us, partner, scale):
    assert index(us, partner, scale) + index(partner, us, scale) == pytest.approx(100)


@given(MILD, MILD, st.floats(0.1, 20))
def test_the_more_a_breakdown_costs_the_partner_the_higher_it_is(us, partner, more):
    assert index(us, partner + more, 30) > index(us, partner, 30)
    assert index(us + more, partner, 30) < index(us, partner, 30)


@given(COST, COST, SCALE, st.floats(0.1, 10))
def test_the_index_has_no_unit(us, partner, scale, unit):
    assert index(us * unit, partner * unit, scale * unit) == pytest.approx(index(us, partner, scale))


def test_the_slope_is_the_steepness_at_balance():
    gap = 1e-6
    assert (index(0, gap, 10) - 50) / gap == pytest.approx(50 * SLOPE / 10, rel=1e-6)


@given(COST, COST)
def test_after_the_transfer_both_gain_the_same_from_agreement(us, partner):
    n = float(nash_transfer(Disagreement(np.asarray(us), np.asarray(partner))))
    assert us + n == pytest.approx(partner - n, abs=1e-9)


@given(MILD, MILD)
def test_the_transfer_maximises_the_product_of_gains(us, partner):
    if us + partner <= 0.1:  # nothing to bargain about
        return
    n = float(nash_transfer(Disagreement(np.asarray(us), np.asarray(partner))))
    grid = np.linspace(-us, partner, 2001)  # transfers that leave neither worse off than a breakdown
    product = (us + grid) * (partner - grid)
    assert (us + n) * (partner - n) >= product.max() - 1e-9


def test_index_and_transfer_have_the_same_sign():
    costs = Disagreement(np.array([1.0, 5.0, 3.0]), np.array([4.0, 2.0, 3.0]))
    both = leverage(costs, np.full(3, 10.0), SLOPE)
    assert np.sign(both.index - 50).tolist() == np.sign(both.transfer).tolist() == [1, -1, 0]
    assert both.transfer.tolist() == [1.5, -1.5, 0.0]


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan, [1.0, 0.0]])
def test_a_scale_that_is_not_positive_is_refused(scale):
    with pytest.raises(InputError, match="positive"):
        leverage_index(Disagreement(np.zeros(2), np.zeros(2)), np.asarray(scale), SLOPE)
