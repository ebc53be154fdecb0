"""The waterfall adds up: over rounds, over the game, and as printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.debrief import Debrief
from negotiation.debrief.leverage import add_up


def test_the_parts_of_all_rounds_are_the_whole_change(told: Debrief) -> None:
    for k, fall in told.leverage.items():
        assert sum(fall.parts.values()) == pytest.approx(fall.end - fall.start, abs=1e-9)
        for block, part in fall.parts.items():
            assert part == pytest.approx(sum(r[block] for r in fall.by_round), abs=1e-3)
        assert fall.unexplained == 0
        assert fall.path[0] == told.game.opening["leverage"][k]["index"]
        assert len(fall.path) == told.about.played + 1


def test_the_parts_as_printed_add_up_to_the_ends_as_printed(told: Debrief) -> None:
    for fall in told.leverage.values():
        printed = sum(round(10 * part) for part in fall.shown().values())
        assert printed == round(10 * fall.end) - round(10 * fall.start)


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(-50, 50), min_size=1))
def test_rounded_parts_sum_to_the_rounded_total_and_stay_near(parts: dict[str, float]) -> None:
    total = round(sum(parts.values()))
    shown = add_up(parts, total)
    assert sum(shown.values()) == total
    assert all(abs(shown[k] - parts[k]) <= 1.0 for k in parts)


def test_parts_by_mover_and_the_rest_are_the_whole_change(told: Debrief) -> None:
    for k, movers in told.movers.items():
        assert sum(movers.parts.values()) == pytest.approx(told.leverage[k].change, abs=1e-6)
        for n, row in enumerate(movers.by_round):
            moved = told.leverage[k].path[n + 1] - told.leverage[k].path[n]
            assert sum(row.values()) == pytest.approx(moved, abs=1e-9)


def test_a_seat_that_keeps_calm_moves_nothing(told: Debrief) -> None:
    seen = 0
    for k, movers in told.movers.items():
        for standing, row in zip(told.standings, movers.by_round, strict=True):
            for seat, letters in standing.played.items():
                if letters == "CC":
                    seen += 1
                    assert row[seat] == pytest.approx(0, abs=1e-9), (k, standing.round, seat)
    assert seen or told.about.scenario == "rebuilding-bridges"
