"""A list of tasks shared among workers: results in the order of the tasks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from negotiation.errors import NegotiationError

Result = TypeVar("Result")
Progress = Callable[[int, int], None]
"""Told how many tasks are done, and of how many."""


def processors() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def do_all(
    work: Callable[[Any], Result],
    tasks: Iterable[Any],
    *,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Result]:
    """Results of ``work`` on every task, in the order of the tasks.

    workers : processes of this machine; 1 (default) works here, one task after the other; None: all processors.
    executor : any ``concurrent.futures`` executor of your own instead.

    The first task that fails raises its error here and the rest are given up.
    """
    from negotiation.lab.executors import crew, finished

    todo = list(enumerate(tasks))
    results: list[Any] = [None] * len(todo)
    count = None if executor is not None else (workers or processors())
    with crew(count, executor=executor) as hands:
        for done, ((place, _), result) in enumerate(finished(_Numbered(work), todo, hands), start=1):
            if isinstance(result, NegotiationError):
                raise result
            results[place] = result
            if progress is not None:
                progress(done, len(todo))
    return results


@dataclass(frozen=True)
class _Numbered(Generic[Result]):
    """One task with its number; what the project itself refuses comes back as a result and keeps its words."""

    work: Callable[[Any], Result]

    def __call__(self, task: tuple[int, Any]) -> Result | NegotiationError:
        try:
            return self.work(task[1])
        except NegotiationError as error:
            return error
