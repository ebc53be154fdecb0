"""Logs that are cut, newer, edited, unfinished or strange: said plainly, and what can be shown is shown."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from negotiation.debrief import debrief, read
from negotiation.debrief.game import EVENTS
from negotiation.errors import BrokenLog
from negotiation.game.log import Event, evolve, write_log
from negotiation.rooms import state as rooms
from tests.debrief.conftest import events_of


def keys(events: list[Event]) -> list[str]:
    return [f.key for f in debrief(events).faults]


def edited(number: int, change: Any) -> list[Event]:
    """The events of a game with one resolved round changed by hand."""
    out = []
    for event in events_of("front"):
        if event.type == "round_resolved" and event.data["round"] == number:
            data = json.loads(json.dumps(event.data))
            change(data)
            event = replace(event, data=data)
        out.append(event)
    return out


def test_a_sound_log_has_no_faults() -> None:
    assert keys(list(events_of("front"))) == []


def test_events_of_a_kind_nobody_knows_are_named_and_counted() -> None:
    events = [*events_of("front"), Event(len(events_of("front")) + 1, "levy_raised", {})]
    told = debrief(events).faults
    assert [(f.key, f.values) for f in told] == [("event_unknown", {"type": "levy_raised", "n": 1})]


@pytest.mark.parametrize("folding", [evolve, rooms.evolve])
def test_every_event_of_games_and_rooms_is_known_to_looking_back(folding: Any) -> None:
    folded = {
        name
        for line in re.findall(r"case (.+):", inspect.getsource(folding))
        for name in re.findall(r'"(\w+)"', line)
    }
    assert {"game_started"} <= folded <= EVENTS


def test_a_log_cut_in_the_middle_of_a_line_shows_what_stands_before_it(tmp_path: Path) -> None:
    path = tmp_path / "game.jsonl"
    write_log(path, events_of("front"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: len(text) // 2], encoding="utf-8")
    told = debrief(path)
    assert told.faults[0].key == "line_damaged"
    assert told.faults[0].values["line"] == len(path.read_text(encoding="utf-8").splitlines())
    assert told.faults[1].key == "stops_before_review"
    assert 0 < told.about.played < told.about.planned
    assert len(told.regret["USA"]) == told.about.played
    assert told.turning_points
    assert told.end.outcome is None


def test_a_log_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "game.jsonl"
    write_log(path, events_of("front"))
    path.write_text(
        path.read_text(encoding="utf-8").replace('"format": 1', '"format": 99', 1), encoding="utf-8"
    )
    with pytest.raises(BrokenLog, match="newer version"):
        debrief(path)


@pytest.mark.parametrize(
    "text",
    ["", "not a log", '{"kind": "shopping-list"}\n', '{"format": 1, "kind": "negotiation-game-log"}\n'],
)
def test_another_kind_of_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "game.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenLog):
        debrief(path)
    with pytest.raises(BrokenLog):
        debrief(tmp_path / "missing.jsonl")


def test_leverage_changed_by_hand_is_noticed() -> None:
    def more(data: Any) -> None:
        data["leverage"]["CAN"]["index"] += 9

    found = keys(edited(4, more))
    assert "numbers_disagree" in found
    assert "recomputed_differs" in found


def test_a_move_changed_by_hand_is_noticed_and_the_log_is_kept() -> None:
    def other(data: Any) -> None:
        data["moves"]["MEX"]["move"]["stances"]["USA"] = "concede"

    told = debrief(edited(4, other))
    assert [f.key for f in told.faults] == ["recomputed_differs"]
    assert told.faults[0].values["rounds"].startswith("4")
    assert told.leverage == debrief(list(events_of("front"))).leverage


def remove_facts(data: Any) -> None:
    del data["facts"]


def unknown_stance(data: Any) -> None:
    data["moves"]["USA"]["move"]["stances"]["CAN"] = "surrender"


def no_number(data: Any) -> None:
    data["leverage"]["CAN"]["why"]["exposure"] = "much"


def another_round(data: Any) -> None:
    data["round"] = 9


@pytest.mark.parametrize("change", [remove_facts, unknown_stance, no_number, another_round])
def test_a_round_that_cannot_be_read_ends_what_is_shown(change: Any) -> None:
    told = debrief(edited(5, change))
    assert told.faults[0].key == "event_misfit"
    assert told.about.played == 4
    assert len(told.standings) == 4


def test_a_position_nobody_can_live_in_ends_the_second_look_only() -> None:
    def broken(data: Any) -> None:
        data["position"] = {"round": 3}

    told = debrief(edited(3, broken))
    assert "cannot_be_lived_again" in [f.key for f in told.faults]
    assert told.about.played == 10
    assert len(told.standings) == 3
    assert told.leverage["CAN"].change
    assert told.bargain is None


def test_a_game_nobody_played_is_a_debrief_with_nothing_in_it() -> None:
    told = debrief(list(events_of("front"))[:1])
    assert [f.key for f in told.faults] == ["nothing_played"]
    assert told.about.played == 0
    assert told.turning_points == ()
    assert told.leverage == {}
    json.dumps(told.to_dict(), allow_nan=False)


def test_a_game_that_stops_at_the_review_says_so() -> None:
    until = next(n for n, e in enumerate(events_of("front")) if e.type == "proposal_made")
    told = debrief(list(events_of("front"))[: until + 1])
    assert [f.key for f in told.faults] == ["review_open"]
    assert told.about.outcome is None
    assert told.bargain is not None
    assert told.end.proposals


def test_an_unknown_scenario_leaves_out_only_what_needs_the_model() -> None:
    first, *rest = events_of("front")
    told = debrief([replace(first, data={**first.data, "scenario": "somebody-elses"}), *rest])
    assert [f.key for f in told.faults] == ["scenario_missing"]
    assert told.leverage["MEX"].change
    assert told.fingerprints["USA"].steady is not None
    assert told.turning_points
    assert told.standings == ()
    assert told.nearest == {}
    again = debrief(
        [replace(first, data={**first.data, "scenario": "somebody-elses"}), *rest], scenario="autumn-2025"
    )
    assert again.standings


def test_a_changed_scenario_is_said() -> None:
    first, *rest = events_of("front")
    assert "scenario_changed" in keys([replace(first, data={**first.data, "digest": "0" * 64}), *rest])


def test_a_log_without_read_outs_still_has_its_conduct() -> None:
    lean = []
    for event in events_of("front"):
        data = {
            k: v
            for k, v in event.data.items()
            if k not in ("leverage", "leverage_true", "odds", "odds_true", "income", "firms")
        }
        lean.append(replace(event, data=data if event.type == "round_resolved" else event.data))
    told = debrief(lean)
    assert told.leverage == {}
    assert told.firms is None
    assert len(told.regret["CAN"]) == 10
    assert told.turning_points


def test_a_rollback_leaves_the_rounds_that_were_played_again() -> None:
    events = list(events_of("front"))
    third = next(n for n, e in enumerate(events) if e.type == "round_resolved" and e.data["round"] == 3)
    again = [*events[: third + 1], Event(0, "rolled_back", {"round": 3}), *events[third - 3 : third + 1]]
    numbered = [replace(e, version=n) for n, e in enumerate([*again, *events[third + 1 :]], start=1)]
    told = debrief(numbered)
    assert told.faults == ()
    assert told.about.played == 10


def test_reading_twice_gives_the_same_game() -> None:
    game = read(events_of("front"))
    assert read(game) is game


@pytest.mark.parametrize(
    "odds", [{"EXT": 0.5}, {}, dict.fromkeys(("EXT", "COND", "SPLIT", "ANN", "WD"), 5.0)]
)
def test_odds_that_are_none_end_the_reading_there(odds: dict[str, float]) -> None:
    events = list(events_of("short"))
    at = [i for i, e in enumerate(events) if e.type == "round_resolved"][2]
    events[at] = replace(events[at], data={**events[at].data, "odds_true": odds})
    game = read(events)
    assert len(game.results) == 2
    assert "event_misfit" in {f.key for f in game.faults}
