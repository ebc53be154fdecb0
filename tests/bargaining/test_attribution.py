"""Shapley attribution: every part is an average over orders, and the parts are the whole."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.bargaining import shapley
from negotiation.errors import InputError

NAMES = ("exposure", "alternatives", "commitment", "credibility", "weather")
WORTH = st.floats(-1e3, 1e3)


@st.composite
def games(draw, low=1, high=5):
    """Blocks and a worth for every subset of them."""
    blocks = NAMES[: draw(st.integers(low, high))]
    worths = {
        frozenset(b for i, b in enumerate(blocks) if mask >> i & 1): draw(WORTH)
        for mask in range(2 ** len(blocks))
    }
    return blocks, worths


@given(games())
def test_parts_sum_to_the_whole_change(game):
    blocks, worth = game
    parts = shapley(worth.__getitem__, blocks)
    whole = worth[frozenset(blocks)] - worth[frozenset()]
    assert sum(float(p) for p in parts.values()) == pytest.approx(whole, abs=1e-9)


@given(games(high=4))
def test_a_part_is_the_mean_contribution_over_all_orders(game):
    blocks, worth = game
    total = dict.fromkeys(blocks, 0.0)
    orders = list(permutations(blocks))
    for order in orders:
        for place, block in enumerate(order):
            before = frozenset(order[:place])
            total[block] += worth[before | {block}] - worth[before]
    parts = shapley(worth.__getitem__, blocks)
    for block in blocks:
        assert float(parts[block]) == pytest.approx(total[block] / len(orders), abs=1e-9)


@given(games(low=2), st.data())
def test_a_block_that_never_matters_gets_nothing(game, data):
    blocks, worth = game
    idle = data.draw(st.sampled_from(blocks))
    parts = shapley(lambda changed: worth[changed - {idle}], blocks)
    assert float(parts[idle]) == pytest.approx(0, abs=1e-9)


@given(st.lists(WORTH, min_size=1, max_size=5))
def test_blocks_that_do_not_interact_get_their_own_effect(effects):
    blocks = NAMES[: len(effects)]
    own = dict(zip(blocks, effects, strict=True))
    parts = shapley(lambda changed: sum(own[b] for b in changed), blocks)
    assert {b: float(p) for b, p in parts.items()} == pytest.approx(own, abs=1e-9)


@given(st.lists(WORTH, min_size=3, max_size=6))
def test_blocks_that_do_the_same_share_equally(by_size):
    blocks = NAMES[: len(by_size) - 1]
    parts = [float(p) for p in shapley(lambda changed: by_size[len(changed)], blocks).values()]
    assert parts == pytest.approx([(by_size[-1] - by_size[0]) / len(blocks)] * len(blocks), abs=1e-9)


@given(games(), st.randoms())
def test_the_order_in_which_blocks_are_named_does_not_matter(game, shuffler):
    blocks, worth = game
    other = list(blocks)
    shuffler.shuffle(other)
    first, second = shapley(worth.__getitem__, blocks), shapley(worth.__getitem__, other)
    assert {b: float(first[b]) for b in blocks} == pytest.approx(
        {b: float(second[b]) for b in blocks}, abs=1e-9
    )


def test_values_may_be_arrays_and_each_entry_is_attributed_by_itself():
    def value(changed):
        return np.array([len(changed) ** 2, 3.0 * ("exposure" in changed)])

    parts = shapley(value, NAMES[:3])
    assert np.sum(list(parts.values()), axis=0) == pytest.approx([9.0, 3.0])
    assert parts["exposure"] == pytest.approx([3.0, 3.0])


def test_every_subset_is_asked_for_once():
    asked = []
    shapley(lambda changed: asked.append(changed) or 0.0, NAMES[:4])
    assert len(asked) == len(set(asked)) == 16


def test_a_block_named_twice_is_refused():
    with pytest.raises(InputError, match="differ"):
        shapley(lambda changed: 0.0, ("exposure", "exposure"))
