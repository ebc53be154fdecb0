"""The published numbers of the design, to the printed digit."""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.economy import Economy, solve
from tests.economy.oracle import newton

PARTNER_TARIFF = 0.25
REFERENCE = {
    "us_on_both": (
        (0.023232, -1.636073, -2.196107),
        (-0.259707, -1.738706, -2.051681),
        (6.55, -33.24, -38.62),
    ),
    "us_can_mutual": (
        (-0.074162, -1.794624, 0.064502),
        (-0.189576, -3.038556, 0.057092),
        (-20.92, -36.46, 1.13),
    ),
    "us_mex_mutual": (
        (-0.081691, 0.042099, -2.081875),
        (-0.218690, 0.044939, -3.270627),
        (-23.04, 0.86, -36.61),
    ),
    "both_mutual": (
        (-0.152398, -1.778510, -2.046995),
        (-0.409870, -3.010156, -3.239720),
        (-42.98, -36.13, -36.00),
    ),
    "auto_friction": (
        (-0.077154, -0.130835, -0.466033),
        (-0.074942, -0.137827, -0.437290),
        (-21.76, -2.66, -8.20),
    ),
}


def shock(economy: Economy, name: str) -> dict[str, np.ndarray]:
    us, can, mex = (economy.index(r) for r in ("USA", "CAN", "MEX"))
    goods = np.array([s != "SRV" for s in economy.sectors])
    tariff, cost = economy.tariff.copy(), np.ones(economy.shape)
    corridors = {
        "us_on_both": [(us, can), (us, mex)],
        "us_can_mutual": [(us, can), (can, us)],
        "us_mex_mutual": [(us, mex), (mex, us)],
        "both_mutual": [(us, can), (can, us), (us, mex), (mex, us)],
        "auto_friction": [],
    }[name]
    for importer, exporter in corridors:
        tariff[importer, exporter, goods] = PARTNER_TARIFF
    if name == "auto_friction":
        cost[us, [can, mex], economy.sector_index("AUT")] = 1.3
    return {"tariff": tariff, "trade_cost_hat": cost}


@pytest.mark.parametrize("name", REFERENCE)
def test_the_reference_table_is_reproduced_to_the_printed_digit(base: Economy, name: str) -> None:
    income, wage, dollars = REFERENCE[name]
    found = solve(base, **shock(base, name), tolerance=1e-10)
    north_america = [base.index(r) for r in ("USA", "CAN", "MEX")]
    np.testing.assert_allclose(100 * (found.real_income_hat - 1)[north_america], income, rtol=0, atol=6e-7)
    np.testing.assert_allclose(100 * (found.real_wage_hat - 1)[north_america], wage, rtol=0, atol=6e-7)
    np.testing.assert_allclose(found.real_income_change[north_america], dollars, rtol=0, atol=0.0051)


@pytest.mark.parametrize("name", REFERENCE)
def test_the_oracle_agrees_on_the_reference_shocks(base: Economy, name: str) -> None:
    found = solve(base, **shock(base, name), tolerance=1e-11)
    expected = newton(base, **shock(base, name))
    np.testing.assert_allclose(found.real_income_hat, expected.real_income_hat, rtol=1e-9)
    np.testing.assert_allclose(found.trade_flow, expected.trade_flow, rtol=1e-8)


def test_real_income_and_real_wage_can_differ_in_sign(base: Economy) -> None:
    found = solve(base, **shock(base, "us_on_both"))
    us = base.index("USA")
    assert found.real_income_hat[us] > 1 > found.real_wage_hat[us]
