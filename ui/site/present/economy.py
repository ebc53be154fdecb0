"""What firms are doing, and three economies: real income and real wages side by side, prices, jobs, output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.site.present.frame import link
from ui.site.present.seen import SEATS, Seen
from ui.words import Words

FIRM_STANCES = ("coordinate", "concede", "defect", "hold")
MARK = 100
"""Firms one mark of the strip stands for."""


def firms(seen: Seen, words: Words) -> dict[str, Any]:
    """The strip: how many firms build, comply, leave or hold, and the change since last month."""
    count = int(seen.scenario.firms.count)
    now = firm_counts(seen.last, count)
    was = firm_counts(seen.rounds[-2], count) if len(seen.rounds) > 1 else None
    total = sum(now.values()) or 1
    rows = []
    for stance in FIRM_STANCES:
        moved = now[stance] - was[stance] if was else 0
        rows.append(
            {
                "stance": stance,
                "label": words(f"firms.{stance}"),
                "count": now[stance],
                "share": round(now[stance] / total, 4),
                "change": moved,
                "text": words.number(now[stance]),
                "change_text": words.signed(moved) if was else "",
            }
        )
    values = {s: words.number(now[s]) for s in FIRM_STANCES}
    key = "firms.sentence" if seen.rounds else "firms.sentence_first"
    return {
        "title": words("firms.title", n=total),
        "note": words("firms.note", n=MARK),
        "rows": rows,
        "sentence": words(key, total=words.number(total), **values),
    }


def firm_counts(result: Mapping[str, Any] | None, count: int) -> dict[str, int]:
    """Firms of all three countries by what they did in a round; before the first all hold."""
    if result is None or "firms" not in result:
        return {"coordinate": 0, "concede": 0, "defect": 0, "hold": count}
    by_country = result["firms"]["strategies"].values()
    return {s: sum(int(c[s]) for c in by_country) for s in FIRM_STANCES}


def economy(seen: Seen, words: Words) -> dict[str, Any]:
    """The panel under the board."""
    now = seen.now
    countries = [_country(s, now["income"][s], words) for s in SEATS]
    return {
        "title": words("economy.title"),
        "note": words("economy.note"),
        "how": link(words, "link.how_computed", "model"),
        "countries": countries,
        "sectors": [
            {
                "sector": sector,
                "name": words(f"sector.{sector}"),
                "output": {s: _percent(now["output"][s][sector], words) for s in SEATS},
            }
            for sector in now["output"]["USA"]
        ],
        "sentence": words(
            "economy.sentence",
            usa=countries[0]["income"]["text"],
            can=countries[1]["income"]["text"],
            mex=countries[2]["income"]["text"],
            usa_wage=countries[0]["wage"]["text"],
            can_wage=countries[1]["wage"]["text"],
            mex_wage=countries[2]["wage"]["text"],
        ),
    }


def _country(seat: str, row: Mapping[str, float], words: Words) -> dict[str, Any]:
    jobs = float(row["jobs_at_risk_thousand"])
    return {
        "seat": seat,
        "name": str(words.country(seat)),
        "income": _percent(row["real_income_percent"], words, 2),
        "wage": _percent(row["real_wage_percent"], words, 2),
        "money": words.money_signed(float(row["real_income_usd"])),
        "prices": _percent(row["prices_percent"], words, 2),
        "jobs": {"value": round(jobs, 1), "text": jobs_text(jobs, words)},
    }


def jobs_text(thousands: float, words: Words) -> str:
    """Jobs, rounded to what the model can know: hundreds below ten thousand, thousands above."""
    digits = -2 if thousands < 10 else -3
    return words.number(round(thousands * 1000, digits))


def _percent(value: float, words: Words, digits: int = 1) -> dict[str, Any]:
    return {"value": round(float(value), 3), "text": words.percent_signed(float(value), digits)}
