"""How this program starts processes, and what each does about the one that started it."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from multiprocessing import connection, parent_process
from multiprocessing.context import BaseContext

TEMPLATE = "negotiation.rooms.template"
"""What the process holds that others are forked off: named, not imported, because it is a floor above."""

_back = 0
"""How far this process, or the one it was forked off, has stepped back."""


def ready_made() -> BaseContext:
    """How processes that play games are started: on Linux forked off one that has the model in memory already.

    They share its memory until one of them writes there, and the next one is there at once. Elsewhere each is started
    anew: what macOS and Windows load does not survive a fork, or there is none.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([TEMPLATE])
    return context


def step_back(steps: int) -> None:
    """Let others go first by so many steps in all (``nice``), where the system knows such a thing."""
    global _back
    if hasattr(os, "nice") and steps > _back:
        os.nice(steps - _back)
        _back = steps


def leave_with_parent() -> None:
    """From now on this process ends at once when the one that asked for it is gone, killed outright included.

    Called once, first thing, in a process started with ``multiprocessing``; elsewhere it does nothing. Whoever waits
    for a question from a parent that was killed would otherwise wait for ever, and whoever works would work for nobody.
    The process others are forked off ends by itself when the last of them and its program are gone.
    """
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), name="parent", daemon=True).start()


def _leave_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
