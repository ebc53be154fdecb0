"""Three very different games, recorded once: a joint front, a bilateral split, a withdrawal."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from negotiation.debrief import Debrief, Game, debrief, read
from negotiation.game.log import Event

GAMES: dict[str, tuple[str, int, dict[str, str]]] = {
    "front": ("autumn-2025", 3, {"USA": "pressure", "CAN": "front", "MEX": "front"}),
    "split": ("rebuilding-bridges", 2, {"USA": "pressure", "CAN": "always-concede", "MEX": "tit-for-tat"}),
    "withdrawal": ("facts-on-the-ground", 5, {"USA": "always-defect", "CAN": "grim", "MEX": "grim"}),
}
SHORT = ("steel-autos-partnership", 1, {"USA": "pressure", "CAN": "front", "MEX": "hedger"})
"""Five rounds, for tests that only need some game."""
FIRMS = 500


@cache
def events_of(name: str) -> tuple[Event, ...]:
    from negotiation.lab.recording import Recording

    scenario, seed, seats = SHORT if name == "short" else GAMES[name]
    return tuple(Recording(scenario, seed, seats, FIRMS).play())  # type: ignore[arg-type]


@cache
def debrief_of(name: str) -> Debrief:
    return debrief(events_of(name))


@pytest.fixture(params=sorted(GAMES))
def told(request: Any) -> Debrief:
    return debrief_of(request.param)


@pytest.fixture
def front() -> Debrief:
    return debrief_of("front")


@pytest.fixture
def game() -> Game:
    return read(events_of("front"))
