"""Waterfalls of leverage: by cause and by whose moves. The parts add up to the change as it is printed."""

from __future__ import annotations

from collections.abc import Sequence

from ui.report.figures.drawing import COLOUR, WIDTH, Scale, figure, label, line
from ui.report.markup import Markup, joined, tag
from ui.report.telling import Telling

ROW, LEFT, RIGHT = 21, 150, 52
Part = tuple[str, float, float, str | None]
"""(label, value drawn, value printed, colour)."""


def by_cause(t: Telling) -> Markup:
    """Exposure, alternatives, commitment, credibility; one waterfall a partner."""
    words, drawn = t.words, []
    for k, f in t.debrief.leverage.items():
        shown = f.shown()
        parts: list[Part] = [(words(f"part.{b}"), f.parts[b], shown[b], None) for b in f.parts]
        drawn.append(_fall(t, k, f.start, parts, f.end))
    return joined(*drawn)


def by_mover(t: Telling) -> Markup:
    """The three seats and the rest."""
    words, drawn = t.words, []
    for k, m in t.debrief.movers.items():
        f = t.debrief.leverage[k]
        shown = f.shared(m.parts)
        names = {"rest": words("report.rest")}
        parts: list[Part] = [
            (names.get(n) or str(words.gov(n)), v, shown[n], COLOUR.get(n)) for n, v in m.parts.items()
        ]
        drawn.append(_fall(t, k, f.start, parts, f.end))
    return joined(*drawn)


def _fall(t: Telling, partner: str, start: float, parts: Sequence[Part], end: float) -> Markup:
    words = t.words
    at, reached = start, [start]
    for _, value, _, _ in parts:
        at += value
        reached.append(at)
    low, high = min(reached), max(reached)
    pad = max((high - low) * 0.06, 1.0)
    x = Scale(low - pad, high + pad, LEFT, WIDTH - RIGHT)
    height = ROW * (len(parts) + 2) + 24
    rows: list[Markup] = [
        label(0, 14, words("leverage.over", whom=words.gov(partner)), kind="strong", colour=COLOUR[partner])
    ]
    y = 24.0
    rows.append(_ends(words("report.start"), start, x, y, words.number(start, 1), COLOUR[partner]))
    at = start
    for name, value, printed, colour in parts:
        y += ROW
        rows.append(_bar(name, at, at + value, x, y, words.signed(printed, 1), colour))
        at += value
    y += ROW
    rows.append(_ends(words("report.end"), end, x, y, words.number(end, 1), COLOUR[partner]))
    said = ", ".join(f"{name} {words.signed(printed, 1)}" for name, _, printed, _ in parts)
    whole = words("leverage.parts", start=words.number(start, 1), end=words.number(end, 1))
    return figure(height, f"{words('leverage.over', whom=words.gov(partner))}. {whole}: {said}", *rows)


def _ends(name: str, value: float, x: Scale, y: float, text: str, colour: str) -> Markup:
    return joined(
        line(LEFT, y + ROW, WIDTH - RIGHT, y + ROW),
        label(0, y + 15, name, kind="strong"),
        tag("circle", cx=x(value), cy=y + ROW / 2, r=5, fill=colour),
        label(WIDTH, y + 15, text, anchor="end", kind="strong"),
    )


def _bar(name: str, a: float, b: float, x: Scale, y: float, text: str, colour: str | None) -> Markup:
    up = b >= a
    face = colour or "var(--ink-2)"
    return joined(
        line(LEFT, y + ROW, WIDTH - RIGHT, y + ROW),
        label(0, y + 15, name),
        tag(
            "rect",
            x=min(x(a), x(b)),
            y=y + 5,
            width=max(abs(x(b) - x(a)), 1.5),
            height=ROW - 10,
            fill=face if up else "var(--card)",
            stroke=face,
            stroke_width=1.5,
        ),
        label(WIDTH, y + 15, text, anchor="end"),
    )
