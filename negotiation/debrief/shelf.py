"""Logs somebody opened in the browser: files named by what is in them, so that a link to one stays good.

The name is the first 128 bits of the SHA-256 of the content: whoever has the log finds it again, nobody guesses it.
The shelf keeps a limited number; the one not looked at for longest goes first.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from negotiation.errors import BrokenLog
from negotiation.game.log import FORMAT

LARGEST = 2_000_000
"""Bytes of a log that is taken in; ten rounds are about 90,000."""
KEPT = 200
_NAME = re.compile(r"[0-9a-f]{32}")


class BadLog(BrokenLog):
    """A file that is no log; ``key`` names the sentence for it, ``values`` fill it."""

    def __init__(self, key: str, text: str, **values: Any) -> None:
        super().__init__(text)
        self.key, self.values = key, values


class Shelf:
    """A folder of logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep a log; returns its name. ``BadLog`` if it is none; a damaged one is kept as it is."""
        check(content)
        name = hashlib.sha256(content).hexdigest()[:32]
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self._place(name)
        if not place.exists():
            handle, made = tempfile.mkstemp(dir=self.folder, suffix=".unfinished")
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            os.replace(made, place)
            self._tidy()
        return name

    def find(self, name: str) -> Path:
        """The file of a log. ``BadLog`` if it is not here (any more)."""
        if _NAME.fullmatch(name):
            place = self._place(name)
            try:
                os.utime(place)
            except OSError:
                pass
            else:
                return place
        raise BadLog("log_gone", f"no log '{name[:40]}' is kept here; open its file again")

    def _place(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl"

    def _tidy(self) -> None:
        files = sorted(self.folder.glob("*.jsonl"), key=lambda f: f.stat().st_mtime)
        for old in files[: max(0, len(files) - KEPT)]:
            old.unlink(missing_ok=True)


def check(content: bytes) -> None:
    """Raise ``BadLog`` unless the file says it is a game log this version can read."""
    if len(content) > LARGEST:
        raise BadLog("log_too_large", f"the file has more than {LARGEST} bytes", most=LARGEST // 1_000_000)
    if not content.strip():
        raise BadLog("log_blank", "the file is empty")
    try:
        first = content.partition(b"\n")[0].removeprefix(codecs.BOM_UTF8)
        header = json.loads(first.decode("utf-8"))
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or header.get("kind") != "negotiation-game-log":
        raise BadLog("log_other", "this is not a game log (its first line does not say so)")
    form = header.get("format", 0)
    if not isinstance(form, int) or form > FORMAT:
        raise BadLog("log_newer", f"written by a newer version (format {form}, this one reads {FORMAT})")
