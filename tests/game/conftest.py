"""A game's parts on the real economy, as the rules' prototype had them: `mix` elasticities, applied tariffs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from negotiation.economy import load_economy
from negotiation.economy.tariffs import mfn_tariff
from negotiation.game.breakdown import joining_terms
from negotiation.game.income import IncomeTable, scale_of_leverage
from negotiation.game.position import BELIEFS, Position, opening_position
from negotiation.game.rulebook import Rulebook, rulebook
from negotiation.scenario import load_scenario


@dataclass(frozen=True)
class Parts:
    """Everything a pure function of the game floor asks for."""

    scenario: Any
    book: Rulebook
    table: IncomeTable
    scale: np.ndarray
    start: Position


def parts(elasticities: str, tariffs: str) -> Parts:
    """Parts under the rules of the prototypes: commitment by threshold, tariff incidence as the model has it."""
    shipped = load_scenario("autumn-2025")
    commitment = shipped.rules.commitment.model_copy(update={"rule": "threshold"})
    pass_through = shipped.rules.pass_through.model_copy(update={"weight": 0.0})
    review = shipped.rules.review.model_copy(update={"notice_months": 0})
    rules = shipped.rules.model_copy(
        update={"commitment": commitment, "pass_through": pass_through, "review": review}
    )
    scenario = shipped.model_copy(update={"rules": rules})
    economy = load_economy("economy_2023", elasticities=elasticities, tariffs=tariffs)
    book = rulebook(scenario, economy)
    table = IncomeTable(economy, book, mfn_tariff=mfn_tariff())
    start = opening_position(scenario.start, scenario.issues, economy.sectors, (4, 3))
    return Parts(scenario, book, table, scale_of_leverage(table, book), start)


@pytest.fixture(scope="session")
def product() -> Parts:
    """The shipped rules: commitment from the cost of joining, half of the pass-through correction."""
    scenario = load_scenario("autumn-2025")
    economy = load_economy("economy_2023", tariffs="pre_2025")
    book = rulebook(scenario, economy)
    table = IncomeTable(economy, book, mfn_tariff=mfn_tariff())
    start = opening_position(scenario.start, scenario.issues, economy.sectors, (4, 3))
    return Parts(scenario, book, table, scale_of_leverage(table, book), joining_terms(table, start, book))


@pytest.fixture(scope="session")
def prototype() -> Parts:
    """The setting of the rules' prototype (its section "Reproducing these numbers"), without the corridor."""
    return parts("mix", "pre_2025")


@pytest.fixture(scope="session")
def firms_report() -> Parts:
    """The setting of the firm prototype's leverage section: median elasticities, zero baseline tariffs."""
    return parts("median", "zero")


def with_beliefs(pos: Position, **counts: Any) -> Position:
    """A position with other evidence: name -> (for, against) of both partners or one pair of each."""
    evidence = pos.evidence.copy()
    for name, value in counts.items():
        evidence[BELIEFS.index(name)] = np.broadcast_to(np.asarray(value, float), (2, 2))
    return replace(pos, evidence=evidence)
