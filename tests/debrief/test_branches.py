"""What if: both futures have the same luck; an unchanged move changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from negotiation.debrief import Game, parse_change, read, what_if, what_if_all
from negotiation.debrief.branches import STRATEGIES
from negotiation.errors import IllegalMove, InputError
from negotiation.game.moves import Measure, Move
from negotiation.terms import Country
from tests.debrief.conftest import GAMES, events_of


@pytest.mark.parametrize("name", sorted(GAMES))
@pytest.mark.parametrize("others", ["recorded", "strategies"])
def test_the_move_that_was_played_changes_nothing(name: str, others: str) -> None:
    game = read(events_of(name))
    moves = game.results[2]["moves"]["USA"]["move"]
    branch = what_if(game, 3, "USA", moves, others)
    assert branch.changed == branch.unchanged
    assert branch.unchanged.end == str(game.state.outcome)
    assert branch.unchanged.leverage["CAN"][-1] == game.results[-1]["leverage"]["CAN"]["index"]
    assert branch.gain("USA") == 0


def test_another_move_changes_the_future_and_only_the_future(game: Game) -> None:
    branch = what_if(game, 4, "USA", "DD")
    assert branch.changed.leverage != branch.unchanged.leverage
    assert branch.changed.leverage["CAN"][0] == branch.unchanged.leverage["CAN"][0]
    assert branch.changed.moves[0]["USA"] == "DD"
    assert [m["CAN"] for m in branch.changed.moves] == [m["CAN"] for m in branch.unchanged.moves]
    assert len(branch.changed.moves) == len(game.results) - 3
    assert branch.to_dict()["code"] == branch.code == "4:USA=DD"


def test_both_futures_have_the_same_news(game: Game, monkeypatch: Any) -> None:
    from negotiation.world import ReviewModel

    news: list[tuple[int, list[str]]] = []
    played = ReviewModel.play

    def listen(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = played(self, *args, **kwargs)
        news.append((result["round"], [e["id"] for e in result["events"]]))
        return result

    monkeypatch.setattr(ReviewModel, "play", listen)
    what_if(game, 2, "MEX", "DD", STRATEGIES)
    told = {r["round"]: [e["id"] for e in r["events"]] for r in game.results}
    assert any(told.values())
    assert len(news) == 2 * (len(game.results) - 1)
    assert all(told[number] == ids for number, ids in news)


def test_strategies_play_on_as_they_are_or_as_asked(game: Game) -> None:
    own = what_if(game, 2, "CAN", "DD", STRATEGIES)
    assert own.minds["CAN"] == "front"
    tame = what_if(game, 2, "CAN", "DD", STRATEGIES, minds={"USA": "always-coordinate"})
    assert tame.minds["USA"] == "always-coordinate"
    assert all(m["USA"] == "CC" for m in tame.changed.moves[1:])
    assert tame.changed.moves != own.changed.moves


def test_a_person_is_played_on_by_the_strategy_nearest_to_it() -> None:
    game = read(events_of("withdrawal"))
    people = replace(game, config={"mode": "full"})
    assert people.minds[Country.CAN] is None
    branch = what_if(people, 2, "USA", "CC", STRATEGIES)
    assert branch.minds["USA"] == "always-defect"
    assert branch.minds["CAN"] in ("grim", "tit-for-tat", "generous-tit-for-tat", "front")


def test_a_person_signs_again_what_it_signed() -> None:
    game = read(events_of("split"))
    people = replace(game, config={"mode": "full"})
    branch = what_if(people, 9, "CAN", "CC")
    assert branch.changed.end == "SPLIT"


def test_many_changes_make_one_branch(game: Game) -> None:
    branch = what_if_all(game, [parse_change("6:CAN=DC"), parse_change("4:MEX=NCq")])
    assert branch.code == "4:MEX=NCq,6:CAN=DC"
    assert branch.changed.moves[0]["MEX"] == "NC"
    assert branch.changed.moves[2]["CAN"] == "DC"


def test_a_measure_that_no_longer_fits_is_dropped_and_said(game: Game) -> None:
    issue = "alcohol_procurement"
    results = [dict(r) for r in game.results]
    for number in (3, 5):
        move = Move.of(Country.CAN, "concede", "coordinate")
        move = replace(move, measures={Country.USA: Measure(issue=issue)}) if number == 5 else move
        moves = dict(results[number - 1]["moves"])
        moves["CAN"] = {"move": move.to_dict()}
        results[number - 1]["moves"] = moves
    edited = replace(game, state=replace(game.state, results=tuple(results)))
    change = replace(parse_change("2:CAN=NC"))
    granted = replace(change, move=replace(change.move, measures={Country.USA: Measure(issue=issue)}))
    branch = what_if_all(edited, [granted])
    assert [n.key for n in branch.notes] == ["measure_dropped"]
    assert branch.notes[0].values == {"round": 5, "seat": "CAN"}


def test_a_log_that_stops_early_has_a_future_as_far_as_it_goes(game: Game) -> None:
    cut = read(events_of("front")[: 1 + 4 * 5])
    branch = what_if(cut, 3, "USA", "CC")
    assert len(branch.changed.moves) == 3
    assert branch.changed.end is None
    assert branch.changed.score == {}
    further = what_if(cut, 3, "USA", "CC", STRATEGIES)
    assert len(further.changed.moves) == 8
    assert further.changed.end is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4USA=CC", "not a change"),
        ("x:USA=CC", "not a change"),
        ("4:BRA=CC", "no seat"),
        ("4:USA=CX", "not a move"),
    ],
)
def test_a_change_that_cannot_be_read_says_how_to_write_it(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_change(text)


def test_rounds_moves_and_manners_that_do_not_exist_are_refused(game: Game) -> None:
    with pytest.raises(InputError, match="no round 0"):
        what_if(game, 0, "USA", "CC")
    with pytest.raises(InputError, match="others is 'whoever'"):
        what_if(game, 1, "USA", "CC", "whoever")
    with pytest.raises(InputError, match="at least one"):
        what_if_all(game, [])
    with pytest.raises(IllegalMove, match="quiet"):
        what_if(game, 1, "USA", "CCq")
