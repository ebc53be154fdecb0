"""Entry and exit thresholds: exact, monotone, and a table that may be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import InputError
from negotiation.world.firms.tables import _fill_thresholds
from negotiation.world.firms.thresholds import dixit_table, dixit_thresholds, marshall_table


@pytest.mark.parametrize(
    ("sunk", "sd", "high", "low"),
    [(4, 0.25, 2.54, 0.69), (4, 0.4, 3.09, 0.59), (4, 0.6, 3.91, 0.50), (0.1 / 0.18, 0.25, 1.45, 0.78)],
)
def test_the_thresholds_are_those_worked_out_by_hand(sunk, sd, high, low):
    assert dixit_thresholds(sunk, sd**2, 0.18) == pytest.approx((high, low), abs=0.006)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 12.0), st.floats(0.01, 2.0), st.floats(0.05, 0.4))
def test_the_values_of_waiting_and_of_being_linked_meet_and_touch(sunk, variance, rate):
    """Value matching and smooth pasting, written out from the definition."""
    high, low = dixit_thresholds(sunk, variance, rate)
    root = np.sqrt(0.25 + 2 * rate / variance)
    beta, alpha = 0.5 + root, root - 0.5
    points = np.array([high, low])
    paste = np.stack([beta * points ** (beta - 1), alpha * points ** (-alpha - 1)], axis=1)
    a, b = np.linalg.solve(paste, np.full(2, 1 / rate))
    idle = a * points**beta
    linked = b * points**-alpha + points / rate - 1 / rate
    assert linked[0] - sunk == pytest.approx(idle[0], rel=1e-6, abs=1e-6)
    assert linked[1] == pytest.approx(idle[1], rel=1e-6, abs=1e-6)
    assert low < 1.0 < 1.0 + rate * sunk < high


def test_more_uncertainty_and_dearer_entry_widen_the_band():
    table = dixit_table()
    assert (np.diff(table.ln_high, axis=0) > 0).all()
    assert (np.diff(table.ln_high, axis=1) > 0).all()
    assert (np.diff(table.ln_low, axis=0) < 1e-12).all()
    assert (np.diff(table.ln_low, axis=1) < 0).all()
    assert table.residual < 1e-8


def lookup(sunk, variance, rate, table=None):
    """(ln H, ln L) of the table for one link, through the kernel that fills a month."""
    table = table or dixit_table()
    high, low = np.empty((1, 6)), np.empty((1, 6))
    fear = np.empty((2, 1, 2, table.ln_variance.size))
    grid = (table.ln_sunk, table.ln_variance, table.ln_high, table.ln_low)
    _fill_thresholds(np.full((1, 6), float(sunk)), rate, variance, *grid, high, low, *fear)
    return high[0, 0], low[0, 0]


def test_the_table_is_close_to_the_exact_answer():
    rng = np.random.default_rng(5)
    for _ in range(200):
        sunk, variance = rng.uniform(0.2, 9.0), rng.uniform(0.02, 1.0)
        assert lookup(sunk, variance, 0.18) == pytest.approx(
            np.log(dixit_thresholds(sunk, variance, 0.18)), abs=3e-3
        )


def test_without_sunk_cost_there_is_no_band_and_marshall_ignores_waiting():
    assert lookup(0.0, 0.06, 0.18) == (0.0, 0.0)
    assert dixit_thresholds(0.0, 0.06, 0.18) == (1.0, 1.0)
    high, low = lookup(4.0, 0.06, 0.18, marshall_table())
    assert high == pytest.approx(np.log(1 + 0.72), abs=2e-3)
    assert low == 0.0


@pytest.mark.parametrize("bad", [(-1, 0.1, 0.1), (1, 0.0, 0.1), (1, 0.1, -0.2), (float("nan"), 0.1, 0.1)])
def test_thresholds_without_meaning_are_refused(bad):
    with pytest.raises(InputError, match="thresholds"):
        dixit_thresholds(*bad)
