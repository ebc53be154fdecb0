"""What must hold for any economy: the laws of the model as properties."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.economy import Economy, solve
from tests.economy.oracle import newton
from tests.economy.strategies import economies, random_economy, random_shock, seeds

HATS = ("real_income_hat", "real_wage_hat", "price_index_hat", "wage_hat")
few = settings(max_examples=40, deadline=None)


@few
@given(economies())
def test_no_change_leaves_every_hat_at_one(economy: Economy) -> None:
    found = solve(economy)
    for hat in HATS:
        np.testing.assert_allclose(getattr(found, hat), 1.0, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.trade_flow, economy.trade_flow, rtol=1e-12)


@few
@given(economies(), seeds)
def test_the_oracle_agrees_on_random_shocks(economy: Economy, seed: int) -> None:
    shock = random_shock(seed, economy)
    found, expected = solve(economy, **shock, tolerance=1e-11), newton(economy, **shock)
    for name in (*HATS, "trade_flow", "output", "income"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-8)
    np.testing.assert_allclose(found.tariff_revenue, expected.tariff_revenue, rtol=1e-7, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_the_oracle_agrees_on_the_calibrated_economy(base: Economy, seed: int) -> None:
    shock = random_shock(seed, base)
    found, expected = solve(base, **shock, tolerance=1e-11), newton(base, **shock)
    for name in (*HATS, "trade_flow", "output", "income"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-8)


@few
@given(economies(), seeds)
def test_scaling_the_data_changes_no_hat(economy: Economy, seed: int) -> None:
    shock = random_shock(seed, economy)
    larger = Economy.from_arrays(
        economy.trade_flow * 1000,
        economy.tariff,
        economy.value_added_share,
        economy.input_share,
        economy.trade_elasticity,
        economy.regions,
        economy.sectors,
    )
    small, large = solve(economy, **shock, tolerance=1e-12), solve(larger, **shock, tolerance=1e-12)
    for hat in HATS:
        np.testing.assert_allclose(getattr(small, hat), getattr(large, hat), rtol=1e-10)
    np.testing.assert_allclose(small.output * 1000, large.output, rtol=1e-9)


@few
@given(seeds, st.integers(2, 4), seeds)
def test_one_sector_without_inputs_gains_by_its_home_share_alone(seed: int, n: int, shock_seed: int) -> None:
    economy = random_economy(seed, n, 1, tariffs=False, inputs=False, balanced=True)
    cost = random_shock(shock_seed, economy)["trade_cost_hat"]
    found = solve(economy, trade_cost_hat=cost, tolerance=1e-12)
    home = np.arange(n)
    share_hat = (found.trade_share / economy.trade_share)[home, home, 0]
    np.testing.assert_allclose(
        found.real_income_hat, share_hat ** (-1 / economy.trade_elasticity[0]), rtol=1e-9
    )


@few
@given(economies(), seeds)
def test_real_wage_follows_from_home_shares_and_the_leontief_inverse(economy: Economy, seed: int) -> None:
    shock = random_shock(seed, economy)
    found = solve(economy, **shock, tolerance=1e-12)
    for n in range(len(economy.regions)):
        share_hat = found.trade_share[n, n] / economy.trade_share[n, n]
        leontief = np.linalg.inv(np.eye(len(economy.sectors)) - economy.input_share[n].T)
        log_real_wage = -economy.final_share[n] @ leontief @ (np.log(share_hat) / economy.trade_elasticity)
        np.testing.assert_allclose(np.log(found.real_wage_hat[n]), log_real_wage, rtol=1e-8, atol=1e-10)


@few
@given(st.integers(2, 4), st.integers(1, 3), st.floats(0.0, 1.0), st.floats(1.0, 1.5))
def test_symmetric_countries_gain_equally(n: int, j: int, tariff: float, cost: float) -> None:
    flow = np.full((n, n, j), 1.0) + 4.0 * np.eye(n)[:, :, None]
    economy = Economy.from_arrays(
        flow,
        np.zeros_like(flow),
        np.full((n, j), 0.6),
        np.full((n, j, j), 0.4 / j),
        np.linspace(3, 6, j),
        [f"R{k}" for k in range(n)],
        [f"S{k}" for k in range(j)],
    )
    foreign = 1 - np.eye(n)[:, :, None]
    found = solve(economy, tariff=tariff * foreign, trade_cost_hat=1 + (cost - 1) * foreign, tolerance=1e-11)
    np.testing.assert_allclose(found.real_income_hat, found.real_income_hat[0], rtol=1e-9)
    np.testing.assert_allclose(found.wage_hat, 1.0, rtol=1e-9)


@few
@given(economies(), seeds)
def test_there_and_back_is_the_identity(economy: Economy, seed: int) -> None:
    shock = random_shock(seed, economy)
    there = solve(economy, **shock, tolerance=1e-12)
    other = Economy.from_arrays(
        there.trade_flow,
        shock["tariff"],
        economy.value_added_share,
        economy.input_share,
        economy.trade_elasticity,
        economy.regions,
        economy.sectors,
    )
    back = solve(
        other,
        tariff=economy.tariff,
        trade_cost_hat=1 / shock["trade_cost_hat"],
        relationship_hat=1 / shock["relationship_hat"],
        tolerance=1e-12,
    )
    for hat in HATS:
        np.testing.assert_allclose(getattr(there, hat) * getattr(back, hat), 1.0, rtol=1e-8)
    np.testing.assert_allclose(back.trade_flow, economy.trade_flow, rtol=1e-7)


@few
@given(economies(), seeds, st.randoms(use_true_random=False))
def test_relabelling_regions_and_sectors_permutes_the_answer(economy: Economy, seed: int, random) -> None:
    r = random.sample(range(len(economy.regions)), len(economy.regions))
    s = random.sample(range(len(economy.sectors)), len(economy.sectors))
    shock = random_shock(seed, economy)
    turned = Economy.from_arrays(
        economy.trade_flow[np.ix_(r, r, s)],
        economy.tariff[np.ix_(r, r, s)],
        economy.value_added_share[np.ix_(r, s)],
        economy.input_share[np.ix_(r, s, s)],
        economy.trade_elasticity[s],
        [economy.regions[k] for k in r],
        [economy.sectors[k] for k in s],
    )
    straight = solve(economy, **shock, tolerance=1e-12)
    permuted = solve(turned, **{k: v[np.ix_(r, r, s)] for k, v in shock.items()}, tolerance=1e-12)
    np.testing.assert_allclose(permuted.real_income_hat, straight.real_income_hat[r], rtol=1e-10)
    np.testing.assert_allclose(permuted.trade_flow, straight.trade_flow[np.ix_(r, r, s)], rtol=1e-9)


@few
@given(economies(), seeds)
def test_every_market_clears_to_the_stated_residual(economy: Economy, seed: int) -> None:
    shock = random_shock(seed, economy)
    tolerance = 1e-8
    found = solve(economy, **shock, tolerance=tolerance)
    assert 0 <= found.residual <= tolerance
    paid = found.trade_flow * (1 + shock["tariff"])
    np.testing.assert_allclose(found.trade_share.sum(axis=1), 1.0, rtol=0, atol=1e-14)
    np.testing.assert_allclose(paid.sum(axis=1), found.expenditure, rtol=1e-12)
    np.testing.assert_allclose(found.trade_flow.sum(axis=0), found.output, rtol=10 * tolerance)
    use = np.einsum("nkj,nj->nk", economy.input_share, found.output)
    demand = use + economy.final_share * found.income[:, None]
    np.testing.assert_allclose(found.expenditure, demand, rtol=10 * tolerance)
    payroll = (economy.value_added_share * found.output).sum(axis=1)
    np.testing.assert_allclose(found.value_added, payroll, rtol=10 * tolerance)
    np.testing.assert_allclose(found.value_added.sum(), economy.value_added.sum(), rtol=10 * tolerance)
    revenue = (found.trade_flow * shock["tariff"]).sum(axis=2)
    np.testing.assert_allclose(found.tariff_revenue_by_exporter, revenue, rtol=1e-11)
    np.testing.assert_allclose(found.tariff_revenue, revenue.sum(axis=1), rtol=10 * tolerance, atol=1e-9)
    np.testing.assert_allclose(
        found.income, found.value_added + found.tariff_revenue + economy.deficit, rtol=10 * tolerance
    )


@few
@given(economies(), seeds)
def test_links_act_as_the_trade_cost_they_are_worth(economy: Economy, seed: int) -> None:
    links = random_shock(seed, economy)["relationship_hat"]
    as_links = solve(economy, relationship_hat=links, tolerance=1e-12)
    as_cost = solve(economy, trade_cost_hat=links ** (-1 / economy.trade_elasticity), tolerance=1e-12)
    np.testing.assert_allclose(as_links.real_income_hat, as_cost.real_income_hat, rtol=1e-10)
    np.testing.assert_allclose(as_links.trade_flow, as_cost.trade_flow, rtol=1e-9)
