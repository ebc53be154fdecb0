"""Why a government did what it did: a reason's key and values as a sentence in the viewer's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.words import Words

SEATS = ("USA", "CAN", "MEX")


def reason_text(reason: Mapping[str, Any], words: Words) -> str:
    """One sentence; a reason of somebody else's strategy is shown as its author wrote it."""
    key, values = f"reason.{reason['key']}", reason.get("values") or {}
    if not words.has(key):
        return str(values.get("sentence") or reason["key"].replace("_", " "))
    return words(key, **{name: _value(name, value, words) for name, value in values.items()})


def _value(name: str, value: Any, words: Words) -> Any:
    """How a value is written: governments by capital, shares in percent, gains in dollars, stances as verbs."""
    if name in ("other", "striker") or str(value) in SEATS:
        return words.gov(str(value)) if str(value) in SEATS else str(value)
    if name in ("chance", "commitment", "answer"):
        return words.chance(float(value))
    if name == "gain":
        return words.money(float(value))
    if name == "expects":
        return words(f"stance.{value}") if words.has(f"stance.{value}") else str(value)
    return words.number(float(value)) if isinstance(value, (int, float)) else str(value)
