"""Events from outside the table: which happen in a round, and what they do to the position."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from negotiation.game.position import BELIEFS, Position

Array = np.ndarray
PAIR = ("CAN", "MEX")


def drawn_events(
    scenario: Any, date: str, months: int, happened: Collection[str], rng: np.random.Generator
) -> list[Any]:
    """Events of a round that starts in ``date`` (YYYY-MM) and lasts ``months``.

    A dated event is due in the round that holds its month, a drawn one in every round that reaches into its window.
    One number is drawn per event of the scenario whether or not it may happen now, so that adding a
    dated event leaves the other draws alone.
    """
    draws = rng.random(len(scenario.events))
    first = _month(date)
    out = []
    for event, draw in zip(scenario.events, draws, strict=True):
        if not scenario.switches.get(event.system, True) or (event.once and event.id in happened):
            continue
        if event.date is not None:
            due = first <= _month(event.date) < first + months and draw < event.probability
        else:
            opens, closes = map(_month, event.window or (date, date))
            due = opens < first + months and first <= closes and draw < event.probability
        if due:
            out.append(event)
    return out


def after_event(pos: Position, event: Any) -> Position:
    """The position after an event's effects (trade costs are kept by the model)."""
    effects = event.effects
    if effects.us_rung_cap is not None:
        cap = np.minimum(pos.us_rung_cap, effects.us_rung_cap)
        pos = replace(pos, us_rung_cap=cap, us_rung=np.minimum(pos.us_rung, cap))
    if effects.us_rung_at_most is not None:
        pos = replace(pos, us_rung=np.minimum(pos.us_rung, effects.us_rung_at_most))
    for field in ("us_notice", "partner_notice"):
        told = getattr(effects, field)
        if told:
            now = getattr(pos, field)
            given = np.array([told.get(k, bool(now[i])) for i, k in enumerate(PAIR)])
            pos = (
                replace(pos, us_notice=given) if field == "us_notice" else replace(pos, partner_notice=given)
            )
    if effects.belief:
        evidence = pos.evidence.copy()
        for shift in effects.belief:
            for name in (shift.belief, shift.belief + "_seen"):
                if name in BELIEFS:
                    which = [0, 1] if shift.partner == "both" else [PAIR.index(shift.partner)]
                    evidence[BELIEFS.index(name), which] += (shift.for_, shift.against)
        pos = replace(pos, evidence=evidence)
    if effects.volatility:
        pos = replace(pos, volatility=np.clip(pos.volatility + effects.volatility, 0.0, 1.0))
    if effects.corridor:
        pos = replace(
            pos,
            corridor=np.clip(pos.corridor + effects.corridor, 0.0, 1.0),
            corridor_overseas=np.clip(pos.corridor_overseas + effects.corridor, 0.0, 1.0),
        )
    return pos


def trade_cost_after(hat: Array, event: Any, regions: tuple[str, ...], sectors: tuple[str, ...]) -> Array:
    """(importer, exporter, sector) outside trade costs after an event."""
    if not event.effects.trade_cost:
        return hat
    hat = hat.copy()
    for shift in event.effects.trade_cost:
        which = [
            s
            for s in range(len(sectors))
            if (sectors[s] != "SRV" if shift.sector == "goods" else sectors[s] == shift.sector)
        ]
        hat[regions.index(shift.importer), regions.index(shift.exporter), which] *= shift.hat
    return hat


def _month(date: str) -> int:
    year, month = date.split("-")
    return int(year) * 12 + int(month)
