"""Where a negotiation should end: Pareto frontier, and the solutions of Nash, Kalai-Smorodinsky and equal gains.

A bargaining problem is a set of feasible agreements, ``payoff[agreement, player]``, and what each player has if there
is none, ``disagreement[player]``. Units of different players are never compared, except by ``egalitarian``, which
is about nothing else.

With ``lotteries`` players may agree on chances over agreements: the feasible set becomes convex, and the solutions
are those of the textbooks. Without, the best single agreement is chosen by the same criterion.
Two players' lotteries are read off the corners of the feasible set (``bargaining/corners``), more players' are linear
programs.

Payoffs that are no table of finite numbers are refused with ``InputError``.

Nash 1950, Econometrica 18; Kalai and Smorodinsky 1975, Econometrica 43; Kalai 1977, Econometrica 45.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.bargaining import corners
from negotiation.errors import InputError

Array = np.ndarray

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Solution:
    """A point everybody agrees on, and how to get there."""

    payoff: Array
    """(players,)"""
    lottery: tuple[tuple[int, float], ...]
    """(agreement, chance) pairs; empty if there is nothing to agree on and payoff is the disagreement point."""


def pareto_frontier(payoff: Array) -> list[int]:
    """Agreements that no other one improves for somebody without hurting anybody, by the first player's payoff.

    Of agreements that pay everybody the same, the first is kept.
    """
    p = _checked(payoff)
    order = np.lexsort((*(-p[:, i] for i in reversed(range(p.shape[1]))),))
    kept: list[int] = []
    for candidate in order:  # whoever dominates comes earlier in this order
        if not any((p[k] >= p[candidate]).all() for k in kept):
            kept.append(int(candidate))
    return kept


def nash(
    payoff: Array, disagreement: Array, *, weights: Sequence[float] | None = None, lotteries: bool = False
) -> Solution:
    """Largest product of gains over disagreement; ``weights`` are bargaining powers (default equal)."""
    p, d = _problem(payoff, disagreement)
    w = np.ones(len(d)) if weights is None else np.asarray(weights, float)
    if w.shape != d.shape or not (w > 0).all():
        raise InputError(f"weights must be one positive number per player, got {weights!r}")
    w = w / w.sum()
    if lotteries and len(d) == 2:
        return _lottery(p, d, corners.largest_product(p - d, w, TOLERANCE * _size(p, d)))
    if lotteries:
        start = _furthest(p, d, np.ones(len(d)))
        gains = start.payoff - d
        if not start.lottery or not (gains > TOLERANCE * _size(p, d)).all():
            return _no_agreement(d) if not start.lottery else start
        return _nash_lottery(p, d, w, start)
    gains = p - d
    fair = (gains > 0).all(axis=1)
    if not fair.any():
        return _best_single(p, d, (gains >= 0).all(axis=1))
    value = np.where(fair[:, None], np.log(np.where(fair[:, None], gains, 1.0)), 0.0) @ w
    value[~fair] = -np.inf
    return _pure(p, int(np.argmax(value)))


def kalai_smorodinsky(payoff: Array, disagreement: Array, *, lotteries: bool = False) -> Solution:
    """Everybody gets the same, largest possible, share of what they could at most hope for.

    The hope is the best payoff among agreements that leave nobody below disagreement.
    """
    p, d = _problem(payoff, disagreement)
    hope = _hopes(p, d, lotteries)
    if not (hope > TOLERANCE * _size(p, d)).all():
        return _best_single(p, d, (p >= d).all(axis=1))
    return _furthest(p, d, hope) if lotteries else _fairest_single(p, d, hope)


def egalitarian(payoff: Array, disagreement: Array, *, lotteries: bool = False) -> Solution:
    """Everybody gains the same, largest possible, amount over disagreement (one unit for all players)."""
    p, d = _problem(payoff, disagreement)
    ones = np.ones(len(d))
    return _furthest(p, d, ones) if lotteries else _fairest_single(p, d, ones)


# -- single agreements ---------------------------------------------------------------------------------


def _fairest_single(p: Array, d: Array, unit: Array) -> Solution:
    """The agreement whose smallest gain (in units) is largest; ties by the next smallest, and so on."""
    gains = np.sort((p - d) / unit, axis=1)
    best = np.lexsort(tuple(gains[:, i] for i in reversed(range(gains.shape[1]))))[-1]
    if gains[best, 0] < 0:
        return _no_agreement(d)
    return _pure(p, int(best))


def _best_single(p: Array, d: Array, allowed: Any) -> Solution:
    """Where not everybody can gain: the allowed agreement with the largest sum of gains, if it has one."""
    total = np.where(allowed, (p - d).sum(axis=1), -np.inf)
    best = int(np.argmax(total))
    return _pure(p, best) if total[best] > 0 else _no_agreement(d)


def _pure(p: Array, agreement: int) -> Solution:
    return Solution(p[agreement].copy(), ((agreement, 1.0),))


def _no_agreement(d: Array) -> Solution:
    return Solution(d.copy(), ())


# -- lotteries --------------------------------------------------------------------------------------------


def _hopes(p: Array, d: Array, lotteries: bool) -> Array:
    """Largest gain of each player among agreements that leave nobody below disagreement."""
    if not lotteries:
        fair = (p >= d).all(axis=1)
        return (p[fair] - d).max(axis=0) if fair.any() else np.zeros(len(d))
    if len(d) == 2:
        return corners.hopes(p - d)
    hopes = np.zeros(len(d))
    for i in range(len(d)):
        found = _program(-(p - d)[:, i], -(p - d).T, np.zeros(len(d)), free=0)
        if found is None:
            return np.zeros(len(d))
        hopes[i] = (p - d)[:, i] @ found
    return hopes


def _furthest(p: Array, d: Array, unit: Array) -> Solution:
    """The lottery that goes furthest from disagreement along ``unit``, then as far as it can for each player."""
    gains = (p - d) / unit
    players = len(d)
    if players == 2:
        return _lottery(p, d, corners.furthest(gains, TOLERANCE))
    cost = np.r_[np.zeros(len(p)), -1.0]
    found = _program(cost, np.c_[-gains.T, np.ones(players)], np.zeros(players), free=1)
    if found is None or found[-1] < -TOLERANCE:
        return _no_agreement(d)
    reached = found[-1]
    again = _program(-gains.sum(axis=1), -gains.T, np.full(players, -reached + TOLERANCE), free=0)
    chances = again if again is not None else found[:-1]
    return _mixed(p, chances)


def _program(cost: Array, rows: Array, at_most: Array, *, free: int) -> Array | None:
    """Linear program over chances that sum to one (the last ``free`` unknowns are free numbers)."""
    from scipy.optimize import linprog

    chances = len(cost) - free
    total = np.r_[np.ones(chances), np.zeros(free)][None]
    bounds = [(0, None)] * chances + [(None, None)] * free
    done = linprog(cost, rows, at_most, total, [1.0], bounds, method="highs")
    return done.x if done.status == 0 else None


def _nash_lottery(p: Array, d: Array, w: Array, start: Solution, iterations: int = 20_000) -> Solution:
    """Largest weighted sum of log gains, by pairwise conditional gradients with exact line search.

    Stops when no agreement could raise the sum by more than 1e-10 to first order (Frank and Wolfe's gap).
    """
    gains = p - d
    chance = np.zeros(len(p))
    for agreement, share in start.lottery:
        chance[agreement] = share
    for _ in range(iterations):
        now = chance @ gains
        slope = gains @ (w / now)
        toward = int(np.argmax(slope))
        used = np.flatnonzero(chance > 0)
        away = int(used[np.argmin(slope[used])])
        if slope[toward] - slope @ chance < 1e-10:
            break
        step = _line_search(now, gains[toward] - gains[away], w, float(chance[away]))
        chance[toward] += step
        chance[away] = 0.0 if step >= chance[away] else chance[away] - step
    return _mixed(p, chance)


def _line_search(now: Array, direction: Array, w: Array, most: float) -> float:
    """Where the weighted sum of logs is largest along a direction, between 0 and ``most``, by bisection."""

    def slope(t: float) -> float:
        reached = now + t * direction
        return -np.inf if (reached <= 0).any() else float((w * direction / reached).sum())

    if slope(most) >= 0:
        return most
    low, high = 0.0, most
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return low


def _lottery(p: Array, d: Array, found: corners.Lottery) -> Solution:
    chances = np.zeros(len(p))
    for agreement, chance in found:
        chances[agreement] += chance
    return _mixed(p, chances) if found else _no_agreement(d)


def _mixed(p: Array, chances: Array) -> Solution:
    chances = np.where(chances > 1e-12, chances, 0.0)
    chances = chances / chances.sum()
    used = np.flatnonzero(chances)
    return Solution(chances @ p, tuple((int(i), float(chances[i])) for i in used))


# -- checks --------------------------------------------------------------------------------------------------


def _checked(payoff: Array) -> Array:
    try:
        p = np.asarray(payoff, float)
    except (TypeError, ValueError):
        raise InputError("payoff must be numbers, as many for each agreement as there are players") from None
    if p.ndim != 2 or not p.size:
        raise InputError(
            f"payoff must be (agreements, players) with at least one of each, got shape {p.shape}"
        )
    if not np.isfinite(p).all():
        raise InputError("payoff holds values that are not finite")
    return p


def _problem(payoff: Array, disagreement: Array) -> tuple[Array, Array]:
    p, d = _checked(payoff), np.asarray(disagreement, float)
    if d.shape != p.shape[1:] or not np.isfinite(d).all():
        raise InputError(
            f"disagreement must be {p.shape[1]} finite numbers, one per player, got {disagreement!r}"
        )
    return p, d


def _size(p: Array, d: Array) -> float:
    """Scale below which a gain counts as nothing."""
    return float(max(1e-300, np.abs(p - d).max()))
