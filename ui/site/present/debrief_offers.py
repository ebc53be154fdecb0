"""What can be taken home from a debrief: the report in three languages, a page for each seat, the data, the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from ui.site.present.seen import SEATS
from ui.words import LANGUAGES, Words

DATA = ("data-csv.zip", "data-parquet.zip", "data.json", "codebook.csv", "game.jsonl")


def offers(words: Words, base: str, wishes: Sequence[str], *, pdf: bool) -> list[dict[str, Any]]:
    """Groups of links. ``base``: address of the files; ``pdf``: whether this server can print."""
    asked = "?if=" + quote("~".join(wishes), safe=":,;=~") if wishes else ""
    pages = ("html", "pdf") if pdf else ("html",)
    report = [
        {
            "text": words("offer.page", what=language.name, kind=kind.upper()),
            "href": f"{base}/report-{language.code}.{kind}{asked}",
        }
        for language in LANGUAGES.values()
        for kind in pages
    ]
    handouts = [
        {
            "text": words("offer.page", what=words.gov(seat), kind=kind.upper()),
            "href": f"{base}/handout-{seat}-{words.language}.{kind}{asked}",
        }
        for seat in SEATS
        for kind in pages
    ]
    data = [{"text": words(f"offer.{_key(name)}"), "href": f"{base}/{name}{asked}"} for name in DATA]
    groups = [
        {"title": words("offer.report"), "links": report},
        {"title": words("offer.handouts"), "links": handouts},
        {"title": words("offer.data"), "links": data},
    ]
    if not pdf:
        groups[0]["note"] = words("offer.no_pdf")
    return groups


def _key(name: str) -> str:
    return {
        "data-csv.zip": "csv",
        "data-parquet.zip": "parquet",
        "data.json": "json",
        "codebook.csv": "codebook",
        "game.jsonl": "log",
    }[name]
