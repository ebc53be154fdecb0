"""Two processes on one PostgreSQL database: the server itself carries the news."""

from __future__ import annotations

import threading
import time as wall

import pytest

from negotiation.rooms import ClassConfig, Lobby
from negotiation.rooms.database import address
from tests.rooms.fake import FakeModel


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
