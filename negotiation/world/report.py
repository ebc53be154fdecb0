"""The data of a ``round_resolved`` event: what happened, where it led, what it did, why leverage moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from negotiation.game.breakdown import BLOCKS, leverage_in, why_it_moved
from negotiation.game.commitment import effective_commitment
from negotiation.game.moves import Move
from negotiation.game.payoffs import flow_parts
from negotiation.game.position import Position
from negotiation.game.proposal import open_issues
from negotiation.game.review import hold_review
from negotiation.game.ruling import Ruling
from negotiation.terms import OUTCOMES, PARTNERS, SEATS, Country
from negotiation.world.orders import Orders
from negotiation.world.readouts import (
    average_tariffs,
    dependence,
    economy_readout,
    firms_readout,
    hub_index,
    shipments_readout,
)

SEEN = ("us_executes", "partner_executes")
"""Facts of a ruling that strategies look back at."""
FACTS = (
    "us_executes",
    "partner_executes",
    "separate_talks",
    "us_relief",
    "partner_relief",
    "breaker_bonus",
    "front_fires",
    "promise_called",
    "partner_grants",
    "us_grants",
    "joint_item",
    "favour",
)


def round_report(
    model: Any,
    moves: Mapping[Country, Move],
    choices: Mapping[Country, Mapping[str, Any]],
    ruling: Ruling,
    orders: Orders,
    happened: list[Any],
    before: Position,
    old_table: Any,
) -> dict[str, Any]:
    """Everything about a round that is worth storing; plain data. Of a lean model what seats and firms look back at.

    Secret until the debrief: ``moves`` that were quiet and not ``noticed``, ``position``, ``leverage_true``,
    ``odds_true``, ``commitment.true``.
    """
    now = model.calendar[model.round - 1]
    after = model.position
    months = now.months
    flow = flow_parts(model.table, after, model.book)
    payoff = ruling.one_offs + (flow["income"] + flow["owned"] + flow["doubt"]) * months / 12
    result: dict[str, Any] = {
        "round": model.round,
        "date": now.date,
        "months": months,
        "moves": {str(s): {**choices.get(s, {}), "move": moves[s].to_dict()} for s in SEATS},
        "quiet": orders.quiet,
        "noticed": orders.noticed,
        "facts": {
            name: np.asarray(getattr(ruling, name)).tolist() for name in (SEEN if model.lean else FACTS)
        },
    }
    paid = {str(s): round(float(payoff[i]), 6) for i, s in enumerate(SEATS)}
    if model.lean:
        return result | {"position": {"us_rung": after.us_rung.tolist()}, "payoff": paid}
    result |= {
        "granted": _granted(before, after, model.scenario),
        "events": [{"id": e.id, "kind": e.kind} for e in happened],
        "position": after.to_dict(),
        "payoff": paid,
    }
    parts = {"once": ruling.one_offs, **{name: part * months / 12 for name, part in flow.items()}}
    result["payoff_parts"] = {
        str(s): {name: round(float(part[i]), 6) for name, part in parts.items()} for i, s in enumerate(SEATS)
    }
    result |= seen_by(model, model.table)
    result["leverage"] = _with_change(model, result["leverage"], before, after, old_table)
    if model.last_report is not None:
        lived = model.months_lived
        result["firms"] = firms_readout(
            model.last_report,
            np.sum([r.opened for r in lived], axis=0),
            np.sum([r.closed for r in lived], axis=0),
            np.asarray(model.last_report.strategies),
        )
        goods = [j for j, s in enumerate(model.economy.sectors) if s != "SRV"]
        result["firms"]["shipments"] = shipments_readout(lived, model.seat_regions, goods)
    return result


def _granted(before: Position, after: Position, scenario: Any) -> list[str]:
    """Issues granted in the round."""
    pairs = (
        (before.granted_by_partner, after.granted_by_partner),
        (before.granted_by_us, after.granted_by_us),
    )
    if not any(now is not was and (now & ~was).any() for was, now in pairs):
        return []
    return sorted(set(open_issues(before, scenario)) - set(open_issues(after, scenario)))


def seen_by(model: Any, table: Any) -> dict[str, Any]:
    """Numbers of a position: leverage, odds and commitment (as Washington sees them and true), economies, ties."""
    pos, book, scale = model.position, model.book, model.scale
    seen = leverage_in(table, pos, book, scale, seen=True)
    true = leverage_in(table, pos, book, scale, seen=False)
    now = table.equilibrium(pos.us_rung, pos.partner_rung)
    free = table.equilibrium(np.zeros(2, int), np.zeros(2, int))
    ties = dependence(now, model.seat_regions)
    tariff = table.tariff(pos.us_rung, pos.partner_rung) - model.economy.tariff
    return {
        "leverage": _pair(seen),
        "leverage_true": _pair(true),
        "odds": _odds(hold_review(table, pos.as_washington_sees_it(), book, seen=True).odds),
        "odds_true": _odds(hold_review(table, pos, book).odds),
        "commitment": {
            "seen": _numbers(effective_commitment(pos, book, seen=True)),
            "true": _numbers(effective_commitment(pos, book, seen=False)),
        },
        "beliefs": {name: _numbers(pos.belief(name)) for name in ("threat", "answer", "trust")},
        **economy_readout(
            now,
            free,
            table.real_income(pos.us_rung, pos.partner_rung),
            model.seat_regions,
            book.rules.employment,
        ),
        "ties": ties,
        "hub_index": hub_index(ties),
        "tariffs": average_tariffs(
            tariff, model.economy.trade_flow, model.seat_regions, model.economy.sectors
        ),
    }


def _with_change(
    model: Any, leverage: dict[str, Any], before: Position, after: Position, old_table: Any
) -> dict[str, Any]:
    """Leverage with last value, change and the four parts of the change."""
    book, scale = model.book, model.scale
    was = leverage_in(old_table, before, book, scale, seen=True)
    same_exposure = (
        np.array_equal(before.us_steps, after.us_steps)
        and np.array_equal(before.partner_steps, after.partner_steps)
        and np.array_equal(old_table._outside, model.outside)
        and old_table.book is model.table.book
        and old_table.outside_tariff is model.table.outside_tariff
    )
    mixed: dict[tuple[bool, bool], Any] = {(False, False): old_table, (True, True): model.table}
    if same_exposure:
        mixed |= {(True, False): old_table, (False, True): model.table}
    else:
        mixed |= {
            (True, False): model.table_with(after, old_table.relationship_hat, model.outside),
            (False, True): model.table_with(
                before, model.firms.relationship_hat, old_table._outside, like=old_table
            ),
        }
    parts = why_it_moved(
        lambda exposure, links: mixed[exposure, links], before, after, book, scale, seen=True
    )
    out = {}
    for i, k in enumerate(PARTNERS):
        now = leverage[str(k)]
        out[str(k)] = {
            **now,
            "was": round(float(was.index[i]), 6),
            "change": round(float(now["index"] - was.index[i]), 6),
            "why": {block: round(float(parts[block][i]), 6) for block in BLOCKS},
        }
    return out


def _pair(leverage: Any) -> dict[str, dict[str, float]]:
    return {
        str(k): {
            "index": round(float(leverage.index[i]), 6),
            "transfer": round(float(leverage.transfer[i]), 6),
        }
        for i, k in enumerate(PARTNERS)
    }


def _odds(odds: np.ndarray) -> dict[str, float]:
    return {str(o): round(float(p), 6) for o, p in zip(OUTCOMES, odds, strict=True)}


def _numbers(pair: np.ndarray) -> dict[str, float]:
    return {str(k): round(float(pair[i]), 6) for i, k in enumerate(PARTNERS)}
