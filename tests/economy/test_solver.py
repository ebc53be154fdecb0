"""The door of the solver: batches, warm starts, errors that say what to do, copies that travel."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from negotiation.economy import (
    Economy,
    EquilibriumNotFound,
    InvalidEconomy,
    load_economy,
    solve,
    solve_many,
    warm_up,
)
from negotiation.economy.threads import THREADS_VARIABLE, available_threads
from negotiation.errors import InputError, UnknownName
from tests.economy.strategies import random_economy, random_shock

ROW_FIELDS = (
    "real_income_hat",
    "real_wage_hat",
    "price_index_hat",
    "wage_hat",
    "output",
    "income",
    "tariff_revenue",
    "value_added",
    "tariff_revenue_by_exporter",
    "trade_flow",
    "trade_share",
    "state",
    "iterations",
    "residual",
    "price_hat",
    "expenditure",
    "value_added_by_sector",
    "employment_hat",
    "real_income_change",
)


def grid(economy: Economy, rows: int) -> dict[str, np.ndarray]:
    shocks = [random_shock(seed, economy) for seed in range(rows)]
    return {f"{key}s": np.stack([s[key] for s in shocks]) for key in shocks[0]}


def cut_off() -> tuple[Economy, np.ndarray]:
    """A country that lives on a large deficit, and a trade cost that leaves nobody to finance it."""
    flow = np.array([[[5.0], [4.0]], [[0.5], [6.0]]])
    economy = Economy.from_arrays(
        flow, 0 * flow, np.full((2, 1), 0.9), np.full((2, 1, 1), 0.1), [5.0], ("A", "B"), ("S",)
    )
    return economy, 1 + 1e4 * (1 - np.eye(2)[:, :, None])


def test_a_batch_is_its_rows_solved_one_by_one(base: Economy) -> None:
    shocks = grid(base, 40)
    batch = solve_many(base, **shocks, tolerance=1e-9, outputs=("trade_flow", "trade_share"))
    assert batch.converged.all()
    for row in range(40):
        alone = solve(
            base,
            tariff=shocks["tariffs"][row],
            trade_cost_hat=shocks["trade_cost_hats"][row],
            relationship_hat=shocks["relationship_hats"][row],
            tolerance=1e-9,
        )
        for name in ROW_FIELDS:
            np.testing.assert_array_equal(getattr(batch, name)[row], getattr(alone, name), err_msg=name)


def test_the_number_of_threads_changes_nothing(base: Economy) -> None:
    shocks = grid(base, 50)
    one, three = (solve_many(base, **shocks, threads=k) for k in (1, 3))
    np.testing.assert_array_equal(one.state, three.state)
    np.testing.assert_array_equal(one.iterations, three.iterations)


def test_a_missing_or_single_argument_holds_for_every_row(base: Economy) -> None:
    shocks = grid(base, 3)
    links = shocks["relationship_hats"][0]
    batch = solve_many(base, tariffs=shocks["tariffs"], relationship_hats=links)
    alone = solve(base, tariff=shocks["tariffs"][2], relationship_hat=links, tolerance=1e-6)
    np.testing.assert_array_equal(batch.real_income_hat[2], alone.real_income_hat)
    assert batch.trade_flow is None
    assert batch.trade_share is None
    assert len(solve_many(base)) == 1
    assert len(solve_many(base, tariffs=np.empty((0, *base.shape)))) == 0


def test_a_batch_can_be_indexed_masked_and_walked(base: Economy) -> None:
    batch = solve_many(base, **grid(base, 5))
    assert len(batch[2]) == 1
    assert len(batch[batch.iterations > 0]) == 5
    assert len(batch[1:3]) == 2
    assert [row.income[0, 0] for row in batch] == list(batch.income[:, 0])


def test_a_failed_row_is_nan_and_false_and_disturbs_no_other() -> None:
    economy, wall = cut_off()
    costs = np.stack([np.ones(economy.shape), wall, np.full(economy.shape, np.nan), 1 + (wall > 1) * 0.1])
    batch = solve_many(economy, trade_cost_hats=costs, outputs=("trade_flow",))
    assert list(batch.converged) == [True, False, False, True]
    for name in ("real_income_hat", "income", "output", "tariff_revenue_by_exporter", "trade_flow", "state"):
        values = getattr(batch, name)
        assert np.isnan(values[[1, 2]]).all(), name
        assert np.isfinite(values[[0, 3]]).all(), name
    again = solve_many(economy, trade_cost_hats=costs[[0, 0, 3, 3]], start=batch)
    assert again.converged.all()


def test_a_single_failure_is_an_error_with_its_evidence() -> None:
    economy, wall = cut_off()
    with pytest.raises(EquilibriumNotFound, match="1e\\+06 % in trade cost") as caught:
        solve(economy, trade_cost_hat=wall)
    assert caught.value.iterations > 60
    assert caught.value.residual > 1e-8
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.iterations) == (str(caught.value), caught.value.iterations)


def test_a_warm_start_gives_the_same_answer_in_fewer_steps(base: Economy) -> None:
    shock = random_shock(7, base)
    near = {**shock, "tariff": shock["tariff"] * 1.01}
    first, cold = solve(base, **shock), solve(base, **near, tolerance=1e-10)
    warm = solve(base, **near, tolerance=1e-10, start=first)
    assert warm.iterations < cold.iterations
    np.testing.assert_allclose(warm.real_income_hat, cold.real_income_hat, rtol=1e-9)
    np.testing.assert_array_equal(solve(base, **shock, start=first.state).state, first.state)


def test_links_can_vanish_from_a_corridor(base: Economy) -> None:
    us, can = base.index("USA"), base.index("CAN")
    links = np.ones(base.shape)
    links[us, can, base.sector_index("AUT")] = 0.0
    found = solve(base, relationship_hat=links)
    assert found.trade_flow[us, can, base.sector_index("AUT")] == 0
    assert found.real_income_hat[can] < 1


def test_a_region_sector_that_never_sells_is_fine() -> None:
    economy = random_economy(3, 3, 2, tariffs=False)
    flow, beta, gamma = (
        economy.trade_flow.copy(),
        economy.value_added_share.copy(),
        economy.input_share.copy(),
    )
    flow[0, 1, 1] += flow[0, 0, 1]
    flow[:, 0, 1] = 0.0
    beta[0, 1] = 0.0
    gamma[0, :, 1] = 0.0
    idle = Economy.from_arrays(
        flow, economy.tariff, beta, gamma, economy.trade_elasticity, economy.regions, economy.sectors
    )
    found = solve(idle, trade_cost_hat=random_shock(1, idle)["trade_cost_hat"])
    assert found.output[0, 1] == 0
    assert found.employment_hat[0, 1] == 1
    assert np.isfinite(found.real_income_hat).all()
    np.testing.assert_allclose(solve(idle).real_income_hat, 1, rtol=0, atol=1e-12)


def test_shocks_without_meaning_are_refused_with_their_place(base: Economy) -> None:
    us, can, aut = base.index("USA"), base.index("CAN"), base.sector_index("AUT")
    tariff, cost, links = base.tariff.copy(), np.ones(base.shape), np.ones(base.shape)
    tariff[us, can, aut], tariff[us, us, aut] = np.nan, 0.1
    cost[can, us, aut], links[us, can, aut] = 0.0, -1.0
    with pytest.raises(InputError) as caught:
        solve(base, tariff=tariff, trade_cost_hat=cost, relationship_hat=links)
    for part in (
        "tariff[USA, CAN, AUT] = nan",
        "tariff[USA, USA, AUT] = 0.1 must be 0 on domestic sales",
        "trade_cost_hat[CAN, USA, AUT] = 0 must be above 0",
        "relationship_hat[USA, CAN, AUT] = -1 must be 0 or more",
    ):
        assert part in str(caught.value)


def test_wrong_shapes_and_names_are_refused(base: Economy) -> None:
    with pytest.raises(InputError, match=r"expected \(importer, exporter, sector\) = \(6, 6, 12\)"):
        solve(base, tariff=np.zeros((6, 12, 6)))
    with pytest.raises(InputError, match="trade_cost_hats has shape"):
        solve_many(base, trade_cost_hats=np.ones((4, 6, 6)))
    with pytest.raises(InputError, match="tariffs 2, trade_cost_hats 3"):
        solve_many(base, tariffs=np.zeros((2, 6, 6, 12)), trade_cost_hats=np.ones((3, 6, 6, 12)))
    with pytest.raises(InputError, match="no output is called prices"):
        solve_many(base, outputs=("prices",))
    with pytest.raises(InputError, match="threads = 0"):
        solve_many(base, threads=0)
    with pytest.raises(InputError, match="does not fit 1 row"):
        solve(base, start=np.zeros(3))
    with pytest.raises(UnknownName, match="Did you mean 'MEX'"):
        base.index("MXE")


def test_an_economy_and_its_results_survive_pickling(base: Economy) -> None:
    solve(base)
    copy = pickle.loads(pickle.dumps(base))
    assert copy.fingerprint == base.fingerprint
    assert copy.name == base.name
    assert not copy.trade_flow.flags.writeable
    assert len(pickle.dumps(base)) < 40_000
    shock = random_shock(2, base)
    found = pickle.loads(pickle.dumps(solve(copy, **shock)))
    np.testing.assert_array_equal(found.state, solve(base, **shock).state)


def test_an_economy_and_its_results_cannot_be_changed(base: Economy) -> None:
    found, batch = solve(base), solve_many(base)
    for array in (
        base.trade_flow,
        base.final_share,
        found.income,
        found.trade_flow,
        batch.output,
        batch.converged,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_rebasing_keeps_the_flows(base: Economy) -> None:
    tariff = base.tariff.copy()
    tariff[base.index("CAN"), base.index("CHN")] = 0.1
    taxed = base.with_tariff(tariff)
    np.testing.assert_array_equal(taxed.trade_flow, base.trade_flow)
    assert taxed.tariff_revenue[base.index("CAN")] > 0 == base.tariff_revenue[base.index("CAN")]
    np.testing.assert_allclose(solve(taxed).real_income_hat, 1, rtol=0, atol=1e-12)
    stiff = base.with_elasticity(base.trade_elasticity * 0.4)
    shock = {"tariff": taxed.tariff}
    can = base.index("CAN")
    assert solve(stiff, **shock).trade_flow[can, 3].sum() > solve(base, **shock).trade_flow[can, 3].sum()
    assert base.with_elasticity(5.0).trade_elasticity.tolist() == [5.0] * 12
    assert stiff.fingerprint != base.fingerprint == load_economy("economy_2023").fingerprint


def test_every_fault_of_an_economy_is_reported_at_once() -> None:
    good = random_economy(1, 3, 2)
    flow, tariff = good.trade_flow.copy(), good.tariff.copy()
    beta, theta = good.value_added_share.copy(), good.trade_elasticity.copy()
    flow[0, 1, 0], tariff[1, 1, 0], beta[2, 1], theta[1] = -1, 0.2, -0.3, 0.0

    def build(**changed: object) -> Economy:
        given = {
            "trade_flow": good.trade_flow,
            "tariff": good.tariff,
            "value_added_share": good.value_added_share,
            "input_share": good.input_share,
            "trade_elasticity": good.trade_elasticity,
            "regions": good.regions,
            "sectors": good.sectors,
        }
        return Economy.from_arrays(**{**given, **changed})  # type: ignore[arg-type]

    with pytest.raises(InvalidEconomy) as caught:
        build(trade_flow=flow, tariff=tariff, value_added_share=beta, trade_elasticity=theta)
    assert caught.value.faults == (
        "trade_flow[R0, R1, S0] = -1 is negative",
        "tariff[R1, R1, S0] = 0.2 is a tariff on domestic sales (must be 0)",
        "value_added_share[R2, S1] = -0.3 is negative",
        "trade_elasticity[S1] = 0 must be above 0",
    )
    with pytest.raises(InvalidEconomy, match=r"trade_flow\[R0, R0, S0\] = nan is not a finite number"):
        build(trade_flow=np.where(np.arange(2) == 0, np.nan, good.trade_flow))
    with pytest.raises(InvalidEconomy, match=r"R2, S1\] = 1.4.* must sum to 1"):
        build(value_added_share=good.value_added_share + 0.45 * (np.arange(6).reshape(3, 2) == 5))
    with pytest.raises(InvalidEconomy, match=r"input_share: shape \(3, 2\), expected \(3, 2, 2\)"):
        build(input_share=good.value_added_share)
    with pytest.raises(InvalidEconomy, match="named twice: R0"):
        build(regions=("R0", "R0", "R2"))
    with pytest.raises(InvalidEconomy, match=r"expenditure\[R1, S1\] = 0 is zero"):
        build(
            trade_flow=good.trade_flow * ~(np.arange(18).reshape(3, 3, 2) // 2 % 9 // 3 == 1)[:, :, ::1] + 0
        )
    with pytest.raises(InvalidEconomy, match="more of this sector than the region buys"):
        build(trade_flow=good.trade_flow * [1.0, 0.05])
    with pytest.raises(InvalidEconomy, match="not an array of numbers"):
        build(trade_elasticity=["high", "low"])


def test_many_python_threads_may_solve_at_once(base: Economy) -> None:
    shocks = grid(base, 64)
    expected = solve_many(base, **shocks, threads=1).state
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: solve_many(base, **shocks, threads=2).state, range(8)):
            np.testing.assert_array_equal(found, expected)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_can_use_threads_its_parent_used(base: Economy) -> None:
    shocks = grid(base, 64)
    expected = solve_many(base, **shocks, threads=2).real_income_hat
    child = os.fork()
    if child == 0:
        same = np.array_equal(solve_many(base, **shocks, threads=2).real_income_hat, expected)
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_environment_can_limit_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS_VARIABLE, "3")
    assert available_threads() == 3
    monkeypatch.setenv(THREADS_VARIABLE, "many")
    assert available_threads() >= 1


def test_importing_and_loading_do_not_wake_the_compiler() -> None:
    code = (
        "import sys; from negotiation.economy import load_economy;"
        "load_economy('economy_2023', tariffs='pre_2025');"
        "sys.exit('numba' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_warming_up_can_be_repeated() -> None:
    assert warm_up() is None
    assert warm_up() is None
