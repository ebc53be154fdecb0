"""Tidy tables: every column explained, every number where the log has it."""

from __future__ import annotations

import pytest

from negotiation.game.breakdown import BLOCKS
from negotiation.lab.recording import Recording
from negotiation.lab.tables import CODEBOOK, codebook, tables


def test_every_column_of_every_table_is_in_the_codebook(game: Recording) -> None:
    made = tables(game.state)
    assert set(made) == set(CODEBOOK)
    for name, rows in made.items():
        assert rows, name
        assert {tuple(row) for row in rows} == {tuple(CODEBOOK[name])}, name
    assert len(codebook()) == sum(len(columns) for columns in CODEBOOK.values())


def test_the_parts_of_a_change_add_up_to_it(game: Recording) -> None:
    for row in tables(game.state)["leverage"]:
        if row["change"] is not None:
            assert sum(row[block] for block in BLOCKS) == pytest.approx(row["change"], abs=1e-4)


def test_the_opening_is_round_nought_and_rounds_follow(game: Recording) -> None:
    rounds = [row["round"] for row in tables(game.state)["odds"]]
    assert rounds[0] == 0
    assert sorted(set(rounds)) == list(range(game.state.rounds + 1))


def test_every_firm_is_counted_once_a_round(game: Recording) -> None:
    rows = tables(game.state)["firms"]
    for number in {row["round"] for row in rows}:
        assert sum(row["firms"] for row in rows if row["round"] == number) == 1000


def test_moves_carry_their_reason_in_words(game: Recording) -> None:
    moves = tables(game.state)["moves"]
    assert len(moves) == 6 * game.state.rounds
    assert all(row["reason"].endswith(".") for row in moves)


def test_a_log_cut_before_its_end_still_gives_tables(game: Recording) -> None:
    from negotiation.game.log import replay

    made = tables(replay(game.events[:9]))
    assert {row["round"] for row in made["leverage"]} == {0, 1, 2}
    assert made["scores"] == []
