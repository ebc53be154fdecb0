"""Moves, sealing and the log."""

from __future__ import annotations

import json

import pytest

from negotiation.errors import BrokenLog, IllegalMove
from negotiation.game.log import (
    Event,
    GameState,
    decide_answer,
    decide_proposal,
    decide_seal,
    decide_withdraw,
    evolve,
    read_log,
    replay,
    write_log,
)
from negotiation.game.moves import MOVES_OF, Measure, Move, check_move
from negotiation.game.proposal import Proposal
from negotiation.terms import SEATS, Country, Outcome, Phase, Stance


@pytest.mark.parametrize("seat", SEATS)
@pytest.mark.parametrize("index", range(9))
def test_a_move_survives_its_number_its_letters_and_its_dict(seat, index) -> None:
    move = Move.from_index(seat, index)
    assert move.index(seat) == index
    assert move.letters(seat) == MOVES_OF[index]
    assert Move.from_dict(json.loads(json.dumps(move.to_dict()))) == move


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        {"stances": "CD"},
        {"stances": {"CAN": "attack"}},
        {"stances": {"FRA": "defect"}},
        {"stances": {"CAN": "defect"}, "seat": "USA"},
        {"stances": {"CAN": "defect"}, "measures": {"CAN": {"sectors": "MET"}}},
        {"stances": {"CAN": "defect"}, "measures": {"CAN": {"bomb": 1}}},
        {"stances": {"CAN": "defect"}, "measures": {"CAN": 3}},
    ],
)
def test_a_malformed_move_is_an_illegal_move_and_not_a_crash(bad) -> None:
    with pytest.raises(IllegalMove):
        Move.from_dict(bad)


C, N, D = Stance.COORDINATE, Stance.CONCEDE, Stance.DEFECT


@pytest.mark.parametrize(
    ("seat", "move", "words"),
    [
        (Country.USA, Move({Country.CAN: C}), "must take a stance toward"),
        (Country.USA, Move.of(Country.USA, C, C, quiet=True), "only Canada and Mexico"),
        (
            Country.CAN,
            Move({Country.USA: C, Country.MEX: C}, {Country.USA: Measure(sectors=("MET",))}),
            "only a tariff",
        ),
        (
            Country.CAN,
            Move({Country.USA: D, Country.MEX: C}, {Country.USA: Measure(sectors=("SRV",))}),
            "not a goods",
        ),
        (
            Country.CAN,
            Move({Country.USA: D, Country.MEX: C}, {Country.USA: Measure("tariff_step")}),
            "does not fit",
        ),
        (
            Country.CAN,
            Move({Country.USA: N, Country.MEX: C}, {Country.USA: Measure(issue="moon")}),
            "no issue",
        ),
        (
            Country.CAN,
            Move({Country.USA: N, Country.MEX: C}, {Country.USA: Measure(issue="dairy")}),
            "granted already",
        ),
    ],
)
def test_an_illegal_move_is_refused_with_what_and_what_next(prototype, seat, move, words) -> None:
    with pytest.raises(IllegalMove, match=words):
        check_move(move, seat, prototype.scenario, {Country.USA: ("dairy",)})


def started(rounds: int = 2) -> GameState:
    return evolve(GameState(), Event(1, "game_started", {"rounds": rounds}))


def seal(state: GameState, seat: Country) -> GameState:
    choice = {"move": Move.of(seat, C, C).to_dict()}
    return evolve(
        state, Event(state.version + 1, "move_sealed", decide_seal(state, seat, choice, round=state.round))
    )


def test_a_seat_seals_once_and_may_withdraw_until_the_last_seal() -> None:
    state = seal(started(), Country.CAN)
    with pytest.raises(IllegalMove, match="has already moved"):
        seal(state, Country.CAN)
    decide_withdraw(state, Country.CAN)
    full = seal(seal(state, Country.USA), Country.MEX)
    with pytest.raises(IllegalMove, match="all three moves are sealed"):
        decide_withdraw(full, Country.CAN)


def test_a_stale_move_is_refused() -> None:
    with pytest.raises(IllegalMove, match="made for round 3"):
        decide_seal(started(), Country.CAN, {"move": Move.of(Country.CAN, C, C).to_dict()}, round=3)


def in_review() -> GameState:
    state = started(1)
    return evolve(state, Event(2, "round_resolved", {"round": 1}))


def answered(state: GameState, seat: str, signs: bool) -> GameState:
    data = decide_answer(state, Country(seat), signs)
    return evolve(state, Event(state.version + 1, "proposal_answered", data))


def test_a_refused_bilateral_offer_returns_to_the_table_once() -> None:
    state = in_review()
    assert state.phase is Phase.JOINT_REVIEW
    offer = Proposal(Outcome.SPLIT, (Country.MEX,))
    state = evolve(state, Event(3, "proposal_made", decide_proposal(state, offer)))
    with pytest.raises(IllegalMove, match="not asked to sign"):
        decide_answer(state, Country.CAN, True)
    state = answered(state, "MEX", False)
    with pytest.raises(IllegalMove, match="returns to the trilateral table"):
        decide_proposal(state, offer)
    state = evolve(state, Event(5, "proposal_made", decide_proposal(state, Proposal(Outcome.EXT))))
    state = answered(answered(state, "MEX", True), "CAN", False)
    with pytest.raises(IllegalMove, match="has been answered"):
        decide_proposal(state, Proposal(Outcome.ANN))


def test_a_log_file_gives_the_same_state_and_a_cut_one_says_where(tmp_path) -> None:
    events = [
        Event(1, "game_started", {"rounds": 1}),
        Event(
            2,
            "move_sealed",
            {"seat": "CAN", "round": 1, "choice": {"move": Move.of(Country.CAN, D, C).to_dict()}},
        ),
        Event(3, "round_resolved", {"round": 1, "note": "añ"}),
    ]
    path = tmp_path / "game.jsonl"
    write_log(path, events)
    read, trouble = read_log(path)
    assert trouble is None
    assert replay(read) == replay(events)
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    read, trouble = read_log(path)
    assert len(read) == 2
    assert "line 4" in trouble


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("hello", "not a game log"),
        ('{"format": 99, "kind": "negotiation-game-log"}', "newer"),
    ],
)
def test_what_is_no_log_is_refused(tmp_path, text, words) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenLog, match=words):
        read_log(path)


def test_a_gap_in_a_log_is_noticed() -> None:
    with pytest.raises(BrokenLog, match="gap"):
        replay([Event(1, "game_started", {"rounds": 1}), Event(3, "note", {})])
