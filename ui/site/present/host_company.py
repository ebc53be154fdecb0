"""The company panel beside a table: the own team and its proposals, cables, a raised hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.site.present.seen import SEATS
from ui.site.present.team import mates
from ui.words import Words

SHOWN = 30
"""Cables shown; all are kept for the debrief."""


def company(view: Mapping[str, Any], table: int | None, words: Words) -> dict[str, Any]:
    """``Company`` for the person in a seat; ``table`` is the number the table has on a class's board."""
    own, you = view["own"], view["you"]
    names = [
        "title",
        "write",
        "send",
        "to",
        "team_title",
        "agree",
        "help",
        "help_off",
        "nothing_said",
        "placeholder",
    ]
    out: dict[str, Any] = {
        "texts": {name: words.pattern(f"company.{name}") for name in names},
        "cables": [_cable(c, you, words) for c in view["cables"][-SHOWN:]],
        "targets": [{"id": "", "text": words("company.all")}]
        + [{"id": s, "text": str(words.gov(s))} for s in SEATS if s != you],
        "may_write": bool(view["talk"]),
    }
    if table is not None:
        out["place"] = words("company.place", table=table)
        out["help"] = bool(view["seats"][you]["help"])
    if own.get("team"):
        out["texts"]["team_rule"] = words(f"company.rule_{own['team']['rule']}")
        out["team"] = mates(own, you, words)
    return out


def _cable(cable: Mapping[str, Any], you: str, words: Words) -> dict[str, Any]:
    sender, to = cable["sender"], cable["to"]
    if sender is None:
        who = words("company.from_host")
    elif to is None:
        who = words("company.to_all", who=words.gov(sender))
    else:
        who = words("company.to_one", who=words.gov(sender), whom=words.gov(to))
    return {"who": who, "text": cable["text"], "mine": sender == you}
