"""What carries the leverage? Each system of the story switched off, with the same chance, many times.

    found = explain("autumn-2025")
    found.systems[0].change["CAN"]      # points of the shift of leverage over Canada that go with the first system

*Switch one off*: the same seeds are played with everything on and with one system off; the difference is what that
system carries, given all others. Effects overlap, so they need not sum to the shift. *Shapley*: the systems with the
largest effects share the whole difference between a world with all of them and a world with none, fairly; sampled over
random orders (and their reverses) and seeds. The shift is Washington's leverage, as it can know it, at the first joint
review less at the opening, in points of the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from negotiation.errors import InputError, UnknownName
from negotiation.game.breakdown import leverage_in
from negotiation.lab.workers import Progress, do_all
from negotiation.scenario import Scenario, load_scenario, load_yaml
from negotiation.terms import OUTCOMES, PARTNERS, Phase
from negotiation.world import ReviewModel

SYSTEMS = ("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S13", "S17", "S18", "S19")
"""What a scenario can switch off."""
Off = frozenset[str]


@dataclass(frozen=True)
class Estimate:
    """A mean over games with its 95 percent interval (bootstrap)."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Effect:
    """What one system carries."""

    system: str
    title: Mapping[str, str]
    change: Mapping[str, Estimate]
    """Partner -> points of the shift of leverage that go with the system (all on less this one off)."""
    level: Mapping[str, Estimate]
    """The same for where leverage ends up: a system may also move the opening."""
    odds: Mapping[str, float]
    """End state -> change of its odds at the review, points of probability."""
    changes_anything: bool
    """Whether any number of any game differs without it."""


@dataclass(frozen=True)
class Share:
    """One system's Shapley share of the shift, points."""

    system: str
    title: Mapping[str, str]
    share: Mapping[str, Estimate]


@dataclass(frozen=True)
class Explanation:
    """Everything ``negotiation explain`` prints."""

    scenario: str
    title: str
    games: int
    opening: Mapping[str, float]
    shift: Mapping[str, Estimate]
    systems: tuple[Effect, ...]
    """Largest first."""
    orders: int
    none: Mapping[str, Estimate]
    """Shift in a world without any of the big systems, on the seeds of the orders."""
    all: Mapping[str, Estimate]
    """Shift with all of them on the same seeds: ``none`` plus all shares."""
    shares: tuple[Share, ...]
    runs: int


@dataclass(frozen=True)
class Shift:
    """One game: leverage at the opening and at the review, odds then, and a fingerprint of all numbers."""

    opening: tuple[float, float]
    end: tuple[float, float]
    odds: tuple[float, ...]
    fingerprint: float

    @property
    def change(self) -> np.ndarray:
        return np.array(self.end) - np.array(self.opening)


def shift(scenario: Scenario, seed: int, off: Off, firms: int, tolerance: float) -> Shift:
    """Play one game up to its first joint review with some systems off."""
    chosen = without(scenario, off)
    model = ReviewModel(chosen, seed, firms=firms, tolerance=tolerance, lean=True)
    opening = _leverage(model)
    rounds = len(chosen.calendar.rounds)
    while model.phase is Phase.BARGAINING and len(model.results) < rounds:
        model.step()
    odds = model.review(seen=True).odds
    numbers = [sum(r["payoff"].values()) for r in model.results]
    return Shift(
        opening,
        _leverage(model),
        tuple(float(p) for p in odds),
        float(np.dot(numbers, np.arange(1, len(numbers) + 1))),
    )


def without(scenario: Scenario, off: Iterable[str]) -> Scenario:
    """The scenario with these systems switched off."""
    return scenario.model_copy(
        update={"switches": type(scenario.switches)({**scenario.switches, **dict.fromkeys(off, False)})}
    )


def _leverage(model: Any) -> tuple[float, float]:
    index = leverage_in(model.table, model.position, model.book, model.scale).index
    return float(index[0]), float(index[1])


@dataclass(frozen=True)
class _Task:
    seed: int
    off: Off


def _do(task: _Task, scenario: Scenario, firms: int, tolerance: float) -> Shift:
    return shift(scenario, task.seed, task.off, firms, tolerance)


