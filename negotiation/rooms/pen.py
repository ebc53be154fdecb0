"""How moves are written to SQLite: on a connection of the pool, spoken to directly.

A move is three short statements; SQLAlchemy's machinery around them takes several times as long as SQLite itself. It
still makes and keeps the connections, so that every setting of ``database`` holds here too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

CLAIM = "UPDATE rooms SET version = ?, touched = ? WHERE code = ? AND version = ?"
INSERT = "INSERT INTO events (room, version, type, data, at) VALUES (?, ?, ?, ?, ?)"


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sqlite3.Connection]:
    """A transaction that holds the write lock; stored and flushed when the block ends, undone if it fails."""
    kept = engine.raw_connection()
    try:
        connection = kept.dbapi_connection
        assert isinstance(connection, sqlite3.Connection)
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            _undo(kept, connection, error)
            raise
    finally:
        kept.close()  # back to the pool


def _undo(kept: sa.PoolProxiedConnection, connection: sqlite3.Connection, error: BaseException) -> None:
    """Undo what was begun; a connection that cannot even do that is not used again."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except sqlite3.Error:
        kept.invalidate(error)


def write(connection: sqlite3.Connection, claim: Sequence[object], rows: Sequence[Sequence[object]]) -> bool:
    """The next events of a room; False if its log has grown since, or there is no such room."""
    if connection.execute(CLAIM, claim).rowcount != 1:
        return False
    connection.executemany(INSERT, rows)
    return True
