"""Work shared out comes back in order, and one failure stops the rest with its own words."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest

from negotiation.errors import InputError
from negotiation.lab.executors import crew
from negotiation.lab.workers import do_all


def shy(number: int) -> int:
    if number == 3:
        raise InputError("three is not played")
    return number * number


@pytest.mark.parametrize("threads", [0, 2])
def test_results_stand_in_the_order_of_the_tasks_and_progress_is_told(threads: int) -> None:
    told: list[tuple[int, int]] = []
    tasks = [2, 0, 1]
    if threads:
        with ThreadPoolExecutor(threads) as pool:
            results = do_all(shy, tasks, executor=pool, progress=lambda *at: told.append(at))
    else:
        results = do_all(shy, tasks, progress=lambda *at: told.append(at))
    assert results == [4, 0, 1]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_the_first_failure_is_raised_in_its_own_words() -> None:
    with pytest.raises(InputError, match="three is not played"):
        do_all(shy, range(6))
    with ThreadPoolExecutor(1) as pool, pytest.raises(InputError, match="three is not played"):
        do_all(shy, range(6), executor=pool)


def test_worker_processes_do_the_work() -> None:
    assert do_all(abs, [-2, 1], workers=2) == [2, 1]


def test_no_workers_at_all_are_refused() -> None:
    with pytest.raises(InputError, match="at least one"):
        do_all(abs, [1], workers=-1)


def test_a_worker_does_not_search_what_it_imported_for_garbage() -> None:
    with crew(2) as hands:
        assert hands.executor is not None
        assert hands.executor.submit(gc.get_freeze_count).result() > 50_000
        assert hands.executor.submit(gc.isenabled).result()
