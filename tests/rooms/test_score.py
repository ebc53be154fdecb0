"""The fair score and its reference games."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from negotiation.rooms import reference, score
from negotiation.rooms.levels import level_names
from negotiation.scenario import scenario_names
from negotiation.terms import SEATS

CELLS = {f"{mode}/{level}/{seat}" for mode in reference.MODES for level in level_names() for seat in SEATS}


@pytest.fixture
def ten(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"scenarios": {"s": {"scores": {"full/medium/CAN": [float(x) for x in range(0, 100, 10)]}}}}
    monkeypatch.setattr(score, "reference_table", lambda: table)


@pytest.mark.usefixtures("ten")
@pytest.mark.parametrize(
    ("points", "better_than"),
    [(-1e9, 0), (-1.0, 0), (0.0, 5), (5.0, 10), (45.0, 50), (90.0, 95), (91.0, 100)],
)
def test_a_score_is_better_than_the_games_below_it_and_half_the_equal_ones(
    points: float, better_than: int
) -> None:
    assert score.percentile("CAN", "s", points) == better_than
    assert score.standing("s", "full", "CAN", points) == {"share": better_than / 100, "games": 10}


@pytest.mark.usefixtures("ten")
def test_without_reference_games_nothing_is_claimed() -> None:
    assert score.percentile("MEX", "s", 1.0) is None
    assert score.percentile("CAN", "my-own-scenario", 1.0) is None
    assert score.percentile("CAN", "s", 1.0, mode="simple") is None


def test_the_shipped_table_has_every_cell_of_every_scenario() -> None:
    table = score.reference_table()
    assert set(table["scenarios"]) == set(scenario_names())
    for block in table["scenarios"].values():
        assert set(block["scores"]) == CELLS
        for scores in block["scores"].values():
            assert len(scores) >= 14
            assert scores == sorted(scores)
            assert scores[0] < scores[-1], "strategies differ"


def test_a_reference_game_is_the_same_game_each_time() -> None:
    game = ("autumn-2025", "simple", "easy", "CAN", "tit-for-tat", 3)
    assert reference.play(game) == reference.play(game)
    assert reference.play(game) != reference.play((*game[:-1], 4))


@pytest.mark.slow
def test_the_command_writes_the_table_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        reference, "games", lambda name, each, seed: [(c, _one(c, seed)) for c in sorted(CELLS)[:2]]
    )
    assert (
        reference.main(["autumn-2025", "--games", "1", "--workers", "1", "--out", str(tmp_path / "t.json")])
        == 0
    )
    written = json.loads((tmp_path / "t.json").read_text())
    block = written["scenarios"]["autumn-2025"]
    assert block["games"] == 2
    assert all(len(s) == 1 for s in block["scores"].values())
    assert "source" in written


def _one(cell: str, seed: int) -> reference.Game:
    mode, level, seat = cell.split("/")
    return ("autumn-2025", mode, level, seat, "always-coordinate", seed)
