"""The compiled fixed point behind ``StageGame.quantal``: logit responses, damped by half.

All players' numbers stand one behind the other: player i has ``sizes[i]`` places in ``mixed``, and in ``payoff`` a
block (profiles of the others, own actions), already divided by its noise. Sums run over profiles in the order of
the payoff axes, so the same game gives the same digits everywhere.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def logit_responses(payoff, sizes, mixed, fresh, chance):
    """Fill ``fresh`` with every player's logit response to ``mixed``; returns how far the two are apart at most.

    chance : room for the chances of all profiles of the others.
    """
    furthest, own, block = 0.0, 0, 0
    for i in range(sizes.size):
        profiles, first, chance[0] = 1, 0, 1.0
        for o in range(sizes.size):  # chance of each profile of the others, who choose independently
            if o != i:
                for p in range(profiles - 1, -1, -1):
                    for a in range(sizes[o] - 1, -1, -1):
                        chance[p * sizes[o] + a] = chance[p] * mixed[first + a]
                profiles *= sizes[o]
            first += sizes[o]
        n = sizes[i]
        fresh[own : own + n] = 0.0
        for p in range(profiles):
            for a in range(n):
                fresh[own + a] += payoff[block + p * n + a] * chance[p]
        best, total = fresh[own : own + n].max(), 0.0
        for a in range(own, own + n):
            fresh[a] = np.exp(fresh[a] - best)
            total += fresh[a]
        for a in range(own, own + n):
            fresh[a] /= total
            furthest = max(furthest, abs(fresh[a] - mixed[a]))
        own, block = own + n, block + n * profiles
    return furthest


@njit(cache=True, nogil=True, error_model="numpy")
def settle(payoff, sizes, tolerance, iterations):
    """(mixed, steps taken, residual) from uniform play; the time average of the second half if it never settles.

    The residual is the largest distance between a probability and its logit response.
    """
    mixed, places = np.empty(sizes.sum()), 0
    for i in range(sizes.size):
        mixed[places : places + sizes[i]] = 1.0 / sizes[i]
        places += sizes[i]
    fresh, trail, chance = np.empty(mixed.size), np.zeros(mixed.size), np.empty(payoff.size)
    for step in range(iterations):
        residual = logit_responses(payoff, sizes, mixed, fresh, chance)
        mixed = 0.5 * mixed + 0.5 * fresh
        if residual < tolerance:
            return mixed, step + 1, residual
        if step >= iterations // 2:
            trail += mixed
    places = 0
    for i in range(sizes.size):
        trail[places : places + sizes[i]] /= trail[places : places + sizes[i]].sum()
        places += sizes[i]
    return trail, iterations, logit_responses(payoff, sizes, trail, fresh, chance)
