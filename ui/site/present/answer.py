"""The model's answer to a half-made move: expected leverage, the month, the likeliest replies, odds and prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.site.present.seen import PARTNERS, Seen
from ui.words import Rich, Words, joined


def answer(preview: Mapping[str, Any], ask: int, seen: Seen, words: Words) -> dict[str, Any]:
    """``Answer`` of the table page; ``ask`` echoes the question it answers."""
    bands = {k: _band(preview, k, words) for k in PARTNERS}
    first = (seen.you,) if seen.you in PARTNERS else PARTNERS
    said = [words.rich("answer.leverage", whom=words.gov(k), text=bands[k]["text"]) for k in first]
    mean, low, high = (words.money_signed(preview["month"][x]) for x in ("mean", "low", "high"))
    key = "answer.month" if low != high else "answer.month_sure"
    said.append(words.rich(key, mean=mean, low=low, high=high))
    out: dict[str, Any] = {
        "ask": ask,
        "summary": joined(*said, by=" "),
        "leverage": bands,
        "lines": [_odds(preview, words), *_home(preview, words)],
    }
    if seen.you:
        out["rows"] = _rows(preview, words)
    return out


def _band(preview: Mapping[str, Any], k: str, words: Words) -> dict[str, Any]:
    mean, low, high = (float(preview["leverage"][k][x]) for x in ("mean", "low", "high"))
    now, then, least, most = (words.number(x) for x in (preview["leverage_now"][k], mean, low, high))
    key = "band" if least != most else "point" if now != then else "same"
    text = words(f"answer.{key}", now=now, then=then, low=least, high=most)
    return {"expected": round(mean, 1), "low": round(low, 1), "high": round(high, 1), "text": text}


def _rows(preview: Mapping[str, Any], words: Words) -> dict[str, Rich]:
    """By government: what it will most likely do toward the viewer."""
    out: dict[str, Rich] = {}
    for seat, reply in preview["likeliest"].items():
        chance = words.chance(float(reply["chance"]))
        out[seat] = words.rich(f"answer.likely_{reply['stance']}", who=words.gov(seat), chance=chance)
    return out


def _odds(preview: Mapping[str, Any], words: Words) -> Rich:
    """The review if it were held in the position expected."""
    now, then = preview["odds_now"], preview["odds"]
    said = [
        words(
            "answer.odd",
            outcome=words(f"outcome.{o}"),
            now=words.number(100 * now[o]),
            then=words.number(100 * then[o]),
        )
        for o in ("EXT", "COND", "ANN")
    ]
    return words.rich("answer.odds", odds=", ".join(said))


def _home(preview: Mapping[str, Any], words: Words) -> list[Rich]:
    """Prices and income at home; nothing where neither would move by a printed digit."""
    prices, income = (round(float(preview[k]), 2) for k in ("prices_percent", "real_income_percent"))
    if not prices and not income:
        return []
    signed = words.percent_signed
    return [words.rich("answer.home", prices=signed(prices, 2), income=signed(income, 2))]
