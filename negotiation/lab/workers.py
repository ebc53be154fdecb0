"""Work shared over processes: any ``concurrent.futures`` executor, processes of this machine by default."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any, TypeVar

Result = TypeVar("Result")
Progress = Callable[[int, int], None]
"""Told how many tasks are done, and of how many."""


def processors() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def process_pool(workers: int) -> ProcessPoolExecutor:
    """Worker processes, each with one thread of its own, deaf to Ctrl-C (their parent stops them)."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start_worker)


def _start_worker() -> None:
    os.environ["NEGOTIATION_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def do_all(
    work: Callable[[Any], Result],
    tasks: Iterable[Any],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Result]:
    """Results of ``work`` on every task, in the order of the tasks. Without an executor, one after the other.

    The first task that fails raises its error here and the rest are given up.
    """
    todo = list(tasks)
    results: list[Any] = [None] * len(todo)
    for done, (place, result) in enumerate(_finished(work, todo, executor), start=1):
        results[place] = result
        if progress is not None:
            progress(done, len(todo))
    return results


def _finished(
    work: Callable[[Any], Result], todo: list[Any], executor: Executor | None
) -> Iterator[tuple[int, Result]]:
    if executor is None:
        for place, task in enumerate(todo):
            yield place, work(task)
        return
    waiting = {executor.submit(work, task): place for place, task in enumerate(todo)}
    try:
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    except BaseException:
        for future in waiting:
            future.cancel()
        raise
