"""All equilibria of a stage game that can be found in the time given, and whether any can be missing.

Pure equilibria are enumerated. For mixed ones the game is first reduced by iterated strict dominance (which loses
none); then pygambit enumerates supports in a process of its own, and ``lens_supports`` looks again with Newton's
method (pygambit 17.0.0b2 misses some equilibria of games of three players) and checks that the indices of all
equilibria sum to +1. Without pygambit that search works alone. Whatever was found when time is up is kept.
``regret`` is what the player with most to gain would gain by changing alone.

pygambit is the optional extra ``gambit``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.errors import NegotiationError
from negotiation.lab.lens_supports import by_supports, indices_sum_to_one

Array = np.ndarray
Profile = tuple[Array, ...]


@dataclass(frozen=True)
class Equilibrium:
    """Probabilities of each player's actions, and what they bring."""

    mixed: Profile
    payoff: Array
    """(players,)"""
    regret: float
    """Largest gain from changing alone, in the unit of the player who would gain."""

    @property
    def pure(self) -> bool:
        """Whether nobody mixes."""
        return all(float(m.max()) > 1 - 1e-9 for m in self.mixed)


@dataclass(frozen=True)
class Found:
    """Equilibria, pure ones first, and whether the search saw everything."""

    equilibria: tuple[Equilibrium, ...]
    complete: bool
    """The search ended and the indices sum to 1: none is missing, as far as that can be told."""
    note: str
    """How it was found, in words."""


def equilibria(game: StageGame, *, seconds: float = 10.0) -> Found:
    """Pure equilibria, and mixed ones as far as ``seconds`` go (0: pure only)."""
    found = [_checked(game, _unit(game, cell)) for cell in game.pure_nash()]
    if seconds <= 0:
        return Found(tuple(found), False, "pure equilibria only")
    kept = undominated(game)
    size = " x ".join(str(len(k)) for k in kept)
    if all(len(k) == 1 for k in kept):
        return Found(tuple(found), True, "one move of each survives dominance")
    reduced = StageGame(game.payoff[np.ix_(*kept, range(game.players))])
    finished, by_whom = (
        False,
        "Newton's method on every support (pygambit, the extra 'gambit', is not installed)",
    )
    if gambit_is_there():
        profiles, finished = _by_gambit(reduced, seconds)
        by_whom = "support enumeration by pygambit and Newton's method"
        for profile in profiles:
            _add(found, game, _widened(game, kept, profile))
    if finished or not gambit_is_there():
        deadline = time.monotonic() + seconds
        for own in by_supports(reduced, deadline):
            _add(found, game, _widened(game, kept, own))
        finished = finished or time.monotonic() < deadline
    complete = finished and indices_sum_to_one(game, [e.mixed for e in found]) is True
    note = f"{by_whom}, {size} undominated moves; " + (
        "the indices sum to 1, as they do if none is missing"
        if complete
        else f"there may be more (search of {seconds:g} s, or a game not in general position)"
    )
    return Found(tuple(found), complete, note)


def _add(found: list[Equilibrium], game: StageGame, mixed: Profile) -> None:
    """Keep a profile if it is an equilibrium and new."""
    candidate = _checked(game, mixed)
    spread = float(np.ptp(game.payoff))
    if candidate.regret <= 1e-6 * max(spread, 1e-300) and not any(_same(candidate, f) for f in found):
        found.append(candidate)


def gambit_is_there() -> bool:
    """Whether the extra ``gambit`` is installed."""
    return find_spec("pygambit") is not None


def undominated(game: StageGame) -> list[list[int]]:
    """Each player's actions that survive iterated elimination of strictly dominated ones (order does not matter)."""
    kept = [list(range(n)) for n in game.payoff.shape[:-1]]
    while True:
        now = StageGame(game.payoff[np.ix_(*kept, range(game.players))])
        gone = [set(now.dominated(i)) for i in range(game.players)]
        if not any(gone):
            return kept
        kept = [[a for n, a in enumerate(own) if n not in bad] for own, bad in zip(kept, gone, strict=True)]


@dataclass(frozen=True)
class Quantal:
    """A logit quantal response equilibrium: noise, probabilities, and how far they are from a fixed point."""

    noise: float
    mixed: Profile
    residual: float


def quantal_path(game: StageGame, noises: Sequence[float], scale: Sequence[float]) -> list[Quantal]:
    """Logit quantal response equilibria at falling noise: noise x * scale[i] for player i, x in ``noises``.

    From near-random play toward one Nash equilibrium (McKelvey and Palfrey 1995), each step by Newton's method from
    the last. A step that does not settle has a residual to show for it.
    """
    if any(b >= a for a, b in pairwise(noises)) or min(noises) <= 0:
        raise ValueError(f"noises must fall and stay above 0, got {list(noises)}")
    mixed = [np.full(n, 1 / n) for n in game.payoff.shape[:-1]]
    tables = _pairwise(game)
    path: list[Quantal] = []
    last = None
    for noise in noises:
        steps = [noise] if last is None else list(np.geomspace(last, noise, 9)[1:])
        residual = np.inf
        for x in steps:
            mixed, residual = _settled(tables, mixed, [x * s for s in scale])
        path.append(Quantal(float(noise), tuple(m.copy() for m in mixed), residual))
        last = noise
    return path


