"""A database per test (SQLite, and PostgreSQL where one is offered) and tables on a fake model."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from negotiation.game.moves import Move
from negotiation.rooms import Lobby
from negotiation.rooms.engine import Engine
from negotiation.rooms.room import Room
from negotiation.rooms.state import Chair, Config
from negotiation.rooms.store import Store
from negotiation.terms import SEATS, Country
from tests.rooms.fake import FakeModel
from tests.rooms.school import new_lobby

POSTGRES = os.environ.get("NEGOTIATION_TEST_POSTGRES")
"""URL of a PostgreSQL server on which databases may be created and dropped."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, on each kind of server we serve."""
    if request.param == "sqlite":
        yield str(tmp_path / "rooms.db")
        return
    if not POSTGRES:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL server: CI must set NEGOTIATION_TEST_POSTGRES")
        pytest.skip("set NEGOTIATION_TEST_POSTGRES to the URL of a PostgreSQL server")
    server = sa.make_url(POSTGRES).set(drivername="postgresql+psycopg")
    name = f"rooms_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An open store."""
    opened = Store.open(database)
    yield opened
    opened.close()


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """A store in a SQLite file, for what does not depend on the kind of database."""
    opened = Store.open(tmp_path / "rooms.db")
    yield opened
    opened.close()


class Time:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def lobby(database: str, time: Time) -> Iterator[Lobby]:
    """Rooms and classes whose steps are taken at once, on each kind of server."""
    opened = new_lobby(database, time)
    yield opened
    opened.close()


MakeRoom = Callable[..., Room]


def open_room(store: Store, time: Time, people: tuple[str, ...] = ("CAN",), **given: object) -> Room:
    """A room on a fake model; ``people`` sit in their chairs, the others are played by the computer."""
    called = bool(given.pop("called", True))
    offered = given.pop("offered", ())
    code = str(given.pop("code", "CDFHJK"))
    config = Config("autumn-2025", int(str(given.pop("seed", 7))), **given)  # type: ignore[arg-type]
    chairs = {
        str(s): vars(Chair("fake", f"person-{s}" if s in people else None, s in offered))  # type: ignore[operator]
        for s in SEATS
    }
    news: list = [("room_opened", {"config": config.to_dict(), "chairs": chairs, "host": "person-CAN"})]
    if called:
        news.append(("start_called", {}))
    assert store.create(code, scenario="autumn-2025", config={}, news=news, at=time())
    return load_room(store, time, code)


def load_room(store: Store, time: Time, code: str = "CDFHJK") -> Room:
    """The room as a process that has just started finds it; steps are taken at once."""
    room = Room(code, store, time, engine=Engine(FakeModel), schedule=lambda r: r.drive())
    room.drive()
    return room


@pytest.fixture
def table(file_store: Store, time: Time) -> MakeRoom:
    """Opens tables in the test's own database."""
    return lambda *people, **given: open_room(file_store, time, people or ("CAN",), **given)


CAN, MEX, USA = Country.CAN, Country.MEX, Country.USA


def move(seat: Country = CAN, first: str = "coordinate", second: str = "coordinate", **given: Any) -> Move:
    """A move; two stances in the order of the others."""
    return Move.of(seat, first, second, **given)


def play_rounds(room: Room, seat: Country = CAN, rounds: int = 3) -> None:
    """Seal for one seat, round after round; the others are computers."""
    for _ in range(rounds):
        room.seal(seat, move(seat))


def types(store: Store) -> list[str]:
    """Kinds of the events in the log of the test's table."""
    return [e.type for e in store.events("CDFHJK")]
