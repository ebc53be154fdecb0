"""A scenario's rules as arrays, made once: what the pure functions of this floor read.

``GDP`` here is value added of the calibrated economy, USD bn a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from negotiation.economy import Economy
from negotiation.game.kernel_door import Numbers, Package, numbers_of, package_of
from negotiation.game.position import BELIEFS, SEEN_COPIES
from negotiation.game.round_door import RoundNumbers, round_numbers_of
from negotiation.terms import PARTNERS, SEATS

Array = np.ndarray


@dataclass(frozen=True)
class Rulebook:
    """Everything about a scenario that the rules of a round and of the review need."""

    rules: Any
    """The scenario's typed ``rules`` (configs/rules.yaml with its overrides)."""
    switches: Any
    sectors: tuple[str, ...]
    gdp: Array
    """(3,) value added of USA, CAN, MEX."""
    salience: Array
    """(3, sectors) political weight of displaced value added."""
    partner_value: Array
    """(2, issues) value to Washington of what k may grant, USD bn a year."""
    partner_cost: Array
    """(2, issues) its cost to k."""
    us_value: Array
    """(2, issues) value to k of what Washington may grant."""
    us_cost: Array
    """(2, issues) its cost to Washington."""
    us_points: Array
    """(2, rungs + 1, sectors) additional US tariff on k at each rung, rung 0 first."""
    us_friction: Array
    """(2, rungs + 1, sectors) additional iceberg cost on US imports from k."""
    partner_points: Array
    """(2, rungs + 1, sectors) additional tariff of k on the US."""
    partner_friction: Array
    """(2, rungs + 1, sectors) additional iceberg cost on k's exports to the US."""
    evidence: tuple[tuple[str, int, int, float, str], ...]
    """(event, belief row, 0 for / 1 against, weight, seen) of the evidence table."""
    months_to_review: tuple[int, ...]
    """Months until the next joint review after 0, 1, 2 ... rounds (0 where one is held next)."""

    reviews_left: tuple[int, ...] = (1,)
    """Joint reviews still to be held after 0, 1, 2 ... rounds (one held at that moment counts)."""

    @cached_property
    def numbers(self) -> Numbers:
        """What the compiled review reads of these rules."""
        return numbers_of(self)

    @cached_property
    def package(self) -> Package:
        """What Washington and a partner threaten each other with."""
        return package_of(self)

    @cached_property
    def round_numbers(self) -> RoundNumbers:
        """What the compiled round reads of these rules."""
        return round_numbers_of(self, SEEN_COPIES)

    @cached_property
    def ladders_known(self) -> dict[Any, Any]:
        """Ladders whose steps cover only some sectors, as ``income`` has worked them out."""
        return {}

    def another_review_follows(self, rounds: int) -> bool:
        """Whether the review to come is not the last of the calendar."""
        return self.reviews_left[min(rounds, len(self.reviews_left) - 1)] > 1

    @property
    def rounds(self) -> int:
        """Rounds before the first joint review."""
        return next(n for n, left in enumerate(self.months_to_review) if n and left == 0)

    @property
    def first_rungs(self) -> tuple[Array, Array]:
        """(2, sectors) additional tariffs of Washington's and of the partners' first rung; none if it is the zeroth."""
        return self.us_points[:, min(1, self.us_top)], self.partner_points[:, min(1, self.partner_top)]

    @property
    def us_top(self) -> int:
        """Highest rung of Washington's ladder."""
        return self.us_points.shape[1] - 1

    @property
    def partner_top(self) -> int:
        """Highest rung of a partner's ladder."""
        return self.partner_points.shape[1] - 1

    def on(self, system: str) -> bool:
        """Whether a system of the story (S1 ... S19) is switched on."""
        return bool(self.switches[system])


def rulebook(scenario: Any, economy: Economy) -> Rulebook:
    """The scenario's rules as arrays on the sectors of its economy."""
    rules, sectors, ends = scenario.rules, economy.sectors, scenario.rules.rungs
    us_ladder, partner_ladder = (
        scenario.ladder.us[: ends.us_highest],
        scenario.ladder.partner[: ends.partner_highest],
    )
    salience = np.array([[rules.salience.weight(c, s) for s in sectors] for c in SEATS])
    issues_on = scenario.switches["S18"]
    to_us, to_partner = scenario.issues.partner_to_us, scenario.issues.us_to_partner
    evidence = []
    for row in rules.evidence.rows:
        for side, weight in ((0, row.for_), (1, row.against)):
            if weight and not (row.belief in ("trust", "partner_trust") and not scenario.switches["S5"]):
                evidence.append((row.event, BELIEFS.index(row.belief), side, float(weight), row.seen))
    return Rulebook(
        rules=rules,
        switches=scenario.switches,
        sectors=sectors,
        gdp=economy.value_added[[economy.regions.index(c) for c in SEATS]],
        salience=salience,
        partner_value=_amounts(to_us, "value", issues_on),
        partner_cost=_amounts(to_us, "cost", issues_on),
        us_value=_amounts(to_partner, "value", issues_on),
        us_cost=_amounts(to_partner, "cost", issues_on),
        us_points=_rungs(us_ladder, "points", sectors),
        us_friction=_rungs(us_ladder, "friction", sectors),
        partner_points=_rungs(partner_ladder, "points", sectors),
        partner_friction=_rungs(partner_ladder, "friction_on_exports", sectors),
        evidence=tuple(evidence),
        months_to_review=_months_to_review((*scenario.calendar.rounds, *scenario.calendar.after_review)),
        reviews_left=_reviews_left((*scenario.calendar.rounds, *scenario.calendar.after_review)),
    )


def _months_to_review(calendar: tuple[Any, ...]) -> tuple[int, ...]:
    """Months left after n rounds; 0 where a review is held next, and at the end."""
    left = [0] * (len(calendar) + 1)
    for n in range(len(calendar) - 1, -1, -1):
        if n and calendar[n - 1].review:
            left[n] = 0
        else:
            left[n] = calendar[n].months + left[n + 1]
    return tuple(left)


def _reviews_left(calendar: tuple[Any, ...]) -> tuple[int, ...]:
    """Reviews held after round n or later, for n = 0, 1, 2 ... rounds played."""
    held = [False, *(bool(r.review) for r in calendar)]
    return tuple(sum(held[n:]) for n in range(len(held)))


def _amounts(catalogue: Any, field: str, on: bool) -> Array:
    return np.array([[getattr(i, field) for i in catalogue[k]] for k in PARTNERS]) * float(on)


def _rungs(ladder: Any, field: str, sectors: tuple[str, ...]) -> Array:
    rows = [[0.0] * len(sectors)]
    for rung in ladder:
        values = getattr(rung, field)
        rows.append([float(values.get(s, 0.0)) for s in sectors])
    return np.stack([np.array(rows)] * 2)
