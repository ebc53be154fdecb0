"""What is run: the futures of a scenario, and the options of ours that are tried in each of them.

A *future* is one draw of every uncertainty together with one seed for the game's chance; an *option* is one setting of
our levers. Every option meets the same futures (common random numbers). A draw is keyed by root seed, number of
the future and name, so that more replications, another option or a new uncertainty leave the others alone.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from math import exp, log, sqrt
from typing import Any
from zlib import crc32

import numpy as np

from negotiation.errors import InputError, UnknownName
from negotiation.scenario import Scenario, Uncertainty, load_yaml

GAME, DRAW = 0, 1
"""Keys of the two kinds of draws from the root seed."""
PATHS = "paths"
"""Keep leverage round by round."""
STANCES = "stances"
"""Count how the seat named in the task's labels answered what it saw (fingerprints)."""

Range = tuple[float, float]


@dataclass(frozen=True)
class Task:
    """One run: which scenario of the job, with which values, strategies and seed."""

    run: int
    seed: int
    values: Mapping[str, float] = field(default_factory=dict)
    labels: Mapping[str, Any] = field(default_factory=dict)
    """Columns carried into the row as they are."""
    strategies: Mapping[str, Any] = field(default_factory=dict)
    scenario: int = 0


@dataclass(frozen=True)
class Job:
    """What all runs of a piece of work share."""

    scenarios: tuple[Scenario, ...]
    firms: int
    tolerance: float
    strategies: Mapping[str, Any] = field(default_factory=dict)
    """Seat -> strategy or its name, over the scenario's own."""
    keep: tuple[str, ...] = ()
    """Extras of each row: ``PATHS``, ``STANCES``."""

    def packed(self) -> bytes:
        """The job as it travels to workers."""
        return pickle.dumps(self)


def game_seed(seed: int, replication: int) -> int:
    """Seed of the game in one future: 53 bits, so that a table program keeps every digit."""
    return (
        int(np.random.SeedSequence(seed, spawn_key=(GAME, replication)).generate_state(1, np.uint64)[0]) >> 11
    )


def quantile(seed: int, replication: int, name: str) -> float:
    """Where in its distribution an uncertainty stands in one future, 0 to 1."""
    from negotiation.world import chance  # compiled: whoever only asks for inputs need not wait

    sequence = chance.Keyed(seed, (DRAW, replication, crc32(name.encode())))
    first = sequence.generate_state(chance.PCG64_WORDS, np.uint64)[0]
    return (int(first) >> 11) * 2.0**-53


# -- inputs ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Input:
    """A declared lever or uncertainty as something to draw. ``whole``: only whole numbers make sense; ``costly``:
    every value needs an economy or firms of its own."""

    name: str
    low: float
    high: float
    distribution: str
    mode: float
    whole: bool
    costly: bool
    ours: bool
    """A lever: ours to set."""

    def at(self, u: float) -> float:
        """The value at quantile ``u``; whole and costly inputs have few, equally likely values."""
        if self.whole:
            return float(min(self.high, self.low + int(u * (self.high - self.low + 1))))
        if self.costly:
            levels = int(settings("ensemble")["costly_levels"])
            u = (min(int(u * levels), levels - 1) + 0.5) / levels
        return self._inverse(u)

    def _inverse(self, u: float) -> float:
        a, b, m = self.low, self.high, self.mode
        if self.distribution == "loguniform":
            return exp(log(a) + u * (log(b) - log(a)))
        if self.distribution == "triangular" and b > a:
            peak = (m - a) / (b - a)
            if u < peak:
                return a + sqrt(u * (b - a) * (m - a))
            return b - sqrt((1 - u) * (b - a) * (b - m))
        return a + u * (b - a)


def inputs_of(scenario: Scenario, ranges: Mapping[str, Range] | None = None) -> dict[str, Input]:
    """Every declared lever and uncertainty, by name, levers first.

    ranges : narrower (low, high) for some of them. ``UnknownName`` for a name that is not declared, ``InputError``
    for a range that is upside down or leaves the declared one.
    """
    found = {}
    for name, declared in (*scenario.levers.items(), *scenario.uncertainties.items()):
        kind = declared.distribution if isinstance(declared, Uncertainty) else "uniform"
        now = scenario.lever_value(name)
        mode = getattr(declared, "mode", None)
        found[name] = Input(
            name,
            float(declared.low),
            float(declared.high),
            kind,
            float(now if mode is None else mode),
            isinstance(now, int),
            declared.target.startswith(("economy.", "firms.")),
            name in scenario.levers,
        )
    for name, (low, high) in (ranges or {}).items():
        found[name] = _narrowed(_known(found, name), low, high)
    return found


def _known(inputs: Mapping[str, Input], name: str) -> Input:
    if name not in inputs:
        raise UnknownName("lever or uncertainty", name, inputs)
    return inputs[name]


def _narrowed(given: Input, low: float, high: float) -> Input:
    if not low < high:
        raise InputError(f"range of {given.name}: {low:g} is not below {high:g}; write LOW:HIGH")
    if low < given.low or high > given.high:
        raise InputError(
            f"range of {given.name}: {low:g} to {high:g} leaves the declared {given.low:g} to {given.high:g}"
        )
    changed: dict[str, Any] = {**vars(given), "low": float(low), "high": float(high)}
    changed["mode"] = min(max(given.mode, low), high)
    return Input(**changed)


# -- options and futures -----------------------------------------------------------------------------------


def options_of(scenario: Scenario, levers: Mapping[str, Sequence[float]] | None) -> list[dict[str, float]]:
    """Every combination of the values given for some levers; one empty option if none is given."""
    names = list(levers or {})
    options = [dict(zip(names, values, strict=True)) for values in product(*(levers or {}).values())]
    if not all((levers or {}).values()):
        raise InputError("a lever to try needs at least one value: --lever NAME=VALUE,VALUE")
    for option in options:
        scenario.with_values(**option)  # raises where a value or name is wrong
    return options


def futures(
    inputs: Sequence[Input],
    options: Sequence[Mapping[str, float]],
    *,
    fixed: Mapping[str, float],
    replications: int,
    seed: int,
) -> list[Task]:
    """All runs of an ensemble: ``replications`` futures, each met by every option.

    inputs : what is drawn in every future; fixed : values that hold in all of them.
    """
    tasks = []
    for replication in range(replications):
        drawn = {i.name: i.at(quantile(seed, replication, i.name)) for i in inputs}
        for number, option in enumerate(options):
            labels = {"replication": replication} | ({"option": number} if len(options) > 1 else {})
            tasks.append(
                Task(
                    replication * len(options) + number,
                    game_seed(seed, replication),
                    {**fixed, **drawn, **option},
                    labels,
                )
            )
    return tasks


@lru_cache(maxsize=8)
def settings(block: str) -> Mapping[str, Any]:
    """A block of ``configs/ensembles.yaml``."""
    return load_yaml("ensembles.yaml")[block]
