"""The firms' months as a plain Mesa model: one agent a firm, each stepped in Python, as most people would write it.

Only here to be compared with (``lab_speed``). It is spared governments, trade and accounts: the months' markets are
handed to it, so that what is timed is agents alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import mesa
import numpy as np
from mesa import DataCollector

from negotiation.scenario import load_firm_parameters
from negotiation.world.firms import FirmLayer, FirmMonth, FirmParameters
from negotiation.world.firms.experiments import uniform_duty
from negotiation.world.firms.luck import draw_month
from tests.benchmarks.firms_objects import Firm, markets, to_objects

MONTHS, DUTY = 10, 0.1


class PlainFirm(mesa.Agent):
    """A firm as an agent."""

    def __init__(self, model: Any, firm: Firm, twin: bool, row: int) -> None:
        super().__init__(model)
        self.firm, self.twin, self.row = firm, twin, row

    def step(self) -> None:
        """Live through one month."""
        model = self.model
        lanes = model.quiet if self.twin else model.lanes
        self.firm.month(lanes[self.firm.cell], model.rule, model.looks[self.row], model.broken[self.row])


class PlainFirms(mesa.Model):
    """Ten months of firms and of their twin, an agent each."""

    def __init__(self, game: int = 0, firms: int = 2000) -> None:
        super().__init__(rng=game)
        self.draws = np.random.default_rng(game)
        economy, parameters = _inputs()
        layer = FirmLayer(economy, parameters, firms, self.draws)
        policy = FirmMonth(tariff=uniform_duty(layer.economy, DUTY), imposed=(1.0, 1.0))
        _, cells = layer.outlook(policy)
        self.rule, quiet = layer._standing(policy.switches)
        self.lanes, self.quiet = markets(cells), markets(quiet)
        self.deaths = layer.parameters.link_death_rate
        for twin, have in ((False, layer._firms), (True, layer._twin)):
            for row, firm in enumerate(to_objects(layer.traits, have, layer._eps, self.rule)):
                PlainFirm(self, firm, twin, row)
        self.count = firms
        self.datacollector = DataCollector(model_reporters={"exporters": _exporters})

    def step(self) -> None:
        """One month of everybody."""
        draws, _ = draw_month(self.count, self.deaths, self.draws)
        self.looks, self.broken = draws.look.tolist(), draws.broken.tolist()
        self.agents.do("step")
        self.datacollector.collect(self)
        self.running = self.steps < MONTHS


def _exporters(model: PlainFirms) -> int:
    return sum(agent.firm.live[0] for agent in model.agents)


@lru_cache(maxsize=1)
def _inputs() -> tuple[Any, FirmParameters]:
    from negotiation.economy import load_economy

    return load_economy("economy_2023"), FirmParameters.from_mapping(load_firm_parameters())
