"""What was left on the table: the frontier of packages, the fair ones, and where the game ended."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ui.report.figures.drawing import WIDTH, Scale, figure, label, line, nice_steps
from ui.report.markup import Markup, tag
from ui.report.telling import Telling

LEFT, RIGHT, TOP, HEIGHT = 40, 14, 22, 270
SHOWN = (
    "reached",
    "nash",
    "kalai_smorodinsky",
    "annual",
    "EXT",
    "SPLIT_CAN",
    "SPLIT_MEX",
    "SPLIT_both",
    "WD",
)

LETTER = 6.8
"""Width of a letter of a name, about, in units of the figure."""
NAME, MARK, LINE = 10.0, 3.0, 1.0
"""How bad it is for a name to stand on another name, a mark, the frontier."""
OFFERED = (0, 14, -14, 21, -21, 28, -28, 42, -42, 56, -56, 70)
"""How far above or below its mark a name may stand, the best first."""
PASSES = 4
"""How often every name looks for a better place among the others."""


def left_on_the_table(t: Telling) -> Markup:
    """Gains of the United States against those of the two partners together."""
    b, words = t.debrief.bargain, t.words
    if b is None:
        return Markup("")
    points = {p.name: (p.gain["USA"], p.partners) for p in b.points if p.name in SHOWN} | {
        "annual": (0.0, 0.0)
    }
    here = points.get("reached")
    if here is not None:  # the end reached stands for its kind
        points = {
            n: p
            for n, p in points.items()
            if n == "reached" or max(abs(p[0] - here[0]), abs(p[1] - here[1])) > 1e-6
        }
    xs = [p[0] for p in points.values()] + [p[0] for p in b.frontier]
    ys = [p[1] for p in points.values()] + [p[1] for p in b.frontier]
    x = Scale(*_wide(xs), LEFT, WIDTH - RIGHT)
    y = Scale(*_wide(ys), HEIGHT - 34, TOP)
    drawn: list[Markup] = []
    for v in nice_steps(x.low, x.high, 4):
        drawn += [
            line(x(v), TOP, x(v), HEIGHT - 34),
            label(x(v), HEIGHT - 20, words.number(v), anchor="middle", kind="small"),
        ]
    for v in nice_steps(y.low, y.high, 4):
        drawn += [
            line(LEFT, y(v), WIDTH - RIGHT, y(v)),
            label(LEFT - 5, y(v) + 4, words.number(v), anchor="end", kind="small"),
        ]
    corner = [(x(a), y(c)) for a, c in b.frontier]
    if corner:
        said = " ".join(f"{a:g},{c:g}" for a, c in corner)
        drawn.append(tag("polyline", points=said, fill="none", stroke="var(--ink)", stroke_width=2))
    drawn.append(label(LEFT, 12, words("report.axis_partners"), kind="small"))
    drawn.append(label(WIDTH - RIGHT, HEIGHT - 4, words("report.axis_usa"), anchor="end", kind="small"))
    drawn += _points(t, points, corner, x, y)
    said = "; ".join(
        f"{_name(t, n)} {words.signed(p[0], 1)} / {words.signed(p[1], 1)}" for n, p in points.items()
    )
    return figure(HEIGHT, f"{words('report.fig_bargain')}: {said}", *drawn)


def _points(
    t: Telling,
    points: dict[str, tuple[float, float]],
    frontier: Sequence[tuple[float, float]],
    x: Scale,
    y: Scale,
) -> list[Markup]:
    """Marks, and beside each its name where least is in its way: other names first, then marks, then the line."""
    drawn: list[Markup] = []
    fixed = [(x(a) - 6, x(a) + 6, y(c), MARK) for a, c in points.values()]
    fixed += [(min(a, b), max(a, b), (c + d) / 2, LINE) for (a, c), (b, d) in pairwise(frontier)]
    order = sorted(points, key=lambda n: (n != "reached", points[n][1]))
    placed: dict[str, tuple[bool, float, float, float]] = {}
    for n in order * PASSES:
        px, py = x(points[n][0]), y(points[n][1])
        name = _name(t, n)
        taken = fixed + [(low, high, at, NAME) for m, (_, at, low, high) in placed.items() if m != n]
        wide = LETTER * len(name)
        leftward = px > LEFT + 0.55 * (WIDTH - LEFT - RIGHT)
        places = []
        for end in (leftward, not leftward):
            low, high = (px - 10 - wide, px - 10) if end else (px + 10, px + 10 + wide)
            if low < 0 or high > WIDTH:
                continue
            for up in OFFERED:
                if not TOP <= py + up <= HEIGHT - 44:
                    continue
                in_the_way = sum(
                    cost
                    for left, right, at, cost in taken
                    if low < right and left < high and abs(py + up - at) < 13
                )
                places.append((in_the_way + abs(up) / 60 + (end != leftward) / 2, end, up, low, high))
        _, end, up, low, high = min(places, default=(0.0, leftward, 0, px, px))
        placed[n] = (end, py + up, low, high)
    for n in order:
        px, py = x(points[n][0]), y(points[n][1])
        end, at, _, _ = placed[n]
        name, kind = _name(t, n), "strong" if n == "reached" else "small"
        shift = -10 if end else 10
        if abs(at - py) > 4:
            drawn.append(line(px, py, px + shift * 0.9, at - 1, "leader"))
        drawn += [
            _mark(n, px, py),
            label(px + shift, at + 4, name, anchor="end" if end else "start", kind=kind),
        ]
    return drawn


def _mark(name: str, x: float, y: float) -> Markup:
    if name == "reached":
        return tag("circle", cx=x, cy=y, r=7, fill="var(--can)", stroke="var(--card)", stroke_width=2)
    if name == "nash":
        return tag(
            "path", d=f"M{x:g} {y - 7:g}L{x + 7:g} {y:g}L{x:g} {y + 7:g}L{x - 7:g} {y:g}Z", fill="var(--ink)"
        )
    if name == "kalai_smorodinsky":
        return tag("rect", x=x - 5, y=y - 5, width=10, height=10, fill="var(--ink)")
    return tag("circle", cx=x, cy=y, r=4, fill="var(--card)", stroke="var(--ink-2)", stroke_width=1.8)


def _name(t: Telling, name: str) -> str:
    key = f"report.pt_{name}"
    return t.words(key) if t.words.has(key) else t.words(f"outcome.{name}")


def _wide(values: list[float]) -> tuple[float, float]:
    low, high = min(*values, 0.0), max(*values, 0.0)
    pad = max((high - low) * 0.07, 0.5)
    return low - pad, high + pad
