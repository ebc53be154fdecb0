"""What a class leaves behind: every move, result, cable and end as one long table, and a codebook that explains it.

Rows are facts in order: one per table, event and (where it applies) seat. Names of people are left out unless asked
for; a cell that a spreadsheet would take for a formula is written as text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from negotiation.errors import IllegalMove
from negotiation.game.log import Event
from negotiation.rooms.classroom import Classroom
from negotiation.rooms.room import Room

CODEBOOK: Mapping[str, str] = {
    "class": "code of the class; empty for a table of its own",
    "table": "number of the table in the class, from 1",
    "room": "code of the table",
    "scenario": "id of the scenario",
    "mode": "simple (three cards a seat) or full",
    "seed": "root of chance; the same for all tables of a class",
    "version": "place of the fact in the table's log, from 1",
    "time": "when it was stored, seconds since 1970 (UTC)",
    "epoch": "how often the table had been rolled back before; facts of an earlier epoch with the same or a later "
    "round did not stand",
    "fact": "move, result, seat_result, proposal, answer, cable, event, end, score, host",
    "round": "round on the table, from 1",
    "seat": "USA, CAN or MEX; for a result the partner of the pair",
    "by": "person, or the name of the strategy that moved; last: the late seat's stances were repeated",
    "toward_USA": "stance toward the United States: coordinate, concede, defect",
    "toward_CAN": "stance toward Canada",
    "toward_MEX": "stance toward Mexico",
    "quiet": "1 if the partners' stance was kept quiet",
    "leverage": "Washington's leverage over the seat, 0 to 100, 50 is even, as everybody saw it",
    "leverage_true": "the same with the true commitment of the partners",
    "payoff": "payoff of the seat in the round, USD bn",
    "score": "score of the whole game, USD bn",
    "outcome": "EXT extension, COND conditional renewal, SPLIT bilateral deals, ANN annual reviews, WD withdrawal",
    "signs": "1 signed, 0 refused",
    "to": "receiver of a cable; empty: everybody",
    "text": "words of a cable or of the host; id of an event; a host's command",
    "person": "a name that says nothing, the same for one person in one class",
    "name": "the name a person gave; only on request",
}
"""Column -> what it means."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HOST = (
    "start_called", "paused", "resumed", "time_extended", "time_ran_out", "substituted", "given_back", "policy_set",
    "locked", "rolled_back", "talk_switched", "end_called", "person_seated", "person_left", "person_replaced",
    "seat_released",
)  # fmt: skip


def class_records(classroom: Classroom, *, names: bool = False) -> list[dict[str, Any]]:
    """All facts of all tables of a class, in order."""
    out: list[dict[str, Any]] = []
    for number, room in enumerate(classroom.rooms(), start=1):
        out += room_records(room, number, names=names)
    return out


def room_records(room: Room, number: int = 1, *, names: bool = False) -> list[dict[str, Any]]:
    """All facts of one table. While it is played: only what is no secret any more."""
    config = room.state.config
    base = {"class": config.school, "table": number, "room": room.code, "scenario": config.scenario}
    base |= {"mode": config.mode, "seed": config.seed if room.state.game.ending else None}
    out: list[dict[str, Any]] = []
    epoch, at_round = 0, 1
    open_to = len(room.state.game.results)
    log = room.log()
    today = _today(log)
    for event, time in zip(log, room.times(), strict=False):
        data = event.data
        if event.type == "rolled_back":
            epoch, at_round = epoch + 1, data["round"]
        head = base | {
            "version": event.version,
            "time": time,
            "epoch": epoch,
            "round": data.get("round", at_round),
        }
        rows = list(_facts(event.type, data))
        for row in rows:
            person = row.get("person")
            if person in today:
                person = row["person"] = today[person]
            if names and person:
                row["name"] = room.names.get(person, "")
            out.append({**dict.fromkeys(CODEBOOK), **head, **row})
        if event.type == "round_resolved":
            at_round = data["round"] + 1
    if (
        room.state.game.ending is None
    ):  # a sealed move, a quiet stance, a confidential cable is still a secret
        out = [r for r in out if _may_be_told(r, open_to, epoch)]
        for row in out:
            row["leverage_true"] = None
            if row["quiet"]:
                row["toward_CAN"] = row["toward_MEX"] = None
    return out


def _may_be_told(row: Mapping[str, Any], open_to: int, epoch: int) -> bool:
    if row["fact"] == "move":
        return row["round"] <= open_to or row["epoch"] < epoch
    return row["fact"] != "cable" or row["to"] is None


def _facts(kind: str, data: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    match kind:
        case "move_sealed":
            move = data["choice"]["move"]
            yield {
                "fact": "move",
                "seat": data["seat"],
                "by": data["choice"].get("by") or "person",
                **{f"toward_{c}": stance for c, stance in move["stances"].items()},
                "quiet": int(bool(move.get("quiet"))),
            }
        case "round_resolved":
            for k, lever in data["leverage"].items():
                true = data.get("leverage_true", {}).get(k, {}).get("index")
                yield {"fact": "result", "seat": k, "leverage": lever["index"], "leverage_true": true}
            for seat, payoff in data["payoff"].items():
                yield {"fact": "seat_result", "seat": seat, "payoff": payoff}
            for happened in data["events"]:
                yield {"fact": "event", "text": happened["id"]}
        case "proposal_made":
            yield {
                "fact": "proposal",
                "seat": "USA",
                "outcome": data["outcome"],
                "by": data.get("by") or "person",
            }
        case "proposal_answered":
            yield {"fact": "answer", "seat": data["seat"], "signs": int(data["signs"])}
        case "cable_sent":
            sender, person = data["sender"], data.get("person")
            yield {"fact": "cable", "seat": sender, "to": data["to"], "text": data["text"], "person": person}
        case "game_ended":
            yield {"fact": "end", "outcome": data["outcome"], "by": data.get("by")}
            for seat, score in data["score"].items():
                yield {"fact": "score", "seat": seat, "score": score, "outcome": data["outcome"]}
        case "shock_injected":
            yield {"fact": "host", "text": f"shock_injected {data['id']}"}
        case _ if kind in HOST:
            yield {"fact": "host", "seat": data.get("seat"), "text": kind, "person": data.get("person")}


def _today(log: Iterable[Event]) -> dict[str, str]:
    """Person -> what they are called on the device they have now; only those who changed it."""
    out: dict[str, str] = {}
    for event in log:
        if event.type == "person_replaced":
            old, new = event.data["person"], event.data["new"]
            out = {k: new if v == old else v for k, v in out.items()} | {old: new}
    return out


def written(rows: list[dict[str, Any]], kind: str) -> bytes:
    """The rows as a file: csv, json, parquet; or the codebook."""
    if kind == "csv":
        out = io.StringIO()
        writer = csv.DictWriter(out, list(CODEBOOK), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({k: safe_cell(v) for k, v in row.items()} for row in rows)
        return out.getvalue().encode("utf-8-sig")
    if kind == "json":
        return json.dumps({"codebook": CODEBOOK, "rows": rows}, ensure_ascii=False, indent=1).encode(
            "utf-8", "replace"
        )
    if kind == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table({name: [row[name] for row in rows] for name in CODEBOOK}).replace_schema_metadata(
            {f"codebook.{k}": v for k, v in CODEBOOK.items()}
        )
        sink = io.BytesIO()
        pq.write_table(table, sink)
        return sink.getvalue()
    if kind == "codebook":
        return "".join(f"{name}: {text}\n" for name, text in CODEBOOK.items()).encode()
    raise IllegalMove(f"records are written as csv, json or parquet, not {kind}")


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula, marked as text; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
