"""Calibration, hysteresis and the detector: what the firm layer claims about itself, small and quick.

The replay is deterministic for given seeds; tolerances are three standard errors of the mean over seeds of the
ten-thousand-firm runs in the README, so that a change of the rule that moves a figure by more than luck is seen.
"""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.world.firms import FirmLayer, FirmMonth
from negotiation.world.firms.calibration import compare, months_between, replay, table
from negotiation.world.firms.experiments import WORLDS, hysteresis, loop_area, tipping
from negotiation.world.firms.rushes import CAUSES, RushRule, RushWatch, weighed

FITTED = {
    # (figure, when): (mean over 8 seeds of 10,000 firms, spread over seeds)
    ("certified_CAN", "2025-12"): (0.878, 0.017),
    ("certified_MEX", "2026-02"): (0.896, 0.032),
    ("certified_CAN_energy", "2025-06"): (0.724, 0.056),
    ("us_rate_on_CAN", "2025-10"): (0.054, 0.003),
    ("CAN_exports_to_us_2025", "2025"): (-0.037, 0.003),
    ("CAN_us_share", "2026-07"): (-0.012, 0.003),
    ("MEX_us_share", "2025-12"): (-0.008, 0.004),
    ("CAN_us_import_share", "2025-08"): (-0.039, 0.001),
    ("CAN_us_only_exporters", "2025-12"): (0.334, 0.015),
    ("CAN_MEX_trade", "2025-12"): (0.051, 0.015),
    ("CAN_moves_running_AUT", "2025-12"): (0.089, 0.112),
    ("links_us_buyers_of_CAN", "2026-07"): (0.019, 0.005),
    ("links_CAN_overseas", "2026-07"): (0.031, 0.009),
    ("belief_CAN", "2026-07"): (0.533, 0.001),
    ("US_imports_from_CAN", "2025-01"): (0.113, 0.001),
    ("US_imports_from_CAN", "2025-04"): (-0.146, 0.002),
    ("cross_border_freight", "2025-03"): (-0.017, 0.002),
}


@pytest.fixture(scope="module")
def lines(economy, parameters):
    replays = [replay(economy, parameters, count=10_000, seed=seed) for seed in range(4)]
    return {(line.name, line.when): line for line in compare(replays)}


def test_months_are_named_over_the_turn_of_the_year():
    assert months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]


@pytest.mark.parametrize("figure", FITTED, ids="-".join)
def test_the_replay_does_not_drift_from_its_documented_fit(lines, figure):
    mean, spread = FITTED[figure]
    assert lines[figure].model == pytest.approx(mean, abs=3.0 * spread / np.sqrt(4) + 0.001)


def test_where_the_measurement_is_trusted_the_model_is_near_it(lines):
    near = {
        ("certified_CAN", "2025-12"): 0.04,
        ("certified_MEX", "2026-02"): 0.05,
        ("us_rate_on_CAN", "2025-10"): 0.008,
        ("us_rate_on_CAN", "2026-01"): 0.008,
        ("CAN_rate_on_us", "2025-07"): 0.005,
        ("CAN_us_import_share", "2025-08"): 0.015,
        ("CAN_us_only_exporters", "2025-12"): 0.04,
        ("MEX_us_share", "2025-12"): 0.02,
    }
    for figure, distance in near.items():
        line = lines[figure]
        assert line.model == pytest.approx(line.measured, abs=distance), figure


def test_the_table_shows_every_figure_once(lines):
    text = table(list(lines.values()))
    assert len(text.splitlines()) == len(lines) + 1
    assert "measured" in text.splitlines()[0]


def test_a_quiet_replay_changes_nothing(economy, parameters):
    quiet = replay(economy, parameters, count=600, quiet=True)
    assert np.abs(quiet.series["CAN_us_share"]).max() < 1e-9
    assert np.abs(quiet.series["links_us_buyers_of_CAN"]).max() == 0.0


def test_links_return_at_once_only_where_returning_costs_nothing(economy, parameters):
    free = hysteresis(economy, "no sunk costs, no delays, no moves", 0.25, count=4000, seeds=1, p=parameters)
    shipped = hysteresis(economy, "as shipped", 0.25, count=4000, seeds=1, p=parameters)
    assert free.lost > 2 * shipped.lost > 0.04, "sunk costs keep links"
    assert max(abs(m) for m in free.missing) < 0.02
    assert shipped.missing[1] > 0.5, "two years later most of what was lost is still missing"
    assert shipped.missing[2] < shipped.missing[1], "and it fades"


