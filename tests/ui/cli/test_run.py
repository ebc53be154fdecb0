"""``run`` and ``replay``: the game told, its JSON, its folder."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from negotiation.terms import OUTCOMES, PARTNERS, SEATS
from tests.ui.cli.conftest import Command

SMALL = ("--seed", 3, "--firms", 500)


def test_a_run_is_told_within_eighty_columns(negotiation: Command) -> None:
    told = negotiation("run", "autumn-2025", *SMALL)
    assert told.code == 0
    assert max(len(line) for line in told.out.splitlines()) <= 80
    assert not any(line != line.rstrip() for line in told.out.splitlines())
    for needed in ("Autumn 2025", "2025-09", "2026-06", "The joint review", "before the draw", "real wage"):
        assert needed in told.out
    assert "\x1b" not in told.out
    assert told.err == ""


def test_a_narrow_page_keeps_stances_and_leverage_on_one_line(
    negotiation: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    told = negotiation("run", *SMALL).out.splitlines()
    first = next(line for line in told if line.startswith("2025-09"))
    assert len(first) <= 60
    assert len(first.split()) == 11


def test_the_default_scenario_is_the_first_of_the_list(negotiation: Command) -> None:
    assert negotiation("run", *SMALL).out == negotiation("run", "autumn-2025", *SMALL).out
    assert json.loads(negotiation("scenarios", "--json").out)[0]["name"] == "autumn-2025"


def test_run_as_json_is_one_document_with_the_names_of_the_contract(negotiation: Command) -> None:
    answer = negotiation("run", *SMALL, "--json")
    told = json.loads(answer.out)
    assert answer.err == ""
    assert told["outcome"] in [str(o) for o in OUTCOMES]
    assert list(told["end_state_odds"]) == [str(o) for o in OUTCOMES]
    assert sum(told["end_state_odds"].values()) == pytest.approx(1, abs=1e-5)
    assert len(told["rounds"]) == 10
    for result in told["rounds"]:
        for k in PARTNERS:
            numbers = result["leverage"][str(k)]
            assert 0 < numbers["index"] < 100
            assert sum(numbers["why"].values()) == pytest.approx(numbers["change"], abs=1e-4)
            assert isinstance(numbers["transfer"], float)
    assert set(told["score"]) == {str(s) for s in SEATS}
    assert told["end_state_odds"] == told["rounds"][-1]["odds"]


def test_strategies_are_seated_as_told(negotiation: Command) -> None:
    answer = negotiation(
        "run", *SMALL, "--strategy", "usa=bluff", "--strategy", "MEX=always-concede", "--json"
    )
    told = json.loads(answer.out)
    assert told["strategies"] == {"USA": "bluff", "CAN": "hedger", "MEX": "always-concede"}
    stances = [r["moves"]["USA"]["move"]["stances"]["CAN"] for r in told["rounds"]]
    assert stances == ["defect", "coordinate"] * 5


def test_a_folder_holds_tables_pictures_and_a_log_that_tells_the_same_story(
    negotiation: Command, tmp_path: Path
) -> None:
    target = tmp_path / "run"
    run = negotiation("run", *SMALL, "--out", target)
    assert run.code == 0
    assert str(target) in run.out
    manifest = json.loads((target / "manifest.json").read_text())
    assert sorted(manifest["files"]) == sorted(p.name for p in target.iterdir())
    with (target / "odds.csv").open() as stream:
        assert {row["end"] for row in csv.DictReader(stream)} == {str(o) for o in OUTCOMES}

    again = negotiation("replay", target / "game.jsonl")
    assert run.out.startswith(again.out)
    assert negotiation("replay", target).out == again.out
    as_json = json.loads(negotiation("replay", target, "--json").out)
    run_json = json.loads(negotiation("run", *SMALL, "--json").out)
    assert as_json == run_json | {"complete": True, "missing": []}


@pytest.fixture
def lines(negotiation: Command, tmp_path: Path) -> list[str]:
    from negotiation.game.log import write_log
    from negotiation.lab.recording import Recording

    game = Recording("autumn-2025", 3, firms=500)
    for _ in game.play():
        pass
    write_log(tmp_path / "whole.jsonl", game.events)
    return (tmp_path / "whole.jsonl").read_text().splitlines()


def test_a_cut_log_is_told_as_far_as_it_goes(negotiation: Command, tmp_path: Path, lines: list[str]) -> None:
    cut = tmp_path / "cut.jsonl"
    cut.write_text("\n".join([*lines[:14], lines[14][:40]]))
    told = negotiation("replay", cut)
    assert told.code == 0
    assert "2025-11" in told.out
    assert "2025-12 " not in told.out
    assert "line 15 cannot be read" in told.out.replace("\n", " ")
    assert "3 of 10 rounds" in told.out
    as_json: dict[str, Any] = json.loads(negotiation("replay", cut, "--json").out)
    assert as_json["outcome"] is None
    assert not as_json["complete"]
    assert len(as_json["missing"]) == 2


def test_a_log_with_an_event_that_does_not_fit_is_told_up_to_it(
    negotiation: Command, tmp_path: Path, lines: list[str]
) -> None:
    odd = tmp_path / "odd.jsonl"
    event = json.loads(lines[5])
    event["data"].pop("moves")
    odd.write_text("\n".join([*lines[:5], json.dumps(event)]))
    told = negotiation("replay", odd)
    assert told.code == 0
    assert "event 5 (round_resolved) does not fit" in told.out


def test_what_is_no_log_at_all_is_refused(negotiation: Command, tmp_path: Path, lines: list[str]) -> None:
    for name, content in {"text": "hello\n", "empty": "", "newer": lines[0].replace("1", "99", 1)}.items():
        path = tmp_path / name
        path.write_text(content)
        answer = negotiation("replay", path)
        assert answer.code == 2, name
        assert answer.out == ""
        assert str(path) in answer.err
    headless = tmp_path / "headless.jsonl"
    headless.write_text(lines[0] + "\n")
    assert "how the game started" in negotiation("replay", headless).err
    assert negotiation("replay", tmp_path / "missing.jsonl").code == 2
