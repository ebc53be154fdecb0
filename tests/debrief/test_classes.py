"""Questions for a class: chosen by what its tables did."""

from __future__ import annotations

from typing import Any

import pytest

from negotiation.debrief.classes import ClassPlay, class_questions, deeds_of
from negotiation.debrief.reference import Reference, out_of_date, reference_of, stored
from negotiation.scenario import scenario_names
from negotiation.terms import OUTCOMES, PARTNERS
from tests.debrief.conftest import events_of

REFERENCE = Reference(60, {"CAN": (40.0, 50.0, 60.0), "MEX": (50.0, 55.0, 60.0)},
                      {"EXT": 0.3, "COND": 0.4, "SPLIT": 0.1, "ANN": 0.15, "WD": 0.05})  # fmt: skip


def table(
    number: int, end: str = "COND", last: float = 50.0, half: float = 55.0, chance: float = 0.4
) -> dict[str, Any]:
    path = [60.0, half, last]
    odds = dict.fromkeys(map(str, OUTCOMES), 0.1) | {end: chance}
    return {"number": number, "leverage": {str(k): path for k in PARTNERS}, "cables": 0,
            "ending": {"outcome": end, "odds": odds, "score": {"USA": 1.0, "CAN": 1.0, "MEX": 1.0}}}  # fmt: skip


def asked(
    *tables: dict[str, Any], deeds: Any = None, shares: Any = None, reference: Any = None
) -> dict[str, Any]:
    play = ClassPlay(tables, deeds or {}, shares or {}, reference)
    return {q.key: q.values for q in class_questions(play)}


def test_a_class_without_an_ended_table_is_asked_nothing() -> None:
    assert asked() == {}


def test_three_questions_about_three_things() -> None:
    tables = [
        table(n, end, last) for n, (end, last) in enumerate((("COND", 40), ("WD", 70), ("ANN", 50)), start=1)
    ]
    assert len(asked(*tables, shares={"USA": [0.9] * 3, "CAN": [0.1] * 3}, reference=REFERENCE)) == 3


def test_tables_that_stood_alike_and_ended_differently_are_named() -> None:
    found = asked(table(1, "COND", half=50), table(2, "WD", half=64), table(3, "ANN", half=51))
    assert (found["two_ends"]["a"], found["two_ends"]["b"]) == (1, 3)


def test_a_class_of_one_mind_is_asked_why() -> None:
    assert asked(table(1), table(2))["one_end"]["n"] == 2


def test_a_class_unlike_computers_is_asked_what_it_saw() -> None:
    found = asked(*(table(n, "WD") for n in range(1, 5)), reference=REFERENCE)
    assert found["more_than_computers"]["outcome"] == "WD"
    assert found["more_than_computers"]["share"] == 1.0
    assert "one_end" not in found, "that is the same question"


@pytest.mark.parametrize(("direction", "key"), [(1, "hard_more"), (-1, "hard_less")])
def test_whether_pressure_went_with_leverage_is_read_from_the_tables(direction: int, key: str) -> None:
    tables = [table(n, last=50 + direction * 4 * n) for n in range(1, 6)]
    deeds = {n: {"USA": n / 10, "CAN": 0.0, "MEX": 0.0} for n in range(1, 6)}
    assert asked(*tables, deeds=deeds)[key]["high"] == 0.5


def test_an_end_nobody_expected_is_asked_about() -> None:
    assert asked(table(1, "WD", chance=0.03))["rare"]["chance"] == pytest.approx(0.03)


def test_deeds_are_counted_from_the_stances() -> None:
    results = [e.data for e in events_of("withdrawal") if e.type == "round_resolved"]
    assert deeds_of(results)["USA"] == 1.0  # it was played by always-defect
    assert 0 < deeds_of(results)["CAN"] < 1


def test_every_scenario_has_computer_games_to_be_held_against() -> None:
    for name in scenario_names():
        for reference in (reference_of(name, mode) for mode in ("simple", "full")):
            assert reference is not None
            assert reference.games >= 50
            assert sum(reference.odds.values()) == pytest.approx(1, abs=0.01)
            assert sorted(reference.quantiles("CAN")) == reference.quantiles("CAN")


def test_stored_games_name_the_scenario_they_were_played_in() -> None:
    assert all(len(block["digest"]) == 64 for block in stored()["scenarios"].values())
    assert set(out_of_date()) <= set(stored()["scenarios"])
