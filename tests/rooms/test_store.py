"""The store: nothing acknowledged is lost, nothing is written twice, and faults are named."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from negotiation.rooms import errors
from negotiation.rooms.database import address, default_path
from negotiation.rooms.store import Secret, Store, Tokens
from negotiation.rooms.tables import SCHEMA

FIRST = [("room_opened", {"a": 1})]


def create(store: Store, code: str = "CDFHJK", at: float = 1.0) -> None:
    assert store.create(code, scenario="s", config={"mode": "full"}, news=FIRST, at=at)


def test_events_come_back_as_they_were_stored_and_in_order(store: Store) -> None:
    create(store)
    data = {"text": "ñ ‮ \ud800 \x00 😀", "list": [1, 2.5, None, True], "nested": {"k": [{}]}}
    fresh = store.append("CDFHJK", 1, [("a", data), ("b", {})], at=2.0)
    assert [e.version for e in fresh] == [2, 3]
    assert store.events("CDFHJK", after=1) == fresh
    assert [e.type for e in store.events("CDFHJK")] == ["room_opened", "a", "b"]
    assert store.events("CDFHJK")[1].data == data
    assert store.times("CDFHJK") == [1.0, 2.0, 2.0]
    assert store.versions(["CDFHJK", "nobody"]) == {"CDFHJK": 3}


def test_a_stale_version_is_refused_and_nothing_is_written(store: Store) -> None:
    create(store)
    store.append("CDFHJK", 1, [("a", {})], at=2.0)
    secret = Secret("h" * 64, "seat", "p", "CAN")
    with pytest.raises(errors.StaleVersion) as error:
        store.append("CDFHJK", 1, [("b", {})], at=3.0, tokens=Tokens([secret], names={"p": "Ann"}))
    assert error.value.key == "stale_version"
    assert [e.type for e in store.events("CDFHJK")] == ["room_opened", "a"]
    assert store.secret("CDFHJK", "h" * 64) is None
    assert store.names("CDFHJK") == {}
    row = store.room("CDFHJK")
    assert row is not None
    assert (row.version, row.touched) == (2, 2.0)


def test_a_version_ahead_of_the_log_is_refused_too(store: Store) -> None:
    create(store)
    with pytest.raises(errors.StaleVersion):
        store.append("CDFHJK", 5, [("b", {})], at=3.0)


def test_many_threads_never_lose_an_update(store: Store) -> None:
    create(store)

    def writer(name: int) -> None:
        for i in range(10):
            while True:
                version = store.versions(["CDFHJK"])["CDFHJK"]
                try:
                    store.append("CDFHJK", version, [("w", {"by": name, "i": i})], at=1.0)
                    break
                except errors.StaleVersion:
                    continue

    threads = [threading.Thread(target=writer, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    events = store.events("CDFHJK")
    assert [e.version for e in events] == list(range(1, 42))
    written = sorted((e.data["by"], e.data["i"]) for e in events[1:])
    assert written == [(n, i) for n in range(4) for i in range(10)]


def test_a_code_in_use_creates_nothing(store: Store) -> None:
    create(store)
    assert not store.create("CDFHJK", scenario="other", config={}, news=[("x", {})], at=9.0)
    assert [e.type for e in store.events("CDFHJK")] == ["room_opened"]


def test_an_append_to_a_room_that_is_gone_says_so(store: Store) -> None:
    with pytest.raises(errors.UnknownRoom):
        store.append("CDFHJK", 0, [("a", {})], at=1.0)


def test_numbers_that_json_does_not_know_are_refused_before_anything_is_written(store: Store) -> None:
    create(store)
    with pytest.raises(ValueError):
        store.append("CDFHJK", 1, [("a", {"x": 1}), ("b", {"x": float("nan")})], at=2.0)
    assert len(store.events("CDFHJK")) == 1


def test_tokens_and_names_come_and_go_with_their_person(store: Store) -> None:
    create(store)
    secret = Secret("h" * 64, "seat", "p1", "CAN")
    store.append("CDFHJK", 1, [("claimed", {})], at=2.0, tokens=Tokens([secret], names={"p1": "Ann"}))
    assert store.secret("CDFHJK", "h" * 64) == secret
    assert store.names("CDFHJK") == {"p1": "Ann"}
    store.append("CDFHJK", 2, [("released", {})], at=3.0, tokens=Tokens(remove_persons=["p1"]))
    assert store.secret("CDFHJK", "h" * 64) is None
    assert store.names("CDFHJK") == {}


def test_names_can_be_deleted_while_the_log_stays(store: Store) -> None:
    create(store)
    store.append("CDFHJK", 1, [("claimed", {})], at=2.0, tokens=Tokens(names={"p1": "Ann"}))
    store.delete_names("CDFHJK")
    assert store.names("CDFHJK") == {}
    assert len(store.events("CDFHJK")) == 2


def test_deleting_a_room_deletes_all_of_it(store: Store) -> None:
    create(store, at=1.0)
    create(store, "DFHJKM", at=500.0)
    store.append(
        "CDFHJK", 1, [("c", {})], at=2.0, tokens=Tokens([Secret("h", "seat", "p")], names={"p": "Ann"})
    )
    assert store.delete_untouched(before=100.0) == 1
    assert store.room("CDFHJK") is None
    assert store.events("CDFHJK") == []
    assert store.names("CDFHJK") == {}
    assert store.secret("CDFHJK", "h") is None
    assert [r.code for r in store.recent()] == ["DFHJKM"]


def test_a_database_opened_again_has_everything(database: str) -> None:
    first = Store.open(database)
    create(first)
    first.close()
    second = Store.open(database)
    assert [e.type for e in second.events("CDFHJK")] == ["room_opened"]
    second.close()


def test_two_processes_may_create_the_tables_at_once(database: str) -> None:
    faults: list[BaseException] = []

    def opener() -> None:
        try:
            Store.open(database).close()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=opener) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert faults == []


def test_a_database_of_a_newer_version_is_refused_untouched(database: str) -> None:
    store = Store.open(database)
    create(store)
    with store._engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE negotiation_schema SET version = {SCHEMA + 1}"))
    store.close()
    with pytest.raises(errors.DatabaseTooNew, match=f"schema {SCHEMA + 1}, this one knows {SCHEMA}") as error:
        Store.open(database)
    assert error.value.values["found"] == SCHEMA + 1


def test_another_programs_file_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "contacts.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE contacts (name TEXT)")
    with pytest.raises(errors.DatabaseForeign, match="another program"):
        Store.open(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("contacts",)]


def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("just some words, " * 100)
    with pytest.raises(errors.DatabaseDamaged, match="no readable database"):
        Store.open(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.DatabaseReadOnly, match="cannot be written"):
        Store.open(tmp_path / "file" / "rooms.db")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind this user"
)
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(errors.DatabaseReadOnly, match="cannot be written"):
        Store.open(folder / "rooms.db")


def test_a_database_that_became_read_only_loses_nothing(file_store: Store) -> None:
    create(file_store)
    sa.event.listen(file_store._engine, "checkout", lambda c, *_: c.execute("PRAGMA query_only=ON"))
    with pytest.raises(errors.DatabaseReadOnly):
        file_store.append("CDFHJK", 1, [("a", {})], at=2.0)
    assert len(file_store.events("CDFHJK")) == 1


def test_a_full_disk_refuses_the_command_and_keeps_the_rest(file_store: Store) -> None:
    create(file_store)
    pages: dict[str, int] = {"most": 0}

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages['most'] or 1_000_000}")

    sa.event.listen(file_store._engine, "checkout", limit)
    pages["most"] = 1  # SQLite takes the present size as the least
    with pytest.raises(errors.DiskFull, match="disk is full"):
        file_store.append("CDFHJK", 1, [("big", {"x": "y" * 200_000})], at=2.0)
    assert [e.type for e in file_store.events("CDFHJK")] == ["room_opened"]
    pages["most"] = 0
    assert file_store.append("CDFHJK", 1, [("big", {"x": "y" * 200_000})], at=3.0)[0].version == 2


def test_a_locked_database_refuses_and_recovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("negotiation.rooms.database.BUSY_SECONDS", 0.05)
    store = Store.open(tmp_path / "rooms.db")
    create(store)
    other = sqlite3.connect(tmp_path / "rooms.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(errors.DatabaseBusy, match="locked by another program"):
        store.append("CDFHJK", 1, [("a", {})], at=2.0)
    assert len(store.events("CDFHJK")) == 1, "readers are not kept out"
    other.execute("ROLLBACK")
    other.close()
    assert store.append("CDFHJK", 1, [("a", {})], at=2.0)[0].version == 2
    store.close()


def test_a_commit_is_flushed_to_the_disk(file_store: Store) -> None:
    with file_store._engine.connect() as connection:
        asked = {
            p: connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2}


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    Store.open(tmp_path / "rooms.db").close()
    assert stat.S_IMODE((tmp_path / "rooms.db").stat().st_mode) == 0o600


def test_the_default_lies_in_the_users_data_folder_not_in_the_working_directory() -> None:
    assert default_path().is_absolute()
    assert Path.cwd() not in default_path().parents
    assert address(None).database == str(default_path())


@pytest.mark.parametrize(
    ("text", "driver"),
    [
        ("rooms.db", "sqlite"),
        ("sqlite:///rooms.db", "sqlite"),
        ("postgresql://me:secret@host/db", "postgresql+psycopg"),
        ("postgres://host/db", "postgresql+psycopg"),
    ],
)
def test_an_address_may_be_a_file_or_a_url(text: str, driver: str) -> None:
    assert address(text).drivername == driver


@pytest.mark.parametrize(
    "text", ["mysql://me:secret@host/db", "sqlite://", "sqlite:///:memory:", "://", "x://y:z"]
)
def test_an_address_nobody_serves_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(errors.BadAddress) as error:
        address(text)
    assert "secret" not in str(error.value)
