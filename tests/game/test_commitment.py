"""Commitment from the cost of joining, and who bears a tariff."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from negotiation.economy import load_economy
from negotiation.game.breakdown import joining_terms
from negotiation.game.commitment import solve_joining
from negotiation.game.incidence import incidence
from negotiation.game.income import IncomeTable
from negotiation.game.payoffs import stage_game
from negotiation.scenario import load_rules
from tests.game.conftest import with_beliefs

WEIGHT = load_rules().commitment.record_weight


def test_the_pair_solves_both_equations(product) -> None:
    pos = product.start
    q = solve_joining(pos, WEIGHT, seen=False)
    trust = (1 - WEIGHT) * pos.belief("partner_trust") + WEIGHT * pos.belief("commitment")[::-1]
    assert q == pytest.approx(
        1 / (1 + np.exp(-(trust * pos.front_value * q[::-1] - pos.joining_cost))), abs=1e-8
    )


def test_trust_between_the_partners_makes_a_front_likelier(product) -> None:
    joins = [
        solve_joining(
            with_beliefs(product.start, partner_trust=(t, 10 - t), commitment=(t, 10 - t)), WEIGHT, seen=False
        )
        for t in (1, 5, 9)
    ]
    assert (joins[0] < joins[1]).all()
    assert (joins[1] < joins[2]).all()


def test_cheaper_joining_makes_a_front_likelier(product) -> None:
    cheap = replace(product.start, joining_cost=product.start.joining_cost * 0.5)
    assert (solve_joining(cheap, WEIGHT, seen=False) > solve_joining(product.start, WEIGHT, seen=False)).all()


def test_with_little_noise_the_front_has_two_stable_states_and_the_past_decides(product) -> None:
    """Suddenness that is not written into a rule: the same trust, two fixed points."""
    pos = with_beliefs(product.start, partner_trust=(6.5, 3.5), commitment=(6.5, 3.5))

    def both(noise: float) -> tuple[np.ndarray, np.ndarray]:
        scaled = replace(pos, joining_cost=pos.joining_cost / noise, front_value=pos.front_value / noise)
        low, high = (
            solve_joining(replace(scaled, joins=np.full(2, q)), WEIGHT, seen=False) for q in (0.01, 0.99)
        )
        return low, high

    low, high = both(noise=0.5)
    assert (high - low > 0.5).all()
    low, high = both(noise=3.0)
    assert low == pytest.approx(high, abs=1e-5)


def test_commitment_tips_between_half_and_eighty_percent_trust(product) -> None:
    """The shipped noise: below one half little happens, then a third more trust makes the front likely."""
    joins = {
        t: solve_joining(
            with_beliefs(
                product.start, partner_trust=(10 * t, 10 - 10 * t), commitment=(10 * t, 10 - 10 * t)
            ),
            WEIGHT,
            seen=False,
        )
        for t in (0.3, 0.5, 0.8)
    }
    assert (joins[0.3] < 0.3).all()
    assert (joins[0.5] < 0.3).all()
    assert (joins[0.8] > 0.7).all()


def test_joining_costs_a_partner_something_and_links_change_how_much(product) -> None:
    links = np.ones(product.table.economy.trade_flow.shape)
    links[0, 1:3] = 0.7  # a third of both partners' US links gone ...
    links[1:3, 3:] = 1.3
    links[3:, 1:3] = 1.6  # ... and overseas ones built
    prepared = IncomeTable(
        product.table.economy, product.book, mfn_tariff=product.table._mfn, relationship_hat=links
    )
    before = joining_terms(product.table, product.start, product.book)
    after = joining_terms(prepared, product.start, product.book)
    assert (before.joining_cost > 0).all()
    assert (after.joining_cost < before.joining_cost).all()


def test_the_stage_game_averages_over_joining_or_not(product) -> None:
    """Where Washington hits Mexico alone and Canada stands by it, the payoff lies between the two certain cases."""
    pos = replace(product.start, us_notice=np.array([False, True]))
    cell = (2, 0, 0)  # US: C to CAN, D to MEX; CAN: CC; MEX: CC
    value = stage_game(product.table, pos, product.book).payoff[cell]
    sure = replace(pos, joining_cost=np.full(2, -50.0))
    never = replace(pos, joining_cost=np.full(2, 50.0))
    assert np.isfinite(value).all()
    for extreme, q in ((sure, 1.0), (never, 0.0)):
        assert solve_joining(extreme, WEIGHT, seen=False) == pytest.approx([q, q], abs=1e-6)


@pytest.mark.parametrize(
    ("importer", "exporter", "expected"),
    [("USA", "CAN", 0.27), ("USA", "MEX", 0.32), ("CAN", "USA", 0.19), ("MEX", "USA", 0.14)],
)
def test_the_models_incidence_matches_the_prototypes_figures(
    firms_report, importer, exporter, expected
) -> None:
    """Rung 1, median elasticities, zero baseline tariffs."""
    economy = load_economy("economy_2023")
    book = firms_report.book
    k = ("CAN", "MEX").index(exporter if importer == "USA" else importer)
    points = (book.us_points if importer == "USA" else book.partner_points)[k, 1]
    found = incidence(economy, economy.index(importer), economy.index(exporter), points)
    assert found == pytest.approx(expected, abs=0.006)


def test_the_correction_moves_income_between_countries_and_creates_none(product, firms_report) -> None:
    rungs, none = np.array([3, 0]), np.array([0, 0])
    plain = IncomeTable(
        product.table.economy, product.book, mfn_tariff=product.table._mfn, phi=np.zeros((3, 3))
    )
    with_it, without = product.table.real_income(rungs, none), plain.real_income(rungs, none)
    moved = with_it - without
    assert moved[0] < 0 < moved[1]
    assert moved.sum() == pytest.approx(0, abs=1e-9)
