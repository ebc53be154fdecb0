"""What is shipped is clean, complete in three languages, sourced, and fast to change."""

from __future__ import annotations

import copy
import json
import pickle
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from negotiation.errors import InputError, ScenarioError, UnknownName
from negotiation.scenario import (
    LANGUAGES,
    check,
    export_json_schema,
    load_firm_parameters,
    load_issues,
    load_ladder,
    load_measures,
    load_rules,
    load_scenario,
    load_yaml,
    scenario_names,
)
from negotiation.scenario.rulebook import RulePart
from negotiation.scenario.yaml_door import shipped_file
from negotiation.terms import PARTNERS, SEATS, Country, Sector

NAMES = scenario_names()
CATALOGUES = ("rules.yaml", "issues.yaml", "measures.yaml", "ladder.yaml", "levers.yaml", "firms.yaml")


def test_scenarios_come_in_the_order_of_the_contract():
    due = (
        "autumn-2025",
        "quiet-coordination",
        "alternative-architecture",
        "steel-autos-partnership",
        "facts-on-the-ground",
        "rebuilding-bridges",
    )
    assert NAMES[: len(due)] == due


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_has_no_fault_and_bears_its_file_name(name):
    assert check(name) == []
    assert load_scenario(name).name == name
    assert load_scenario(name) is load_scenario(name)


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_shipped_catalogue_has_no_fault(name):
    assert check([str(shipped_file(name))]) == []


