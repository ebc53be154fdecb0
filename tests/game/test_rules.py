"""The rules of a round, one sentence a test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.game.evolve import next_position
from negotiation.game.payoffs import every_cell, stage_table
from negotiation.game.position import BELIEFS, Position
from negotiation.game.ruling import C, D, N, rule_on
from tests.game.conftest import with_beliefs

a = np.array


def play(g, pos: Position, u, v, c):
    ruling = rule_on(pos, a(u), a(v), a(c), g.book)
    return ruling, next_position(pos, ruling, g.book)


def told(pos: Position, us=(False, False), partner=(False, False), **rest) -> Position:
    return replace(pos, us_notice=a(us), partner_notice=a(partner), **rest)


def test_a_first_defection_only_gives_notice(prototype) -> None:
    ruling, after = play(prototype, prototype.start, [D, C], [C, C], [C, C])
    assert not ruling.us_executes.any()
    assert after.us_notice.tolist() == [True, False]
    assert after.us_rung.tolist() == [1, 1]


def test_a_repeated_defection_executes_the_step(prototype) -> None:
    ruling, after = play(prototype, told(prototype.start, us=(True, False)), [D, C], [C, C], [C, C])
    assert ruling.us_executes.tolist() == [True, False]
    assert after.us_rung.tolist() == [2, 1]


def test_a_concession_buys_the_step_off(prototype) -> None:
    ruling, after = play(prototype, told(prototype.start, us=(True, False)), [D, C], [N, C], [C, C])
    assert not ruling.us_executes.any()
    assert after.granted_by_partner[0].tolist() == [True, False, False, False]
    assert ruling.evidence["us_threat_bought_off"].tolist() == [True, False]


def test_a_court_cap_stops_the_step(prototype) -> None:
    pos = told(prototype.start, us=(True, True), us_rung_cap=a([1, 4]))
    ruling, _ = play(prototype, pos, [D, D], [C, C], [D, D])
    assert ruling.us_executes.tolist() == [False, True]


def test_talking_alone_suspends_the_step_on_the_breaker_only(prototype) -> None:
    ruling, _ = play(prototype, told(prototype.start, us=(True, True)), [D, D], [C, C], [D, C])
    assert ruling.separate_talks.tolist() == [True, False]
    assert ruling.us_executes.tolist() == [False, True]


def test_conceding_brings_relief_and_mutual_calm_only_with_chips_on_both_sides(prototype) -> None:
    _, after = play(prototype, prototype.start, [C, C], [N, C], [C, C])
    assert after.us_rung.tolist() == [0, 1]
    _, after = play(prototype, replace(prototype.start, partner_rung=a([1, 0])), [C, C], [C, C], [C, C])
    assert after.us_rung.tolist() == [0, 1]
    assert after.partner_rung.tolist() == [0, 0]


def test_a_carrot_for_a_partner_that_stands_with_the_other_is_withheld_while_the_other_is_hit(
    prototype,
) -> None:
    _, after = play(prototype, prototype.start, [N, D], [C, C], [C, C])
    assert not after.granted_by_us[0].any()
    _, after = play(prototype, prototype.start, [N, D], [C, C], [D, C])
    assert after.granted_by_us[0].tolist() == [True, False, False]


def test_breaking_ranks_while_the_other_is_hit_is_rewarded(prototype) -> None:
    ruling, after = play(prototype, prototype.start, [C, D], [C, C], [D, C])
    assert ruling.breaker_bonus.tolist() == [True, False]
    assert after.us_rung.tolist() == [0, 1]


def test_an_armed_front_answers_for_the_partner_that_is_hit(prototype) -> None:
    strong = with_beliefs(told(prototype.start, us=(True, False)), commitment=(9, 1), partner_trust=(9, 1))
    ruling, after = play(prototype, strong, [D, C], [C, C], [C, C])
    assert ruling.front_fires.tolist() == [False, True]
    assert after.partner_rung.tolist() == [0, 1]
    assert after.partner_notice.tolist() == [False, True]


def test_a_weak_front_is_called_and_loses_commitment(prototype) -> None:
    pos = told(prototype.start, us=(True, False))
    ruling, after = play(prototype, pos, [D, C], [C, C], [C, C])
    assert ruling.promise_called.tolist() == [False, True]
    calm = play(prototype, prototype.start, [D, C], [C, C], [C, C])[1]
    assert after.belief("commitment")[1] < calm.belief("commitment")[1]


def test_a_concession_with_nothing_left_counts_as_coordination(prototype) -> None:
    pos = replace(prototype.start, granted_by_partner=np.ones((2, 4), bool))
    ruling, _ = play(prototype, pos, [C, C], [N, C], [C, C])
    assert ruling.v.tolist() == [C, C]


@pytest.mark.parametrize(
    ("v", "event"),
    [(C, "us_threat_dropped_calm"), (D, "us_threat_dropped_defiance"), (N, "us_threat_dropped_paid")],
)
def test_a_threat_not_carried_out_costs_credibility(prototype, v, event) -> None:
    pos = told(prototype.start, us=(True, False))
    ruling, after = play(prototype, pos, [C, C], [v, C], [C, C])
    assert ruling.evidence[event].tolist() == [True, False]
    assert after.belief("threat")[0] < prototype.start.belief("threat")[0]


def test_washington_learns_of_a_quiet_front_only_as_far_as_it_notices(prototype) -> None:
    ruling = rule_on(prototype.start, a([C, C]), a([C, C]), a([C, C]), prototype.book)
    unseen = next_position(prototype.start, ruling, prototype.book, front_seen=0.0)
    seen = next_position(prototype.start, ruling, prototype.book, front_seen=1.0)
    assert unseen.belief("commitment") == pytest.approx(seen.belief("commitment"))
    assert (unseen.belief("commitment_seen") < seen.belief("commitment_seen")).all()
    start = prototype.start.belief("commitment_seen")
    assert unseen.belief("commitment_seen") == pytest.approx(start)


def test_a_step_aimed_at_some_sectors_covers_only_those(prototype) -> None:
    pos = told(prototype.start, us=(True, False))
    metals = a([[s == "MET" for s in prototype.book.sectors]] * 2)
    ruling = rule_on(pos, a([D, C]), a([C, C]), a([C, C]), prototype.book)
    after = next_position(pos, ruling, prototype.book, coverage={"us": metals, "partner": metals})
    assert after.us_steps[0, 1].tolist() == metals[0].tolist()
    assert after.us_steps[0, 0].all()
    relieved = play(prototype, after, [C, C], [N, C], [C, C])[1]
    assert relieved.us_rung[0] == 1


codes = st.lists(st.integers(0, 2), min_size=2, max_size=2)


@st.composite
def positions(draw, start: Position) -> Position:
    """Any position the rules could be asked about."""
    bits = st.lists(st.booleans(), min_size=2, max_size=2)
    evidence = draw(
        st.lists(st.floats(0.05, 9), min_size=len(BELIEFS) * 4, max_size=len(BELIEFS) * 4).map(np.array)
    ).reshape(len(BELIEFS), 2, 2)
    cap = a(draw(st.lists(st.integers(0, 4), min_size=2, max_size=2)))
    return replace(
        start,
        round=draw(st.integers(0, 9)),
        us_rung=np.minimum(a(draw(st.lists(st.integers(0, 4), min_size=2, max_size=2))), cap),
        partner_rung=a(draw(st.lists(st.integers(0, 3), min_size=2, max_size=2))),
        us_notice=a(draw(bits)),
        partner_notice=a(draw(bits)),
        us_rung_cap=cap,
        volatility=a(draw(st.lists(st.floats(0, 1), min_size=2, max_size=2))),
        corridor=np.asarray(draw(st.floats(0, 1))),
        granted_by_partner=a(
            draw(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=2, max_size=2))
        ),
        granted_by_us=a(
            draw(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=2, max_size=2))
        ),
        favours=a(draw(st.lists(st.integers(0, 4), min_size=2, max_size=2))),
        evidence=evidence,
    )


@given(st.data(), codes, codes, codes)
@settings(max_examples=60, deadline=None)
def test_every_round_leads_to_a_lawful_position(prototype, data, u, v, c) -> None:
    pos = data.draw(positions(prototype.start))
    ruling, after = play(prototype, pos, u, v, c)
    assert ((after.us_rung >= 0) & (after.us_rung <= after.us_rung_cap)).all()
    assert ((after.partner_rung >= 0) & (after.partner_rung <= 3)).all()
    assert ((after.volatility >= 0) & (after.volatility <= 1)).all()
    assert (after.evidence > 0).all()
    assert (after.granted_by_us >= pos.granted_by_us).all()
    assert after.granted_by_partner.sum() - pos.granted_by_partner.sum() == (ruling.v == N).sum()
    assert Position.from_dict(after.to_dict()).to_dict() == after.to_dict()


@given(st.data())
@settings(max_examples=8, deadline=None)
def test_the_stage_game_is_the_same_rule_applied_729_times(prototype, data) -> None:
    g = prototype
    pos = data.draw(positions(g.start))
    cells = every_cell()
    everything = stage_table(g.table, pos, g.book, cells)
    for cell in data.draw(st.lists(st.integers(0, 728), min_size=3, max_size=3)):
        one = stage_table(g.table, pos, g.book, tuple(x[cell] for x in cells))
        assert one == pytest.approx(everything[cell], abs=1e-9)
