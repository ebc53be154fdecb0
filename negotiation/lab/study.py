"""A study: the games of one design, shared among hands, kept in a file that can be gone on with or in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from negotiation.errors import NegotiationError
from negotiation.lab.ensemble_design import Job, Task, settings
from negotiation.lab.ensemble_store import ERROR, RowStore, read_rows
from negotiation.lab.executors import Crew, WorkersLost, crew, finished
from negotiation.scenario import Scenario, load_yaml


@dataclass(frozen=True)
class Progress:
    """How far the work is."""

    done: int
    total: int
    failed: int
    seconds_left: float | None
    """None until the first runs of this start are done."""


Watcher = Callable[[Progress], None]


class Study:
    """What ensembles, comparisons, sensitivity designs and tournaments share: a job, tasks and an identity."""

    job: Any
    tasks: Any
    identity: Any

    def run(
        self,
        out: Path | str | None = None,
        *,
        workers: int | None = None,
        dask: str | None = None,
        executor: Executor | None = None,
        watch: Watcher | None = None,
        stopped: Callable[[], bool] = lambda: False,
        said: Callable[[str], None] = lambda words: None,
    ) -> Any:
        """Play all games; returns the rows as a pandas frame, in order.

        out : Parquet file; what it holds already is not done again. None keeps rows in memory only.
        workers, dask, executor : see ``crew``. watch : told how far it is. stopped : asked often; True ends it.
        said : told in words what went wrong and was mended.

        Raises ``NegotiationError`` if workers or disk fail; finished rows are in the file then.
        """
        how: dict[str, Any] = {"watch": watch, "stopped": stopped, "said": said}
        tasks = self.tasks
        with crew(workers, dask=dask, executor=executor) as hands:
            if out is None:
                return in_memory(self.job, tasks, hands, **how)
            with open_store(Path(out), self.identity) as store:
                store.more = self.more() | {"workers": hands.told}
                with telling_what_is_kept(store, len(tasks)):
                    work_through(self.job, tasks, store, hands, **how)
        return read_rows(Path(out))[0]

    def more(self) -> dict[str, Any]:
        """What the manifest says besides the identity."""
        return {}


def job_of(
    scenarios: tuple[Scenario, ...],
    strategies: Mapping[Any, Any] | None = None,
    *,
    keep: tuple[str, ...] = (),
    firms: int | None = None,
    tolerance: float | None = None,
) -> Job:
    """A job with the sizes of ``configs/lab.yaml`` where none are given."""
    size = load_yaml("lab.yaml")["ensemble"]
    return Job(
        scenarios,
        int(size["firms"] if firms is None else firms),
        float(size["tolerance"] if tolerance is None else tolerance),
        {str(seat): chosen for seat, chosen in (strategies or {}).items()},
        keep,
    )


def open_store(out: Path, identity: Mapping[str, Any]) -> RowStore:
    """A store with the habits of ``configs/ensembles.yaml``."""
    habits = settings("ensemble")
    return RowStore(
        out,
        identity,
        part_rows=int(habits["part_rows"]),
        part_seconds=float(habits["part_seconds"]),
    )


@contextmanager
def telling_what_is_kept(store: RowStore, total: int) -> Iterator[None]:
    """Add to the words about lost workers what is kept, and how to go on."""
    try:
        yield
    except WorkersLost as error:
        raise WorkersLost(
            f"{error}. {len(store.done)} of {total} runs are kept in {store.path}; the same command goes on from there"
        ) from error


def work_through(
    job: Job,
    tasks: Sequence[Task],
    store: Any,
    hands: Crew,
    *,
    watch: Watcher | None = None,
    stopped: Callable[[], bool] = lambda: False,
    said: Callable[[str], None] = lambda words: None,
) -> None:
    """Do the tasks a store does not hold yet, and add their rows to it as they come."""
    todo = [task for task in tasks if task.run not in store.done]
    habits = settings("ensemble")
    size = len(todo) // (hands.width * int(habits["chunks_per_worker"])) + 1
    chunks = _chunks(todo, min(size, int(habits["chunk_most"])))
    begun, new, first = (
        time.monotonic(),
        0,
        0,
    )  # the clock starts at the first rows: workers take seconds to start
    tell = watch or (lambda progress: None)
    there = len(tasks) - len(todo)
    tell(Progress(there, len(tasks), store.failed, None))
    work = _Player(job.packed())
    for _, rows in finished(
        work, chunks, hands, deaths=int(habits["worker_deaths"]), stopped=stopped, said=said
    ):
        store.add(rows)
        new += len(rows)
        if not first:
            begun, first = time.monotonic(), new
        spent = time.monotonic() - begun
        left = spent / (new - first) * (len(todo) - new) if new > first else None
        tell(Progress(there + new, len(tasks), store.failed, left))
    if new == len(todo):
        store.complete()


def in_memory(job: Job, tasks: Sequence[Task], hands: Crew, **how: Any) -> Any:
    """The rows of some tasks as a pandas frame, without a file."""
    import pandas as pd

    store = _Memory()
    work_through(job, tasks, store, hands, **how)
    rows: list[dict[str, Any]] = sorted(store.rows, key=lambda row: row["run"])
    return pd.DataFrame(rows)


def refuse_if_all_failed(frame: Any) -> None:
    """Raise ``NegotiationError`` if there are rows and not one run went well."""
    if len(frame) and frame[ERROR].notna().all():
        raise NegotiationError(f"all {len(frame)} runs failed; the first: {frame[ERROR].iloc[0]}")


class _Memory:
    """What ``work_through`` asks of a store, in memory."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.done: set[int] = set()
        self.failed = 0

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows += [dict(row) for row in rows]
        self.failed += sum(row[ERROR] is not None for row in rows)

    def complete(self) -> None:
        """Nothing to write down."""


@dataclass(frozen=True)
class _Player:
    """``play_chunk`` with its job, to be sent to a worker; whoever only hands out games does not load the world."""

    packed: bytes

    def __call__(self, tasks: Sequence[Task]) -> list[dict[str, Any]]:
        from negotiation.lab.ensemble_runs import play_chunk

        return play_chunk(self.packed, tasks)


def _chunks(tasks: Sequence[Task], size: int) -> list[list[Task]]:
    return [list(tasks[i : i + size]) for i in range(0, len(tasks), size)]
