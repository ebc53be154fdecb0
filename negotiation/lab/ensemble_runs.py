"""What a worker does: unpack the job once, then live through the runs it is handed, one row each."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from negotiation.game.breakdown import leverage_in
from negotiation.lab.ensemble_design import PATHS, STANCES, Job, Task
from negotiation.lab.ensemble_store import ERROR, RUN
from negotiation.lab.single import flat
from negotiation.terms import PARTNERS
from negotiation.world import ReviewModel


def play_chunk(packed: bytes, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """One row per task. A run that fails is a row with its error; nothing is raised for it."""
    job = _unpacked(packed)
    return [play(job, task) for task in tasks]


@lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> Job:
    return pickle.loads(packed)


def play(job: Job, task: Task) -> dict[str, Any]:
    """The row of one run."""
    row: dict[str, Any] = {RUN: task.run, **task.labels, "seed": task.seed, **task.values, ERROR: None}
    try:
        row |= _lived(job, task)
    except Exception as error:
        said = " ".join(str(error).split())
        row[ERROR] = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return row


def _lived(job: Job, task: Task) -> dict[str, Any]:
    scenario = job.scenarios[task.scenario]
    model = ReviewModel(
        scenario.with_values(**task.values),
        task.seed,
        strategies={**job.strategies, **task.strategies},
        firms=job.firms,
        tolerance=job.tolerance,
        lean=True,
    )
    opening = model.origin.leverage
    path = [opening]
    while model.running:
        played = len(model.results)
        model.step()
        if PATHS in job.keep and len(model.results) > played:
            path.append(leverage_in(model.table, model.position, model.book, model.scale).index)
    row = flat(model, opening)
    if PATHS in job.keep:
        row |= {f"path_leverage_{k}": [float(x[i]) for x in path] for i, k in enumerate(PARTNERS)}
    if STANCES in job.keep:
        from negotiation.lab.tournament_fingerprint import answers

        row |= answers(model.results, task.labels["seat"])
    return row
