"""What a sensitivity analysis leaves behind: a table, a picture, a sentence for each number that matters."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negotiation.lab.ensemble_pictures import draw
from negotiation.lab.ensemble_summary import UNITS
from negotiation.lab.manifest import write_text
from negotiation.lab.pictures import ACCENT, INK, INK_2, INK_3, PAPER, RULE, SERIF, STYLE
from negotiation.lab.sensitivity import Driver

MAIN = {"morris": "effect", "sobol": "total"}
"""The measure inputs are ranked by."""
SHOWN = {
    "leverage_CAN": "US leverage over Canada",
    "leverage_MEX": "US leverage over Mexico",
    "odds_EXT": "Odds of extension",
    "real_income_USA": "Real income, United States",
    "real_income_CAN": "Real income, Canada",
    "real_income_MEX": "Real income, Mexico",
}
"""Outputs that are drawn and told, with their titles."""
WHOLE = 110.0
"""Where the scale of shares of variance ends, percent: an estimate beyond is noise."""
ROWS = 6
"""Inputs shown per output."""
CHANCE = "the game's own chance"


def titles_of(study: Any) -> dict[str, str]:
    """Input -> its title in words."""
    scenario = study.scenario
    declared = {**scenario.levers, **scenario.uncertainties}
    return {i.name: declared[i.name].title.en for i in study.inputs} | {"chance": CHANCE}


def ranked(drivers: Sequence[Driver], output: str, method: str) -> list[Driver]:
    """Drivers of one output, the strongest first, chance last."""
    own = [d for d in drivers if d.output == output]
    return sorted(own, key=lambda d: (d.input == "chance", -d.measures.get(MAIN[method], 0.0)))


def write_report(study: Any, drivers: Sequence[Driver], folder: Path) -> list[str]:
    """Write ``METHOD.csv`` and the picture; returns the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / f"{study.method}.csv", table(study, drivers))
    with mpl.rc_context(STYLE):
        drawn = draw({study.method: picture(study, drivers)}, folder)
    return [f"{study.method}.csv", *drawn]


def table(study: Any, drivers: Sequence[Driver]) -> str:
    """All measures as CSV, one row per output and input."""
    titles = titles_of(study)
    ours = {i.name for i in study.inputs if i.ours}
    measures = list(dict.fromkeys(m for d in drivers for m in d.measures))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["output", "unit", "input", "title", "kind", *measures])
    for d in drivers:
        kind = "chance" if d.input == "chance" else "lever" if d.input in ours else "uncertainty"
        values = [f"{d.measures[m]:.6g}" if m in d.measures else "" for m in measures]
        writer.writerow([d.output, UNITS.get(d.output, ""), d.input, titles[d.input], kind, *values])
    return stream.getvalue()


def sentences(study: Any, drivers: Sequence[Driver]) -> list[str]:
    """For each main output, its three strongest inputs in words."""
    titles, out = titles_of(study), []
    for output, name in SHOWN.items():
        inputs = [d for d in ranked(drivers, output, study.method) if d.input != "chance"]
        if not inputs:
            out.append(f"{name}: no input moves it.")
            continue
        found = list(takewhile(lambda d: telling(d, study.method), inputs))[:3]
        if not found:
            more = "--samples" if study.method == "sobol" else "--trajectories"
            out.append(f"{name}: too few games to tell; give more {more}.")
            continue
        said = ", ".join(f"{titles[d.input]} ({_measured(d, study.method, output)})" for d in found)
        out.append(f"{name}: {said}.")
    return out


def telling(d: Driver, method: str) -> bool:
    """Whether a measure is larger than its own interval and, as a share, can be one."""
    value, half = d.measures.get(MAIN[method], 0.0), d.measures.get(f"{MAIN[method]}_conf", 0.0)
    return value > half and (method != "sobol" or value - half <= 1)


def finding(study: Any, drivers: Sequence[Driver]) -> str:
    """Which input comes first most often, as a title."""
    first = []
    shown = [o for o in SHOWN if any(d.output == o for d in drivers)]
    for output in shown:
        own = [d for d in ranked(drivers, output, study.method) if d.input != "chance"]
        if own and telling(own[0], study.method):
            first.append(own[0].input)
    if not first or 2 * len(first) < len(shown):
        return "Too few games to say which assumption drives the answer"
    name = max(dict.fromkeys(first), key=first.count)
    times = first.count(name)
    where = "all" if times == len(shown) else f"{times} of"
    return f"{titles_of(study)[name]}: first in {where} {len(shown)} numbers"


