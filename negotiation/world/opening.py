"""Where every game of a scenario starts, whatever its seed: economy, rules, first position, first income table.

Before the first round no firm has heard of any policy, so links are those of the base (``relationship_hat`` 1) in every
game; only the firms themselves are drawn. What follows from the scenario alone is therefore worked out once a process
and shared: nothing in it is ever written, and the income table only ever gains boards (rows do not influence each
other, so it does not matter who asked for one first).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from negotiation.economy import Economy
from negotiation.game.breakdown import joining_terms, leverage_in
from negotiation.game.income import IncomeTable, scale_of_leverage
from negotiation.game.position import Position, opening_position
from negotiation.game.pressure import as_switched
from negotiation.game.rulebook import Rulebook, rulebook
from negotiation.scenario import Scenario
from negotiation.world.firms import FirmParameters
from negotiation.world.law import rest_of_the_world
from negotiation.world.parts import economy_of, firm_parameters_of, incidence_of, mfn_of

Array = np.ndarray
KEPT = 8
"""Scenarios a process remembers."""


@dataclass(frozen=True, eq=False)
class Opening:
    """The start of all games of one scenario at one tolerance of the trade equilibrium."""

    scenario: Scenario
    economy: Economy
    book: Rulebook
    parameters: FirmParameters
    rest: Array | None
    """(importer, exporter, sector) dated tariffs of everybody else, in a replay."""
    phi: Array
    """(importer, exporter) incidence corrections."""
    scale: Array
    """(2,) Cbar of leverage."""
    position: Position
    table: IncomeTable

    @cached_property
    def leverage(self) -> Array:
        """(2,) the index Washington starts with, as it can know it."""
        return leverage_in(self.table, self.position, self.book, self.scale).index


_lock = threading.Lock()
_known: OrderedDict[tuple[int, float], Opening] = OrderedDict()


def opening_of(scenario: Scenario, tolerance: float) -> Opening:
    """The opening of a scenario (an object with its values set counts as another scenario)."""
    key = (id(scenario), tolerance)  # an opening holds its scenario, so the number stays taken
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    found = _worked_out(scenario, tolerance)
    with _lock:
        _known[key] = found
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


def _worked_out(scenario: Scenario, tolerance: float) -> Opening:
    economy = economy_of(scenario)
    book = rulebook(scenario, economy)
    first = opening_position(
        scenario.start, scenario.issues, economy.sectors, (book.us_top, book.partner_top)
    )
    position = as_switched(first, book)
    rest = rest_of_the_world(scenario, economy, scenario.calendar.rounds[0].date)
    phi = incidence_of(economy, book)
    table = IncomeTable(
        economy,
        book,
        mfn_tariff=mfn_of(economy),
        us_steps=position.us_steps,
        partner_steps=position.partner_steps,
        relationship_hat=np.ones(economy.trade_flow.shape),
        outside_tariff=rest,
        phi=phi,
        tolerance=tolerance,
    )
    scale = scale_of_leverage(table, book)
    position = joining_terms(table, position, book)
    for field in fields(position):
        value: Any = getattr(position, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    parameters = firm_parameters_of(scenario)
    return Opening(scenario, economy, book, parameters, rest, phi, scale, position, table)
