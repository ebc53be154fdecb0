"""Simple mode: three cards a seat, 27 cells, the same rules and engine.

Washington takes one stance toward both partners. A partner chooses *together* (coordinate with both), *own
deal* (concede to Washington, leave the other partner) or *answer* (defect on Washington, coordinate with the
other).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from negotiation.errors import IllegalMove, UnknownName
from negotiation.game.moves import Move
from negotiation.terms import SEATS, Country, others

CARDS: Mapping[Country, Mapping[str, Move]] = {
    Country.USA: {s: Move.of(Country.USA, s, s) for s in ("coordinate", "concede", "defect")},
    **{
        k: {
            "together": Move.of(k, "coordinate", "coordinate"),
            "own-deal": Move.of(k, "concede", "defect"),
            "answer": Move.of(k, "defect", "coordinate"),
        }
        for k in (Country.CAN, Country.MEX)
    },
}
"""Seat -> card -> the move it stands for."""


def card_move(seat: Country, card: str) -> Move:
    """The move behind a card; ``UnknownName`` if the seat has no such card."""
    if card not in CARDS[seat]:
        raise UnknownName(f"card of {seat}", card, CARDS[seat])
    return CARDS[seat][card]


def card_of(seat: Country, move: Move) -> str | None:
    """The card a move is, if it is one."""
    return next((card for card, m in CARDS[seat].items() if m == move), None)


def check_card(seat: Country, move: Move) -> None:
    """Raise ``IllegalMove`` unless the move is one of the seat's three cards."""
    if card_of(seat, move) is None:
        raise IllegalMove(f"this table plays in simple mode: {seat} chooses among {', '.join(CARDS[seat])}")


def nearest_card(seat: Country, move: Move, view: Any) -> str:
    """The card that comes closest to a strategy's move.

    Cards sharing most stances with it come first; among equals the one with the best average payoff over the
    others' cards in the seat's own stage game.
    """
    shared = {
        card: sum(m.stances[c] == move.stances[c] for c in others(seat)) for card, m in CARDS[seat].items()
    }
    best = [card for card, n in shared.items() if n == max(shared.values())]
    return best[0] if len(best) == 1 else max(best, key=lambda card: _average(seat, card, view.stage.payoff))


def simple_choice(seat: Country, choice: Mapping[str, Any], view: Any) -> dict[str, Any]:
    """A strategy's choice brought to its nearest card; reasons stay where the stance they explain stays."""
    asked = Move.from_dict(choice["move"])
    move = card_move(seat, nearest_card(seat, asked, view))
    reasons = {
        c: r
        for c, r in (choice.get("reasons") or {}).items()
        if move.stances[Country(c)] == asked.stances[Country(c)]
    }
    return {**choice, "move": move.to_dict(), "reasons": reasons}


def _average(seat: Country, card: str, payoff: np.ndarray) -> float:
    """Mean payoff of a card over the nine pairs of cards of the two others."""
    axis = SEATS.index(seat)
    cells = [
        [CARDS[seat][card].index(seat)] if s is seat else [m.index(s) for m in CARDS[s].values()]
        for s in SEATS
    ]
    return float(np.mean([payoff[cell][axis] for cell in product(*cells)]))
