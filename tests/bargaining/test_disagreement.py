"""The disagreement point: four branches and a blink, weighted as likely as they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negotiation.bargaining import Threat, disagreement

CHANCE = st.floats(0, 1)
INCOME = st.floats(-200, 200)
SETTLED = np.array([0.0, 0.0])
BLINKED = np.array([-1.0, -2.0])
EXECUTED = np.array([[[2.0, -20.0], [-4.0, -18.0]], [[-5.0, -25.0], [-9.0, -24.0]]])
"""[answered, joined, (US, partner)]"""


def cost(p, r, q, settled=SETTLED, blinked=BLINKED, executed=EXECUTED):
    d = disagreement(Threat(p, r, q), settled, blinked, executed)
    return np.array([d.cost_us, d.cost_partner])


@given(CHANCE, CHANCE)
def test_if_washington_always_blinks_only_the_blink_counts(r, q):
    assert cost(0, r, q) == pytest.approx(SETTLED - BLINKED)


@pytest.mark.parametrize("answered", [0, 1])
@pytest.mark.parametrize("joined", [0, 1])
def test_certain_threats_lead_to_one_branch(answered, joined):
    assert cost(1, answered, joined) == pytest.approx(SETTLED - EXECUTED[answered, joined])


@given(CHANCE, CHANCE, CHANCE)
def test_the_cost_is_the_mean_over_five_independent_ends(p, r, q):
    expected = (1 - p) * BLINKED
    for answered, a in ((0, 1 - r), (1, r)):
        for joined, j in ((0, 1 - q), (1, q)):
            expected = expected + p * a * j * EXECUTED[answered, joined]
    assert cost(p, r, q) == pytest.approx(SETTLED - expected)


@given(
    CHANCE,
    CHANCE,
    CHANCE,
    arrays(float, 2, elements=INCOME),
    arrays(float, 2, elements=INCOME),
    arrays(float, (2, 2, 2), elements=INCOME),
)
def test_the_cost_lies_between_the_best_and_the_worst_branch(p, r, q, settled, blinked, executed):
    for side, value in enumerate(cost(p, r, q, settled, blinked, executed)):
        ends = settled[side] - np.append(executed[..., side].ravel(), blinked[side])
        assert ends.min() - 1e-9 <= value <= ends.max() + 1e-9


@given(CHANCE, CHANCE, CHANCE, INCOME)
def test_only_differences_of_income_matter(p, r, q, shift):
    moved = cost(p, r, q, SETTLED + shift, BLINKED + shift, EXECUTED + shift)
    assert moved == pytest.approx(cost(p, r, q), abs=1e-9)


def test_a_breakdown_somebody_gains_from_has_a_negative_cost():
    assert cost(1, 0, 0)[0] == pytest.approx(-2.0)


@given(st.lists(st.tuples(CHANCE, CHANCE, CHANCE), min_size=1, max_size=5))
def test_many_positions_at_once_give_what_each_gives_alone(chances):
    p, r, q = (np.array(x) for x in zip(*chances, strict=True))
    n = len(chances)
    many = disagreement(
        Threat(p, r, q), np.tile(SETTLED, (n, 1)), np.tile(BLINKED, (n, 1)), np.tile(EXECUTED, (n, 1, 1, 1))
    )
    for i, chance in enumerate(chances):
        assert [many.cost_us[i], many.cost_partner[i]] == pytest.approx(list(cost(*chance)), abs=1e-9)
