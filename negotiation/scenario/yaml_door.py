"""The only door to YAML: plain data in, or every reason why not.

What comes through is built of dicts with text keys, lists, text, numbers, true/false and null -
nothing else. A file may come from a stranger, so it is measured before it is read (2 MB), while it
is read (depth 40, 100,000 entries after aliases are followed) and never builds an object.

Plain scalars follow YAML 1.2: ``yes``, ``no`` and ``on`` are words (Norway keeps its code),
``2025-09`` and ``2025-09-18`` are words too, ``1e-3`` is a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from ..errors import ScenarioError
from .faults import Fault, KeyPath, shown, written

MOST_BYTES = 2_000_000
MOST_DEPTH = 40
MOST_ENTRIES = 100_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|[-+]?(inf|Inf|nan|NaN)")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


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

    def fault(self, path: KeyPath, problem: str, next_step: str, value: Any = None) -> Fault:
        """A fault of this file, with the line filled in."""
        says = "" if value is None else shown(value)
        return Fault(self.file, written(path), says, problem, next_step, self.line_of(path))


class _Unreadable(Exception):
    """Reading stops here."""

    def __init__(self, problem: str, next_step: str, line: int | None = None, path: KeyPath = ()) -> None:
        self.problem, self.next_step, self.line, self.path = (
            problem,
            next_step,
            line,
            path,
        )


def shipped_file(*parts: str) -> Traversable:
    """A file of the data package ``configs`` (it may live inside an installed wheel)."""
    place: Traversable = files("configs")
    for part in parts:
        place = place / part
    return place


def load_yaml(path_or_resource: str | Path | Traversable) -> dict[str, Any]:
    """The plain data of one YAML file.

    A text names a file on disk or, if there is none, a file of ``configs`` (``"rules.yaml"``).
    Raises `ScenarioError` with every fault.
    """
    document = read_document(path_or_resource)
    if document.faults:
        raise as_error(document.file, document.faults)
    return document.data


def as_error(what: str, faults: list[Fault]) -> ScenarioError:
    """All faults in one exception."""
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return ScenarioError(f"{what} cannot be used ({count}):", [str(fault) for fault in faults])


def read_document(source: str | Path | Traversable) -> Document:
    """Read one file with its lines; faults are collected, never raised."""
    place, document = _locate(source)
    try:
        text = _decoded(_measured_bytes(place))
        _build(yaml.parse(text, Loader=_LOADER), document)
    except _Unreadable as stop:
        line = stop.line or document.line_of(stop.path)
        document.faults.append(
            Fault(
                document.file,
                written(stop.path),
                "",
                stop.problem,
                stop.next_step,
                line,
            )
        )
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
        line = mark.line + 1 if mark else None
        document.faults.append(
            Fault(document.file, "", "", f"not valid YAML: {reason}", _SYNTAX_ADVICE, line)
        )
    return document


_SYNTAX_ADVICE = "Look for a missing quote, bracket or space after a colon, and indent with spaces only"


def _locate(source: str | Path | Traversable) -> tuple[Path | Traversable, Document]:
    if isinstance(source, str):
        path = Path(source)
        source = path if path.exists() or not shipped_file(source).is_file() else shipped_file(source)
    root = files("configs")
    if isinstance(root, Path) and isinstance(source, Path) and source.is_relative_to(root):
        return source, Document(f"configs/{source.relative_to(root).as_posix()}")
    if isinstance(source, Path):
        return source, Document(str(source), folder=source.parent)
    return source, Document(f"configs/{source.name}")


def _measured_bytes(place: Path | Traversable) -> bytes:
    try:
        if isinstance(place, Path):
            if place.is_dir():
                raise _Unreadable(
                    "this is a folder",
                    "Name a file in it, or check the folder as a whole",
                )
            if not place.is_file():
                raise _Unreadable(
                    "there is no such file",
                    "Correct the path, or take a shipped scenario ('negotiation scenarios' lists them)",
                )
            _refuse_large(place.stat().st_size)
        with place.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise _Unreadable(
            f"it cannot be read ({error.strerror})",
            "Check the name and the permissions",
        ) from None
    _refuse_large(len(raw))
    return raw


def _refuse_large(size: int) -> None:
    if size > MOST_BYTES:
        raise _Unreadable(
            f"the file has {size / 1e6:.1f} MB, more than the {MOST_BYTES / 1e6:.0f} MB read here",
            "A scenario has a few pages: keep data in CSV files beside it",
        )


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _Unreadable(
            f"byte {error.start} is not UTF-8",
            "Save the file as UTF-8 in your editor",
            line,
        ) from None


class _Open:
    """A mapping or list whose end has not been reached."""

    __slots__ = ("anchor", "container", "height", "key", "path", "size")

    def __init__(self, container: dict | list, path: KeyPath, anchor: str | None) -> None:
        self.container, self.path, self.anchor = container, path, anchor
        self.key: str | None = None
        self.size, self.height = 1, 1


def _build(events: Iterator[Any], document: Document) -> None:
    """Fill ``document`` from parser events, without recursion and counting as it goes."""
    stack: list[_Open] = []
    anchors: dict[str, tuple[Any, int, int]] = {}
    entries = 0
    documents = 0

    def place(value: Any, line: int, size: int, height: int, anchor: str | None) -> None:
        """Put a finished value (or an opened container) where it belongs."""
        if anchor is not None:
            anchors[anchor] = (value, size, height)
        if not stack:
            document.data = value
            return
        top = stack[-1]
        if isinstance(top.container, list):
            document.lines.setdefault((*top.path, len(top.container)), line)
            top.container.append(value)
        else:
            assert top.key is not None
            if top.key in top.container:
                path = (*top.path, top.key)
                first = document.lines.get(path)
                document.faults.append(
                    Fault(
                        document.file,
                        written(path),
                        "",
                        f"the key stands here twice (first on line {first})",
                        "Keep one of the two",
                        line,
                    )
                )
            else:
                top.container[top.key] = value
            top.key = None
        top.size += size
        top.height = max(top.height, height + 1)

    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent or kind is yaml.AliasEvent:
            line = event.start_mark.line + 1
            top = stack[-1] if stack else None
            awaits_key = top is not None and isinstance(top.container, dict) and top.key is None
            entries += 1
            if kind is yaml.AliasEvent:
                if event.anchor not in anchors or awaits_key:
                    raise _Unreadable(
                        f"the alias *{event.anchor} has nothing to point to here",
                        "Write the value out",
                        line,
                    )
                value, size, height = anchors[event.anchor]
                entries += size
                _refuse_deep(len(stack) + height, line)
                _refuse_many(entries, line)
                place(value, line, size, height, None)
                continue
            _refuse_many(entries, line)
            path = _path_of(stack)
            value = _scalar(event, document, path, line)
            if awaits_key:
                assert top is not None
                top.key = _key(value, event, document, path, line)
                document.lines.setdefault((*top.path, top.key), line)
            else:
                place(value, line, 1, 0, event.anchor)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            line = event.start_mark.line + 1
            entries += 1
            _refuse_deep(len(stack) + 1, line)
            _refuse_many(entries, line)
            top = stack[-1] if stack else None
            path = _path_of(stack)
            if top is not None and isinstance(top.container, dict) and top.key is None:
                raise _Unreadable(
                    "a list or mapping is used as a key",
                    "Keys are words",
                    line,
                    top.path,
                )
            _refuse_tag(event, document, path, line)
            document.lines.setdefault(path, line)
            stack.append(_Open({} if kind is yaml.MappingStartEvent else [], path, event.anchor))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            done = stack.pop()
            line = document.lines.get(done.path, event.start_mark.line + 1)
            place(done.container, line, done.size, done.height, done.anchor)
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                line = event.start_mark.line + 1
                raise _Unreadable(
                    "a second document starts here (---)",
                    "Keep one document a file",
                    line,
                )
    if documents == 0 or document.data is None:
        document.data = {}
        raise _Unreadable("the file is empty", "Start from a copy of a shipped scenario")
    if not isinstance(document.data, dict):
        document.data = {}
        raise _Unreadable(
            "the file is not a mapping of keys to values",
            "Start it with 'name: ...'",
            1,
        )


def _path_of(stack: list[_Open]) -> KeyPath:
    if not stack:
        return ()
    top = stack[-1]
    if isinstance(top.container, list):
        return (*top.path, len(top.container))
    return top.path if top.key is None else (*top.path, top.key)


def _refuse_deep(depth: int, line: int) -> None:
    if depth > MOST_DEPTH:
        raise _Unreadable(
            f"nested deeper than {MOST_DEPTH} levels",
            "No scenario needs this: flatten it",
            line,
        )


def _refuse_many(entries: int, line: int) -> None:
    if entries > MOST_ENTRIES:
        raise _Unreadable(
            f"more than {MOST_ENTRIES} entries once aliases are followed",
            "Remove the aliases (*name) and write the values out",
            line,
        )


def _refuse_tag(event: Any, document: Document, path: KeyPath, line: int) -> bool:
    if event.tag is None:
        return False
    document.faults.append(
        Fault(
            document.file,
            written(path),
            f"tag {event.tag}",
            "tags that build objects are refused",
            "Write the plain value without a tag",
            line,
        )
    )
    return True


def _key(value: Any, event: Any, document: Document, path: KeyPath, line: int) -> str:
    if event.value == "<<" and event.style is None:
        document.faults.append(
            Fault(
                document.file,
                written((*path, "<<")),
                "",
                "merge keys are not read",
                "Write the entries out",
                line,
            )
        )
    elif not isinstance(value, str):
        document.faults.append(
            Fault(
                document.file,
                written((*path, event.value)),
                "",
                "a key must be a word",
                "Put the key in quotes",
                line,
            )
        )
    return str(event.value)


def _scalar(event: Any, document: Document, path: KeyPath, line: int) -> Any:
    """A scalar in the YAML 1.2 core schema; NaN, infinity and tags become faults."""
    text: str = event.value
    if _refuse_tag(event, document, path, line) or not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) <= 18:
        return int(text)
    number = math.nan
    if _NUMBER.fullmatch(text):
        number = float(text)
    elif not _NOT_A_NUMBER.fullmatch(text):
        return text
    if math.isfinite(number):
        return number
    document.faults.append(
        Fault(
            document.file,
            written(path),
            shown(text, 24),
            "not a finite number",
            "Write a number within the range the schema gives",
            line,
        )
    )
    return None
