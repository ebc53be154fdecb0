"""One room: a log, the state it adds up to, and the commands that add to it.

Every command is the same three steps under the room's lock: decide on the present state, store, apply; then,
outside the lock, tell. If another process has written first the log is read on and the decision is made
again. Commands never wait for the model: what computers do is done by ``drive`` on a worker.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from negotiation.errors import UnknownName
from negotiation.game import log
from negotiation.game.log import Event
from negotiation.game.moves import Move, check_move
from negotiation.game.position import Position, granted_by
from negotiation.game.proposal import Proposal, check_proposal
from negotiation.rooms import errors, steps
from negotiation.rooms.clock import Now
from negotiation.rooms.codes import new_person, new_token, token_hash
from negotiation.rooms.company import Company
from negotiation.rooms.desk import Desk
from negotiation.rooms.engine import Engine, scenario_named
from negotiation.rooms.simple import check_card
from negotiation.rooms.state import RoomState, replay
from negotiation.rooms.store import NO_TOKENS, News, Secret, Store, Tokens
from negotiation.terms import Country

PEOPLE = ("seat_claimed", "seat_released", "person_seated", "person_left", "person_replaced")
"""Events after which names are read again."""
TRIES = 8
"""How often a decision is made again when others write first."""
RETRY_SECONDS = 5.0
"""How long the driver waits after a failure before it tries the same step again."""

Decide = Callable[[RoomState, float], Iterable[News]]
logger = logging.getLogger(__name__)


class Room(Company, Desk):
    """A game in progress. Safe to use from many threads; ``state`` is immutable, read it without a lock.

    tell : called with the code after every change (on the caller's thread; it must only enqueue).
    schedule : called with the room when there is something for ``drive`` to do.
    """

    def __init__(
        self,
        code: str,
        store: Store,
        now: Now,
        *,
        engine: Engine | None = None,
        tell: Callable[[str], None] = lambda code: None,
        schedule: Callable[[Room], None] = lambda room: None,
    ) -> None:
        self.code = code
        self.engine = engine or Engine()
        self._store, self._now, self._tell, self._schedule = store, now, tell, schedule
        self._lock = threading.RLock()
        self._driving = threading.Lock()
        self._known: dict[str, Secret] = {}
        """Secrets read since people last came or went."""
        self._untold = False
        """Whether the last seal is stored and nobody was told, because the reveal follows."""
        self.kept_views: dict[Any, Any] = {}
        """What each viewer knows of the rounds played (``view``)."""
        self._failed: tuple[int, float] | None = None
        self.trouble: Mapping[str, str] | None = None
        """Why the table cannot go on (key and English text, safe for every eye); None if all is well."""
        self.state = replay(code, store.events(code))
        self.names: Mapping[str, str] = store.names(code)
        if not self.state.version:
            raise errors.UnknownRoom(code)

    @property
    def scenario(self) -> Any:
        """The scenario this room plays."""
        return scenario_named(self.state.config.scenario)

    def log(self) -> list[Event]:
        """Every event, from the database."""
        return self._store.events(self.code)

    def times(self) -> list[float]:
        """When each event was stored, seconds since 1970."""
        return self._store.times(self.code)

    # -- people -------------------------------------------------------------------------------------------

    def who(self, token: str) -> Secret | None:
        """What a token opens in this room; None if nothing."""
        if not token:
            return None
        hashed = token_hash(token)
        known = self._known.get(hashed)
        if known is None and (known := self._store.secret(self.code, hashed)) is not None:
            self._known[hashed] = known
        return known

    def claim(self, seat: Country, name: str = "") -> str:
        """Take an offered seat; returns its token. ``SeatTaken`` or ``RoomLocked`` if it cannot be had."""
        token, person = new_token(), new_person()

        def decide(state: RoomState, now: float) -> Iterable[News]:
            if state.locked:
                raise errors.RoomLocked(self.code)
            chair = state.chairs[seat]
            if chair.person or not chair.offered:
                raise errors.SeatTaken(self.code, seat)
            return [("seat_claimed", {"seat": seat, "person": person})]

        added = Secret(token_hash(token), "seat", person, str(seat))
        self._commit(decide, Tokens(add=[added], names={person: name} if name else None))
        return token

    def release(self, seat: Country, *, offered: bool = True) -> None:
        """Empty a chair; its token opens nothing any more, the computer moves until somebody takes it."""
        person = self.state.chairs[seat].person

        def decide(state: RoomState, now: float) -> Iterable[News]:
            if state.chairs[seat].person != person:
                raise errors.SeatTaken(self.code, seat)
            return [("seat_released", {"seat": seat, "offered": offered})] if person else []

        # the host keeps the host's token even without a chair
        gone = [p for p in self.state.chairs[seat].team if p != self.state.host]
        self._commit(decide, Tokens(remove_persons=gone))

    # -- a seat's moves -----------------------------------------------------------------------------------

    def seal(
        self,
        seat: Country,
        move: Move,
        *,
        round: int | None = None,
        version: int | None = None,
        expected: Mapping[str, Any] | None = None,
        person: str | None = None,
    ) -> None:
        """Seal a move; stored when this returns.

        person : who moves, in a seat that several share: then the move may only be a proposal to the team.

        round, version : what the mover's screen shows; ``StaleMove`` if the table or the seat has moved on.
        expected : what the preview promised, kept beside the move for the reveal.
        Sealing the same move again (a second click, a lost answer) does nothing.
        """
        choice: dict[str, Any] = {"move": move.to_dict(), **({"preview": dict(expected)} if expected else {})}

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_play(state)
            self._must_be_fresh(state, seat, round, version)
            if state.chairs[seat].substitute:
                raise errors.NotAllowed(f"move for {seat} while a computer sits in", "the host")
            if state.game.sealed.get(seat, {}).get("move") == choice["move"]:
                return []
            self.check(state, seat, move)
            sealed = log.decide_seal(state.game, seat, choice, round=round)
            said, agreed = self.inside_team(state, seat, person, choice["move"])
            return [*said, ("move_sealed", sealed)] if agreed else said

        self._commit(decide)

    def withdraw(self, seat: Country, *, round: int | None = None) -> None:
        """Take a sealed move back, possible until the last seal."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_play(state)
            self._must_be_fresh(state, seat, round, None)
            return [("move_withdrawn", log.decide_withdraw(state.game, seat))]

        self._commit(decide)

    def go_on(self, seat: Country, round: int) -> None:
        """Leave the reveal of a round behind (each seat at its own pace)."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            known = min(round, len(state.game.results))
            return [("gone_on", {"seat": seat, "round": known})] if known > state.chairs[seat].gone_on else []

        self._commit(decide)

    def propose(self, proposal: Proposal) -> None:
        """Washington puts a proposal on the table of the review."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_play(state)
            data = log.decide_proposal(state.game, proposal)
            check_proposal(proposal, Position.from_dict(dict(state.position or {})), self.scenario)
            return [("proposal_made", {**data, **steps.deadline(state, now)})]

        self._commit(decide)

    def answer(self, seat: Country, signs: bool) -> None:
        """A partner signs or refuses the proposal on the table."""

        def decide(state: RoomState, now: float) -> Iterable[News]:
            self._must_play(state)
            return [("proposal_answered", log.decide_answer(state.game, seat, signs))]

        self._commit(decide)

    def check(self, state: RoomState, seat: Country, move: Move) -> None:
        """Raise ``IllegalMove`` unless the seat may make this move now."""
        if state.config.mode == "simple":
            check_card(seat, move)
        granted: Mapping[Country, tuple[str, ...]] = {}
        if move.measures:
            granted = granted_by(Position.from_dict(dict(state.position or {})), seat, self.scenario)
        check_move(move, seat, self.scenario, granted)

    # -- what happens by itself ---------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Ring if time is up; take up again what a failure or a restart left undone."""
        state = self.state
        if self._untold:  # the reveal takes its time
            self._untold = False
            self._tell(self.code)
        if _time_is_up(state, now):
            self._commit(lambda s, n: [("time_ran_out", {"by": "clock"})] if _time_is_up(s, now) else [])
        elif steps.next_step(state) is not None:
            self._schedule(self)

    def drive(self) -> None:
        """Do everything that waits for nobody: computers' choices, reveals, the end. Runs on a worker."""
        with self._driving:
            while self._may_try() and (step := steps.next_step(self.state)) is not None:
                version = self.state.version
                try:
                    steps.STEPS[step](self, self.state)
                except Exception as error:  # the table must say so, whatever it was
                    self._fail(version, error)
                    return
                self._failed = self.trouble = None
                if self.state.version == version:  # nothing to store after all: somebody must act first
                    return

    def catch_up(self) -> bool:
        """Read what other processes have written; whether there was anything."""
        with self._lock:
            fresh = self._store.events(self.code, self.state.version)
            self._apply(fresh)
        if fresh:
            self._tell(self.code)
        return bool(fresh)

    def commit_step(self, decide: Decide) -> None:
        """Store what a step of the driver has found out."""
        self._commit(decide, schedule=False)

    # -- decide, store, apply, tell -----------------------------------------------------------------------

    def _commit(self, decide: Decide, tokens: Tokens = NO_TOKENS, *, schedule: bool = True) -> None:
        with self._lock:
            for _ in range(TRIES):
                now = self._now()
                news = list(decide(self.state, now))
                if not news:
                    return
                try:
                    fresh = self._store.append(self.code, self.state.version, news, at=now, tokens=tokens)
                    break
                except errors.StaleVersion:
                    self._apply(self._store.events(self.code, self.state.version))
            else:
                raise errors.StaleVersion(self.code, self.state.version)
            self._apply(fresh)
        step = steps.next_step(self.state) if schedule else None
        self._untold = step == "resolve"
        if (
            not self._untold
        ):  # else the reveal is told at once after it; the last to seal sees it sealed anyway
            self._tell(self.code)
        if step is not None:
            self._schedule(self)

    def _apply(self, fresh: Sequence[Event]) -> None:
        self.state = replay(self.code, fresh, self.state)
        if any(e.type in PEOPLE for e in fresh):
            self.names = self._store.names(self.code)
            self._known = {}

    def _may_try(self) -> bool:
        if self._failed is None:
            return True
        version, again = self._failed
        return version != self.state.version or self._now() >= again

    def _fail(self, version: int, error: Exception) -> None:
        logger.exception("room %s cannot go on at version %s", self.code, version)
        self._failed = (version, self._now() + RETRY_SECONDS)
        self.trouble = _trouble(error)
        self._tell(self.code)

    def _must_have_begun(self, state: RoomState) -> None:
        if state.game.started is None:
            raise errors.NotStarted(self.code)

    def _must_play(self, state: RoomState) -> None:
        self._must_have_begun(state)
        if state.paused:
            raise errors.TablePaused(self.code)

    def _must_be_fresh(self, state: RoomState, seat: Country, round: int | None, version: int | None) -> None:
        if (round is not None and round != state.game.round) or (
            version is not None and version < state.chairs[seat].version
        ):
            raise errors.StaleMove(round or state.game.round, state.game.round)

    def _must_know(self, strategy: str) -> None:
        from negotiation.strategies import strategies

        if strategy not in strategies():
            raise UnknownName("strategy", strategy, strategies())


def _trouble(error: Exception) -> dict[str, str]:
    """What may be said of a failure at the table. An error of the game could quote a move: only named."""
    if isinstance(error, errors.DatabaseError):
        return {"key": error.key, "text": str(error)}
    name = type(error).__name__
    text = f"the model could not work out the next step ({name}): the host may roll back; see the log file"
    return {"key": "model_failed", "text": text}


def _time_is_up(state: RoomState, now: float) -> bool:
    deadline = state.clock.deadline
    return state.playing and not state.clock.rang and deadline is not None and now >= deadline
