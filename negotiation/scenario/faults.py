"""What is wrong with a file, said in one line: where, what it says, what is allowed, what to do next.

A *key path* names one entry of a file: ``start.volatility.CAN``, ``calendar.rounds[3].months``.
Inside the package it is a tuple of keys and list positions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

KeyPath = tuple[str | int, ...]

_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def written(path: KeyPath) -> str:
    """The key path as people read it: ``('a', 2, 'b')`` is ``a[2].b``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


@lru_cache(maxsize=1024)
def parsed(text: str) -> KeyPath:
    """The inverse of `written`; a list position may also stand between dots (``a.2.b``)."""
    parts: list[str | int] = []
    for word, position in _PART.findall(text):
        parts.append(int(position or word) if position or word.isdigit() else word)
    return tuple(parts)


def found(document: Any, path: KeyPath) -> Any:
    """The entry of a plain document (dicts and lists) at a key path; KeyError when there is none."""
    for part in path:
        try:
            document = document[part]
        except (TypeError, IndexError, KeyError):
            raise KeyError(written(path)) from None
    return document


@dataclass(frozen=True)
class Fault:
    """One thing to repair. ``str(fault)`` is one clear line."""

    file: str
    path: str
    """Key path, empty when the file as a whole is at fault."""
    value: str
    """What the file says there, shortened; empty when nothing stands there."""
    problem: str
    """What is wrong and what is allowed."""
    next_step: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        entry = f" {self.path}{f' = {self.value}' if self.value else ''}:" if self.path else ""
        stop = "" if self.next_step.endswith((".", "?")) else "."
        return f"{where}:{entry} {self.problem}. {self.next_step}{stop}"


def shown(value: Any, most: int = 60) -> str:
    """A value as a fault quotes it: short, on one line, whatever it is."""
    if isinstance(value, dict):
        return f"a mapping of {len(value)} entries"
    if isinstance(value, (list, tuple)) and len(value) > 4:
        return f"a list of {len(value)} entries"
    text = " ".join(str(value if not isinstance(value, str) else repr(value)).split())
    return text if len(text) <= most else text[: most - 3] + "..."


def listed(names: Iterable[Any], most: int = 12) -> str:
    """Names in a row, cut after ``most``."""
    words = [str(name) for name in names]
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")
