"""A second pair of eyes on mixed equilibria: Newton's method on every support, and the sum of indices.

At an equilibrium everybody is indifferent among the actions they use. On a given support that is as many equations as
unknowns; Newton's method from several random points solves it, and what it finds is kept if no unused action is
better. In a game in general position the equilibria's *indices* (+1 or -1) sum to +1 (Wilson 1971; Ritzberger 1994):
if those found do not, one is missing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy as np

from negotiation.bargaining import StageGame

Array = np.ndarray
Profile = tuple[Array, ...]
Supports = tuple[tuple[int, ...], ...]

STARTS = 16
"""Random points from which each support is tried."""
STEPS = 60
TINY = 1e-9


def index_of(game: StageGame, mixed: Sequence[Array]) -> int | None:
    """+1 or -1, or None where the equilibrium is not in general position.

    The sign of det(-J), J the derivative of the players' gains from their own used actions by the others' chances;
    a strict pure equilibrium has +1.
    """
    supports = tuple(tuple(int(a) for a in np.flatnonzero(m > 1e-7)) for m in mixed)
    spread = float(np.ptp(game.payoff)) or 1.0
    for i, used in enumerate(supports):
        values = game.expected_payoffs(list(mixed), i)
        unused = np.delete(values, used)
        if len(unused) and float(values[list(used)].max() - unused.max()) < 1e-9 * spread:
            return None
    if all(len(s) == 1 for s in supports):
        return 1
    _, slope = _indifference(game, supports, list(mixed))
    sign, size = np.linalg.slogdet(-slope / spread)
    return None if size < -20 * len(slope) else int(sign)


def indices_sum_to_one(game: StageGame, found: Sequence[Sequence[Array]]) -> bool | None:
    """Whether the indices of these equilibria sum to +1; None if one of them is not in general position."""
    each = [index_of(game, mixed) for mixed in found]
    return None if None in each else sum(i for i in each if i is not None) == 1


def by_supports(game: StageGame, deadline: float, seed: int = 0) -> Iterator[Profile]:
    """Equilibria in which somebody mixes, support by support, the smallest first, until ``time.monotonic()`` says so.

    The same one may come more than once.
    """
    rng = np.random.default_rng(seed)
    for supports in _in_order(game.payoff.shape[:-1]):
        for _ in range(STARTS):
            if time.monotonic() > deadline:
                return
            mixed = _newton(game, supports, rng)
            if mixed is not None and _is_equilibrium(game, mixed):
                yield mixed


def _in_order(shape: Sequence[int]) -> Iterator[Supports]:
    sizes = sorted(product(*(range(1, n + 1) for n in shape)), key=lambda s: (sum(s), max(s) - min(s)))
    for size in sizes:
        if sum(k > 1 for k in size) < 2:
            continue  # one player alone mixes only in games not in general position
        yield from product(*(combinations(range(n), k) for n, k in zip(shape, size, strict=True)))


def _newton(game: StageGame, supports: Supports, rng: np.random.Generator) -> Profile | None:
    """A point at which everybody is indifferent on these supports, or None."""
    mixed = [np.zeros(n) for n in game.payoff.shape[:-1]]
    for own, used in zip(mixed, supports, strict=True):
        own[list(used)] = rng.dirichlet(np.ones(len(used)))
    spread = float(np.ptp(game.payoff)) or 1.0
    for _ in range(STEPS):
        value, slope = _indifference(game, supports, mixed)
        try:
            step = np.linalg.solve(slope, -value)
        except np.linalg.LinAlgError:
            return None
        _move(mixed, supports, step)
        if max(float(np.abs(m).max()) for m in mixed) > 50:
            return None
        if np.abs(step).max() < 1e-13 or np.abs(value).max() < 1e-14 * spread:
            break
    else:
        return None
    for own, used in zip(mixed, supports, strict=True):
        if (own[list(used)] < TINY).any():
            return None
    return tuple(mixed)


def _indifference(game: StageGame, supports: Supports, mixed: list[Array]) -> tuple[Array, Array]:
    """Gains of each used action over the first used one, and their derivative by everybody's chances.

    The first used action's chance is what the others leave.
    """
    players = range(game.players)
    sizes = [len(s) - 1 for s in supports]
    at = np.concatenate([[0], np.cumsum(sizes)])
    value, slope = np.zeros(at[-1]), np.zeros((at[-1], at[-1]))
    for i in players:
        if not sizes[i]:
            continue
        used = list(supports[i])
        pay = game.expected_payoffs(mixed, i)[used]
        value[at[i] : at[i + 1]] = pay[1:] - pay[0]
        for j in players:
            if j == i or not sizes[j]:
                continue
            table = between(game, mixed, i, j)[np.ix_(used, list(supports[j]))]
            gain = table[1:] - table[0]
            slope[at[i] : at[i + 1], at[j] : at[j + 1]] = gain[:, 1:] - gain[:, :1]
    return value, slope


def between(game: StageGame, mixed: Sequence[Array], i: int, j: int) -> Array:
    """(actions of i, actions of j) expected payoff of i when the remaining players mix."""
    value = game.payoff[..., i]
    for other in reversed(range(game.players)):
        if other not in (i, j):
            value = np.tensordot(value, mixed[other], axes=([other], [0]))
    return value if i < j else value.T


def _move(mixed: list[Array], supports: Supports, step: Array) -> None:
    begin = 0
    for own, used in zip(mixed, supports, strict=True):
        count = len(used) - 1
        if count:
            change = step[begin : begin + count]
            own[list(used[1:])] += change
            own[used[0]] -= change.sum()
        begin += count


def _is_equilibrium(game: StageGame, mixed: Sequence[Array]) -> bool:
    spread = float(np.ptp(game.payoff)) or 1.0
    for i in range(game.players):
        values = game.expected_payoffs(list(mixed), i)
        if float(values.max() - values @ mixed[i]) > 1e-9 * spread:
            return False
    return True
