"""What a tournament leaves behind: standings, gaps and fingerprints as CSV, and two pictures."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from negotiation.lab.ensemble_pictures import draw
from negotiation.lab.manifest import write_text
from negotiation.lab.named import NAME
from negotiation.lab.pictures import ACCENT, INK_2, INK_3, PAPER, RULE, SERIF, STANCE, STYLE
from negotiation.lab.tournament import Standing
from negotiation.lab.tournament_fingerprint import GIVEN, SEEN, fingerprints, pooled
from negotiation.terms import SEATS, STANCES

CLEAR = 0.05
"""Chance of luck below which a gap counts as clear."""
CONDITIONS = {"first": "opens", "C": "after coordination", "N": "after a concession", "D": "after defection"}


def write_report(title: str, table: Sequence[Standing], frame: Any, folder: Path) -> list[str]:
    """Write ``standings.csv``, ``fingerprints.csv`` and the pictures; returns the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "standings.csv", _csv([asdict(s) for s in table]))
    write_text(folder / "fingerprints.csv", _csv(fingerprints(frame)))
    with mpl.rc_context(STYLE):
        figures = {
            "standings": standings_picture(title, table),
            "fingerprints": fingerprint_picture(title, frame),
        }
    return ["standings.csv", "fingerprints.csv", *draw(figures, folder)]


def standings_picture(title: str, table: Sequence[Standing]) -> Figure:
    """How far each strategy is behind the best of its seat, with its interval; filled dots are clearly behind."""
    longest = max(sum(s.seat == seat for s in table) for seat in map(str, SEATS))
    height = 1.9 + 0.27 * longest
    figure = Figure(figsize=(11.0, height))
    for n, seat in enumerate(map(str, SEATS)):
        rows = [s for s in table if s.seat == seat]
        if rows:
            axes = figure.add_axes((0.145 + 0.325 * n, 0.75 / height, 0.175, (height - 1.95) / height))
            _gaps(axes, rows, seat)
    figure.text(0.025, 1 - 0.35 / height, finding(table), fontsize=14.5, va="center", **SERIF)
    tables = max(s.tables for s in table)
    deck = f"{title}: score behind the best of the seat, USD bn; every strategy at the same {tables} tables."
    figure.text(0.025, 1 - 0.68 / height, deck, color=INK_2, va="center", fontsize=9.5)
    small = "Lines: 95 % intervals. ● clearly behind (p < 0.05 after correction), ○ may be luck, ◆ best mean."
    figure.text(0.025, 0.2 / height, small, color=INK_3, fontsize=8.5)
    return figure


def finding(table: Sequence[Standing]) -> str:
    """Whether one strategy leads wherever it sits, as a title."""
    best = {s.seat: s.strategy for s in table if s.rank == 1}
    if len(set(best.values())) == 1 and len(best) > 1:
        return f"{next(iter(best.values()))} has the best mean in every chair"
    if len(best) == 1:
        seat, name = next(iter(best.items()))
        return f"{name} has the best mean as {NAME[seat]}"
    return "No strategy has the best mean in every chair"


def _gaps(axes: Axes, rows: Sequence[Standing], seat: str) -> None:
    for y, s in enumerate(rows):
        if s.rank == 1:
            axes.plot([0], [y], "D", color=ACCENT[seat], ms=6)
            axes.text(
                0,
                y - 0.52,
                f"{s.score:+.0f} bn".replace("-", "−"),
                color=ACCENT[seat],
                fontsize=8,
                ha="center",
                va="bottom",
                backgroundcolor=PAPER,
            )
            continue
        axes.plot([-s.behind_high, -s.behind_low], [y, y], color=ACCENT[seat], lw=1.8)
        fill = ACCENT[seat] if s.p < CLEAR else PAPER
        axes.plot([-s.behind], [y], "o", color=ACCENT[seat], mfc=fill, ms=5.5)
    axes.axvline(0, color=INK_2, lw=1, ls=(0, (1, 2)), zorder=0)
    axes.set_yticks(range(len(rows)), [s.strategy for s in rows], fontsize=8.5)
    axes.set_ylim(len(rows) - 0.4, -1.4)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=8.5)
    axes.grid(True, axis="x", color=RULE, lw=0.8)
    axes.set_axisbelow(True)
    axes.set_title(NAME[seat], loc="left", color=ACCENT[seat], fontsize=10.5, weight="bold")


