"""Two pictures of a game: leverage over time with every stance below it, and the network before and after.

Drawn from the log alone. Countries have a colour and a line pattern, stances a colour and a shape, lines are
labelled where they end. Matplotlib is imported only here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon

from negotiation.game.log import GameState
from negotiation.lab.named import END, NAME
from negotiation.terms import PARTNERS, SEATS

PAPER, INK, INK_2, INK_3, RULE, EDGE = "#faf7f0", "#1d1b17", "#4a463e", "#686356", "#ddd5c4", "#8a8374"
ACCENT = {"USA": "#44518c", "CAN": "#8c1f57", "MEX": "#24745a"}
TINT = {"USA": "#e4e6f1", "CAN": "#f4e1ea", "MEX": "#dcebe4"}
DASH: dict[str, Any] = {"CAN": "solid", "MEX": (0, (4, 1.6))}
STANCE = {"coordinate": "#1f6fb5", "concede": "#b27a00", "defect": "#96220f"}
MARKER = {"coordinate": "o", "concede": "v", "defect": "X"}
SHORT = {"USA": "US", "CAN": "CA", "MEX": "MX"}
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": EDGE,
    "axes.facecolor": PAPER,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "xtick.color": INK_2,
    "ytick.color": INK_2,
    "svg.hashsalt": "negotiation",
}
SERIF: dict[str, Any] = {"family": "DejaVu Serif", "weight": "bold"}
PLACE = {"CAN": (-1.0, 0.95), "MEX": (-1.0, -0.95), "USA": (0.72, 0.0)}
ANCHOR = {"CAN": (0.05, 1.5), "MEX": (0.05, -1.5), "USA": (1.4, 0.22)}
NAMED_AT: dict[str, tuple[float, float, Any]] = {
    "CAN": (0.0, 0.38, "center"),
    "MEX": (0.0, -0.38, "center"),
    "USA": (0.28, -0.2, "left"),
}
RADIUS = 0.24
NETWORK_SIZE = (9.6, 5.9)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_MONTHS = 20
"""Rounds whose months fit side by side under the axis; of more, only some are named."""
WIDTH = 0.017
"""Width of a tie, in units of the drawing, for one percent of GDP."""


def draw_all(state: GameState, folder: Path) -> list[str]:
    """Draw both pictures as SVG and PNG; returns the names of the files."""
    drawn = []
    with mpl.rc_context(STYLE):
        for name, figure in (("leverage", leverage_over_time(state)), ("network", network(state))):
            for kind in ("svg", "png"):
                metadata = {"Date": None} if kind == "svg" else {}
                figure.savefig(folder / f"{name}.{kind}", format=kind, dpi=150, metadata=metadata)
                drawn.append(f"{name}.{kind}")
    return drawn


# -- leverage over time -------------------------------------------------------------------------------


def leverage_over_time(state: GameState) -> Figure:
    """Leverage over both partners, round by round, and the six stances of every round below."""
    started = state.started or {}
    figure = Figure(figsize=(9.2, 6.4))
    top = figure.add_axes((0.12, 0.42, 0.72, 0.40))
    strip = figure.add_axes((0.12, 0.09, 0.72, 0.26), sharex=top)
    opening = started["opening"]["leverage"]
    paths = {
        k: [opening[k]["index"], *(r["leverage"][k]["index"] for r in state.results)]
        for k in map(str, PARTNERS)
    }
    rounds = range(len(state.results) + 1)
    _scale(top, [value for path in paths.values() for value in path], len(state.results))
    ends = _apart({k: path[-1] for k, path in paths.items()}, 0.06 * (top.get_ylim()[1] - top.get_ylim()[0]))
    for k, path in paths.items():
        top.plot(rounds, path, color=ACCENT[k], lw=2.2, ls=DASH[k], solid_capstyle="round")
        top.plot([rounds[-1]], [path[-1]], "o", color=ACCENT[k], ms=6)
        top.annotate(
            f"over {NAME[k]} {path[-1]:.0f}",
            (rounds[-1], ends[k]),
            (9, 0),
            textcoords="offset points",
            color=ACCENT[k],
            weight="bold",
            va="center",
        )
    _months(top, state)
    _stances(strip, state)
    figure.text(0.03, 0.95, _headline(paths), fontsize=14.5, **SERIF)
    figure.text(0.03, 0.925, _deck(state), color=INK_2, fontsize=10, va="top", linespacing=1.35)
    figure.text(
        0.12, 0.834, "Washington's leverage, 0 to 100, as Washington can know it", color=INK_3, fontsize=8.5
    )
    _legend(figure, (0.12, 0.018), "underlined: a step took effect")
    return figure


def _headline(paths: Mapping[str, Sequence[float]]) -> str:
    said, last = [], ""
    for k, path in paths.items():
        change = path[-1] - path[0]
        still = abs(change) < 0.5
        verb = "holds" if still else ("rises" if change > 0 else "falls")
        by = "" if still else f" by {abs(change):.0f}"
        said.append(f"{'' if verb == last else verb}{by} over {NAME[k]}".strip())
        last = verb
    return "US leverage " + " and ".join(said)


def _deck(state: GameState) -> str:
    started = state.started or {}
    seats = ", ".join(f"{NAME[s]} {name}" for s, name in started["seats"].items())
    end = f", ends in {END[state.ending['outcome']]}" if state.ending else ""
    return "\n".join(textwrap.wrap(f"{started['title']}, seed {started['seed']}{end}. {seats}.", 105))


def _scale(axes: Axes, values: Sequence[float], last: int) -> None:
    low, high = min([*values, 50.0]), max([*values, 50.0])
    axes.set_ylim(max(0, 10 * ((low - 4) // 10)), min(100, 10 * ((high + 4) // 10 + 1)))
    axes.set_xlim(-0.4, last + 0.4)
    for tick in axes.get_yticks():
        axes.axhline(tick, color=RULE, lw=0.8, zorder=0)
    axes.axhline(50, color=INK_2, lw=1, ls=(0, (1, 2)))
    axes.set_yticks(
        [t for t in axes.get_yticks() if t != 50 and axes.get_ylim()[0] <= t <= axes.get_ylim()[1]]
    )
    axes.text(-0.55, 50, "even 50", ha="right", va="center", color=INK_2)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)


def _apart(wanted: Mapping[str, float], gap: float) -> dict[str, float]:
    """Heights for two labels that keep a distance."""
    (a, low), (b, high) = sorted(wanted.items(), key=lambda item: item[1])
    short = max(0.0, gap - (high - low)) / 2
    return {a: low - short, b: high + short}


def _months(axes: Axes, state: GameState) -> None:
    dates = [str(r["date"]) for r in state.results]
    every = 1 + len(dates) // MOST_MONTHS
    shown = [
        _month(date, year=number == 0 or dates[number - 1][:4] != date[:4]) if number % every == 0 else ""
        for number, date in enumerate(dates)
    ]
    axes.set_xticks(range(len(dates) + 1), ["start", *shown], fontsize=8.5)


def _month(date: str, *, year: bool) -> str:
    name = MONTHS[int(date[5:7]) - 1]
    return f"{name}\n{date[:4]}" if year else name


def _stances(axes: Axes, state: GameState) -> None:
    pairs = [("USA", "CAN"), ("CAN", "USA"), ("USA", "MEX"), ("MEX", "USA"), ("CAN", "MEX"), ("MEX", "CAN")]
    axes.set_ylim(len(pairs) - 0.4, -0.6)
    for row, (giver, toward) in enumerate(pairs):
        axes.axhline(row + 0.5, color=RULE, lw=0.8, zorder=0)
        axes.text(
            -0.55,
            row,
            f"{SHORT[giver]} to {SHORT[toward]}",
            ha="right",
            va="center",
            color=ACCENT[giver],
            weight="bold",
        )
        for number, result in enumerate(state.results, start=1):
            stance = result["moves"][giver]["move"]["stances"][toward]
            axes.plot(number, row, MARKER[stance], color=STANCE[stance], ms=8, mec="none")
            if _took_effect(result, giver, toward):
                axes.plot([number - 0.2, number + 0.2], [row + 0.38] * 2, color=STANCE["defect"], lw=2)
    axes.set_axis_off()


def _took_effect(result: Mapping[str, Any], giver: str, toward: str) -> bool:
    partners = [str(k) for k in PARTNERS]
    if giver == "USA":
        return bool(result["facts"]["us_executes"][partners.index(toward)])
    return toward == "USA" and bool(result["facts"]["partner_executes"][partners.index(giver)])


def _legend(figure: Figure, at: tuple[float, float], note: str) -> None:
    handles = [
        Line2D([], [], marker=MARKER[s], color="none", mfc=STANCE[s], mec="none", ms=8) for s in STANCE
    ]
    box = figure.legend(
        handles,
        list(STANCE),
        loc="lower left",
        bbox_to_anchor=at,
        ncols=3,
        frameon=False,
        fontsize=8.5,
        handletextpad=0.1,
        columnspacing=1.4,
        borderpad=0,
    )
    for text in box.get_texts():
        text.set_color(INK_2)
    figure.text(at[0] + 0.32, at[1] + 0.0145, note, fontsize=8.5, color=INK_3)


# -- the network --------------------------------------------------------------------------------------


def network(state: GameState) -> Figure:
    """Who depends on whom at the opening and at the end; at the end with the stances of the last round."""
    started, last = state.started or {}, state.results[-1]
    opening = started["opening"]
    figure = Figure(figsize=NETWORK_SIZE)
    panels = [figure.add_axes((0.02 + 0.49 * n, 0.08, 0.47, 0.74)) for n in range(2)]
    _triangle(panels[0], opening["ties"], None, None)
    _triangle(panels[1], last["ties"], opening["ties"], last["moves"])
    dates = started.get("dates") or ["opening"]
    for axes, title in zip(
        panels, (f"Before: {_said(dates[0])}", f"After: end of {_said(last['date'])}"), strict=True
    ):
        axes.set_title(title, loc="left", fontsize=11, pad=6, fontdict=SERIF)
    hub, was = last["hub_index"], opening["hub_index"]
    figure.text(0.03, 0.945, "Who depends on whom", fontsize=14.5, **SERIF)
    deck = "of the partners' trade inside North America ran with the United States"
    figure.text(0.03, 0.902, f"{100 * was:.1f} % {deck}, now {100 * hub:.1f} %.", color=INK_2, fontsize=10)
    _legend(
        figure,
        (0.035, 0.028),
        "A tie is as thick, at each end, as that economy's dependence: goods exports, % of GDP.",
    )
    return figure


def _said(date: str) -> str:
    return _month(date, year=True).replace("\n", " ") if "-" in date else date


def _triangle(
    axes: Axes, ties: Mapping[str, float], before: Mapping[str, float] | None, moves: Mapping[str, Any] | None
) -> None:
    axes.set_xlim(-1.75, 1.85)
    axes.set_ylim(-1.85, 1.85)
    axes.set_aspect("equal")
    axes.set_axis_off()
    for c in map(str, SEATS):
        _overseas(axes, c, ties[f"{c}-overseas"], before[f"{c}-overseas"] if before else None)
    for a, b in (("CAN", "USA"), ("MEX", "USA"), ("CAN", "MEX")):
        _tie(axes, a, b, ties, before, moves)
    for c in map(str, SEATS):
        x, y = PLACE[c]
        axes.add_patch(Circle((x, y), RADIUS, fc=TINT[c], ec=ACCENT[c], lw=2.2, zorder=5))
        axes.text(x, y, SHORT[c], ha="center", va="center", color=ACCENT[c], fontsize=13, zorder=6, **SERIF)
        dx, dy, ha = NAMED_AT[c]
        axes.text(x + dx, y + dy, NAME[c], ha=ha, va="center", fontsize=9.5, weight="bold", zorder=6)


def _tie(
    axes: Axes,
    a: str,
    b: str,
    ties: Mapping[str, float],
    before: Mapping[str, float] | None,
    moves: Mapping[str, Any] | None,
) -> None:
    """A band from a to b, at each end as wide as that economy's dependence and in the colour of its stance."""
    (xa, ya), (xb, yb) = PLACE[a], PLACE[b]
    length = ((xb - xa) ** 2 + (yb - ya) ** 2) ** 0.5
    ux, uy = (xb - xa) / length, (yb - ya) / length
    wide = {a: WIDTH * ties[f"{a}-{b}"], b: WIDTH * ties[f"{b}-{a}"]}
    middle = (wide[a] + wide[b]) / 2
    for c, start, stop in ((a, 0.0, 0.5), (b, 1.0, 0.5)):
        other = b if c == a else a
        stance = moves[c]["move"]["stances"][other] if moves else None
        colour = STANCE[stance] if stance else INK_3
        corners = []
        for t, w, side in ((start, wide[c], 1), (stop, middle, 1), (stop, middle, -1), (start, wide[c], -1)):
            w = max(w, 0.012)
            corners.append(
                (xa + ux * length * t - uy * w / 2 * side, ya + uy * length * t + ux * w / 2 * side)
            )
        axes.add_patch(Polygon(corners, fc=colour, alpha=0.42, lw=0, zorder=2))
        near = 0.24 if c == a else 0.76
        x, y = xa + ux * length * near, ya + uy * length * near
        if stance:
            axes.add_patch(Circle((x, y), 0.1, fc=PAPER, ec=ACCENT[c], lw=1.6, zorder=3))
            axes.plot(x, y, MARKER[stance], color=STANCE[stance], ms=7.5, mec="none", zorder=4)
        dx, dy, ha = _BESIDE[a, b]
        axes.text(
            x + dx,
            y + dy,
            _with_change(ties[f"{c}-{other}"], before[f"{c}-{other}"] if before else None),
            ha=ha,
            va="center",
            fontsize=8.5,
            color=ACCENT[c],
            zorder=6,
        )


