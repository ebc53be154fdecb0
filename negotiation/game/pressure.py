"""What is left of a position when systems are switched off, above all Washington's means of pressure (S1), and what
"alike" means when it cannot treat its partners differently (S2).

Without S1 there are no tariffs, no national-security clauses and no withdrawal letter, and nobody believes in them:
rungs and notices are gone, the ladder may not be climbed (its cap is 0, so that the package of a breakdown is empty),
and no episode speaks for a threat (its credibility is 0). Counter-tariffs answer pressure and go with it. The cost of
a breakdown is then nil on both sides, and the index stands at 50: leverage is what threats make of exposure.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from negotiation.game.position import BELIEFS, Position
from negotiation.game.rulebook import Rulebook

Array = np.ndarray

_THREAT = BELIEFS.index("threat")


def as_switched(pos: Position, book: Rulebook) -> Position:
    """The position under the scenario's switches: without a joint programme if S6 is off, without any pressure if
    S1 is off."""
    if not book.on("S6"):
        pos = replace(
            pos,
            corridor=np.zeros_like(pos.corridor),
            corridor_overseas=np.zeros_like(pos.corridor_overseas),
            partner_items=np.zeros_like(pos.partner_items),
        )
    if book.on("S1"):
        return pos
    evidence = pos.evidence.copy()
    evidence[..., _THREAT, :, 1] = np.maximum(evidence[..., _THREAT, :, :].sum(-1), 1.0)
    evidence[..., _THREAT, :, 0] = 0.0
    return replace(
        pos,
        us_rung=np.zeros_like(pos.us_rung),
        partner_rung=np.zeros_like(pos.partner_rung),
        us_notice=np.zeros_like(pos.us_notice),
        partner_notice=np.zeros_like(pos.partner_notice),
        us_rung_cap=np.zeros_like(pos.us_rung_cap),
        evidence=evidence,
    )


def alike(fact: Array, book: Rulebook) -> Array:
    """(..., 2) a fact about each partner that Washington may act on: with S2 off only what holds for both counts."""
    return fact if book.on("S2") else fact & fact[..., ::-1]


def same_to_both(stance: Array, book: Rulebook) -> Array:
    """(..., 2) Washington's stances; with S2 off the stronger of the two (defect, concede, coordinate) goes to both.

    Stances are coded 0 coordinate, 1 concede, 2 defect.
    """
    return stance if book.on("S2") else np.broadcast_to(stance.max(-1, keepdims=True), stance.shape)
