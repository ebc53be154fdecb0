"""Absurd inputs are refused with what is allowed, or work; a round without an equilibrium leaves a clear record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from negotiation.economy import Economy, load_economy
from negotiation.errors import EquilibriumNotFound, InputError, InvalidEconomy, ScenarioError
from negotiation.scenario import load_scenario
from negotiation.terms import SEATS
from negotiation.world import ReviewModel
from negotiation.world.firms import FirmLayer, FirmMonth
from tests.world.firms.conftest import economy, parameters, us_duty  # noqa: F401

SCENARIO = "autumn-2025"


def test_a_negative_sunk_cost_is_refused_with_its_range() -> None:
    absurd = load_scenario(SCENARIO).with_numbers(**{"firms.parameters.sunk_costs.sunk_buy": -1.0})
    with pytest.raises(ScenarioError, match=r"sunk_buy: -1.0 must be at least 0"):
        ReviewModel(absurd, 1, firms=300)


def test_sunk_costs_of_nothing_work() -> None:
    free = load_scenario(SCENARIO).with_numbers(**{"firms.parameters.sunk_costs.sunk_buy": 0.0})
    model = ReviewModel(free, 1, firms=300)
    model.step()
    assert np.isfinite(model.results[0]["leverage"]["CAN"]["index"])


def test_elasticities_of_zero_are_refused_by_scenario_and_economy() -> None:
    with pytest.raises(ScenarioError, match="elasticity_multiple"):
        load_scenario(SCENARIO).with_numbers(**{"economy.elasticity_multiple": 0.0})
    shipped = load_economy("economy_2023")
    with pytest.raises(InvalidEconomy, match="elasticity"):
        shipped.with_elasticity(shipped.trade_elasticity * 0.0)
    absurd = load_scenario(SCENARIO).with_numbers(**{"firms.parameters.flows.short_run": 0.0})
    with pytest.raises(ScenarioError, match="short_run"):
        ReviewModel(absurd, 1, firms=300)


@pytest.mark.parametrize("count", [1, 0, -5, 98, 10**9])
def test_too_few_and_too_many_firms_are_refused_with_what_fits(count) -> None:
    with pytest.raises(InputError, match=r"at least 99 and at most 1,000,000"):
        ReviewModel(SCENARIO, 1, firms=count)


def test_a_million_firms_work(economy, parameters, us_duty) -> None:  # noqa: F811
    layer = FirmLayer(economy, parameters, 1_000_000, np.random.default_rng(0))
    report = layer.step(FirmMonth(tariff=us_duty(0.25), imposed=(1, 1)), np.random.default_rng(1))
    assert report.strategies.sum() == 1_000_000
    assert np.isfinite(report.relationship_hat).all()
    assert layer.bytes_per_firm < 200


def idle_in_canada(economy: Economy) -> Economy:  # noqa: F811
    """The same economy, but nobody in Canada makes textiles: everybody buys them elsewhere."""
    can, tex = economy.index("CAN"), economy.sectors.index("TEX")
    flow = np.array(economy.trade_flow)
    lost = flow[:, can, tex].copy()
    flow[:, can, tex] = 0.0
    flow[:, economy.index("ROW"), tex] += lost
    return Economy.from_arrays(
        flow,
        economy.tariff,
        economy.value_added_share,
        economy.input_share,
        economy.trade_elasticity,
        economy.regions,
        economy.sectors,
    )


def test_a_sector_nobody_works_in_has_no_firms_and_harms_nobody(economy, parameters, us_duty) -> None:  # noqa: F811
    idle = idle_in_canada(economy)
    layer = FirmLayer(idle, parameters, 2000, np.random.default_rng(2))
    for number in range(6):
        policy = FirmMonth(tariff=us_duty(0.25), announced=us_duty(0.25), imposed=(1, 1))
        report = layer.step(policy, np.random.default_rng(number))
    goods = [s for s in idle.sectors if s != "SRV"]
    assert report.strategies[1, goods.index("TEX")].sum() == 0
    assert report.strategies.sum() == 2000
    for name in ("relationship_hat", "trade_flow", "bought_ahead", "certified_share", "us_export_share"):
        assert np.isfinite(getattr(report, name)).all(), name
    assert report.trade_flow[:, idle.index("CAN"), idle.sectors.index("TEX")].sum() == 0


@pytest.mark.parametrize(
    ("wall", "tolerance", "error"), [(1.0, 1e-30, EquilibriumNotFound), (1e7, 1e-8, InputError)]
)
def test_a_round_without_an_equilibrium_is_not_played_and_says_so(wall, tolerance, error) -> None:
    """More digits than a number has, trade costs beyond any market: no silent numbers, nothing changed, the game
    goes on when the cause is gone."""
    model, calm = (ReviewModel(SCENARIO, 3, firms=300) for _ in range(2))
    for game in (model, calm):
        game.step()
    moves = {seat: model.ask(seat).move for seat in SEATS}
    before, stock = model.position, model.firms.relationship_hat.copy()
    sound = model.outside.copy()
    model.outside = broken = sound * np.where(np.eye(sound.shape[0])[:, :, None], 1.0, wall)
    model.tolerance = tolerance
    with pytest.raises(error, match=r"round 2 \(2025-10\) was not played and nothing was changed"):
        model.play(moves)
    assert model.position is before
    assert model.outside is broken
    assert len(model.results) == 1
    assert np.array_equal(model.firms.relationship_hat, stock)
    model.outside, model.tolerance = sound, calm.tolerance
    assert model.play(moves) == calm.play(moves)


def test_numbers_that_are_possible_but_absurd_stay_finite() -> None:
    scenario = load_scenario(SCENARIO)
    model = ReviewModel(scenario.with_numbers(**{"economy.elasticity_multiple": 0.05}), 1, firms=300)
    model.step()
    index = [v["index"] for v in model.results[0]["leverage"].values()]
    assert all(0 <= x <= 100 for x in index)
    nothing = replace(model.position, us_rung=np.zeros(2, int), partner_rung=np.zeros(2, int))
    assert model.table.real_income(nothing.us_rung, nothing.partner_rung) == pytest.approx(
        np.zeros(3), abs=1e-6
    )


def test_a_number_that_is_not_there_is_named() -> None:
    with pytest.raises(ScenarioError, match=r"nothing at 'rules\.corridor\.speed'"):
        load_scenario(SCENARIO).with_numbers(**{"rules.corridor.speed": 1.0})