_BESIDE: dict[tuple[str, str], tuple[float, float, Any]] = {
    ("CAN", "USA"): (0.18, 0.2, "left"),
    ("MEX", "USA"): (0.18, -0.2, "left"),
    ("CAN", "MEX"): (-0.17, 0.0, "right"),
}
"""Where the number of a tie's end stands: outside the triangle, so that nothing crosses it."""


def _with_change(value: float, was: float | None) -> str:
    text = f"{value:.1f} %"
    if was is not None and abs(value - was) >= 0.05:
        text += f" ({value - was:+.1f})"
    return text


def _overseas(axes: Axes, c: str, value: float, was: float | None) -> None:
    (x, y), (ax, ay) = PLACE[c], ANCHOR[c]
    points = 72 * NETWORK_SIZE[0] * 0.47 / 3.6
    axes.plot(
        [x, ax],
        [y, ay],
        color=EDGE,
        alpha=0.55,
        lw=max(0.6, WIDTH * value * points),
        zorder=1,
        solid_capstyle="butt",
    )
    axes.add_patch(Circle((ax, ay), 0.1, fc=PAPER, ec=EDGE, lw=1, ls=(0, (2, 1.5)), zorder=3))
    axes.text(
        ax + 0.16,
        ay,
        f"overseas\n{_with_change(value, was)}",
        va="center",
        fontsize=8.5,
        color=INK_2,
        zorder=6,
    )


__all__ = ["draw_all", "leverage_over_time", "network"]
