"""What it would take for a system that carries little to carry more: the same experiment with stronger numbers.

    for step in stretched("autumn-2025", "S6"):
        print(step.title["en"], step.change["CAN"].mean)

A system switched on and off over the same seeds, as in ``explain``, first as shipped, then with one number after the
other made larger (``configs/story/explain.yaml``, block ``takes``; steps add up). Nothing here is a calibration:
the steps say by how much a parameter would have to be wrong for the story's claim to be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from negotiation.errors import UnknownName
from negotiation.lab.explain import Estimate, Off, Shift, estimates, shift
from negotiation.lab.workers import Progress, do_all
from negotiation.scenario import Scenario, load_scenario, load_yaml


@dataclass(frozen=True)
class Step:
    """One step: what was made stronger, and what the system then carries."""

    system: str
    title: Mapping[str, str]
    numbers: Mapping[str, float]
    """Every number that differs from the shipped scenario by now."""
    change: Mapping[str, Estimate]
    """Partner -> points of the shift of leverage that go with the system."""
    odds: float
    """Points of probability that the review ends elsewhere because of it (half the sum of absolute changes)."""


def takes() -> Mapping[str, Any]:
    """System -> steps (``configs/story/explain.yaml``)."""
    return load_yaml("story/explain.yaml")["takes"]["steps"]


def stretched(
    scenario: Scenario | str,
    system: str,
    games: int | None = None,
    *,
    seed: int = 0,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> tuple[Step, ...]:
    """What ``system`` carries as shipped and after each step; ``games`` seeds a step."""
    steps: Sequence[Mapping[str, Any]] = takes().get(system, ())
    if not steps:
        raise UnknownName("system with steps to stretch it", system, list(takes()))
    chosen = load_scenario(scenario)
    sizes, plan = load_yaml("lab.yaml")["ensemble"], load_yaml("story/explain.yaml")["takes"]
    seeds = range(seed, seed + (int(plan["games"]) if games is None else games))
    numbers: dict[str, float] = {}
    longer = 1
    worlds = []
    for step in steps:
        numbers = numbers | dict(step.get("set") or {})
        longer = int(step.get("months_a_round", longer))
        world = chosen.with_numbers(**numbers) if numbers else chosen
        worlds.append((step["title"], dict(numbers), world if longer == 1 else slower(world, longer)))
    work = partial(_play, firms=int(sizes["firms"]), tolerance=float(sizes["tolerance"]))
    tasks = [(w, s, off) for _, _, w in worlds for s in seeds for off in (frozenset(), frozenset([system]))]
    shifts = do_all(work, tasks, workers=workers, executor=executor, progress=progress)
    by_step = np.array(shifts, dtype=object).reshape(len(worlds), len(seeds), 2)
    return tuple(
        _step(system, title, said, pairs) for (title, said, _), pairs in zip(worlds, by_step, strict=True)
    )


def _play(task: tuple[Scenario, int, Off], firms: int, tolerance: float) -> Shift:
    scenario, seed, off = task
    return shift(scenario, seed, off, firms, tolerance)


def _step(system: str, title: Mapping[str, str], numbers: Mapping[str, float], pairs: np.ndarray) -> Step:
    change = np.array([on.change - off.change for on, off in pairs])
    odds = np.mean([np.array(on.odds) - np.array(off.odds) for on, off in pairs], axis=0)
    return Step(system, title, numbers, estimates(change), round(float(np.abs(odds).sum() / 2), 4))


def slower(scenario: Scenario, months: int) -> Scenario:
    """The same game with firms living through ``months`` in every round before the review (dates stay)."""
    rounds = tuple(r.model_copy(update={"months": months}) for r in scenario.calendar.rounds)
    return scenario.model_copy(update={"calendar": scenario.calendar.model_copy(update={"rounds": rounds})})
