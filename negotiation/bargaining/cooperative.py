"""Games of coalitions: what each can be worth together, who deserves what, which shares nobody would walk out on.

``worth[coalition]`` is what the members of a frozenset of players can secure together, in one transferable unit.

* The **Shapley value** (Shapley 1953) is a player's mean marginal contribution over all orders of joining.
* The **core** (Gillies 1959) holds the shares of the grand coalition's worth at which no coalition is better off alone.
  It may be empty: then ``least_excess`` says how much every coalition would have to be taxed on leaving for it not
  to be (the least core of Maschler, Peleg and Shapley 1979).

Players named twice, a coalition without a worth and a worth that is not finite are refused with ``InputError``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from negotiation.bargaining.attribution import shapley
from negotiation.errors import InputError

Array = np.ndarray
Coalition = frozenset[str]


@dataclass(frozen=True)
class Core:
    """The shares nobody would walk out on. Shares are in the order of ``players``."""

    players: tuple[str, ...]
    empty: bool
    corners: Array
    """(corners, players); none if the core is empty."""
    least_excess: float
    """Smallest e for which some share leaves no coalition more than e to gain by leaving; negative inside the core."""
    least_core: Array
    """(players,) a share at which the largest such gain is least."""


def coalitions(players: Sequence[str], *, proper: bool = False) -> list[Coalition]:
    """All coalitions but the empty one, small ones first; ``proper`` leaves out the grand one."""
    sizes = range(1, len(players) + (0 if proper else 1))
    return [frozenset(c) for size in sizes for c in combinations(players, size)]


def shapley_value(worth: Mapping[Coalition, float], players: Sequence[str]) -> dict[str, float]:
    """Each player's mean marginal contribution; the values sum to the grand coalition's worth."""
    full = _complete(worth, players)
    parts = shapley(lambda chosen: full[chosen], list(players))
    return {player: float(part) for player, part in parts.items()}


def core(worth: Mapping[Coalition, float], players: Sequence[str], tolerance: float = 1e-9) -> Core:
    """The core, with all its corners (up to five players or so: corners are found by trying)."""
    names = tuple(players)
    full = _complete(worth, names)
    share, excess = _least_core(full, names)
    size = max(1.0, max(abs(v) for v in full.values()))
    empty = excess > tolerance * size
    corners = np.empty((0, len(names))) if empty else _corners(full, names, tolerance * size)
    return Core(names, empty, corners, excess, share)


def excess(worth: Mapping[Coalition, float], share: Mapping[str, float]) -> dict[Coalition, float]:
    """What each proper coalition would gain by leaving a share (negative: it would lose)."""
    full = _complete(worth, list(share))
    return {c: full[c] - sum(share[p] for p in c) for c in coalitions(list(share), proper=True)}


def _complete(worth: Mapping[Coalition, float], players: Sequence[str]) -> dict[Coalition, float]:
    if len(set(players)) != len(players) or not players:
        raise InputError(f"players must differ from each other and there must be one: {list(players)}")
    full = {frozenset(c): float(v) for c, v in worth.items()} | {frozenset(): 0.0}
    missing = [c for c in coalitions(players) if c not in full]
    if missing:
        raise InputError(f"no worth is given for {' + '.join(sorted(missing[0]))}")
    if not np.isfinite(list(full.values())).all():
        raise InputError("a coalition's worth is not finite")
    return full


def _least_core(full: Mapping[Coalition, float], players: Sequence[str]) -> tuple[Array, float]:
    """(share, e): the largest excess e of a proper coalition made as small as possible."""
    from scipy.optimize import linprog

    n, parts = len(players), coalitions(players, proper=True)
    grand = full[frozenset(players)]
    if n == 1:
        return np.array([grand]), 0.0
    rows = [[-float(p in c) for p in players] + [-1.0] for c in parts]
    done = linprog(
        [0.0] * n + [1.0],
        rows,
        [-full[c] for c in parts],
        [[1.0] * n + [0.0]],
        [grand],
        [(None, None)] * (n + 1),
        method="highs",
    )
    return np.asarray(done.x[:n]), float(done.x[n])


def _corners(full: Mapping[Coalition, float], players: Sequence[str], tolerance: float) -> Array:
    """Points of the core at which n - 1 coalitions (that determine a point) get exactly what they are worth."""
    n, parts = len(players), coalitions(players, proper=True)
    if n == 1:
        return np.array([[full[frozenset(players)]]])
    member = np.array([[float(p in c) for p in players] for c in parts])
    least = np.array([full[c] for c in parts])
    grand = full[frozenset(players)]
    found: list[Array] = []
    for chosen in combinations(range(len(parts)), n - 1):
        matrix = np.vstack([np.ones(n), member[list(chosen)]])
        if abs(np.linalg.det(matrix)) < 1e-9:
            continue
        share = np.linalg.solve(matrix, np.r_[grand, least[list(chosen)]])
        if (member @ share >= least - tolerance).all() and not any(
            np.allclose(share, f, atol=10 * tolerance) for f in found
        ):
            found.append(share)
    return np.array(found).reshape(-1, n)
