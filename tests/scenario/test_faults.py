"""A bad scenario reports every fault at once: file, line, key path, value, what is allowed, what next."""

from __future__ import annotations

import json

import pytest

from negotiation.errors import ScenarioError, UnknownName
from negotiation.scenario import Fault, check, load_scenario
from negotiation.scenario.faults import parsed
from negotiation.scenario.faults import written as as_text


def the_fault(faults: list[Fault], path: str) -> Fault:
    here = [fault for fault in faults if fault.path == path]
    assert len(here) == 1, [str(fault) for fault in faults]
    return here[0]


def only_fault(written, data, path: str) -> Fault:
    faults = check(written(data))
    assert [fault.path for fault in faults] == [path], [str(fault) for fault in faults]
    return faults[0]


def test_the_shipped_file_written_back_has_no_fault(written, plain):
    assert check(written(plain)) == []


def test_percent_instead_of_a_fraction_says_how_to_write_it(written, plain):
    plain["start"]["volatility"]["CAN"] = 25
    fault = only_fault(written, plain, "start.volatility.CAN")
    assert "between 0 and 1" in fault.problem
    assert "0.25" in fault.next_step
    assert "\n" not in str(fault)
    assert "mine.yaml" in str(fault)


def test_an_unknown_key_names_the_nearest_one(written, plain):
    plain["calender"] = plain["start"]["coridor"] = 1
    plain["start"]["assumptoin"] = "x"
    faults = check(written(plain))
    assert "'calendar'" in the_fault([f for f in faults if "source" not in f.problem], "calender").next_step
    assert "'corridor'" in the_fault([f for f in faults if "unknown" in f.problem], "start.coridor").next_step


def test_a_missing_country_is_named(written, plain):
    del plain["start"]["us_rung"]["MEX"]
    assert "missing MEX" in only_fault(written, plain, "start.us_rung").problem


def test_a_strange_country_is_named(written, plain):
    plain["start"]["us_rung"]["CANADA"] = 1
    assert "CAN" in only_fault(written, plain, "start.us_rung.CANADA").next_step


def test_washington_is_not_its_own_partner(written, plain):
    plain["start"]["us_rung"]["USA"] = 1
    assert "USA does not belong here" in only_fault(written, plain, "start.us_rung").problem


def test_an_unknown_sector_is_refused_with_a_suggestion(written, plain):
    plain["ladder"] = {"us": [{"points": {"MTE": 0.5}, "assumption": "x"}] * 4}
    faults = check(written(plain))
    assert [f.path for f in faults] == [f"ladder.us[{n}].points.MTE" for n in range(4)]
    assert "'MET'" in faults[0].next_step


def test_a_ladder_with_a_missing_rung_is_refused(written, plain):
    plain["ladder"] = {"us": [{"points": {"MET": 0.5}, "assumption": "x"}] * 3}
    assert "a list of 4 entries" in only_fault(written, plain, "ladder.us").problem


def test_a_ladder_that_falls_is_refused(written, plain):
    rungs = [{"points": {"MET": p}, "assumption": "x"} for p in (0.1, 0.3, 0.2, 0.4)]
    plain["ladder"] = {"us": rungs}
    assert "rung 3 of 'us' is lower" in only_fault(written, plain, "ladder").problem


def test_a_number_for_all_goods_is_checked_where_it_stands(written, plain):
    plain["ladder"] = {"us": [{"points": {"goods": 25}, "assumption": "x"}] * 4}
    assert [f.path for f in check(written(plain))] == [f"ladder.us[{n}].points.goods" for n in range(4)]


