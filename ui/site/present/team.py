"""People who share a seat: what each has proposed for the round, and what a press on the button does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negotiation.rooms.state import HEAD
from ui.words import Words


def mates(own: Mapping[str, Any], seat: str, words: Words) -> list[dict[str, Any]]:
    """``Mate`` for everybody in the viewer's own seat; ``agree`` where one may propose the same."""
    return [_mate(i, m, own, seat, words) for i, m in enumerate(own["team"]["members"])]


def team_line(own: Mapping[str, Any], seat: str, words: Words) -> dict[str, Any]:
    """``TeamLine``: beside the button, what the team has proposed; ``button`` where a press only proposes."""
    team, me = own["team"], own.get("me")
    seals = team["rule"] == HEAD and me is not None and team["members"][me]["head"]
    out: dict[str, Any] = {"said": [f"{m['name']}: {m['text']}" for m in mates(own, seat, words)]}
    return out if seals else out | {"button": words("company.propose")}


def card_name(seat: str, card: str) -> str:
    """The word catalogue's name of a card of simple mode."""
    return f"{'us' if seat == 'USA' else 'partner'}_{card.replace('-', '_')}"


def _mate(
    index: int, member: Mapping[str, Any], own: Mapping[str, Any], seat: str, words: Words
) -> dict[str, Any]:
    me = own.get("me")
    name = member["name"] or words("host.somebody")
    if index == me:
        name = words("company.you", name=name)
    if member["head"]:
        name = words("company.head", name=name)
    move = member["proposed"]
    if not move:
        return {"name": name, "text": words("company.no_proposal")}
    out: dict[str, Any] = {"name": name, "text": _said(move, own, seat, words)}
    return out if index == me else out | {"agree": index}


def _said(move: Mapping[str, Any], own: Mapping[str, Any], seat: str, words: Words) -> str:
    """A proposed move: by its card, or stance by stance."""
    for card, known in (own.get("cards") or {}).items():
        if known["stances"] == move["stances"]:
            return words(f"card.{card_name(seat, card)}")
    return "; ".join(f"{words.gov(c)}: {words(f'ui.{stance}')}" for c, stance in move["stances"].items())
