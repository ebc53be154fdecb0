"""What a class's host sees of every table, without a single secret: sealed choices are hidden from the host too.

Made from the log alone, with an observer's eyes (``seen.round_seen``); kept per version, so that a board of a hundred
tables costs only what has changed.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from negotiation.rooms.classroom import Classroom
from negotiation.rooms.room import Room
from negotiation.rooms.seen import round_seen
from negotiation.rooms.state import RoomState
from negotiation.terms import PARTNERS, SEATS, Country, Phase

EVEN = 50.0
"""Leverage at which neither side has more."""


def table_summary(room: Room) -> dict[str, Any]:
    """One table at a glance.

    ``phase round rounds called started paused rang deadline left trouble``; ``last``: the last round to roll back to;
    ``turn`` and ``clock``: what the board shows, for ``desk`` to know it by; ``seats``: seat -> sealed, people (person
    and name), computer (strategy that moves), substitute, policy, strategy, help, late, missing and away (see
    ``with_presence``); ``leverage``: partner -> index before the first round and after each; ``stances``: "CAN-USA" ->
    stance of the last round as an observer knows it; ``ending``; ``cables``: how many;
    ``alarms``: (kind, seat or None).
    """
    state = room.state
    kept = getattr(room, "_summary", None)
    key = (state.version, room.trouble is None, id(room.names))
    if kept is not None and kept[0] == key:
        return kept[1]
    out = _summary(room, state)
    room._summary = (key, out)  # type: ignore[attr-defined]
    return out


def _summary(room: Room, state: RoomState) -> dict[str, Any]:
    game = state.game
    path: dict[str, list[float]] = {str(k): [] for k in PARTNERS}
    for readouts in ([state.opening] if state.opening else []) + list(game.results):
        for k in path:
            path[k].append(float(readouts["leverage"][k]["index"]))
    stances: dict[str, str | None] = {}
    if game.results:
        for seat, move in round_seen(game.results[-1], None)["moves"].items():
            stances |= {f"{seat}-{toward}": stance for toward, stance in move["stances"].items()}
    seats = {str(s): _seat(room, state, s) for s in SEATS}
    return {
        "room": room.code,
        "phase": str(game.phase),
        "round": game.round,
        "rounds": state.next_review,
        "last": state.last_round,
        "turn": state.clock.turn,
        "clock": state.clock.since,
        "called": state.called,
        "started": game.started is not None,
        "paused": state.paused,
        "rang": state.clock.rang,
        "deadline": state.clock.deadline,
        "left": state.clock.left,
        "date": (game.started or {}).get("dates", [None])[min(game.round, game.rounds) - 1]
        if game.started
        else None,
        "trouble": room.trouble,
        "talk": state.talk,
        "seats": seats,
        "leverage": path,
        "stances": stances,
        "ending": game.ending and {k: v for k, v in game.ending.items() if k in ("outcome", "score", "odds")},
        "cables": len(state.cables),
        "alarms": _alarms(room, state, seats, path),
    }


def _seat(room: Room, state: RoomState, seat: Country) -> dict[str, Any]:
    chair = state.chairs[seat]
    return {
        "sealed": seat in state.game.sealed,
        "people": [(p, room.names.get(p, "")) for p in chair.team],
        "computer": chair.mind,
        "substitute": chair.substitute,
        "policy": chair.policy,
        "strategy": chair.strategy,
        "help": chair.help,
        "missing": [],
        "away": False,
        "late": bool(state.clock.rang) and seat not in state.game.sealed and chair.mind is None,
    }


def _alarms(room: Room, state: RoomState, seats: Any, path: Any) -> list[tuple[str, str | None]]:
    out: list[tuple[str, str | None]] = []
    if room.trouble:
        out.append(("trouble", None))
    out += [("help", s) for s, seat in seats.items() if seat["help"]]
    if state.game.phase is not Phase.ENDED:
        out += [("late", s) for s, seat in seats.items() if seat["late"]]
        if any(values and values[-1] < EVEN for values in path.values()):
            out.append(("past_even", None))
    return out


def with_presence(summary: dict[str, Any], here: Set[str] | None) -> dict[str, Any]:
    """A table's summary with who is here: a seat whose people all have no page open is away.

    here : people of the table with a page open; None while nobody can know.
    """
    if here is None:
        return summary
    missing = {p for seat in summary["seats"].values() for p, _ in seat["people"]} - here
    if not missing:
        return summary
    seats = {
        s: {
            **seat,
            "missing": [p for p, _ in seat["people"] if p in missing],
            "away": bool(seat["people"]) and all(p in missing for p, _ in seat["people"]),
        }
        for s, seat in summary["seats"].items()
    }
    alarms = list(summary["alarms"])
    if summary["called"] and summary["phase"] != str(Phase.ENDED):
        waited = {s for kind, s in alarms if kind == "late"}
        absent = [
            s
            for s, seat in seats.items()
            if seat["away"] and not seat["sealed"] and not seat["substitute"] and s not in waited
        ]
        alarms = [("away", s) for s in absent] + alarms
    return {**summary, "seats": seats, "alarms": alarms}


def class_summary(classroom: Classroom) -> dict[str, Any]:
    """The whole class: its tables in order, counts of envelopes, who waits."""
    state, here = classroom.state, classroom.who_is_here()
    tables = [
        {**with_presence(table_summary(r), None if here is None else here.get(r.code, set())), "number": i}
        for i, r in enumerate(classroom.rooms(), start=1)
    ]
    live = [t for t in tables if t["called"] and t["phase"] != str(Phase.ENDED)]
    chairs = [seat for t in live for seat in t["seats"].values()]
    return {
        "code": state.code,
        "config": state.config,
        "called": state.called,
        "locked": state.locked,
        "ended": state.ended,
        "tables": tables,
        "people": len(state.people),
        "names": {p: classroom.names.get(p, "") for p in state.people},
        "places": dict(state.people),
        "sealed": sum(seat["sealed"] for seat in chairs),
        "writing": sum(
            not seat["sealed"] and bool(seat["people"]) and not seat["substitute"] and not seat["away"]
            for seat in chairs
        ),
        "away": sum(seat["away"] for t in tables for seat in t["seats"].values()),
        "computers": sum(not seat["people"] or bool(seat["substitute"]) for seat in chairs),
        "envelopes": len(chairs),
    }
