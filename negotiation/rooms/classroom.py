"""A class: one code for many tables, people who belong somewhere, and one host over all of it.

Who comes is stored in the class's log first and seated in a room second; ``place`` finds the two in step again after
a failure in between, so a reload is all it takes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from negotiation.errors import NegotiationError
from negotiation.rooms import errors, school
from negotiation.rooms.codes import clean_name, new_person, new_token, token_hash
from negotiation.rooms.guest import Guest
from negotiation.rooms.room import TRIES, Room
from negotiation.rooms.school import CHOSEN, MOST_PEOPLE, ClassState
from negotiation.rooms.store import NO_TOKENS, News, Secret, Tokens
from negotiation.terms import Country

if TYPE_CHECKING:
    from negotiation.rooms.lobby import Lobby

logger = logging.getLogger(__name__)

Refusals = list[tuple[int, Exception]]
"""Tables (by number) that did not do what was asked, and why."""


class Classroom:
    """A class in progress. Safe to use from many threads; ``state`` is immutable."""

    def __init__(self, code: str, lobby: Lobby) -> None:
        self.code = code
        self._lobby, self._store = lobby, lobby.store
        self._lock = threading.RLock()
        self.state: ClassState = school.replay(code, self._store.events(code))
        self.names: Mapping[str, str] = self._store.names(code)
        self.here: frozenset[tuple[str, str]] = frozenset()
        """Who had a page open at the last look: (room, person)."""
        if not self.state.host:
            raise errors.UnknownRoom(code)

    # -- who ----------------------------------------------------------------------------------------------

    def who(self, token: str) -> Secret | None:
        """What a token opens in this class: ``host``, ``member``, or nothing."""
        return self._store.secret(self.code, token_hash(token)) if token else None

    def is_host(self, token: str) -> bool:
        """Whether the bearer runs this class."""
        secret = self.who(token)
        return secret is not None and secret.kind == "host"

    # -- coming in ----------------------------------------------------------------------------------------

    def enter(self, name: str = "", *, table: int | None = None, seat: str | None = None) -> str:
        """Come in and sit down; returns the token. With chosen seats, name table and seat; else one is dealt.

        Raises ``RoomLocked``, ``RoomFull``, ``SeatTaken``, ``RoomExpired``, ``BadName``.
        """
        token, person, shown = new_token(), new_person(), clean_name(name)
        hashed = token_hash(token)

        def decide(state: ClassState) -> Iterable[News]:
            if state.ended:
                raise errors.RoomExpired(self.code)
            if state.locked:
                raise errors.RoomLocked(self.code)
            place = state.next_place()
            if state.config.deal == CHOSEN and table is not None and seat is not None:
                room = self._numbered(state, table)
                if not state.has_room(room, seat):
                    raise errors.SeatTaken(self.code, seat)
                place = (room, seat)
            if place is None or len(state.people) >= MOST_PEOPLE:
                raise errors.RoomFull(self.code)
            return [("person_placed", {"person": person, "room": place[0], "seat": place[1]})]

        added = Secret(hashed, "member", person)
        self._commit(decide, Tokens(add=[added], names={person: shown} if shown else None))
        self.place(person)
        return token

    def place(self, person: str) -> Room | None:
        """The room a person belongs to, seated there (again, if a failure came in between); None: nowhere."""
        place = self.state.people.get(person)
        if place is None:
            return None
        room, seat = self._lobby.room(place[0]), Country(place[1])
        before = self.state.replaced.get(person)
        if before is not None and room.state.chair_of(before) is not None:
            room.hand_on(
                before, person, self._store.hashes(self.code)[person], name=self.names.get(person, "")
            )
        if person not in room.state.chairs[seat].team:
            if room.state.chair_of(person) is not None:
                room.unseat(person)
            room.seat_person(seat, person, self._store.hashes(self.code)[person], self.names.get(person, ""))
            if self.state.called:
                room.start()
        return room

    # -- the host -----------------------------------------------------------------------------------------

    def move(self, person: str, table: int, seat: str) -> None:
        """Give somebody another place; the old seat goes to the next in line, or to the computer."""
        self._must_know(person)
        room = self._numbered(self.state, table)
        old = self.state.people[person]

        def decide(state: ClassState) -> Iterable[News]:
            if state.people.get(person) == (room, seat):
                return []
            if not state.has_room(room, seat):
                raise errors.SeatTaken(self.code, seat)
            return [("person_placed", {"person": person, "room": room, "seat": str(Country(seat))})]

        self._commit(decide)
        if old is not None and old[0] != room:
            self._lobby.room(old[0]).unseat(person)
        self.place(person)
        self._tell_table(old[0] if old else room)

    def hand_over(self, old: str, new: str) -> None:
        """Give the seat of somebody whose phone is gone to a person who has come in anew."""
        self._must_know(old)
        self._must_know(new)
        place, left = self.state.people[old], self.state.people[new]
        if place is None or old == new:
            raise errors.UnknownPerson(self.code)

        def decide(state: ClassState) -> Iterable[News]:
            return [
                ("person_gone", {"person": old}),
                ("person_placed", {"person": new, "room": place[0], "seat": place[1]}),
            ]

        self._commit(decide, Tokens(remove_persons=[old]))
        self._lobby.room(place[0]).unseat(old)
        if left is not None and left[0] != place[0]:
            self._lobby.room(left[0]).unseat(new)
        self.place(new)

    def hand_on(self, old: str, new: str, token_hash: str, spend: str) -> None:
        """Let another device have a person's place, in class and table; ``LinkGone`` if there is none to have."""

        def decide(state: ClassState) -> Iterable[News]:
            if state.people.get(old) is None:
                raise errors.LinkGone()
            return [("person_replaced", {"person": old, "new": new})]

        name, added = self.names.get(old, ""), [Secret(token_hash, "member", new)]
        names = {new: name} if name else None
        self._commit(decide, Tokens(add=added, set_aside=[old], spend=spend, names=names))
        self.place(new)

    def add_host(self, token_hash: str, spend: str) -> None:
        """Let another device run the class, too; ``LinkGone`` if its link has been used."""
        added = Secret(token_hash, "host", self.state.host)
        self._commit(lambda state: [("host_added", {})], Tokens(add=[added], spend=spend))

    def remove(self, person: str) -> None:
        """Send somebody out; their token opens nothing any more, their name is deleted."""
        self._must_know(person)
        place = self.state.people[person]
        self._commit(lambda state: [("person_gone", {"person": person})], Tokens(remove_persons=[person]))
        if place is not None:
            self._lobby.room(place[0]).unseat(person)

    def start(self) -> Refusals:
        """Open the first round at every table where somebody sits; tables that fill later start by themselves."""
        self._commit(lambda state: [] if state.called else [("class_called", {})])
        return self.each(
            Room.start, [r for r in self.rooms() if any(c.team for c in r.state.chairs.values())]
        )

    def lock(self, locked: bool = True) -> None:
        """Let nobody in (or let them in again)."""
        self._commit(lambda state: [("class_locked", {"locked": locked})] if state.locked != locked else [])

    def end(self) -> Refusals:
        """End every table as it stands; the debrief opens, nobody comes in any more."""
        self._commit(lambda state: [] if state.ended else [("class_ended", {})])
        return self.each(Room.end, [r for r in self.rooms() if r.state.game.started])

    def each(self, job: Callable[[Room], Any], rooms: Iterable[Room] | None = None) -> Refusals:
        """Do something at many tables; one that refuses keeps none of the others. Returns what was refused."""
        refused: Refusals = []
        for room in self.rooms() if rooms is None else rooms:
            try:
                job(room)
            except errors.NotStarted:
                continue
            except NegotiationError as error:
                refused.append((self.state.number(room.code), error))
            except Exception as error:
                logger.exception("table %s of class %s", room.code, self.code)
                refused.append((self.state.number(room.code), error))
        return refused

    def who_is_here(self) -> dict[str, set[str]] | None:
        """Table -> its people who have a page open now; None while nobody can know."""
        return self._lobby.presence.rooms(self._lobby.now())

    def rooms(self) -> list[Room]:
        """All tables, in order."""
        return [self._lobby.room(code) for code in self.state.tables]

    def table(self, number: int) -> Room:
        """One table by its number."""
        return self._lobby.room(self._numbered(self.state, number))

    def guest(self, token: str) -> Guest | None:
        """The bearer at their table; None for the host and for strangers."""
        secret = self.who(token)
        room = self.place(secret.person) if secret and secret.person in self.state.people else None
        return None if room is None or secret is None else Guest(room, self._lobby.workers, secret.person)

    # -- decide, store, apply, tell -----------------------------------------------------------------------

    def catch_up(self) -> None:
        """Read what other processes have written."""
        with self._lock:
            fresh = self._store.events(self.code, self.state.version)
            self._apply(fresh)
        if fresh:
            self._lobby.hub.publish(self.code)

    def _commit(self, decide: Callable[[ClassState], Iterable[News]], tokens: Tokens = NO_TOKENS) -> None:
        with self._lock:
            for _ in range(TRIES):
                news = list(decide(self.state))
                if not news:
                    return
                try:
                    fresh = self._store.append(
                        self.code, self.state.version, news, at=self._lobby.now(), tokens=tokens
                    )
                    break
                except errors.StaleVersion:
                    self._apply(self._store.events(self.code, self.state.version))
            else:
                raise errors.StaleVersion(self.code, self.state.version)
            self._apply(fresh)
        self._lobby.hub.publish(self.code)

    def _apply(self, fresh: Iterable[Any]) -> None:
        fresh = list(fresh)
        self.state = school.replay(self.code, fresh, self.state)
        if any(e.type in ("person_placed", "person_gone", "person_replaced") for e in fresh):
            self.names = self._store.names(self.code)

    def _numbered(self, state: ClassState, table: int) -> str:
        if not 1 <= table <= len(state.tables):
            raise errors.UnknownRoom(f"{self.code}/{table}")
        return state.tables[table - 1]

    def _must_know(self, person: str) -> None:
        if person not in self.state.people:
            raise errors.UnknownPerson(self.code)

    def _tell_table(self, room: str) -> None:
        self._lobby.hub.publish(room)
