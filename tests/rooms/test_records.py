"""What a class takes home: nothing secret while a table plays, everything after the end, names only when asked for."""

from __future__ import annotations

from typing import Any

from negotiation.rooms import Lobby
from negotiation.rooms.simple import CARDS
from tests.rooms.conftest import Time
from tests.rooms.school import opened


def played_class(lobby: Lobby, time: Time) -> Any:
    classroom = opened(lobby, tables=1, seconds=60).classroom
    guests = [classroom.guest(classroom.enter(name)) for name in ("=HYPERLINK(1)", "Ben", "Cy")]
    classroom.start()
    for guest in guests:
        guest.seal(next(iter(CARDS[guest.seat])), round=1)
    guests[0].cable("MEX", '=cmd|"/c calc"!A1')
    return classroom, guests


def test_records_hold_no_secret_while_a_table_plays(lobby: Lobby, time: Time) -> None:
    from negotiation.rooms.records import class_records

    classroom, guests = played_class(lobby, time)
    guests[0].seal("answer", round=2)
    rows = class_records(classroom)
    assert {r["round"] for r in rows if r["fact"] == "move"} == {1}
    assert [r for r in rows if r["fact"] == "cable"] == []
    assert {r["seed"] for r in rows} == {None}


def test_records_say_everything_after_the_end_and_no_name_unless_asked(lobby: Lobby, time: Time) -> None:
    from negotiation.rooms.records import CODEBOOK, class_records

    classroom, guests = played_class(lobby, time)
    guests[0].seal("answer", round=2)
    classroom.end()
    rows = class_records(classroom)
    assert all(set(r) == set(CODEBOOK) for r in rows)
    assert {"move", "result", "seat_result", "cable", "end", "score", "host"} <= {r["fact"] for r in rows}
    assert "Ben" not in str(rows)
    assert "Ben" in str(class_records(classroom, names=True))


def test_every_format_reads_back_and_no_cell_is_a_formula(lobby: Lobby, time: Time) -> None:
    import csv
    import io
    import json

    import pyarrow.parquet as pq

    from negotiation.rooms.records import class_records, written

    classroom, _ = played_class(lobby, time)
    classroom.end()
    rows = class_records(classroom, names=True)
    table = list(csv.DictReader(io.StringIO(written(rows, "csv").decode("utf-8-sig"))))
    assert len(table) == len(rows)
    cells = [cell for row in table for cell in row.values()]
    assert '\'=cmd|"/c calc"!A1' in cells
    assert not [c for c in cells if c.startswith(("=", "@", "+"))]
    assert len(json.loads(written(rows, "json"))["rows"]) == len(rows)
    assert pq.read_table(io.BytesIO(written(rows, "parquet"))).num_rows == len(rows)
