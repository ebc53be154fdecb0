"""What one seat may see. Everything a strategy, a preview or a page knows comes from here.

Washington sees its own estimates of what Canada and Mexico arrange between themselves; quiet stances it did not
notice are ``None``. Nobody sees a move before all are revealed: a view is made of resolved rounds only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.errors import InputError
from negotiation.game.breakdown import leverage_in
from negotiation.game.payoffs import stage_game
from negotiation.game.position import Position
from negotiation.game.review import Review, hold_review
from negotiation.game.rulebook import Rulebook
from negotiation.terms import SEATS, Country, Outcome, Stance

Array = np.ndarray


@dataclass(frozen=True)
class Board:
    """The trade model at today's links together with the rules: what analysis of a position needs."""

    table: Callable[[], Any]
    """Gives the ``IncomeTable`` at today's links (made when first asked for)."""
    book: Rulebook
    scale: Array
    """(2,) scale of the leverage index."""
    table_with: Callable[[Position], Any] | None = None
    """Gives the ``IncomeTable`` at today's links for other tariff steps."""


@dataclass(frozen=True)
class RoundSeen:
    """A resolved round as one seat saw it."""

    round: int
    date: str
    stances: Mapping[tuple[Country, Country], Stance | None]
    """(from, toward) -> stance; None where a quiet stance was not noticed."""
    us_executed: tuple[bool, bool]
    """Did Washington's step on (CAN, MEX) take effect?"""
    partner_executed: tuple[bool, bool]
    payoff: Mapping[Country, float]
    """Realised payoff of the round, USD bn: the seat's own, nobody else's."""
    leverage: Mapping[Country, float]
    """Index over each partner after the round, as Washington can know it."""


@dataclass(frozen=True)
class SeatView:
    """A seat's knowledge before it moves in ``round``."""

    seat: Country
    round: int
    """The round to be played, from 1."""
    rounds: int
    """Rounds before the joint review."""
    date: str
    """Month in which the round starts, YYYY-MM."""
    months: int
    """Length of the round."""
    position: Position
    """As this seat knows it."""
    history: tuple[RoundSeen, ...]
    board: Board | None = field(repr=False, compare=False, default=None)

    @property
    def seen_only(self) -> bool:
        """Whether this seat knows commitment only through Washington's estimate."""
        return self.seat is Country.USA

    @cached_property
    def stage(self) -> StageGame:
        """The stage game of this round as this seat can work it out: payoff (9, 9, 9, 3), USD bn."""
        board = self.the_board()
        return stage_game(board.table(), self.position, board.book, months=self.months, seen=self.seen_only)

    @cached_property
    def forecast(self) -> list[Array]:
        """What this seat expects each seat to play: the quantal response of its own stage game, (9,) each."""
        noise = self.the_board().book.rules.stage_game.noise
        return self.stage.quantal_response([noise[seat] for seat in SEATS])

    @cached_property
    def review_if_held_now(self) -> Review:
        """The joint review if it were held in this position."""
        board = self.the_board()
        return hold_review(board.table(), self.position, board.book, seen=self.seen_only)

    @property
    def odds(self) -> dict[Outcome, float]:
        """Probability of each end state if the review were held now."""
        return {o: float(p) for o, p in zip(Outcome, self.review_if_held_now.odds, strict=True)}

    @cached_property
    def leverage(self) -> dict[Country, dict[str, float]]:
        """Washington's leverage over each partner as Washington can know it: index and transfer."""
        board = self.the_board()
        lev = leverage_in(board.table(), self.position, board.book, board.scale, seen=True)
        return {
            k: {"index": float(lev.index[i]), "transfer": float(lev.transfer[i])}
            for i, k in enumerate((Country.CAN, Country.MEX))
        }

    def last_stance(self, giver: Country, toward: Country) -> Stance | None:
        """The stance seen in the last round; None in the first round or if it stayed unseen."""
        return self.history[-1].stances.get((giver, toward)) if self.history else None

    def the_board(self) -> Board:
        """What analysis of the position needs; ``InputError`` for a view without it (read from a log)."""
        if self.board is None:
            raise InputError(
                "this view was read from a log and carries no trade model; rebuild it from a game"
            )
        return self.board


@dataclass(frozen=True)
class Reason:
    """Why a strategy chose a stance: a key for the words of any language, with its values."""

    key: str
    """e.g. ``answers_in_kind``; sentences live with the screens."""
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a log."""
        return {"key": self.key, "values": dict(self.values)}


@dataclass(frozen=True)
class Choice:
    """A strategy's answer: the move, why, and what it expected of its options."""

    move: Any
    """A ``Move``."""
    reasons: Mapping[Country, Reason] = field(default_factory=dict)
    """Toward whom -> why. Masked together with the stance it explains."""
    expected: Mapping[str, float] = field(default_factory=dict)
    """Letters of a move -> expected payoff, USD bn; empty for strategies that do not calculate."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a log."""
        return {
            "move": self.move.to_dict(),
            "reasons": {str(c): r.to_dict() for c, r in self.reasons.items()},
            "expected": {k: round(float(v), 6) for k, v in self.expected.items()},
        }
