"""Parameters of strategies are refused with a sentence, not with a traceback later."""

from __future__ import annotations

from typing import Any

from negotiation.errors import InputError


def number(strategy: Any, parameter: str, low: float, high: float, *, whole: bool = False) -> None:
    """Refuse a parameter that is not a number from ``low`` to ``high``."""
    value = getattr(strategy, parameter)
    kind = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
        what = "a whole number" if whole else "a number"
        raise InputError(
            f"strategy {strategy.name}: {parameter} must be {what} from {low:g} to {high:g}, got {value!r}; "
            "leave it out for the shipped default"
        )


def probability(strategy: Any, parameter: str) -> None:
    """Refuse a parameter that is not a probability."""
    number(strategy, parameter, 0, 1)


def one_of(strategy: Any, parameter: str, allowed: tuple[str, ...]) -> None:
    """Refuse a parameter that is not one of the named ways."""
    value = getattr(strategy, parameter)
    if value not in allowed:
        raise InputError(
            f"strategy {strategy.name}: {parameter} must be one of {', '.join(allowed)}, got {value!r}"
        )
