"""Opening a database: its address, how SQLite is set up, its schema, and faults in plain words.

SQLite by default: one file in the user's data folder, write-ahead log, ``synchronous=FULL``: a commit is on
the disk before anybody is told. (``NORMAL`` would survive a killed process as well, but not a power cut; the
price of ``FULL`` is one flush a commit, see the package's README.) PostgreSQL by URL, with the same tables
and code.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from platformdirs import user_data_path
from sqlalchemy import exc

from negotiation.errors import get_extra
from negotiation.rooms import errors
from negotiation.rooms.tables import SCHEMA, about, metadata

BUSY_SECONDS = 5.0
"""How long a write waits for another program before it is refused."""
_POSTGRES_LOCK = 7_340_251
"""Key of the advisory lock under which two servers do not create the tables at once."""


def default_path() -> Path:
    """The file used when no database is named: in the user's data folder, never in the working directory."""
    return user_data_path("negotiation", appauthor=False) / "rooms.db"


def address(text: str | Path | None) -> sa.URL:
    """The URL behind what a user may write: nothing, a file, ``sqlite:///...`` or ``postgresql://...``."""
    if text is None or text == "":
        return sa.URL.create("sqlite", database=str(default_path()))
    if isinstance(text, Path) or "://" not in text:
        return sa.URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        url = sa.make_url(text)
    except (exc.ArgumentError, ValueError):
        raise errors.BadAddress(
            _hidden(text), "write a file name, sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from None
    kind = url.get_backend_name()
    if kind == "sqlite":
        if not url.database or url.database == ":memory:":
            raise errors.BadAddress(text, "rooms must outlive the program: name a file")
        return url.set(drivername="sqlite")
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise errors.BadAddress(_hidden(text), f"{kind} is not served; use SQLite or PostgreSQL")


def shown(url: sa.URL) -> str:
    """A database as people are told of it: the path of a file as the system writes it, an address without password."""
    return (
        str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    )


def must_exist(url: sa.URL) -> None:
    """``BadAddress`` for a file that is not there: whoever only looks makes no database by a slip of the pen."""
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise errors.BadAddress(
            str(url.database),
            "there is no such file; name another with --database ('negotiation play' makes one, and prints where)",
        )


def _hidden(text: str) -> str:
    """An address without what may be a password."""
    head, _, tail = text.partition("://")
    return f"{head}://...@{tail.rpartition('@')[2]}" if "@" in tail else text


def connect(url: sa.URL) -> sa.Engine:
    """An engine on a database that is ready: reachable, ours, of a version we know, its tables made."""
    where = shown(url)
    if url.get_backend_name() == "sqlite":
        engine = _sqlite(url)
    else:
        try:
            engine = sa.create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=16)
        except ModuleNotFoundError:
            raise errors.BadAddress(
                where, f"the PostgreSQL driver is not installed; install it {get_extra('postgres')}"
            ) from None
    try:
        with plain_words(where), engine.connect() as connection:
            _prepare(connection, where)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _sqlite(url: sa.URL) -> sa.Engine:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # names and hashes are nobody else's business
    except IsADirectoryError:
        raise errors.BadAddress(str(path), "it is a folder; name a file in it") from None
    except OSError:
        raise errors.DatabaseReadOnly(str(path)) from None
    engine = sa.create_engine(url, pool_size=8, max_overflow=16, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch to the write-ahead log; SQLite does not wait by itself when two programs do this to a new file."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not str(getattr(error, "sqlite_errorname", "")).startswith("SQLITE_BUSY"):
                raise
            if time.monotonic() > until:
                raise
            time.sleep(BUSY_SECONDS / 100)


def _begin_sqlite(connection: sa.Connection) -> None:
    """A transaction that will write takes its lock at once: it can then not fail half-way."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare(connection: sa.Connection, where: str) -> None:
    """Check the schema's version; make the tables in an empty database."""
    connection = connection.execution_options(writes=True)
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
        present = set(sa.inspect(connection).get_table_names())
        if about.name in present:
            found = connection.execute(sa.select(about.c.version)).scalar_one_or_none()
            if found is None or found > SCHEMA:
                raise errors.DatabaseTooNew(where, found or SCHEMA + 1, SCHEMA)
        elif present and (connection.dialect.name == "sqlite" or present & set(metadata.tables)):
            raise errors.DatabaseForeign(where)
        else:
            metadata.create_all(connection)
            connection.execute(about.insert().values(version=SCHEMA))


def backup(store: Any, file: Path) -> None:
    """Copy a whole database to a new SQLite file while it is in use; the copy serves like the original.

    Raises ``BadAddress`` if the file exists already, ``DatabaseReadOnly`` if it cannot be written.
    """
    if file.exists():
        raise errors.BadAddress(str(file), "it exists already; a copy goes into a new file")
    target = None
    try:
        target = connect(address(file))
        with plain_words(store.where), store.engine.connect() as source, target.begin() as copy:
            if source.dialect.name == "postgresql":
                source = source.execution_options(isolation_level="REPEATABLE READ")
            for table in metadata.sorted_tables:
                if table.name == about.name:
                    continue
                for rows in (
                    source.execution_options(yield_per=500).execute(sa.select(table)).mappings().partitions()
                ):
                    copy.execute(table.insert(), [dict(row) for row in rows])
    except BaseException:
        if target is not None:
            target.dispose()
        with suppress(OSError):
            file.unlink(missing_ok=True)
        raise
    target.dispose()


@contextmanager
def plain_words(where: str) -> Iterator[None]:
    """Turn a driver's fault into one of ours; the transaction around it has been undone."""
    try:
        yield
    except (exc.IntegrityError, sqlite3.IntegrityError):
        raise
    except exc.TimeoutError:
        raise errors.DatabaseBusy(where) from None
    except exc.DBAPIError as error:
        raise _named(error.orig, where) from error
    except sqlite3.Error as error:
        raise _named(error, where) from error


def _named(error: BaseException | None, where: str) -> errors.DatabaseError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if not isinstance(error, sqlite3.Error):
        if "No space left" in reason or "disk full" in reason.lower():
            return errors.DiskFull(where)
        return errors.DatabaseUnreachable(where, reason)
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return errors.DatabaseBusy(where)
    if name.startswith("SQLITE_FULL"):
        return errors.DiskFull(where)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return errors.DatabaseReadOnly(where)
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return errors.DatabaseDamaged(where)
    return errors.DatabaseUnreachable(where, reason)
