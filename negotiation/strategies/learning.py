"""Learning from the table's own past: beliefs, regrets, attractions.

All three re-read the past on today's payoff table: what a move would have earned in round 3 is asked of the
position of today, because positions change and their old tables are gone. What stays is the pattern of the
others' moves.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.game.view import SeatView
from negotiation.strategies.base import FOREVER, Traits
from negotiation.strategies.calculating import Array, Calculator, against, noise_of, quantal_belief, seen_move
from negotiation.strategies.checks import number, probability
from negotiation.strategies.defaults import from_config
from negotiation.strategies.quantal_response import draw_logit
from negotiation.terms import SEATS


@dataclass(frozen=True)
class FictitiousPlay(Calculator):
    """Expects the others to play as they have played on average, and replies as well as it can.

    Brown (1951, "Iterative Solution of Games by Fictitious Play") invented it to compute equilibria;
    Fudenberg and Levine (1998, *The Theory of Learning in Games*) read it as how people learn. Before
    anything has been seen the others are expected to play the quantal response; that expectation counts as
    ``prior_rounds`` rounds.
    """

    prior_rounds: float = from_config("fictitious-play", "prior_rounds")

    name = "fictitious-play"
    traits = Traits(calculates=True, memory=FOREVER)
    reason_key = "learned_their_habits"

    def __post_init__(self) -> None:
        number(self, "prior_rounds", 0.01, 1000)

    def believe(self, view: SeatView, game: StageGame) -> list[Array]:
        theory = quantal_belief(view, game, self.weights)
        belief = []
        for i, seat in enumerate(SEATS):
            counts = self.prior_rounds * theory[i]
            counts = counts + sum(
                (seen_move(r, seat, theory[i]) for r in view.history), np.zeros_like(counts)
            )
            belief.append(counts / counts.sum())
        return belief

    def value(self, view: SeatView, game: StageGame, belief: list[Array]) -> Array:
        return against(game, view, belief)


class Retrospective(Calculator):
    """Values its options by what they would have earned against the moves seen so far."""

    def value(self, view: SeatView, game: StageGame, belief: list[Array]) -> Array:
        past = [self._options_then(view, game, belief, t) for t in range(len(view.history))]
        return self.judge(view, game, against(game, view, belief), past)

    @abstractmethod
    def judge(self, view: SeatView, game: StageGame, expected: Array, past: list[Array]) -> Array:
        """(9,) value of each option, from what theory expects of it and what it would have earned in each round."""

    def _options_then(self, view: SeatView, game: StageGame, belief: list[Array], t: int) -> Array:
        """(9,) what the seat's options would have earned against the others' moves of round t + 1."""
        return against(game, view, [seen_move(view.history[t], s, belief[i]) for i, s in enumerate(SEATS)])

    @staticmethod
    def own_move(view: SeatView, t: int) -> int:
        """The seat's own move in round t + 1."""
        return int(np.argmax(seen_move(view.history[t], view.seat, np.ones(9) / 9)))


@dataclass(frozen=True)
class ExperienceWeightedAttraction(Retrospective):
    """Lets attractions to its moves grow with what they earned or would have earned, and draws by them.

    Camerer and Ho (1999, "Experience-Weighted Attraction Learning in Normal Form Games", *Econometrica* 67)
    joined reinforcement and belief learning in one rule: ``imagination`` (their delta) is the weight of
    payoffs of moves not made, ``memory_kept`` (phi) the share of old attraction that stays, ``growth``
    (kappa) whether experience piles up (1) or averages (0). Payoffs are counted above the worst option of the
    round, as their rule needs payoffs that are not negative.
    """

    imagination: float = from_config("experience-weighted-attraction", "imagination")
    memory_kept: float = from_config("experience-weighted-attraction", "memory_kept")
    growth: float = from_config("experience-weighted-attraction", "growth")

    name = "experience-weighted-attraction"
    traits = Traits(stochastic=True, calculates=True, memory=FOREVER)
    reason_key = "drawn_to_it"

    def __post_init__(self) -> None:
        for parameter in ("imagination", "memory_kept", "growth"):
            probability(self, parameter)

    def judge(self, view: SeatView, game: StageGame, expected: Array, past: list[Array]) -> Array:
        attraction, experience = expected - expected.min(), 1.0
        for t, earned in enumerate(past):
            weight = np.full(9, self.imagination)
            weight[self.own_move(view, t)] = 1.0
            carried = self.memory_kept * experience * attraction
            experience = self.memory_kept * (1 - self.growth) * experience + 1
            attraction = (carried + weight * (earned - earned.min())) / experience
        return attraction

    def pick(self, view: SeatView, value: Array, rng: np.random.Generator) -> int:
        return draw_logit(value, noise_of(view, self.weights)[SEATS.index(view.seat)], rng)


class RegretMatching(Retrospective):
    """Draws each move in proportion to how much it is sorry not to have made it.

    Hart and Mas-Colell (2000, "A Simple Adaptive Procedure Leading to Correlated Equilibrium", *Econometrica*
    68): regrets are the gains that always having made another move would have brought; moves without regret
    are not taken, and when nothing is regretted the last move is repeated. Play by this rule approaches the
    set of correlated equilibria without anybody computing one. The first move is drawn from the quantal
    response.
    """

    name = "regret-matching"
    traits = Traits(stochastic=True, calculates=True, memory=FOREVER)
    reason_key = "moved_by_regret"

    def judge(self, view: SeatView, game: StageGame, expected: Array, past: list[Array]) -> Array:
        """What each option would have earned beyond what was earned; in the first round, what theory expects."""
        if not past:
            return expected
        return np.mean([options - options[self.own_move(view, t)] for t, options in enumerate(past)], axis=0)

    def pick(self, view: SeatView, value: Array, rng: np.random.Generator) -> int:
        if not view.history:
            return draw_logit(value, noise_of(view, self.weights)[SEATS.index(view.seat)], rng)
        regret = np.maximum(value, 0.0)
        if regret.sum() <= 0:
            return self.own_move(view, len(view.history) - 1)
        return int(rng.choice(9, p=regret / regret.sum()))
