"""What happens in a round: stances in, facts out. The rule text stands in the package's README.

All arrays end in the partner axis (CAN, MEX). ``u`` is Washington's stance toward k, ``v`` is k's stance
toward Washington, ``c`` is k's stance toward the other partner; stances are coded 0 coordinate, 1 concede,
2 defect. ``other(x)`` is the same fact about the other partner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from negotiation.game.commitment import effective_commitment
from negotiation.game.position import Position
from negotiation.game.pressure import alike, same_to_both
from negotiation.game.round_door import EVENTS, alone, compiled_round, state_of
from negotiation.game.rulebook import Rulebook

Array = np.ndarray
C, N, D = 0, 1, 2


class Counted(NamedTuple):
    """A round of one position as the compiled rules read and counted it."""

    pos: Position
    state: Array
    """(9, 2), ``round_door.state_of``."""
    told: Array
    """(3, 2) stances u, v, c that have means."""
    facts: Array
    """(12, 2) in the order of ``Ruling``."""
    episodes: Array
    """(EVENTS, 2) how much of each event of the evidence table happened."""


@dataclass(frozen=True)
class Ruling:
    """The facts of one round, each (..., 2)."""

    u: Array
    v: Array
    c: Array
    us_executes: Array
    """Washington's announced step on k takes effect."""
    partner_executes: Array
    """k's announced step takes effect."""
    separate_talks: Array
    """k talks alone: the US step on k is suspended this round."""
    us_relief: Array
    """Rungs taken off by Washington (0, 1 or 2)."""
    partner_relief: Array
    """Rungs taken off by k (0 or 1)."""
    breaker_bonus: Array
    front_fires: Array
    """k answers at once because the other partner alone was hit and its commitment is armed."""
    promise_called: Array
    """The same situation, but k does not answer."""
    partner_grants: Array
    us_grants: Array
    joint_item: Array
    favour: Array
    """k does the other partner a favour."""
    evidence: dict[str, Array]
    """Event of the evidence table -> how much of it happened."""
    one_offs: Array
    """(..., 3) costs and gains of the moment to USA, CAN, MEX, USD bn."""
    counted: Counted | None = None
    """What the compiled round counted, where one position was ruled on."""


def other(x: Array) -> Array:
    """The same fact about the other partner."""
    return x[..., ::-1]


def effective_stances(
    pos: Position, u: Array, v: Array, c: Array, book: Rulebook
) -> tuple[Array, Array, Array]:
    """Stances that have means: a concession with nothing left to grant counts as coordination, and so does
    defecting on Washington or by it where there is no pressure (S1 off)."""
    issues = book.on("S18")
    u = same_to_both(u, book)
    u = np.where((u == N) & (pos.granted_by_us.all(-1) | (not issues)), C, u)
    v = np.where((v == N) & (pos.granted_by_partner.all(-1) | (not issues)), C, v)
    c = np.where((c == N) & (pos.favours >= book.rules.favours.most), C, c)
    if not book.on("S1"):  # no instrument of pressure, and nothing to answer
        u, v = np.where(u == D, C, u), np.where(v == D, C, v)
    return u, v, c


def rule_on(
    pos: Position, u: Array, v: Array, c: Array, book: Rulebook, front_acts: Array | None = None
) -> Ruling:
    """The facts of a round in ``pos`` when these stances are revealed.

    ``front_acts`` (..., 2) says whether k answers for the other partner if it comes to that; by default it does
    if its commitment is at least ``rules.commitment.arms_at`` (in play the cost-of-joining rule draws it).
    """
    if front_acts is None:
        front_acts = effective_commitment(pos, book, seen=False) >= book.rules.commitment.arms_at
    if alone(pos, u, v, c, front_acts):
        return _ruled_alone(pos, u, v, c, book, front_acts)
    return rule_in_arrays(pos, u, v, c, book, front_acts)


def _ruled_alone(pos: Position, u: Array, v: Array, c: Array, book: Rulebook, acts: Array) -> Ruling:
    """The same for one position, compiled."""
    stances, joins, state = np.empty((3, 2), np.int64), np.empty(2, bool), state_of(pos)
    stances[0], stances[1], stances[2], joins[:] = u, v, c, acts
    told, facts, episodes, one_offs = compiled_round().facts_of(book.round_numbers, state, stances, joins)
    are = facts != 0
    return Ruling(  # type: ignore[misc]  # mypy cannot count rows
        *told,
        *are[:3],
        *facts[3:5],
        *are[5:],
        evidence=dict(zip(EVENTS, episodes, strict=True)),
        one_offs=one_offs,
        counted=Counted(pos, state, told, facts, episodes),
    )


