"""The house of rooms: opening a table, finding it again by code, coming in, and keeping all tables going.

One ``Lobby`` per process. It holds the store, the hub, the workers and the rooms in memory; rooms nobody uses
are forgotten (their logs are in the database) and come back when somebody asks.
"""

from __future__ import annotations

import logging
import secrets
import sys
import threading
import weakref
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from negotiation.rooms import errors, housekeeping
from negotiation.rooms.classes import KIND, Classes
from negotiation.rooms.clock import Now, wall_clock
from negotiation.rooms.codes import as_code, clean_name, new_code, new_person, new_token, token_hash
from negotiation.rooms.devices import Devices
from negotiation.rooms.engine import Engine, MakeModel, review_model, scenario_named
from negotiation.rooms.guest import Guest, Opened
from negotiation.rooms.hub import Hub
from negotiation.rooms.levels import opponents
from negotiation.rooms.offload import Helpers
from negotiation.rooms.presence import Presence
from negotiation.rooms.room import Room
from negotiation.rooms.state import WAIT, Chair, Config
from negotiation.rooms.steps import next_step
from negotiation.rooms.store import RoomRow, Secret, Store, Tokens
from negotiation.rooms.throttle import Throttle
from negotiation.rooms.workers import Workers
from negotiation.terms import SEATS, Country

EXPIRES_SECONDS = 90 * 86_400.0
"""A table nobody touched for ninety days has expired."""
TICK_SECONDS = 0.5
"""How often clocks are looked at."""
LOOK_SECONDS = 10.0
"""How long a table in memory counts as open without asking the database (a deleted one is noticed by the tick)."""
SWITCH_SECONDS = 0.002
"""How long a busy thread keeps the others waiting (Python's own value is 5 ms); each that waits asks as often."""
MODES = ("simple", "full")
BOARD = "/board"
"""Ending of the topic under which a class's board hears of its tables, at most once a tick."""
logger = logging.getLogger(__name__)
__all__ = ["Lobby", "Opened"]


