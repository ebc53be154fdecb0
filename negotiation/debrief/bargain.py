"""What was left on the table at the joint review: every package that could have been signed, and the fair ones.

A conditional renewal settles a set of open issues. Its yearly value to the three (USD bn, doubts about delivery
included) is affine in the set, so all 2^n packages are valued at once. Gains are measured from annual reviews, what
follows if nobody signs. Among packages that leave nobody worse off:

* **Nash** (1950): the largest product of the three gains;
* **Kalai-Smorodinsky** (1975): the largest smallest share of what each could have had at most

(``negotiation.bargaining.solutions``, one package for certain).

The frontier is drawn in two dimensions, the United States against the two partners together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.bargaining import solutions
from negotiation.debrief.game import Game
from negotiation.game.proposal import open_issues
from negotiation.game.review import hold_review
from negotiation.terms import SEATS, Outcome

Array = np.ndarray
MOST_ISSUES = 16
"""Open issues beyond which packages are not listed one by one (the shipped catalogue has 14)."""


@dataclass(frozen=True)
class Point:
    """One way the review could have ended: gains over annual reviews, USD bn a year."""

    name: str
    """An end or offer (EXT, SPLIT_CAN, ...), ``reached``, ``nash``, ``kalai_smorodinsky``."""
    gain: dict[str, float]
    package: tuple[str, ...] = ()

    @property
    def partners(self) -> float:
        """Of Canada and Mexico together."""
        return self.gain["CAN"] + self.gain["MEX"]


@dataclass(frozen=True)
class Bargain:
    """The review of a game as a bargaining problem."""

    held: bool
    """Whether the review was held; else it is the review as it would have stood after the last round."""
    annual: dict[str, float]
    """Value of annual reviews, from which gains are measured (the disagreement point), USD bn a year."""
    points: tuple[Point, ...]
    frontier: tuple[tuple[float, float], ...]
    """(gain of the US, of the partners together) along the packages nobody can improve on for both."""
    packages: int
    agreeable: int
    """Packages that leave nobody worse off than annual reviews."""

    def point(self, name: str) -> Point | None:
        """A point by its name."""
        return next((p for p in self.points if p.name == name), None)


def bargain(game: Game, model: Any) -> Bargain | None:
    """The bargaining problem in the last position of the game; None if there is no model of it."""
    if model is None or not model.scenario.switches["S13"]:
        return None
    held = game.ended or bool(game.state.proposals) or bool(game.state.reviews)
    review = model.review()
    annual = np.asarray(review.values["ANN"], float)
    items, value, at = _affine(model)
    points = [
        Point(name, _gain(v - annual)) for name, v in review.values.items() if name not in ("ANN", "COND")
    ]
    reached = _reached(game, annual)
    if reached is not None:
        points.insert(0, reached)
    chosen = _subsets(len(items))
    gains = at + chosen @ value - annual
    for solve in (solutions.nash, solutions.kalai_smorodinsky):
        agreed = solve(gains, np.zeros(3)).lottery
        if agreed:  # one package for certain
            row = agreed[0][0]
            package = tuple(items[j] for j in np.flatnonzero(chosen[row]))
            points.append(Point(solve.__name__, _gain(gains[row]), package))
    plane = np.stack([gains[:, 0], gains[:, 1] + gains[:, 2]], -1)
    return Bargain(
        held=held,
        annual={str(s): float(annual[i]) for i, s in enumerate(SEATS)},
        points=tuple(points),
        frontier=tuple((float(x), float(y)) for x, y in _undominated(plane)),
        packages=len(gains),
        agreeable=int((gains >= -1e-9).all(-1).sum()),
    )


def _affine(model: Any) -> tuple[list[str], Array, Array]:
    """Open items, value of each inside a signed renewal (items, 3), value of the empty package (3,)."""
    pos, scenario = model.position, model.scenario

    def signed(deal: Array) -> Array:
        review = hold_review(model.table, pos, model.book, deals={"COND": deal})
        return np.asarray(review.values["COND"], float)

    empty = signed(np.zeros((2, 3)))
    unit = np.zeros((2, 3))
    unit[0] = 1.0
    weight = signed(unit) - empty
    items, value = [], []
    for key, (giver, receiver, issue) in list(open_issues(pos, scenario).items())[:MOST_ISSUES]:
        row = np.zeros(3)
        row[SEATS.index(giver)] -= issue.cost
        row[SEATS.index(receiver)] += issue.value
        items.append(key)
        value.append(row * weight)
    return items, np.array(value).reshape(-1, 3), empty


def _subsets(n: int) -> Array:
    """(2^n, n) every set of n items, the empty one first."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)


def _reached(game: Game, annual: Array) -> Point | None:
    """Where the game ended."""
    ending = game.state.ending
    if not ending:
        return None
    value = np.array([float(ending["value"][str(s)]) for s in SEATS])
    proposal = ending.get("proposal") or {}
    signed = Outcome(ending["outcome"]) in (Outcome.COND, Outcome.SPLIT)
    return Point("reached", _gain(value - annual), tuple(proposal.get("package") or ()) if signed else ())


def _undominated(plane: Array) -> Array:
    """Points no other point beats in both coordinates, from left to right; one of equals."""
    order = np.lexsort((-plane[:, 1], -plane[:, 0]))
    best, kept = -np.inf, []
    for row in order:
        if plane[row, 1] > best + 1e-9:
            best = plane[row, 1]
            kept.append(row)
    return plane[kept[::-1]]


def _gain(values: Sequence[float] | Array) -> dict[str, float]:
    return {str(s): float(v) for s, v in zip(SEATS, values, strict=True)}
