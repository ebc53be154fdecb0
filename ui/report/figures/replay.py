"""The game at a glance: leverage over both partners above, six rows of stances below, turning points in grey."""

from __future__ import annotations

from ui.report.figures.drawing import (
    COLOUR,
    DASH,
    LINE,
    WIDTH,
    Scale,
    apart,
    figure,
    inline_sign,
    label,
    line,
    nice_steps,
    path,
    sign,
)
from ui.report.markup import Markup, joined, tag
from ui.report.telling import Telling

RIGHT, TOP, PLOT, ROW = 46, 10, 150, 22
PAIRS = (("USA", "CAN"), ("CAN", "USA"), ("USA", "MEX"), ("MEX", "USA"), ("CAN", "MEX"), ("MEX", "CAN"))
LETTER = 7.0
"""Width of a letter of a label, about."""
HIDDEN = 0.5
"""Points between the index Washington knew and the true one from which the true one is drawn."""


def replay(t: Telling) -> Markup:
    """Paths and stances."""
    d, words = t.debrief, t.words
    results = d.game.results
    if not results:
        return Markup("")
    n = len(results)
    left = _left(t)
    step = (WIDTH - left - RIGHT) / n
    x = [left + step * (i + 0.5) for i in range(n)]
    falls = list(d.leverage.values())
    values = [v for f in falls for v in (*f.path, *f.path_true)] + [50.0]
    y = Scale(max(min(values) - 3, 0), min(max(values) + 3, 100), TOP + PLOT, TOP)
    bottom = TOP + (PLOT if falls else 0)
    height = bottom + 12 + ROW * len(PAIRS) + 30
    bands = [
        tag("rect", x=left + step * (p.round - 1), y=TOP, width=step, height=height - TOP - 30, class_="band")
        for p in d.turning_points
    ]
    drawn: list[Markup] = []
    if falls:
        for v in nice_steps(y.low, y.high, 4):
            if v != 50:
                drawn += [
                    line(left, y(v), WIDTH - RIGHT, y(v)),
                    label(left - 8, y(v) + 4, words.number(v), anchor="end"),
                ]
        drawn += [
            line(left, y(50), WIDTH - RIGHT, y(50), "even"),
            label(left - 8, y(50) + 4, words("debrief.even"), anchor="end"),
        ]
        ends = apart([y(f.path[-1]) + 4 for f in falls], LINE)
        for f, at in zip(falls, ends, strict=True):
            whole = [left, *x]
            if any(abs(a - b) >= HIDDEN for a, b in zip(f.path, f.path_true, strict=True)):
                drawn.append(
                    path(
                        [(a, y(v)) for a, v in zip(whole, f.path_true, strict=True)],
                        COLOUR[f.partner],
                        dash="1 4",
                        width=1.8,
                    )
                )
            drawn.append(
                path(
                    [(a, y(v)) for a, v in zip(whole, f.path, strict=True)],
                    COLOUR[f.partner],
                    dash=DASH[f.partner],
                )
            )
            said = f"{words(f'mono.{f.partner}')} {words.number(f.path[-1])}"
            drawn.append(
                label(WIDTH - RIGHT - step / 2 + 8, at, said, kind="strong", colour=COLOUR[f.partner])
            )
    rows = [_row(t, a, b, bottom + 12 + ROW * (i + 0.5), x, left) for i, (a, b) in enumerate(PAIRS)]
    every = max(1, -(-n // 10))
    months = [
        label(x[i], height - 16, str(results[i]["round"]), anchor="middle", kind="small")
        for i in range(0, n, every)
    ]
    dates = label(left, height - 2, t.month(results[0]["date"], "short"), kind="small")
    last = label(WIDTH - RIGHT, height - 2, t.month(results[-1]["date"], "short"), anchor="end", kind="small")
    return joined(
        figure(height, sentence(t), bands, drawn, rows, months, dates, last),
        tag(
            "p",
            [
                joined(inline_sign(s, words(f"report.legend_{s}")), " ", words(f"report.legend_{s}"), "  ")
                for s in ("coordinate", "concede", "defect")
            ],
            class_="legend",
        ),
    )


def _left(t: Telling) -> float:
    """Room for the longest label on the left."""
    labels = [t.words("debrief.even")]
    labels += [t.words("debrief.row", a=t.words(f"mono.{a}"), b=t.words(f"mono.{b}")) for a, b in PAIRS]
    return 14 + LETTER * max(map(len, labels))


def _row(t: Telling, a: str, b: str, y: float, x: list[float], left: float) -> Markup:
    partner = ("CAN", "MEX").index(b if a == "USA" else a) if "USA" in (a, b) else None
    size = min(6.0, (x[1] - x[0]) * 0.3) if len(x) > 1 else 6.0
    cells = []
    for i, r in enumerate(t.debrief.game.results):
        stance = str(r["moves"][a]["move"]["stances"][b])
        cells.append(sign(stance, x[i], y - 1, size))
        name = "us_executes" if a == "USA" else "partner_executes"
        if partner is not None and r["facts"].get(name, (False, False))[partner]:
            cells.append(line(x[i] - size - 2, y + size + 3, x[i] + size + 2, y + size + 3, "done"))
    words = t.words
    said = words("debrief.row", a=words(f"mono.{a}"), b=words(f"mono.{b}"))
    return joined(
        line(left, y + ROW / 2, WIDTH - RIGHT, y + ROW / 2),
        label(left - 8, y + 4, said, anchor="end", colour=COLOUR[a]),
        cells,
    )


def sentence(t: Telling) -> str:
    """What the figure shows, in words."""
    words = t.words
    said = [
        words("debrief.path", whom=words.gov(k), start=words.number(f.path[0]), end=words.number(f.path[-1]))
        for k, f in t.debrief.leverage.items()
    ]
    if not said:
        return words("report.fig_replay")
    return words("debrief.paths", n=len(t.debrief.game.results), each=words.list(said))
