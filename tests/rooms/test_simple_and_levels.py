"""Simple mode and levels."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.errors import IllegalMove, UnknownName
from negotiation.game.moves import Move
from negotiation.rooms.levels import level_names, opponents
from negotiation.rooms.simple import CARDS, card_move, card_of, check_card, nearest_card, simple_choice
from negotiation.scenario import load_scenario, scenario_names
from negotiation.strategies import strategies
from negotiation.terms import SEATS, STANCES, Country, Stance, others

USA, CAN, MEX = Country.USA, Country.CAN, Country.MEX


def view(payoff: np.ndarray | None = None) -> SimpleNamespace:
    table = np.zeros((9, 9, 9, 3)) if payoff is None else payoff
    return SimpleNamespace(stage=SimpleNamespace(payoff=table))


def test_there_are_27_cells_and_each_card_is_its_own_move() -> None:
    assert np.prod([len({m.index(s) for m in CARDS[s].values()}) for s in SEATS]) == 27
    for seat in SEATS:
        for card, move in CARDS[seat].items():
            assert card_of(seat, move) == card
            assert card_move(seat, card) is move
            check_card(seat, move)


def test_the_cards_mean_what_they_say() -> None:
    assert all(len(set(m.stances.values())) == 1 for m in CARDS[USA].values())
    for seat, other in ((CAN, MEX), (MEX, CAN)):
        letters = {card: m.letters(seat) for card, m in CARDS[seat].items()}
        assert letters == {"together": "CC", "own-deal": "ND", "answer": "DC"}
        assert others(seat) == (USA, other)


def test_other_moves_and_names_are_refused() -> None:
    with pytest.raises(IllegalMove, match="simple mode"):
        check_card(CAN, Move.of(CAN, "defect", "defect"))
    with pytest.raises(IllegalMove):
        check_card(CAN, Move.of(CAN, "coordinate", "coordinate", quiet=True))
    with pytest.raises(UnknownName, match="together"):
        card_move(CAN, "togeter")


@pytest.mark.parametrize("seat", SEATS)
def test_every_move_has_a_nearest_card_that_shares_the_most_stances(seat: Country) -> None:
    for first, second in product(STANCES, STANCES):
        move = Move.of(seat, first, second)
        card = nearest_card(seat, move, view())
        shared = {
            c: sum(m.stances[o] == move.stances[o] for o in others(seat)) for c, m in CARDS[seat].items()
        }
        assert shared[card] == max(shared.values())


def test_between_equally_near_cards_the_stage_game_decides() -> None:
    payoff = np.zeros((9, 9, 9, 3))
    concede = CARDS[USA]["concede"].index(USA)
    payoff[concede, :, :, 0] = 1.0
    split = Move.of(USA, "defect", "concede")
    assert nearest_card(USA, split, view(payoff)) == "concede"
    payoff[CARDS[USA]["defect"].index(USA), :, :, 0] = 2.0
    assert nearest_card(USA, split, view(payoff)) == "defect"


def test_a_reason_stays_only_with_the_stance_it_explains() -> None:
    choice = {
        "move": Move.of(CAN, "concede", "concede", quiet=True).to_dict(),
        "reasons": {"USA": {"key": "a"}, "MEX": {"key": "b"}},
    }
    simple = simple_choice(CAN, choice, view())
    assert simple["move"] == {"stances": {"USA": Stance.CONCEDE, "MEX": Stance.DEFECT}}
    assert simple["reasons"] == {"USA": {"key": "a"}}


def test_every_level_names_strategies_that_exist() -> None:
    assert level_names() == ("easy", "medium", "hard")
    for level in level_names():
        for mode in ("simple", "full"):
            for name in scenario_names():
                minds = opponents(level, mode, load_scenario(name))
                assert set(minds) == set(SEATS)
                assert set(minds.values()) <= set(strategies())
    with pytest.raises(UnknownName, match="hard"):
        opponents("herd", "full", load_scenario("autumn-2025"))


def test_a_usual_table_has_the_governments_of_its_scenario() -> None:
    scenario = load_scenario("autumn-2025")
    assert opponents("medium", "full", scenario) == {s: scenario.governments[s].strategy for s in SEATS}
