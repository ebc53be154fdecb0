"""Parameters of strategies are refused with a sentence, not with a traceback later."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from negotiation.errors import InputError


def number(strategy: Any, parameter: str, low: float, high: float, *, whole: bool = False) -> None:
    """Refuse a parameter that is not a number from ``low`` to ``high``; one of NumPy's becomes Python's own."""
    value = getattr(strategy, parameter)
    kind = Integral if whole else Real
    if isinstance(value, bool) or not isinstance(value, kind) or not low <= float(value) <= high:
        what = "a whole number" if whole else "a number"
        raise InputError(
            f"strategy {strategy.name}: {parameter} must be {what} from {low:g} to {high:g}, got {value!r}; "
            "leave it out for the shipped default"
        )
    if type(value) not in (int, float):
        object.__setattr__(strategy, parameter, int(value) if isinstance(value, Integral) else float(value))


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
