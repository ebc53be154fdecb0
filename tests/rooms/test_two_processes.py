"""Two processes on one PostgreSQL database: the server itself carries the news."""

from __future__ import annotations

import contextlib
import threading
import time as wall
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from negotiation.rooms import ClassConfig, Lobby, errors
from negotiation.rooms.database import address
from tests.rooms.conftest import POSTGRES
from tests.rooms.fake import FakeModel
from tests.rooms.test_lobby import until


@contextlib.contextmanager
def outage(database: str) -> Iterator[None]:
    """The server drops everybody and lets nobody in, as while it restarts."""
    url = sa.make_url(str(POSTGRES)).set(drivername="postgresql+psycopg")
    name = address(database).database
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    drop = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with server.connect() as one:
        one.execute(sa.text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"))
        one.execute(drop, {"name": name})
        try:
            yield
        finally:
            one.execute(sa.text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"))
    server.dispose()


def test_news_cross_by_the_databases_own_notice(database: str) -> None:
    if address(database).get_backend_name() != "postgresql":
        pytest.skip("SQLite has no notices; other processes are looked at every half second")
    here, there = Lobby(database, make_model=FakeModel), Lobby(database, make_model=FakeModel)
    there._run = lambda: None  # type: ignore[method-assign]  # no looking every half second: only notices
    there.start()
    try:
        made = here.classes.open(ClassConfig(tables=1, firms=200))
        other = there.classes.find(made.code)
        room = there.room(made.classroom.state.tables[0])
        told = threading.Event()
        there.hub.subscribe(room.code, lambda _: told.set())
        wall.sleep(0.3)  # until the listener listens
        made.classroom.enter("Ana")
        assert told.wait(5)
        assert room.state.chairs["CAN"].person
        assert len(other.state.people) == 1
    finally:
        here.close()
        there.close()


def test_a_refused_commit_tells_nobody(database: str) -> None:
    if address(database).get_backend_name() != "postgresql":
        pytest.skip("only PostgreSQL tells")
    from negotiation.rooms import Store
    from negotiation.rooms.errors import StaleVersion

    store, other = Store.open(database), Store.open(database)
    stopping, heard = threading.Event(), []
    store.create("CDFHJK", scenario="s", config={}, news=[("a", {})], at=1.0)
    listener = threading.Thread(target=lambda: heard.extend(store.listen(stopping)))
    listener.start()
    wall.sleep(0.3)
    with pytest.raises(StaleVersion):
        other.append("CDFHJK", 0, [("b", {})], at=1.0)
    other.append("CDFHJK", 1, [("b", {})], at=1.0)
    wall.sleep(0.5)
    stopping.set()
    listener.join(5)
    assert heard == [("CDFHJK", 2)]
    store.close()
    other.close()


def test_a_database_that_restarts_in_the_middle_of_a_round_costs_nothing_and_news_go_on(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    if address(database).get_backend_name() != "postgresql":
        pytest.skip("a file has no server to restart")
    here, there = Lobby(database, make_model=FakeModel), Lobby(database, make_model=FakeModel)
    there._run = lambda: None  # type: ignore[method-assign]  # it hears of the others by notices only
    for lobby in (here, there):
        lobby.start()
    try:
        made = here.classes.open(ClassConfig(tables=1, firms=200, seats=("CAN", "MEX"), mode="full"))
        tokens = {str(made.classroom.guest(t).seat): t for t in map(made.classroom.enter, ("Ana", "Ben"))}
        made.classroom.start()
        code = made.classroom.state.tables[0]
        ana, ben = here.enter(code, tokens["CAN"]), there.enter(code, tokens["MEX"])
        until(lambda: ana.view()["round"] == 1)
        until(lambda: ben.view()["round"] == 1)
        together = {"USA": "coordinate", "CAN": "coordinate", "MEX": "coordinate"}

        def seal(guest: Any, number: int) -> None:
            stances = {c: s for c, s in together.items() if c != str(guest.seat)}
            guest.seal({"stances": stances}, round=number)

        seal(ana, 1)
        with outage(database):
            with pytest.raises(errors.DatabaseError):
                seal(ben, 1)
            assert ben.view()["own"]["sealed"] is None, (
                "what was not stored is not shown, and a page is still drawn"
            )
            wall.sleep(1.5)  # clocks and listeners meet the fault, too
        seal(ben, 1)
        until(lambda: ana.view()["round"] == 2)
        until(lambda: ben.view()["round"] == 2)
        assert [e.type for e in here.store.events(code)].count("round_resolved") == 1
        other = there.classes.find(made.code)

        def heard() -> bool:  # a listener that has just lost its server listens again within a second
            made.classroom.lock(not made.classroom.state.locked)
            wall.sleep(0.1)
            return other.state.version > known

        known = other.state.version
        until(heard)
        assert "could not be looked at" in caplog.text
        assert "Traceback" not in caplog.text, "a log of the outage that buries everything else"
    finally:
        here.close()
        there.close()
