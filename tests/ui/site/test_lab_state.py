"""The link of the lab: what is on screen goes into it and comes out again; nonsense in it is said, the rest kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.lab.desk_question import KINDS, checked, limits
from negotiation.scenario import load_scenario, scenario_names
from ui.site.present.lab import fault_text
from ui.site.present.lab_state import CHOICES, LabState, held_values, own_values, read_value
from ui.words import LANGUAGES, Words


@st.composite
def states(draw: Any) -> LabState:
    """Screens somebody could have made with the page's own controls."""
    scenario = load_scenario(draw(st.sampled_from(scenario_names())))
    state = LabState(scenario=scenario.name)
    declared = {**scenario.levers, **scenario.uncertainties}
    for name in draw(st.lists(st.sampled_from(sorted(declared)), max_size=6, unique=True)):
        low, high = declared[name].low, declared[name].high
        value = read_value(scenario, name, low + draw(st.floats(0, 1)) * (high - low), [])
        assert value is not None
        state = state.with_value(scenario, name, value)
    for name in draw(st.lists(st.sampled_from(sorted(scenario.uncertainties)), max_size=2, unique=True)):
        at = sorted(draw(st.lists(st.floats(0, 1), min_size=2, max_size=2)))
        u = scenario.uncertainties[name]
        text = ":".join(f"{u.low + x * (u.high - u.low):.6g}" for x in at)
        state = state.with_range_text(scenario, name, text, [])
    for key, options in CHOICES.items():
        state = state.with_choice(scenario, key, draw(st.sampled_from(options)), [])
    for key, value in {
        "against": draw(st.sampled_from(["", *scenario_names()])),
        "draw": draw(st.sampled_from(["0", "1"])),
        "rest": draw(st.sampled_from(["", "CNDC", "DDDD"])),
        "seed": draw(st.integers(0, 2**31 - 1)),
        "replications": draw(st.integers(20, 1000)),
        "round": draw(st.integers(1, 10)),
        "ran": ",".join(draw(st.lists(st.sampled_from(KINDS), unique=True))),
    }.items():
        state = state.with_choice(scenario, key, value, [])
    return state


@settings(max_examples=60, deadline=None)
@given(states())
def test_the_link_restores_everything_on_screen(state: LabState) -> None:
    assert LabState.of_query(state.query) == (state, ())
    assert LabState.of_query(state.query)[0].query == state.query


@settings(max_examples=40, deadline=None)
@given(states())
def test_what_a_screen_can_ask_can_be_worked_on(state: LabState) -> None:
    for kind in KINDS:
        checked(state.question(kind))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec="ascii"), max_size=120))
def test_no_link_breaks_the_lab(query: str) -> None:
    state, faults = LabState.of_query(query)
    load_scenario(state.scenario).with_values(**held_values(load_scenario(state.scenario), state))
    for language in LANGUAGES:
        for fault in faults:
            assert fault_text(fault, Words.of(language))


EDITED = [
    ("set.slipp=0.1", "unknown_lever", "slip", {}),
    ("set.slip=7", "outside", "0.4", {"slip": 0.4}),
    ("set.slip=-3", "outside", "0", {"slip": 0.0}),
    ("set.us_opening_rung=2.4", "not_whole", "2", {"us_opening_rung": 2.0}),
    ("set.slip=many", "no_number", "many", {}),
    ("set.slip=nan", "no_number", "nan", {}),
    ("set.slip=inf", "no_number", "inf", {}),
    ("range.memory=0.97:0.9", "upside_down", "0.97", {}),
    ("range.memory=0.93", "no_range", "0.93", {}),
    ("range.memory=0.1:0.95", "outside", "0.9:0.95", {}),
    ("range.opening_corridor=0:1", "not_drawn", "opening_corridor", {}),
    ("range.memry=0.91:0.95", "unknown_lever", "memory", {}),
    ("tool=hammer", "no_choice", "hammer", {}),
    ("replications=1000000", "outside", "1000", {}),
    ("seed=x", "no_number", "x", {}),
    ("sed=1", "unknown_key", "seed", {}),
    ("scenario=autum-2025", "unknown_scenario", "autumn-2025", {}),
    ("against=/etc/passwd", "unknown_scenario", "/etc/passwd", {}),
    ("rest=XYZZ", "no_choice", "XYZZ", {}),
]


@pytest.mark.parametrize(("query", "key", "said", "kept"), EDITED)
def test_an_edited_link_is_said_plainly_and_the_rest_is_kept(
    query: str, key: str, said: str, kept: dict[str, float]
) -> None:
    state, (fault,) = LabState.of_query(f"set.threat_record=5&{query}&partner=MEX")
    assert fault.key == key
    assert said in fault_text(fault, Words.of("en"))
    assert dict(state.values) == {"threat_record": 5.0, **kept}
    assert state.partner == "MEX"


def test_a_value_the_scenario_has_by_itself_is_not_held() -> None:
    scenario = load_scenario("autumn-2025")
    state = LabState().with_value(scenario, "slip", 0.1)
    assert state.values == (("slip", 0.1),)
    assert state.with_value(scenario, "slip", own_values(scenario)["slip"]) == LabState()
    assert state.without("slip") == state.without() == LabState()


def test_holding_a_value_gives_up_its_range_and_the_other_way_round() -> None:
    scenario = load_scenario("autumn-2025")
    drawn = LabState().with_range_text(scenario, "slip", "0.1:0.2", [])
    assert drawn.ranges == (("slip", 0.1, 0.2),)
    held = drawn.with_value(scenario, "slip", 0.3)
    assert (held.ranges, held.values) == ((), (("slip", 0.3),))
    assert held.with_range_text(scenario, "slip", "0.1:0.2", []) == drawn


def test_a_question_changes_only_with_what_its_tool_looks_at() -> None:
    state = LabState()
    scenario = load_scenario("autumn-2025")
    other = state.with_choice(scenario, "partner", "MEX", []).with_choice(scenario, "replications", 300, [])
    assert other.question("lens") == state.question("lens")
    assert other.question("ensemble") != state.question("ensemble")
    assert int(limits()["least_replications"]) <= state.replications <= int(limits()["most_replications"])
