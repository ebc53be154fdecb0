"""How a player did: a place among computer games in the same seat, scenario, mode and level, fair across seats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negotiation.rooms.score import standing
from ui.words import Words


def standing_of(view: Mapping[str, Any]) -> dict[str, float] | None:
    """Share of computer games that the player's score beats, and of how many; None unless measured."""
    seat = view["you"]
    if seat is None:
        return None
    return standing(view["scenario"], view["mode"], seat, float(view["ending"]["score"][seat]), view["level"])


def verdict(
    words: Words, seat: str, place: Mapping[str, float], score: float, played: float, value: float
) -> dict[str, Any]:
    """``Verdict``. ``score``, ``played``: USD bn; ``value`` of the end: USD bn a year."""
    better = round(100 * place["share"])
    return {
        "title": words("verdict.title"),
        "better": better,
        "text": words.rich(
            "verdict.text",
            share=words.percent(better),
            games=words.number(place["games"]),
            who=words.form(f"country.{seat}", "the"),
        ),
        "score": words("verdict.score", score=words.money_signed(score), played=words.money_signed(played)),
        "regret": words("verdict.value", value=words("figure.a_year", money=words.money_signed(value))),
        "sentence": words("verdict.sentence", n=better),
    }