@pytest.mark.parametrize(
    ("path", "value", "word"),
    [
        ("start.us_rung.CAN", "1", "a whole number"),
        ("start.us_rung.CAN", 1.5, "a whole number"),
        ("start.us_rung.CAN", True, "a whole number"),
        ("start.us_rung.CAN", 5, "between 0 and 4"),
        ("start.us_rung", 3, "a mapping"),
        ("start.beliefs.threat.CAN", [3], "missing"),
        ("start.beliefs.threat.CAN", [3, 2, 1], "a list of 2"),
        ("start.beliefs.threat.CAN", [0, 0], "no episode"),
        ("calendar.rounds", [], "1 to 60"),
        ("calendar.rounds[2].date", "2025-13", "a month such as"),
        ("calendar.rounds[2].date", "2026-02", "cannot start"),
        ("calendar.rounds[9].review", "yes", "true or false"),
        ("calendar.rounds[9].review", False, "review: true"),
        ("economy.data", "economy_2032", "no economy"),
        ("economy.elasticities", "medain", "no set of trade elasticities"),
        ("economy.tariffs", "none", "one of zero, pre_2025"),
        ("governments.CAN.profile", "hedgehog", "one of transactional"),
        ("firms.count", 12, "between 100 and 1,000,000"),
        ("title.fr", "  ", "not empty"),
        ("title", "Autumn", "a mapping with en, es, fr"),
        ("story[0].kind", "rumour", "one of fact, story"),
        ("events[0].window", ["2026-04", "2025-12"], "ends before"),
        ("events[0].window", ["2027-01", "2027-02"], "outside the calendar"),
        ("events[1].date", "2031-01", "never happens"),
        ("events[1].id", "court-ruling", "two events"),
        ("events[0].effects.us_rung_cap", 9, "between 0 and 4"),
        ("start.granted.by_partner.CAN", ["diary"], "no issue"),
        ("name", "Autumn 2025", "lower-case words"),
    ],
)
def test_a_wrong_entry_is_reported_with_what_is_allowed(written, plain, path, value, word):
    *way, last = parsed(path)
    holder = plain
    for part in way:
        holder = holder[part]
    holder[last] = value
    faults = check(written(plain))
    assert any(word in fault.problem and path.startswith(fault.path[:8]) for fault in faults), faults
    assert all(fault.next_step for fault in faults)


@pytest.mark.parametrize("key", ["title", "briefings", "calendar", "start", "firms", "governments", "story"])
def test_a_missing_block_is_reported(written, plain, key):
    del plain[key]
    assert "missing" in the_fault(check(written(plain)), key).problem


def test_a_fact_needs_a_source(written, plain):
    del plain["story"][0]["source"]
    assert "names no source" in only_fault(written, plain, "story[0]").problem


def test_each_number_without_a_source_is_reported(written, plain):
    del plain["start"]["beliefs"]["assumption"]
    del plain["start"]["assumption"]
    faults = check(written(plain))
    naked = {fault.path for fault in faults if "without a source" in fault.problem}
    assert "start.beliefs.threat.CAN[0]" in naked
    assert "start.corridor" in naked
    assert "start.us_rung.CAN" not in naked
    assert len(naked) == len(faults) == 19


def test_a_source_at_the_root_vouches_for_nothing(written, plain):
    plain["assumption"] = "all of it"
    del plain["firms"]["assumption"]
    assert "without a source" in only_fault(written, plain, "firms.count").problem


def test_an_empty_source_is_a_fault(written, plain):
    plain["firms"]["assumption"] = " "
    assert {fault.path for fault in check(written(plain))} == {"firms.assumption", "firms.count"}


def test_rules_can_be_changed_but_not_invented(written, plain):
    plain["rules"] = {"memory": {"kept_per_round": 0.95, "assumption": "x"}}
    path = written(plain)
    assert check(path) == []
    scenario = load_scenario(path)
    assert scenario.rules.memory.kept_per_round == 0.95
    assert scenario.source_of("rules.memory.kept_per_round") == "assumption: x"
    assert scenario.rules.rungs == load_scenario("autumn-2025").rules.rungs
    plain["rules"]["memory"]["kept"] = 1
    assert "kept_per_round" in only_fault(written, plain, "rules.memory.kept").next_step


def test_a_rule_out_of_range_is_reported(written, plain):
    plain["rules"] = {"observation": {"front_noticed": 70, "assumption": "x"}}
    assert "0.7" in only_fault(written, plain, "rules.observation.front_noticed").next_step


def test_firm_parameters_can_be_changed_but_not_invented(written, plain):
    plain["firms"]["parameters"] = {"sunk_costs": {"sunk_buy": 2.5, "assumption": "x"}}
    scenario = load_scenario(written(plain))
    assert scenario.firms.parameters.sunk_costs.sunk_buy == 2.5
    assert scenario.firms.parameters.profit.margin > 0
    plain["firms"]["parameters"]["sunk_costs"] = {"sunk_by": 2.5, "assumption": "x"}
    assert "'sunk_buy'" in only_fault(written, plain, "firms.parameters.sunk_costs.sunk_by").next_step
    plain["firms"]["parameters"]["sunk_costs"] = {"sunk_buy": [1, 2], "assumption": "x"}
    assert "a number" in only_fault(written, plain, "firms.parameters.sunk_costs.sunk_buy").problem


