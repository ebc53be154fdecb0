"""What a class's debrief is made of: its ended tables, their deeds, and the computer games beside them."""

from __future__ import annotations

from typing import Any

from negotiation.debrief.classes import ClassPlay, deeds_of
from negotiation.debrief.reference import reference_of
from negotiation.rooms.score import standing
from negotiation.terms import SEATS


def class_play(classroom: Any, summary: dict[str, Any]) -> ClassPlay:
    """The ended tables of a class. A table that still plays adds nothing: what it did may be secret."""
    config = classroom.state.config
    ended = tuple(t for t in summary["tables"] if t["started"] and t["ending"])
    rooms = dict(enumerate(classroom.rooms(), start=1))
    shares: dict[str, list[float]] = {}
    for seat in map(str, SEATS):
        found = [
            standing(config.scenario, config.mode, seat, float(t["ending"]["score"][seat]), config.level)
            for t in ended
        ]
        shares[seat] = [f["share"] for f in found if f is not None]
    return ClassPlay(
        tables=ended,
        deeds={t["number"]: _deeds(rooms[t["number"]]) for t in ended},
        shares=shares,
        reference=reference_of(config.scenario, config.mode),
    )


def _deeds(room: Any) -> dict[str, float]:
    """Worked out once for each table as it ended."""
    state = room.state
    kept = getattr(room, "_deeds", None)
    if kept is None or kept[0] != state.version:
        kept = room._deeds = (state.version, deeds_of(state.game.results))
    return kept[1]
