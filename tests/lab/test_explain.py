"""What carries the leverage: every switch switches something, shares add up, and the command says so in words."""

from __future__ import annotations

import json

import pytest

from negotiation.errors import InputError, UnknownName
from negotiation.lab.explain import SYSTEMS, explain, load_systems, shift, without
from negotiation.scenario import load_scenario
from negotiation.terms import SEATS, Country
from negotiation.world.parts import NOBODY_IN_PARTICULAR, strategy_of
from ui.cli import main
from ui.commands.explain import paragraph

SCENARIO = "autumn-2025"


@pytest.fixture(scope="module")
def found():
    return explain(SCENARIO, 3, orders=2, systems=("S3", "S7", "S9", "S13"))


@pytest.fixture(scope="module")
def everything():
    return shift(load_scenario(SCENARIO), 2, frozenset(), 500, 1e-6)


@pytest.mark.parametrize("system", [s for s in SYSTEMS if s not in ("S19", "S17")])
def test_every_switch_switches_something(system, everything) -> None:
    off = shift(load_scenario(SCENARIO), 2, frozenset([system]), 500, 1e-6)
    assert off != everything


def test_outside_shocks_change_the_games_in_which_they_come() -> None:
    scenario = load_scenario(SCENARIO).with_values(court_chance=0.2)
    seen = [
        shift(scenario, seed, frozenset(["S19"]), 500, 1e-6) != shift(scenario, seed, frozenset(), 500, 1e-6)
        for seed in range(3)
    ]
    assert any(seen)


def test_without_leaders_nobody_in_particular_governs_and_with_them_their_weights_count() -> None:
    scenario = load_scenario(SCENARIO)
    nobody = without(scenario, ["S17"])
    assert all(strategy_of(None, nobody, seat).name == NOBODY_IN_PARTICULAR for seat in SEATS)
    governments = {
        **scenario.governments,
        Country.USA: scenario.governments[Country.USA].model_copy(update={"strategy": "quantal-response"}),
    }
    led = scenario.model_copy(update={"governments": governments})
    rivalry = [
        vars(strategy_of(None, of, Country.USA))["weights"].rivalry for of in (led, without(led, ["S17"]))
    ]
    assert rivalry == [pytest.approx(0.2), 0]
    assert strategy_of("pressure", nobody, Country.USA).name == "pressure"


def test_shapley_shares_add_up_to_the_whole_difference(found) -> None:
    for k in ("CAN", "MEX"):
        total = found.none[k].mean + sum(share.share[k].mean for share in found.shares)
        assert total == pytest.approx(found.all[k].mean, abs=2e-3)


def test_the_largest_comes_first_and_intervals_hold_their_means(found) -> None:
    sizes = [max(abs(e.change[k].mean) for k in ("CAN", "MEX")) for e in found.systems]
    assert sizes == sorted(sizes, reverse=True)
    for effect in found.systems:
        for estimate in effect.change.values():
            assert estimate.low <= estimate.mean <= estimate.high


def test_the_review_moves_odds_and_not_leverage(found) -> None:
    review = next(e for e in found.systems if e.system == "S13")
    assert all(v.mean == 0 for v in review.change.values())
    assert abs(review.odds["ANN"]) > 0.3


def test_the_paragraph_names_what_carries_and_what_does_not(found) -> None:
    text = paragraph(found)
    assert "US leverage over Canada shifts by" in text
    assert "Next to nothing goes with" in text
    assert "the joint review" in text


def test_systems_have_titles_and_claims_in_three_languages() -> None:
    told = load_systems()
    assert tuple(told) == SYSTEMS
    assert all(set(entry["title"]) == set(entry["claim"]) == {"en", "es", "fr"} for entry in told.values())


def test_what_cannot_be_switched_is_refused_and_nothing_left_is_said() -> None:
    with pytest.raises(UnknownName):
        explain(SCENARIO, 2, systems=("S10",))
    with pytest.raises(InputError, match="nothing to explain"):
        explain(without(load_scenario(SCENARIO), ["S3"]), 2, systems=("S3",))


def test_the_command_prints_one_document(capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(
            [
                "explain",
                SCENARIO,
                "--games",
                "2",
                "--system",
                "S6",
                "--system",
                "S8",
                "--workers",
                "1",
                "--json",
            ]
        )
    assert not left.value.code
    document = json.loads(capsys.readouterr().out)
    assert {e["system"] for e in document["systems"]} == {"S6", "S8"}


def test_a_small_system_says_what_it_would_take_with_the_same_games_switched_on_and_off() -> None:
    from negotiation.lab.stretch import stretched, takes

    steps = stretched(SCENARIO, "S6", 2)
    assert [s.title["en"] for s in steps] == [s["title"]["en"] for s in takes()["S6"]]
    assert steps[0].numbers == {}
    assert set(steps[0].numbers) < set(steps[-1].numbers)
    assert {frozenset(s["title"]) for block in takes().values() for s in block} == {
        frozenset(["en", "es", "fr"])
    }
    for step in steps:
        for estimate in step.change.values():
            assert estimate.low <= estimate.mean <= estimate.high
    assert steps[2].change["MEX"].mean != steps[0].change["MEX"].mean
    with pytest.raises(UnknownName, match="S3"):
        stretched(SCENARIO, "S3", 2)


def test_without_us_pressure_the_index_never_leaves_the_middle_and_the_words_say_so(found) -> None:
    quiet = shift(load_scenario(SCENARIO), 1, frozenset(["S1"]), 300, 1e-6)
    assert quiet.opening == quiet.end == (50.0, 50.0)
    alone = explain(SCENARIO, 2, orders=1, systems=("S1", "S2"))
    pressure = next(e for e in alone.systems if e.system == "S1")
    assert pressure.change["CAN"].mean == pytest.approx(alone.shift["CAN"].mean, abs=1e-3)
    assert "no threat" in paragraph(alone)
    assert "no threat" not in paragraph(found)
