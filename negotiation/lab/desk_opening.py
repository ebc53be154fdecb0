"""The instant answer: the position a game opens in, worked out without playing it and without firms' histories.

At the opening, links are what they are in the data, so nothing here needs a population of firms: the numbers are those
of ``ReviewModel(scenario, firms=...).opening`` (a test holds them together) in a fraction of the time. What happens
*after* the opening - moves, chance, firms that leave - needs games: an ensemble.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from negotiation.economy import Economy
from negotiation.game.breakdown import joining_terms, leverage_in
from negotiation.game.incidence import corrections
from negotiation.game.income import IncomeTable, scale_of_leverage
from negotiation.game.position import Position, opening_position
from negotiation.game.review import hold_review
from negotiation.game.rulebook import rulebook
from negotiation.scenario import Scenario
from negotiation.terms import OUTCOMES, PARTNERS, SEATS
from negotiation.world.law import rest_of_the_world
from negotiation.world.parts import economy_of, mfn_of
from negotiation.world.report import seen_by

Array = np.ndarray
TOLERANCE = 1e-6
"""Of the trade equilibrium, as in ensembles: a millionth of income is far below what is printed."""


class Opening:
    """A scenario's first position on boards without firms' histories."""

    def __init__(self, scenario: Scenario, tolerance: float = TOLERANCE) -> None:
        self.scenario, self.tolerance = scenario, tolerance
        self.economy = economy_at(scenario)
        self.book = rulebook(scenario, self.economy)
        self.seat_regions = [self.economy.index(c) for c in SEATS]
        start = opening_position(
            scenario.start, scenario.issues, self.economy.sectors, (self.book.us_top, self.book.partner_top)
        )
        self._rest = rest_of_the_world(scenario, self.economy, scenario.calendar.rounds[0].date)
        self._phi = corrections(
            self.economy,
            *self.book.first_rungs,
            self.book.rules.pass_through,
        )
        self.table = self._table(start)
        self.scale = scale_of_leverage(self.table, self.book)
        self.position: Position = joining_terms(self.table, start, self.book)

    def numbers(self) -> dict[str, Any]:
        """Everything a screen shows of a position (see ``world.report.seen_by``)."""
        return seen_by(self, self.table)

    def by_sector(self) -> dict[str, dict[str, dict[str, float]]]:
        """Each goods sector alone: what its tariffs in force do to real income, and what its threat is worth.

        ``income``: sector -> seat -> USD bn a year of the rungs in force if only this sector were on the ladder.
        ``transfer``: sector -> partner -> what Washington could ask for if breakdowns hit this sector only, USD bn a
        year. Sectors lean on each other, so neither adds up to the whole.
        """
        income, transfer = {}, {}
        for j, sector in enumerate(self.economy.sectors):
            only = np.arange(len(self.economy.sectors)) == j
            pos = replace(
                self.position,
                us_steps=self.position.us_steps & only,
                partner_steps=self.position.partner_steps & only,
            )
            if not pos.us_steps.any():
                continue
            table = self._table(pos)
            alone = leverage_in(table, pos, self.book, self.scale).transfer
            now = table.real_income(pos.us_rung, pos.partner_rung)
            income[sector] = {str(s): round(float(now[i]), 4) for i, s in enumerate(SEATS)}
            transfer[sector] = {str(k): round(float(alone[i]), 4) for i, k in enumerate(PARTNERS)}
        return {"income": income, "transfer": transfer}

    def _table(self, pos: Position) -> IncomeTable:
        return IncomeTable(
            self.economy,
            self.book,
            mfn_tariff=mfn_of(self.economy),
            us_steps=pos.us_steps,
            partner_steps=pos.partner_steps,
            outside_tariff=self._rest,
            phi=self._phi,
            tolerance=self.tolerance,
        )


def opening(scenario: Scenario, values: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Numbers of the opening with some levers and uncertainties set; raises as ``Scenario.with_values`` does."""
    held = Opening(scenario.with_values(**(values or {})))
    return {**held.numbers(), "by_sector": held.by_sector()}


def economy_at(scenario: Scenario) -> Economy:
    """The scenario's economy; another multiple of the elasticities does not read the data again."""
    multiple = float(scenario.economy.elasticity_multiple)
    if multiple == 1.0:
        return economy_of(scenario)
    plain = scenario.model_copy(
        update={"economy": scenario.economy.model_copy(update={"elasticity_multiple": 1.0})}
    )
    return _stretched(economy_of(plain), multiple)


@lru_cache(maxsize=64)
def _stretched(economy: Economy, multiple: float) -> Economy:
    return economy.with_elasticity(economy.trade_elasticity * multiple)


def span(scenario: Scenario) -> dict[str, Any]:
    """What each lever and uncertainty does to the opening by itself, from its lowest to its highest value.

    ``base`` and, by name, ``low`` and ``high``: leverage over each partner (index) and odds of each end. A name whose
    two ends are the same as the base acts only over rounds.
    """
    found: dict[str, Any] = {"base": _short(scenario)}
    for name, declared in (*scenario.levers.items(), *scenario.uncertainties.items()):
        found[name] = {
            "low": _short(scenario.with_values(**{name: _fit(scenario, name, declared.low)})),
            "high": _short(scenario.with_values(**{name: _fit(scenario, name, declared.high)})),
        }
    return found


def _fit(scenario: Scenario, name: str, value: float) -> float:
    return int(value) if isinstance(scenario.lever_value(name), int) else float(value)


def _short(scenario: Scenario) -> dict[str, Any]:
    held = Opening(scenario)
    index = leverage_in(held.table, held.position, held.book, held.scale).index
    odds = hold_review(held.table, held.position.as_washington_sees_it(), held.book, seen=True).odds
    return {
        "leverage": {str(k): round(float(index[i]), 4) for i, k in enumerate(PARTNERS)},
        "odds": {str(o): round(float(p), 6) for o, p in zip(OUTCOMES, odds, strict=True)},
    }