def texts(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        if set(data) & set(LANGUAGES):
            yield data
        for entry in data.values():
            yield from texts(entry)
    elif isinstance(data, list):
        for entry in data:
            yield from texts(entry)


@pytest.mark.parametrize("file", [*(f"scenarios/{n}.yaml" for n in NAMES), *CATALOGUES])
def test_every_text_stands_in_three_languages_and_is_not_a_copy(file):
    for text in texts(load_yaml(shipped_file(*file.split("/")))):
        assert set(text) == set(LANGUAGES)
        assert all(text[language].strip() for language in LANGUAGES)
        if len(text["en"].split()) > 3:
            assert len(set(text.values())) == 3, text


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_has_briefings_story_and_a_clear_mark_between_fact_and_story(name):
    scenario = load_scenario(name)
    assert {p.kind for p in scenario.story} == {"fact", "story"}
    assert set(scenario.briefings) == set(SEATS)
    private = {scenario.briefings[seat].private.en for seat in SEATS}
    assert len(private) == 3
    assert scenario.calendar.rounds[-1].review


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_a_scenario_has_a_source(name):
    scenario = load_scenario(name)

    def numbers(data: Any, path: str) -> Iterator[str]:
        if isinstance(data, dict):
            for key, entry in data.items():
                yield from numbers(entry, f"{path}.{key}" if path else str(key))
        elif isinstance(data, list):
            for n, entry in enumerate(data):
                yield from numbers(entry, f"{path}[{n}]")
        elif isinstance(data, (int, float)) and not isinstance(data, bool):
            yield path

    raw = load_yaml(shipped_file("scenarios", f"{name}.yaml"))
    for path in numbers(raw, ""):
        assert scenario.source_of(path), path
    for path in (
        "rules.memory.kept_per_round",
        "issues.partner_to_us.CAN[0].value",
        "firms.parameters.profit.margin",
    ):
        assert scenario.source_of(path), path


def test_texts_name_governments_and_offices_not_persons():
    names = ("Trump", "Carney", "Sheinbaum", "Greer", "LeBlanc", "Ebrard", "Ford")
    for name in NAMES:
        text = shipped_file("scenarios", f"{name}.yaml").read_text("utf-8")
        assert not [person for person in names if person in text], name


def test_the_default_scenario_starts_where_the_rules_say():
    scenario = load_scenario("autumn-2025")
    assert [r.date for r in scenario.calendar.rounds] == [
        "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06",
    ]  # fmt: skip
    assert scenario.calendar.months == 10
    start = scenario.start
    assert [start.us_rung[k] for k in PARTNERS] == [1, 1]
    assert [start.partner_rung[k] for k in PARTNERS] == [0, 0]
    assert start.beliefs.threat.CAN == (3, 2)
    assert start.beliefs.trust["MEX"] == (2.5, 2)
    assert start.beliefs.commitment_seen == start.beliefs.commitment
    assert all(scenario.switches.values())
    court = scenario.events[0]
    assert (court.probability, court.window, court.once) == (0.07, ("2025-12", "2026-04"), True)
    assert (court.effects.us_rung_cap, court.effects.us_rung_at_most) == (3, 2)
    assert court.effects.belief[0].against == 2


def test_the_default_ladder_is_the_one_of_the_rules():
    ladder = load_ladder()
    assert [step.points.MET for step in ladder.us] == [0.08, 0.16, 0.24, 0.24]
    assert [step.points["CHE"] for step in ladder.us] == [0.04, 0.08, 0.12, 0.12]
    assert [step.points[Sector.ENE] for step in ladder.us] == [0.01, 0.02, 0.03, 0.03]
    assert ladder.us[3].friction == {**dict.fromkeys(Sector, 0.05), Sector.SRV: 0.0}
    assert [step.points.MET for step in ladder.partner] == [0.08, 0.16, 0.16]
    assert all(step.points.ENE == 0 for step in ladder.partner)
    exports = ladder.partner[2].friction_on_exports
    assert {s for s in Sector if exports[s]} == {"MET", "AUT", "MAC", "WNM", "ENE", "MIN"}


def test_a_ladder_of_its_own_keeps_the_partners_default():
    scenario = load_scenario("steel-autos-partnership")
    assert scenario.ladder.us[1].points.MET == 0.5
    assert scenario.ladder.us[1].points.AUT == 0.25
    assert scenario.ladder.partner == load_ladder().partner


def test_the_stories_start_differently():
    autumn, quiet, bridges = map(load_scenario, ("autumn-2025", "quiet-coordination", "rebuilding-bridges"))
    assert quiet.start.beliefs.commitment.CAN[0] > quiet.start.beliefs.commitment_seen.CAN[0]
    assert quiet.rules.observation.front_noticed < autumn.rules.observation.front_noticed
    for weak, usual in zip(
        bridges.start.beliefs.partner_trust, autumn.start.beliefs.partner_trust, strict=True
    ):
        assert weak != usual
    assert load_scenario("alternative-architecture").start.corridor > 0
    assert len({load_scenario(name).digest for name in NAMES}) == len(NAMES)


def test_the_catalogues_are_typed():
    rules, issues, measures = load_rules(), load_issues(), load_measures()
    assert rules.salience.weight("CAN", "WNM") == 1.5
    assert rules.salience.weight(Country.MEX, Sector.MAC) == 1.0
    assert [i.id for i in issues.granted_by(Country.CAN, Country.CAN)][-1] == "dairy"
    assert issues.get(Country.USA, Country.MEX, "standstill").cost == 0.2
    assert issues.get(Country.USA, Country.MEX, "dairy") is None
    assert {m.stance for m in measures} == {"coordinate", "concede", "defect"}
    assert load_scenario("autumn-2025").measures == measures


def test_every_number_of_the_rules_has_a_typed_line():
    def untyped(part: Any, path: str) -> Iterator[str]:
        if isinstance(part, RulePart):
            yield from (f"{path}.{extra}" for extra in part.model_extra or ())
            for field in type(part).model_fields:
                yield from untyped(getattr(part, field), f"{path}.{field}")

    assert list(untyped(load_rules(), "rules")) == []


def test_firm_parameters_come_without_their_remarks():
    parameters = load_firm_parameters()
    assert all(
        not isinstance(v, dict) or "value" not in v for block in parameters.values() for v in block.values()
    )
    parameters.clear()
    assert load_firm_parameters()


def test_the_shipped_schema_is_current():
    shipped = json.loads(shipped_file("scenarios", "scenario.schema.json").read_text("utf-8"))
    assert shipped == json.loads(json.dumps(export_json_schema())), (
        "write it again: python -m negotiation.scenario > configs/scenarios/scenario.schema.json"
    )


def test_the_schema_allows_sources_and_leaves_overrides_partial():
    schema = export_json_schema()
    assert "rules" not in schema["required"]
    assert "calendar" in schema["required"]
    assert "required" not in schema["$defs"]["Politics"]
    assert "source" in schema["$defs"]["Start"]["properties"]
    points = schema["$defs"]["UsRungStep"]["properties"]["points"]
    assert "goods" in json.dumps(points["propertyNames"])


def test_a_scenario_cannot_be_changed():
    scenario = load_scenario("autumn-2025")
    with pytest.raises(Exception, match="frozen"):
        scenario.name = "other"
    with pytest.raises(TypeError, match="frozen"):
        scenario.start.us_rung["CAN"] = 4
    with pytest.raises(TypeError, match="frozen"):
        scenario.switches.update(S1=False)
    with pytest.raises(AttributeError, match="no entry"):
        _ = scenario.switches.S20


def test_a_scenario_loaded_already_is_handed_back_and_what_is_none_is_refused():
    scenario = load_scenario("autumn-2025")
    assert load_scenario(scenario) is scenario
    for nothing in (None, 5, {"name": "mine"}):
        with pytest.raises(InputError, match="by its name or path"):
            load_scenario(nothing)


def test_numbers_of_any_library_are_set_and_places_that_are_none_are_named():
    scenario = load_scenario("autumn-2025")
    for two in (2, np.int64(2), np.uint8(2)):
        assert scenario.with_numbers(**{"start.us_rung.CAN": two}).start.us_rung["CAN"] == 2
    assert scenario.with_numbers(**{"rules.corridor.step": np.float64(0.1)}).rules.corridor.step == 0.1
    for path in ("", "rules.corridor.speed", "events[9].probability"):
        with pytest.raises(ScenarioError, match="has nothing at"):
            scenario.with_numbers(**{path: 0.1})
        with pytest.raises(ScenarioError, match="has nothing at"):
            scenario.value(path or "nowhere")


def test_a_scenario_survives_pickling_and_copying():
    scenario = load_scenario("autumn-2025")
    for twin in (pickle.loads(pickle.dumps(scenario)), copy.deepcopy(scenario)):
        assert twin == scenario
        assert twin.digest == scenario.digest
        assert hash(twin) == hash(scenario)
        assert twin.source_of("start.corridor") == scenario.source_of("start.corridor")


def test_levers_make_another_scenario_and_leave_this_one():
    scenario = load_scenario("autumn-2025")
    digest = scenario.digest
    pressed = scenario.with_levers(us_opening_rung=3, corridor_step=0.1)
    assert (pressed.start.us_rung.CAN, pressed.start.us_rung.MEX, pressed.rules.corridor.step) == (3, 3, 0.1)
    assert isinstance(pressed.start.us_rung.CAN, int)
    assert scenario.start.us_rung.CAN == 1
    assert scenario.digest == digest != pressed.digest
    assert pressed.source_of("rules.corridor.step") == "set as corridor_step"
    assert pressed.source_of("start.corridor") == scenario.source_of("start.corridor")
    assert pressed.with_levers(us_opening_rung=1, corridor_step=0.05) == scenario
    assert scenario.with_levers() is scenario


def test_uncertainties_are_set_by_ensembles_and_not_as_levers():
    scenario = load_scenario("autumn-2025")
    drawn = scenario.with_values(front_noticed=0.5, commitment_shown=4.0, court_chance=0.2, us_opening_rung=2)
    assert drawn.rules.observation.front_noticed == 0.5
    assert drawn.events[0].probability == 0.2
    assert drawn.start.beliefs.commitment_seen.MEX == (4.0, 2.0) == drawn.start.beliefs.commitment.CAN
    with pytest.raises(UnknownName):
        scenario.with_levers(front_noticed=0.5)


def test_a_lever_that_does_not_exist_or_fit_is_refused():
    scenario = load_scenario("autumn-2025")
    with pytest.raises(UnknownName, match="us_opening_rung"):
        scenario.with_levers(us_opening_rug=2)
    for value, words in (
        (9, "between 0 and 4"),
        (1.5, "whole"),
        ("2", "number"),
        (True, "number"),
        (float("nan"), "between"),
    ):
        with pytest.raises(ScenarioError, match=words):
            scenario.with_levers(us_opening_rung=value)
    with pytest.raises(ScenarioError) as caught:
        scenario.with_levers(us_opening_rung=9, corridor_step=3)
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("name", NAMES)
def test_every_lever_can_go_to_both_ends(name):
    scenario = load_scenario(name)
    for lever, spec in {**scenario.levers, **scenario.uncertainties}.items():
        assert spec.low <= scenario.lever_value(lever) <= spec.high
        for end in (spec.low, spec.high):
            assert scenario.with_values(**{lever: end}).lever_value(lever) == end


@pytest.mark.parametrize("name", NAMES)
def test_texts_read_as_printed_ones(name: str) -> None:
    """Files are typed with a straight apostrophe; no screen and no sheet shows one."""
    scenario = load_scenario(name)
    texts = [scenario.summary, *(p.text for p in scenario.story), *(e.news for e in scenario.events)]
    texts += [t for b in scenario.briefings.values() for t in (b.public, b.private)]
    for text in texts:
        assert "'" not in "".join(text.in_all().values())
        assert not re.search(r" [:;?!»]|« ", text.of("fr"))
