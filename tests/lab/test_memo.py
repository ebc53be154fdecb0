"""The policy memo: every number comes from stored output of its commands, every verdict from an interval."""

from __future__ import annotations

import re
import shlex
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import negotiation
from negotiation.lab.ensemble_design import game_seed
from negotiation.lab.memo import COMMANDS, SEED, kept, page, stored, verdict
from ui.memo import MEMO, ROOT, measured, shown

AGAIN = "measure anew: python -m ui.memo"


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    return stored()


def test_the_memo_is_what_its_stored_results_say(results: dict[str, Any]) -> None:
    assert (ROOT / MEMO).read_text("utf-8") == page(results), AGAIN
    assert not re.search(r"\{\w+\}", page(results))


def test_the_stored_results_come_from_the_commands_of_today(results: dict[str, Any]) -> None:
    assert results["commands"] == {name: shown(command) for name, command in COMMANDS.items()}, AGAIN
    text = page(results)
    for command in COMMANDS.values():
        assert shown(command) in text
        seeded = "discover" not in command
        assert ("--seed" in shlex.split(command)) == seeded


def test_every_figure_of_the_text_stands_in_the_results(results: dict[str, Any]) -> None:
    """Figures with a decimal, signed spans and percentages; rounding is the only thing that happens to them."""
    known = set()
    for value in _numbers({k: v for k, v in results.items() if k != "commands"}):
        known |= {
            f"{abs(value):.1f}",
            f"{abs(value):.2f}",
            f"{abs(100 * value):.0f}",
            f"{abs(value):.3g}",
            f"{abs(value):.0f}",
        }
    text = page(results).split("## What this cannot tell")[0]
    figures = re.findall(r"(?<![\w.])\d+\.\d+|\d+(?= ?%)", text)
    assert len(figures) > 60
    assert {f for f in figures if f not in known} <= {"95"}


def test_a_verdict_is_the_interval_and_the_sentence_follows_it(results: dict[str, Any]) -> None:
    other = deepcopy(results)
    for seat in ("CAN", "MEX"):
        row = other["together"]["numbers"][f"score_{seat}"]
        row |= {"difference": -5.0, "low": -7.0, "high": -3.0}
    assert "standing together costs both partners" in page(other)
    assert "Canada loses 5.0 bn (−7.0 to −3.0)" in page(other)
    for seat in ("CAN", "MEX"):
        row = other["together"]["numbers"][f"score_{seat}"]
        row |= {"difference": 5.0, "low": -1.0, "high": 11.0}
    assert "cannot be told from dealing alone" in page(other)
    assert [verdict({"low": a, "high": b}) for a, b in ((1, 2), (-2, -1), (-1, 1))] == [
        "gains",
        "loses",
        "neither",
    ]
    other["where_CAN"] = {"error": "difference_score_CAN>0: all of the 200 futures; there is nothing"}
    assert "Canada: the front is better in all of the futures" in page(other)


def test_the_rules_are_those_the_memo_was_measured_with(results: dict[str, Any]) -> None:
    """One future of the first comparison, lived through again."""
    probe = results["probe"]
    for side, plays in (("a", "pressure"), ("b", "front")):
        row = negotiation.run("autumn-2025", game_seed(SEED, 0), {"CAN": plays, "MEX": plays})
        for seat in ("USA", "CAN", "MEX"):
            assert row[f"score_{seat}"] == pytest.approx(probe[side][f"score_{seat}"], abs=0.5), AGAIN


@pytest.mark.slow
@pytest.mark.xdist_group("many")
def test_the_script_runs_the_commands_and_writes_a_page_from_what_they_print(tmp_path: Path) -> None:
    found = measured(quick=4, said=lambda line: None)
    assert found["together"]["futures"] == 4
    assert "# Memo: does a joint front pay?" in page(found)
    assert set(found["own"]["ends"]) == {"EXT", "COND", "SPLIT", "ANN", "WD"}


def test_what_is_kept_is_cut_down_to_what_is_told() -> None:
    told = {"share": 0.5, "boxes": [{"a": 1}, {"b": 2}], "file": "x"}
    assert kept("where_CAN", told) == {"share": 0.5, "boxes": [{"a": 1}]}
    assert kept("where_CAN", {"error": "no"}) == {"error": "no"}


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [x for v in value.values() for x in _numbers(v)]
    if isinstance(value, list):
        return [x for v in value for x in _numbers(v)]
    return [float(value)] if isinstance(value, (int, float)) and not isinstance(value, bool) else []
