"""Names beside the marks of a figure, each where least is in its way: other names first, then marks, then lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from ui.report.figures.drawing import WIDTH

Spot = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, right, height, and how bad it is to stand there."""

LETTER = 6.8
"""Width of a letter of a name, about, in units of the figure."""
NAME, MARK, LINE = 10.0, 5.0, 2.0
"""How bad it is for a name to stand on another name, a mark, a line; for its leader half as bad."""
OFFERED = (0, 14, -14, 21, -21, 28, -28, 42, -42, 56, -56, 70)
"""How far above or below its mark a name may stand, the best first."""
BESIDE = (10, 36, 72)
"""How far to the side of it."""
ALONG = (0.3, 0.5, 0.7, 0.9)
"""Where on a leader it is looked whether something is in its way."""
PASSES = 4
"""How often every name looks for a better place among the others."""


@dataclass(frozen=True)
class Place:
    """Where a name stands."""

    mark: Spot
    leftward: bool
    """Whether it stands to the left of its mark."""
    low: float
    high: float
    at: float

    @property
    def edge(self) -> float:
        """The end of the name toward its mark."""
        return self.high if self.leftward else self.low

    @property
    def led(self) -> bool:
        """Whether a leader is needed to see whose name it is."""
        return abs(self.at - self.mark[1]) > 4 or abs(self.edge - self.mark[0]) > BESIDE[0]

    def leader(self) -> list[Spot]:
        """Points on the line from the mark to the name."""
        (x, y), dx, dy = self.mark, self.edge - self.mark[0], self.at - self.mark[1]
        return [(x + f * dx, y + f * dy) for f in ALONG] if self.led else []

    def cost(self, taken: Sequence[Box]) -> float:
        """How much is in the way of the name and its leader."""
        on = sum(c for a, b, at, c in taken if self.low < b and a < self.high and abs(self.at - at) < 13)
        under = (c for x, y in self.leader() for a, b, at, c in taken if a < x < b and abs(y - at) < 6)
        return on + sum(under) / 2 + (abs(self.at - self.mark[1]) + abs(self.edge - self.mark[0])) / 60


def placed(
    marks: Mapping[str, Spot], names: Mapping[str, str], line: Sequence[Spot], top: float, bottom: float
) -> dict[str, Place]:
    """A place for the name of every mark, in the order given; between ``top`` and ``bottom`` of the figure."""
    fixed: list[Box] = [(x - 6, x + 6, y, MARK) for x, y in marks.values()]
    fixed += [(min(a, b), max(a, b), (c + d) / 2, LINE) for (a, c), (b, d) in pairwise(line)]
    out: dict[str, Place] = {}
    for n in [*marks] * PASSES:
        taken = [*fixed]
        for m, place in out.items():
            if m != n:
                taken.append((place.low, place.high, place.at, NAME))
                taken += [(x - 2, x + 2, y, LINE) for x, y in place.leader()]
        own = (marks[n][0] - 6, marks[n][0] + 6, marks[n][1], MARK)
        taken.remove(own)
        x, y = marks[n]
        wide, leftward = LETTER * len(names[n]), x > 0.57 * WIDTH
        found = min(
            _offered((x, y), wide, top, bottom),
            key=lambda p: p.cost(taken) + (p.leftward != leftward) / 2,
            default=None,
        )
        out[n] = found or Place((x, y), leftward, x, x, y)
    return out


def _offered(mark: Spot, wide: float, top: float, bottom: float) -> Iterator[Place]:
    """Places a name may stand in without leaving the figure."""
    x, y = mark
    for leftward, aside, up in product((True, False), BESIDE, OFFERED):
        low = x - aside - wide if leftward else x + aside
        if low >= 0 and low + wide <= WIDTH and top <= y + up <= bottom:
            yield Place(mark, leftward, low, low + wide, y + up)
