"""People who share a table: teams in one seat, moves proposed inside a team, cables between seats.

What a team says to itself never leaves its own seat's views; a cable to one seat is seen by its two ends, and by
everybody in the debrief.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from negotiation.rooms import errors
from negotiation.rooms.codes import clean_text
from negotiation.rooms.desk import LONGEST_CABLE
from negotiation.rooms.state import MAJORITY, RoomState
from negotiation.rooms.store import News, Secret, Tokens
from negotiation.terms import Country

MOST_IN_A_SEAT = 10
"""People in one chair."""
CABLES_A_MINUTE = 6
"""Cables a seat may send within a minute."""
MOST_CABLES = 400
"""Cables a table keeps room for in one game."""


class Company:
    """Commands of a room that concern people rather than moves."""

    if TYPE_CHECKING:  # what a room gives
        code: str
        _commit: Any

    def seat_person(self, seat: Country, person: str, token_hash: str, name: str = "") -> None:
        """Bring somebody who is known elsewhere (a class) into a seat; twice is once.

        ``SeatTaken`` if the team is full. A computer that sat in an empty chair gives way.
        """
        secret = Secret(token_hash, "seat", person, str(seat))

        def decide(state: RoomState, now: float) -> Iterable[News]:
            chair = state.chairs[seat]
            if person in chair.team:
                return []
            if len(chair.team) >= MOST_IN_A_SEAT:
                raise errors.SeatTaken(self.code, seat)
            return [("person_seated", {"seat": seat, "person": person})]

        names = {person: name} if name else None
        self._commit(decide, Tokens(add=[secret], remove_persons=[person], names=names))

    def unseat(self, person: str) -> None:
        """Take one person out of their chair; the next in line is the head, or the computer moves."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            seat = state.chair_of(person)
            return [] if seat is None else [("person_left", {"seat": seat, "person": person})]

        self._commit(decide, Tokens(remove_persons=[person]))

    def hand_on(
        self, old: str, new: str, token_hash: str, *, name: str = "", spend: str = "", host: bool = False
    ) -> None:
        """Another device takes a person's place as it is: head, proposals, sealed move; twice is once.

        The old token opens nothing any more. ``LinkGone`` if nobody called ``old`` sits here, or the pass is spent.
        """

        def decide(state: RoomState, now: float) -> Iterable[News]:
            seat = state.chair_of(old)
            if seat is None and state.chair_of(new) is None:
                raise errors.LinkGone()
            return [] if seat is None else [("person_replaced", {"seat": seat, "person": old, "new": new})]

        secret = Secret(token_hash, "host" if host else "seat", new)
        names = {new: name} if name else None
        self._commit(decide, Tokens(add=[secret], set_aside=[old], spend=spend, names=names))

    def inside_team(
        self, state: RoomState, seat: Country, person: str | None, move: Mapping[str, Any]
    ) -> tuple[list[News], bool]:
        """What a member's move means inside the team: events to store first, and whether it seals."""
        chair = state.chairs[seat]
        if person is None or len(chair.team) < 2:
            return [], True
        said: list[News] = []
        if chair.proposals.get(person) != move:
            said = [("move_proposed", {"seat": seat, "person": person, "move": dict(move)})]
        if chair.rule == MAJORITY:
            votes = {**chair.proposals, person: move}
            same = sum(votes.get(p) == move for p in chair.team)
            return said, 2 * same > len(chair.team)
        return said, person == chair.person

    def cable(self, seat: Country, to: Country | None, text: str, *, person: str | None = None) -> None:
        """Send a short message to one seat, or to all (None).

        Raises ``TalkOff``, ``BadText``, ``TooManyCables``; NotAllowed for a cable to oneself.
        """
        said = clean_text(text, LONGEST_CABLE)
        if not said:
            raise errors.BadText(LONGEST_CABLE)
        if to == seat:
            raise errors.NotAllowed("send a cable to oneself", "nobody")

        def decide(state: RoomState, now: float) -> Iterable[News]:
            if not state.talk:
                raise errors.TalkOff(self.code)
            own = [c["at"] for c in state.cables if c["sender"] == seat]
            if sum(at > now - 60 for at in own) >= CABLES_A_MINUTE or len(state.cables) >= MOST_CABLES:
                raise errors.TooManyCables(CABLES_A_MINUTE)
            news = {"sender": seat, "to": to, "text": said, "round": state.game.round, "at": now}
            return [("cable_sent", news | ({"person": person} if person else {}))]

        self._commit(decide)

    def call_help(self, seat: Country, on: bool = True) -> None:
        """Ask the host to come, or say it is done."""
        self._commit(
            lambda state, now: (
                [("help_called", {"seat": seat, "on": on})] if state.chairs[seat].help != on else []
            )
        )


def cables_seen(
    state: RoomState, viewer: Country | None, *, all_of_them: bool = False
) -> list[dict[str, Any]]:
    """Cables a viewer may read: public ones, and those from or to the own seat."""
    return [
        {k: c[k] for k in ("sender", "to", "text", "round")}
        for c in state.cables
        if all_of_them or c["to"] is None or (viewer is not None and viewer in (c["sender"], c["to"]))
    ]