def test_the_loop_is_open_with_sunk_costs_and_closed_without(economy, parameters):
    assert loop_area(economy, "as shipped", count=4000, seeds=1, p=parameters) > 0.05
    assert (
        abs(loop_area(economy, "no sunk costs, no delays, no moves", count=4000, seeds=1, p=parameters))
        < 0.03
    )


def test_every_world_of_the_experiments_is_a_valid_set_of_parameters(parameters):
    for name, change in WORLDS.items():
        assert change(parameters) is not None, name


def test_a_slow_climb_brings_no_rush_but_thick_markets_do(economy, parameters):
    calm = tipping(economy, count=10_000, p=parameters)
    assert calm.rushes() == []
    assert calm.suddenness(0, 3) < 0.25, "a steady ramp of seven years moves 7 % of the way in six months"
    thick = tipping(economy, count=10_000, p=parameters.but(thick_market_elasticity=1.5))
    assert any(rush.cause == "thick market" for rush in thick.rushes())


def test_a_rush_made_by_hand_is_found_dated_and_explained(economy, parameters):
    watch = RushWatch.shipped()
    months = 30
    for month in range(months):
        links = np.ones((3, 6))
        links[1, 2] += 0.001 * month + 0.03 * max(0, min(month - 20, 4))
        parts = np.zeros((len(CAUSES), 3, 6))
        parts[CAUSES.index("displacement"), 1, 2] = 0.2 if month >= 19 else 0.0
        watch.links.append(links)
        watch.counted.append(np.stack([1000 * links, np.full((3, 6), 5.0), np.full((3, 6), 1000.0)]))
        watch.weighed.append(parts)
        watch.duty.append(np.zeros(4))
    (rush,) = watch.rushes()
    assert (rush.home, rush.link, rush.cause, rush.policy_step) == (
        "CAN",
        "sell overseas",
        "displacement",
        False,
    )
    assert 19 <= rush.start <= 22
    assert 24 <= rush.end <= 28
    assert rush.speed == pytest.approx(0.031, abs=0.002)
    assert "displacement" in str(rush)
    for duty in watch.duty[19:]:
        duty += 0.1
    assert watch.rushes()[0].policy_step
    watch.counted = [counted * np.array([0.05, 1.0, 0.05])[:, None, None] for counted in watch.counted]
    assert watch.rushes() == [], "fifty links prove nothing"


def test_the_parts_of_what_firms_weigh_add_up(economy, parameters, us_duty):
    """Sum of causes = change of mean (profit - entry threshold) since a quiet month, firm by firm luck aside."""
    layer = FirmLayer(economy, parameters, 600, np.random.default_rng(2))
    policy = FirmMonth(tariff=us_duty(0.25), imposed=(1, 1), entry_cost_hat=[[0.6, 0.6], [1, 1]])
    for month in range(4):
        layer.step(policy, np.random.default_rng(month))
    view, _ = layer.outlook(policy)
    own = layer.columns["base"].astype(float) + layer.columns["shock"]
    home = layer.columns["cell"] // 11
    sunk_alone = weighed(layer, policy)
    for h in range(3):
        here = home == h
        whole = (view.profit - view.high - own)[here].mean(axis=0)
        plain = np.array([-_plain_threshold(layer, h, k) for k in range(6)])
        np.testing.assert_allclose(sunk_alone[:, h].sum(axis=0), whole - plain, atol=1e-6)


def _plain_threshold(layer, home, slot):
    """ln H at base sunk cost and own shocks only, exact table."""
    from negotiation.world.firms.tables import thresholds_of

    sunk = np.repeat(layer.parameters.sunk, 11, axis=0)
    return thresholds_of(layer.parameters, sunk)[0][11 * home, slot]


def test_detector_thresholds_come_from_the_file():
    rule = RushWatch.shipped().rule
    assert isinstance(rule, RushRule)
    assert (rule.window, rule.before, rule.speed) == (3, 12, 0.01)
