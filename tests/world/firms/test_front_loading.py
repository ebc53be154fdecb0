"""Buying ahead of a duty: up before, down after, within the room there is, and nothing of it left in the end."""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.scenario import load_scenario
from negotiation.terms import Phase
from negotiation.world import ReviewModel
from negotiation.world.firms import FirmLayer, FirmMonth, Switches
from negotiation.world.firms.front_loading import Stocks, expected_rise
from tests.world.firms.conftest import live_through


@pytest.fixture
def places(economy):
    us, canada = economy.index("USA"), economy.index("CAN")
    return us, canada, [j for j, s in enumerate(economy.sectors) if s != "SRV"]


def test_trade_goes_up_before_an_announced_duty_and_down_when_it_is_called_off(
    layer, us_duty, places
) -> None:
    us, canada, goods = places
    told = [FirmMonth(announced=us_duty(0.25) * 0.5)] * 3 + [FirmMonth()] * 24
    quiet = layer.copy()
    ahead = np.array([r.bought_ahead[us, canada, goods].sum() for r in live_through(layer, told)])
    assert (ahead[:3] > 0).all()
    assert (ahead[3:6] < 0).all()
    assert ahead.sum() == pytest.approx(0, abs=1e-3 * ahead[0])
    never = live_through(quiet, [FirmMonth()] * 27)
    assert not any(r.bought_ahead.any() for r in never)


def test_only_what_there_is_room_for_and_what_carriers_can_move_is_bought_ahead(economy, parameters) -> None:
    stocks = Stocks(economy, parameters)
    flow = np.asarray(economy.trade_flow)
    rise = np.full(flow.shape, 5.0)
    for _ in range(24):
        shipped = stocks.month(rise, flow)
        assert (shipped <= flow * (1 + parameters.most_ahead) + 1e-9).all()
    us, canada = economy.index("USA"), economy.index("CAN")
    for j, sector in enumerate(economy.sectors):
        room = 0.0 if sector == "SRV" else parameters.room_to_store(sector)
        assert stocks.held[us, canada, j] <= room * flow[us, canada, j] / 12 + 1e-9
    assert not stocks.held[economy.index("CHN")].any()
    assert not stocks.held[us, us].any()


def test_a_threat_nobody_believes_moves_nothing_and_a_small_one_little(economy, parameters) -> None:
    flow = np.asarray(economy.trade_flow)

    def bought(rise: float) -> float:
        return float((Stocks(economy, parameters).month(np.full(flow.shape, rise), flow) - flow).sum())

    assert bought(0.0) == 0.0
    assert 0 < bought(0.1 * parameters.carrying_cost) < 0.5 * bought(0.25)


def test_sectors_that_cannot_store_buy_little_ahead(layer, us_duty, places, economy, parameters) -> None:
    us, canada, _ = places
    report = live_through(layer, [FirmMonth(announced=us_duty(0.25))])[0]
    share = report.bought_ahead[us, canada] / report.trade_flow[us, canada]
    of = dict(zip(economy.sectors, share, strict=True))
    assert of["SRV"] == 0
    assert of["ENE"] < of["AUT"] < of["TEX"]


def test_keeping_stocks_costs_money_and_makes_the_goods_dearer_for_a_while(layer, us_duty, places) -> None:
    us, canada, goods = places
    told = [FirmMonth(announced=us_duty(0.25))] * 3 + [FirmMonth()]
    plain = layer.copy()
    reports = live_through(layer, told)
    assert reports[-1].keeping_cost[0] > 0
    assert reports[-1].keeping_cost[1] == reports[-1].keeping_cost[2] == 0
    after = live_through(plain, [FirmMonth()] * 4)[-1]
    without_stocks = reports[-1].trade_flow - reports[-1].bought_ahead
    assert without_stocks[us, canada, goods].sum() < after.trade_flow[us, canada, goods].sum()


def test_switched_off_nobody_buys_ahead_and_copies_and_pickles_remember(layer, us_duty) -> None:
    import pickle

    off = live_through(layer.copy(), [FirmMonth(announced=us_duty(0.25), switches=Switches(stocks=False))])
    assert not off[0].bought_ahead.any()
    live_through(layer, [FirmMonth(announced=us_duty(0.25))] * 2)
    again = [
        live_through(x, [FirmMonth()])[0] for x in (layer.copy(), pickle.loads(pickle.dumps(layer)), layer)
    ]
    for report in again[:2]:
        assert np.array_equal(report.trade_flow, again[2].trade_flow)
        assert np.array_equal(report.stocks, again[2].stocks)


def test_stocks_are_no_part_of_what_leverage_is_worked_out_from(economy, parameters, us_duty) -> None:
    def links(stocks: bool) -> np.ndarray:
        layer = FirmLayer(economy, parameters.but(carrying_cost=1e-9), 2000, np.random.default_rng(3))
        policy = FirmMonth(announced=us_duty(0.25), switches=Switches(stocks=stocks))
        live_through(layer, [policy] * 6)
        return layer.relationship_hat

    assert links(True) == pytest.approx(links(False), abs=1e-4)


def test_an_announcement_of_the_past_is_read_with_its_lower_rate_for_energy(economy) -> None:
    event = {"announced": [0.25, 0.2], "announced_energy": [0.1, 0.2], "believed": 0.5}
    rise = expected_rise(economy, event)
    us, canada, mexico = (economy.index(c) for c in ("USA", "CAN", "MEX"))
    energy, cars = economy.sectors.index("ENE"), economy.sectors.index("AUT")
    assert rise[us, canada, energy] == pytest.approx(0.05)
    assert rise[us, canada, cars] == pytest.approx(0.125)
    assert rise[us, mexico, energy] == pytest.approx(0.1)
    assert not rise[us, canada, economy.sectors.index("SRV")].any()
    assert expected_rise(economy, {"month": "2025-05"}) is None


def test_in_a_game_a_notice_moves_shipments_by_country_and_sector_and_the_log_says_so() -> None:
    moves = {"USA": "always-defect", "CAN": "always-coordinate", "MEX": "always-coordinate"}
    model = ReviewModel(load_scenario("autumn-2025"), 4, firms=500, strategies=moves)
    model.step()
    assert model.phase is Phase.BARGAINING
    told = model.results[0]["firms"]["shipments"]
    assert sum(told["ahead"]["CAN-USA"]) > 0
    assert sum(told["ahead"]["MEX-USA"]) > 0
    assert "CAN-MEX" not in told["ahead"]
    assert len(told["exports"]["CAN-USA"]) == 11
    assert told["keeping_cost"]["USA"] > 0


def test_january_to_april_2025_comes_out_as_it_was(economy, parameters) -> None:
    """US imports from Canada rose 11 % before the duties of March and stood 15 % below in April."""
    from negotiation.world.firms.calibration import replay

    found = [replay(economy, parameters, count=2000, seed=s) for s in range(2)]
    january, april = (
        np.mean([r.at("US_imports_from_CAN", m) for r in found]) for m in ("2025-01", "2025-04")
    )
    assert january == pytest.approx(0.113, abs=0.03)
    assert (1 + april) / (1 + january) - 1 == pytest.approx(-0.233, abs=0.04)
    calm = replay(economy, parameters.but(bought_ahead=0.0), count=2000, seed=0)
    assert calm.at("US_imports_from_CAN", "2025-01") == pytest.approx(0.0, abs=0.02)
