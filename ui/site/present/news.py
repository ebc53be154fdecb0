"""News in plain words: what governments did, what happened outside, what firms, prices and factories did of it."""

from __future__ import annotations

from typing import Any

from ui.site.present.board import firms_moved
from ui.site.present.economy import firm_counts
from ui.site.present.seen import SEATS, Seen
from ui.site.present.told import facts_of, lower
from ui.words import Words

NOTED_OUTPUT = 1.0
"""Change of a sector's output within a round that is worth a line, percentage points."""
NOTED_FIRMS = 5
"""Firms that must have moved for a line about them."""


def news(seen: Seen, words: Words) -> list[dict[str, Any]]:
    """Items of the last round; before the first, the story so far with its sources and the own briefing."""
    if not seen.rounds:
        return _briefing(seen, words) + _story(seen, words)
    number = len(seen.rounds)
    when = words.month(seen.rounds[-1]["date"], "short")
    out = [{"kind": f.kind, "when": when, "text": f.sentence(words)} for f in facts_of(seen, number, words)]
    out += [{"kind": "firms", "when": when, "text": text} for text in _firms(seen, words)]
    out += [{"kind": "market", "when": when, "text": text} for text in _factories(seen, words)]
    if number <= 2 and not seen.told:
        out += _briefing(seen, words)
    return out


def _story(seen: Seen, words: Words) -> list[dict[str, Any]]:
    when = words.month(seen.view["dates"][0], "short") if seen.view["dates"] else ""
    out = []
    for paragraph in seen.scenario.story:
        item: dict[str, Any] = {"kind": "government", "when": when, "text": paragraph.text.of(words.language)}
        if paragraph.kind == "fact" and paragraph.source:
            item["source"] = words("news.source", source=paragraph.source)
        out.append(item)
    return out


def _briefing(seen: Seen, words: Words) -> list[dict[str, Any]]:
    """The private briefing, for its own seat only."""
    briefing = seen.own.get("briefing")
    if not briefing:
        return []
    text = words.rich("news.briefing", text=briefing["private"][words.language])
    return [{"kind": "government", "when": words("news.your_eyes"), "text": text}]


def _firms(seen: Seen, words: Words) -> list[Any]:
    """Certification, exits and new ties among firms."""
    last = seen.rounds[-1]
    if "firms" not in last:
        return []
    out: list[Any] = []
    counts = firm_counts(last, int(seen.scenario.firms.count))
    for k in ("CAN", "MEX"):
        fresh = firms_moved(seen, k)[1]
        if fresh >= NOTED_FIRMS:
            out.append(words.rich("news.firms_left", n=fresh, country=words.form(f"country.{k}", "in")))
    if counts["concede"] >= NOTED_FIRMS:
        out.append(words.rich("news.firms_comply", n=counts["concede"]))
    if counts["coordinate"] >= NOTED_FIRMS:
        out.append(words.rich("news.firms_build", n=counts["coordinate"]))
    return out[:3]


def _factories(seen: Seen, words: Words) -> list[Any]:
    """The sector whose output moved most this round in each country, and prices if they jumped."""
    now, was = seen.rounds[-1], seen.before(len(seen.rounds))
    out: list[Any] = []
    for s in SEATS:
        moved = {x: now["output"][s][x] - was["output"][s][x] for x in now["output"][s] if x != "SRV"}
        sector = max(moved, key=lambda x: abs(moved[x]))
        if abs(moved[sector]) >= NOTED_OUTPUT:
            key = "news.output_up" if moved[sector] > 0 else "news.output_down"
            out.append(
                words.rich(
                    key,
                    country=words.form(f"country.{s}", "in"),
                    sector=lower(words(f"sector.{sector}")),
                    change=words.number(abs(moved[sector]), 1),
                )
            )
    return out
