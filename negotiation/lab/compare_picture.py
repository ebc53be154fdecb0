"""Two sides in one picture: what B changes against A, for whom, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negotiation.lab.ensemble_pictures import draw
from negotiation.lab.named import END, NAME
from negotiation.lab.pictures import ACCENT, INK, INK_2, INK_3, PAPER, RULE, SERIF, STYLE

PANELS = (
    (
        "US leverage, points",
        (("leverage_CAN", "over Canada", "CAN"), ("leverage_MEX", "over Mexico", "MEX")),
    ),
    ("Score, USD bn", tuple((f"score_{s}", NAME[s], s) for s in ("USA", "CAN", "MEX"))),
    ("Real income, %", tuple((f"real_income_{s}", NAME[s], s) for s in ("USA", "CAN", "MEX"))),
    ("Real wage, %", tuple((f"real_wage_{s}", NAME[s], s) for s in ("USA", "CAN", "MEX"))),
)


def draw_comparison(told: Mapping[str, Any], a: str, b: str, folder: Path) -> list[str]:
    """Write the picture as SVG and PNG; returns the names of the files."""
    with mpl.rc_context(STYLE):
        return draw({"compare": picture(told, a, b)}, folder)


def picture(told: Mapping[str, Any], a: str, b: str) -> Figure:
    """Differences B less A with their intervals; a filled dot where the interval leaves out zero."""
    figure = Figure(figsize=(10.4, 5.6))
    for n, (title, rows) in enumerate(PANELS):
        left, bottom = 0.12 + 0.31 * (n // 2), 0.50 - 0.36 * (n % 2)
        axes = figure.add_axes((left, bottom, 0.165, 0.24))
        values = [(name, ACCENT[c], told["numbers"][key]) for key, name, c in rows if key in told["numbers"]]
        _panel(axes, title, [(name, c, v["difference"], v["low"], v["high"]) for name, c, v in values])
    axes = figure.add_axes((0.81, 0.14, 0.135, 0.60))
    ends = [
        (END[e], INK, 100 * v["difference"], 100 * v["low"], 100 * v["high"]) for e, v in told["ends"].items()
    ]
    _panel(axes, "Ends, points", ends)
    figure.text(0.025, 0.945, finding(told), fontsize=14.5, va="center", **SERIF)
    figure.text(0.025, 0.895, f"A: {a}", color=INK_2, va="center", fontsize=9.5)
    figure.text(0.025, 0.857, f"B: {b}", color=INK_2, va="center", fontsize=9.5)
    small = f"{told['futures']:,} futures lived through by both. Lines: 95 % intervals; ● leaves out zero, ○ does not."
    figure.text(0.025, 0.03, small, color=INK_3, fontsize=8.5)
    return figure


def finding(told: Mapping[str, Any]) -> str:
    """Whose score B raises or lowers beyond chance, as a title."""
    names = {**NAME, "USA": "the United States"}
    scores = {names[s]: told["numbers"].get(f"score_{s}") for s in ("USA", "CAN", "MEX")}
    known = {name: row for name, row in scores.items() if row}
    better = [name for name, row in known.items() if row["low"] > 0]
    worse = [name for name, row in known.items() if row["high"] < 0]
    if not known or all(row["low"] == row["high"] == 0 for row in known.values()):
        return "B changes nobody's score"
    said = [
        f"{word} for {' and '.join(names)}" for word, names in (("better", better), ("worse", worse)) if names
    ]
    if not said:
        return "B cannot be told from A by anybody's score"
    return f"B is {', '.join(said)}" + ("; no more can be told" if len(better + worse) < len(known) else "")


def _panel(axes: Axes, title: str, rows: list[tuple[str, str, float, float, float]]) -> None:
    axes.axvline(0, color=INK_2, lw=1, ls=(0, (1, 2)))
    for y, (_, colour, value, low, high) in enumerate(rows):
        sure = low > 0 or high < 0
        axes.plot([low, high], [y, y], color=colour, lw=2)
        axes.plot([value], [y], "o", color=colour, ms=6.5, mfc=colour if sure else PAPER)
    for y, (_, colour, value, low, high) in enumerate(rows):
        digits = 2 if max(abs(low), abs(high)) < 2 else 1 if max(abs(low), abs(high)) < 20 else 0
        told = f"{value:+.{digits}f}".replace("-", "−")
        axes.text(
            1.03, y, told, color=colour, fontsize=8.5, va="center", transform=axes.get_yaxis_transform()
        )
    axes.set_yticks(range(len(rows)), [row[0] for row in rows], fontsize=8.5)
    for label, row in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_color(row[1])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    reach = max((abs(x) for row in rows for x in row[3:]), default=1.0) * 1.12 or 1.0
    axes.set_xlim(-reach, reach)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=8.5)
    axes.grid(True, axis="x", color=RULE, lw=0.8)
    axes.set_axisbelow(True)
    axes.set_title(title, loc="left", fontsize=9.5, weight="bold")
