"""Whatever is handed to the doors of the economy: an answer, or an error of the family that says where it was."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.economy import Economy, load_economy, solve, solve_many
from negotiation.economy.schedule import as_date, load_schedule
from negotiation.economy.tariffs import average_tariff
from negotiation.errors import InputError, InvalidEconomy, NegotiationError

RAGGED = [[1.0], [2.0, 3.0]]


def small(flow, **changed) -> Economy:
    """Two regions, one sector, half of its output used up in it."""
    shares = {
        "tariff": np.zeros((2, 2, 1)),
        "value_added_share": np.full((2, 1), 0.5),
        "input_share": np.full((2, 1, 1), 0.5),
        "trade_elasticity": [4.0],
    }
    given = shares | changed
    return Economy.from_arrays(flow, regions=("A", "B"), sectors=("S",), **given)


@pytest.mark.parametrize("name", ["tariff", "trade_cost_hat", "relationship_hat", "start"])
@pytest.mark.parametrize("nonsense", ["25 %", RAGGED, np.zeros((6, 7)), [["a"]]], ids=repr)
def test_a_shock_that_is_no_array_of_numbers_is_refused_by_name(base: Economy, name, nonsense) -> None:
    with pytest.raises(InputError, match=name):
        solve(base, **{name: nonsense})
    many = name if name == "start" else f"{name}s"
    with pytest.raises(InputError, match=many):
        solve_many(base, **{many: nonsense})


@pytest.mark.parametrize("tolerance", [0, -1e-8, 1.0, float("nan"), float("inf"), "1e-8", None])
def test_a_tolerance_that_would_accept_anything_or_nothing_is_refused(base: Economy, tolerance) -> None:
    with pytest.raises(InputError, match="above 0 and below 1"):
        solve(base, tolerance=tolerance)
    with pytest.raises(InputError, match="above 0 and below 1"):
        solve_many(base, tolerance=tolerance)


def test_one_heavy_output_may_be_named_without_a_list(base: Economy) -> None:
    assert solve_many(base, outputs="trade_flow").trade_flow is not None
    with pytest.raises(InputError, match="no output is called flows"):
        solve_many(base, outputs="flows")


@pytest.mark.parametrize("threads", [0, -1, 1.5, "two"])
def test_threads_are_a_whole_number_from_one(base: Economy, threads) -> None:
    with pytest.raises(InputError, match="whole number"):
        solve_many(base, threads=threads)


@pytest.mark.parametrize(
    "given",
    [
        {"elasticities": RAGGED},
        {"elasticities": ["a"] * 12},
        {"elasticity_multiple": "x"},
        {"tariffs": RAGGED},
    ],
    ids=repr,
)
def test_numbers_for_an_economy_that_are_none_are_refused_by_name(given) -> None:
    with pytest.raises(InvalidEconomy, match=next(iter(given)).removesuffix("s")):
        load_economy("economy_2023", **given)


@pytest.mark.parametrize("theta", [[1.0, 2.0], "four", RAGGED, [0.0] * 12, float("nan")], ids=repr)
def test_other_elasticities_are_checked_as_the_first_ones_were(base: Economy, theta) -> None:
    with pytest.raises(InvalidEconomy, match="trade_elasticity"):
        base.with_elasticity(theta)


@pytest.mark.parametrize("one", [4, 4.0, np.float32(4), np.array(4.0)], ids=repr)
def test_one_elasticity_holds_for_every_sector(base: Economy, one) -> None:
    assert (base.with_elasticity(one).trade_elasticity == 4.0).all()


@pytest.mark.parametrize("rate", [2.0, "all", {"CAN": [0.1, 0.2]}, {"CAN": "most"}], ids=repr)
def test_claim_rates_that_are_no_shares_are_refused(rate) -> None:
    with pytest.raises(InputError, match="claim_rate"):
        load_schedule().effective("2025-10", rate)


def test_a_moment_is_as_good_as_its_day() -> None:
    assert as_date(datetime.datetime(2025, 10, 14, 12)) == as_date("2025-10-14")
    for nonsense in (20251014, None, "2025-13", "soon"):
        with pytest.raises(InputError, match="is not a day"):
            as_date(nonsense)


def test_a_corridor_without_goods_has_no_average_tariff() -> None:
    services = Economy.from_arrays(
        np.ones((2, 2, 1)),
        np.zeros((2, 2, 1)),
        np.ones((2, 1)),
        np.zeros((2, 1, 1)),
        [4.0],
        ("A", "B"),
        ("SRV",),
    )
    assert average_tariff(np.full((2, 2, 1), 0.2), services, "A", "B") == 0.0


SOME = st.floats(1e-3, 1e6) | st.floats()


@given(st.lists(SOME, min_size=4, max_size=4), SOME)
def test_flows_and_elasticities_of_any_size_are_solved_or_refused(flows, theta) -> None:
    """Two regions and one sector with any four flows: hats that are numbers, or an error that says why."""
    try:
        economy = small(np.reshape(flows, (2, 2, 1)), trade_elasticity=[theta])
        hats = solve(economy, trade_cost_hat=1.1).real_income_hat
    except NegotiationError:
        return  # refused, by an error of the family
    assert np.isfinite(hats).all()
    assert (hats > 0).all()
