"""Names beside marks: apart from one another, off the line, inside the figure."""

from __future__ import annotations

from itertools import combinations

from ui.report.figures.drawing import WIDTH
from ui.report.figures.names import placed

CROWD = {
    "extension": (250.0, 60.0),
    "Nash bargain": (256.0, 62.0),
    "this game": (262.0, 66.0),
    "withdrawal": (40.0, 200.0),
}
LINE = [(240.0, 40.0), (262.0, 64.0), (280.0, 110.0)]


def test_names_of_crowded_marks_stand_apart_and_inside() -> None:
    found = placed(CROWD, {n: n for n in CROWD}, LINE, 20, 230)
    assert list(found) == list(CROWD)
    for a, b in combinations(found.values(), 2):
        assert abs(a.at - b.at) >= 13 or a.high <= b.low or b.high <= a.low
    for n, place in found.items():
        assert 0 <= place.low < place.high <= WIDTH
        assert 20 <= place.at <= 230
        for m, (x, y) in CROWD.items():
            assert m == n or not (place.low < x < place.high and abs(place.at - y) < 8)


def test_a_name_far_from_its_mark_is_led_to_it() -> None:
    found = placed(CROWD, {n: n for n in CROWD}, LINE, 20, 230)
    assert not found["withdrawal"].led
    assert any(place.led for place in found.values())
