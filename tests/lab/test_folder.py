"""The folder of a run: all of it or nothing."""

from __future__ import annotations

import csv
import errno
import json
from pathlib import Path

import pytest

from negotiation.errors import InputError, NegotiationError
from negotiation.game.log import read_log, replay
from negotiation.lab import folder as rooms
from negotiation.lab.folder import RunFolder
from negotiation.lab.recording import Recording


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("negotiation.lab.pictures.draw_all", lambda state, place: [])


def left_behind(parent: Path) -> list[str]:
    return [p.name for p in parent.iterdir() if "unfinished" in p.name]


def test_a_run_leaves_tables_pictures_a_log_and_a_manifest_of_them(game: Recording, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "run"
    with RunFolder(target) as out:
        out.write(game.events, ["run", "--seed", "3"])
    manifest = json.loads((target / "manifest.json").read_text())
    assert sorted(manifest["files"]) == sorted(p.name for p in target.iterdir())
    assert {"leverage.svg", "leverage.png", "network.svg", "network.png", "codebook.csv"} <= set(
        manifest["files"]
    )
    assert manifest["digest"] == game.events[0].data["digest"]
    assert manifest["command"] == ["run", "--seed", "3"]
    assert replay(read_log(target / "game.jsonl")[0]).ending == game.state.ending
    assert (target / "leverage.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (target / "network.svg").read_text()[:600]
    with (target / "leverage.csv").open() as stream:
        assert len(list(csv.DictReader(stream))) == 2 * (game.state.rounds + 1)
    assert left_behind(target.parent) == []


def test_the_same_game_draws_the_same_picture(game: Recording, tmp_path: Path) -> None:
    from negotiation.lab.pictures import STYLE, leverage_over_time, mpl

    with mpl.rc_context(STYLE):
        for name in ("a", "b"):
            leverage_over_time(game.state).savefig(tmp_path / f"{name}.svg", metadata={"Date": None})
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_file_or_a_place_below_a_file_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(InputError, match="is a file"), RunFolder(taken):
        pass
    with pytest.raises(InputError, match="cannot be written to"), RunFolder(taken / "below"):
        pass
    assert taken.read_text() == "mine"


@pytest.mark.usefixtures("no_pictures")
def test_a_second_run_replaces_the_first_and_leaves_other_files_alone(
    game: Recording, tmp_path: Path
) -> None:
    target = tmp_path / "run"
    for _ in range(2):
        with RunFolder(target) as out:
            out.write(game.events)
        (target / "notes.txt").write_text("mine")
    assert (target / "notes.txt").read_text() == "mine"


@pytest.mark.usefixtures("no_pictures")
def test_files_of_somebody_else_are_never_overwritten(game: Recording, tmp_path: Path) -> None:
    (tmp_path / "moves.csv").write_text("mine")
    with pytest.raises(InputError, match=r"moves\.csv"), RunFolder(tmp_path) as out:
        out.write(game.events)
    assert [p.name for p in tmp_path.iterdir()] == ["moves.csv"]


@pytest.mark.usefixtures("no_pictures")
def test_a_full_disk_leaves_nothing_half_written(
    game: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, rows: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(rooms, "_write_csv", full)
    with pytest.raises(NegotiationError, match="No space left") as caught, RunFolder(tmp_path / "run") as out:
        out.write(game.events)
    assert not isinstance(caught.value, InputError)
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), RunFolder(tmp_path / "run"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
