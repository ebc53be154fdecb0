"""The compiled round of one position says what the rules in arrays say, under any switch."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.game.evolve import next_in_arrays, next_position
from negotiation.game.pressure import as_switched
from negotiation.game.review import ledger
from negotiation.game.round_door import EVENTS
from negotiation.game.ruling import rule_in_arrays, rule_on
from tests.game.conftest import Parts
from tests.game.test_switches import off, positions

SWITCHES = ("", "S1", "S2", "S3", "S5", "S6", "S18")
STANCES = st.lists(st.integers(0, 2), min_size=2, max_size=2).map(np.array)
NOTICED = st.sampled_from([0.0, 0.3, 1.0])


@st.composite
def rounds(draw, start):
    """A position with something granted and favours done, three pairs of stances and who answers for the other."""
    pos = draw(positions(start))
    given_away = np.array(draw(st.lists(st.booleans(), min_size=2, max_size=2)))
    pos = replace(
        pos,
        granted_by_us=pos.granted_by_us | given_away[:, None],
        favours=np.array(draw(st.lists(st.integers(0, 4), min_size=2, max_size=2))),
        joint_items=np.array(draw(st.lists(st.integers(0, 6), min_size=2, max_size=2))),
    )
    acts = np.array(draw(st.lists(st.booleans(), min_size=2, max_size=2)))
    return pos, (draw(STANCES), draw(STANCES), draw(STANCES)), acts


def same(ours, arrays, name: str) -> None:
    """The same numbers to the last bit, of the same kind."""
    ours, arrays = np.asarray(ours), np.asarray(arrays)
    assert ours.dtype == arrays.dtype, name
    assert ours.shape == arrays.shape, name
    assert np.array_equal(ours, arrays), name


@pytest.mark.parametrize("switch", SWITCHES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_position_goes_where_the_rules_in_arrays_lead_it(product: Parts, switch: str, data) -> None:
    g = off(product, switch) if switch else product
    pos, stances, acts = data.draw(rounds(g.start))
    pos = as_switched(pos, g.book)
    u, v, c = stances
    ours, arrays = rule_on(pos, u, v, c, g.book, acts), rule_in_arrays(pos, u, v, c, g.book, acts)
    for field in fields(arrays):
        if field.name not in ("evidence", "counted"):
            same(getattr(ours, field.name), getattr(arrays, field.name), field.name)
    for event in EVENTS:
        assert ours.evidence[event].tolist() == np.asarray(arrays.evidence[event], float).tolist(), event
    front, favour = data.draw(NOTICED), data.draw(NOTICED)
    issues = data.draw(st.sampled_from([{}, {"partner": np.array([1, -1]), "us": np.array([-1, 0])}]))
    after = next_position(pos, ours, g.book, front_seen=front, favour_seen=favour, issues=issues)
    there = next_in_arrays(pos, arrays, g.book, front, favour, (1.0, 1.0), issues)
    for field in fields(there):
        same(getattr(after, field.name), getattr(there, field.name), field.name)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_was_granted_is_worth_the_same_to_one_position_and_to_many(product: Parts, data) -> None:
    pos, _, _ = data.draw(rounds(product.start))
    pos = replace(
        pos,
        granted_by_partner=pos.granted_by_partner | data.draw(st.booleans()),
        partner_items=np.asarray(data.draw(st.integers(0, 4))),
    )
    counted = ("granted_by_partner", "granted_by_us", "joint_items", "partner_items", "favours")
    many = replace(pos, **{name: np.stack([getattr(pos, name)] * 2) for name in counted})
    assert ledger(many, product.book) == pytest.approx(np.stack([ledger(pos, product.book)] * 2), rel=1e-12)


def test_every_event_of_the_rules_is_counted(product: Parts) -> None:
    u, v, c = np.zeros((3, 2), int)
    ruling = rule_in_arrays(product.start, u, v, c, product.book, np.zeros(2, bool))
    assert tuple(ruling.evidence) == EVENTS
