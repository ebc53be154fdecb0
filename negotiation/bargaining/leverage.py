"""Leverage of Washington over a partner, read off the two sides' costs of a breakdown.

* **Nash transfer** N = (EC_partner - EC_US) / 2, USD bn a year: what the symmetric Nash (1950)
  bargaining solution with transferable income lets Washington extract; negative: it must give.
* **Index** = 50 + 50 tanh(slope (EC_partner - EC_US) / scale), 0 to 100, 50 = balanced. ``scale``
  is the joint loss of the pair in an all-out exchange of its threat packages, so the index
  has no unit. The transfer is for play, the index for the eye.

The raw share EC_partner / (EC_US + EC_partner) is not offered: costs can be negative, and in 18 % of
extreme states it leaves [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.bargaining.disagreement import Disagreement
from negotiation.errors import InputError

Array = np.ndarray


@dataclass(frozen=True)
class Leverage:
    """Washington's leverage over one partner (or an array of them)."""

    index: Array
    """0 to 100; 50 is balanced."""
    transfer: Array
    """USD bn a year that Washington can extract; negative: it must give."""


def nash_transfer(costs: Disagreement) -> Array:
    """Half the difference of the two sides' costs of a breakdown, USD bn a year."""
    return (costs.cost_partner - costs.cost_us) / 2


def leverage_index(costs: Disagreement, scale: Array, slope: float) -> Array:
    """The 0 to 100 index; ``scale`` > 0 in USD bn a year, ``slope`` without unit."""
    scale = np.asarray(scale, float)
    if not np.all(scale > 0):
        raise InputError(f"the scale of the leverage index must be positive, got {scale}")
    return 50 + 50 * np.tanh(slope * (costs.cost_partner - costs.cost_us) / scale)


def leverage(costs: Disagreement, scale: Array, slope: float) -> Leverage:
    """Index and transfer of the same pair of costs."""
    return Leverage(leverage_index(costs, scale, slope), nash_transfer(costs))
