"""The trade economy: arrays in, equilibrium out (Caliendo and Parro 2015, in changes).

    economy = load_economy("economy_2023")
    tariff = economy.tariff.copy()
    tariff[economy.index("USA"), economy.index("CAN"), :-1] += 0.25
    solve(economy, tariff=tariff).real_income_change      # USD bn a year, by region

Axes are always (importer, exporter, sector). Importing this package does not import numba; the first solve
does. See README.md beside this file.
"""

from negotiation.economy.data import economy_names, load_economy
from negotiation.economy.elasticities import elasticity_sets, load_elasticities
from negotiation.economy.model import Economy
from negotiation.economy.results import Equilibrium, EquilibriumBatch
from negotiation.economy.solver import solve, solve_many, warm_up
from negotiation.errors import EquilibriumNotFound, InvalidEconomy

__all__ = [
    "Economy",
    "Equilibrium",
    "EquilibriumBatch",
    "EquilibriumNotFound",
    "InvalidEconomy",
    "economy_names",
    "elasticity_sets",
    "load_economy",
    "load_elasticities",
    "solve",
    "solve_many",
    "warm_up",
]