def explain(
    scenario: Scenario | str,
    games: int | None = None,
    *,
    seed: int = 0,
    orders: int | None = None,
    systems: Sequence[str] | None = None,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Explanation:
    """What each system carries of the shift of leverage. ``games`` seeds; ``orders`` pairs of an order and
    its reverse; only these ``systems`` (default: all that are on)."""
    for name in systems or ():
        if name not in SYSTEMS:
            raise UnknownName("system that can be switched off", name, SYSTEMS)
    chosen = load_scenario(scenario)
    sizes, plan = load_yaml("lab.yaml")["ensemble"], load_yaml("story/explain.yaml")["explain"]
    number = int(plan["games"]) if games is None else games
    pairs = int(plan["orders"] * number / plan["games"]) if orders is None else orders
    work = partial(_do, scenario=chosen, firms=int(sizes["firms"]), tolerance=float(sizes["tolerance"]))
    known: dict[_Task, Shift] = {}

    def play(tasks: Iterable[_Task]) -> None:
        todo = [t for t in dict.fromkeys(tasks) if t not in known]
        known.update(zip(todo, do_all(work, todo, workers=workers, executor=executor, progress=progress)))

    on = [s for s in SYSTEMS if chosen.switches[s] and (not systems or s in systems)]
    if not on:
        raise InputError(
            f"scenario '{chosen.name}' has all of these systems switched off already: nothing to explain"
        )
    seeds = range(seed, seed + number)
    everything: Off = frozenset()
    play(_Task(s, off) for s in seeds for off in (everything, *(frozenset([k]) for k in on)))
    effects = sorted(
        (_effect(k, seeds, known) for k in on),
        key=lambda e: -max(abs(e.change[str(p)].mean) for p in PARTNERS),
    )
    big = [e.system for e in effects[: int(plan["big"])] if e.changes_anything] or [effects[0].system]
    walks = _walks(big, max(1, pairs), seed, seeds)
    play(task for walk in walks for _, task in walk)
    base = [known[_Task(s, everything)] for s in seeds]
    return Explanation(
        scenario=chosen.name,
        title=chosen.title.en,
        games=number,
        opening=_by_partner(np.mean([b.opening for b in base], axis=0)),
        shift=estimates(np.array([b.change for b in base])),
        systems=tuple(effects),
        orders=len(walks),
        none=estimates(_ends(walks, known, 0)),
        all=estimates(_ends(walks, known, -1)),
        shares=tuple(_share(k, walks, known) for k in big),
        runs=len(known),
    )


def _effect(system: str, seeds: Sequence[int], known: Mapping[_Task, Shift]) -> Effect:
    pairs = [(known[_Task(s, frozenset())], known[_Task(s, frozenset([system]))]) for s in seeds]
    change = np.array([a.change - b.change for a, b in pairs])
    level = np.array([np.array(a.end) - np.array(b.end) for a, b in pairs])
    odds = np.mean([np.array(a.odds) - np.array(b.odds) for a, b in pairs], axis=0)
    return Effect(
        system,
        title_of(system),
        estimates(change),
        estimates(level),
        {str(o): round(float(x), 6) for o, x in zip(OUTCOMES, odds, strict=True)},
        any(a != b for a, b in pairs),
    )


Walk = list[tuple[str, _Task]]
"""Systems switched on one after the other from none, each with the game that then has it."""


def _walks(big: Sequence[str], pairs: int, seed: int, seeds: Sequence[int]) -> list[Walk]:
    """Random orders and their reverses, each on a seed of its own pair."""
    rng = np.random.default_rng([seed, 11])
    walks: list[Walk] = []
    for n in range(pairs):
        order = [big[i] for i in rng.permutation(len(big))]
        for way in (order, order[::-1]):
            off = frozenset(big)
            walk = [("", _Task(seeds[n % len(seeds)], off))]
            for system in way:
                off = off - {system}
                walk.append((system, _Task(seeds[n % len(seeds)], off)))
            walks.append(walk)
    return walks


def _ends(walks: Sequence[Walk], known: Mapping[_Task, Shift], place: int) -> np.ndarray:
    """(pairs, 2) shift at the start (0) or end (-1) of the walks; an order and its reverse share it."""
    return np.array([known[walk[place][1]].change for walk in walks[::2]])


def _share(system: str, walks: Sequence[Walk], known: Mapping[_Task, Shift]) -> Share:
    """Mean marginal contribution; an order and its reverse count as one draw."""
    marginal = []
    for walk in walks:
        place = next(i for i, (k, _) in enumerate(walk) if k == system)
        marginal.append(known[walk[place][1]].change - known[walk[place - 1][1]].change)
    draws = np.array(marginal).reshape(-1, 2, 2).mean(1)
    return Share(system, title_of(system), estimates(draws))


def title_of(system: str) -> Mapping[str, str]:
    """What a system is called, in three languages."""
    return load_systems()[system]["title"]


def load_systems() -> Mapping[str, Any]:
    """``configs/story/systems.yaml``."""
    return load_yaml("story/systems.yaml")


def estimates(draws: np.ndarray) -> dict[str, Estimate]:
    """Partner -> mean and 95 percent bootstrap interval of (games, 2)."""
    rng = np.random.default_rng(0)
    picks = rng.integers(len(draws), size=(2000, len(draws)))
    means = draws[picks].mean(1)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    mean = draws.mean(0)
    return {
        str(k): Estimate(round(float(mean[i]), 4), round(float(low[i]), 4), round(float(high[i]), 4))
        for i, k in enumerate(PARTNERS)
    }


def _by_partner(pair: np.ndarray) -> dict[str, float]:
    return {str(k): round(float(pair[i]), 4) for i, k in enumerate(PARTNERS)}
