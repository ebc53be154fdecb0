"""Each scenario is still the game a person has read: one whole playthrough per scenario, as printed.

If a difference is meant, write the games anew: ``python -m tests.golden.refresh``, and read what changed.
"""

from __future__ import annotations

import pytest

from negotiation.scenario import scenario_names
from tests.golden.refresh import HERE, played


@pytest.mark.parametrize("name", scenario_names())
def test_the_game_reads_as_it_did(name: str) -> None:
    golden = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    assert played(name) == golden, (
        "if this is meant: python -m tests.golden.refresh, then read the difference"
    )


def test_every_golden_game_belongs_to_a_scenario() -> None:
    assert {p.stem for p in HERE.glob("*.txt")} == set(scenario_names())
