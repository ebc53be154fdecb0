"""The model's answer to a half-made move: expected leverage, the month, the likeliest replies, odds and prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.site.present.seen import PARTNERS, Seen
from ui.words import Rich, Words, joined

LETTERS = {"C": "coordinate", "N": "concede", "D": "defect"}
ORDER = {"USA": ("CAN", "MEX"), "CAN": ("USA", "MEX"), "MEX": ("USA", "CAN")}
"""Toward whom the two letters of a move are."""


def answer(preview: Mapping[str, Any], ask: int, seen: Seen, words: Words) -> dict[str, Any]:
    """``Answer`` of the table page; ``ask`` echoes the question it answers."""
    bands = {k: _band(preview, k, words) for k in PARTNERS}
    first = (seen.you,) if seen.you in PARTNERS else PARTNERS
    said = [words.rich("answer.leverage", whom=words.gov(k), text=bands[k]["text"]) for k in first]
    month = preview["month"]
    said.append(
        words.rich(
            "answer.month",
            mean=words.money_signed(month["mean"]),
            low=words.money_signed(month["low"]),
            high=words.money_signed(month["high"]),
        )
    )
    out: dict[str, Any] = {
        "ask": ask,
        "summary": joined(*said, by=" "),
        "leverage": bands,
        "lines": [_odds(preview, words), _home(preview, words)],
    }
    if seen.you:
        out["rows"] = _rows(preview, seen, words)
    return out


def _band(preview: Mapping[str, Any], k: str, words: Words) -> dict[str, Any]:
    mean, low, high = (float(preview["leverage"][k][x]) for x in ("mean", "low", "high"))
    text = words(
        "answer.band",
        now=words.number(preview["leverage_now"][k]),
        then=words.number(mean),
        low=words.number(low),
        high=words.number(high),
    )
    return {"expected": round(mean, 1), "low": round(low, 1), "high": round(high, 1), "text": text}


def _rows(preview: Mapping[str, Any], seen: Seen, words: Words) -> dict[str, Rich]:
    """By government: what it will most likely do toward the viewer."""
    out: dict[str, Rich] = {}
    for seat, letters in preview["likeliest"].items():
        toward_you = letters[ORDER[seat].index(str(seen.you))]
        chance = words.chance(float(preview["chance_of_likeliest"][seat]))
        out[seat] = words.rich(f"answer.likely_{LETTERS[toward_you]}", who=words.gov(seat), chance=chance)
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


def _home(preview: Mapping[str, Any], words: Words) -> Rich:
    return words.rich(
        "answer.home",
        prices=words.percent_signed(float(preview["prices_percent"]), 2),
        income=words.percent_signed(float(preview["real_income_percent"]), 2),
    )
