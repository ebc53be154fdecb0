"""What every figure shares: the frame, scales, stance signs, labels that keep apart. Units: pixels of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.report.markup import Child, Markup, tag

WIDTH = 440
COLOUR = {"USA": "var(--usa)", "CAN": "var(--can)", "MEX": "var(--mex)"}
DASH = {"USA": None, "CAN": None, "MEX": "7 4"}
LINE = 15
"""Height of a line of labels."""


@dataclass(frozen=True)
class Scale:
    """A straight line from values to pixels."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return round(self.start + share * (self.stop - self.start), 2)


def figure(height: float, sentence: str, *children: Child, width: float = WIDTH) -> Markup:
    """An SVG that scales with its column and speaks one sentence."""
    return tag(
        "svg",
        tag("title", sentence),
        *children,
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=sentence,
        class_="fig",
    )


def label(
    x: float, y: float, text: str, *, anchor: str = "start", kind: str = "", colour: str | None = None
) -> Markup:
    """A text in a drawing."""
    return tag(
        "text",
        text,
        x=x,
        y=y,
        text_anchor=anchor,
        class_=kind or None,
        style=f"fill:{colour}" if colour else None,
    )


def line(x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> Markup:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def path(
    points: Sequence[tuple[float, float]], colour: str, *, dash: str | None = None, width: float = 2.5
) -> Markup:
    """A line through points."""
    said = " ".join(f"{x:g},{y:g}" for x, y in points)
    return tag(
        "polyline",
        points=said,
        fill="none",
        stroke=colour,
        stroke_width=width,
        stroke_dasharray=dash,
        stroke_linejoin="round",
    )


def sign(stance: str, x: float, y: float, size: float = 6) -> Markup:
    """A stance as its shape: disc, triangle pointing down, cross."""
    if stance == "coordinate":
        return tag("circle", cx=x, cy=y, r=size * 0.9, class_="coordinate")
    if stance == "concede":
        corners = f"{x - size:g},{y - size * 0.8:g} {x + size:g},{y - size * 0.8:g} {x:g},{y + size:g}"
        return tag("polygon", points=corners, class_="concede")
    d = size * 0.85
    return tag(
        "path",
        d=f"M{x - d:g} {y - d:g}L{x + d:g} {y + d:g}M{x + d:g} {y - d:g}L{x - d:g} {y + d:g}",
        class_="defect",
    )


def inline_sign(stance: str, title: str) -> Markup:
    """A stance sign for a line of text or a table."""
    return tag(
        "svg",
        tag("title", title),
        sign(stance, 8, 8, 6),
        viewBox="0 0 16 16",
        class_="sign",
        role="img",
        aria_label=title,
    )


def apart(heights: Sequence[float], gap: float = LINE, low: float = 0.0, high: float = 1e9) -> list[float]:
    """Heights of labels moved as little as needed to keep a gap, in the order they were given."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = [heights[i] for i in order]
    for _ in range(50):
        moved = False
        for i in range(len(placed) - 1):
            short = gap - (placed[i + 1] - placed[i])
            if short > 0.01:
                placed[i] -= short / 2
                placed[i + 1] += short / 2
                moved = True
        if not moved:
            break
    if placed and placed[0] < low:
        placed = [max(p, low + gap * n) for n, p in enumerate(placed)]
    if placed and placed[-1] > high:
        placed = [min(p, high - gap * (len(placed) - 1 - n)) for n, p in enumerate(placed)]
    out = [0.0] * len(heights)
    for place, i in enumerate(order):
        out[i] = placed[place]
    return out


def nice_steps(low: float, high: float, count: int = 4) -> list[float]:
    """Round numbers between two ends."""
    span = high - low
    if span <= 0:
        return [low]
    raw = span / count
    power = 10.0 ** len(str(int(raw))) / 10 if raw >= 1 else 10.0 ** -(len(f"{1 / raw:.0f}"))
    step = next(m * power for m in (1, 2, 2.5, 5, 10, 20, 50, 100) if m * power >= raw)
    first = -(-low // step) * step
    out, at = [], first
    while at <= high + 1e-9:
        out.append(round(at, 10))
        at += step
    return out


def table(
    head: Sequence[Child], rows: Sequence[Sequence[Child]], *, kind: str = "", caption: str | None = None
) -> Markup:
    """A table; the first cell of each row is its heading."""
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption) if caption else None,
            tag("thead", tag("tr", [tag("th", cell, scope="col") if cell else tag("td") for cell in head])),
            tag(
                "tbody",
                [
                    tag("tr", tag("th", row[0], scope="row"), [tag("td", cell) for cell in row[1:]])
                    for row in rows
                ],
            ),
            class_=kind or None,
        ),
        class_="wide",
        tabindex="0",
    )
