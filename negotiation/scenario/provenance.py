"""Every number has a source or is called an assumption.

A number is covered by the nearest mapping around it that says ``source`` or ``assumption`` - its own
mapping or one further out, but not the root of a scenario: one sentence cannot vouch for a whole file.
(Catalogues such as ``issues.yaml``, which hold one kind of number, may say it once at the root.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .faults import Fault, KeyPath, written
from .values import Table
from .yaml_tree import Document

VOUCHERS = ("source", "assumption")
REMARKS = (*VOUCHERS, "note")
"""Keys that may stand in any mapping and are not part of the model."""


def without_remarks(data: Any) -> Any:
    """The data without ``source``, ``assumption`` and ``note``, at every depth."""
    if isinstance(data, dict):
        return {key: without_remarks(entry) for key, entry in data.items() if key not in REMARKS}
    if isinstance(data, list):
        return [without_remarks(entry) for entry in data]
    return data


def numbers(data: Any, said: str | None = None, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str | None]]:
    """Each number of plain data with what vouches for it (None: nothing does)."""
    if isinstance(data, dict):
        words = [
            text if voucher == "source" else f"assumption: {text}"
            for voucher in VOUCHERS
            if isinstance(text := data.get(voucher), str) and text.strip()
        ]
        said = "; ".join(words) or said
        for key, entry in data.items():
            if key not in REMARKS:
                yield from numbers(entry, said, (*path, key))
    elif isinstance(data, list):
        for position, entry in enumerate(data):
            yield from numbers(entry, said, (*path, position))
    elif isinstance(data, (int, float)) and not isinstance(data, bool):
        yield path, said


def provenance(document: Document, root_allowed: bool = False) -> tuple[Table[str, str], list[Fault]]:
    """Where each number of a file comes from, and a fault for each number that does not say."""
    data = document.data
    if not root_allowed:
        data = {key: entry for key, entry in data.items() if key not in VOUCHERS}
    known: dict[str, str] = {}
    faults = list(_unwritten(document, document.data))
    for path, said in numbers(data):
        if said is not None:
            known[written(path)] = said
        else:
            faults.append(
                document.fault(
                    path,
                    "a number without a source",
                    "Add 'source: ...' or 'assumption: ...' beside it or in a block around it"
                    + ("" if root_allowed else " (not at the root of the file)"),
                    _entry(document.data, path),
                )
            )
    return Table(known), faults


def empty_entries(document: Document, data: Any, path: KeyPath = ()) -> Iterator[Fault]:
    """Faults for keys and list rows with nothing behind them."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, entry in entries:
        if entry is None and key not in REMARKS:
            yield document.fault(
                (*path, key), "nothing stands here", "Write a value, or remove the key", "null"
            )
        yield from empty_entries(document, entry, (*path, key))


def _unwritten(document: Document, data: Any, path: KeyPath = ()) -> Iterator[Fault]:
    """Faults for remarks that say nothing."""
    if isinstance(data, dict):
        for key, entry in data.items():
            if key in REMARKS and not (isinstance(entry, str) and entry.strip()):
                yield document.fault(
                    (*path, key),
                    "must be a text that is not empty",
                    "Say where the number comes from",
                    entry,
                )
            elif isinstance(entry, (dict, list)):
                yield from _unwritten(document, entry, (*path, key))
    elif isinstance(data, list):
        for position, entry in enumerate(data):
            if isinstance(entry, (dict, list)):
                yield from _unwritten(document, entry, (*path, position))


def _entry(data: Any, path: KeyPath) -> Any:
    for part in path:
        data = data[part]
    return data
