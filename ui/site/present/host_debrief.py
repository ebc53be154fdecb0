"""A class on one screen: every table's path, how they ended, what computers make of it, and what to talk about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from negotiation.debrief.classes import ClassPlay, class_questions
from negotiation.debrief.findings import Finding
from negotiation.debrief.reference import Reference
from ui.site.present.frame import capital, frame
from ui.site.present.host import PARTNERS, mast
from ui.site.present.seen import SEATS
from ui.words import Words

OUTCOMES = ("EXT", "COND", "SPLIT", "ANN", "WD")
TEXTS = ("ends_title", "rows_title", "table_word", "outcome_word", "cables_word", "better_than", "downloads",
         "even_mark", "computers_word")  # fmt: skip


def class_debrief_page(summary: dict[str, Any], play: ClassPlay, words: Words) -> dict[str, Any]:
    """``ClassDebriefPage``. Tables that play are shown as far as they are; ``play`` is what has ended."""
    tables = [t for t in summary["tables"] if t["started"]]
    page = frame(
        words,
        words("host.debrief_headline", n=len(tables)),
        words("host.debrief_deck", ended=len(play.tables), of=len(tables)),
        words("host.debrief_kicker", code=summary["code"]),
        title=words("host.debrief_title"),
        mast=mast(words, summary, "debrief"),
    )
    code = summary["code"]
    place = {t["number"]: i for i, t in enumerate(play.tables)}
    return page | {
        "texts": {name: words.pattern(f"host.{name}") for name in TEXTS},
        "charts": [_chart(k, tables, play.reference, words) for k in PARTNERS],
        "questions_title": words("host.questions"),
        "questions": [question(words, q) for q in class_questions(play)],
        "ends": _ends(play, words),
        "strips_title": words("host.strips_title"),
        "strips": [_strip(s, play, words) for s in SEATS if play.shares.get(s)],
        "rows": [_row(t, play, place.get(t["number"]), words) for t in tables],
        "seats": [{"id": s, "text": str(words.country(s))} for s in SEATS],
        "downloads": [
            {"text": words(f"host.download_{kind}"), "href": f"/class/{code}/export.{kind}"}
            for kind in ("csv", "json", "parquet", "codebook")
        ],
        "note": words("host.debrief_note"),
    }


def question(words: Words, q: Finding) -> str:
    """A question in words."""
    values: dict[str, Any] = {}
    for name, value in q.values.items():
        if name == "partner":
            values["whom"] = words.gov(value)
        elif name in ("best", "worst"):
            values[name] = words.country(value)
        elif name in ("outcome", "end_a", "end_b"):
            values[name] = words(f"outcome.{value}")
        elif isinstance(value, float) and q.key == "spread":
            values[name] = words.number(value)
        else:
            values[name] = words.chance(value) if isinstance(value, float) else value
    return capital(words(f"host.class_{q.key}", **values))


def _chart(
    k: str, tables: Sequence[Mapping[str, Any]], reference: Reference | None, words: Words
) -> dict[str, Any]:
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
    out: dict[str, Any] = {
        "title": title,
        "seat": k,
        "paths": paths,
        "median": middle,
        "sentence": f"{title}. {told}",
    }
    if reference is not None:
        out["computers"] = [round(x, 1) for x in reference.quantiles(k)]
        out["sentence"] += " " + words("host.chart_computers", n=reference.games)
    return out


def _ends(play: ClassPlay, words: Words) -> list[dict[str, Any]]:
    """How many tables ended each way; beside it, computers, or else the odds that stood before the draw."""
    counts = Counter(t["ending"]["outcome"] for t in play.tables)
    out = []
    for o in OUTCOMES:
        row = {"outcome": o, "text": words(f"outcome.{o}"), "n": counts.get(o, 0), "usual": ""}
        row["share"] = round(counts.get(o, 0) / max(1, len(play.tables)), 4)
        odds = [t["ending"]["odds"][o] for t in play.tables if "odds" in t["ending"]]
        if play.reference is not None:
            row["computers"] = round(play.reference.odds[o], 4)
            row["usual"] = words("host.usual_computers", n=round(100 * play.reference.odds[o]))
        elif odds:
            row["usual"] = words("host.odds_before", n=round(100 * sum(odds) / len(odds)))
        out.append(row)
    return out


def _strip(seat: str, play: ClassPlay, words: Words) -> dict[str, Any]:
    shares = [round(100 * x, 1) for x in play.shares[seat]]
    mid = median(shares)
    return {
        "seat": seat,
        "text": str(words.country(seat)),
        "values": shares,
        "median": mid,
        "sentence": words(
            "host.strip_sentence",
            who=words.country(seat),
            mid=words.number(mid),
            low=words.number(min(shares)),
            high=words.number(max(shares)),
        ),
    }


def _row(table: Mapping[str, Any], play: ClassPlay, place: int | None, words: Words) -> dict[str, Any]:
    ending = table["ending"]
    scores: dict[str, str] = {}
    shares: dict[str, int | None] = {}
    for s in SEATS if ending else ():
        scores[s] = words.money_signed(float(ending["score"][s]))
        known = play.shares.get(s) if place is not None else None
        shares[s] = int(100 * known[place]) if known and place is not None else None
    out = {
        "number": table["number"],
        "outcome": words(f"outcome.{ending['outcome']}") if ending else words("host.still_playing"),
        "scores": scores,
        "shares": shares,
        "cables": table["cables"],
    }
    if ending:
        out["link"] = {
            "text": words("host.to_debrief", n=table["number"]),
            "href": f"/t/{table['room']}/debrief",
        }
    return out
