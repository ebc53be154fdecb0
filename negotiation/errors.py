"""One family of errors: each says what is wrong, where, and what to do next.

``InputError`` and its children mean the user's input is at fault (command line: exit 2);
any other ``NegotiationError`` means the run failed (exit 1).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any


class NegotiationError(Exception):
    """Root of the family."""


class InputError(NegotiationError):
    """What the user gave cannot be used."""


class InvalidEconomy(InputError):
    """The arrays or files of an economy contradict the model; ``faults`` lists all of them."""

    def __init__(self, message: str, faults: Sequence[str] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([message, *(f"  - {fault}" for fault in self.faults)]))


class ScenarioError(InputError):
    """One or more configuration files are at fault; ``faults`` lists every one of them."""

    def __init__(self, message: str, faults: Sequence[str] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([message, *(f"  - {fault}" for fault in self.faults)]))


def get_extra(name: str) -> str:
    """How a user comes by what an optional part needs: an extra of ``pyproject.toml``."""
    return f"in the project's folder: python -m pip install '.[{name}]'"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one: the same letters in another case or order, else the closest if it is close."""
    by_lower = {k.lower(): k for k in known}
    wanted = name.lower()
    if wanted in by_lower:
        return by_lower[wanted]
    swapped = [k for k in by_lower if sorted(k) == sorted(wanted)]
    close = swapped or difflib.get_close_matches(wanted, by_lower, n=1, cutoff=0.5)
    return by_lower[close[0]] if close else None


class UnknownName(InputError):
    """A name nobody answers to; the message names the nearest one that exists."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        near = nearest(str(name), self.known)
        hint = f" Did you mean '{near}'?" if near else ""
        super().__init__(f"no {kind} is called '{name}'.{hint} Known: {', '.join(self.known)}.")

    def __reduce__(self) -> tuple[Any, ...]:  # an error is sent home from the process in which it happened
        return (UnknownName, (self.kind, self.name, self.known))


class IllegalMove(InputError):
    """The rules do not allow this move now; nothing was changed."""


class EquilibriumNotFound(NegotiationError):
    """The trade equilibrium did not converge; carries the solver's evidence."""

    def __init__(self, message: str, *, iterations: int, residual: float) -> None:
        self.iterations, self.residual = iterations, residual
        super().__init__(f"{message} (iterations {iterations}, residual {residual:.3g})")

    def __reduce__(self):  # keeps the evidence when the error crosses a process
        return (_rebuild_not_found, (str(self), self.iterations, self.residual))


def _rebuild_not_found(message: str, iterations: int, residual: float) -> EquilibriumNotFound:
    error = EquilibriumNotFound.__new__(EquilibriumNotFound)
    Exception.__init__(error, message)
    error.iterations, error.residual = iterations, residual
    return error


class BrokenLog(InputError):
    """A game log is cut, edited or from a newer version."""
