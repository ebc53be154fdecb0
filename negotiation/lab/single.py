"""One run as a function from inputs to a flat dictionary: what ensembles, EMA Workbench and SALib drive."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from negotiation.game.breakdown import leverage_in
from negotiation.game.commitment import effective_commitment
from negotiation.scenario import Scenario, load_scenario, load_yaml
from negotiation.strategies import Strategy
from negotiation.terms import PARTNERS, SEATS, Country
from negotiation.world import ReviewModel


def run(
    scenario: Scenario | str,
    seed: int = 0,
    strategies: Mapping[Country | str, Strategy | str] | None = None,
    **levers: float,
) -> dict[str, Any]:
    """Play one game by strategies and return where it ended, flat.

    scenario : a ``Scenario``, or the name or path of one.
    strategies : seat -> strategy or its name, over the scenario's own.
    levers : declared levers and uncertainties of the scenario, by name.

    Keys: ``outcome``; ``odds_EXT`` ... ``odds_WD`` before the draw; ``leverage_CAN``, ``transfer_CAN`` (USD bn a
    year), ``leverage_change_CAN``; ``real_income_USA`` and ``real_wage_USA`` (percent), ``score_USA`` (USD bn);
    ``commitment_CAN``, ``us_rung_CAN``, ``partner_rung_CAN``, ``us_export_share_CAN`` (percent) and so on for the
    others. A run that fails raises: ``UnknownName``, ``ScenarioError``, ``EquilibriumNotFound``.

    >>> from negotiation.lab import run
    >>> run("autumn-2025", seed=1)["outcome"] in ("EXT", "COND", "SPLIT", "ANN", "WD")
    True
    """
    chosen = load_scenario(scenario)
    if levers:
        chosen = chosen.with_values(**levers)
    size = _size()
    model = ReviewModel(
        chosen,
        seed,
        strategies=strategies,
        firms=int(size["firms"]),
        tolerance=float(size["tolerance"]),
        lean=True,
    )
    opening = model.origin.leverage
    while model.running:
        model.step()
    return flat(model, opening)


def flat(model: Any, opening: np.ndarray) -> dict[str, Any]:
    """The end of a game in one row. ``opening`` (2,) is the leverage index it started with."""
    ending, position, table = model.ending, model.position, model.table
    lever = leverage_in(table, position, model.book, model.scale)
    committed = effective_commitment(position, model.book, seen=False)
    now = table.equilibrium(position.us_rung, position.partner_rung)
    free = table.equilibrium(np.zeros(2, int), np.zeros(2, int))
    row: dict[str, Any] = {"scenario": model.scenario.name, "seed": model.seed, "outcome": ending["outcome"]}
    row |= {f"odds_{end}": p for end, p in ending["odds"].items()}
    for i, k in enumerate(PARTNERS):
        row[f"leverage_{k}"] = float(lever.index[i])
        row[f"leverage_change_{k}"] = float(lever.index[i] - opening[i])
        row[f"transfer_{k}"] = float(lever.transfer[i])
        row[f"commitment_{k}"] = float(committed[i])
        row[f"us_rung_{k}"] = int(position.us_rung[i])
        row[f"partner_rung_{k}"] = int(position.partner_rung[i])
        if model.last_report is not None:
            row[f"us_export_share_{k}"] = 100 * float(model.last_report.us_export_share[i])
    for seat, region in zip(SEATS, model.seat_regions, strict=True):
        row[f"real_income_{seat}"] = 100 * float(now.real_income_hat[region] - free.real_income_hat[region])
        row[f"real_wage_{seat}"] = 100 * float(now.real_wage_hat[region] / free.real_wage_hat[region] - 1)
        row[f"score_{seat}"] = float(ending["score"][str(seat)])
    return row


@lru_cache(maxsize=1)
def _size() -> Mapping[str, Any]:
    """Firms and tolerance of one run among many."""
    return load_yaml("lab.yaml")["ensemble"]
