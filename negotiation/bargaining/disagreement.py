"""The disagreement point of a pair: what each side can expect if talks break down now.

Definition (Nash 1953, threats played with a probability instead of for certain). Washington
carries out its threat against partner k with probability ``executes`` (its credibility);
if it does, k answers with probability ``answers``, and the other partner joins with
probability ``joins`` (its commitment), independently of each other. If Washington does not
carry out its threat it blinks.

The trap: ``EC`` is a *cost*. It is measured from the state in which the pair has settled
(the pair's tariffs cleared, everything else as it is), so a breakdown that hurts has EC > 0
and a side that gains from it has EC < 0. Both signs occur.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Threat:
    """How likely each step of a breakdown is; every field is a probability (any common shape)."""

    executes: Array
    """p: Washington carries out its threat against the partner."""
    answers: Array
    """r: the partner answers."""
    joins: Array
    """q: the other partner joins (its commitment, as the observer sees it)."""


@dataclass(frozen=True)
class Disagreement:
    """Expected cost of a breakdown, USD bn a year (negative: a gain)."""

    cost_us: Array
    cost_partner: Array


def disagreement(threat: Threat, settled: Array, blinked: Array, executed: Array) -> Disagreement:
    """Expected cost of a breakdown to both sides.

    settled : (..., 2) real income of (USA, partner) if the pair settles, USD bn a year.
    blinked : (..., 2) the same if Washington does not carry out its threat.
    executed : (..., 2, 2, 2) the same if it does, indexed [answered, joined, side].
    """
    r, q = np.asarray(threat.answers), np.asarray(threat.joins)
    weight = np.stack(
        [np.stack([(1 - r) * (1 - q), (1 - r) * q], -1), np.stack([r * (1 - q), r * q], -1)], -2
    )
    carried_out = np.einsum("...aj,...ajs->...s", weight, executed)
    p = np.asarray(threat.executes)[..., None]
    cost = settled - (p * carried_out + (1 - p) * blinked)
    return Disagreement(cost[..., 0], cost[..., 1])
