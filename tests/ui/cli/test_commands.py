"""The other commands, with good input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import negotiation as package
from negotiation.scenario import scenario_names
from negotiation.strategies import strategies
from tests.ui.cli.conftest import Command
from ui.cli import COMMANDS


def test_the_version_is_printed(negotiation: Command) -> None:
    assert negotiation("--version").out == f"negotiation {package.__version__}\n"


def test_help_names_every_command_and_no_command_shows_help(negotiation: Command) -> None:
    text = negotiation("--help").out
    for name, _ in COMMANDS:
        assert f" {name} " in text
        assert negotiation(name, "--help").code == 0
    assert "Usage" in negotiation().out + negotiation().err


def test_scenarios_are_listed_with_name_and_title(negotiation: Command) -> None:
    listed = json.loads(negotiation("scenarios", "--json").out)
    assert [entry["name"] for entry in listed] == list(scenario_names())
    assert all(entry["title"] and entry["digest"] for entry in listed)
    page = negotiation("scenarios").out
    assert all(name in page for name in scenario_names())


def test_strategies_are_listed_with_what_they_do(negotiation: Command) -> None:
    listed = json.loads(negotiation("strategies", "--json").out)
    assert [entry["name"] for entry in listed] == list(strategies())
    page = negotiation("strategies").out
    for entry in listed:
        assert entry["summary"]
        assert entry["name"] in page


def test_shipped_files_have_no_faults(negotiation: Command) -> None:
    assert negotiation("check", *scenario_names()).code == 0
    answer = negotiation("check", "autumn-2025", "--json")
    assert json.loads(answer.out) == {"ok": True, "checked": ["autumn-2025"], "faults": []}


@pytest.fixture(scope="module")
def stage_arguments() -> tuple[object, ...]:
    return ("stage-game", "autumn-2025", "--round", 3, "--seed", 1, "--firms", 500)


def test_a_stage_game_is_solved_and_written_for_gambit(
    negotiation: Command, tmp_path: Path, stage_arguments: tuple[object, ...]
) -> None:
    file = tmp_path / "stage.nfg"
    page = negotiation(*stage_arguments, "--gambit", file)
    assert page.code == 0
    for needed in (
        "United States (toward Canada, Mexico)",
        "Equilibria: ",
        "Dominated",
        "quantal",
    ):
        assert needed in page.out
    assert max(len(line) for line in page.out.splitlines() if str(tmp_path) not in line) <= 80
    assert file.read_text().startswith("NFG 1 R")
    payoffs = file.read_text().rpartition("}")[2].splitlines()
    assert len([line for line in payoffs if line]) == 729
    assert [p.name for p in tmp_path.iterdir()] == ["stage.nfg"]

    told = json.loads(negotiation(*stage_arguments, "--json").out)
    assert told["date"] == "2025-11"
    assert len(told["payoff"]) == len(told["payoff"][0]) == len(told["payoff"][0][0]) == 9
    for seat in ("USA", "CAN", "MEX"):
        assert sum(told["quantal_response"][seat]["probability"].values()) == pytest.approx(1)
        assert len(told["summary"][seat]) == 9


def test_balance_says_of_every_target_whether_it_holds(
    negotiation: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from negotiation.lab import balance
    from negotiation.lab.balance import Report, Verdict

    verdicts = (
        Verdict("a", "first target", True, "found one"),
        Verdict("b", "second target", False, "found two"),
    )
    report = Report("autumn-2025", "d", 7, 3, 1.0, verdicts)
    monkeypatch.setattr(balance, "measure", lambda *a, **k: report)
    page = negotiation("balance", "--workers", 1).out
    assert "First target: holds" in page
    assert "Second target: does not hold" in page
    assert "1 of 2 targets hold." in page
    told = json.loads(negotiation("balance", "--workers", 1, "--json").out)
    assert [v["holds"] for v in told["verdicts"]] == [True, False]
