"""What the user gets wrong is said clearly, on standard error, with exit code 2 and nothing on standard output."""

from __future__ import annotations

from pathlib import Path

import pytest

from negotiation.errors import EquilibriumNotFound
from tests.ui.cli.conftest import Command

WRONG: list[tuple[tuple[object, ...], str]] = [
    (("run", "autumn-2026"), "Did you mean 'autumn-2025'?"),
    (("run", "nowhere.yaml"), "there is no such file"),
    (("run", "--strategy", "USA=presure"), "Did you mean 'pressure'?"),
    (("run", "--strategy", "USS=pressure"), "Did you mean 'USA'?"),
    (("run", "--strategy", "pressure"), "SEAT=STRATEGY"),
    (("run", "--strategy", "USA="), "SEAT=STRATEGY"),
    (("run", "--strategy", "USA=bluff", "--strategy", "USA=grim"), "twice"),
    (("run", "--seed", "-1"), "--seed"),
    (("run", "--seed", "one"), "--seed"),
    (("run", "--firms", "3"), "--firms"),
    (("run", "--sed", "1"), "--seed"),
    (("runn",), "run"),
    (("stage-game",), "scenario"),
    (("stage-game", "autumn-2025", "--round", "11"), "has 10 rounds"),
    (("stage-game", "autumn-2025", "--round", "0"), "--round"),
    (("stage-game", "autum-2025"), "Did you mean"),
    (("balance", "autumn-2026"), "Did you mean"),
    (("balance", "--games", "1"), "--games"),
    (("replay", "nowhere.jsonl"), "cannot be read"),
    (("check",), "PATH"),
]


@pytest.mark.parametrize(
    ("arguments", "said"), WRONG, ids=lambda x: " ".join(map(str, x)) if isinstance(x, tuple) else ""
)
def test_wrong_input_is_refused_with_what_to_do(
    negotiation: Command, arguments: tuple[object, ...], said: str
) -> None:
    answer = negotiation(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert said in " ".join(answer.err.replace("│", " ").split())


def test_json_stays_json_when_the_input_is_wrong(negotiation: Command) -> None:
    answer = negotiation("run", "autumn-2026", "--json")
    assert (answer.code, answer.out) == (2, "")
    assert "autumn-2025" in answer.err


def test_every_fault_of_every_file_is_reported(negotiation: Command, tmp_path: Path) -> None:
    import json

    (tmp_path / "one.yaml").write_text("name: one\nvolatility: 25\n")
    (tmp_path / "two.yaml").write_text("name: [unclosed\n")
    page = negotiation("check", tmp_path)
    assert page.code == 2
    assert "one.yaml" in page.out
    assert "two.yaml" in page.out
    told = json.loads(negotiation("check", tmp_path, "--json").out)
    assert not told["ok"]
    assert {Path(f["file"]).name for f in told["faults"]} == {"one.yaml", "two.yaml"}
    assert negotiation("check", tmp_path / "none.yaml").code == 2


def test_an_output_that_cannot_be_written_is_refused_before_the_game(
    negotiation: Command, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    for target in (taken, taken / "below"):
        answer = negotiation("run", "--out", target)
        assert answer.code == 2
        assert answer.out == ""
        assert "--out" in answer.err
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]
    assert taken.read_text() == "mine"
    folder = negotiation("stage-game", "autumn-2025", "--firms", 500, "--gambit", tmp_path)
    assert folder.code == 2
    assert "is a folder" in folder.err


def test_a_run_that_fails_is_not_the_users_fault(
    negotiation: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    import negotiation.lab.recording as room

    def no_equilibrium(*a: object, **k: object) -> None:
        raise EquilibriumNotFound("no trade equilibrium", iterations=9, residual=0.1)

    monkeypatch.setattr(room, "Recording", no_equilibrium)
    answer = negotiation("run")
    assert answer.code == 1
    assert "residual 0.1" in answer.err
    monkeypatch.setattr(room, "Recording", lambda *a, **k: 1 / 0)
    answer = negotiation("run")
    assert answer.code == 1
    assert "ZeroDivisionError" in answer.err
    assert "NEGOTIATION_TRACEBACK" in answer.err
