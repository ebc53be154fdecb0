"""Backup, export and deletion by command, on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from negotiation.rooms import ClassConfig, Lobby, Store
from tests.rooms.fake import FakeModel
from ui.cli import app_for


def filled(database: str) -> str:
    lobby = Lobby(database, make_model=FakeModel)
    made = lobby.classes.open(ClassConfig(tables=2, firms=200))
    for name in ("Ana", "Ben"):
        made.classroom.enter(name)
    lobby.close()
    return made.code


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app_for(["database"]), ["database", *words])
    return result.exit_code, result.output


def test_a_backup_serves_like_the_original(database: str, tmp_path: Path) -> None:
    code = filled(database)
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy), "--database", database)[0] == 0
    one, two = Store.open(database), Store.open(copy)
    assert {r.code for r in one.recent()} == {r.code for r in two.recent()}
    assert one.events(code) == two.events(code)
    assert one.hashes(code) == two.hashes(code)
    one.close()
    two.close()
    lobby = Lobby(copy, make_model=FakeModel)
    assert len(lobby.classes.find(code).state.people) == 2
    lobby.close()
    assert run("backup", str(copy), "--database", database)[0] != 0, "an old backup is not overwritten"


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_an_export_comes_with_its_codebook(database: str, tmp_path: Path, ending: str) -> None:
    code = filled(database)
    out = tmp_path / f"class.{ending}"
    assert run("export", code, "--database", database, "--out", str(out))[0] == 0
    assert out.stat().st_size > 0
    assert b"Ana" not in out.read_bytes()
    assert "leverage" in (tmp_path / "class-codebook.txt").read_text()


def test_names_can_be_deleted_and_the_games_stay(database: str) -> None:
    code = filled(database)
    assert run("delete-names", code, "--yes", "--database", database)[0] == 0
    store = Store.open(database)
    assert store.events(code)
    assert [n for r in store.recent() for n in store.names(r.code)] == []
    store.close()


def test_a_list_names_classes_and_not_each_of_their_tables(database: str) -> None:
    code = filled(database)
    lobby = Lobby(database, make_model=FakeModel)
    alone = lobby.open_table(seat="CAN", firms=200).code
    lobby.close()
    lines = run("list", "--database", database)[1].splitlines()
    assert {line.split()[0] for line in lines} == {code, alone}
    assert "class of 2" in next(line for line in lines if line.startswith(code))


def test_a_class_that_has_expired_can_still_be_exported_and_its_names_deleted(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = filled(database)
    monkeypatch.setattr("negotiation.rooms.lobby.EXPIRES_SECONDS", -1.0)
    out = tmp_path / "class.csv"
    assert run("export", code, "--names", "--database", database, "--out", str(out))[0] == 0
    assert "Ana" in out.read_text()
    assert run("delete-names", code, "--yes", "--database", database)[0] == 0
    assert run("export", code, "--names", "--database", database, "--out", str(out))[0] == 0
    assert "Ana" not in out.read_text()


def test_a_deleted_class_takes_its_tables_with_it(database: str) -> None:
    code = filled(database)
    assert run("delete", code, "--yes", "--database", database)[0] == 0
    store = Store.open(database)
    assert store.recent() == []
    store.close()
