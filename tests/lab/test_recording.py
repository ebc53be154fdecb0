"""A recorded game: its log adds up to the game, and a model played without a log gives the same one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from negotiation.game.log import read_log, replay, write_log
from negotiation.lab.recording import Recording
from negotiation.lab.story import leverage_story
from negotiation.terms import PARTNERS, SEATS, Phase
from negotiation.world import ReviewModel


def test_replaying_the_log_gives_the_state(game: Recording) -> None:
    assert replay(game.events) == game.state
    assert game.state.phase is Phase.ENDED


def test_a_log_file_holds_every_event(game: Recording, tmp_path: Path) -> None:
    write_log(tmp_path / "game.jsonl", game.events)
    events, fault = read_log(tmp_path / "game.jsonl")
    assert fault is None
    assert [e.to_json() for e in events] == [e.to_json() for e in game.events]


def test_a_game_without_a_log_is_the_same_game(game: Recording) -> None:
    model = ReviewModel("autumn-2025", seed=3, firms=1000)
    while model.running:
        model.step()
    assert json.dumps(model.results) == json.dumps(list(game.state.results))
    assert model.ending == game.state.ending


def test_three_moves_are_sealed_before_each_round_is_resolved(game: Recording) -> None:
    types = [e.type for e in game.events]
    assert types[0] == "game_started"
    assert types[-1] == "game_ended"
    for place, kind in enumerate(types):
        if kind == "round_resolved":
            assert types[place - 3 : place] == ["move_sealed"] * 3
    assert types.count("round_resolved") == game.state.rounds


def test_the_start_says_what_is_needed_to_play_it_again(game: Recording) -> None:
    started = game.events[0].data
    again = Recording(started["scenario"], started["seed"], started["seats"], started["firms"])
    for _ in again.play():
        pass
    assert again.state.ending == game.state.ending
    assert set(started["seats"]) == {str(s) for s in SEATS}
    assert {"python", "numpy", "mesa", "negotiation"} <= set(started["versions"])


def test_the_leverage_story_adds_up(game: Recording) -> None:
    story = leverage_story(game.events[0].data["opening"], game.state.results)
    for k in PARTNERS:
        told = story[str(k)]
        assert told["end"] - told["start"] == pytest.approx(told["change"], abs=2e-3)
        assert sum(told["parts"].values()) == pytest.approx(told["change"], abs=1e-2)
        assert told["lowest"] <= min(told["start"], told["end"])
        assert told["swing"] == pytest.approx(told["highest"] - told["lowest"], abs=2e-3)


def test_a_story_without_leverage_is_empty() -> None:
    assert leverage_story({}, []) == {}
