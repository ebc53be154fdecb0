"""What a room's log adds up to: the game, and everything around it.

The game's own events are folded by ``negotiation.game.log``; this module adds chairs, the clock and the
host's strip. ``replay(log) == state``: nothing else is remembered anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from negotiation.game import log
from negotiation.game.log import Event, GameState
from negotiation.terms import SEATS, Country, Phase

WAIT, LAST = "wait", "last"
"""Policies for a late person's seat: wait, or repeat the last stances. Any other policy names a strategy."""
HEAD, MAJORITY = "head", "majority"
"""Who seals for a team."""


@dataclass(frozen=True)
class Config:
    """What was decided when the room was opened."""

    scenario: str
    seed: int
    mode: str = "full"
    """full: 9 moves a seat; simple: three cards a seat."""
    level: str = "medium"
    firms: int | None = None
    """Number of firms; None for the scenario's own."""
    seconds: float | None = None
    """Time for a round; None for no clock."""
    school: str = ""
    """Code of the class the table belongs to; empty for a table of its own."""
    talk: bool = False
    """Whether cables may be sent from the start."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the log."""
        return dict(vars(self))


@dataclass(frozen=True)
class Chair:
    """A government's chair: who sits there and what moves for it if nobody does."""

    strategy: str
    """Plays when the chair is empty, and when a late person's policy has nothing to repeat."""
    person: str | None = None
    offered: bool = False
    """Whether somebody with the code may take it."""
    substitute: str | None = None
    """Strategy the host has put in the person's place."""
    policy: str = WAIT
    gone_on: int = 0
    """Last round whose reveal this seat has left behind."""
    version: int = 0
    """Last version at which what this seat may do has changed."""
    mates: tuple[str, ...] = ()
    """Who shares the seat with ``person`` (its head), in the order they came."""
    rule: str = HEAD
    """Who seals for a team: its head, or a majority of equal proposals."""
    proposals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Person -> move proposed inside the team for the round on the table."""
    help: bool = False
    """The seat has asked the host to come."""

    @property
    def team(self) -> tuple[str, ...]:
        """Everybody in this chair, the head first."""
        return (self.person, *self.mates) if self.person else ()

    @property
    def mind(self) -> str | None:
        """The strategy that moves for this chair; None if a person does."""
        return self.substitute or (None if self.person else self.strategy)


@dataclass(frozen=True)
class RoundClock:
    """The time of the round on the table."""

    deadline: float | None = None
    """Seconds since 1970; None while there is no clock or it stands still."""
    left: float | None = None
    """Seconds left while paused."""
    rang: str = ""
    """``clock`` when time was up, ``host`` when the host pushed on: policies move for those who are late."""
    turn: int = 0
    """Version at which the decision it runs for came to the table: what a host has seen is known by it."""
    since: int = 0
    """Version at which its time was last set."""


@dataclass(frozen=True)
class RoomState:
    """A room at one version of its log."""

    code: str
    config: Config = Config("", 0)
    game: GameState = field(default_factory=GameState)
    chairs: Mapping[Country, Chair] = field(default_factory=dict)
    host: str | None = None
    called: bool = False
    """The host has asked for the first round."""
    paused: bool = False
    locked: bool = False
    clock: RoundClock = RoundClock()
    ending_called: bool = False
    """The host has asked for the end with a summary."""
    talk: bool = False
    """Whether cables may be sent."""
    cables: tuple[Mapping[str, Any], ...] = ()
    """What was said: sender (None: the host), to (a seat, or None for all), text, round, at, person."""
    shocks: tuple[Mapping[str, Any], ...] = ()
    """Events of the scenario the host has let happen: id, and the round they fall in."""
    epoch: int = 0
    """How often the table was rolled back: results of another epoch are other results."""

    @property
    def version(self) -> int:
        return self.game.version

    @property
    def playing(self) -> bool:
        """Whether rounds or the review are under way."""
        return self.game.started is not None and self.game.phase is not Phase.ENDED

    @property
    def opening(self) -> Mapping[str, Any]:
        """Read-outs of the position before the first round, and that position; empty before the start."""
        return (self.game.started or {}).get("opening") or {}

    @property
    def position(self) -> Mapping[str, Any] | None:
        """The true position on the table, as data; None before the start."""
        return self.game.results[-1]["position"] if self.game.results else self.opening.get("position")

    @property
    def next_review(self) -> int:
        """The round after which the next joint review (or the end) comes."""
        game = self.game
        lived = len(game.results) + (game.phase is Phase.BARGAINING)
        return next((n for n in game.review_rounds if n >= lived), game.rounds)

    @property
    def last_round(self) -> int:
        """The last round to roll back to: the one on the table, or the last that was played; 0 before the start."""
        game = self.game
        return len(game.results) + (game.started is not None and game.phase is Phase.BARGAINING)

    def chair_of(self, person: str) -> Country | None:
        """Where a person sits, alone or in a team."""
        return next((seat for seat, chair in self.chairs.items() if person in chair.team), None)

    def free(self) -> list[Country]:
        """Seats somebody with the code may take now."""
        return [s for s in SEATS if s in self.chairs and self.chairs[s].offered and not self.chairs[s].person]


def _team(state: RoomState, kind: str, data: Mapping[str, Any]) -> RoomState:
    """After somebody came, left, proposed or asked for help. When the head of a chair leaves, the next in line is."""
    seat, chair = data["seat"], state.chairs[Country(data["seat"])]
    if kind == "help_called":
        return _chair(state, seat, quietly=True, help=data["on"])
    person = data["person"]
    if kind == "move_proposed":
        return _chair(state, seat, quietly=True, proposals={**chair.proposals, person: data["move"]})
    if kind == "person_replaced":  # another device of the same person: same place in the team
        team = [data["new"] if p == person else p for p in chair.team]
        proposals = {data["new"] if p == person else p: m for p, m in chair.proposals.items()}
        host = data["new"] if state.host == person else state.host
        return _chair(
            replace(state, host=host),
            seat,
            quietly=True,
            person=team[0],
            mates=tuple(team[1:]),
            proposals=proposals,
        )
    if kind == "person_left":
        left = [p for p in chair.team if p != person]
        proposals = {p: m for p, m in chair.proposals.items() if p != person}
        return _chair(
            state, seat, person=left[0] if left else None, mates=tuple(left[1:]), proposals=proposals
        )
    if chair.person:
        return _chair(state, seat, quietly=True, mates=(*chair.mates, person))
    return _taken(state, seat, person)


def _taken(state: RoomState, seat: str, person: str) -> RoomState:
    """An empty chair is taken: a computer the host had put there gives way, and in the middle of a game its person
    starts at the reveal on the table."""
    return _chair(state, seat, person=person, substitute=None, gone_on=max(len(state.game.results) - 1, 0))


def evolve(state: RoomState, event: Event) -> RoomState:
    """The state after one more event."""
    state = replace(state, game=log.evolve(state.game, event))
    data = event.data
    match event.type:
        case "room_opened":
            chairs = {
                Country(s): Chair(**{**chair, "mates": tuple(chair.get("mates", ()))})
                for s, chair in data["chairs"].items()
            }
            config = Config(**data["config"])
            return replace(state, config=config, chairs=chairs, host=data["host"], talk=config.talk)
        case "start_called":
            return replace(state, called=True)
        case "seat_claimed":
            return _taken(state, data["seat"], data["person"])
        case "seat_released":
            return _chair(
                state,
                data["seat"],
                person=None,
                mates=(),
                proposals={},
                help=False,
                substitute=None,
                offered=data["offered"],
            )
        case "person_seated" | "person_left" | "person_replaced" | "move_proposed" | "help_called":
            return _team(state, event.type, data)
        case "substituted":
            return _chair(state, data["seat"], substitute=data["strategy"])
        case "given_back":
            return _chair(state, data["seat"], substitute=None)
        case "policy_set":
            return _chair(state, data["seat"], policy=data["policy"])
        case "move_sealed" | "move_withdrawn":
            return _chair(state, data["seat"])
        case "cable_sent":
            return replace(state, cables=(*state.cables, data))
        case "talk_switched":
            return replace(state, talk=data["on"])
        case "shock_injected":
            return replace(state, shocks=(*state.shocks, data))
        case "end_called":
            return replace(state, ending_called=True, paused=False)
        case "gone_on":
            return _chair(state, data["seat"], quietly=True, gone_on=data["round"])
        case "game_started" | "round_resolved":
            return _all_chairs(replace(state, clock=_new_clock(data, state)))
        case "rolled_back":
            state = _all_chairs(replace(state, epoch=state.epoch + 1, clock=_new_clock(data, state)))
            before = data["round"] - 1
            chairs = {s: replace(c, gone_on=min(c.gone_on, before)) for s, c in state.chairs.items()}
            shocks = tuple(x for x in state.shocks if x["round"] <= before)
            return replace(state, chairs=chairs, shocks=shocks, ending_called=False)
        case "proposal_made" | "review_held":
            return _all_chairs(replace(state, clock=_new_clock(data, state)))
        case "proposal_answered":
            return _all_chairs(state)
        case "time_ran_out":
            return replace(state, clock=replace(state.clock, rang=data["by"]))
        case "time_extended":
            return _set_clock(state, data["deadline"], data["left"], rang="")
        case "paused":
            return _set_clock(replace(state, paused=True), None, data["left"])
        case "resumed":
            return _set_clock(replace(state, paused=False), data["deadline"], None)
        case "locked":
            return replace(state, locked=data["locked"])
    return state


def replay(code: str, events: Iterable[Event], state: RoomState | None = None) -> RoomState:
    """The state a log (or its continuation after ``state``) adds up to."""
    state = state or RoomState(code)
    for event in events:
        state = evolve(state, event)
    return state


def _chair(state: RoomState, seat: str, *, quietly: bool = False, **changes: Any) -> RoomState:
    chair = state.chairs[Country(seat)]
    if not quietly:
        changes["version"] = state.version
    return replace(state, chairs={**state.chairs, Country(seat): replace(chair, **changes)})


def _all_chairs(state: RoomState) -> RoomState:
    """A new decision for everybody: proposals made inside teams for the last one are gone."""
    return replace(
        state, chairs={s: replace(c, version=state.version, proposals={}) for s, c in state.chairs.items()}
    )


def _new_clock(data: Mapping[str, Any], state: RoomState) -> RoundClock:
    """A fresh clock; it stands still if the table is paused."""
    deadline = data.get("deadline")
    left = None
    if deadline is not None and state.paused:
        deadline, left = None, state.config.seconds
    return RoundClock(deadline, left, turn=state.version, since=state.version)


def _set_clock(state: RoomState, deadline: float | None, left: float | None, **changes: Any) -> RoomState:
    """The same decision with another time."""
    clock = replace(state.clock, deadline=deadline, left=left, since=state.version, **changes)
    return replace(state, clock=clock)
