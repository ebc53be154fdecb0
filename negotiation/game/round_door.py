"""The door to the compiled round: how a position and the rules are laid out for ``kernel_round``, by name.

Apart from it because numba takes half a second to import: whoever only reads rules does not wait.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from negotiation.game.position import Position

Array = np.ndarray

EVENTS = (
    "us_threat_carried_out",
    "us_threat_bought_off",
    "us_threat_dropped_calm",
    "us_threat_dropped_defiance",
    "us_threat_dropped_paid",
    "us_conceded_to_defector",
    "partner_answer_carried_out",
    "partner_answer_announced",
    "partner_folded",
    "partner_took_it",
    "front_clause_fired",
    "peace_kept",
    "peace_with_concession",
    "breaker_rewarded",
    "us_defected",
    "partner_defected",
    "us_step_executed",
    "partner_step_executed",
    "front_provokes",
    "both_coordinate",
    "coordinated_and_favoured",
    "favour_received",
    "broke_ranks",
    "left_standing",
    "wedge",
    "promise_called",
    "partners_at_peace",
    "partner_defections",
)
"""Events of the evidence table in the order in which the kernel counts them."""
SEEN = ("always", "front", "favour")
"""What Washington notices of an event: all of it, or what it notices of a front or of a favour."""


@cache
def compiled_round() -> ModuleType:
    """The compiled round, imported on first use."""
    from negotiation.game import kernel_round

    return kernel_round


class RoundNumbers(NamedTuple):
    """The numbers of a round; rates of the rules under their blocks' names."""

    pressure: bool
    divide: bool
    front: bool
    issues: bool
    """The last four: S1, S2, S3, S18."""
    partner_top: int
    favours_most: int
    joint_items_most: int
    other_not_hit: float
    while_coordinating: float
    concession_partner: float
    backdown_partner: float
    coordination_partner: float
    concession_us: float
    backdown_us: float
    backdown_us_calm: float
    shock_us: float
    shock_partner: float
    shock_step: float
    volatility_kept: float
    volatility_new: float
    memory: float
    gdp: Array
    rows: Array
    """(rows, 5) of the evidence table: event, belief, for or against, how it is noticed, Washington's copy or -1."""
    weights: Array
    """(rows,) episodes an event counts for."""


def round_numbers_of(book: Any, copies: dict[int, int]) -> RoundNumbers:
    """The numbers of a round in a rulebook. ``copies``: belief row -> row of Washington's copy."""
    rules = book.rules
    w, p, v = rules.wedge, rules.politics, rules.volatility
    rows = [
        [EVENTS.index(event), belief, side, SEEN.index(seen), copies.get(belief, -1)]
        for event, belief, side, _, seen in book.evidence
    ]
    return RoundNumbers(
        pressure=book.on("S1"),
        divide=book.on("S2"),
        front=book.on("S3"),
        issues=book.on("S18"),
        partner_top=int(book.partner_top),
        favours_most=int(rules.favours.most),
        joint_items_most=int(rules.joint_items.most),
        other_not_hit=float(w.other_not_hit),
        while_coordinating=float(w.while_coordinating),
        concession_partner=float(p.concession_cost_partner),
        backdown_partner=float(p.backdown_cost_partner),
        coordination_partner=float(p.coordination_cost_partner),
        concession_us=float(p.concession_cost_us),
        backdown_us=float(p.backdown_cost_us),
        backdown_us_calm=float(p.backdown_cost_us_calm),
        shock_us=float(v.us_defects),
        shock_partner=float(v.partner_defects),
        shock_step=float(v.step_executed),
        volatility_kept=float(v.kept),
        volatility_new=float(v.new),
        memory=float(rules.memory.kept_per_round),
        gdp=np.array(book.gdp, float),
        rows=np.array(rows, np.int64).reshape(-1, 5),
        weights=np.array([weight for _, _, _, weight, _ in book.evidence], float),
    )


def alone(pos: Position, *stances: Array) -> bool:
    """Whether this is one position and one set of moves, without leading axes."""
    return (
        pos.us_rung.ndim == pos.us_notice.ndim == pos.volatility.ndim == 1
        and pos.granted_by_us.ndim == pos.granted_by_partner.ndim == 2
        and pos.evidence.ndim == 3
        and pos.us_rung_cap.ndim == pos.partner_rung.ndim == pos.partner_notice.ndim == 1
        and pos.favours.ndim == pos.joint_items.ndim == 1
        and np.ndim(pos.corridor) == np.ndim(pos.corridor_overseas) == np.ndim(pos.partner_items) == 0
        and all(x.ndim == 1 for x in stances)
    )


def state_of(pos: Position) -> Array:
    """(9, 2) a position's whole numbers: rungs, cap, notices, favours, items, whether anything is left to grant."""
    state = np.empty((9, 2), np.int64)
    state[0], state[1], state[2] = pos.us_rung, pos.partner_rung, pos.us_rung_cap
    state[3], state[4] = pos.us_notice, pos.partner_notice
    state[5], state[6] = pos.favours, pos.joint_items
    state[7] = ~pos.granted_by_us.all(-1)
    state[8] = ~pos.granted_by_partner.all(-1)
    return state
