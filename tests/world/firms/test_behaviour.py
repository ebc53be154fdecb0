"""What firms do when governments act: directions a trade economist would insist on."""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.world.firms import FirmLayer, FirmMonth, Switches
from tests.world.firms.conftest import live_through

USA, CAN, MEX = range(3)
COUNT = 4000


def fresh(economy, parameters, seed=21, count=COUNT):
    return FirmLayer(economy, parameters, count, np.random.default_rng(seed))


def run(layer, months, seed=0):
    return live_through(layer, months, seed)


def test_an_exemption_for_certified_goods_makes_nearly_everybody_certify(economy, parameters, us_duty):
    layer = fresh(economy, parameters)
    hit = FirmMonth(tariff_certified=us_duty(0.0), tariff_uncertified=us_duty(0.25), imposed=(1, 1))
    reports = run(layer, [hit] + [FirmMonth(**{**vars(hit), "imposed": (0, 0)})] * 7)
    start, end = reports[0].certified_total, reports[-1].certified_total
    assert (start < 0.7).all()
    assert (end > 0.75).all()
    assert (end <= parameters.feasible_share + 0.05).all()
    duty = [report.effective_tariff[0, 1, :-1].mean() for report in reports]
    assert duty[-1] < 0.5 * duty[0], "the average duty falls as certificates spread"


def test_beliefs_fall_with_a_duty_and_come_back_on_foot(economy, parameters, us_duty):
    layer = fresh(economy, parameters, count=600)
    hit = run(layer, [FirmMonth(tariff=us_duty(0.25), imposed=(1, 0))])[0].belief
    assert hit[CAN] < hit[MEX] < 0.85, "the country hit is shaken more than its neighbour"
    later = run(layer, [FirmMonth()] * 24)[-1].belief
    assert hit[CAN] < later[CAN] < 0.85


def test_threats_that_are_not_carried_out_still_unsettle(economy, parameters):
    layer = fresh(economy, parameters, count=600)
    z = run(layer, [FirmMonth(threatened_not_executed=(1, 0))])[0].belief
    assert z[CAN] < z[MEX] == pytest.approx(0.85, abs=1e-6)


def test_a_duty_costs_us_links_and_they_come_back_slowly(economy, parameters, us_duty):
    on = [FirmMonth(tariff=us_duty(0.25), imposed=(1, 1))] + [FirmMonth(tariff=us_duty(0.25))] * 23
    off = [FirmMonth(lifted=(1, 1), reversed=(1, 1))] + [FirmMonth()] * 11
    goods, lost, still, gap = slice(0, 11), [], [], []
    for seed in range(21, 25):  # one population of this size can carry a sector by a single giant
        layer = fresh(economy, parameters, seed)
        hit = run(layer, on)[-1]
        lost.append(1.0 - hit.relationship_hat[USA, CAN, goods].mean())
        assert hit.us_export_share[0] < hit.us_export_share_base[0]
        after = run(layer, off, seed=1)[-1]
        still.append(1.0 - after.relationship_hat[USA, CAN, goods].mean())
        gap.append(after.us_export_share[0] - after.us_export_share_base[0])
    assert np.mean(lost) > 0.01
    assert abs(np.mean(gap)) < 0.03
    assert 0.3 < np.mean(still) / np.mean(lost) < 1.4, "a year later a good part is still missing"


def test_without_sunk_costs_links_close_faster_and_return_faster(economy, parameters, us_duty):
    def history(switches):
        layer = fresh(economy, parameters)
        # both worlds first settle into their own steady state
        run(layer, [FirmMonth(switches=switches)] * 12)
        on = [FirmMonth(tariff=us_duty(0.25), switches=switches)] * 12
        hit = run(layer, on, seed=2)[-1].stock_relative[USA, 3]
        off = [FirmMonth(switches=switches)] * 12
        return hit, run(layer, off, seed=3)[-1].stock_relative[USA, 3]

    hit, back = history(Switches())
    free_hit, free_back = history(Switches(sunk_costs=False))
    assert free_hit < hit < 1.0, "sunk costs keep links through a bad year"
    kept_missing = (1.0 - back) / (1.0 - hit)
    free_missing = (1.0 - free_back) / (1.0 - free_hit)
    assert free_missing < kept_missing, "and keep those that left from coming back"


def test_corridor_measures_build_the_corridor_they_help(economy, parameters):
    layer = fresh(economy, parameters)
    cheap_partner = FirmMonth(entry_cost_hat=[[0.4, 0.4], [1.0, 1.0]])
    report = run(layer, [cheap_partner] * 24)[-1]
    assert (report.links_relative[1:, 1] > 1.01).all()
    assert (report.links_relative[1:, 4] > 1.0).all()
    np.testing.assert_allclose(report.links_relative[1:, 2], 1.0, atol=0.02)
    np.testing.assert_allclose(report.links_relative[USA], 1.0, atol=0.01)


def test_lost_us_sales_send_exporters_elsewhere(economy, parameters, us_duty):
    layer = fresh(economy, parameters)
    report = run(
        layer, [FirmMonth(tariff=us_duty(0.5), imposed=(1, 1))] + [FirmMonth(tariff=us_duty(0.5))] * 23
    )[-1]
    assert (report.stock_relative[1:, 2] > 1.0).all()


def test_counter_duties_cost_us_exporters_their_northern_links(economy, parameters, us_duty):
    layer = fresh(economy, parameters)
    report = run(layer, [FirmMonth(tariff=us_duty(0.0, 0.5))] * 24)[-1]
    assert report.us_import_share[0] < 0.62
    assert report.stock_relative[USA, 0] <= 1.0
    assert report.stock_relative[CAN, 3] < 1.0


def test_uncertainty_widens_the_band_in_which_firms_hold(economy, parameters, us_duty):
    """After a duty, the expected next jump raises the threshold to enter and lowers the one to leave."""
    bands = {}
    for uncertainty in (True, False):
        layer = fresh(economy, parameters, count=600)
        switches = Switches(uncertainty=uncertainty)
        months = [FirmMonth(tariff=us_duty(0.1), imposed=(1, 1), switches=switches)] * 2
        run(layer, months)
        view, _ = layer.outlook(months[-1])
        partners = layer.columns["cell"] >= 11
        bands[uncertainty] = view.high[partners, 0], view.low[partners, 0]
    assert (bands[True][0] > bands[False][0]).all()
    assert (bands[True][1] < bands[False][1]).all()


def test_firms_that_learn_nothing_keep_their_prior(economy, parameters, us_duty):
    layer = fresh(economy, parameters, count=600)
    months = [FirmMonth(tariff=us_duty(0.25), imposed=(1, 1), switches=Switches(beliefs=False))] * 3
    assert run(layer, months)[-1].belief == pytest.approx([0.85] * 3, abs=1e-6)


def test_frictions_cut_trade_like_duties_without_revenue(economy, parameters):
    layer = fresh(economy, parameters, count=600)
    friction = np.ones(economy.shape)
    friction[0, 1, :-1] = 1.1
    reports = run(layer, [FirmMonth(trade_cost_hat=friction)] * 6)
    flows = [report.trade_flow[0, 1, :-1].sum() for report in reports]
    assert (np.diff(flows) < 0).all(), "orders under way take months to change"
    assert flows[-1] < economy.trade_flow[0, 1, :-1].sum()
