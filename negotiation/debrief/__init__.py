"""From a finished game to what it teaches: turning points, why leverage moved, regret, conduct, and what if.

    from negotiation.debrief import debrief, what_if

Findings are data (keys and numbers); the words for them live with the screens and reports.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_LAZY = {
    "Branch": "negotiation.debrief.branches",
    "Change": "negotiation.debrief.branches",
    "Debrief": "negotiation.debrief.debriefing",
    "Finding": "negotiation.debrief.findings",
    "Future": "negotiation.debrief.branches",
    "Game": "negotiation.debrief.game",
    "debrief": "negotiation.debrief.debriefing",
    "parse_change": "negotiation.debrief.branches",
    "read": "negotiation.debrief.game",
    "read_room": "negotiation.debrief.rooms",
    "what_if": "negotiation.debrief.branches",
    "what_if_all": "negotiation.debrief.branches",
}

__all__ = [*_LAZY]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'negotiation.debrief' has no attribute '{name}'")