def _measured(d: Driver, method: str, output: str) -> str:
    if method == "sobol":
        return f"{d.measures['total']:.0%} ± {100 * d.measures['total_conf']:.0f}"
    unit = {"0 to 100": "points", "probability": "", "percent": "%"}.get(UNITS[output], UNITS[output])
    scale = 100 if UNITS[output] == "probability" else 1
    unit = "points" if scale == 100 else unit
    return f"{scale * d.measures['effect']:.2g} {unit}"


def picture(study: Any, drivers: Sequence[Driver]) -> Figure:
    """Six panels, one per output: the strongest inputs with their intervals; levers in colour."""
    figure = Figure(figsize=(11.4, 6.6))
    shown = [o for o in SHOWN if any(d.output == o for d in drivers)]
    for n, output in enumerate(shown):
        row, column = divmod(n, 3)
        axes = figure.add_axes((0.165 + 0.325 * column, 0.53 - 0.42 * row, 0.15, 0.28))
        _panel(axes, study, ranked(drivers, output, study.method), output)
    kind = {
        "morris": "Mean change of the number when one input crosses its range (Morris)",
        "sobol": "Share of the number's variance an input has a part in (Sobol, total)",
    }[study.method]
    figure.text(0.025, 0.95, finding(study, drivers), fontsize=14.5, va="center", **SERIF)
    points = f"{len(study.points):,} points, {study.replications} games behind each"
    figure.text(
        0.025, 0.905, f"{study.scenario.title.en}. {kind}; {points}.", color=INK_2, va="center", fontsize=9.5
    )
    figure.text(0.025, 0.03, "■ ours to set", color=ACCENT["USA"], weight="bold", fontsize=8.5)
    figure.text(0.115, 0.03, "● not ours to set", color=INK, weight="bold", fontsize=8.5)
    figure.text(
        0.225,
        0.03,
        f"○ {CHANCE}, or an effect smaller than its interval    lines: 95 % intervals",
        color=INK_3,
        fontsize=8.5,
    )
    return figure


def _panel(axes: Axes, study: Any, found: Sequence[Driver], output: str) -> None:
    chance = [d for d in found if d.input == "chance"]
    rows = [d for d in found if d.input != "chance"][: ROWS - len(chance)] + chance
    ours = {i.name for i in study.inputs if i.ours}
    scale = 100 if study.method == "sobol" or UNITS[output] == "probability" else 1
    main = MAIN[study.method]
    for y, d in enumerate(rows):
        colour = INK_3 if d.input == "chance" else ACCENT["USA"] if d.input in ours else INK
        value, half = scale * d.measures.get(main, 0.0), scale * d.measures.get(f"{main}_conf", 0.0)
        most = WHOLE if study.method == "sobol" else value + half
        axes.plot([max(value - half, 0), min(value + half, most)], [y, y], color=colour, lw=1.8)
        fill = PAPER if d.input == "chance" or not telling(d, study.method) else colour
        mark = "s" if d.input in ours else "o"
        axes.plot([min(value, most)], [y], mark, ms=6, color=colour, mfc=fill, clip_on=False)
        if value > most:
            axes.text(most, y - 0.3, f"{value:.0f}", color=colour, fontsize=7, ha="right", va="bottom")
    titles = titles_of(study)
    axes.set_yticks(range(len(rows)), [_wrapped(titles[d.input]) for d in rows], fontsize=8)
    axes.set_ylim(ROWS - 0.5, -0.6)
    axes.set_xlim(0, WHOLE if study.method == "sobol" else None)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=8)
    axes.grid(True, axis="x", color=RULE, lw=0.8)
    axes.set_axisbelow(True)
    unit = "%" if study.method == "sobol" else {"percent": "%"}.get(UNITS[output], "points")
    axes.set_title(f"{SHOWN[output]} ({unit})", loc="right", fontsize=9.5, weight="bold")


def _wrapped(title: str, width: int = 24) -> str:
    if len(title) <= width:
        return title
    cut = title.rfind(" ", 0, width)
    return title if cut < 0 else f"{title[:cut]}\n{title[cut + 1 :]}"


def document(study: Any, drivers: Sequence[Driver], failed: int) -> Mapping[str, Any]:
    """The analysis as plain data for ``--json``."""
    return {
        "scenario": study.scenario.name,
        "method": study.method,
        "points": len(study.points),
        "replications": study.replications,
        "runs": len(study.points) * study.replications,
        "failed": failed,
        "drivers": [{"output": d.output, "input": d.input, **d.measures} for d in drivers],
    }
