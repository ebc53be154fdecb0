"""Pictures of many futures: how they end, and how leverage fans out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negotiation.lab.ensemble_summary import end_states, fan, went_well
from negotiation.lab.named import END, NAME
from negotiation.lab.pictures import ACCENT, DASH, INK, INK_2, INK_3, RULE, SERIF, STYLE
from negotiation.terms import OUTCOMES, PARTNERS


def draw(figures: Mapping[str, Figure], folder: Path) -> list[str]:
    """Write figures as SVG and PNG, their first text as the title for readers that do not see; returns the names."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with mpl.rc_context(STYLE):
        for name, figure in figures.items():
            for kind in ("svg", "png"):
                title = figure.texts[0].get_text() if figure.texts else name
                metadata = {"Title": title} | ({"Date": None} if kind == "svg" else {})
                figure.savefig(folder / f"{name}.{kind}", format=kind, dpi=150, metadata=metadata)
                written.append(f"{name}.{kind}")
    return written


def draw_ensemble(frame: Any, title: str, options: Sequence[str], folder: Path) -> list[str]:
    """End states of each option and, if paths were kept and there is one option, the fan of leverage."""
    good = went_well(frame)
    with mpl.rc_context(STYLE):
        figures = {"ends": ends(good, title, options)}
        if "path_leverage_CAN" in good and len(options) == 1:
            figures["fan"] = fans(good, title)
    return draw(figures, folder)


def ends(good: Any, title: str, options: Sequence[str]) -> Figure:
    """Share of futures in each end state, with intervals, one row of dots per option."""
    blocks = [good] if "option" not in good else [good[good["option"] == n] for n in range(len(options))]
    figure = Figure(figsize=(8.6, 1.9 + 0.34 * len(OUTCOMES) * max(1, 0.62 * len(blocks))))
    axes = figure.add_axes((0.2, 0.17, 0.74, 0.59))
    shades, marks = _shades(len(blocks)), "osD^vP"
    found = [end_states(rows) for rows in blocks]
    for row, end in enumerate(OUTCOMES):
        for number in range(len(blocks)):
            told = found[number][str(end)]
            y = row + (number - (len(blocks) - 1) / 2) * 0.8 / max(len(blocks), 2)
            axes.plot([100 * told["low"], 100 * told["high"]], [y, y], color=shades[number], lw=2.4)
            axes.plot(
                [100 * told["share"]], [y], marks[number % 6], color=shades[number], ms=6.5, clip_on=False
            )
            axes.text(
                100 * told["high"] + 1.2,
                y,
                f"{100 * told['share']:.0f} %",
                va="center",
                color=shades[number],
                fontsize=8.5,
            )
    axes.set_yticks(range(len(OUTCOMES)), [END[str(e)] for e in OUTCOMES])
    axes.set_ylim(len(OUTCOMES) - 0.5, -0.5)
    top = max(40, 20 * -(-max(100 * told[e]["high"] for told in found for e in told) // 20))
    ticks = range(0, int(top) + 1, 20)
    axes.set_xlim(0, 1.06 * top)
    axes.set_xticks(list(ticks), [f"{t} %" if t == top else str(t) for t in ticks])
    _bare(axes, "x")
    figure.text(0.03, 0.93, _finding(found), fontsize=14.5, va="center", **SERIF)
    runs = f"{len(blocks[0]):,} futures" + (f", {len(blocks)} options in each" if len(blocks) > 1 else "")
    figure.text(0.03, 0.845, f"{title}: {runs}. Bars: 95 % intervals.", color=INK_2, va="center")
    for number, option in enumerate(options if len(options) > 1 else ()):
        x = 0.03 + number * 0.94 / len(options)
        sign = "●■◆▲▼✚"[number % 6]
        figure.text(x, 0.035, f"{sign} {option}", color=shades[number], fontsize=8.5, weight="bold")
    return figure


def _finding(found: Sequence[Mapping[str, Mapping[str, float]]]) -> str:
    """What the shares of the ends say, as a title."""
    if len(found) > 1:
        spans = {e: [told[e]["share"] for told in found] for e in found[0]}
        widest = max(spans, key=lambda e: max(spans[e]) - min(spans[e]))
        low, high = min(spans[widest]), max(spans[widest])
        return f"Our choice moves {END[widest]} most: {100 * low:.0f} to {100 * high:.0f} %"
    told = found[0]
    first, second = sorted(told, key=lambda e: -told[e]["share"])[:2]
    if told[second]["high"] >= told[first]["share"]:
        text = f"{END[first]} and {END[second]} are the likeliest ends"
    elif told[first]["low"] > 0.5:
        text = f"{END[first]} ends most of these futures"
    else:
        text = f"{END[first]} is the likeliest end"
    return text[:1].upper() + text[1:]


def fans(good: Any, title: str) -> Figure:
    """Leverage over both partners, round by round: median, middle half, ninety percent of futures."""
    figure = Figure(figsize=(9.2, 4.6))
    moved = []
    for n, k in enumerate(map(str, PARTNERS)):
        axes = figure.add_axes((0.08 + 0.46 * n, 0.14, 0.41, 0.60))
        told = fan(good, k)
        x, bands = told["rounds"], list(told["bands"].values())
        half = len(bands) // 2
        moved.append(f"over {NAME[k]} from {bands[half][0]:.0f} to {bands[half][-1]:.0f}")
        for outer in range(half):
            axes.fill_between(
                x, bands[outer], bands[-1 - outer], color=ACCENT[k], alpha=0.16 + 0.14 * outer, lw=0
            )
        axes.plot(x, bands[half], color=ACCENT[k], lw=2.2, ls=DASH[k])
        axes.axhline(50, color=INK_2, lw=1, ls=(0, (1, 2)))
        axes.set_ylim(0, 100)
        axes.set_xlim(0, x[-1])
        axes.set_xticks(x, ["opening", *map(str, x[1:])], fontsize=8.5)
        axes.set_yticks([0, 25, 50, 75, 100], ["0", "25", "even 50", "75", "100"] if n == 0 else [""] * 5)
        _bare(axes, "y")
        axes.set_title(f"over {NAME[k]}", loc="left", color=ACCENT[k], fontsize=10.5, weight="bold")
    figure.text(0.03, 0.93, f"US leverage: {', '.join(moved)}", fontsize=14.5, va="center", **SERIF)
    deck = f"{title}: {len(good):,} futures. Line: median; bands: middle half, nine futures in ten. Rounds."
    figure.text(0.03, 0.865, deck, color=INK_2, va="center")
    return figure


def _shades(count: int) -> list[str]:
    """Ink for one series; for several, shades that belong to no country and no stance, told apart by shape as well."""
    row = [INK, "#0f6f8a", "#b0632b", "#6b5b95", INK_3, "#4f7a28"]
    return [INK] if count == 1 else [row[i % len(row)] for i in range(count)]


def _bare(axes: Axes, grid: str) -> None:
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)
    axes.grid(True, axis="x" if grid == "x" else "y", color=RULE, lw=0.8)
    axes.set_axisbelow(True)
