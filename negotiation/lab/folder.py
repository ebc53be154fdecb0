"""The folder of a run: tables, codebook, manifest, pictures and the log, all or nothing.

Everything is written into a hidden folder beside the target and moved into place at the end, so a full disk, an
interruption or an error leaves no half-written run behind.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from negotiation.errors import InputError, NegotiationError
from negotiation.game.log import Event, GameState, replay, write_log
from negotiation.lab.tables import codebook, tables

KIND = "negotiation-run"


class RunFolder:
    """Opens the target at once, so that an impossible one is refused before the game is played.

    Raises ``InputError`` if the target is a file, cannot be written to, or holds files of the same names that
    are not from an earlier run.
    """

    def __init__(self, target: Path) -> None:
        self.target = Path(target)
        self._building: Path | None = None

    def __enter__(self) -> RunFolder:
        target = self.target
        if target.exists() and not target.is_dir():
            raise InputError(f"--out {target} is a file; name a folder (a new one is made)")
        try:
            parent = target.absolute().parent
            parent.mkdir(parents=True, exist_ok=True)
            self._building = Path(
                tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".unfinished", dir=parent)
            )
        except OSError as error:
            raise InputError(
                f"--out {target} cannot be written to ({error.strerror or error}); choose another folder"
            ) from None
        if target.exists() and not os.access(target, os.W_OK | os.X_OK):
            self._clear()
            raise InputError(f"--out {target} cannot be written to (no permission); choose another folder")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def write(self, events: Sequence[Event], command: Sequence[str] | None = None) -> list[str]:
        """Write a game; returns the names of the files. ``NegotiationError`` if the disk fails."""
        assert self._building is not None, "use RunFolder in a with statement"
        building, state = self._building, replay(events)
        try:
            write_log(building / "game.jsonl", events)
            for name, rows in {**tables(state), "codebook": codebook()}.items():
                if rows:
                    _write_csv(building / f"{name}.csv", rows)
            from negotiation.lab.pictures import draw_all

            draw_all(state, building)
            files = sorted(p.name for p in building.iterdir())
            _write_json(building / "manifest.json", manifest(state, [*files, "manifest.json"], command))
            files = sorted(p.name for p in building.iterdir())
            self._place(files)
        except OSError as error:
            raise NegotiationError(
                f"writing to {self.target} failed ({error.strerror or error}); nothing was left half-written"
            ) from None
        return files

    def _place(self, files: Sequence[str]) -> None:
        assert self._building is not None
        target = self.target
        if not target.exists():
            self._building.chmod(0o777 & ~_umask())
            self._building.rename(target)
            return
        taken = [name for name in files if (target / name).exists()]
        if taken and not _is_ours(target):
            raise InputError(
                f"--out {target} holds {taken[0]!r} of somebody else's; nothing was written, choose another folder"
            )
        for name in files:
            os.replace(self._building / name, target / name)

    def _clear(self) -> None:
        if self._building is not None:
            shutil.rmtree(self._building, ignore_errors=True)
            self._building = None


def manifest(state: GameState, files: Sequence[str], command: Sequence[str] | None = None) -> dict[str, Any]:
    """What is needed to make the same run again, and what was written."""
    started = state.started or {}
    return {
        "kind": KIND,
        "scenario": started.get("scenario"),
        "digest": started.get("digest"),
        "seed": started.get("seed"),
        "strategies": started.get("strategies"),
        "seats": started.get("seats"),
        "firms": started.get("firms"),
        "rounds": len(state.results),
        "outcome": state.ending["outcome"] if state.ending else None,
        "versions": started.get("versions"),
        "command": list(sys.argv[1:] if command is None else command),
        "files": list(files),
        "note": "Same scenario digest, seed, strategies and versions give the same files on one machine.",
    }


def _is_ours(folder: Path) -> bool:
    try:
        found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("kind") == KIND


def _write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: str(v).lower() if isinstance(v, bool) else v for k, v in row.items()})


def _write_json(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
