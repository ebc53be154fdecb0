"""Any order of commands by anybody, from two processes, with restarts: the table stays a table."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from negotiation.errors import IllegalMove
from negotiation.game.moves import Move
from negotiation.rooms import errors
from negotiation.rooms.room import Room
from negotiation.rooms.state import replay
from negotiation.rooms.store import Store
from negotiation.rooms.view import view_for
from negotiation.terms import SEATS, STANCES, Country, Phase
from tests.rooms.conftest import Time, load_room, open_room

CAN, MEX, USA = Country.CAN, Country.MEX, Country.USA
SECRET = "between the two of us"
"""A cable from Canada to Mexico."""
people = st.sampled_from([CAN, MEX])
stances = st.sampled_from(STANCES)


class Table(RuleBasedStateMachine):
    """Canada and Mexico are people or computers by turns, Washington is a computer; two servers, one database."""

    @initialize()
    def set_up(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store, self.time = Store.open(self.folder / "rooms.db"), Time()
        self.servers = [
            open_room(self.store, self.time, ("CAN", "MEX"), seconds=60.0, offered=("CAN", "MEX"))
        ]
        self.servers.append(load_room(self.store, self.time))

    def attempt(self, server: int, command: str, *given: Any, **named: Any) -> bool:
        """A command may be refused with one of our errors; it never fails otherwise and never half-way."""
        room = self.servers[server % len(self.servers)]
        before = len(self.store.events(room.code))
        try:
            getattr(room, command)(*given, **named)
        except (errors.RoomError, IllegalMove):
            assert len(self.store.events(room.code)) == before, "refused, and yet something was written"
            return False
        return True

    @rule(
        server=st.integers(0, 1),
        seat=people,
        first=stances,
        second=stances,
        quiet=st.booleans(),
        old=st.booleans(),
    )
    def seal(self, server: int, seat: Any, first: Any, second: Any, quiet: bool, old: bool) -> None:
        state = self.servers[server].state
        seen = {"round": state.game.round - old, "version": state.chairs[seat].version}
        before = len(self.store.events("CDFHJK"))
        move = Move.of(seat, first, second, quiet=quiet)
        already = state.game.sealed.get(seat, {}).get("move")
        if self.attempt(server, "seal", seat, move, **seen):
            fresh = [e for e in self.store.events("CDFHJK")[before:] if e.type == "move_sealed"]
            mine = [e.data["choice"]["move"] for e in fresh if e.data["seat"] == seat]
            assert move.to_dict() in [*mine, already], "acknowledged, and yet not in the log"

    @rule(server=st.integers(0, 1), seat=people)
    def withdraw(self, server: int, seat: Any) -> None:
        self.attempt(server, "withdraw", seat)

    @rule(server=st.integers(0, 1), seat=people, what=st.sampled_from(["claim", "release", "give_back"]))
    def come_and_go(self, server: int, seat: Any, what: str) -> None:
        self.attempt(server, what, seat)

    @rule(server=st.integers(0, 1), seat=people, name=st.sampled_from(["front", "tit-for-tat"]))
    def substitute(self, server: int, seat: Any, name: str) -> None:
        self.attempt(server, "substitute", seat, name)

    @rule(server=st.integers(0, 1), seat=people, policy=st.sampled_from(["wait", "last", "hedger"]))
    def policy(self, server: int, seat: Any, policy: str) -> None:
        self.attempt(server, "set_policy", seat, policy)

    @rule(server=st.integers(0, 1), what=st.sampled_from(["pause", "resume", "push_on", "lock"]))
    def strip(self, server: int, what: str) -> None:
        self.attempt(server, what)

    @rule(server=st.integers(0, 1), seconds=st.sampled_from([10.0, 300.0]))
    def extend(self, server: int, seconds: float) -> None:
        self.attempt(server, "extend", seconds)

    @rule(server=st.integers(0, 1), round=st.integers(0, 5))
    def roll_back(self, server: int, round: int) -> None:
        self.attempt(server, "roll_back", round)

    @rule(server=st.integers(0, 1), seat=people, signs=st.booleans())
    def answer(self, server: int, seat: Any, signs: bool) -> None:
        self.attempt(server, "answer", seat, signs)

    @rule(server=st.integers(0, 1), what=st.sampled_from(["bulletin", "inject", "end", "call_help", "cable"]))
    def news_and_talk(self, server: int, what: str) -> None:
        event = self.servers[server].scenario.events[0].id
        given: dict[str, tuple[Any, ...]] = {
            "bulletin": ("The host says",),
            "inject": (event,),
            "end": (),
            "call_help": (CAN,),
            "cable": (CAN, MEX, SECRET),
        }
        self.attempt(server, what, *given[what])

    @rule(server=st.integers(0, 1), on=st.booleans())
    def talk(self, server: int, on: bool) -> None:
        self.attempt(server, "switch_talk", on)

    @rule(server=st.integers(0, 1), seconds=st.sampled_from([0.0, 1.0, 61.0, -500.0]))
    def time_passes(self, server: int, seconds: float) -> None:
        self.time.now += seconds
        room = self.servers[server]
        room.catch_up()
        room.tick(self.time.now)

    @rule(server=st.integers(0, 1))
    def restart(self, server: int) -> None:
        self.servers[server] = load_room(self.store, self.time)

    @invariant()
    def the_log_is_whole_and_gives_the_state(self) -> None:
        if not hasattr(self, "servers"):
            return
        log = self.store.events("CDFHJK")
        assert [e.version for e in log] == list(range(1, len(log) + 1))
        for room in self.servers:
            assert replay("CDFHJK", log[: room.state.version]) == room.state
            assert room.trouble is None

    @invariant()
    def every_round_is_resolved_once_from_what_was_sealed(self) -> None:
        if not hasattr(self, "servers"):
            return
        sealed: dict[str, Any] = {}
        expected = 1
        for event in self.store.events("CDFHJK"):
            data = event.data
            if event.type == "move_sealed":
                assert data["seat"] not in sealed
                assert data["round"] == expected
                sealed[data["seat"]] = data["choice"]["move"]
            elif event.type == "move_withdrawn":
                assert len(sealed) < 3
                del sealed[data["seat"]]
            elif event.type == "round_resolved":
                assert data["round"] == expected
                assert {s: c["move"] for s, c in data["moves"].items()} == sealed
                sealed, expected = {}, expected + 1
            elif event.type == "rolled_back":
                sealed, expected = {}, data["round"]

    @invariant()
    def a_cable_to_one_seat_is_read_by_its_two_ends(self) -> None:
        if not hasattr(self, "servers"):
            return
        room: Room = self.servers[0]
        if room.state.game.phase is Phase.BARGAINING:
            for outsider in (USA, None):
                assert SECRET not in json.dumps(view_for(room, outsider))

    @invariant()
    def nobody_reads_anothers_envelope(self) -> None:
        if not hasattr(self, "servers"):
            return
        room: Room = self.servers[0]
        if room.state.game.phase is Phase.BARGAINING:
            for viewer in (*SEATS, None):
                view = view_for(room, viewer)
                json.dumps(view)
                mine = None if viewer is None else room.state.game.sealed.get(viewer)
                assert (view.get("own") or {}).get("sealed") == mine

    def nothing_waits_for_ever(self) -> None:
        """Whatever was done before: when the host goes on and time passes, the table comes to its end."""
        for server in (0, 1):
            self.servers[server] = load_room(self.store, self.time)
        room = self.servers[0]
        room.start()
        room.resume()
        for _ in range(40):
            if room.state.game.phase is Phase.ENDED:
                break
            self.time.now += 61.0
            room.tick(self.time.now)
            room.drive()
            if room.state.playing:
                room.push_on()
        assert room.state.game.phase is Phase.ENDED
        self.servers[1].catch_up()
        assert self.servers[1].state == room.state

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            if hasattr(self, "servers"):
                self.nothing_waits_for_ever()
                self.the_log_is_whole_and_gives_the_state()
                self.every_round_is_resolved_once_from_what_was_sealed()
            self.store.close()
            shutil.rmtree(self.folder)


TestTable = pytest.mark.slow(Table.TestCase)
TestTable.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
