"""How leverage moved over a game: where it started, where it ended, and which block carried it.

Everything here reads the data of ``round_resolved`` events, so a log tells the same story as the game itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negotiation.game.breakdown import BLOCKS
from negotiation.terms import PARTNERS

Result = Mapping[str, Any]


def leverage_story(opening: Mapping[str, Any], results: Sequence[Result]) -> dict[str, dict[str, Any]]:
    """Partner -> start, end, change, lowest, highest, swing, parts by block, and the round that moved it most.

    opening : numbers before the first round (``game_started``'s ``opening``). Points of the leverage index; the
    parts add up to the change. Empty when no round carries leverage.
    """
    story: dict[str, dict[str, Any]] = {}
    told = [r for r in results if "leverage" in r]
    for k in (str(p) for p in PARTNERS):
        if not told:
            break
        first = told[0]["leverage"][k]
        start = float(opening["leverage"][k]["index"]) if opening.get("leverage") else float(first["was"])
        path = [start, *(float(r["leverage"][k]["index"]) for r in told)]
        parts = {block: sum(float(r["leverage"][k]["why"][block]) for r in told) for block in BLOCKS}
        turn = max(told, key=lambda r: abs(r["leverage"][k]["change"]))
        story[k] = {
            "start": round(start, 3),
            "end": round(path[-1], 3),
            "change": round(path[-1] - start, 3),
            "lowest": round(min(path), 3),
            "highest": round(max(path), 3),
            "swing": round(max(path) - min(path), 3),
            "parts": {block: round(part, 3) for block, part in parts.items()},
            "largest_round": {
                "round": turn["round"],
                "date": turn["date"],
                "change": round(float(turn["leverage"][k]["change"]), 3),
                "cause": largest_cause(turn["leverage"][k]["why"]),
            },
        }
    return story


def largest_cause(why: Mapping[str, float]) -> str | None:
    """The block with the largest part of a change; None if nothing moved."""
    block = max(why, key=lambda name: abs(why[name]))
    return block if abs(why[block]) > 0 else None
