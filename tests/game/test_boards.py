"""The compiled boards: which ones joining is weighed on, what is in force there, what politics makes of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.economy import solve
from negotiation.game.breakdown import branch_boards, joining_terms
from negotiation.game.income import IncomeTable
from negotiation.game.kernel_door import compiled_boards
from tests.game.conftest import Parts
from tests.game.reference_boards import boards_of_joining, shocks_in_arrays, terms_in_arrays
from tests.game.test_switches import off, positions

CAPS = st.lists(st.integers(0, 4), min_size=2, max_size=2).map(np.array)


def fresh(parts: Parts) -> IncomeTable:
    """A table nobody has asked anything yet."""
    return IncomeTable(
        parts.table.economy, parts.book, mfn_tariff=parts.table._mfn, phi=parts.table._phi, tolerance=1e-6
    )


@pytest.mark.parametrize("switch", ["", "S2"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_joining_is_weighed_on_the_boards_the_rules_name(product: Parts, switch: str, data) -> None:
    g = off(product, switch) if switch else product
    pos = replace(data.draw(positions(g.start)), us_rung_cap=data.draw(CAPS))
    us, partner = branch_boards(pos, g.book)
    hit, answered = boards_of_joining(pos, g.book)
    rungs = np.array([pos.us_rung, pos.partner_rung, pos.us_rung_cap])
    numbers = compiled_boards().boards_of_a_front(rungs, g.book.package, *g.table.shape[1:3])
    named = g.table._index(
        np.array([*us, *hit, pos.us_rung]), np.array([*partner, *answered, pos.partner_rung]), False
    )
    assert numbers.tolist() == named.tolist()


@pytest.mark.parametrize("switch", ["", "S2"])
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_the_terms_of_joining_follow_from_the_branches(product: Parts, switch: str, data) -> None:
    g = off(product, switch) if switch else product
    pos = data.draw(positions(g.start))
    cost, front = terms_in_arrays(g.table, pos, g.book)
    rules = g.book.rules.commitment
    noise = rules.noise * g.book.gdp[1:]
    found = joining_terms(g.table, pos, g.book)
    assert found.joining_cost == pytest.approx(rules.breakdown_years * cost / noise, rel=1e-9, abs=1e-9)
    wanted = rules.front_years * np.maximum(front, 0.0) / noise
    assert found.front_value == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_a_run_that_shows_no_leverage_solves_fewer_boards_for_the_same_terms(product: Parts) -> None:
    pos = replace(product.start, us_rung=np.array([2, 2]), partner_rung=np.array([1, 1]))
    whole, lean = fresh(product), fresh(product)
    known = joining_terms(whole, pos, product.book)
    found = joining_terms(lean, pos, product.book, ahead=False)
    assert lean.solves == whole.solves - 4
    for name in ("joining_cost", "front_value", "joins", "joins_seen"):
        assert np.array_equal(getattr(found, name), getattr(known, name)), name


@settings(max_examples=30, deadline=None)
@given(
    us=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    partner=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    gone=st.booleans(),
)
def test_tariffs_and_frictions_of_a_board_are_those_of_its_rungs(product: Parts, us, partner, gone) -> None:
    rungs = np.array(us), np.array(partner)
    tariff, cost = shocks_in_arrays(product.table, *rungs, gone)
    assert np.array_equal(product.table.tariff(*rungs, gone), tariff)
    if not gone:
        assert np.array_equal(product.table.trade_cost_hat(*rungs), cost)


def test_felt_income_takes_off_what_politics_makes_of_displaced_value_added(product: Parts) -> None:
    table, book = fresh(product), product.book
    rungs = np.array([3, 1]), np.array([1, 2])
    economy = table.economy
    seats = [economy.regions.index(c) for c in ("USA", "CAN", "MEX")]
    labour = []
    for us, partner in (rungs, np.zeros((2, 2), int)):
        tariff, cost = shocks_in_arrays(table, us, partner, False)
        found = solve(economy, tariff=tariff, trade_cost_hat=cost, tolerance=1e-6)
        labour.append(found.output[seats] / found.wage_hat[seats, None])
    displaced = np.maximum(0, 1 - labour[0] / labour[1]) * (economy.value_added_share * economy.output)[seats]
    felt = (displaced * book.salience).sum(-1) * book.rules.politics.displaced_value_weight
    assert felt.min() > 0
    assert table.real_income(*rungs) - table.felt_income(*rungs) == pytest.approx(felt, rel=1e-9)
