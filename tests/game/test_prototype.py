"""The new implementation against the measured prototypes it replaces (figures quoted from their reports)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from negotiation.game.breakdown import Beliefs, breakdown, leverage_in
from negotiation.game.payoffs import stage_game
from negotiation.game.review import hold_review
from tests.game.conftest import with_beliefs


def test_breakdown_costs_and_index_match_the_firm_prototype_to_its_printed_digits(firms_report) -> None:
    g = firms_report
    beliefs = Beliefs.of(g.start, g.book, seen=True)
    measured = [breakdown(g.table, g.start, beliefs, g.book, k) for k in range(2)]
    costs = [(float(d.cost_us), float(d.cost_partner)) for d in measured]
    assert costs[0] == pytest.approx((4.34, 11.46), abs=0.006)
    assert costs[1] == pytest.approx((0.81, 16.55), abs=0.006)
    lev = leverage_in(g.table, g.start, g.book, g.scale)
    assert lev.transfer == pytest.approx([3.56, 7.87], abs=0.006)
    assert lev.index == pytest.approx([64.7, 76.7], abs=0.06)


def test_calm_start_matches_the_rules_prototype(prototype) -> None:
    """Section 4, first row: Lev 65.5, 77.8; N 3.5, 8.5; odds .18 .33 .28 .19 .02. The repaired agri-food tariffs
    (the prototype capped raw outliers) explain the last tenths."""
    g = prototype
    lev = leverage_in(g.table, g.start, g.book, g.scale)
    assert lev.index == pytest.approx([65.5, 77.8], abs=0.5)
    assert lev.transfer == pytest.approx([3.5, 8.5], abs=0.2)
    odds = hold_review(g.table, g.start, g.book).odds
    assert odds == pytest.approx([0.18, 0.33, 0.28, 0.19, 0.02], abs=0.01)


def test_after_a_court_ruling_leverage_over_canada_turns_negative(prototype) -> None:
    """Section 4, fourth row: p 2:5, cap 2, Canada one rung up: Lev 33.8, 63.1; N -3.7, 3.6."""
    g = prototype
    pos = with_beliefs(
        replace(g.start, us_rung_cap=np.array([2, 2]), partner_rung=np.array([1, 0])), threat=(2, 5)
    )
    lev = leverage_in(g.table, pos, g.book, g.scale)
    assert lev.index == pytest.approx([33.8, 63.1], abs=0.5)
    assert lev.transfer == pytest.approx([-3.7, 3.6], abs=0.2)
    odds = hold_review(g.table, pos, g.book).odds
    assert odds == pytest.approx([0.27, 0.26, 0.29, 0.15, 0.02], abs=0.03)


def test_escalation_with_canada_matches_the_rules_prototype(prototype) -> None:
    """Section 4, second row: rungs 3, 1 against 2, 0, notices both ways: Lev 60.4, 81.0; N to Canada 2.3."""
    g = prototype
    told = np.array([True, False])
    pos = replace(
        g.start, us_rung=np.array([3, 1]), partner_rung=np.array([2, 0]), us_notice=told, partner_notice=told
    )
    lev = leverage_in(g.table, pos, g.book, g.scale)
    assert lev.index == pytest.approx([60.4, 81.0], abs=0.6)
    assert lev.transfer[0] == pytest.approx(2.3, abs=0.1)


def test_the_calm_stage_game_has_no_pure_equilibrium_and_conceding_twice_is_dominated_for_washington(
    prototype,
) -> None:
    g = prototype
    game = stage_game(g.table, g.start, g.book)
    names = [a + b for a in "CND" for b in "CND"]
    assert game.pure_nash() == []
    assert [names[i] for i in game.dominated(0)] == ["CN", "NN"]
    assert "DD" in [names[i] for i in game.dominated(2)]
    canada = game.quantal_response([3, 0.6, 0.6])[1]
    assert names[int(np.argmax(canada))] == "NN"
