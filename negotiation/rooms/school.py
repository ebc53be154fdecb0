"""What a class's log adds up to: its tables, who has come, where they sit.

A class is a log like a room's, in the same tables of the database: its own version, its own hashed tokens, its own
names apart. The games are in the rooms; the class knows only who belongs where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from negotiation.errors import BrokenLog, IllegalMove
from negotiation.game.log import Event
from negotiation.rooms.company import MOST_IN_A_SEAT
from negotiation.rooms.state import HEAD, LAST, MAJORITY
from negotiation.terms import SEATS, Country

MOST_TABLES = 100
MOST_PEOPLE = 1000
"""People a class keeps a place for."""
DEALT, CHOSEN = "dealt", "chosen"
SHORTEST_ROUND, LONGEST_ROUND = 20.0, 7200.0
"""Seconds: a class always has a clock, so that nothing waits for ever."""


@dataclass(frozen=True)
class ClassConfig:
    """What a host decides when opening a class."""

    scenario: str = "autumn-2025"
    tables: int = 10
    mode: str = "simple"
    level: str = "medium"
    seconds: float = 240.0
    """Time for a round."""
    seats: tuple[str, ...] = ("USA", "CAN", "MEX")
    """Seats people may have; strategies play the others."""
    per_seat: int = 1
    """People in one seat, at most."""
    rule: str = HEAD
    """Who seals for a team: head or majority."""
    deal: str = DEALT
    """dealt: the next place in order; chosen: people name their table and seat."""
    policy: str = LAST
    """What moves for a late seat: last stances, or a named strategy."""
    talk: bool = True
    firms: int | None = None
    seed: int = 0
    """One seed for all tables: what differs between them is what people did."""

    def checked(self) -> ClassConfig:
        """This, or ``IllegalMove`` naming what cannot be."""
        faults = []
        if not 1 <= self.tables <= MOST_TABLES:
            faults.append(f"tables: {self.tables} (1 to {MOST_TABLES})")
        if not SHORTEST_ROUND <= self.seconds <= LONGEST_ROUND:
            faults.append(f"seconds: {self.seconds:g} ({SHORTEST_ROUND:g} to {LONGEST_ROUND:g})")
        if not 1 <= self.per_seat <= MOST_IN_A_SEAT:
            faults.append(f"people in a seat: {self.per_seat} (1 to {MOST_IN_A_SEAT})")
        if not self.seats or set(self.seats) - {str(s) for s in SEATS}:
            faults.append(f"seats: {', '.join(self.seats) or 'none'} (some of {', '.join(SEATS)})")
        for name, value, known in (
            ("mode", self.mode, ("simple", "full")),
            ("rule", self.rule, (HEAD, MAJORITY)),
            ("deal", self.deal, (DEALT, CHOSEN)),
        ):
            if value not in known:
                faults.append(f"{name}: {value!r} ({' or '.join(known)})")
        if self.policy != LAST:
            from negotiation.strategies import strategies

            if self.policy not in strategies():
                faults.append(f"policy: {self.policy!r} (last, or the name of a strategy)")
        if faults:
            raise IllegalMove(f"a class cannot be opened like this: {'; '.join(faults)}")
        return self


@dataclass(frozen=True)
class ClassState:
    """A class at one version of its log."""

    code: str
    version: int = 0
    config: ClassConfig = ClassConfig()
    host: str = ""
    tables: tuple[str, ...] = ()
    """Codes of the rooms; table 1 is the first."""
    people: Mapping[str, tuple[str, str] | None] = field(default_factory=dict)
    """Person -> (room, seat), or None for somebody who waits for the host."""
    replaced: Mapping[str, str] = field(default_factory=dict)
    """Person -> who they were on the device they had before."""
    called: bool = False
    locked: bool = False
    ended: bool = False

    def number(self, room: str) -> int:
        """A table's number, from 1."""
        return self.tables.index(room) + 1

    def counts(self) -> dict[tuple[str, str], int]:
        """People per (room, seat)."""
        out: dict[tuple[str, str], int] = {}
        for place in self.people.values():
            if place is not None:
                out[place] = out.get(place, 0) + 1
        return out

    def next_place(self) -> tuple[str, str] | None:
        """The place dealt next: every table gets one person a seat before any seat gets a second."""
        counts = self.counts()
        order = [str(s) for s in (Country.CAN, Country.MEX, Country.USA) if str(s) in self.config.seats]
        for full in range(1, self.config.per_seat + 1):
            for room in self.tables:
                for seat in order:
                    if counts.get((room, seat), 0) < full:
                        return room, seat
        return None

    def has_room(self, room: str, seat: str) -> bool:
        """Whether somebody may still take this seat."""
        known = room in self.tables and seat in self.config.seats
        return known and self.counts().get((room, seat), 0) < self.config.per_seat


def evolve(state: ClassState, event: Event) -> ClassState:
    """The class after one more event."""
    if event.version != state.version + 1:
        raise BrokenLog(
            f"event {event.version} follows event {state.version}: the log of the class has a gap"
        )
    state, data = replace(state, version=event.version), event.data
    match event.type:
        case "class_opened":
            config = ClassConfig(**{**data["config"], "seats": tuple(data["config"]["seats"])})
            return replace(state, config=config, host=data["host"])
        case "table_added":
            return replace(state, tables=(*state.tables, data["room"]))
        case "person_placed":
            place = (data["room"], data["seat"]) if data["room"] else None
            return replace(state, people={**state.people, data["person"]: place})
        case "person_gone":
            return replace(state, people={p: x for p, x in state.people.items() if p != data["person"]})
        case "person_replaced":
            old, new = data["person"], data["new"]
            people = {new if p == old else p: x for p, x in state.people.items()}
            return replace(state, people=people, replaced={**state.replaced, new: old})
        case "class_called":
            return replace(state, called=True)
        case "class_locked":
            return replace(state, locked=data["locked"])
        case "class_ended":
            return replace(state, ended=True)
    return state


def replay(code: str, events: Iterable[Event], state: ClassState | None = None) -> ClassState:
    """The state a class's log (or its continuation) adds up to."""
    state = state or ClassState(code)
    for event in events:
        state = evolve(state, event)
    return state
