"""The joint review's choices: who would sign, what Washington proposes, how likely each end is.

Values are USD bn a year to (USA, CAN, MEX); every choice is a logit with the noise of ``rules.review``.
"""

from __future__ import annotations

import numpy as np

from negotiation.game.commitment import effective_commitment
from negotiation.game.position import Position
from negotiation.game.rulebook import Rulebook

Array = np.ndarray

OFFERS = ("EXT", "COND", "SPLIT_CAN", "SPLIT_MEX", "SPLIT_both")
"""What Washington can put on the table beside ANN and WD."""


def who_signs(values: dict[str, Array], pos: Position, book: Rulebook, seen: bool) -> dict[str, Array]:
    """Offer -> (..., 2) probability that CAN, MEX signs."""
    r = book.rules.review
    p = pos.belief("threat")
    fear = r.refusal_risk * p
    refuse = (1 - fear) * values["ANN"][..., 1:] + fear * values["WD"][..., 1:]
    scale = r.noise_partner * book.gdp[1:]
    loyal = 1 - effective_commitment(pos, book, seen=seen)
    out = {}
    for offer in OFFERS:
        signs = _logistic((values[offer][..., 1:] - refuse) / scale)
        if offer == "SPLIT_both":
            signs = signs * np.sqrt(loyal)
        elif offer.startswith("SPLIT"):
            k = 0 if offer == "SPLIT_CAN" else 1
            signs = np.where(np.arange(2) == k, signs * loyal, 1.0)
        out[offer] = signs
    return out


def us_choice(
    values: dict[str, Array], acceptance: dict[str, Array], book: Rulebook
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Logit choices of Washington: among trilateral asks, then between that table and split offers."""
    r = book.rules.review
    us = {name: v[..., 0] for name, v in values.items()}
    signed = {offer: a.prod(-1) for offer, a in acceptance.items()}
    ask = {
        "EXT": signed["EXT"] * us["EXT"] + (1 - signed["EXT"]) * us["ANN"],
        "COND": signed["COND"] * us["COND"] + (1 - signed["COND"]) * us["ANN"],
        "ANN": us["ANN"],
        "WD": us["WD"],
    }
    if not book.on("S1"):  # no withdrawal letter
        del ask["WD"]
    trilateral = _softmax(ask, r.noise_us)
    table_value = sum(trilateral[e] * ask[e] for e in ask)
    trilateral.setdefault("WD", np.zeros_like(table_value))
    outer = {"trilateral": table_value + r.noise_us * np.log(r.trilateral_weight)}
    if book.on("S2"):
        for offer in OFFERS[2:]:
            outer[offer] = signed[offer] * us[offer] + (1 - signed[offer]) * table_value
    return trilateral, _softmax(outer, r.noise_us)


def odds_by_end(
    trilateral: dict[str, Array],
    first: dict[str, Array],
    acceptance: dict[str, Array],
    slip: Array,
    book: Rulebook,
) -> Array:
    """(..., 5) odds in the order of ``OUTCOMES``: what is not signed becomes annual reviews, which may slide."""
    signed = {offer: a.prod(-1) for offer, a in acceptance.items()}
    split = sum((first[o] * signed[o] for o in first if o != "trilateral"), np.zeros_like(slip))
    at_table = 1 - split
    ext = at_table * trilateral["EXT"] * signed["EXT"]
    cond = at_table * trilateral["COND"] * signed["COND"]
    wd = at_table * trilateral["WD"]
    ann = at_table - ext - cond - wd
    return np.stack([ext, cond, split, ann * (1 - slip), wd + ann * slip], axis=-1)


def split_value(values: dict[str, Array], first: dict[str, Array], acceptance: dict[str, Array]) -> Array:
    """(..., 3) value of a split, averaged over which one it would be."""
    offers = [o for o in first if o != "trilateral"]
    if not offers:
        return np.zeros_like(values["ANN"])
    weight = np.stack([first[o] * acceptance[o].prod(-1) for o in offers], -1)
    weight = weight / np.maximum(weight.sum(-1, keepdims=True), 1e-300)
    return (weight[..., None] * np.stack([values[o] for o in offers], -2)).sum(-2)


def _softmax(values: dict[str, Array], noise: float) -> dict[str, Array]:
    stacked = np.stack(list(np.broadcast_arrays(*values.values())), -1) / noise
    z = np.exp(stacked - stacked.max(-1, keepdims=True))
    z /= z.sum(-1, keepdims=True)
    return {name: z[..., i] for i, name in enumerate(values)}


def _logistic(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))