def rule_in_arrays(pos: Position, u: Array, v: Array, c: Array, book: Rulebook, front_acts: Array) -> Ruling:
    """``rule_on`` for positions or moves with leading axes."""
    u, v, c = effective_stances(pos, u, v, c, book)
    uC, uN, uD = u == C, u == N, u == D
    vC, vN, vD = v == C, v == N, v == D
    cC, cN, cD = c == C, c == N, c == D
    pu, pk = pos.us_notice, pos.partner_notice
    a, b = pos.us_rung, pos.partner_rung
    divide, front = book.on("S2"), book.on("S3")

    separate = cD & ~other(cD) & ~vD & divide
    paid = alike(vN, book)  # with S2 off a step is bought off for both or for nobody
    us_executes = uD & pu & ~paid & ~separate & (a < pos.us_rung_cap)
    partner_executes = vD & pk & (b < book.partner_top)
    disarm = vC & (a > 0) & (b > 0)
    bonus = cD & ~uD & other(uD) & ~vD & divide
    eased = ~uD & alike(vN | disarm, book)
    us_relief = eased.astype(int) + bonus
    partner_relief = eased.astype(int)

    called = other(us_executes) & ~us_executes & cC & front
    fires, not_kept = called & front_acts, called & ~front_acts

    both_c = cC & other(cC)
    wedge = uN & ~other(uN) & ~vD & divide
    w = book.rules.wedge
    wedge_size = wedge * np.where(other(uD), 1.0, w.other_not_hit) * np.where(cC, w.while_coordinating, 1.0)
    dropped = pu & ~uD
    peace = ~uD & ~vD
    evidence = {
        "us_threat_carried_out": pu & uD & ~paid & (us_executes | separate),
        "us_threat_bought_off": pu & uD & paid,
        "us_threat_dropped_calm": dropped & vC,
        "us_threat_dropped_defiance": dropped & vD,
        "us_threat_dropped_paid": dropped & vN,
        "us_conceded_to_defector": uN & vD,
        "partner_answer_carried_out": vD & pk,
        "partner_answer_announced": vD & ~pk,
        "partner_folded": pk & ~vD & uD,
        "partner_took_it": us_executes & ~vD,
        "front_clause_fired": fires,
        "peace_kept": peace & ~(uN | vN),
        "peace_with_concession": peace & (uN | vN),
        "breaker_rewarded": bonus,
        "us_defected": uD,
        "partner_defected": vD,
        "us_step_executed": us_executes,
        "partner_step_executed": partner_executes,
        "front_provokes": both_c & ~uD,
        "both_coordinate": both_c & front,
        "coordinated_and_favoured": cC & other(cN) & front,
        "favour_received": other(cN) & front,
        "broke_ranks": cD,
        "left_standing": other(cD) & ~cD,
        "wedge": wedge_size,
        "promise_called": not_kept,
        "partners_at_peace": ~both_c & ~cD & ~other(cD),
        "partner_defections": cD.astype(float) + other(cD),
    }
    return Ruling(
        u=u,
        v=v,
        c=c,
        us_executes=us_executes,
        partner_executes=partner_executes,
        separate_talks=separate,
        us_relief=us_relief,
        partner_relief=partner_relief,
        breaker_bonus=bonus,
        front_fires=fires,
        promise_called=not_kept,
        partner_grants=vN,
        us_grants=uN & ~(other(uD) & cC),
        joint_item=uC & vC & book.on("S18"),
        favour=cN & front,
        evidence=evidence,
        one_offs=_one_offs(book, pu, pk, u, v, c),
    )


def _one_offs(book: Rulebook, pu: Array, pk: Array, u: Array, v: Array, c: Array) -> Array:
    """(..., 3) audience costs of the moment, USD bn."""
    p = book.rules.politics
    under_pressure = (v == N) & ((u == D) | pu)
    backed_down = pk & (v != D) & (u == D)
    partner = -book.gdp[1:] * (
        p.concession_cost_partner * under_pressure + p.backdown_cost_partner * backed_down
    )
    partner = partner - p.coordination_cost_partner * (c == C)
    dropped = pu & (u != D)
    us = -(
        p.concession_cost_us * ((u == N) & (v == D))
        + p.backdown_cost_us * (dropped & (v == D))
        + p.backdown_cost_us_calm * (dropped & (v == C))
    ).sum(-1)
    return np.concatenate([us[..., None], partner], axis=-1)
