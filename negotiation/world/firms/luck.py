"""The chance in a month: drawn once, then shared by the firms and their twin."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from negotiation.world.firms.dice import breaks, key_of, normals, uniforms
from negotiation.world.firms.parameters import FirmParameters
from negotiation.world.firms.rule import Draws


@njit(cache=True, nogil=True)
def _move_on(eps, shocks, keep, spread):
    for i in range(eps.size):
        eps[i] = eps[i] * keep + shocks[i] * spread


def draw_month(count: int, death_rate: float, rng: np.random.Generator) -> tuple[Draws, np.ndarray]:
    """(who looks and what breaks, (N, 6) standard normals for the shocks).

    Every link, live or not, breaks with probability ``death_rate`` / 12, independently of all others.
    """
    for_shocks, for_looks, for_breaks = key_of(rng, 3)
    shocks, look = np.empty((count, 6), np.float32), np.empty(count, np.float32)
    broken = np.zeros(count, np.uint8)
    normals(for_shocks, shocks.reshape(-1))
    uniforms(for_looks, look)
    breaks(for_breaks, death_rate / 12.0, broken)
    return Draws(look, broken), shocks


def stationary_sd(p: FirmParameters) -> float:
    """Spread of a profit shock in the long run (Ornstein-Uhlenbeck)."""
    return p.shock_sd / math.sqrt(2.0 * p.shock_reversion)


def drift(eps: np.ndarray, shocks: np.ndarray, p: FirmParameters, months: float = 1.0) -> None:
    """Move the (N, 6) profit shocks on by ``months``, in place and exactly, by standard normals."""
    keep = math.exp(-p.shock_reversion * months / 12.0)
    spread = stationary_sd(p) * math.sqrt(1.0 - keep**2)
    _move_on(eps.reshape(-1), shocks.reshape(-1), np.float32(keep), np.float32(spread))
