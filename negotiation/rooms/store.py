"""The store: one append-only log of events per room, in a database.

``append`` writes the next events of a room in one transaction and returns when they are on the disk; only
then may anybody be told. Writers say which version they have read: if it is not the last one,
``StaleVersion`` is raised and nothing is written. That, and nothing else, keeps two threads or two processes
on one database from losing an update.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from negotiation.game.log import Event
from negotiation.rooms import database, errors, pen
from negotiation.rooms.tables import events, people, rooms, secrets

CHANNEL = "negotiation"
"""Name under which PostgreSQL carries news between processes: "code version"."""
HERE = "@"
"""Begins a notice that says who is with a process, not what was written."""
PLACES_A_NOTE = 200
"""Places in one such notice (PostgreSQL allows 8,000 bytes)."""
News = tuple[str, Mapping[str, Any]]
"""An event before it has a number: (type, data)."""


@dataclass(frozen=True)
class RoomRow:
    """What is known of a room without reading its log."""

    code: str
    created: float
    touched: float
    version: int
    scenario: str
    config: Mapping[str, Any]
    closed: float | None


@dataclass(frozen=True)
class Secret:
    """The hash of a token and what it opens."""

    hash: str
    kind: str
    """host, seat or guest."""
    person: str
    seat: str | None = None


@dataclass(frozen=True)
class Tokens:
    """Tokens that come or go together with events, in the same transaction."""

    add: Sequence[Secret] = ()
    remove_persons: Sequence[str] = ()
    names: Mapping[str, str] | None = None
    """Person -> shown name; kept apart from the log."""

    set_aside: Sequence[str] = ()
    """Persons whose token opens nothing any more, but is known as one that moved to another device."""
    spend: str = ""
    """Hash of the pass that allows all this: gone with it, and if it is gone already nothing is written."""


NO_TOKENS = Tokens()
PASS, MOVED = "pass", "moved"
"""Kinds of stored hashes that open nothing: a link that moves a seat once; the key of a device that had it."""
ASIDE = (PASS, MOVED)
_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode
_CLAIM = (  # made once: making a statement costs as much as running it
    rooms.update()
    .where(rooms.c.code == sa.bindparam("of"), rooms.c.version == sa.bindparam("read"))
    .values(version=sa.bindparam("version"), touched=sa.bindparam("touched"))
)
_INSERT = events.insert()


class Store:
    """A database of rooms. Safe to use from many threads, and beside other processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.where = database.shown(engine.url)
        self._writer = engine.execution_options(writes=True)
        # SQLite has one writer: threads of this process queue here instead of polling the file's lock.
        self._sqlite = engine.dialect.name == "sqlite"
        self._turn = threading.Lock() if self._sqlite else nullcontext()

    @classmethod
    def open(cls, url: str | Path | None = None, *, new: bool = True) -> Store:
        """Open (and if ``new``, create) a database.

        Raises a ``DatabaseError``: unreadable address, no such file, no permission, another program's file, a
        newer version.
        """
        where = database.address(url)
        if not new:
            database.must_exist(where)
        return cls(database.connect(where))

    @property
    def engine(self) -> sa.Engine:
        """The engine, for copying a whole database."""
        return self._engine

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    # -- writing ----------------------------------------------------------------------------------------

    def create(
        self,
        code: str,
        *,
        scenario: str,
        config: Mapping[str, Any],
        news: Iterable[News],
        at: float,
        tokens: Tokens = NO_TOKENS,
    ) -> bool:
        """Create a room with its first events; False if the code is in use (nothing is written)."""
        first, texts = _numbered(0, news)
        row = {"code": code, "created": at, "touched": at, "version": len(first), "scenario": scenario}
        try:
            with self._turn, database.plain_words(self.where), self._writing() as connection:
                connection.execute(rooms.insert().values(**row, config=_dump(config)))
                self._insert(connection, code, first, texts, at)
                self._tokens(connection, code, tokens, at)
        except exc.IntegrityError:
            return False
        return True

    def append(
        self, room: str, expected: int, news: Iterable[News], *, at: float, tokens: Tokens = NO_TOKENS
    ) -> list[Event]:
        """Store the next events of a room; when this returns they are safe.

        expected : version (number of events) the writer has read.
        Raises ``StaleVersion`` if the log has grown since, ``UnknownRoom``, or a ``DatabaseError``; in each
        case nothing was written.
        """
        fresh, texts = _numbered(expected, news)
        if not fresh:
            return []
        if self._sqlite and tokens is NO_TOKENS:
            self._jot(room, expected, fresh, texts, at)
            return fresh
        try:
            with self._turn, database.plain_words(self.where), self._writing() as connection:
                claim = {"of": room, "read": expected, "version": expected + len(fresh), "touched": at}
                if connection.execute(_CLAIM, claim).rowcount != 1:
                    known = connection.execute(sa.select(rooms.c.code).where(rooms.c.code == room)).first()
                    raise errors.StaleVersion(room, expected) if known else errors.UnknownRoom(room)
                self._insert(connection, room, fresh, texts, at)
                self._tokens(connection, room, tokens, at)
                if connection.dialect.name == "postgresql":  # told when, and only if, this commits
                    note = f"{room} {expected + len(fresh)}"
                    connection.execute(sa.select(sa.func.pg_notify(CHANNEL, note)))
        except exc.IntegrityError:
            raise errors.StaleVersion(room, expected) from None
        return fresh

    def put_pass(self, room: str, person: str, token_hash: str, *, at: float) -> None:
        """Keep the hash of a link that may move a person's seat; an older one of theirs is gone."""
        of, pass_ = secrets.c.room == room, secrets.c.kind == PASS
        row = {"room": room, "hash": token_hash, "kind": PASS, "person": person, "at": at}
        with self._turn, database.plain_words(self.where), self._writing() as connection:
            connection.execute(secrets.delete().where(of, pass_, secrets.c.person == person))
            connection.execute(secrets.insert().values(**row))

    def _jot(self, room: str, expected: int, fresh: Sequence[Event], texts: Sequence[str], at: float) -> None:
        """``append`` of events alone, on SQLite: the same transaction without what SQLAlchemy puts around it."""
        rows = [(room, e.version, e.type, text, at) for e, text in zip(fresh, texts, strict=True)]
        try:
            with self._turn, database.plain_words(self.where), self._jotting() as connection:
                if not pen.write(connection, (expected + len(fresh), at, room, expected), rows):
                    known = connection.execute("SELECT 1 FROM rooms WHERE code = ?", (room,)).fetchone()
                    raise errors.StaleVersion(room, expected) if known else errors.UnknownRoom(room)
        except sqlite3.IntegrityError:
            raise errors.StaleVersion(room, expected) from None

    def close_room(self, room: str, *, at: float) -> None:
        """Let nobody in any more; the log stays for the debrief."""
        self._change(rooms.update().where(rooms.c.code == room).values(closed=at))

    def delete_room(self, room: str) -> None:
        """Delete a room with its log, tokens and names."""
        self._change(rooms.delete().where(rooms.c.code == room))

    def delete_names(self, room: str) -> None:
        """Delete the names people gave; the log names nobody."""
        self._change(people.delete().where(people.c.room == room))

    def delete_untouched(self, before: float) -> int:
        """Delete every room nobody used since; how many there were."""
        return self._change(rooms.delete().where(rooms.c.touched < before))

    def _change(self, statement: Any) -> int:
        with self._turn, database.plain_words(self.where), self._writing() as connection:
            return connection.execute(statement).rowcount

    def _writing(self) -> Any:
        return self._writer.begin()

    def _jotting(self) -> Any:
        return pen.writing(self._engine)

    @staticmethod
    def _insert(
        connection: sa.Connection, room: str, fresh: Sequence[Event], texts: Sequence[str], at: float
    ) -> None:
        rows = [
            {"room": room, "version": e.version, "type": e.type, "data": text, "at": at}
            for e, text in zip(fresh, texts, strict=True)
        ]
        if rows:
            connection.execute(_INSERT, rows)

    @staticmethod
    def _tokens(connection: sa.Connection, room: str, tokens: Tokens, at: float) -> None:
        if tokens.spend or tokens.set_aside:
            Store._set_aside(connection, room, tokens)
        for person in tokens.remove_persons:
            for table in (secrets, people):
                connection.execute(table.delete().where(table.c.room == room, table.c.person == person))
        for secret in tokens.add:
            connection.execute(secrets.insert().values(room=room, at=at, **vars(secret)))
        for person, name in (tokens.names or {}).items():
            connection.execute(people.insert().values(room=room, person=person, name=name))

    @staticmethod
    def _set_aside(connection: sa.Connection, room: str, tokens: Tokens) -> None:
        of, pass_ = secrets.c.room == room, secrets.c.kind == PASS
        if tokens.spend:
            spent = connection.execute(secrets.delete().where(of, pass_, secrets.c.hash == tokens.spend))
            if spent.rowcount != 1:
                raise errors.LinkGone()
        for person in tokens.set_aside:
            connection.execute(secrets.delete().where(of, pass_, secrets.c.person == person))
            connection.execute(secrets.update().where(of, secrets.c.person == person).values(kind=MOVED))
            connection.execute(people.delete().where(people.c.room == room, people.c.person == person))

    def tell_here(self, sender: str, places: Sequence[tuple[str, str]]) -> None:
        """Tell other processes on a PostgreSQL server who (room, person) is with this one; nothing on SQLite."""
        if self._engine.dialect.name != "postgresql":
            return
        with database.plain_words(self.where), self._writing() as connection:
            for i in range(0, max(1, len(places)), PLACES_A_NOTE):
                said = " ".join(f"{room}:{person}" for room, person in places[i : i + PLACES_A_NOTE])
                connection.execute(sa.select(sa.func.pg_notify(CHANNEL, f"{HERE}{sender} {said}")))

    def listen(
        self,
        stopping: threading.Event,
        here: Callable[[str, list[tuple[str, str]]], None] = lambda sender, places: None,
    ) -> Iterator[tuple[str, int]]:
        """News of every process on a PostgreSQL server, (code, version), until ``stopping``; nothing on SQLite.

        here : called with what ``tell_here`` of any process says.

        Ends with a ``DatabaseError`` when the server goes away; call it again then.
        """
        if self._engine.dialect.name != "postgresql":
            return
        with database.plain_words(self.where), self._engine.connect() as connection:
            raw: Any = connection.execution_options(isolation_level="AUTOCOMMIT").connection.dbapi_connection
            raw.execute(f"LISTEN {CHANNEL}")
            try:
                while not stopping.is_set():
                    for note in raw.notifies(timeout=0.5, stop_after=1):
                        code, _, rest = note.payload.partition(" ")
                        if code.startswith(HERE):
                            here(code[1:], [(r, p) for r, _, p in (x.partition(":") for x in rest.split())])
                        else:
                            yield code, int(rest)
            except Exception as error:
                connection.invalidate()
                raise errors.DatabaseUnreachable(self.where, type(error).__name__) from None
            raw.execute(f"UNLISTEN {CHANNEL}")

    # -- reading ----------------------------------------------------------------------------------------

    def room(self, code: str) -> RoomRow | None:
        """What is known of a room; None if there is none."""
        found = self._read(sa.select(rooms).where(rooms.c.code == code))
        return _row(found[0]) if found else None

    def recent(self, limit: int = 100) -> list[RoomRow]:
        """Rooms, the last used first."""
        return [_row(r) for r in self._read(sa.select(rooms).order_by(rooms.c.touched.desc()).limit(limit))]

    def versions(self, codes: Sequence[str]) -> dict[str, int]:
        """How long the logs of these rooms are now, in one question."""
        if not codes:
            return {}
        return dict(self._read(sa.select(rooms.c.code, rooms.c.version).where(rooms.c.code.in_(codes))))  # type: ignore[arg-type]

    def events(self, room: str, after: int = 0) -> list[Event]:
        """Events of a room from ``after`` + 1 on, in order."""
        query = (
            sa.select(events.c.version, events.c.type, events.c.data)
            .where(events.c.room == room, events.c.version > after)
            .order_by(events.c.version)
        )
        return [Event(version, kind, json.loads(data)) for version, kind, data in self._read(query)]

    def times(self, room: str) -> list[float]:
        """When each event of a room was stored, seconds since 1970."""
        query = sa.select(events.c.at).where(events.c.room == room).order_by(events.c.version)
        return [at for (at,) in self._read(query)]

    def secret(self, room: str, token_hash: str) -> Secret | None:
        """What a token with this hash opens."""
        query = sa.select(secrets.c.hash, secrets.c.kind, secrets.c.person, secrets.c.seat)
        opens = secrets.c.kind.not_in(ASIDE)
        found = self._read(query.where(secrets.c.room == room, secrets.c.hash == token_hash, opens))
        return Secret(*found[0]) if found else None

    def aside(self, room: str, token_hash: str) -> tuple[str, str, float] | None:
        """(kind, person, stored at) of a hash that opens nothing by itself: PASS or MOVED."""
        query = sa.select(secrets.c.kind, secrets.c.person, secrets.c.at)
        kept = secrets.c.kind.in_(ASIDE)
        found = self._read(query.where(secrets.c.room == room, secrets.c.hash == token_hash, kept))
        return (found[0][0], found[0][1], found[0][2]) if found else None

    def hashes(self, room: str) -> dict[str, str]:
        """Person -> hash of their token."""
        opens = secrets.c.kind.not_in(ASIDE)
        query = sa.select(secrets.c.person, secrets.c.hash).where(secrets.c.room == room, opens)
        return dict(self._read(query))  # type: ignore[arg-type]

    def names(self, room: str) -> dict[str, str]:
        """Person -> shown name."""
        return dict(self._read(sa.select(people.c.person, people.c.name).where(people.c.room == room)))  # type: ignore[arg-type]

    def _read(self, query: Any) -> Sequence[Any]:
        with database.plain_words(self.where), self._engine.connect() as connection:
            return connection.execute(query).all()


def _numbered(after: int, news: Iterable[News]) -> tuple[list[Event], list[str]]:
    """Events with their numbers, their data exactly as it will be read back; and that data as text."""
    named = list(news)
    texts = [_dump(data) for _, data in named]
    fresh = [
        Event(n, kind, json.loads(text))
        for n, ((kind, _), text) in enumerate(zip(named, texts, strict=True), start=after + 1)
    ]
    return fresh, texts


def _row(row: Any) -> RoomRow:
    return RoomRow(
        row.code, row.created, row.touched, row.version, row.scenario, json.loads(row.config), row.closed
    )


def _dump(data: Mapping[str, Any]) -> str:
    """JSON in ASCII: no half character of a name can stop a commit; NaN is refused."""
    return _encode(data)
