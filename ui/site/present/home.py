"""The front page: what this is in one picture, play now, resume, join, and the other doors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ui.site.present import model
from ui.site.present.board import OVERSEAS, TIES
from ui.site.present.frame import frame, link
from ui.site.present.seen import SEATS
from ui.words import Words

LEVELS = ("easy", "medium", "hard")
MODES = ("simple", "full")
PLAYED = {
    "CAN-USA": ("coordinate", "defect"),
    "MEX-USA": ("concede", "coordinate"),
    "CAN-MEX": ("coordinate", "coordinate"),
}
"""Stances of the picture, for illustration."""


def home_page(
    words: Words,
    *,
    scenarios: Sequence[Any],
    tables: Sequence[dict[str, Any]] = (),
    now: float = 0.0,
    default: str = "autumn-2025",
    code: str = "",
    error: str | None = None,
    notice: str | None = None,
) -> dict[str, Any]:
    """``HomePage``. ``tables``: those this browser can go back to (``Lobby.resume``)."""
    page = frame(
        words,
        words("home.headline"),
        words("home.deck"),
        words("home.kicker"),
        foot=[
            link(words, "foot.free"),
            link(words, "foot.ties"),
            link(words, "teachers.link", href="/teachers"),
            link(words, "debrief.open_log", href="/replay"),
        ],
        notice=notice,
    )
    return page | {
        "board": picture(words),
        "play": play(words, scenarios, default),
        "resume_title": words("home.resume"),
        "resume": [resume(words, t, scenarios, now) for t in tables[:4]],
        "join": join_field(words, code, error),
        "how": [
            {"art": a, "title": words(f"home.how_{a}"), "text": words(f"home.how_{a}_text")}
            for a in ("choose", "seal", "reveal")
        ],
        "doors": [
            door(words, "friends"),
            door(words, "lab"),
            door(words, "model") | {"rows": model.home_rows(words)},
            door(words, "install"),
        ],
    }


def door(words: Words, name: str) -> dict[str, Any]:
    """An entry to another page."""
    return {
        "page": name,
        "title": words(f"home.door_{name}"),
        "text": words(f"home.door_{name}_text"),
        "more": words(f"home.door_{name}_more"),
    }


def play(words: Words, scenarios: Sequence[Any], default: str) -> dict[str, Any]:
    """One tap plays; four small choices for those who want them."""
    return {
        "button": words("home.play"),
        "note": words("home.play_note"),
        "more": words("home.play_more"),
        "seats": [{"seat": s, "text": str(words.country(s))} for s in ("CAN", "MEX", "USA")],
        "scenarios": [
            {"id": s.name, "text": s.title.of(words.language), "note": about(s, words)} for s in scenarios
        ],
        "modes": [{"id": m, "text": words(f"mode.{m}")} for m in MODES],
        "levels": [{"id": x, "text": words(f"level.{x}")} for x in LEVELS],
        "legends": {x: words(f"home.legend_{x}") for x in ("seat", "scenario", "mode", "level")},
        "seat": "CAN",
        "scenario": default,
        "mode": "simple",
        "level": "medium",
    }


def about(scenario: Any, words: Words) -> str:
    """What a scenario is about and how hard it is."""
    said = (scenario.summary, scenario.difficulty)
    return " ".join(text.of(words.language) for text in said if text)


def resume(words: Words, table: dict[str, Any], scenarios: Sequence[Any], now: float) -> dict[str, str]:
    """A table to go back to."""
    titles = {s.name: s.title.of(words.language) for s in scenarios}
    who = str(words.country(table["seat"])) if table["seat"] else words("home.watching")
    phase = {"bargaining": "round", "joint_review": "review", "ended": "ended"}[table["phase"]]
    text = words(
        f"home.resume_{phase}",
        round=table["round"],
        of=table["rounds"],
        who=who,
        ago=words.ago(now - table["touched"]),
    )
    return {"room": table["code"], "title": titles.get(table["scenario"], table["scenario"]), "text": text}


def join_field(words: Words, code: str = "", error: str | None = None) -> dict[str, str]:
    """The field for a code."""
    out = {
        "label": words("home.join_label"),
        "placeholder": words("home.join_placeholder"),
        "button": words("home.join"),
        "value": code,
    }
    return out | ({"error": error} if error else {})


def picture(words: Words) -> dict[str, Any]:
    """The board at rest: how much each depends on each."""
    depends = dependence()
    rim = max(depends["CAN-MEX"], depends["MEX-CAN"])
    us = (depends["USA-CAN"] + depends["USA-MEX"]) / 2
    return {
        "sentence": words("home.sentence"),
        "caption": words("home.caption"),
        "nodes": {s: {"mono": words(f"mono.{s}"), "name": str(words.country(s))} for s in SEATS},
        "ties": [
            {
                "key": f"{a}-{b}",
                "depends": (round(depends[f"{a}-{b}"], 1), round(depends[f"{b}-{a}"], 1)),
                "stances": PLAYED[f"{a}-{b}"],
                "tags": [],
                "name": words(
                    "board.tie", a=words.form(f"country.{a}", "the"), b=words.form(f"country.{b}", "the")
                ),
                "more": [],
            }
            for a, b in TIES
        ],
        "notices": [],
        "anchors": [{"id": a, "name": words(f"anchor.{a}"), "share": 0.35} for a in OVERSEAS],
        "exits": [
            {"by": k, "to": a, "crosses": 0, "new": 0}
            for k, a in (("CAN", "asia"), ("CAN", "europe"), ("MEX", "asia"), ("MEX", "others"))
        ],
        "round": 0,
        "rounds": 10,
        "when": "",
        "still": True,
        "labels": {
            "CAN-USA": [_share(words, "CAN", depends), words("home.label_sold")],
            "MEX-USA": [_share(words, "MEX", depends), words("home.label_sold")],
            "CAN-MEX": [words("home.label_rim", x=words.percent(_ceil(rim)))],
            "USA": [words("home.label_us", x=words.percent(us)), words("home.label_us_more")],
        },
    }


def _share(words: Words, k: str, depends: dict[str, float]) -> str:
    return words(
        "home.label_trade", x=words.percent(depends[f"{k}-USA"]), whose=words.form(f"country.{k}", "of")
    )


def _ceil(value: float) -> int:
    """The next whole number above."""
    return int(value) + (value > int(value))


@lru_cache(maxsize=1)
def dependence() -> dict[str, float]:
    """Goods exports to the other, percent of own GDP, in the shipped economy: ``CAN-USA`` is Canada's on the US."""
    from negotiation.economy import load_economy

    economy = load_economy("economy_2023")
    goods = [j for j, s in enumerate(economy.sectors) if s != "SRV"]
    out = {}
    for a in SEATS:
        for b in SEATS:
            if a != b:
                i, n = economy.index(a), economy.index(b)
                out[f"{a}-{b}"] = 100 * float(economy.trade_flow[n, i, goods].sum() / economy.value_added[i])
    return out
