"""Bargaining solutions of two players over lotteries, read off the corners of what they can reach.

The best lotteries lie on a chain of corners, from the best agreement of the first player to the best of the second;
between two neighbours they are mixed. ``gains`` (agreements, 2) are gains over disagreement. What comes back is a
lottery: (agreement, chance) pairs, none if there is nothing to agree on.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray
Lottery = tuple[tuple[int, float], ...]


def chain(gains: Array) -> list[int]:
    """Corners of the Pareto frontier of lotteries, the first player's best one first."""
    x, y = gains.T
    corners: list[int] = []
    for here in np.lexsort((-y, -x)).tolist():
        if corners and y[here] <= y[corners[-1]]:
            continue  # no better for the second player, no better for the first
        while len(corners) > 1 and _inside(gains, corners[-2], corners[-1], here):
            corners.pop()
        corners.append(here)
    return corners


def furthest(gains: Array, tolerance: float) -> Lottery:
    """The lottery whose smaller gain is largest; both gain the same unless one cannot gain so much."""
    corners, ahead = chain(gains), gains[:, 0] - gains[:, 1]
    best: Lottery = ((corners[-1], 1.0),)
    if ahead[corners[0]] <= 0:
        best = ((corners[0], 1.0),)
    elif ahead[corners[-1]] < 0:
        best = _where_zero(corners, ahead)
    return best if _reached(gains, best).min() >= -tolerance else ()


def hopes(gains: Array) -> Array:
    """(2,) what each can at most hope for among lotteries that leave nobody below disagreement; 0 if there are none."""
    corners, best = chain(gains), np.zeros(2)
    for i in range(2):
        path, other = corners if i == 0 else corners[::-1], gains[:, 1 - i]
        if other[path[0]] >= 0:
            best[i] = gains[path[0], i]
        elif other[path[-1]] >= 0:
            best[i] = _reached(gains, _where_zero(path, other))[i]
    return best if (best >= 0).all() else np.zeros(2)


def largest_product(gains: Array, weights: Array, tolerance: float) -> Lottery:
    """The lottery with the largest weighted sum of log gains; where not both can gain, the furthest one."""
    start = furthest(gains, tolerance)
    if not start or not (_reached(gains, start) > tolerance).all():
        return start
    corners, tried = chain(gains), [start]
    for one, other in zip(corners, corners[1:] or corners, strict=False):
        (x, y), (dx, dy) = gains[one], gains[other] - gains[one]
        at = 0.0 if dx * dy == 0 else -(weights[0] * dx * y + weights[1] * dy * x) / (weights.sum() * dx * dy)
        share = min(1.0, max(0.0, float(at)))
        tried.append(((one, 1.0 - share), (other, share)))
    return max(tried, key=lambda lottery: _worth(_reached(gains, lottery), weights))


def _inside(gains: Array, a: int, b: int, c: int) -> bool:
    """Whether b is no corner: it does not lie beyond the line from a to c."""
    (ax, ay), (bx, by), (cx, cy) = gains[a], gains[b], gains[c]
    return bool((bx - ax) * (cy - ay) - (by - ay) * (cx - ax) <= 0)


def _where_zero(path: list[int], height: Array) -> Lottery:
    """The point on a path of corners where a quantity that changes sign on it is 0."""
    sign = np.sign(height[path[0]])
    n = next(n for n, corner in enumerate(path) if height[corner] * sign <= 0)
    before, after = path[n - 1], path[n]
    share = float(height[before] / (height[before] - height[after]))
    return ((before, 1.0 - share), (after, share))


def _reached(gains: Array, lottery: Lottery) -> Array:
    return np.sum([chance * gains[agreement] for agreement, chance in lottery], axis=0)


def _worth(reached: Array, weights: Array) -> float:
    return float(weights @ np.log(reached)) if (reached > 0).all() else -np.inf
