"""A person at a table: what a token allows, and only that.

A page never names the seat it acts for: the seat comes from the token, so a forged message can do no more
than its sender's own seat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from time import sleep
from typing import Any

from negotiation.errors import IllegalMove
from negotiation.game.moves import Move
from negotiation.game.position import Position
from negotiation.game.proposal import Proposal, check_proposal
from negotiation.rooms import errors
from negotiation.rooms.room import Room
from negotiation.rooms.simple import card_move
from negotiation.rooms.state import HEAD
from negotiation.rooms.view import view_for
from negotiation.rooms.workers import Workers
from negotiation.terms import Country, Phase


@dataclass(frozen=True)
class Guest:
    """Somebody looking at a room: an observer, the person in a seat, the host, or host and seat in one."""

    room: Room
    workers: Workers
    person: str | None = None
    host: bool = False
    moved: bool = False
    """Whether this device had a seat here that is on another device now."""

    @property
    def seat(self) -> Country | None:
        """Where this person sits now; None for observers and for a seat that was given away."""
        return self.room.state.chair_of(self.person) if self.person else None

    def view(self) -> dict[str, Any]:
        """Everything this person may see; ``host`` says whether the host's strip is theirs."""
        view = {**view_for(self.room, self.seat), "host": self.host}
        if self.person and "own" in view and view["own"]["team"]:
            place = self.room.state.chairs[view["you"]].team.index(self.person)
            view["own"] = {**view["own"], "me": place}
        return view

    # -- the seat -----------------------------------------------------------------------------------------

    def seal(
        self,
        move: Move | Mapping[str, Any] | str,
        *,
        round: int | None = None,
        version: int | None = None,
        expected: Mapping[str, Any] | None = None,
    ) -> None:
        """Seal a move: a ``Move``, its data, or in simple mode the name of a card."""
        seat = self._my_seat("seal a move")
        self.room.seal(
            seat, _read(seat, move), round=round, version=version, expected=expected, person=self.person
        )

    def withdraw(self, *, round: int | None = None) -> None:
        """Take the sealed move back, until the last seal."""
        self.room.withdraw(self._head_of("withdraw a move"), round=round)

    def go_on(self, round: int) -> None:
        """Leave the reveal of a round."""
        self.room.go_on(self._my_seat("go on"), round)

    def propose(self, proposal: Proposal | Mapping[str, Any]) -> None:
        """Put a proposal on the table of the review (Washington)."""
        if self._head_of("propose") is not Country.USA:
            raise errors.NotAllowed("put a proposal on the table", "Washington")
        self.room.propose(proposal if isinstance(proposal, Proposal) else Proposal.from_dict(proposal))

    def answer(self, signs: bool) -> None:
        """Sign the proposal on the table, or refuse."""
        self.room.answer(self._head_of("sign"), signs)

    def preview(self, move: Move | Mapping[str, Any] | str, *, page: str = "") -> Future:
        """What a move is expected to do, worked out on a worker; an older question of the page is dropped."""
        seat = self._my_seat("ask for a preview")
        chosen = _read(seat, move)
        state = self.room.state
        if state.game.phase is not Phase.BARGAINING or state.game.started is None:
            raise IllegalMove("there is no move to preview now")
        self.room.check(state, seat, chosen)
        job: Callable[[], Any] = lambda: self.room.engine.preview(self.room.state, seat, chosen)  # noqa: E731
        return self.workers.preview(self.room.code, job, page=(seat, page))

    def weigh(self, proposal: Proposal | Mapping[str, Any] | None = None, *, page: str = "") -> Future:
        """What each end is worth to this seat and who would sign, with the proposal's own package."""
        seat = self.seat
        drawn = Proposal.from_dict(proposal) if isinstance(proposal, Mapping) else proposal
        state = self.room.state
        if not state.playing:
            raise IllegalMove("there is no review to weigh now")
        if drawn is not None:
            check_proposal(drawn, Position.from_dict(dict(state.position or {})), self.room.scenario)
        job: Callable[[], Any] = lambda: self.room.engine.review(self.room.state, seat, drawn)  # noqa: E731
        return self.workers.preview(self.room.code, job, page=(seat, page))

    def leave(self) -> None:
        """Free the seat; the computer moves until somebody takes it."""
        seat = self._my_seat("leave a seat")
        if len(self.room.state.chairs[seat].team) > 1:
            self.room.unseat(str(self.person))
        else:
            self.room.release(seat)

    def cable(self, to: Country | str | None, text: str) -> None:
        """Send a cable to one seat, or to all."""
        seat = self._my_seat("send cables")
        self.room.cable(seat, Country(to) if to else None, text, person=self.person)

    def call_help(self, on: bool = True) -> None:
        """Raise a hand for the host, or lower it."""
        self.room.call_help(self._my_seat("call the host"), on)

    # -- the host -----------------------------------------------------------------------------------------

    @property
    def strip(self) -> Room:
        """The room's host commands; ``NotAllowed`` for anybody but the host."""
        if not self.host:
            raise errors.NotAllowed("use the host's strip", "the host")
        return self.room

    def _head_of(self, what: str) -> Country:
        """The seat this person speaks for: alone, or as the head of a team that seals by its head."""
        seat = self._my_seat(what)
        chair = self.room.state.chairs[seat]
        if len(chair.team) > 1 and chair.rule == HEAD and chair.person != self.person:
            raise errors.NotAllowed(what, "the head of the team")
        return seat

    def _my_seat(self, what: str) -> Country:
        seat = self.seat
        if seat is None:
            raise errors.NotAllowed(what, "the person in a seat")
        return seat


@dataclass(frozen=True)
class Opened:
    """A table just opened: what its host needs."""

    code: str
    token: str
    guest: Guest

    def wait(self, seconds: float = 30.0) -> Guest:
        """Wait until the first round stands (the model is made on a worker); for scripts and tests, not for pages."""
        for _ in range(int(seconds / 0.005)):
            if self.guest.room.state.game.started is not None:
                break
            sleep(0.005)
        return self.guest


def _read(seat: Country, move: Move | Mapping[str, Any] | str) -> Move:
    if isinstance(move, Move):
        return move
    return card_move(seat, move) if isinstance(move, str) else Move.from_dict(move)
