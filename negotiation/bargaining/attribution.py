"""Why a number moved: Shapley attribution of a change to the blocks that changed.

Each block is either at its value before or after. A block's part is its mean marginal
contribution over all orders in which the blocks could have changed (Shapley 1953; for
decompositions, Shorrocks 2013). Parts sum to the whole change exactly, whatever interacts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

import numpy as np

from negotiation.errors import InputError


def shapley(
    value: Callable[[frozenset[str]], np.ndarray | float], blocks: Sequence[str]
) -> dict[str, np.ndarray]:
    """Part of each block in ``value(all blocks changed) - value(none changed)``.

    ``value(changed)`` gets the set of blocks that are at their *after* value; it is called once
    per subset, 2 ** len(blocks) times in all. ``InputError`` if a block is named twice.
    """
    n = len(blocks)
    if len(set(blocks)) != n:
        raise InputError(f"blocks must differ from each other: {list(blocks)}")
    worth = {
        frozenset(chosen): np.asarray(value(frozenset(chosen)), float)
        for size in range(n + 1)
        for chosen in combinations(blocks, size)
    }
    parts = {}
    for block in blocks:
        rest = [b for b in blocks if b != block]
        total = np.zeros_like(worth[frozenset()])
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for chosen in combinations(rest, size):
                without = frozenset(chosen)
                total = total + weight * (worth[without | {block}] - worth[without])
        parts[block] = total
    return parts
