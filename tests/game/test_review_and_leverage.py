"""The joint review and leverage: what must hold in any position."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import IllegalMove
from negotiation.game.breakdown import BLOCKS, leverage_in, why_it_moved
from negotiation.game.proposal import (
    Proposal,
    check_proposal,
    expected_package,
    open_issues,
    package_value,
    review_of,
    settle,
)
from negotiation.game.review import hold_review
from negotiation.terms import PARTNERS, Country, Outcome
from tests.game.conftest import with_beliefs
from tests.game.test_rules import positions


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_odds_are_a_probability_distribution_over_the_five_ends(prototype, data) -> None:
    pos = data.draw(positions(prototype.start))
    review = hold_review(prototype.table, pos, prototype.book)
    assert review.odds.sum() == pytest.approx(1, abs=1e-12)
    assert (review.odds >= 0).all()
    assert all(((a >= 0) & (a <= 1)).all() for a in review.acceptance.values())


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_the_index_stays_between_0_and_100_and_has_the_sign_of_the_transfer(prototype, data) -> None:
    pos = data.draw(positions(prototype.start))
    lev = leverage_in(prototype.table, pos, prototype.book, prototype.scale)
    assert ((lev.index > 0) & (lev.index < 100)).all()
    assert (np.sign(lev.index - 50) == np.sign(lev.transfer)).all()


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_the_four_parts_of_why_sum_to_the_change(prototype, data) -> None:
    g = prototype
    before, after = (data.draw(positions(g.start)) for _ in range(2))
    parts = why_it_moved(lambda exposure, links: g.table, before, after, g.book, g.scale)
    change = (
        leverage_in(g.table, after, g.book, g.scale).index
        - leverage_in(g.table, before, g.book, g.scale).index
    )
    assert sum(parts[b] for b in BLOCKS) == pytest.approx(change, abs=1e-9)
    assert parts["alternatives"] == pytest.approx([0, 0], abs=1e-12)


@given(st.floats(0.05, 9), st.floats(0.05, 9))
@settings(max_examples=30, deadline=None)
def test_no_number_shown_to_washington_depends_on_the_true_commitment(prototype, yes, no) -> None:
    g = prototype
    hidden = with_beliefs(g.start, commitment=(yes, no), partner_trust=(no, yes))
    hidden = replace(hidden, favours=np.array([2, 1]), corridor=np.asarray(0.4))
    for pos in (g.start, hidden):
        assert leverage_in(g.table, pos, g.book, g.scale, seen=True).index == pytest.approx(
            leverage_in(g.table, g.start, g.book, g.scale, seen=True).index, abs=0
        )
    shown = hold_review(g.table, hidden.as_washington_sees_it(), g.book, seen=True)
    base = hold_review(g.table, g.start.as_washington_sees_it(), g.book, seen=True)
    assert shown.odds.tolist() == base.odds.tolist()


def test_a_stronger_front_makes_bilateral_deals_rarer(prototype) -> None:
    g = prototype
    odds = [
        hold_review(
            g.table, with_beliefs(g.start, commitment=(q, 10 - q), partner_trust=(q, 10 - q)), g.book
        ).odds
        for q in (1, 5, 9)
    ]
    splits = [float(o[2]) for o in odds]
    assert splits[0] > splits[1] > splits[2]


def test_extension_needs_all_three_and_what_is_unsigned_is_annual_reviews() -> None:
    extension = Proposal(Outcome.EXT)
    assert extension.signatories == PARTNERS
    assert settle(extension, {Country.CAN: True, Country.MEX: True}) is Outcome.EXT
    assert settle(extension, {Country.CAN: True, Country.MEX: False}) is Outcome.ANN
    assert settle(Proposal(Outcome.SPLIT, (Country.MEX,)), {Country.MEX: True}) is Outcome.SPLIT
    assert settle(Proposal(Outcome.WD), {}) is Outcome.WD


def test_a_package_is_worth_its_issues_to_the_pair_that_settles_it(prototype) -> None:
    g = prototype
    value = package_value(("CAN>USA:dairy", "USA>CAN:metals_relief"), g.start, g.scenario)
    assert value[0] == pytest.approx([1.0 - 0.4, 2.4 - 4.0, 0.0])
    assert value[1] == pytest.approx([0, 0, 0])


def test_asking_for_more_lowers_the_chance_of_a_signature(prototype) -> None:
    g = prototype
    mild = Proposal(Outcome.COND, (), ("CAN>USA:alcohol_procurement", "USA>CAN:metals_relief"))
    harsh = replace(mild, package=(*mild.package, "CAN>USA:dairy", "CAN>USA:streaming"))
    signs = [
        float(review_of(p, g.table, g.start, g.book, g.scenario).acceptance["COND"][0]) for p in (mild, harsh)
    ]
    assert signs[0] > signs[1]


def test_the_expected_package_is_made_of_open_issues(prototype) -> None:
    g = prototype
    review = hold_review(g.table, g.start, g.book)
    package = expected_package(review, g.start, g.scenario)
    assert set(package) <= set(open_issues(g.start, g.scenario))
    assert any(item.startswith("MEX>USA") for item in package)


@pytest.mark.parametrize(
    ("proposal", "words"),
    [
        (Proposal(Outcome.SPLIT), "one or two of CAN and MEX"),
        (Proposal(Outcome.EXT, (), ("CAN>USA:dairy",)), "carries no package"),
        (Proposal(Outcome.COND, (), ("CAN>USA:moon",)), "not an open issue"),
        (Proposal(Outcome.SPLIT, (Country.MEX,), ("CAN>USA:dairy",)), "not asked to sign"),
    ],
)
def test_a_senseless_proposal_is_refused_with_the_reason(prototype, proposal, words) -> None:
    with pytest.raises(IllegalMove, match=words):
        check_proposal(proposal, prototype.start, prototype.scenario)


@pytest.mark.parametrize(
    ("transfer", "granted"),
    [
        (-3.0, ()),
        (0.5, ()),
        (0.55, (3,)),
        (0.7, (0,)),
        (2.3, (0, 2)),
        (2.5, (0, 1)),
        (4.0, (0, 1)),
        (4.5, (0, 1, 2)),
        (9.0, (0, 1, 2, 3)),
    ],
)
def test_an_issue_is_expected_in_a_package_if_more_than_half_of_it_is_still_asked(
    product, transfer, granted
) -> None:
    """Canada's are worth 1.2, 2.4, 1.5, 1.0 in ledger order; Washington's all more than they cost."""
    review = hold_review(product.table, product.start, product.book)
    asked = replace(review, package=np.array([transfer, -1.0]))
    chosen = expected_package(asked, product.start, product.scenario)
    names = [f"CAN>USA:{issue.id}" for issue in product.scenario.issues.partner_to_us["CAN"]]
    assert [item for item in chosen if item.startswith("CAN>")] == [names[n] for n in granted]
    assert sum(item.startswith("USA>") for item in chosen) == 6
    assert not any(item.startswith("MEX>") for item in chosen)
    assert all(
        "MEX" in item for item in expected_package(asked, product.start, product.scenario, (Country.MEX,))
    )
