"""What was left on the table: the frontier of packages, the fair ones, and where the game ended."""

from __future__ import annotations

from collections.abc import Sequence

from ui.report.figures.drawing import WIDTH, Scale, figure, label, line, nice_steps
from ui.report.figures.names import placed
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
    """Marks, and beside each its name."""
    order = sorted(points, key=lambda n: (n != "reached", points[n][1]))
    marks = {n: (x(points[n][0]), y(points[n][1])) for n in order}
    names = {n: _name(t, n) for n in order}
    drawn: list[Markup] = []
    for n, place in placed(marks, names, frontier, TOP + 4, HEIGHT - 44).items():
        (px, py), edge = place.mark, place.edge
        if place.led:
            drawn.append(line(px, py, edge + (1 if place.leftward else -1), place.at - 1, "leader"))
        anchor, kind = "end" if place.leftward else "start", "strong" if n == "reached" else "small"
        drawn += [_mark(n, px, py), label(edge, place.at + 4, names[n], anchor=anchor, kind=kind)]
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
