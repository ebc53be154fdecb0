"""Games played for the measurement of balance: what is kept of each is small and can cross a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.game.breakdown import leverage_in
from negotiation.game.view import SeatView
from negotiation.lab.balance.stages import StageFacts, facts_of
from negotiation.scenario import Scenario
from negotiation.strategies import Calculator, Strategy, Traits
from negotiation.strategies.calculating import against
from negotiation.terms import SEATS, STANCES, Country, Phase, Stance, others
from negotiation.world import ReviewModel

Array = np.ndarray


@dataclass(frozen=True)
class Task:
    """One game to play."""

    kind: str
    scenario: Scenario
    seed: int
    strategies: Mapping[Country, Strategy | str]
    """Empty for the scenario's own."""
    looks: int = 0
    """How many of its rounds to look into."""
    divide: tuple[float, float, float] | None = None
    """As for ``facts_of``; measured in the first round looked into."""
    firms: int = 2000
    tolerance: float = 1e-6
    label: tuple[str, ...] = ()


@dataclass(frozen=True)
class Play:
    """What is kept of a game. Partners in the order CAN, MEX, seats USA, CAN, MEX."""

    kind: str
    label: tuple[str, ...]
    seed: int
    path: Array
    """(rounds + 1, 2) leverage index as Washington can know it."""
    threat: Array
    """(2, 2) credibility of Washington's threats: at the opening, at the end."""
    outcome: str
    odds: Array
    """(5,) odds before the draw, as Washington can know them."""
    score: Array
    """(3,) USD bn, the review at its expected value."""
    stages: tuple[StageFacts, ...] = field(default=())

    @property
    def swing(self) -> Array:
        """(2,) largest less smallest leverage on the way."""
        return self.path.max(0) - self.path.min(0)


def play(task: Task) -> Play:
    """Play one game; the same task gives the same game in any process."""
    model = ReviewModel(
        task.scenario,
        task.seed,
        strategies={str(seat): chosen for seat, chosen in task.strategies.items()},
        firms=task.firms,
        tolerance=task.tolerance,
        lean=True,
    )
    rng = np.random.default_rng([task.seed, task.looks])
    rounds = len(model.calendar)
    look_in = set(rng.choice(rounds, min(task.looks, rounds), replace=False) + 1) if task.looks else set()
    threats, path = [model.position.belief("threat")], [_leverage(model)]
    stages: list[StageFacts] = []
    while model.running:
        bargaining = model.phase is Phase.BARGAINING
        if bargaining and model.round in look_in:
            stages.append(facts_of(model, divide=task.divide if not stages else None))
        model.step()
        if bargaining:
            path.append(_leverage(model))
    threats.append(model.position.belief("threat"))
    ending = model.ending
    assert ending is not None
    return Play(
        kind=task.kind,
        label=task.label,
        seed=task.seed,
        path=np.array(path),
        threat=np.array(threats),
        outcome=ending["outcome"],
        odds=np.array(list(ending["odds"].values())),
        score=_expected_score(model, ending),
        stages=tuple(stages),
    )


def _expected_score(model: Any, ending: Mapping[str, Any]) -> Array:
    """(3,) payoff of the rounds played plus the years the review is felt at its *expected* value, USD bn.

    The draw of the end is left out: it would only add noise to a comparison of strategies.
    """
    played = np.array([ending["played"][str(s)] for s in SEATS])
    return played + model.book.rules.horizon.review_years * np.asarray(model.review().expected)


def _leverage(model: Any) -> Array:
    return np.asarray(leverage_in(model.table, model.position, model.book, model.scale).index)


@dataclass(frozen=True)
class Held(Calculator):
    """Keeps one stance toward the other partner whatever happens and replies best toward Washington.

    The experiment behind "is a front worth having": two partners whose stance toward each other is held, everything
    else free.
    """

    toward_partner: Stance = Stance.COORDINATE

    name = "held"
    traits = Traits(calculates=True, seats=(Country.CAN, Country.MEX))

    def value(self, view: SeatView, game: StageGame, belief: list[Array]) -> Array:
        return against(game, view, belief)

    def pick(self, view: SeatView, value: Array, rng: np.random.Generator) -> int:
        place = others(view.seat).index(Country.MEX if view.seat is Country.CAN else Country.CAN)
        stance = np.arange(len(value)) // 3 if place == 0 else np.arange(len(value)) % 3
        return int(np.argmax(np.where(stance == STANCES.index(self.toward_partner), value, -np.inf)))
