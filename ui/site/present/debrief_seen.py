"""A finished game as the presenters of the screens read it: everything open, the own seat kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negotiation.debrief.game import Game
from ui.site.present.seen import Seen


def opened(game: Game, you: str | None = None) -> Seen | None:
    """The rounds with everything open; None without the scenario or the read-outs they are told with."""
    if game.scenario is None or not game.readable or "tariffs" not in game.opening:
        return None
    view: dict[str, Any] = {
        "you": you,
        "rounds_played": [as_seen(r) for r in game.results],
        "opening": game.opening,
        "own": {},
    }
    return Seen(view, game.scenario)


def as_seen(result: Mapping[str, Any]) -> dict[str, Any]:
    """A round in full, its moves in the form the presenters know."""
    moves = {
        seat: {
            "stances": choice["move"]["stances"],
            "measures": choice["move"].get("measures") or {},
            "reasons": choice.get("reasons") or {},
            "by": choice.get("by"),
            "quiet": bool(choice["move"].get("quiet")),
        }
        for seat, choice in result["moves"].items()
    }
    return {**result, "moves": moves}
