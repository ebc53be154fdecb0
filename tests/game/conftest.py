"""A game's parts on the real economy, as the rules' prototype had them: `mix` elasticities, applied tariffs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from negotiation.economy import load_economy
from negotiation.economy.tariffs import mfn_tariff
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
    scenario = load_scenario("autumn-2025")
    economy = load_economy("economy_2023", elasticities=elasticities, tariffs=tariffs)
    book = rulebook(scenario, economy)
    table = IncomeTable(economy, book, mfn_tariff=mfn_tariff())
    start = opening_position(scenario.start, scenario.issues, economy.sectors, (4, 3))
    return Parts(scenario, book, table, scale_of_leverage(table, book), start)


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
