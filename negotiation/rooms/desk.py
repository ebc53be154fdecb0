"""The host's strip: start, time, lateness, substitutes, roll back, entry, events from outside, talk, the end.

``seen`` is what the host's board showed when a button was pressed: ``clock.turn`` of the table, or ``clock.since``
where its time was meant. A table that has moved on since refuses (``StaleOrder``), so that two hosts, or one who
presses twice on a slow line, do one thing. None asks for no such care.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from negotiation.errors import IllegalMove, UnknownName
from negotiation.rooms import errors, steps
from negotiation.rooms.codes import clean_text
from negotiation.rooms.state import LAST, WAIT, RoomState
from negotiation.rooms.store import News
from negotiation.terms import Country, Phase

LONGEST_CABLE = 280
"""Characters of a cable or a bulletin."""
LONGEST_TIME = 86_400.0
"""Seconds a round may be given at once."""


class Desk:
    """Commands of a room's host."""

    if TYPE_CHECKING:  # what a room gives
        code: str
        scenario: Any
        _commit: Any
        _must_have_begun: Any
        _must_play: Any
        _must_know: Any

    def start(self) -> None:
        """Open the first round; empty chairs are played by their strategies."""
        self._commit(lambda state, now: [] if state.called else [("start_called", {})])

    def pause(self) -> None:
        """Stop the clock; nothing is sealed or revealed until ``resume``."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            deadline = state.clock.deadline
            left = state.clock.left if deadline is None else max(0.0, deadline - now)
            return [] if state.paused else [("paused", {"left": left})]

        self._commit(decide)

    def resume(self) -> None:
        """Go on with the time that was left."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            left = state.clock.left
            return [("resumed", {"deadline": None if left is None else now + left})] if state.paused else []

        self._commit(decide)

    def push_on(self, seen: int | None = None) -> None:
        """Wait no longer: whoever is late is moved for by policy, or by the chair's strategy."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_play(state)
            self._must_stand(seen, state.clock.turn)
            return [] if state.clock.rang == "host" else [("time_ran_out", {"by": "host"})]

        self._commit(decide)

    def extend(self, seconds: float, seen: int | None = None) -> None:
        """Give the round more time (or a clock, if it has none). ``seen``: its ``clock.since``."""
        if not 0 < seconds <= LONGEST_TIME:
            raise IllegalMove(f"a round cannot be given {seconds:g} more seconds: name 1 to {LONGEST_TIME:g}")

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_have_begun(state)
            self._must_stand(seen, state.clock.since)
            if state.paused:
                return [("time_extended", {"deadline": None, "left": (state.clock.left or 0.0) + seconds})]
            return [
                ("time_extended", {"deadline": max(now, state.clock.deadline or now) + seconds, "left": None})
            ]

        self._commit(decide)

    def substitute(self, seat: Country, strategy: str) -> None:
        """Let a named strategy move for a seat; what is sealed stays sealed."""
        self._must_know(strategy)

        def decide(state: RoomState, now: float) -> Iterable[News]:
            same = state.chairs[seat].substitute == strategy
            return [] if same else [("substituted", {"seat": seat, "strategy": strategy})]

        self._commit(decide)

    def give_back(self, seat: Country) -> None:
        """Return a substituted seat to its person."""
        self._commit(
            lambda state, now: [("given_back", {"seat": seat})] if state.chairs[seat].substitute else []
        )

    def roll_back(self, round: int, seen: int | None = None) -> None:
        """Play again from the start of a round; what came after stays in the log but not on the table."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_have_begun(state)
            if not 1 <= round <= state.last_round:
                raise errors.NoSuchRound(self.code, round, state.game.round)
            self._must_stand(seen, state.clock.turn)
            return [("rolled_back", {"round": round, **steps.deadline(state, now)})]

        self._commit(decide)

    def set_policy(self, seat: Country, policy: str) -> None:
        """What happens to the seat when time is up: wait, last, or the name of a strategy."""
        if policy not in (WAIT, LAST):
            self._must_know(policy)
        self._commit(lambda state, now: [("policy_set", {"seat": seat, "policy": policy})])

    def lock(self, locked: bool = True) -> None:
        """Let nobody in (or let them in again)."""
        self._commit(lambda state, now: [("locked", {"locked": locked})] if state.locked != locked else [])

    def switch_talk(self, on: bool) -> None:
        """Allow cables, or stop them; what was said stays."""
        self._commit(lambda state, now: [("talk_switched", {"on": on})] if state.talk != on else [])

    def bulletin(self, text: str) -> None:
        """News in the host's own words, to everybody; it moves people, not the model."""
        said = clean_text(text, LONGEST_CABLE)
        if not said:
            raise errors.BadText(LONGEST_CABLE)

        def decide(state: RoomState, now: float) -> Iterable[News]:
            cable = {"sender": None, "to": None, "text": said, "round": state.game.round, "at": now}
            return [("cable_sent", cable)]

        self._commit(decide)

    def inject(self, event: str, seen: int | None = None) -> None:
        """Let an event of the scenario happen in the round on the table, with its effects, when it is resolved."""
        known = {e.id for e in self.scenario.events}
        if event not in known:
            raise UnknownName("event", event, sorted(known))

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_have_begun(state)
            if state.game.phase is not Phase.BARGAINING:
                raise errors.NoRoundOnTable(self.code)
            self._must_stand(seen, state.clock.turn)
            news = {"id": event, "round": state.game.round}
            return [] if news in [dict(s) for s in state.shocks] else [("shock_injected", news)]

        self._commit(decide)

    def end(self) -> None:
        """End the game as it stands and open the debrief; a table that never began has nothing to end."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_have_begun(state)
            return [] if state.ending_called or state.game.phase is Phase.ENDED else [("end_called", {})]

        self._commit(decide)

    def _must_stand(self, seen: int | None, now: int) -> None:
        if seen is not None and seen != now:
            raise errors.StaleOrder(self.code)
