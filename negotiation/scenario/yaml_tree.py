"""Parser events to plain data, counting as it goes and never recursing.

The builder keeps the line of every key path, follows aliases only within limits, and turns what must not
come through - tags, NaN, keys that are not words, keys that stand twice - into faults. What cannot be
read any further raises `Unreadable`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .faults import Fault, KeyPath, shown, written

MOST_DEPTH = 40
MOST_ENTRIES = 100_000

_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.?(inf|Inf|INF)|\.?(nan|NaN|NAN)")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Unreadable(Exception):
    """Reading stops here."""

    def __init__(self, problem: str, next_step: str, line: int | None = None) -> None:
        self.problem, self.next_step, self.line = problem, next_step, line
        super().__init__(problem)


@dataclass
class Document:
    """A file as read: its plain data, the line of every key path, and the faults found on the way."""

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    folder: Path | None = None
    """Where relative paths in the file start (None for shipped files)."""

    def line_of(self, path: KeyPath) -> int | None:
        """The line of the entry, or of the nearest entry around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def fault(
        self, path: KeyPath, problem: str, next_step: str, value: Any = None, line: int | None = None
    ) -> Fault:
        """A fault of this file, with the line filled in."""
        says = "" if value is None else shown(value)
        return Fault(self.file, written(path), says, problem, next_step, line or self.line_of(path))


class _Open:
    """A mapping or list whose end has not been reached."""

    __slots__ = ("anchor", "container", "height", "key", "line", "path", "size")

    def __init__(self, container: dict | list, path: KeyPath, anchor: str | None, line: int) -> None:
        self.container, self.path, self.anchor, self.line = container, path, anchor, line
        self.key: str | None = None
        self.size, self.height = 1, 1

    @property
    def awaits_key(self) -> bool:
        return self.key is None and isinstance(self.container, dict)

    def next_path(self) -> KeyPath:
        """The key path of the value that comes next."""
        if isinstance(self.container, list):
            return (*self.path, len(self.container))
        return self.path if self.key is None else (*self.path, self.key)


class TreeBuilder:
    """Fills one `Document` from the events of a parser."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int, int]] = {}
        """Anchor -> (value, entries in it, levels below it)."""
        self.entries = 0
        self.documents = 0
        self.root: Any = None

    def build(self, events: Iterable[Any]) -> None:
        """Read all events; the document then holds the data."""
        acts = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: self._opening,
            yaml.SequenceStartEvent: self._opening,
            yaml.MappingEndEvent: self._closing,
            yaml.SequenceEndEvent: self._closing,
            yaml.DocumentStartEvent: self._document,
        }
        for event in events:
            act = acts.get(type(event))
            if act is not None:
                act(event, event.start_mark.line + 1)
        if self.root is None:
            raise Unreadable("the file is empty", "Start from a copy of a shipped scenario")
        if not isinstance(self.root, dict):
            raise Unreadable("the file is not a mapping of keys to values", "Start it with 'name: ...'", 1)
        self.document.data = self.root

    def _document(self, event: Any, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            raise Unreadable("a second document starts here (---)", "Keep one document a file", line)

    def _scalar(self, event: Any, line: int) -> None:
        self._count(1, line)
        top = self.stack[-1] if self.stack else None
        path = top.next_path() if top else ()
        value = self._plain(event, path, line)
        if top is not None and top.awaits_key:
            top.key = self._key(value, event, path, line)
            self.document.lines.setdefault((*top.path, top.key), line)
        else:
            self._place(value, line, 1, 0, event.anchor)

    def _alias(self, event: Any, line: int) -> None:
        if event.anchor not in self.anchors or (self.stack and self.stack[-1].awaits_key):
            raise Unreadable(
                f"the alias *{event.anchor} has nothing to point to here", "Write the value out", line
            )
        value, size, height = self.anchors[event.anchor]
        self._count(size, line)
        self._refuse_deep(len(self.stack) + height, line)
        self._place(value, line, size, height, None)

    def _opening(self, event: Any, line: int) -> None:
        self._count(1, line)
        self._refuse_deep(len(self.stack) + 1, line)
        if self.stack and self.stack[-1].awaits_key:
            raise Unreadable("a list or mapping is used as a key", "Keys are words", line)
        path = self.stack[-1].next_path() if self.stack else ()
        self._tagged(event, path, line)
        self.document.lines.setdefault(path, line)
        container: dict | list = {} if type(event) is yaml.MappingStartEvent else []
        self.stack.append(_Open(container, path, event.anchor, line))

    def _closing(self, event: Any, line: int) -> None:
        done = self.stack.pop()
        self._place(done.container, done.line, done.size, done.height, done.anchor)

    def _place(self, value: Any, line: int, size: int, height: int, anchor: str | None) -> None:
        """Put a finished value where it belongs."""
        if anchor is not None:
            self.anchors[anchor] = (value, size, height)
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        path = top.next_path()
        if isinstance(top.container, list):
            self.document.lines.setdefault(path, line)
            top.container.append(value)
        elif top.key in top.container:
            first = self.document.lines.get(path)
            problem = f"the key stands here twice (first on line {first})"
            self.document.faults.append(self.document.fault(path, problem, "Keep one of the two", line=line))
        else:
            top.container[str(top.key)] = value
        top.key = None
        top.size += size
        top.height = max(top.height, height + 1)

    def _count(self, entries: int, line: int) -> None:
        self.entries += entries
        if self.entries > MOST_ENTRIES:
            raise Unreadable(
                f"more than {MOST_ENTRIES} entries once aliases are followed",
                "Remove the aliases (*name) and write the values out",
                line,
            )

    def _refuse_deep(self, depth: int, line: int) -> None:
        if depth > MOST_DEPTH:
            raise Unreadable(
                f"nested deeper than {MOST_DEPTH} levels", "No scenario needs this: flatten it", line
            )

    def _report(self, path: KeyPath, problem: str, next_step: str, line: int, value: Any = None) -> None:
        self.document.faults.append(self.document.fault(path, problem, next_step, value, line))

    def _tagged(self, event: Any, path: KeyPath, line: int) -> bool:
        if event.tag is None:
            return False
        self._report(
            path,
            f"the tag {shown(event.tag)} is refused, as is every tag that could build an object",
            "Write the plain value without a tag",
            line,
        )
        return True

    def _key(self, value: Any, event: Any, path: KeyPath, line: int) -> str:
        where = (*path, event.value)
        if event.value == "<<" and event.implicit[0]:
            self._report(where, "merge keys are not read", "Write the entries out", line)
        elif not isinstance(value, str):
            self._report(where, "a key must be a word", "Put the key in quotes", line)
        return str(event.value)

    def _plain(self, event: Any, path: KeyPath, line: int) -> Any:
        """A scalar in the YAML 1.2 core schema."""
        text: str = event.value
        if self._tagged(event, path, line) or not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text) and len(text) <= 18:
            return int(text)
        number = math.nan
        if _NUMBER.fullmatch(text):
            number = float(text)
        elif not _NOT_FINITE.fullmatch(text):
            return text
        if not math.isfinite(number):
            problem = "not a finite number"
            self._report(path, problem, "Write a number within the range the schema gives", line, text)
        return number