def fingerprint_picture(title: str, frame: Any) -> Figure:
    """What each strategy answers to what it saw: one bar per condition, shared among the three stances."""
    found = pooled(frame)
    height = 1.75 + 0.3 * len(found)
    figure = Figure(figsize=(9.6, height))
    axes = figure.add_axes((0.2, 0.62 / height, 0.78, (height - 1.72) / height))
    for y, prints in enumerate(found.values()):
        for x, seen in enumerate(SEEN):
            _bar(axes, x, y, [prints[f"{seen}_{g}"] for g in GIVEN])
    axes.set_xlim(-0.02, len(SEEN))
    axes.set_ylim(len(found) - 0.45, -0.75)
    axes.set_yticks(range(len(found)), list(found), fontsize=8.5)
    axes.set_xticks([])
    for x, seen in enumerate(SEEN):
        axes.text(x, -0.72, CONDITIONS[seen], fontsize=9, weight="bold", va="bottom")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)
    figure.text(0.025, 1 - 0.33 / height, "How strategies answer", fontsize=14.5, va="center", **SERIF)
    deck = f"{title}: share of answers to the other's last stance, all seats together."
    figure.text(0.025, 1 - 0.65 / height, deck, color=INK_2, va="center", fontsize=9.5)
    for n, stance in enumerate(STANCES):
        figure.text(
            0.025 + 0.16 * n,
            0.18 / height,
            f"■ {stance.letter}  {stance.value}",
            color=STANCE[stance.value],
            fontsize=9,
            weight="bold",
        )
    return figure


def _bar(axes: Axes, x: float, y: float, shares: Sequence[float]) -> None:
    """One condition of one strategy; empty where it never arose."""
    left, width = float(x), 0.93
    if shares[0] != shares[0]:
        axes.text(x + width / 2, y, "never arose", ha="center", va="center", fontsize=7.5, color=INK_3)
        return
    for share, stance in zip(shares, STANCES, strict=True):
        if share <= 0:
            continue
        axes.add_patch(
            Rectangle((left, y - 0.36), share * width, 0.72, fc=STANCE[stance.value], ec=PAPER, lw=1)
        )
        if share > 0.12:
            text = f"{stance.letter} {share:.0%}" if share > 0.3 else stance.letter
            axes.text(
                left + share * width / 2, y, text, ha="center", va="center", color="white", fontsize=7.5
            )
        left += share * width


def in_words(table: Sequence[Standing], differ: Mapping[str, float]) -> list[str]:
    """One sentence a seat: who is best, and from whom it cannot be told apart."""
    out = []
    for seat in map(str, SEATS):
        rows = [s for s in table if s.seat == seat]
        if not rows:
            continue
        near = [s.strategy for s in rows[1:] if s.p >= CLEAR]
        apart = f"cannot be told from {_listed(near)}" if near else "is ahead of all others beyond luck"
        luck = f" (that all are alike: p = {differ[seat]:.2g})" if differ[seat] == differ[seat] else ""
        out.append(f"{NAME[seat]}: {rows[0].strategy} has the best mean and {apart}{luck}.")
    return out


def _listed(names: Sequence[str]) -> str:
    if len(names) > 5:
        return f"{', '.join(names[:4])} and {len(names) - 4} others"
    return ", ".join(names)


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(list(rows[0]))
    for row in rows:
        writer.writerow([_cell(v) for v in row.values()])
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if value != value else f"{value:.6g}"
    return value
