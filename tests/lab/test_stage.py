"""The stage game looked at, and the file Gambit reads."""

from __future__ import annotations

import re

import numpy as np
import pytest

from negotiation.bargaining import StageGame
from negotiation.lab.stage import StageLook, look_at, to_gambit
from negotiation.terms import SEATS
from negotiation.world import ReviewModel


@pytest.fixture(scope="module")
def look() -> StageLook:
    model = ReviewModel("autumn-2025", seed=2, firms=1000, lean=True)
    for _ in range(3):
        model.step()
    return look_at(model)


def test_expected_payoffs_are_means_over_the_quantal_response(look: StageLook) -> None:
    us, can, mex = (look.quantal[str(s)] for s in SEATS)
    by_hand = np.einsum("abc,b,c->a", look.game.payoff[..., 0], can, mex)
    assert [row["expected"] for row in look.by_action(SEATS[0])] == pytest.approx(by_hand)
    assert us.sum() == pytest.approx(1)


def test_some_move_is_always_a_best_reply(look: StageLook) -> None:
    for seat in SEATS:
        assert sum(row["best_reply_share"] for row in look.by_action(seat)) >= 1 - 1e-9


def test_a_dominated_move_is_never_a_best_reply(look: StageLook) -> None:
    for seat in SEATS:
        for row in look.by_action(seat):
            assert not (row["dominated"] and row["best_reply_share"] > 0)


def test_nobody_gains_by_leaving_an_equilibrium_that_is_listed() -> None:
    payoff = np.random.default_rng(1).normal(size=(9, 9, 9, 3))
    payoff[4, 2, 7] = 50.0
    names = ("CC", "CN", "CD", "NC", "NN", "ND", "DC", "DN", "DD")
    even = dict.fromkeys(map(str, SEATS), np.full(9, 1 / 9))
    found = StageLook(StageGame(payoff), dict.fromkeys(map(str, SEATS), names), {}, even).equilibria()
    assert {"USA": "NN", "CAN": "CD", "MEX": "DN"} in [cell["moves"] for cell in found]


def test_the_gambit_file_lists_cells_with_the_first_players_move_fastest(look: StageLook) -> None:
    text = to_gambit(look, 'a "title"')
    head, _, body = text.partition("\n\n")
    assert head.startswith("NFG 1 R \"a 'title'\"")
    assert re.findall(r'"([CND]{2})"', head) == list(look.actions["USA"]) * 3
    cells = np.array([[float(x) for x in line.split()] for line in body.split("\n") if line])
    assert cells.shape == (729, 3)
    assert cells.reshape(9, 9, 9, 3)[6, 5, 1] == pytest.approx(look.game.payoff[1, 5, 6], rel=1e-7)
