"""Anybody does anything to a class, in any order: nobody is lost, nobody sits twice, the log is the state."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from negotiation.errors import NegotiationError
from negotiation.rooms import ClassConfig, replay
from negotiation.rooms.school import replay as replay_class
from negotiation.rooms.simple import CARDS
from tests.rooms.conftest import Time
from tests.rooms.school import new_lobby

TABLES = 2
PICK = st.integers(0, 20)


class Anything(RuleBasedStateMachine):
    """A class of two tables with two people a seat; the clock jumps, the host is hasty, the server dies."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.time = Time()
        self.database = str(Path(self.folder.name) / "rooms.db")
        self.lobby = new_lobby(self.database, self.time)
        made = self.lobby.classes.open(ClassConfig(tables=TABLES, per_seat=2, firms=200, seconds=60))
        self.code = made.code
        self.tokens: list[str] = []
        self.gone: set[str] = set()

    @property
    def classroom(self):
        return self.lobby.classes.find(self.code)

    def teardown(self) -> None:
        self.lobby.close()
        self.folder.cleanup()

    @rule()
    def come(self) -> None:
        with suppress(NegotiationError):
            self.tokens.append(self.classroom.enter("Ana"))

    @rule()
    def start(self) -> None:
        self.classroom.start()

    @rule(who=PICK, card=st.integers(0, 2))
    def seal(self, who: int, card: int) -> None:
        if self.tokens and (guest := self.classroom.guest(self.tokens[who % len(self.tokens)])):
            with suppress(NegotiationError):
                guest.seal(list(CARDS[guest.seat])[card])

    @rule(who=PICK, to=st.sampled_from([None, "USA", "CAN", "MEX"]))
    def cable(self, who: int, to: str | None) -> None:
        if self.tokens and (guest := self.classroom.guest(self.tokens[who % len(self.tokens)])):
            with suppress(NegotiationError):
                guest.cable(to, "for your eyes")

    @rule(who=PICK, table=st.integers(1, TABLES), seat=st.sampled_from(["USA", "CAN", "MEX"]))
    def move(self, who: int, table: int, seat: str) -> None:
        people = sorted(self.classroom.state.people)
        if people:
            with suppress(NegotiationError):
                self.classroom.move(people[who % len(people)], table, seat)

    @rule(one=PICK, other=PICK)
    def hand_over(self, one: int, other: int) -> None:
        people = sorted(self.classroom.state.people)
        if people:
            with suppress(NegotiationError):
                self.classroom.hand_over(people[one % len(people)], people[other % len(people)])

    @rule(who=PICK)
    def change_device(self, who: int) -> None:
        if self.tokens and (guest := self.classroom.guest(self.tokens[who % len(self.tokens)])):
            with suppress(NegotiationError):
                offer = self.lobby.devices.offer(guest)
                taken = self.lobby.devices.take(offer.code, offer.secret)
                old, self.tokens[who % len(self.tokens)] = self.tokens[who % len(self.tokens)], taken.token
                assert self.classroom.guest(old) is None
                assert self.classroom.guest(taken.token).seat == guest.room.state.chair_of(
                    self.classroom.who(taken.token).person
                )

    @rule(seat=st.sampled_from(["USA", "CAN", "MEX"]), table=st.integers(1, TABLES), back=st.booleans())
    def substitute(self, seat: str, table: int, back: bool) -> None:
        room = self.classroom.table(table)
        with suppress(NegotiationError):
            room.give_back(seat) if back else room.substitute(seat, "hedger")

    @rule(table=st.integers(1, TABLES), deed=st.sampled_from(["pause", "resume", "push_on", "end", "lock"]))
    def strip(self, table: int, deed: str) -> None:
        with suppress(NegotiationError):
            getattr(self.classroom.table(table), deed)()

    @rule(table=st.integers(1, TABLES), number=st.integers(1, 3))
    def roll_back(self, table: int, number: int) -> None:
        with suppress(NegotiationError):
            self.classroom.table(table).roll_back(number)

    @rule(seconds=st.sampled_from([0.0, 1.0, 59.9, 60.0, 61.0, 100_000.0, -30.0]))
    def clock_jumps(self, seconds: float) -> None:
        self.time.now += seconds
        self.lobby.tick()

    @rule()
    def server_dies(self) -> None:
        self.lobby.close()
        self.lobby = new_lobby(self.database, self.time)

    @invariant()
    def everybody_sits_exactly_where_the_class_says(self) -> None:
        classroom = self.classroom
        for person, place in classroom.state.people.items():
            sits = [
                (r.code, str(s))
                for r in classroom.rooms()
                for s, c in r.state.chairs.items()
                if person in c.team
            ]
            assert sits == [place]

    @invariant()
    def no_seat_holds_more_than_it_may_nor_anybody_unknown(self) -> None:
        classroom = self.classroom
        for room in classroom.rooms():
            for chair in room.state.chairs.values():
                assert len(chair.team) <= 2
                assert set(chair.team) <= set(classroom.state.people)

    @invariant()
    def the_logs_are_the_states(self) -> None:
        classroom = self.classroom
        assert replay_class(self.code, self.lobby.store.events(self.code)) == classroom.state
        for room in classroom.rooms():
            assert replay(room.code, self.lobby.store.events(room.code)) == room.state
            assert room.trouble is None


TestAnything = Anything.TestCase
TestAnything.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
