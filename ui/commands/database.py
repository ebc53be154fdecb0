"""``negotiation database``: look at it, copy it, take a class out of it, delete from it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from negotiation.errors import InputError

DAY = 86_400.0
MOST_LISTED = 10_000
"""Rooms looked at for a list, the last used first."""


def database(
    action: Annotated[
        Literal["list", "backup", "export", "delete", "delete-names", "expire"],
        typer.Argument(help="list, backup FILE, export CODE, delete CODE, delete-names CODE, expire"),
    ],
    what: Annotated[
        str | None, typer.Argument(help="A code, or the file of a backup.", show_default=False)
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(help="A file, or postgresql://... (default: your data folder).", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(help="File of an export: .csv, .json or .parquet.")] = Path(
        "class.csv"
    ),
    names: Annotated[bool, typer.Option(help="Names people gave go into the export.")] = False,
    days: Annotated[
        int, typer.Option(min=1, help="expire: delete what nobody touched for so many days.")
    ] = 90,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
) -> None:
    """Back up, export or delete what rooms and classes have stored. A class goes with all its tables."""
    from negotiation.rooms import Store
    from negotiation.rooms.database import backup

    if action == "backup":
        if not what:
            raise InputError("database backup: name the file to write")
        store = Store.open(database, new=False)
        try:
            backup(store, Path(what))
        finally:
            store.close()
        typer.echo(f"{what}: a complete copy, usable as --database {what}")
        return
    store = Store.open(database, new=False)
    try:
        if action == "list":
            _list(store)
        elif action == "expire":
            _sure(yes, f"delete everything nobody touched for {days} days")
            typer.echo(f"{store.delete_untouched(time.time() - days * DAY)} deleted")
        else:
            _one(store, action, what, out, names=names, yes=yes)
    finally:
        store.close()


def _list(store: object) -> None:
    from negotiation.rooms import Store, school

    assert isinstance(store, Store)
    rows = store.recent(MOST_LISTED)
    if not rows:
        typer.echo(f"{store.where} holds no tables yet")
    classes = {
        r.code: school.replay(r.code, store.events(r.code)).tables
        for r in rows
        if r.config.get("kind") == "class"
    }
    within = {table for tables in classes.values() for table in tables}
    for row in rows:
        if row.code in within:
            continue
        kind = f"class of {len(classes[row.code])}" if row.code in classes else "table"
        touched = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.touched))
        typer.echo(f"{row.code}  {kind:12} {row.scenario:26} {row.version:6} events  {touched}")


def _one(store: object, action: str, what: str | None, out: Path, *, names: bool, yes: bool) -> None:
    from negotiation.rooms import Classroom, Lobby, Store
    from negotiation.rooms.codes import as_code
    from negotiation.rooms.errors import UnknownRoom

    assert isinstance(store, Store)
    if not what:
        raise InputError(f"database {action}: name the code ('negotiation database list' shows them)")
    code = as_code(what)
    row = store.room(code)
    if row is None:
        raise UnknownRoom(code)
    lobby = Lobby(store=store)
    # not through the door: what has expired is exported and deleted, too
    classroom = Classroom(code, lobby) if row.config.get("kind") == "class" else None
    codes = [code, *(classroom.state.tables if classroom else ())]
    if action == "export":
        from negotiation.rooms.records import class_records, room_records, written
        from ui.report.writing import write_file

        kind = out.suffix.lstrip(".")
        rows = (
            class_records(classroom, names=names)
            if classroom
            else room_records(lobby.room(code), names=names)
        )
        write_file(out, written(rows, kind))
        book = out.with_name(f"{out.stem}-codebook.txt")
        write_file(book, written([], "codebook"))
        typer.echo(f"{out}: {len(rows)} rows; {book} explains the columns")
        return
    _sure(yes, f"{action} {code} ({len(codes)} log{'s' if len(codes) > 1 else ''})")
    for each in codes:
        (store.delete_names if action == "delete-names" else store.delete_room)(each)
    typer.echo(f"{code}: {'names deleted, the games stay' if action == 'delete-names' else 'deleted'}")


def _sure(yes: bool, what: str) -> None:
    if not yes:
        typer.confirm(f"Really {what}?", abort=True)
