"""What a file of runs is: enough to make every row again, and to refuse rows that do not belong together.

The *identity* decides whether rows may stand in one file: kind, scenario and its digest, economy, root seed,
strategies, what is varied and how. How many rows there are, and which machine made them, is *history*.
"""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import negotiation
from negotiation.scenario import Scenario

KEY = b"negotiation"
"""Key of the identity in the metadata of a Parquet file."""
SOFTWARE = ("numpy", "mesa", "numba")
"""Libraries whose version can change a result's last digits."""

WORDS = {
    "kind": "kind of runs",
    "scenario": "scenario",
    "digest": "content of the scenario",
    "economy": "data of the economy",
    "seed": "seed",
    "negotiation": "version of this package",
}


def identity(kind: str, scenarios: Sequence[Scenario], *, seed: int, **settings: Any) -> dict[str, Any]:
    """The identity of a set of runs; ``settings`` is whatever else decides what the rows are (plain data)."""
    from negotiation.world.parts import economy_of

    one = len(scenarios) == 1
    names = [s.name for s in scenarios]
    digests = [s.digest for s in scenarios]
    economies = [economy_of(s).fingerprint for s in scenarios]
    return json.loads(
        json.dumps(
            {
                "kind": kind,
                "scenario": names[0] if one else names,
                "digest": digests[0] if one else digests,
                "economy": economies[0] if one else economies,
                "seed": seed,
                **settings,
                "negotiation": negotiation.__version__,
            }
        )
    )


def differences(here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """In words, what two identities do not share; empty if rows may stand together."""
    found = []
    for key in [*here, *(k for k in there if k not in here)]:
        mine, theirs = here.get(key), there.get(key)
        if mine != theirs:
            shown = "" if key in ("digest", "economy") else f" ({_short(theirs)} there, {_short(mine)} here)"
            found.append(WORDS.get(key, key) + shown)
    return found


def write_manifest(
    path: Path, identity: Mapping[str, Any], *, rows: int, failed: int, complete: bool, **more: Any
) -> None:
    """Write the manifest beside its file, all or nothing."""
    document = {
        **identity,
        "rows": rows,
        "failed": failed,
        "complete": complete,
        "versions": versions(),
        **more,
        "note": "Same identity, same versions, same machine: the same rows, whoever worked on them.",
    }
    write_text(path, json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def versions() -> dict[str, str]:
    """Versions of Python, this package and the libraries that shape its numbers."""
    found = {"python": platform.python_version(), "negotiation": negotiation.__version__}
    for name in SOFTWARE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def write_text(path: Path, text: str) -> None:
    """Replace a small file all or nothing."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def manifest_beside(path: Path) -> Path:
    """Where the manifest of a file of rows stands."""
    return path.with_name(path.stem + ".manifest.json")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."
