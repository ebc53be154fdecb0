"""Where the compiled functions of this program are kept between runs.

numba keeps them beside their source or in the user's cache folder, and refuses to work where it may write in
neither: installed by an administrator and run by an account without a home, as in containers and on school machines.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"
"""What numba reads when it is imported; a folder the user has named there is left alone."""


def find_a_place() -> None:
    """Name a private folder among the temporary files if numba's own two places cannot be written to."""
    if VARIABLE in os.environ or _writable(Path(__file__).parent):
        return
    from platformdirs import user_cache_path

    if not _writable(user_cache_path("numba", appauthor=False)):
        with contextlib.suppress(OSError):
            os.environ[VARIABLE] = str(_private_folder())


def _writable(folder: Path) -> bool:
    """Whether a file could be made in this folder, itself made if need be."""
    there = next((f for f in (folder, *folder.parents) if f.exists()), None)
    return there is not None and os.access(there, os.W_OK | os.X_OK)


def _private_folder() -> Path:
    """A folder that only this account can have filled: what lies in it is run as machine code."""
    if not hasattr(os, "geteuid"):
        return Path(tempfile.mkdtemp(prefix="negotiation-"))
    folder = Path(tempfile.gettempdir()) / f"negotiation-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid == os.geteuid() and not found.st_mode & 0o077 and not folder.is_symlink():
        return folder
    return Path(tempfile.mkdtemp(prefix="negotiation-"))
