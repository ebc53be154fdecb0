"""What really happened beside the game: the public record matched with the rounds by month."""

from __future__ import annotations

from typing import Any

from ui.report.telling import Telling


def history(t: Telling) -> dict[str, Any]:
    """Rows of the debrief: a month, this game, the world."""
    words, about = t.words, t.debrief.about
    last = max(about.dates, default="")
    rows = []
    for fact in t.debrief.history:
        here = t.beside(fact)
        if not here and fact.month > last and about.complete:
            here = words("history.after")
        rows.append(
            {
                "when": t.month(fact.month, "short"),
                "there": t.said(fact.text),
                "source": words("report.source", source=fact.source, grade=words(f"grade.{fact.grade}")),
                "here": here,
            }
        )
    return {
        "title": words("history.title"),
        "here": words("history.here"),
        "there": words("history.there"),
        "rows": rows,
        "note": words("history.note"),
    }
