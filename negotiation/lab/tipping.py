"""Gradually, then suddenly? Where a joint front tips and where firms do, as maps.

*Front*: a partner joins if the front is worth more to it than joining costs, and each joins for the other's sake; the
pair of probabilities can have one solution or two. Two solutions: the front stands or falls at once, and which of the
two holds depends on the past. The map is drawn over pressure (US rung), credibility of threats, trust between the
partners, and decision noise. *Firms*: a slow climb of duties, with and without reversals, watched by the detector of
rushes; and what it would take for a trickle to turn into a rush.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from negotiation.economy import load_economy
from negotiation.game.breakdown import joining_terms
from negotiation.game.position import BELIEFS, Position
from negotiation.game.rulebook import Rulebook
from negotiation.lab.workers import Progress, do_all
from negotiation.scenario import Scenario, load_yaml
from negotiation.world import ReviewModel
from negotiation.world.firms.calibration import default_parameters
from negotiation.world.firms.experiments import tipping

FEW = 500
"""Firms in the model whose boards the front is worked out on: at the opening links are what they are in the data."""
LINKS = (
    ("US buyers of Canadian goods", 0, 3),
    ("Canadian sales overseas", 1, 2),
    ("Canadian sales to Mexico", 1, 1),
)
"""What is followed: name, home of the firms, slot of the link."""


def plan() -> Mapping[str, Any]:
    """Grids and thresholds (``configs/story/tipping.yaml``)."""
    return load_yaml("story/tipping.yaml")


# -- the front ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Front:
    """Commitment (mean of CAN and MEX) in one place of the map, reached from no front and from a full one."""

    low: float
    high: float
    two: bool
    """Both a front and none are solutions."""


class Fronts:
    """Solutions of the pair of commitments in variations of a scenario's opening."""

    def __init__(self, scenario: Scenario | str) -> None:
        self.model = ReviewModel(scenario, 0, firms=FEW, lean=True)
        self.apart = float(plan()["front"]["apart"])

    def at(
        self,
        *,
        rung: int | None = None,
        threat: float | None = None,
        trust: float | None = None,
        noise: float | None = None,
    ) -> Front:
        """The front with these changed; what is left out is as in the scenario's opening."""
        pos, book = self.model.position, self._book(noise)
        if rung is not None:
            pos = replace(pos, us_rung=np.full(2, rung))
        for name, mean in (("threat", threat), ("partner_trust", trust), ("commitment", trust)):
            if mean is not None:
                pos = _believing(pos, name, mean)
        low, high = (float(self._settled(pos, book, start).mean()) for start in (0.001, 0.999))
        return Front(round(low, 4), round(high, 4), high - low > self.apart)

    def _settled(self, pos: Position, book: Rulebook, start: float) -> np.ndarray:
        """(2,) the pair reached from a start, whatever held before."""
        q = np.full(2, start)
        for _ in range(50):  # each call iterates by itself; near a fold it takes several
            now = joining_terms(self.model.table, replace(pos, joins=q, joins_seen=q), book).joins
            if np.abs(now - q).max() < 1e-8:
                break
            q = now
        return np.asarray(now)

    def _book(self, noise: float | None) -> Rulebook:
        if noise is None:
            return self.model.book
        rules = self.model.book.rules
        commitment = rules.commitment.model_copy(update={"noise": noise})
        return replace(self.model.book, rules=rules.model_copy(update={"commitment": commitment}))


def _believing(pos: Position, name: str, mean: float) -> Position:
    """The position with a belief of this mean about both partners, on four episodes."""
    evidence = pos.evidence.copy()
    evidence[BELIEFS.index(name)] = np.array([4 * mean, 4 * (1 - mean)])
    return replace(pos, evidence=evidence)


