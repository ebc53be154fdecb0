"""How a game ended: the end state, what it is worth to each seat, and the score of the whole game."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negotiation.game.proposal import Proposal, value_of_end
from negotiation.terms import OUTCOMES, SEATS, Country, Outcome


def ending_of(
    model: Any, outcome: Outcome, proposal: Proposal | None, signed: Mapping[Country, bool], *, slid: bool
) -> dict[str, Any]:
    """Data of ``game_ended``: outcome, signatures, odds before, yearly values and scores, USD bn."""
    review = model.review(proposal)
    value = value_of_end(outcome, proposal, review)
    years = model.book.rules.horizon.review_years
    played = {str(s): sum(r["payoff"][str(s)] for r in model.results) for s in SEATS}
    return {
        "outcome": str(outcome),
        "slid": slid,
        "proposal": proposal.to_dict() if proposal else None,
        "proposals": model.proposals,
        "signed": {str(k): bool(v) for k, v in signed.items()},
        "odds": {
            str(o): round(float(p), 6) for o, p in zip(OUTCOMES, model.review(seen=True).odds, strict=True)
        },
        "odds_true": {str(o): round(float(p), 6) for o, p in zip(OUTCOMES, model.review().odds, strict=True)},
        "value": {str(s): round(float(value[i]), 6) for i, s in enumerate(SEATS)},
        "played": {s: round(v, 6) for s, v in played.items()},
        "score": {str(s): round(played[str(s)] + years * float(value[i]), 6) for i, s in enumerate(SEATS)},
    }
