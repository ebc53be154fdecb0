"""Coalitions: known games have the values and cores the books give them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.bargaining.cooperative import coalitions, core, excess, shapley_value
from negotiation.errors import InputError

THREE = ("A", "B", "C")


def game(value) -> dict[frozenset[str], float]:
    return {c: float(value(c)) for c in coalitions(THREE)}


GLOVES = game(lambda c: min("A" in c, len(c - {"A"})))
"""A has a left glove, B and C a right one each."""
MAJORITY = game(lambda c: len(c) >= 2)
CONVEX = game(lambda c: len(c) ** 2)


def test_gloves() -> None:
    assert shapley_value(GLOVES, THREE) == pytest.approx({"A": 2 / 3, "B": 1 / 6, "C": 1 / 6})
    found = core(GLOVES, THREE)
    assert not found.empty
    assert found.corners == pytest.approx(np.array([[1, 0, 0]]))
    assert found.least_excess == pytest.approx(0, abs=1e-9)


def test_a_majority_game_has_an_empty_core() -> None:
    found = core(MAJORITY, THREE)
    assert found.empty
    assert found.least_excess == pytest.approx(1 / 3)
    assert found.least_core == pytest.approx([1 / 3] * 3)
    assert len(found.corners) == 0


def test_a_convex_game_has_its_shapley_value_in_the_core_and_six_corners() -> None:
    value = shapley_value(CONVEX, THREE)
    assert max(excess(CONVEX, value).values()) <= 1e-12
    corners = {tuple(np.round(c, 9)) for c in core(CONVEX, THREE).corners}
    assert corners == {(1, 3, 5), (1, 5, 3), (3, 1, 5), (3, 5, 1), (5, 1, 3), (5, 3, 1)}


def test_an_additive_game_leaves_one_share() -> None:
    own = {"A": 1.0, "B": -2.0, "C": 3.5}
    worth = {c: sum(own[p] for p in c) for c in coalitions(THREE)}
    assert shapley_value(worth, THREE) == pytest.approx(own)
    assert core(worth, THREE).corners == pytest.approx(np.array([list(own.values())]))


@given(st.lists(st.floats(-5, 5).map(lambda x: round(x, 3)), min_size=7, max_size=7))
@settings(max_examples=60, deadline=None)
def test_values_and_corners_share_out_the_grand_coalitions_worth(numbers: list[float]) -> None:
    worth = dict(zip(coalitions(THREE), numbers, strict=True))
    assert sum(shapley_value(worth, THREE).values()) == pytest.approx(numbers[-1], abs=1e-9)
    found = core(worth, THREE)
    assert found.empty == (len(found.corners) == 0)
    for corner in found.corners:
        share = dict(zip(THREE, corner, strict=True))
        assert sum(corner) == pytest.approx(numbers[-1], abs=1e-6)
        assert max(excess(worth, share).values()) <= 1e-6
    top = max(excess(worth, dict(zip(THREE, found.least_core, strict=True))).values())
    assert top == pytest.approx(found.least_excess, abs=1e-7)


def test_four_players_work_too() -> None:
    names = ("A", "B", "C", "D")
    worth = {frozenset(c): len(c) ** 2.0 for n in range(1, 5) for c in combinations(names, n)}
    assert len(core(worth, names).corners) == 24


def test_a_player_alone_keeps_what_there_is() -> None:
    found = core({frozenset("A"): 3.0}, ("A",))
    assert (found.empty, found.corners.tolist(), found.least_core.tolist()) == (False, [[3.0]], [3.0])


def test_nonsense_is_refused() -> None:
    with pytest.raises(InputError, match="no worth is given for B"):
        shapley_value({frozenset("A"): 1}, ("A", "B"))
    with pytest.raises(InputError, match="differ from each other"):
        core(GLOVES, ("A", "A", "B"))
    with pytest.raises(InputError, match="not finite"):
        core({**GLOVES, frozenset("A"): float("nan")}, THREE)
