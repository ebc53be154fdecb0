"""What really happened beside the game: ``configs/history.yaml`` matched with the rounds by month."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ui.site.present.frame import capital
from ui.site.present.seen import Seen
from ui.site.present.told import facts_of
from ui.words import Words


@lru_cache(maxsize=1)
def facts() -> tuple[Mapping[str, Any], ...]:
    """The dated facts, in order."""
    from negotiation.scenario import load_yaml

    return tuple(load_yaml("history.yaml")["facts"])


def history(seen: Seen, ending: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Rows of the debrief: a month, this game, the world."""
    by_month = {r["date"]: n for n, r in enumerate(seen.rounds, start=1)}
    rows = []
    for fact in facts():
        row: dict[str, Any] = {
            "when": words.month(fact["month"], "short"),
            "there": fact["text"][words.language],
            "source": words("history.source", source=fact["source"], grade=words(f"grade.{fact['grade']}")),
        }
        if fact["month"] in by_month:
            row["here"] = facts_of(seen, by_month[fact["month"]], words)[0].sentence(words)
        elif fact.get("end"):
            row["here"] = words.rich("history.end", outcome=capital(words(f"outcome.{ending['outcome']}")))
        elif fact.get("after"):
            row["here"] = words("history.after")
        else:
            continue
        rows.append(row)
    return {
        "title": words("history.title"),
        "here": words("history.here"),
        "there": words("history.there"),
        "rows": rows,
        "note": words("history.note"),
    }
