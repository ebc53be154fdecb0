"""Compiled work shared over threads of this process.

Plain threads around a kernel that releases the GIL, not numba's ``prange``: its work queue ends the process
when two Python threads enter it at once (a server does), and its OpenMP layer does not survive a fork (an
ensemble may).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from numbers import Integral

from negotiation.errors import InputError

THREADS_VARIABLE = "NEGOTIATION_THREADS"
"""Environment variable: threads where the caller names none (set it to 1 in worker processes)."""
ROWS_PER_TASK = 16
"""Rows a free thread takes at a time: half a millisecond of work, so that nobody waits long for the last."""

_pool: ThreadPoolExecutor | None = None
_pool_lock = threading.Lock()


def available_threads() -> int:
    """Threads used when the caller names none: NEGOTIATION_THREADS, else processors this process may use."""
    wanted = os.environ.get(THREADS_VARIABLE, "")
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted)
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def run_in_threads(work: Callable[[int, int], object], rows: int, threads: int | None) -> None:
    """Call ``work(first, last)`` until all rows are done, in up to ``threads`` threads, this one included.

    Raises:
        InputError: fewer than one thread asked for.
    """
    if threads is not None and not (isinstance(threads, Integral) and threads >= 1):
        raise InputError(f"solve_many: threads = {threads!r}; must be a whole number, 1 or more")
    tasks = range(0, rows, ROWS_PER_TASK)
    workers = min(threads or available_threads(), len(tasks)) if len(tasks) > 1 else len(tasks)
    if workers <= 1:
        if rows:
            work(0, rows)
        return
    remaining = iter(tasks)
    turn = threading.Lock()

    def take_tasks() -> None:
        while True:
            with turn:
                first = next(remaining, None)
            if first is None:
                return
            work(first, min(first + ROWS_PER_TASK, rows))

    helpers = [_executor().submit(take_tasks) for _ in range(workers - 1)]
    take_tasks()
    for helper in helpers:
        if not helper.cancel():  # one that never got a thread has nothing left to do
            helper.result()


def _executor() -> ThreadPoolExecutor:
    global _pool
    with _pool_lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(
                max(available_threads(), os.cpu_count() or 1), thread_name_prefix="economy"
            )
        return _pool


def _forget_pool() -> None:
    """A forked child has none of its parent's threads."""
    global _pool, _pool_lock
    _pool, _pool_lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
