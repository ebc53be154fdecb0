"""The rest of the host's strip: time, lateness, entry, events from outside, talk, the end with a summary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from negotiation.errors import IllegalMove, UnknownName
from negotiation.rooms import errors
from negotiation.rooms.codes import clean_text
from negotiation.rooms.state import LAST, WAIT, RoomState
from negotiation.rooms.store import News
from negotiation.terms import Country, Phase

LONGEST_CABLE = 280
"""Characters of a cable or a bulletin."""
LONGEST_TIME = 86_400.0
"""Seconds a round may be given at once."""


class Desk:
    """Commands of a room's host beyond those of ``Room``."""

    if TYPE_CHECKING:  # what a room gives
        code: str
        scenario: Any
        _commit: Any
        _must_have_begun: Any
        _must_know: Any

    def extend(self, seconds: float) -> None:
        """Give the round more time (or a clock, if it has none)."""
        if not 0 < seconds <= LONGEST_TIME:
            raise IllegalMove(f"a round cannot be given {seconds:g} more seconds: name 1 to {LONGEST_TIME:g}")

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_have_begun(state)
            if state.paused:
                return [("time_extended", {"deadline": None, "left": (state.clock.left or 0.0) + seconds})]
            return [
                ("time_extended", {"deadline": max(now, state.clock.deadline or now) + seconds, "left": None})
            ]

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

    def inject(self, event: str) -> None:
        """Let an event of the scenario happen in the round on the table, with its effects, when it is resolved."""
        known = {e.id for e in self.scenario.events}
        if event not in known:
            raise UnknownName("event", event, sorted(known))

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_have_begun(state)
            if state.game.phase is not Phase.BARGAINING:
                raise IllegalMove(
                    "an event can be let happen while a round is played: this table is in its review"
                )
            news = {"id": event, "round": state.game.round}
            return [] if news in [dict(s) for s in state.shocks] else [("shock_injected", news)]

        self._commit(decide)

    def end(self) -> None:
        """End the game as it stands and open the debrief; a table that never began has nothing to end."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_have_begun(state)
            return [] if state.ending_called or state.game.phase is Phase.ENDED else [("end_called", {})]

        self._commit(decide)