@dataclass(frozen=True)
class FrontMap:
    """Maps of the front around one scenario's opening."""

    scenario: str
    opening: Front
    opening_trust: float
    """Belief in the other partner's good will at the opening."""
    opening_record: float
    """Belief that promises to join are kept, from the record."""
    by_pressure: Mapping[float, tuple[tuple[Front, ...], ...]]
    """Trust -> rows of rungs, columns of credibility."""
    shipped: float
    """Decision noise of the scenario's rules."""
    noises: tuple[float, ...]
    """The grid's and the shipped one."""
    by_noise: tuple[tuple[Front, ...], ...]
    """Rows of noise, columns of trust."""
    leaps: Mapping[float, float | None]
    """Noise -> trust at which the front from below leaps (None: it climbs)."""


def front_map(scenario: Scenario | str = "autumn-2025") -> FrontMap:
    """Where the partners' front has one solution and where two."""
    grid, fronts = plan()["front"], Fronts(scenario)
    by_pressure = {
        trust: tuple(
            tuple(fronts.at(rung=rung, threat=threat, trust=trust) for threat in grid["threats"])
            for rung in grid["rungs"]
        )
        for trust in grid["trusts"]
    }
    shipped = float(fronts.model.book.rules.commitment.noise)
    noises = tuple(sorted({*map(float, grid["noises"]), shipped}))
    by_noise = tuple(
        tuple(fronts.at(trust=trust, noise=noise) for trust in grid["trust_axis"]) for noise in noises
    )
    pos = fronts.model.position
    return FrontMap(
        fronts.model.scenario.name,
        fronts.at(),
        round(float(pos.belief("partner_trust").mean()), 4),
        round(float(pos.belief("commitment").mean()), 4),
        by_pressure,
        shipped,
        noises,
        by_noise,
        {
            noise: _leap(row, grid["trust_axis"], float(grid["steep"]))
            for noise, row in zip(noises, by_noise, strict=True)
        },
    )


def _leap(row: Sequence[Front], axis: Sequence[float], steep: float) -> float | None:
    """Trust before which the front, coming from none, leaps by more than ``steep``."""
    steps = [(b.low - a.low, t) for a, b, t in zip(row, row[1:], axis[1:], strict=False)]
    size, where = max(steps)
    return where if size > steep else None


# -- firms --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Climb:
    """A slow climb of the duty on both partners' goods, lived through by firms."""

    duty: float
    reversals: int
    """a year."""
    thick: float
    """Rise of a link's profit with the size of its corridor."""
    change: Mapping[str, float]
    """Links at the end over the twin's, less one."""
    sudden: Mapping[str, float]
    """Largest six months as a share of the whole move."""
    rushes: tuple[str, ...]
    """What the detector found, in words."""


@dataclass(frozen=True)
class _Task:
    duty: float
    reversals: int
    thick: float
    count: int
    seed: int


def climb(task: _Task) -> Climb:
    """Live through one climb."""
    parameters = default_parameters().but(thick_market_elasticity=task.thick)
    watch = tipping(
        load_economy("economy_2023"),
        reversals_a_year=task.reversals,
        count=task.count,
        seed=task.seed,
        p=parameters,
        duty=task.duty,
    )
    return Climb(
        task.duty,
        task.reversals,
        task.thick,
        {name: round(float(watch.links[-1][home, slot] - 1), 4) for name, home, slot in LINKS},
        {name: round(float(watch.suddenness(home, slot)), 4) for name, home, slot in LINKS},
        tuple(map(str, watch.rushes())),
    )


@dataclass(frozen=True)
class FirmMap:
    """Climbs at honest parameters, and what it would take."""

    honest: tuple[Climb, ...]
    takes: tuple[Climb, ...]
    """The middle duty without reversals at rising thick-market effects."""


def firm_map(
    *,
    count: int | None = None,
    seed: int = 0,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> FirmMap:
    """Do firms rush? Over duties and reversals, then over thick-market effects."""
    grid = plan()["firms"]
    firms = int(grid["count"]) if count is None else count
    middle = grid["duties"][len(grid["duties"]) // 2]
    honest = [_Task(d, r, 0.0, firms, seed) for d in grid["duties"] for r in grid["reversals"]]
    takes = [_Task(middle, 0, t, firms, seed) for t in grid["thick"]]
    done = do_all(climb, [*honest, *takes], workers=workers, executor=executor, progress=progress)
    return FirmMap(tuple(done[: len(honest)]), tuple(done[len(honest) :]))