class Lobby:
    """Rooms of one database, as one process serves them."""

    def __init__(
        self,
        database: str | Path | None = None,
        *,
        now: Now | None = None,
        make_model: MakeModel = review_model,
        store: Store | None = None,
    ) -> None:
        self.store = store or Store.open(database)
        self.hub, self.workers, self.throttle = Hub(), Workers(), Throttle()
        self.classes = Classes(self)
        self.devices = Devices(self)
        self.helpers: Helpers | None = None
        """Processes that compute; None where tables are computed by this one."""
        self._now = now or wall_clock()
        self.presence = Presence(self._now())
        self.name = new_token()
        """Under which other processes on the same database hear of this one."""
        self._make_model = make_model
        self._rooms: dict[str, Room] = {}
        self._held: weakref.WeakValueDictionary[str, Room] = weakref.WeakValueDictionary()
        """Rooms no longer kept that somebody else may still hold: never two of one code."""
        self._lock = threading.Lock()
        self._looked: dict[str, float] = {}
        """Room in memory -> when the database last said that it is open."""
        self._used: dict[str, float] = {}
        """Room or class -> when somebody last asked for it or had a page of it open."""
        self._dirty: set[str] = set()
        """Classes one of whose tables has changed since the last tick."""
        self._stopping = threading.Event()
        self._ticker: threading.Thread | None = None

    def now(self) -> float:
        """The time, seconds since 1970."""
        return self._now()

    def room(self, code: str) -> Room:
        """A room by its exact code, for whoever has found it otherwise (a class); not for what people type."""
        return self._keep(code)

    def use_helpers(self) -> None:
        """From now on compute in processes of their own (the real model only); they start with the first question."""
        with self._lock:
            if self.helpers is None and self._make_model is review_model:
                self.helpers = Helpers()

    # -- opening ------------------------------------------------------------------------------------------

    def open_table(
        self,
        scenario: str = "autumn-2025",
        *,
        seat: Country | str | None = Country.CAN,
        mode: str = "simple",
        level: str = "medium",
        offered: Sequence[Country | str] = (),
        seconds: float | None = None,
        name: str = "",
        firms: int | None = None,
        seed: int | None = None,
        start: bool = True,
    ) -> Opened:
        """Open a table; whoever opens it is its host and sits in ``seat`` (None: hosts only).

        offered : seats that can be taken with the code; strategies of ``level`` play the rest, and these
        while empty.
        seconds : time for a round; None for no clock.
        start : open the first round at once (a solo game); else the host starts it.
        """
        if mode not in MODES:
            raise errors.NotAllowed(f"play in mode {mode!r}", "simple or full tables")
        minds = opponents(level, mode, scenario_named(scenario))
        seed = secrets.randbits(31) if seed is None else seed
        config = Config(scenario, seed, mode, level, firms, seconds)
        host, token, shown = new_person(), new_token(), clean_name(name)
        mine = None if seat is None else Country(seat)
        free = {Country(s) for s in offered} - {mine}
        chairs = {
            str(s): vars(Chair(minds[s], host if s is mine else None, s in free, policy=WAIT)) for s in SEATS
        }
        news: list[Any] = [("room_opened", {"config": config.to_dict(), "chairs": chairs, "host": host})]
        if start:
            news.append(("start_called", {}))
        tokens = Tokens([Secret(token_hash(token), "host", host)], names={host: shown} if shown else None)
        public = {"mode": mode, "level": level, "seconds": seconds}
        while True:
            code = new_code()
            if self.store.create(
                code, scenario=scenario, config=public, news=news, at=self._now(), tokens=tokens
            ):
                break
        room = self._keep(code)
        if next_step(room.state) is not None:
            self.workers.drive(room)
        return Opened(code, token, Guest(room, self.workers, host, host=True))

    def warm_up(self, scenario: str = "autumn-2025", firms: int | None = None) -> None:
        """Have those who compute load what a first table would wait for; without helpers it takes a while."""
        if self.helpers is not None:
            self.helpers.warm(scenario, firms)
        else:
            self._make_model(Config(scenario, 0, firms=firms))

    # -- coming in ----------------------------------------------------------------------------------------

    def find(self, code: str, *, key: Hashable = None) -> Room:
        """The room behind a code as typed.

        key : who asks (an address); wrong codes are counted against it.
        Raises ``UnknownRoom``, ``RoomExpired`` or ``TooManyAttempts``.
        """
        now = self._now()
        if key is not None:
            self.throttle.check(key, now)
        try:
            exact = as_code(code)
            with self._lock:
                here, looked = self._rooms.get(exact), self._looked.get(exact, -1.0)
            if here is not None and 0 <= now - looked < LOOK_SECONDS:
                return here
            row = self.store.room(exact)
            if row is None or row.config.get("kind") == KIND:
                raise errors.UnknownRoom(exact)
        except errors.UnknownRoom:
            if key is not None:
                self.throttle.wrong(key, now)
            raise
        self.must_be_open(row, now)
        room = self._keep(row.code)
        with self._lock:
            self._looked[row.code] = now
        return room

    def enter(self, code: str, token: str = "", *, key: Hashable = None) -> Guest:
        """Come in by code: with a token as the person it belongs to, without one as an observer."""
        return self.admit(self.find(code, key=key), token)

    def admit(self, room: Room, token: str = "") -> Guest:
        """The bearer of a token at a room that was found; ``RoomLocked`` for a stranger if nobody may look on."""
        secret = room.who(token)
        if secret is not None:
            return Guest(room, self.workers, secret.person, host=secret.kind == "host")
        moved = self.devices.has_moved(room.code, token)
        if room.state.locked and not moved:
            raise errors.RoomLocked(room.code)
        return Guest(room, self.workers, moved=moved)

    def join(
        self, code: str, seat: Country | str | None = None, *, name: str = "", key: Hashable = None
    ) -> Opened:
        """Take a seat (any free one if none is named); returns its token.

        Raises what ``find`` raises, and ``RoomFull``, ``SeatTaken``, ``RoomLocked``, ``BadName``.
        """
        room = self.find(code, key=key)
        shown = clean_name(name)
        wanted = [Country(seat)] if seat else room.state.free()
        if not wanted:
            raise errors.RoomLocked(room.code) if room.state.locked else errors.RoomFull(room.code)
        for choice in wanted:
            try:
                token = room.claim(choice, shown)
            except errors.SeatTaken:
                continue
            return Opened(room.code, token, self.enter(room.code, token))
        raise errors.SeatTaken(room.code, wanted[0]) if seat else errors.RoomFull(room.code)

    def resume(self, tokens: dict[str, str]) -> list[dict[str, Any]]:
        """Tables a browser's cookies (code -> token) can go back to, the last used first."""
        out = []
        for code, token in tokens.items():
            try:
                row = self.store.room(as_code(code))
                if row is None or self.store.secret(row.code, token_hash(token)) is None:
                    continue
                self.must_be_open(row, self._now())
                guest = self.enter(row.code, token)
            except (errors.UnknownRoom, errors.RoomExpired):
                continue
            game = guest.room.state.game
            out.append(
                {
                    "code": row.code,
                    "scenario": row.scenario,
                    "seat": None if guest.seat is None else str(guest.seat),
                    "round": game.round,
                    "rounds": guest.room.state.next_review,
                    "phase": str(game.phase),
                    "touched": row.touched,
                    "host": guest.host,
                }
            )
        return sorted(out, key=lambda r: -r["touched"])

    def must_be_open(self, row: RoomRow, now: float) -> None:
        """Raise ``RoomExpired`` for a room that was closed, or that nobody used for too long."""
        if row.closed is not None or now - row.touched > EXPIRES_SECONDS:
            raise errors.RoomExpired(row.code)

    def _keep(self, code: str) -> Room:
        """The room in memory, read from its log if it is not there. Only one per code."""
        with self._lock:
            room, held = self._rooms.get(code), self._held.get(code)
            self._used[code] = self._now()
        if room is not None:
            return room
        if held is not None:
            held.catch_up()
            with self._lock:
                return self._rooms.setdefault(code, held)
        fresh = Room(
            code,
            self.store,
            self._now,
            engine=Engine(self._make_model),
            tell=self._tell,
            schedule=self.workers.drive,
        )
        if self.helpers is not None:
            fresh.engine = self.helpers.engine(code)
        with self._lock:
            room = self._rooms.setdefault(code, fresh)
        if room is fresh and next_step(room.state) is not None:
            self.workers.drive(room)
        return room

    # -- keeping going ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look at clocks and at what other processes write, on a thread of its own.

        Also asks Python to change threads more often than usual, so that a click does not wait for a page being drawn.
        """
        sys.setswitchinterval(SWITCH_SECONDS)
        if self._ticker is None:
            self._ticker = threading.Thread(target=self._run, name="lobby", daemon=True)
            self._ticker.start()
            if self.store.engine.dialect.name == "postgresql":
                threading.Thread(
                    target=housekeeping.listen, args=(self, self._stopping), name="news", daemon=True
                ).start()

    def tick(self) -> None:
        """Look once at every table in memory: news from other processes, clocks, unfinished steps."""
        now = self._now()
        with self._lock:
            rooms = list(self._rooms.values())
        classes = self.classes.kept()
        stored = self.store.versions([*(r.code for r in rooms), *(c.code for c in classes)])
        for classroom in classes:
            if classroom.code not in stored:
                self.classes.forget(classroom.code)
            elif stored[classroom.code] > classroom.state.version:
                classroom.catch_up()
        come_or_gone = housekeeping.who_is_here(self, now)
        with self._lock:
            dirty, self._dirty = self._dirty | come_or_gone, set()
        for code in dirty:
            self.hub.publish(code + BOARD)
        for room in rooms:
            try:
                if room.code not in stored:
                    self._forget(room)
                    continue
                if stored[room.code] > room.state.version:
                    room.catch_up()
                room.tick(now)
            except Exception:
                logger.exception("room %s could not be looked at", room.code)
        housekeeping.tidy(self, rooms, now)

    def close(self) -> None:
        """Stop; what is stored stays, waiting work is taken up by the next process."""
        self._stopping.set()
        if self._ticker is not None:
            self._ticker.join(timeout=5)
        self.workers.close()
        if self.helpers is not None:
            self.helpers.close()
        self.hub.close()
        self.store.close()

    def _run(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            try:
                self.tick()
            except errors.DatabaseError as fault:
                logger.warning("the rooms could not be looked at: %s", fault)
            except Exception:
                logger.exception("the rooms could not be looked at")

    def _tell(self, code: str) -> None:
        """News of a room: to whoever looks at it now, to its class's board with the next tick."""
        self.hub.publish(code)
        with self._lock:
            room = self._rooms.get(code)
            if room is not None and room.state.config.school:
                self._dirty.add(room.state.config.school)

    def _forget(self, room: Room) -> None:
        self.drop(room.code)
        with self._lock:
            self._held.pop(room.code, None)
        self.hub.publish(room.code)

    def drop(self, code: str) -> None:
        """Keep a room in memory no longer; its log is in the database."""
        with self._lock:
            if code in self._rooms:
                self._held[code] = self._rooms.pop(code)
            for kept in (self._looked, self._used):
                kept.pop(code, None)

    def idle(self, code: str, now: float, seconds: float, *, watched: bool = True) -> bool:
        """Whether for so long nobody has asked for a room or class, or (``watched``) had a page of it open."""
        with self._lock:
            if watched and (self.hub.count(code) or self.hub.count(code + BOARD)):
                self._used[code] = now
            return not 0 <= now - self._used.setdefault(code, now) < seconds

    def kept(self, code: str) -> Room | None:
        """A room, if it is in memory."""
        with self._lock:
            return self._rooms.get(code)
