"""The review table's scales: what a proposal must bring each government before it would rather sign than refuse.

Everything is as Washington can know it, so all seats and observers may see the same scales. Amounts are USD bn
a year against annual reviews, before doubts about delivery; issues add to them one for one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from negotiation.game.review import OFFERS, hold_review
from negotiation.terms import PARTNERS, SEATS


def scales(model: Any) -> dict[str, Any]:
    """``base``: offer -> seat -> worth without any open issue; ``line``: offer -> seat -> where it would sign.

    Washington's line is zero: it compares with annual reviews. A partner's lies where signing and the risk of
    refusing weigh the same.
    """
    pos, book = model.position.as_washington_sees_it(), model.book
    nothing = {offer: np.zeros((2, 3)) for offer in OFFERS if offer != "EXT"}
    one = {offer: np.full((2, 3), 1.0) for offer in nothing}
    bare = hold_review(model.table, pos, book, seen=True, deals=nothing)
    raised = hold_review(model.table, pos, book, seen=True, deals=one)
    fear = book.rules.review.refusal_risk * pos.belief("threat")
    annual, slid = bare.values["ANN"], bare.values["WD"]
    refuse = (1 - fear) * annual[1:] + fear * slid[1:]
    base: dict[str, dict[str, float]] = {}
    line: dict[str, dict[str, float]] = {}
    for offer in OFFERS:
        share = _kept(bare, raised, offer)
        worth = (bare.values[offer] - annual) / share
        walk = np.concatenate([[0.0], (refuse - annual[1:]) / share])
        base[offer] = _by_seat(worth)
        line[offer] = _by_seat(walk)
    base["ANN"], base["WD"] = _by_seat(np.zeros(3)), _by_seat(slid - annual)
    line["ANN"] = line["WD"] = _by_seat(np.zeros(3))
    return {"base": base, "line": line}


def _kept(bare: Any, raised: Any, offer: str) -> float:
    """How much of a dollar promised in an offer counts: deals are discounted for doubtful delivery."""
    if offer == "EXT":
        offer = "COND"  # the same signatories, the same trust
    moved = float(raised.values[offer][0] - bare.values[offer][0])
    settled = 1 if offer in ("SPLIT_CAN", "SPLIT_MEX") else len(PARTNERS)
    return max(moved / settled, 1e-6)


def _by_seat(values: np.ndarray) -> dict[str, float]:
    return {str(s): round(float(values[i]), 4) for i, s in enumerate(SEATS)}
