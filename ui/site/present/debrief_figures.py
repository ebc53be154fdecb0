"""The figures of the report on the debrief page: one drawing for both, so that neither can say something else.

A figure is markup made by ``ui.report.markup`` alone, where every text is escaped; see ``Drawn`` in the shapes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ui.report import tables
from ui.report.figures.bargains import left_on_the_table
from ui.report.figures.bars import odds, regret
from ui.report.figures.falls import by_mover
from ui.report.markup import Markup, joined
from ui.report.telling import Telling
from ui.site.present.frame import capital


def figures(t: Telling) -> list[dict[str, Any]]:
    """Everything that can be drawn of what is known."""
    bargain = t.debrief.bargain
    drawn = [
        _figure(t, "regret", regret, capital(t.words("report.fig_regret_note", unit=t.words("report.unit_money")))),
        _figure(t, "bargain", lambda x: joined(left_on_the_table(x), tables.fair_package(x)), _bargain_note(t))
        if bargain
        else None,
        _figure(t, "odds", odds, t.words("report.fig_odds_note")),
        _figure(t, "movers", by_mover, t.words("report.fig_movers_note")) if t.debrief.movers else None,
        _figure(t, "paths", tables.paths, t.words("report.fig_paths_note"), across=True),
        _figure(t, "conduct", tables.conduct, t.words("report.fig_conduct_note"), across=True),
        _figure(t, "income", tables.income, _income_note(t), across=True),
        _figure(t, "firms", tables.firms, "", across=True),
    ]  # fmt: skip
    return [f for f in drawn if f]


def _figure(
    t: Telling, name: str, draw: Callable[[Telling], Markup], note: str, *, across: bool = False
) -> dict[str, Any] | None:
    try:
        html = draw(t)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None  # a log edited by hand; its faults are said at the top
    if not html:
        return None
    out: dict[str, Any] = {"id": name, "title": t.words(f"report.fig_{name}"), "html": str(html)}
    if note:
        out["note"] = note
    if across:
        out["across"] = True
    return out


def _bargain_note(t: Telling) -> str:
    b, words = t.debrief.bargain, t.words
    if b is None:
        return ""
    return words(
        "report.fig_bargain_note",
        unit=words("report.unit_year"),
        n=words.number(b.packages),
        m=words.number(b.agreeable),
    )


def _income_note(t: Telling) -> str:
    played = t.debrief.about.played
    return t.words("report.fig_income_note", when=t.date_of(played) if played else "")
