"""What is left of a game when a system of the story is switched off, as properties of any position."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import IllegalMove
from negotiation.game.breakdown import (
    Beliefs,
    branch_boards,
    branch_incomes,
    breakdown,
    joining_terms,
    leverage_in,
    why_it_moved,
)
from negotiation.game.evolve import next_position
from negotiation.game.position import BELIEFS, Position
from negotiation.game.pressure import as_switched
from negotiation.game.proposal import Proposal, check_proposal
from negotiation.game.review import hold_review
from negotiation.game.rulebook import Rulebook
from negotiation.game.ruling import C, D, N, rule_on
from negotiation.terms import OUTCOMES, Outcome, Phase
from negotiation.world import ReviewModel

a = np.array


@dataclass(frozen=True)
class Other:
    """Parts of a game with some systems off."""

    book: Rulebook
    table: Any
    scale: np.ndarray
    start: Position


def off(parts, *systems: str) -> Other:
    book = replace(parts.book, switches={**parts.book.switches, **dict.fromkeys(systems, False)})
    return Other(book, parts.table, parts.scale, as_switched(parts.start, book))


@st.composite
def positions(draw, start: Position) -> Position:
    """Any rungs, notices and beliefs."""
    pair = lambda top: st.tuples(st.integers(0, top), st.integers(0, top))  # noqa: E731
    counts = [draw(st.tuples(*[st.floats(0.1, 20)] * 4)) for _ in BELIEFS]
    return replace(
        start,
        us_rung=a(draw(pair(4))),
        partner_rung=a(draw(pair(3))),
        us_notice=a(draw(pair(1)), bool),
        partner_notice=a(draw(pair(1)), bool),
        evidence=np.array(counts).reshape(len(BELIEFS), 2, 2),
    )


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_without_us_pressure_nothing_is_threatened_and_leverage_stands_at_the_middle(product, data) -> None:
    g = off(product, "S1")
    before = as_switched(data.draw(positions(product.start)), g.book)
    after = as_switched(data.draw(positions(product.start)), g.book)
    for pos in (before, after):
        assert (Beliefs.of(pos, g.book, seen=True).threat == 0).all()
        assert not np.any(branch_boards(pos, g.book)[0])
        lever = leverage_in(g.table, pos, g.book, g.scale)
        assert lever.index == pytest.approx([50, 50])
        assert lever.transfer == pytest.approx([0, 0], abs=1e-9)
    parts = why_it_moved(lambda exposure, links: g.table, before, after, g.book, g.scale)
    assert parts["credibility"] == pytest.approx([0, 0], abs=1e-12)
    assert sum(parts.values()) == pytest.approx([0, 0], abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_without_us_pressure_no_move_of_anybody_brings_a_tariff_back(product, data) -> None:
    g = off(product, "S1")
    pos = as_switched(data.draw(positions(product.start)), g.book)
    for _ in range(3):
        u, v, c = (a(data.draw(st.tuples(*[st.sampled_from([C, N, D])] * 2))) for _ in range(3))
        pos = next_position(pos, rule_on(pos, u, v, c, g.book), g.book)
        assert not pos.us_rung.any()
        assert not pos.partner_rung.any()
        assert not pos.us_notice.any()
        assert (pos.belief("threat") == 0).all()


def test_without_us_pressure_nobody_writes_a_letter_of_withdrawal(product) -> None:
    g = off(product, "S1")
    review = hold_review(g.table, g.start, g.book)
    assert review.odds[OUTCOMES.index(Outcome.WD)] == 0
    assert review.odds.sum() == pytest.approx(1)
    with pytest.raises(IllegalMove, match="S1"):
        check_proposal(Proposal(Outcome.WD), g.start, _Scenario(g.book.switches))


@dataclass(frozen=True)
class _Scenario:
    switches: Any


def test_without_us_pressure_a_whole_game_stays_in_the_middle_even_where_tariffs_were_in_force() -> None:
    from negotiation.lab.explain import without
    from negotiation.scenario import load_scenario

    quiet = without(load_scenario("facts-on-the-ground"), ["S1"])
    model = ReviewModel(quiet, 3, firms=300, strategies={"USA": "always-defect", "CAN": "always-defect"})
    assert [v["index"] for v in model.opening["leverage"].values()] == [50, 50]
    while model.phase is Phase.BARGAINING:
        model.step()
        assert [v["index"] for v in model.results[-1]["leverage"].values()] == [50, 50]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_without_dividing_washington_treats_both_alike_whatever_it_says(product, data) -> None:
    g = off(product, "S2")
    pos = data.draw(positions(product.start))
    pos = replace(pos, us_rung=a([2, 2]), us_notice=a([data.draw(st.booleans())] * 2))
    u, v, c = (a(data.draw(st.tuples(*[st.sampled_from([C, N, D])] * 2))) for _ in range(3))
    ruling = rule_on(pos, u, v, c, g.book)
    assert ruling.us_executes[0] == ruling.us_executes[1]
    assert ruling.us_relief[0] == ruling.us_relief[1]
    assert not ruling.evidence["wedge"].any()
    assert not ruling.breaker_bonus.any()
    us, _ = branch_boards(pos, g.book)
    for board in us:
        assert board[0] == board[1]


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_the_boards_of_a_breakdown_are_the_same_one_by_one_and_many_at_once(product, data) -> None:
    for g in (product, off(product, "S2")):
        pos = data.draw(positions(product.start))
        one = branch_incomes(g.table, pos, g.book)
        many = replace(pos, us_rung=pos.us_rung[None], partner_rung=pos.partner_rung[None])
        assert branch_incomes(g.table, many, g.book)[0] == pytest.approx(one)


def test_being_able_to_divide_gives_washington_leverage(product) -> None:
    """Who is not singled out has been hit anyway: answering costs less, so partners answer more."""
    g = off(product, "S2")
    start = joining_terms(g.table, product.start, g.book)
    apart = leverage_in(product.table, product.start, product.book, product.scale).index
    assert (leverage_in(g.table, start, g.book, g.scale).index < apart - 3).all()
    assert (start.joins > product.start.joins).all()
    costs = [
        breakdown(g.table, start, Beliefs.of(start, g.book, seen=True), g.book, k).cost_us for k in (0, 1)
    ]
    assert costs[0] > 0
    assert costs[1] > 0


def test_without_shared_issues_nothing_is_granted_or_worked_on_together(product) -> None:
    g = off(product, "S18")
    ruling = rule_on(g.start, a([C, N]), a([C, N]), a([C, C]), g.book)
    assert not ruling.joint_item.any()
    assert not ruling.partner_grants.any()
    assert not ruling.us_grants.any()


def test_dividing_and_shared_issues_are_different_things(product) -> None:
    def index(*systems: str) -> np.ndarray:
        g = off(product, *systems)
        return leverage_in(g.table, joining_terms(g.table, g.start, g.book), g.book, g.scale).index

    assert index("S18") == pytest.approx(index())
    assert np.abs(index("S2") - index("S18")).min() > 3


def test_without_the_joint_programme_nothing_of_it_counts_whatever_the_scenario_starts_from(product) -> None:
    g = off(product, "S6")
    built = replace(product.start, corridor=np.asarray(0.8), corridor_overseas=np.asarray(0.5))
    assert as_switched(built, product.book).corridor == 0.8
    pos = as_switched(replace(built, partner_items=np.asarray(3)), g.book)
    for _ in range(3):
        pos = next_position(pos, rule_on(pos, a([C, C]), a([C, C]), a([C, C]), g.book), g.book)
        assert pos.corridor == pos.corridor_overseas == 0
        assert pos.partner_items == 0
