"""The chance in a month: drawn once from the caller's generator, then shared by the firms and their twin."""

from __future__ import annotations

import numpy as np

from negotiation.world.firms.parameters import FirmParameters
from negotiation.world.firms.rule import Draws


def draw_month(count: int, death_rate: float, rng: np.random.Generator) -> tuple[Draws, np.ndarray]:
    """(who looks and what breaks, (N, 6) standard normals for the shocks).

    Every link, live or not, breaks with probability ``death_rate`` / 12, independently: the number of breaks
    is binomial and their places are drawn without replacement: the same thing, a hundred times cheaper.
    """
    shocks = rng.standard_normal((count, 6), dtype=np.float32)
    look = rng.random(count, dtype=np.float32)
    broken = np.zeros((count, 6), np.uint8)
    hits = rng.binomial(6 * count, death_rate / 12.0)
    broken.reshape(-1)[rng.choice(6 * count, hits, replace=False, shuffle=False)] = 1
    return Draws(look, np.packbits(broken, axis=1, bitorder="little").ravel()), shocks


def stationary_sd(p: FirmParameters) -> float:
    """Spread of a profit shock in the long run (Ornstein-Uhlenbeck)."""
    return p.shock_sd / np.sqrt(2.0 * p.shock_reversion)


def drift(eps: np.ndarray, shocks: np.ndarray, p: FirmParameters, months: float = 1.0) -> None:
    """Move the profit shocks on by ``months``, in place and exactly; ``shocks`` is used up."""
    keep = np.exp(-p.shock_reversion * months / 12.0)
    eps *= np.float32(keep)
    shocks *= np.float32(stationary_sd(p) * np.sqrt(1.0 - keep**2))
    eps += shocks
