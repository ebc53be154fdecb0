"""A class on one screen: every table's path, how they ended, and what computers usually make of it."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Any

from negotiation.rooms.score import standing
from ui.site.present.frame import frame
from ui.site.present.host import PARTNERS, SEATS, mast
from ui.words import Words

OUTCOMES = ("EXT", "COND", "SPLIT", "ANN", "WD")


def class_debrief_page(summary: dict[str, Any], config: Any, words: Words) -> dict[str, Any]:
    """``ClassDebriefPage``. Tables that play are shown as far as they are."""
    tables = [t for t in summary["tables"] if t["started"]]
    ended = [t for t in tables if t["ending"]]
    page = frame(
        words,
        words("host.debrief_headline", n=len(tables)),
        words("host.debrief_deck", ended=len(ended), of=len(tables)),
        words("host.debrief_kicker", code=summary["code"]),
        title=words("host.debrief_title"),
        mast=mast(words, summary, "debrief"),
    )
    counts = Counter(t["ending"]["outcome"] for t in ended)
    code = summary["code"]
    return page | {
        "texts": {
            name: words.pattern(f"host.{name}")
            for name in [
                "ends_title",
                "rows_title",
                "table_word",
                "outcome_word",
                "cables_word",
                "better_than",
                "downloads",
                "even_mark",
            ]
        },
        "charts": [_chart(k, tables, words) for k in PARTNERS],
        "ends": [
            {
                "outcome": o,
                "text": words(f"outcome.{o}"),
                "n": counts.get(o, 0),
                "usual": _usual(o, tables, words),
            }
            for o in OUTCOMES
        ],
        "rows": [_row(t, config, words) for t in tables],
        "seats": [{"id": s, "text": str(words.country(s))} for s in SEATS],
        "downloads": [
            {"text": words(f"host.download_{kind}"), "href": f"/class/{code}/export.{kind}"}
            for kind in ("csv", "json", "parquet", "codebook")
        ],
        "note": words("host.debrief_note"),
    }


def _chart(k: str, tables: list[dict[str, Any]], words: Words) -> dict[str, Any]:
    paths = [{"number": t["number"], "values": [round(v, 1) for v in t["leverage"][k]]} for t in tables]
    longest = max((len(p["values"]) for p in paths), default=0)
    middle = [round(median(p["values"][i] for p in paths if len(p["values"]) > i), 1) for i in range(longest)]
    title = words("host.leverage_over", who=words.gov(k))
    last = [p["values"][-1] for p in paths if p["values"]]
    told = (
        words("host.chart_sentence", low=round(min(last)), high=round(max(last)), mid=round(middle[-1]))
        if last
        else ""
    )
    return {"title": title, "seat": k, "paths": paths, "median": middle, "sentence": f"{title}. {told}"}


def _usual(outcome: str, tables: list[dict[str, Any]], words: Words) -> str:
    """The mean of the odds that stood before the draw, over the tables that have ended."""
    odds = [t["ending"]["odds"][outcome] for t in tables if t["ending"] and "odds" in t["ending"]]
    return words("host.odds_before", n=round(100 * sum(odds) / len(odds))) if odds else ""


def _row(table: dict[str, Any], config: Any, words: Words) -> dict[str, Any]:
    ending = table["ending"]
    scores: dict[str, str] = {}
    shares: dict[str, int | None] = {}
    for s in SEATS if ending else ():
        score = float(ending["score"][s])
        found = standing(config.scenario, config.mode, s, score, config.level)
        scores[s] = words.money_signed(score)
        shares[s] = None if found is None else int(100 * found["share"])
    return {
        "number": table["number"],
        "outcome": words(f"outcome.{ending['outcome']}") if ending else words("host.still_playing"),
        "scores": scores,
        "shares": shares,
        "cables": table["cables"],
    }