Tables = list[dict[int, Array]]


def _pairwise(game: StageGame) -> Tables:
    """Player i -> player j -> payoff of i (actions of i, actions of j, profiles of the rest)."""
    players, shape = range(game.players), game.payoff.shape[:-1]
    return [
        {
            j: np.moveaxis(game.payoff[..., i], (i, j), (0, 1)).reshape(shape[i], shape[j], -1).copy()
            for j in players
            if j != i
        }
        for i in players
    ]


def _settled(tables: Tables, mixed: list[Array], noise: Sequence[float]) -> tuple[list[Array], float]:
    """Newton's method on p = softmax(u(p) / noise), from ``mixed``; keeps the best point seen."""
    best, least = mixed, np.inf
    at = np.cumsum([0, *(len(m) for m in mixed)])
    parts = [slice(a, b) for a, b in pairwise(at)]
    for _ in range(40):
        gap, slope = np.empty(at[-1]), np.eye(at[-1])
        for i, table in enumerate(tables):
            faced = {j: by_j @ _chances(mixed, i, j) for j, by_j in table.items()}
            j = next(iter(faced))
            answer = _softmax(faced[j] @ mixed[j] / noise[i])
            gap[parts[i]] = answer - mixed[i]
            for j, worth in faced.items():
                slope[parts[i], parts[j]] = answer[:, None] * (answer @ worth - worth) / noise[i]
        size = float(np.abs(gap).max())
        if size < least:
            best, least = mixed, size
        if size < 1e-12:
            break
        try:
            step = np.linalg.solve(slope, gap)
        except np.linalg.LinAlgError:  # where the path turns back
            step = np.linalg.lstsq(slope, gap, rcond=None)[0]
        moved = np.maximum(np.concatenate(mixed) + step, 1e-300)
        mixed = [moved[part] / moved[part].sum() for part in parts]
    return best, least


def _chances(mixed: list[Array], i: int, j: int) -> Array:
    """Chance of each profile of everybody but i and j."""
    rest = [m for k, m in enumerate(mixed) if k not in (i, j)]
    return reduce(np.multiply.outer, rest, np.ones(())).ravel()


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max())
    return e / e.sum()


def regret_of(game: StageGame, mixed: Sequence[Array]) -> float:
    """The most any player could gain by changing alone."""
    gains = []
    for i in range(game.players):
        values = game.expected_payoffs(mixed, i)
        gains.append(float(values.max() - values @ mixed[i]))
    return max(gains)


def _checked(game: StageGame, mixed: Profile) -> Equilibrium:
    payoff = np.array([float(game.expected_payoffs(mixed, i) @ mixed[i]) for i in range(game.players)])
    return Equilibrium(mixed, payoff, regret_of(game, mixed))


def _unit(game: StageGame, cell: Sequence[int]) -> Profile:
    return tuple(np.eye(n)[a] for n, a in zip(game.payoff.shape[:-1], cell, strict=True))


def _widened(game: StageGame, kept: Sequence[Sequence[int]], profile: Sequence[Any]) -> Profile:
    out = []
    for n, own, probabilities in zip(game.payoff.shape[:-1], kept, profile, strict=True):
        mixed = np.zeros(n)
        mixed[list(own)] = np.clip(probabilities, 0.0, None)
        out.append(mixed / mixed.sum())
    return tuple(out)


def _same(a: Equilibrium, b: Equilibrium) -> bool:
    return all(np.allclose(x, y, atol=1e-6) for x, y in zip(a.mixed, b.mixed, strict=True))


# -- Gambit in a process of its own: it cannot be interrupted, a process can -------------------------------


def _by_gambit(game: StageGame, seconds: float) -> tuple[list[list[list[float]]], bool]:
    """(profiles, complete) of the solver process; profiles it printed before its time was up are kept."""
    if max(game.payoff.shape[:-1]) == 1:
        return [[[1.0] for _ in range(game.players)]], True
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.npy"
        np.save(path, game.payoff)
        child = subprocess.Popen(
            [sys.executable, "-m", "negotiation.lab.lens_gambit", str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        try:
            out, complaint = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            out, complaint = child.communicate()
            return _profiles(out), False
    if child.returncode:
        last = (complaint.strip().splitlines() or ["no word"])[-1]
        raise NegotiationError(f"pygambit failed on this game: {last}")
    return _profiles(out), '"done"' in out


def _profiles(printed: str) -> list[Any]:
    found = []
    for line in printed.splitlines():
        try:
            read = json.loads(line)
        except ValueError:  # cut off in the middle of a line
            continue
        if isinstance(read, list):
            found.append(read)
    return found
