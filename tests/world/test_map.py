"""The map of a move in negotiation/README.md leads to what it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "negotiation"
MAP = (
    (PACKAGE / "README.md").read_text(encoding="utf-8").split("One move through the code")[1].split("```")[1]
)
PLACES = re.findall(r"(\w+) \(([\w/]+\.py)\)", MAP)


def test_the_map_goes_from_the_move_to_the_next_view() -> None:
    assert (PLACES[0][0], PLACES[-1][0]) == ("Move", "SeatView")
    assert len(PLACES) > 12


@pytest.mark.parametrize(("name", "file"), PLACES)
def test_every_place_on_the_map_is_where_it_says(name: str, file: str) -> None:
    assert re.search(rf"^ *(def|class) {name}\b", (PACKAGE / file).read_text(encoding="utf-8"), re.MULTILINE)
