"""The lab: single runs for ensembles, recorded games, tidy tables, pictures, and the balance of the game."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_LAZY = {
    "Ensemble": "negotiation.lab.ensemble",
    "Recording": "negotiation.lab.recording",
    "parallel_env": "negotiation.lab.environment",
    "run": "negotiation.lab.single",
}

__all__ = ["Ensemble", "Recording", "parallel_env", "run"]


def __getattr__(name: str) -> Any:
    if name in _LAZY:  # Mesa and the compiled rules load when a game is first asked for
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'negotiation.lab' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
