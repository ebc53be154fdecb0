"""What every process started by this program does about the program that started it."""

from __future__ import annotations

import os
import threading
from multiprocessing import connection, parent_process


def leave_with_parent() -> None:
    """From now on this process ends at once when the one that started it is gone, killed outright included.

    Called once, first thing, in a process started with ``multiprocessing``; elsewhere it does nothing. Whoever waits
    for a question from a parent that was killed would otherwise wait for ever, and whoever works would work for nobody.
    """
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), name="parent", daemon=True).start()


def _leave_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
