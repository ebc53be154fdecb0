"""The only door to YAML: plain data in, or every reason why not.

What comes through is built of dicts with text keys, lists, text, numbers, true/false and null -
nothing else. A file may come from a stranger, so it is measured before it is read (2 MB), while it
is read (depth 40, 100,000 entries after aliases are followed) and never builds an object.

Plain scalars follow YAML 1.2: ``yes``, ``no`` and ``on`` are words (Norway keeps its code),
``2025-09`` and ``2025-09-18`` are words too, ``1e-3`` is a number.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from ..errors import ScenarioError
from .faults import Fault
from .yaml_tree import Document, TreeBuilder, Unreadable

MOST_BYTES = 2_000_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def shipped_file(*parts: str) -> Traversable:
    """A file of the data package ``configs`` (it may live inside an installed wheel)."""
    place: Traversable = files("configs")
    for part in parts:
        place = place / part
    return place


def load_yaml(path_or_resource: str | Path | Traversable) -> dict[str, Any]:
    """The plain data of one YAML file.

    A text names a file of ``configs`` (``"rules.yaml"``) or, if there is none, one on disk, so that a file in the
    folder where the program was started never stands in for a shipped one; a ``Path`` is always on disk.
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
        TreeBuilder(document).build(yaml.parse(text, Loader=_LOADER))
    except Unreadable as stop:
        document.faults.append(document.fault((), stop.problem, stop.next_step, line=stop.line))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
        line = mark.line + 1 if mark else None
        document.faults.append(document.fault((), f"not valid YAML: {reason}", _SYNTAX_ADVICE, line=line))
    return document


_SYNTAX_ADVICE = "Look for a missing quote, bracket or space after a colon, and indent with spaces only"


def _locate(source: str | Path | Traversable) -> tuple[Path | Traversable, Document]:
    if isinstance(source, str):
        inside = shipped_file(source)
        source = inside if source[:1] != "." and inside.is_file() else Path(source)
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
                raise Unreadable("this is a folder", "Name a file in it, or check the folder as a whole")
            if not place.is_file():
                raise Unreadable(
                    "this is no ordinary file" if place.exists() else "there is no such file",
                    "Correct the path, or take a shipped scenario ('negotiation scenarios' lists them)",
                )
            _refuse_large(place.stat().st_size)
        with place.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unreadable(f"it cannot be read ({reason})", "Check the name and the permissions") from None
    _refuse_large(len(raw))
    return raw


def _refuse_large(size: int) -> None:
    if size > MOST_BYTES:
        raise Unreadable(
            f"the file has {size / 1e6:.1f} MB, more than the {MOST_BYTES / 1e6:.0f} MB read here",
            "A scenario has a few pages: keep data in CSV files beside it",
        )


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problem = f"byte {error.start} is not UTF-8"
        raise Unreadable(problem, "Save the file as UTF-8 in your editor", line) from None
