"""Several people in one seat: what the head, a majority and a mate can do, and what stays among them."""

from __future__ import annotations

from typing import Any

import pytest

from negotiation.rooms import Lobby, errors
from negotiation.rooms.simple import CARDS
from tests.rooms.school import come, opened


def sealed(room: Any) -> list[str]:
    return sorted(str(s) for s in room.state.game.sealed)


def team_of_three(lobby: Lobby, rule: str) -> tuple[Any, list[Any]]:
    classroom = opened(lobby, tables=1, per_seat=3, seats=("CAN", "MEX"), rule=rule).classroom
    tokens = come(classroom, 6)
    classroom.start()
    return classroom, [g for t in tokens if (g := classroom.guest(t)).seat == "CAN"]


def test_the_head_seals_and_a_mate_only_proposes(lobby: Lobby) -> None:
    classroom, team = team_of_three(lobby, "head")
    team[1].seal("together", round=1)
    assert "CAN" not in sealed(classroom.table(1))
    members = team[2].view()["own"]["team"]["members"]
    assert members[1]["proposed"] == CARDS["CAN"]["together"].to_dict()
    with pytest.raises(errors.NotAllowed):
        team[1].withdraw()
    team[0].seal("answer", round=1)
    assert "CAN" in sealed(classroom.table(1))


def test_a_majority_seals(lobby: Lobby) -> None:
    classroom, team = team_of_three(lobby, "majority")
    team[0].seal("together", round=1)
    team[1].seal("answer", round=1)
    assert "CAN" not in sealed(classroom.table(1))
    team[2].seal("answer", round=1)
    assert classroom.table(1).state.game.sealed["CAN"]["move"] == CARDS["CAN"]["answer"].to_dict()


def test_what_a_team_says_to_itself_stays_in_its_seat(lobby: Lobby) -> None:
    classroom, team = team_of_three(lobby, "head")
    team[1].seal("answer", round=1)
    room = classroom.table(1)
    from negotiation.rooms.view import view_for

    for other in ("MEX", "USA", None):
        view = view_for(room, other)
        assert "proposed" not in str(view) or all(
            m["proposed"] is None for m in (view.get("own", {}).get("team") or {"members": []})["members"]
        )


def test_when_the_head_leaves_the_next_in_line_is_head(lobby: Lobby) -> None:
    classroom, team = team_of_three(lobby, "head")
    team[0].leave()
    team[1].seal("together", round=1)
    assert "CAN" in sealed(classroom.table(1))
