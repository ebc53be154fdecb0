"""The layer's promises: a quiet world is exactly quiet, chance is an argument, copies are independent."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from negotiation.economy import Economy
from negotiation.errors import InputError, InvalidEconomy
from negotiation.world.firms import FirmLayer, FirmMonth, Switches, start
from negotiation.world.firms.start import reference_of
from tests.world.firms.conftest import live_through


def digest(layer: FirmLayer) -> dict[str, bytes]:
    return {name: column.tobytes() for name, column in layer.columns.items()}


def test_without_policy_the_relationship_hat_is_one_for_three_years(layer):
    for report in live_through(layer, [FirmMonth()] * 36):
        assert np.abs(report.relationship_hat - 1.0).max() <= 1e-9
    assert layer.last_report.opened.sum() > 0, "a quiet world is not a dead one"
    np.testing.assert_array_equal(layer.last_report.links_relative, 1.0)
    np.testing.assert_array_equal(layer.last_report.sunk_outlay, 0.0)
    np.testing.assert_allclose(layer.last_report.trade_flow, layer.economy.trade_flow, rtol=1e-9)


def test_switching_parts_off_keeps_a_quiet_world_quiet(layer):
    off = Switches(sunk_costs=False, uncertainty=False, agglomeration=False, beliefs=False)
    for report in live_through(layer, [FirmMonth(switches=off)] * 6):
        assert np.abs(report.relationship_hat - 1.0).max() <= 1e-9


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(economy, parameters, turbulent_months):
    a, b, c = (FirmLayer(economy, parameters, 600, np.random.default_rng(s)) for s in (1, 1, 2))
    for layer in (a, b, c):
        live_through(layer, turbulent_months[:6])
    assert digest(a) == digest(b)
    assert a.relationship_hat.tobytes() == b.relationship_hat.tobytes()
    assert digest(a) != digest(c)


def test_a_copy_lives_its_own_life_and_the_original_is_untouched(layer, us_duty):
    live_through(layer, [FirmMonth(tariff=us_duty(0.25), imposed=(1, 1))])
    before, hat = digest(layer), layer.relationship_hat.copy()
    branch = layer.copy()
    live_through(branch, [FirmMonth(tariff=us_duty(0.5))] * 5, seed=9)
    assert digest(layer) == before
    np.testing.assert_array_equal(layer.relationship_hat, hat)
    assert digest(branch) != before


def test_a_pickled_layer_goes_on_as_if_nothing_had_happened(layer, us_duty):
    months = [FirmMonth(tariff=us_duty(0.25), imposed=(1, 1))] * 3
    live_through(layer, months)
    again = pickle.loads(pickle.dumps(layer))
    live_through(layer, months, seed=4)
    live_through(again, months, seed=4)
    assert digest(layer) == digest(again)
    np.testing.assert_allclose(layer.relationship_hat, again.relationship_hat, rtol=1e-12)


def test_nothing_touches_the_global_random_state(economy, parameters):
    np.random.seed(1)  # noqa: NPY002 - to show that nobody moves it
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    live_through(FirmLayer(economy, parameters, 200, np.random.default_rng(1)), [FirmMonth()])
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


def test_sizes_add_up_to_output_and_links_to_trade(layer, economy):
    columns = layer.columns
    goods = [j for j, name in enumerate(economy.sectors) if name != "SRV"]
    homes = [economy.index(name) for name in ("USA", "CAN", "MEX")]
    total = np.bincount(columns["cell"], columns["size"]).reshape(3, -1)
    np.testing.assert_allclose(total, economy.output[homes][:, goods], rtol=1e-9)
    us, canada = homes[0], homes[1]
    of_canada = columns["cell"] // len(goods) == 1
    sold = columns["value"][:, 0] * (columns["links"] & 1) * of_canada
    by_sector = np.bincount(columns["cell"] % len(goods), sold)
    np.testing.assert_allclose(by_sector, economy.trade_flow[us, canada, goods], rtol=1e-4)


def test_participation_and_claims_start_where_the_data_say(economy, parameters):
    layer = FirmLayer(economy, parameters, 10_000, np.random.default_rng(5))
    report = live_through(layer, [FirmMonth()])[0]
    firms = report.strategies.sum(axis=(1, 2))
    np.testing.assert_allclose(report.links / firms[:, None], parameters.participation, atol=0.05)
    assert report.us_only_exporters[1] == pytest.approx(0.34, abs=0.04)
    assert report.certified_total == pytest.approx([0.40, 0.52], abs=0.12)
    assert report.belief == pytest.approx([0.85] * 3, abs=1e-6)


def test_the_report_adds_up(layer, us_duty):
    report = live_through(layer, [FirmMonth(tariff=us_duty(0.25), imposed=(1, 1))] * 3)[-1]
    assert report.strategies.sum() == len(layer)
    assert (report.links <= report.strategies.sum(axis=(1, 2))[:, None]).all()
    for share in (report.certified_share, report.us_export_share, report.us_only_exporters, report.belief):
        assert ((share >= 0) & (share <= 1)).all()
    assert report.relationship_hat.shape == report.trade_flow.shape == layer.economy.shape
    assert (report.relationship_hat > 0).all()


def test_a_row_reads_like_a_firm(layer, economy):
    row = layer.row(-1)
    assert row.index == len(layer) - 1
    assert row.home == "MEX"
    assert row.sector in economy.sectors
    assert row.belief == pytest.approx(0.85)
    assert row.size > 0
    with pytest.raises(InputError, match="no firm 2000"):
        layer.row(2000)


def test_a_firm_and_its_twin_take_less_than_two_hundred_bytes(layer):
    assert layer.bytes_per_firm < 200


def test_columns_cannot_be_written_by_readers(layer):
    with pytest.raises(ValueError, match="read-only"):
        layer.columns["links"][0] = 0


@pytest.mark.parametrize("count", [1, 98, 1_000_001, 2.5, True])
def test_an_impossible_number_of_firms_is_refused_with_the_possible_ones(economy, parameters, count):
    with pytest.raises(InputError, match="firms:"):
        FirmLayer(economy, parameters, count, np.random.default_rng(0))


def test_mean_profits_do_not_depend_on_what_only_policy_brings_into_play(economy, parameters):
    """So that sensitivity runs over those parameters start in milliseconds."""
    small = parameters.but(reference_count=600)
    base = reference_of(economy, small).mean_profit
    for name in sorted(start._AFTER_THE_START):
        other = small.but(**{name: OTHER[name]})
        start._mean_profits.clear()
        start._references.clear()
        np.testing.assert_array_equal(reference_of(economy, other).mean_profit, base, err_msg=name)
    start._mean_profits.clear()
    changed = reference_of(economy, small.but(link_death_rate=0.1)).mean_profit
    assert not np.array_equal(changed, base)


OTHER = {
    "entry_cost_elasticity": 0.4,
    "thick_market_elasticity": 0.3,
    "stock_floor": 0.02,
    "redirection_months": 9.0,
    "review_news": 0.5,
    "review_certificate": 0.3,
    "review_certificate_quiet": 0.9,
    "lead_certificate": (2, 6),
    "memory": 0.95,
    "attention_spread": (1.0, 1.0),
    "weight_imposed": 2.0,
    "weight_other": 0.9,
    "weight_threat_unexecuted": 0.9,
    "weight_reversal": 0.9,
    "weight_lifted": 0.9,
    "order_lag": 9.0,
    "storage_months": (("AGF", 1.0), ("other", 1.5)),
    "carrying_cost": 0.01,
    "bought_ahead": 0.9,
    "most_ahead": 1.0,
    "used_up": 0.9,
    "most_used": 0.5,
    "stock_left": 0.01,
    "looks_ahead": 1,
    "seller_weight": 0.9,
    "certificate_cost": 0.03,
    "certificate_size_discount": 0.1,
    "certificate_size_cap": 3.0,
    "certificate_foresight": 1.0,
    "feasible_share": 0.8,
    "certified_start": (("CAN", ()), ("MEX", ())),
}


def test_the_smallest_population_works(economy, parameters, us_duty):
    layer = FirmLayer(economy, parameters, 99, np.random.default_rng(0))
    report = live_through(layer, [FirmMonth(tariff=us_duty(0.25), imposed=(1, 1))] * 4)[-1]
    assert np.isfinite(report.relationship_hat).all()
    assert report.strategies.sum() == 99


def test_wrong_arrays_are_refused_with_the_shape_that_fits(layer):
    with pytest.raises(InputError, match="tariff has shape"):
        layer.step(FirmMonth(tariff=np.zeros((2, 2))), np.random.default_rng(0))
    with pytest.raises(InputError, match="not a finite number"):
        layer.step(FirmMonth(tariff=np.full(layer.economy.shape, np.nan)), np.random.default_rng(0))
    with pytest.raises(InputError, match="together"):
        layer.step(FirmMonth(tariff_certified=np.zeros(layer.economy.shape)), np.random.default_rng(0))
    with pytest.raises(InputError, match="trade_cost_hat must be positive"):
        layer.step(FirmMonth(trade_cost_hat=np.zeros(layer.economy.shape)), np.random.default_rng(0))
    with pytest.raises(InputError, match="imposed is"):
        FirmMonth(imposed=(1, 1, 1))
    with pytest.raises(InputError, match="reversed is"):
        FirmMonth(reversed=(-1, 0))
    with pytest.raises(InputError, match="entry_cost_hat"):
        layer.step(FirmMonth(entry_cost_hat=[0.5, 0.5, 0.5]), np.random.default_rng(0))


def part_of(economy, regions, sectors):
    """A smaller economy cut out of the shipped one."""
    n = [economy.index(name) for name in regions]
    j = [economy.sector_index(name) for name in sectors]
    inputs = economy.input_share[np.ix_(n, j, j)]
    return Economy.from_arrays(
        economy.trade_flow[np.ix_(n, n, j)],
        np.zeros((len(n), len(n), len(j))),
        1.0 - inputs.sum(axis=1),
        inputs,
        economy.trade_elasticity[j],
        regions,
        sectors,
    )


def test_another_economy_in_another_order_works(economy, parameters):
    small = part_of(economy, ["ROW", "MEX", "USA", "CAN"], ["SRV", "AUT", "MET"])
    layer = FirmLayer(small, parameters.but(reference_count=600), 100, np.random.default_rng(0))
    tariff = np.zeros(small.shape)
    tariff[small.index("USA"), small.index("CAN"), 1:] = 0.3
    report = live_through(layer, [FirmMonth(tariff=tariff, imposed=(1, 0))] * 8)[-1]
    us, canada = small.index("USA"), small.index("CAN")
    assert report.trade_flow[us, canada, 1:].sum() < small.trade_flow[us, canada, 1:].sum()
    assert np.isfinite(report.relationship_hat).all()
    np.testing.assert_array_equal(report.relationship_hat[..., 0], 1.0)


def test_a_refused_month_leaves_the_layer_as_it_was(layer, us_duty):
    live_through(layer, [FirmMonth(tariff=us_duty(0.25), imposed=(1, 1))])
    same = layer.copy()
    impossible = np.full(layer.economy.shape, -2.0)
    for _ in range(2):
        with pytest.raises(InputError):
            layer.step(FirmMonth(tariff=impossible), np.random.default_rng(1))
    live_through(layer, [FirmMonth(tariff=us_duty(0.25))], seed=5)
    live_through(same, [FirmMonth(tariff=us_duty(0.25))], seed=5)
    assert digest(layer) == digest(same)
    np.testing.assert_array_equal(layer.relationship_hat, same.relationship_hat)


def test_an_economy_without_the_three_countries_is_refused(economy, parameters):
    small = part_of(economy, ["USA", "CAN", "ROW"], ["AUT", "SRV"])
    with pytest.raises(InvalidEconomy, match="MEX"):
        FirmLayer(small, parameters, 100, np.random.default_rng(0))