def test_only_systems_with_a_switch_can_be_switched(written, plain):
    plain["switches"] = {"S4": False}
    scenario = load_scenario(written(plain))
    assert not scenario.switched_on("S4")
    assert scenario.switched_on("S3")
    assert scenario.switched_on("S20")
    plain["switches"] = {"S20": False}
    assert "S20 cannot be switched" in only_fault(written, plain, "switches").problem


@pytest.mark.parametrize(
    ("lever", "key", "word"),
    [
        ({"target": "start.volatility.USA"}, "target", "no number"),
        ({"target": "title.en"}, "target", "no number"),
        ({"target": "nowhere"}, "target", "no number"),
        ({"also": ["start.corridr"]}, "also[0]", "no number"),
        ({"high": 2}, "high", "0 to 1"),
        ({"low": -1}, "low", "0 to 1"),
        ({"low": 0.9, "high": 0.1}, "high", "above low"),
        ({"default": 0.5}, "default", "differs"),
        ({"low": 0.5}, None, "leaves out"),
    ],
)
def test_a_lever_must_reach_a_number_and_stay_in_its_range(written, plain, lever, key, word):
    good = {"target": "start.corridor", "low": 0, "high": 1, "unit": "share", "assumption": "x"}
    plain["levers"] = {"mine": {**good, "title": {"en": "a", "es": "b", "fr": "c"}, **lever}}
    path = f"levers.mine.{key}" if key else "levers.mine"
    assert word in only_fault(written, plain, path).problem


def test_a_lever_needs_the_name_of_an_identifier(written, plain):
    entry = {"target": "start.corridor", "low": 0, "high": 1, "unit": "share", "assumption": "x"}
    plain["levers"] = {"my-lever": {**entry, "title": {"en": "a", "es": "b", "fr": "c"}}}
    assert "identifier" in only_fault(written, plain, "levers.my-lever").problem


def test_strategies_are_checked_only_when_the_known_ones_are_given(written, plain):
    plain["governments"]["USA"]["strategy"] = "presure"
    path = written(plain)
    assert check(path) == []
    (fault,) = check(path, known_strategies=["pressure", "hedger", "institutionalist"])
    assert fault.path == "governments.USA.strategy"
    assert "'pressure'" in fault.next_step


def test_faults_of_every_kind_and_every_file_come_in_one_report(written, plain, tmp_path):
    plain["start"]["volatility"]["CAN"] = 25
    plain["start"]["granted"]["by_us"]["MEX"] = ["nothing"]
    plain["evnts"] = []
    del plain["title"]["fr"]
    del plain["firms"]["assumption"]
    written(json.dumps(plain).replace('"corridor": 0.0,', '"corridor": .nan,'), "one.yaml")
    written("a: [", "two.yaml")
    faults = check(tmp_path)
    assert {(fault.file.rsplit("/", 1)[-1], fault.path) for fault in faults} == {
        ("one.yaml", "start.volatility.CAN"),
        ("one.yaml", "start.granted.by_us.MEX[0]"),
        ("one.yaml", "evnts"),
        ("one.yaml", "title.fr"),
        ("one.yaml", "firms.count"),
        ("one.yaml", "start.corridor"),
        ("two.yaml", ""),
    }
    with pytest.raises(ScenarioError) as caught:
        load_scenario(tmp_path / "one.yaml")
    assert len(caught.value.faults) == 6


def test_a_fault_in_yaml_has_its_line(written):
    (fault,) = check(written("measures: []\nissues: {}\nextra: 1\n", "measures.yaml"))[:1]
    assert (fault.path, fault.line) == ("issues", 2)


def test_an_unknown_scenario_names_the_nearest(tmp_path):
    with pytest.raises(UnknownName, match="Did you mean 'autumn-2025'"):
        load_scenario("autum-2025")
    with pytest.raises(ScenarioError, match="no such file"):
        load_scenario(tmp_path / "gone.yaml")
    assert "no such file" in str(check([tmp_path / "gone.yaml"])[0])


def test_an_own_economy_is_found_beside_the_file(written, plain, tmp_path):
    plain["economy"]["data"] = "./data"
    assert "no such folder" in only_fault(written, plain, "economy.data").problem
    (tmp_path / "data").mkdir()
    assert load_scenario(written(plain)).economy_data == str(tmp_path / "data")


def test_key_paths_read_and_write_the_same():
    assert parsed("a[2].b.3") == ("a", 2, "b", 3)
    assert parsed(as_text(("a", 2, "b"))) == ("a", 2, "b")
