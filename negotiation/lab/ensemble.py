"""Ensembles: many futures of a scenario, in as many workers as there are, streamed to one file.

    ensemble = Ensemble("autumn-2025", replications=1000, levers={"us_opening_rung": (0, 2, 4)})
    frame = ensemble.run("futures.parquet", workers=2)

Started again with the same file it only does what is missing. Every row can be had alone:
``negotiation.run("autumn-2025", seed=row.seed, **values)``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from negotiation.errors import InputError, NegotiationError, UnknownName
from negotiation.lab.ensemble_design import Input, Range, Task, futures, inputs_of, options_of, settings
from negotiation.lab.ensemble_runs import PATHS, Job, play_chunk
from negotiation.lab.ensemble_store import ERROR, RowStore, read_rows
from negotiation.lab.executors import Crew, WorkersLost, crew, finished
from negotiation.lab.manifest import identity
from negotiation.scenario import Scenario, load_scenario, load_yaml


@dataclass(frozen=True)
class Progress:
    """How far the work is."""

    done: int
    total: int
    failed: int
    seconds_left: float | None
    """None until the first runs of this start are done."""


Watcher = Callable[[Progress], None]


class Ensemble:
    """Futures of a scenario, and options of ours met by each of them.

    scenario : a ``Scenario``, or the name or path of one.
    replications : futures, each with its own draw of the uncertainties and its own chance.
    seed : root of all draws.
    levers : lever -> values to try; every combination is an option that meets every future.
    fixed : lever or uncertainty -> value in all runs.
    ranges : uncertainty (or lever) -> narrower (low, high); a lever named here is drawn too.
    draw : draw the declared uncertainties (else only chance differs from future to future).
    strategies : seat -> strategy, over the scenario's own.
    paths : keep leverage round by round, for fans.
    firms, tolerance : over ``configs/lab.yaml``.

    Raises ``UnknownName``, ``InputError``, ``ScenarioError`` at once for anything that could not run.
    """

    def __init__(
        self,
        scenario: Scenario | str,
        replications: int,
        *,
        seed: int = 0,
        levers: Mapping[str, Sequence[float]] | None = None,
        fixed: Mapping[str, float] | None = None,
        ranges: Mapping[str, Range] | None = None,
        draw: bool = True,
        strategies: Mapping[Any, Any] | None = None,
        paths: bool = False,
        firms: int | None = None,
        tolerance: float | None = None,
    ) -> None:
        self.scenario = load_scenario(scenario) if isinstance(scenario, str) else scenario
        if replications < 1:
            raise InputError(f"replications = {replications}: an ensemble needs at least one")
        self.replications, self.seed = int(replications), int(seed)
        self.levers = {name: tuple(values) for name, values in (levers or {}).items()}
        self.fixed, self.ranges = dict(fixed or {}), dict(ranges or {})
        known = inputs_of(self.scenario, self.ranges)
        _refuse_unknown_or_twice(known, self.levers, self.fixed, self.ranges)
        self.scenario.with_values(**self.fixed)
        self.options = options_of(self.scenario, self.levers)
        drawn = [i for i in known.values() if (draw and not i.ours) or i.name in self.ranges]
        self.inputs: list[Input] = [i for i in drawn if i.name not in (*self.fixed, *self.levers)]
        self.job = job_of(
            (self.scenario,),
            strategies,
            keep=(PATHS,) if paths else (),
            firms=firms,
            tolerance=tolerance,
        )

    @property
    def tasks(self) -> list[Task]:
        """All runs, in order."""
        return futures(
            self.inputs,
            self.options,
            fixed=self.fixed,
            replications=self.replications,
            seed=self.seed,
        )

    @property
    def identity(self) -> dict[str, Any]:
        """What decides which rows belong to this ensemble (not how many there are)."""
        return identity(
            "ensemble",
            [self.scenario],
            seed=self.seed,
            strategies={
                str(k): repr(v) if not isinstance(v, str) else v for k, v in self.job.strategies.items()
            },
            drawn={i.name: [i.low, i.high, i.distribution] for i in self.inputs},
            fixed=self.fixed,
            options=self.options,
            paths=PATHS in self.job.keep,
            firms=self.job.firms,
            tolerance=self.job.tolerance,
        )

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
        """Live through all futures; returns the rows as a pandas frame, in order.

        out : Parquet file; what it holds already is not done again. None keeps rows in memory only.
        workers, dask, executor : see ``crew``. watch : told how far it is. stopped : asked often; True ends it.

        Raises ``NegotiationError`` if workers or disk fail; finished rows are in the file then.
        """
        with crew(workers, dask=dask, executor=executor) as hands:
            if out is None:
                return in_memory(self.job, self.tasks, hands, watch=watch, stopped=stopped, said=said)
            with open_store(Path(out), self.identity) as store:
                store.more = {"replications": self.replications, "workers": hands.told}
                with telling_what_is_kept(store, len(self.tasks)):
                    work_through(self.job, self.tasks, store, hands, watch=watch, stopped=stopped, said=said)
        return read_rows(Path(out))[0]


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
    """``play_chunk`` with its job, as something that can be sent to a worker."""

    packed: bytes

    def __call__(self, tasks: Sequence[Task]) -> list[dict[str, Any]]:
        return play_chunk(self.packed, tasks)


def _chunks(tasks: Sequence[Task], size: int) -> list[list[Task]]:
    return [list(tasks[i : i + size]) for i in range(0, len(tasks), size)]


def _refuse_unknown_or_twice(known: Mapping[str, Input], *blocks: Mapping[str, Any]) -> None:
    seen: set[str] = set()
    for block in blocks:
        for name in block:
            if name not in known:
                raise UnknownName("lever or uncertainty", name, known)
            if name in seen:
                raise InputError(f"{name} is given twice: try it, set it or draw it, only one of them")
            seen.add(name)
