"""The lens on the command line: any round of a scenario or of a log, told whole, wrong input said clearly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from negotiation.game.log import write_log
from negotiation.lab import lens_equilibria
from negotiation.lab.recording import Recording
from tests.ui.cli.conftest import Command

STAGE = ("stage-game", "autumn-2025", "--round", 3, "--seed", 1, "--firms", 500)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished game, as ``run --out`` leaves it."""
    recording = Recording("autumn-2025", seed=3, firms=500)
    for _ in recording.play():
        pass
    folder = tmp_path_factory.mktemp("run")
    write_log(folder / "game.jsonl", recording.events)
    return folder


def test_a_round_is_told_from_payoffs_to_coalitions_within_eighty_columns(negotiation: Command) -> None:
    page = negotiation(*STAGE, "--seconds", 1)
    assert page.code == 0
    for needed in (
        "best reply",
        "Dominated: ",
        "Equilibria: ",
        "How sure: ",
        "Quantal response from chance to theory",
        "What Washington and Canada could settle",
        "What Washington and Mexico could settle",
        "if talks break down",
        "Kalai-Smorodinsky",
        "equal gains",
        "Packages that no other one beats",
        "Shapley value: USA",
        "core is",
    ):
        assert needed in page.out
    assert "What was played" not in page.out
    assert max(map(len, page.out.splitlines())) <= 80


def test_the_document_holds_the_whole_lens_and_its_equilibria_are_ones(negotiation: Command) -> None:
    told = json.loads(negotiation(*STAGE, "--seconds", 0, "--json").out)
    assert (told["round"], told["seed"]) == (3, 1)
    payoff = np.array(told["payoff"])
    assert payoff.shape == (9, 9, 9, 3)
    seen = told["lens"]
    assert [next(iter(e["moves"]["USA"])) for e in seen["equilibria"]["found"]] == [
        e["moves"]["USA"] for e in told["pure_equilibria"]
    ]
    for one in seen["equilibria"]["found"]:
        cell = [told["actions"][s].index(next(iter(one["moves"][s]))) for s in ("USA", "CAN", "MEX")]
        assert list(one["payoff"].values()) == pytest.approx(payoff[tuple(cell)])
    assert [row["noise"] for row in seen["quantal_path"]] == sorted(
        (row["noise"] for row in seen["quantal_path"]), reverse=True
    )
    assert set(seen["packages"]) == {"CAN", "MEX"}
    assert sum(seen["coalitions"]["shapley"].values()) == pytest.approx(
        seen["coalitions"]["worth"]["USA+CAN+MEX"], abs=1e-9
    )


def test_a_round_of_a_log_is_the_round_that_was_played(negotiation: Command, log: Path) -> None:
    answer = negotiation("stage-game", "--log", log, "--round", 4, "--seconds", 0, "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    assert (told["scenario"], told["round"], told["seed"]) == ("autumn-2025", 4, 3)
    played = json.loads(
        next(
            line
            for line in (log / "game.jsonl").read_text().splitlines()
            if '"round_resolved"' in line and json.loads(line)["data"]["round"] == 4
        )
    )["data"]["moves"]
    letter = {"coordinate": "C", "concede": "N", "defect": "D"}
    for seat, row in told["played"].items():
        assert row["move"] == "".join(letter[x] for x in played[seat]["move"]["stances"].values())
        assert row["best"] >= row["payoff"]
    same = negotiation("stage-game", "--log", log / "game.jsonl", "--seconds", 0)
    assert "round 10 (2026-06)" in same.out
    assert "What was played" in same.out


def test_the_same_round_of_the_scenario_and_of_its_log_are_one_game(negotiation: Command, log: Path) -> None:
    ways: list[tuple[Any, ...]] = [
        ("--log", log, "--round", 2),
        ("autumn-2025", "--seed", 3, "--firms", 500, "--round", 2),
    ]
    one, two = (json.loads(negotiation("stage-game", *how, "--seconds", 0, "--json").out) for how in ways)
    assert np.allclose(one["payoff"], two["payoff"], atol=1e-6)


def test_without_pygambit_the_search_says_what_it_lacks(
    negotiation: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lens_equilibria, "gambit_is_there", lambda: False)
    page = negotiation("stage-game", "autumn-2025", "--firms", 500, "--seconds", 1)
    assert page.code == 0
    assert "the extra 'gambit', is not installed" in " ".join(page.out.split())


def test_the_file_for_gambit_is_the_game(negotiation: Command, tmp_path: Path) -> None:
    gbt = pytest.importorskip("pygambit")
    file = tmp_path / "stage.nfg"
    told = json.loads(negotiation(*STAGE, "--seconds", 0, "--gambit", file, "--json").out)
    read = gbt.read_nfg(str(file))
    assert list(read.players) == ["USA", "CAN", "MEX"]
    assert list(read.get_strategies("USA")) == told["actions"]["USA"]
    tables = np.stack(read.to_arrays(dtype=float), -1)
    assert tables == pytest.approx(np.array(told["payoff"]), rel=1e-6)


def test_what_cannot_be_looked_at_is_refused_with_what_to_do(
    negotiation: Command, log: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.jsonl").write_text('{"format": 1, "kind": "negotiation-game-log"}\n')
    for arguments, words in (
        ((), "name a scenario"),
        (("autumn-2025", "--log", log), "of its own"),
        (("--log", log, "--seed", 4), "of its own"),
        (("--log", log, "--round", 99), "choose 1 to"),
        (("--log", log, "--round", 11), "no stage game"),
        (("--log", tmp_path / "none.jsonl"), "cannot be read"),
        (("--log", tmp_path / "empty.jsonl"), "holds no game"),
        (("autumn-2025", "--seconds", -1), "--seconds"),
        ((*STAGE[1:], "--seconds", 0, "--gambit", tmp_path / "empty.jsonl" / "x.nfg"), "cannot be written"),
        ((*STAGE[1:], "--seconds", 0, "--gambit", tmp_path), "is a folder"),
    ):
        answer = negotiation("stage-game", *arguments)
        assert (answer.code, answer.out) == (2, ""), arguments
        assert words in " ".join(answer.err.replace("│", " ").split()), arguments
