"""A resolved round, and a position, as one viewer may know them before the debrief.

A list of what may pass, not of what must be held back: whatever the model adds to its results stays secret
until it is named here. Who knows what:

* everybody: what was done in the open, and every consequence anybody could measure (tariffs, trade, prices,
firms);
  leverage, odds and the front **as Washington can know them**;
* Canada and Mexico: besides, what they arrange between themselves;
* Washington: a quiet stance only if its watchers noticed it; an observer: never;
* a seat: its own payoff with its parts, its own preview.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negotiation.game.position import Position
from negotiation.terms import PARTNERS, Country

FOR_ALL = (
    "round", "date", "months", "events", "granted", "odds", "leverage", "beliefs", "income", "output", "ties",
    "hub_index", "tariffs", "firms",
)  # fmt: skip
"""Fields of a result that everybody may read."""
FOR_PARTNERS = ("quiet", "leverage_true", "odds_true")
FACTS_FOR_ALL = (
    "us_executes", "partner_executes", "us_relief", "partner_relief", "front_fires",
    "partner_grants", "us_grants", "joint_item",
)  # fmt: skip
FACTS_FOR_PARTNERS = ("separate_talks", "breaker_bonus", "promise_called", "favour")
"""Facts from which a quiet stance could be read."""


def round_seen(result: Mapping[str, Any], viewer: Country | None) -> dict[str, Any]:
    """A resolved round as a seat (or an observer, None) saw it."""
    out = {name: result[name] for name in FOR_ALL if name in result}
    partner = viewer in PARTNERS
    facts = FACTS_FOR_ALL + (FACTS_FOR_PARTNERS if partner else ())
    out["facts"] = {name: result["facts"][name] for name in facts if name in result["facts"]}
    out["moves"] = {
        seat: _move_seen(seat, choice, viewer, result) for seat, choice in result["moves"].items()
    }
    out |= _commitment(result, partner)
    if partner:
        out |= {name: result[name] for name in FOR_PARTNERS if name in result}
    if viewer is not None:
        out["payoff"] = result["payoff"][str(viewer)]
        if "payoff_parts" in result:  # older logs have none
            out["payoff_parts"] = result["payoff_parts"][str(viewer)]
    return out


def opening_seen(opening: Mapping[str, Any], viewer: Country | None) -> dict[str, Any]:
    """The read-outs before the first round."""
    partner = viewer in PARTNERS
    out = {name: opening[name] for name in FOR_ALL if name in opening} | _commitment(opening, partner)
    return out | ({name: opening[name] for name in FOR_PARTNERS if name in opening} if partner else {})


def position_seen(position: Mapping[str, Any], viewer: Country | None) -> dict[str, Any]:
    """The position as a seat knows it; an observer knows what Washington knows."""
    if viewer in PARTNERS:
        return dict(position)
    return Position.from_dict(dict(position)).as_washington_sees_it().to_dict()


def _commitment(readouts: Mapping[str, Any], partner: bool) -> dict[str, Any]:
    if "commitment" not in readouts:
        return {}
    return {
        "commitment": dict(readouts["commitment"]) if partner else {"seen": readouts["commitment"]["seen"]}
    }


def _move_seen(
    seat: str, choice: Mapping[str, Any], viewer: Country | None, result: Mapping[str, Any]
) -> dict[str, Any]:
    """One seat's opened envelope: stances, measures and reasons toward each other seat, None where unseen.

    What a computer expected of its nine options goes with its stances: it is shown where both are.
    """
    move = choice["move"]
    shown = {c: _is_seen(seat, c, move, viewer, result) for c in move["stances"]}
    measures, reasons = move.get("measures") or {}, choice.get("reasons") or {}
    out: dict[str, Any] = {
        "stances": {c: stance if shown[c] else None for c, stance in move["stances"].items()},
        "measures": {c: m for c, m in measures.items() if shown.get(c)},
        "reasons": {c: r for c, r in reasons.items() if shown.get(c)},
        "by": choice.get("by"),
    }
    if all(shown.values()) and choice.get("expected"):
        out["expected"] = choice["expected"]
    if seat == viewer:
        out["quiet"] = bool(move.get("quiet"))
        if "preview" in choice:
            out["preview"] = choice["preview"]
    return out


def _is_seen(
    giver: str, toward: str, move: Mapping[str, Any], viewer: Country | None, result: Mapping[str, Any]
) -> bool:
    """Whether a viewer sees the stance of ``giver`` toward ``toward``."""
    between_partners = Country.USA not in (giver, toward)
    if not between_partners or not move.get("quiet") or viewer in PARTNERS:
        return True
    return viewer is Country.USA and bool(result["noticed"])


def everything(result: Mapping[str, Any]) -> dict[str, Any]:
    """A round in the debrief: all of it, with payoffs of all seats."""
    return dict(result)
