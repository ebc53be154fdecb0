"""Negotiation: an agent-based game of the 2026 USMCA joint review.

Importing the package is light: the names below are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from negotiation.compiled import find_a_place

__version__ = "0.1.0"

_LAZY = {
    "load_scenario": "negotiation.scenario",
    "load_economy": "negotiation.economy",
    "solve": "negotiation.economy",
    "run": "negotiation.lab",
}

__all__ = ["__version__", *_LAZY]

find_a_place()


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'negotiation' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
