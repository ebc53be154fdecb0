"""One economy, one parameter set and a few ways to make trouble, shared by the tests of firms."""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.economy import load_economy
from negotiation.scenario import load_firm_parameters
from negotiation.world.firms import FirmLayer, FirmMonth, FirmParameters


@pytest.fixture(scope="session")
def economy():
    return load_economy("economy_2023")


@pytest.fixture(scope="session")
def parameters():
    return FirmParameters.from_mapping(load_firm_parameters())


@pytest.fixture
def layer(economy, parameters):
    """Two thousand fresh firms, always the same."""
    return FirmLayer(economy, parameters, 2000, np.random.default_rng(7))


@pytest.fixture(scope="session")
def us_duty(economy):
    """us_duty(rate): additional tariffs with ``rate`` on all goods from Canada and Mexico."""

    def build(rate: float, counter: float = 0.0) -> np.ndarray:
        tariff = np.zeros(economy.shape)
        us, canada, mexico = (economy.index(name) for name in ("USA", "CAN", "MEX"))
        goods = [j for j, name in enumerate(economy.sectors) if name != "SRV"]
        for partner in (canada, mexico):
            tariff[us, partner, goods] = rate
            tariff[partner, us, goods] = counter
        return tariff

    return build


def live_through(layer: FirmLayer, months: list[FirmMonth], seed: int = 0):
    """Step a layer through months, each with its own generator; the reports."""
    return [layer.step(month, np.random.default_rng([seed, number])) for number, month in enumerate(months)]


@pytest.fixture(scope="session")
def turbulent_months(us_duty):
    """A year and a half with everything in it: exemptions, counter-duties, threats, reversals, missions."""
    exempt, hit = us_duty(0.0), us_duty(0.25)
    months = [FirmMonth()]
    months += [
        FirmMonth(
            tariff_certified=exempt,
            tariff_uncertified=hit,
            tariff=us_duty(0.0, 0.1),
            imposed=(1, 1),
            reversed=(1, 0),
        )
    ]
    months += [FirmMonth(tariff_certified=exempt, tariff_uncertified=hit)] * 5
    months += [FirmMonth(tariff=us_duty(0.5, 0.1), imposed=(1, 0), entry_cost_hat=[[0.6, 0.6], [0.74, 0.74]])]
    months += [FirmMonth(tariff=us_duty(0.5, 0.1), entry_cost_hat=0.6)] * 4
    months += [FirmMonth(lifted=(1, 1), threatened_not_executed=(0, 1))]
    months += [FirmMonth()] * 5
    return months
