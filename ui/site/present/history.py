"""What really happened beside the game: the public record matched with the rounds by month."""

from __future__ import annotations

from typing import Any

from ui.report.telling import Telling
from ui.site.present.frame import capital


def history(t: Telling) -> dict[str, Any]:
    """Rows of the debrief: a month, this game, the world."""
    words, about = t.words, t.debrief.about
    last = max(about.dates, default="")
    rows = []
    for fact in t.debrief.history:
        here: Any = ""
        if fact.round is not None:
            facts = t.facts(fact.round)
            here = facts[0].sentence(words) if facts else ""
        elif fact.is_end and about.outcome:
            here = words.rich("history.end", outcome=capital(words(f"outcome.{about.outcome}")))
        elif fact.month > last and about.complete:
            here = words("history.after")
        rows.append(
            {
                "when": t.month(fact.month, "short"),
                "there": fact.text.get(words.language, fact.text["en"]),
                "source": words("history.source", source=fact.source, grade=words(f"grade.{fact.grade}")),
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
