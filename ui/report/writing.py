"""Putting files of a report where the user wants them, all or nothing."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from negotiation.errors import InputError, NegotiationError

MARK = "about.json"
KIND = "negotiation-debrief"
PAGES = (".html", ".htm")


def refuse_impossible(target: Path, option: str = "--out") -> None:
    """Raise ``InputError`` at once for a place that can never be written to."""
    if target.suffix.lower() in PAGES:
        if target.is_dir():
            raise InputError(f"{option} {target} is a folder; name a file")
    elif target.exists() and not target.is_dir():
        raise InputError(f"{option} {target} is a file; name a folder, or a file ending in .html")
    elif target.is_dir() and any(target.iterdir()) and not is_ours(target):
        raise InputError(f"{option} {target} holds other files; name a new folder")


def write_file(target: Path, content: bytes, option: str = "--out") -> None:
    """Write or replace one file; never half of it."""
    if target.is_dir():
        raise InputError(f"{option} {target} is a folder; name a file")
    try:
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.absolute().parent)
    except OSError as error:
        raise InputError(f"{option} {target} cannot be written to ({error.strerror or error})") from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(made).chmod(0o644)
        os.replace(made, target)
    except OSError as error:
        Path(made).unlink(missing_ok=True)
        raise NegotiationError(
            f"writing {target} failed ({error.strerror or error}); nothing was left half-written"
        ) from None


def write_folder(target: Path, contents: Mapping[str, bytes], option: str = "--out") -> None:
    """Write a folder of files; one of our own is replaced file by file, anybody else's is left alone."""
    refuse_impossible(target, option)
    parent = target.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".unfinished", dir=parent))
    except OSError as error:
        raise InputError(f"{option} {target} cannot be written to ({error.strerror or error})") from None
    try:
        for name, content in contents.items():
            place = building / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        about = {"kind": KIND, "files": sorted(contents)}
        (building / MARK).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
        for made in sorted(building.rglob("*")):
            made.chmod(0o755 if made.is_dir() else 0o644)
        _place(building, target)
    except OSError as error:
        raise NegotiationError(
            f"writing to {target} failed ({error.strerror or error}); nothing was left half-written"
        ) from None
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _place(building: Path, target: Path) -> None:
    if not target.exists():
        building.chmod(0o755)
        building.rename(target)
        return
    for made in sorted(building.rglob("*")):
        place = target / made.relative_to(building)
        if made.is_dir():
            place.mkdir(exist_ok=True)
        else:
            os.replace(made, place)


def is_ours(folder: Path) -> bool:
    """Whether a folder was written by this module."""
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("kind") == KIND
