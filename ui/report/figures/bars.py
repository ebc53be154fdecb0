"""Regret of each seat round by round, and the odds of the five ends over the game."""

from __future__ import annotations

from ui.report.figures.drawing import COLOUR, LINE, WIDTH, Scale, apart, figure, label, line, nice_steps, path
from ui.report.markup import Markup, tag
from ui.report.telling import Telling

LEFT, RIGHT, PANEL, GAP = 46, 8, 66, 26
LETTER = 7.3
"""Width of a letter of a label, about."""
END_STYLE = {
    "EXT": ("var(--coordinate)", None, 2.2),
    "COND": ("var(--mex)", "8 3", 2.2),
    "SPLIT": ("var(--concede-ink)", "2 3", 2.2),
    "ANN": ("var(--ink-2)", "12 4 2 4", 2.2),
    "WD": ("var(--defect)", None, 2.2),
}
"""Colour and dashes of each end, so that colour alone never has to do."""


def regret(t: Telling) -> Markup:
    """Three panels of bars on one scale."""
    words, told = t.words, t.debrief.regret
    if not told or not any(told.values()):
        return Markup("")
    most = max((max(r.hindsight, r.foresight) for seat in told.values() for r in seat), default=0.0)
    most = max(most, 0.1)
    drawn, top = [], 4.0
    for seat, rounds in told.items():
        y = Scale(0, most, top + LINE + PANEL, top + LINE + 4)
        step = (WIDTH - LEFT - RIGHT) / len(rounds)
        drawn.append(label(0, top + 12, str(words.gov(seat)), kind="strong", colour=COLOUR[seat]))
        for v in nice_steps(0, most, 2):
            drawn += [
                line(LEFT, y(v), WIDTH - RIGHT, y(v)),
                label(LEFT - 6, y(v) + 4, words.short(v), anchor="end", kind="small"),
            ]
        for i, r in enumerate(rounds):
            x, w = LEFT + step * i + step * 0.18, step * 0.64
            drawn.append(
                tag(
                    "rect",
                    x=x,
                    y=y(r.hindsight),
                    width=w,
                    height=y(0) - y(r.hindsight),
                    fill="none",
                    stroke=COLOUR[seat],
                    stroke_width=1.6,
                )
            )
            drawn.append(
                tag(
                    "rect",
                    x=x + w * 0.28,
                    y=y(r.foresight),
                    width=w * 0.44,
                    height=y(0) - y(r.foresight),
                    fill=COLOUR[seat],
                )
            )
            if len(rounds) <= 12 or i % 3 == 0:
                drawn.append(
                    label(x + w / 2, top + LINE + PANEL + 13, str(r.round), anchor="middle", kind="small")
                )
        top += PANEL + GAP + LINE
    worst = [max(seat, key=lambda r: r.hindsight) for seat in told.values() if seat]
    said = "; ".join(f"{words.gov(r.seat)}, {t.month(r.date)}: {words.money(r.hindsight)}" for r in worst)
    return figure(top, f"{words('report.fig_regret')}: {said}", *drawn)


def odds(t: Telling) -> Markup:
    """Five lines from the opening to the last round."""
    words, paths = t.words, t.debrief.end.odds_path
    if len(paths) < 2:
        return Markup("")
    names = {o: f"{words.number(100 * p)} {words(f'outcome.{o}')}" for o, p in paths[-1].items()}
    right, height, top = 20 + LETTER * max(map(len, names.values())), 190, 10
    y = Scale(0, max(max(p.values()) for p in paths) * 1.05, height - 22, top)
    step = (WIDTH - 34 - right) / (len(paths) - 1)
    x = [34 + step * i for i in range(len(paths))]
    drawn = []
    for v in nice_steps(0, y.high, 4):
        drawn += [
            line(34, y(v), WIDTH - right, y(v)),
            label(28, y(v) + 4, words.number(100 * v), anchor="end", kind="small"),
        ]
    ends = list(paths[-1])
    heights = apart([y(paths[-1][o]) + 4 for o in ends], LINE, low=top + 8, high=height - 8)
    for o, at in zip(ends, heights, strict=True):
        colour, dash, width = END_STYLE[o]
        reached = o == t.debrief.about.outcome
        drawn.append(
            path(
                [(a, y(p[o])) for a, p in zip(x, paths, strict=True)],
                colour,
                dash=dash,
                width=width + 1.4 * reached,
            )
        )
        drawn.append(label(WIDTH - right + 8, at, names[o], kind="strong" if reached else "", colour=colour))
    every = max(1, (len(paths) - 1) // 10 + (len(paths) - 1 > 10))
    drawn += [
        label(x[i], height - 6, str(i), anchor="middle", kind="small") for i in range(0, len(paths), every)
    ]
    return figure(height, f"{words('report.fig_odds')}: {t.odds(paths[-1])}", *drawn)
