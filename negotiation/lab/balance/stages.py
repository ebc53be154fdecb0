"""What one reachable state says about balance: read off its stage game."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.game.commitment import effective_commitment
from negotiation.game.payoffs import MOVES, stage_game
from negotiation.game.position import BELIEFS, Position
from negotiation.terms import SEATS

Array = np.ndarray
C, D = 0, 2
"""Codes of coordinate and defect on the stance axes."""
TOGETHER = 0
SPLITS = (2, 6, 5, 7)
"""Washington's moves CD, DC, ND, DN: one partner is hit, the other treated with."""


@dataclass(frozen=True)
class StageFacts:
    """One state. Seats in the order USA, CAN, MEX, partners CAN, MEX; payoffs in USD bn."""

    best: Array
    """(3, 9) share of the others' 81 pairs of moves against which each move is a best reply."""
    dominated: Array
    """(3, 9) another pure move is better whatever the others do."""
    front: Array
    """(2,) payoff when both partners stand together less payoff when both stand alone."""
    leaving: Array
    """(2,) payoff of leaving alone less payoff of standing together."""
    dividing: Array | None = None
    """(2,) Washington's best split move less coordinating with both, partners distrusting, trusting each other."""
    commitment: Array | None = None
    """(2,) mean effective commitment in these two cases."""


def facts_of(model: Any, *, divide: tuple[float, float, float] | None) -> StageFacts:
    """The facts of the round a model is about to play.

    divide : (belief when distrusting, when trusting, episodes behind it) to measure dividing too, or None.
    """
    months = model.calendar[model.round - 1].months
    noise = [float(model.book.rules.stage_game.noise[s]) for s in SEATS]

    def game_in(pos: Position) -> StageGame:
        return stage_game(model.table, pos, model.book, months=months)

    game = game_in(model.position)
    front, leaving = front_of(game, game.quantal_response(noise))
    dividing = commitment = None
    if divide is not None:
        low, high, episodes = divide
        cases = [believing(model.position, belief, episodes) for belief in (low, high)]
        dividing = np.array([divide_gain(g := game_in(pos), g.quantal_response(noise)) for pos in cases])
        commitment = np.array([effective_commitment(pos, model.book, seen=False).mean() for pos in cases])
    return StageFacts(best_replies(game), dominated_moves(game), front, leaving, dividing, commitment)


def best_replies(game: StageGame) -> Array:
    """(players, moves) share of the others' profiles against which a move is a best reply (ties count for all)."""
    return np.array(
        [np.moveaxis(game.best_responses(i), i, 0).reshape(MOVES, -1).mean(1) for i in range(game.players)]
    )


def dominated_moves(game: StageGame) -> Array:
    """(players, moves) whether another pure move beats this one strictly, whatever the others do."""
    out = np.zeros((game.players, MOVES), bool)
    for i in range(game.players):
        out[i, game.dominated(i)] = True
    return out


def divide_gain(game: StageGame, mixed: list[Array]) -> float:
    """Washington's best split move less coordinating with both, against partners who play the quantal response."""
    expected = game.expected_payoffs(mixed, 0)
    return float(max(expected[move] for move in SPLITS) - expected[TOGETHER])


def front_of(game: StageGame, mixed: list[Array]) -> tuple[Array, Array]:
    """What a front is worth to CAN, MEX this round, and what leaving it alone gains, USD bn.

    Washington plays the quantal response; each partner takes its best stance toward Washington given its stance
    toward the other, whose stance toward Washington follows from the quantal response.
    """
    front, leaving = np.zeros(2), np.zeros(2)
    for k in range(2):
        own, other = k + 1, 2 - k
        # payoff of seat own, axes (Washington, own move, other's move)
        payoff = np.moveaxis(game.payoff[..., own], (0, own, other), (0, 1, 2))
        against_us = np.tensordot(mixed[0], payoff, axes=(0, 0)).reshape(3, 3, 3, 3)
        toward_us = mixed[other].reshape(3, 3)

        def value(mine: int, theirs: int, table: Array = against_us, stances: Array = toward_us) -> float:
            chance = stances[:, theirs] / stances[:, theirs].sum()
            return float((table[:, mine, :, theirs] @ chance).max())

        together = value(C, C)
        front[k] = together - value(D, D)
        leaving[k] = value(D, C) - together
    return front, leaving


def believing(pos: Position, belief: float, episodes: float) -> Position:
    """The same position with partners who believe in each other so far, and Washington knowing it."""
    evidence = pos.evidence.copy()
    for name in ("commitment", "commitment_seen", "partner_trust", "partner_trust_seen"):
        evidence[..., BELIEFS.index(name), :, :] = (belief * episodes, (1 - belief) * episodes)
    start = np.full_like(np.asarray(pos.joins, float), belief)
    return replace(pos, evidence=evidence, joins=start, joins_seen=start)
