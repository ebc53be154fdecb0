"""The company panel beside a table: the own team and its proposals, cables, a raised hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.site.present.host import SEATS
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
    team = own.get("team")
    if team:
        out["texts"]["team_rule"] = words(f"company.rule_{team['rule']}")
        out["team"] = [_mate(i, m, own.get("me"), words) for i, m in enumerate(team["members"])]
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


def _mate(index: int, member: Mapping[str, Any], me: int | None, words: Words) -> dict[str, Any]:
    name = member["name"] or words("host.somebody")
    if index == me:
        name = words("company.you", name=name)
    if member["head"]:
        name = words("company.head", name=name)
    move = member["proposed"]
    if not move:
        return {"name": name, "text": words("company.no_proposal")}
    said = [f"{words.gov(c)}: {words(f'ui.{stance}')}" for c, stance in move["stances"].items()]
    out: dict[str, Any] = {"name": name, "text": "; ".join(said)}
    return out if index == me else out | {"agree": index}
