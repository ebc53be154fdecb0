"""Where a front tips, and that firms do not under honest parameters."""

from __future__ import annotations

from itertools import pairwise

import pytest

from negotiation.lab.tipping import Fronts, _Task, climb, front_map, plan
from ui.commands.tipping import sentences


@pytest.fixture(scope="module")
def fronts() -> Fronts:
    return Fronts("autumn-2025")


def test_at_low_noise_the_front_has_two_solutions_and_at_high_noise_one(fronts) -> None:
    trusts = (0.4, 0.5, 0.6, 0.7)
    low = [fronts.at(trust=t, noise=0.0005) for t in trusts]
    assert any(place.two and place.low < 0.2 < 0.8 < place.high for place in low)
    assert not any(fronts.at(trust=t, noise=0.003).two for t in trusts)


def test_more_trust_never_makes_a_front_less_likely(fronts) -> None:
    for noise in (0.0007, 0.001, 0.002):
        path = [fronts.at(trust=t, noise=noise) for t in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)]
        for before, after in pairwise(path):
            assert after.low >= before.low - 1e-6
            assert after.high >= before.high - 1e-6


def test_from_below_and_from_above_never_cross(fronts) -> None:
    for rung in (0, 1, 2):
        for threat in (0.2, 0.6):
            place = fronts.at(rung=rung, threat=threat, trust=0.55)
            assert 0 <= place.low <= place.high + 1e-9 <= 1 + 1e-9


def test_the_map_has_the_shape_of_its_grid_and_says_where_it_leaps() -> None:
    found, grid = front_map(), plan()["front"]
    assert set(found.by_pressure) == set(grid["trusts"])
    assert all(len(rows) == len(grid["rungs"]) for rows in found.by_pressure.values())
    assert all(len(row) == len(grid["trust_axis"]) for row in found.by_noise)
    assert found.leaps[0.003] is None
    assert found.shipped in found.noises
    assert set(found.leaps) == set(found.noises)


def test_a_slow_climb_is_gradual_and_breaks_us_links() -> None:
    found = climb(_Task(0.25, 0, 0.0, 3000, 0))
    assert found.change["US buyers of Canadian goods"] < -0.2
    assert found.sudden["US buyers of Canadian goods"] < 0.3


def test_reversals_build_the_partners_corridor() -> None:
    restless = climb(_Task(0.25, 4, 0.0, 3000, 0))
    assert restless.change["Canadian sales to Mexico"] > 0.1


def test_the_words_follow_the_numbers() -> None:
    from negotiation.lab.tipping import Climb, FirmMap

    def one(reversals: int, thick: float, rushes: tuple[str, ...]) -> Climb:
        return Climb(0.25, reversals, thick, {"a": -0.3}, {"a": 0.12}, rushes)

    calm = FirmMap((one(0, 0, ()), one(2, 0, ("x",))), (one(0, 0, ()), one(0, 1.5, ("x",))))
    said = sentences(calm, 0.1)
    assert "do not rush" in said[0]
    assert "12%" in said[0]
    assert "1 of 1" in said[1]
    assert "1.50" in said[2]
    wild = FirmMap((one(0, 0, ("x",)),), (one(0, 0, ()),))
    assert "rush at 25%" in sentences(wild, 0.1)[0]
    assert "No thick-market effect" in sentences(wild, 0.1)[-1]
