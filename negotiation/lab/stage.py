"""The stage game of a round, looked at: payoffs by action, best replies, equilibria, and the file Gambit reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.bargaining.export import to_nfg
from negotiation.game.moves import Move
from negotiation.game.payoffs import MOVES, stage_game
from negotiation.terms import SEATS, Country

Array = np.ndarray


@dataclass(frozen=True)
class StageLook:
    """A stage game with everything that is printed about it. Actions by letters, payoffs in USD bn."""

    game: StageGame
    actions: dict[str, tuple[str, ...]]
    """Seat -> letters of its nine moves, in the order of the payoff axes."""
    noise: dict[str, float]
    """Seat -> decision noise of the quantal response, USD bn."""
    quantal: dict[str, Array]
    """Seat -> probability of each move in the logit quantal response equilibrium."""

    def equilibria(self) -> list[dict[str, Any]]:
        """Pure equilibria with their payoffs."""
        return [
            {
                "moves": {str(s): self.actions[str(s)][a] for s, a in zip(SEATS, cell, strict=True)},
                "payoff": {str(s): float(self.game.payoff[(*cell, i)]) for i, s in enumerate(SEATS)},
            }
            for cell in self.game.pure_nash()
        ]

    def dominated(self) -> dict[str, list[str]]:
        """Seat -> moves that another pure move beats whatever the others do."""
        return {
            str(s): [self.actions[str(s)][a] for a in self.game.dominated(i)] for i, s in enumerate(SEATS)
        }

    def by_action(self, seat: Country) -> list[dict[str, Any]]:
        """A row for each move: payoff when the others play the quantal response, mean, lowest and highest over
        the others' 81 profiles, the share of these in which it is a best reply, its quantal probability."""
        i = SEATS.index(seat)
        own = np.moveaxis(self.game.payoff[..., i], i, 0).reshape(MOVES, -1)
        best = np.moveaxis(self.game.best_responses(i), i, 0).reshape(MOVES, -1)
        expected = self.game.expected_payoffs([self.quantal[str(s)] for s in SEATS], i)
        gone = self.game.dominated(i)
        return [
            {
                "move": self.actions[str(seat)][a],
                "expected": float(expected[a]),
                "mean": float(own[a].mean()),
                "lowest": float(own[a].min()),
                "highest": float(own[a].max()),
                "best_reply_share": float(best[a].mean()),
                "quantal": float(self.quantal[str(seat)][a]),
                "dominated": a in gone,
            }
            for a in range(MOVES)
        ]


def look_at(model: Any) -> StageLook:
    """The stage game of the round a model is about to play, from its true position."""
    now = model.calendar[model.round - 1]
    game = stage_game(model.table, model.position, model.book, months=now.months)
    noise = {str(s): float(model.book.rules.stage_game.noise[s]) for s in SEATS}
    mixed = game.quantal_response(list(noise.values()))
    return StageLook(
        game,
        {str(s): tuple(Move.from_index(s, a).letters(s) for a in range(MOVES)) for s in SEATS},
        noise,
        {str(s): mixed[i] for i, s in enumerate(SEATS)},
    )


def to_gambit(look: StageLook, title: str) -> str:
    """The game as a strategic-form file (``.nfg``, payoff version) with the seats' names and moves."""
    return to_nfg(look.game, SEATS, [look.actions[str(s)] for s in SEATS], title)
