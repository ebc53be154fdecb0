"""From one position to the next: the facts of a round applied, nothing decided here."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from negotiation.game.position import BELIEFS, SEEN_COPIES, Position, covers_all
from negotiation.game.round_door import compiled_round
from negotiation.game.rulebook import Rulebook
from negotiation.game.ruling import C, Counted, D, Ruling

Array = np.ndarray


def next_position(
    pos: Position,
    ruling: Ruling,
    book: Rulebook,
    *,
    front_seen: Array | float | None = None,
    favour_seen: Array | float | None = None,
    corridor_pull: tuple[float, float] = (1.0, 1.0),
    issues: dict[str, Array] | None = None,
    coverage: dict[str, Array] | None = None,
) -> Position:
    """The position after a round.

    front_seen, favour_seen : how much of the partners' joint moves and favours Washington notices, 0 to 1;
        default: the mean (``rules.observation``), as the stage game needs it. In play they are draws, or 1 when
        a move was made openly.
    corridor_pull : (partner, overseas) strength of the corridor measure chosen.
    issues : ``{"partner": (2,), "us": (2,)}`` index of the issue granted, -1 for the next in ledger order.
    coverage : ``{"us": (2, sectors), "partner": (2, sectors)}`` sectors a step executed now covers.
    """
    seen = book.rules.observation
    front_seen = seen.front_noticed if front_seen is None else front_seen
    favour_seen = seen.favours_noticed if favour_seen is None else favour_seen
    if not book.on("S4"):
        front_seen = favour_seen = 1.0
    counted = ruling.counted
    if counted is not None and counted.pos is pos and np.ndim(front_seen) == np.ndim(favour_seen) == 0:
        noticed = np.array([1.0, front_seen, favour_seen])
        after = _next_alone(pos, ruling, counted, book, noticed, corridor_pull, issues or {})
    else:
        after = next_in_arrays(pos, ruling, book, front_seen, favour_seen, corridor_pull, issues or {})
    return _covered(pos, after, ruling, coverage) if coverage is not None else after


def _next_alone(
    pos: Position,
    r: Ruling,
    counted: Counted,
    book: Rulebook,
    noticed: Array,
    pull: tuple[float, float],
    issues: dict[str, Array],
) -> Position:
    """One position after a round that was ruled on alone, compiled."""
    k, stances = book.rules.corridor, r.c.tolist()
    together = stances.count(C)
    speed = (k.none_coordinates, k.one_coordinates, k.both_coordinate)[together]
    step = k.step * (0.0 if D in stances else speed) * book.on("S6")
    items = min(int(pos.partner_items) + (together == 2 and book.on("S6")), book.rules.partner_items.most)
    state, volatility, evidence = compiled_round().next_state(
        book.round_numbers,
        counted.state,
        counted.told,
        counted.facts,
        np.array(pos.volatility, float, order="C"),
        np.array(pos.evidence, float, order="C"),
        counted.episodes,
        noticed,
    )
    return Position(
        round=pos.round + 1,
        us_rung=state[0],
        partner_rung=state[1],
        us_notice=state[3] != 0,
        partner_notice=state[4] != 0,
        us_rung_cap=pos.us_rung_cap,
        volatility=volatility,
        corridor=np.float64(min(1.0, float(pos.corridor) + step * pull[0])),  # type: ignore[arg-type]
        corridor_overseas=np.float64(min(1.0, float(pos.corridor_overseas) + step * pull[1])),  # type: ignore[arg-type]
        granted_by_partner=_grant_alone(pos.granted_by_partner, r.partner_grants, issues.get("partner")),
        granted_by_us=_grant_alone(pos.granted_by_us, r.us_grants, issues.get("us")),
        joint_items=state[6],
        partner_items=np.int64(items),  # type: ignore[arg-type]
        favours=state[5],
        evidence=evidence,
        joins=pos.joins,
        joins_seen=pos.joins_seen,
        joining_cost=pos.joining_cost,
        front_value=pos.front_value,
        us_steps=pos.us_steps,
        partner_steps=pos.partner_steps,
    )


def _grant_alone(granted: Array, grants: Array, chosen: Array | None) -> Array:
    """``_grant`` for one position."""
    if not (grants[0] or grants[1]):
        return granted
    return _grant(granted, grants, chosen)


def next_in_arrays(
    pos: Position,
    ruling: Ruling,
    book: Rulebook,
    front_seen: Array | float,
    favour_seen: Array | float,
    corridor_pull: tuple[float, float],
    issues: dict[str, Array],
) -> Position:
    """``next_position`` for positions or rulings with leading axes; coverage of steps apart."""
    r = ruling
    us_rung = np.clip(pos.us_rung + r.us_executes - r.us_relief, 0, pos.us_rung_cap)
    raised = r.partner_executes.astype(int) + r.front_fires
    partner_rung = np.clip(pos.partner_rung + raised - r.partner_relief, 0, book.partner_top)
    corridor, overseas = _corridors(pos, r, book, corridor_pull)
    shape = np.broadcast_shapes(us_rung.shape, r.u.shape)
    return replace(
        pos,
        round=pos.round + 1,
        us_rung=us_rung,
        partner_rung=partner_rung,
        us_notice=(r.u == D) & book.on("S1"),
        partner_notice=(r.v == D) | r.front_fires,
        us_rung_cap=np.broadcast_to(pos.us_rung_cap, shape),
        volatility=_volatility(pos, r, book),
        corridor=corridor,
        corridor_overseas=overseas,
        granted_by_partner=_grant(pos.granted_by_partner, r.partner_grants, issues.get("partner")),
        granted_by_us=_grant(pos.granted_by_us, r.us_grants, issues.get("us")),
        joint_items=np.minimum(pos.joint_items + r.joint_item, book.rules.joint_items.most),
        partner_items=np.minimum(
            pos.partner_items + ((r.c == C).all(-1) & book.on("S6")), book.rules.partner_items.most
        ),
        favours=np.minimum(pos.favours + r.favour, book.rules.favours.most),
        evidence=_evidence(pos, r, book, shape, front_seen, favour_seen),
    )


def _volatility(pos: Position, r: Ruling, book: Rulebook) -> Array:
    v = book.rules.volatility
    shock = (
        v.us_defects * (r.u == D)
        + v.partner_defects * (r.v == D)
        + v.step_executed * (r.us_executes | r.partner_executes)
    )
    return v.kept * pos.volatility + v.new * np.minimum(1.0, shock)


def _corridors(pos: Position, r: Ruling, book: Rulebook, pull: tuple[float, float]) -> tuple[Array, Array]:
    k = book.rules.corridor
    together = (r.c == C).sum(-1)
    speed = np.choose(together, [k.none_coordinates, k.one_coordinates, k.both_coordinate])
    step = k.step * np.where((r.c == D).any(-1), 0.0, speed) * book.on("S6")
    return np.minimum(1.0, pos.corridor + step * pull[0]), np.minimum(
        1.0, pos.corridor_overseas + step * pull[1]
    )


def _grant(granted: Array, grants: Array, chosen: Array | None) -> Array:
    """Mark one more issue granted where ``grants``: the chosen one, else the next in ledger order."""
    first = np.argmax(~granted, axis=-1)
    index = first if chosen is None else np.where((chosen >= 0) & ~_taken(granted, chosen), chosen, first)
    new = (np.arange(granted.shape[-1]) == index[..., None]) & grants[..., None]
    return granted | (new & ~granted.all(-1, keepdims=True))


def _taken(granted: Array, chosen: Array) -> Array:
    return np.take_along_axis(granted, np.maximum(chosen, 0)[..., None], axis=-1)[..., 0]


def _evidence(
    pos: Position,
    r: Ruling,
    book: Rulebook,
    shape: tuple[int, ...],
    front_seen: Array | float,
    favour_seen: Array | float,
) -> Array:
    """Old evidence fades, then every row of the evidence table adds what it saw."""
    before = np.broadcast_to(pos.evidence, (*shape[:-1], len(BELIEFS), 2, 2))
    fresh = np.empty(
        (len(BELIEFS), 2, *shape)
    )  # belief and side first: rows that lie together are added faster
    np.multiply(np.moveaxis(before, (-3, -1), (0, 1)), book.rules.memory.kept_per_round, out=fresh)
    noticed = {"always": 1.0, "front": front_seen, "favour": favour_seen}
    for event, belief, side, weight, seen in book.evidence:
        amount = weight * r.evidence[event]
        if belief in SEEN_COPIES:
            fresh[belief, side] += amount
            fresh[SEEN_COPIES[belief], side] += amount * noticed[seen]
        else:  # what both sides of Washington's pairs believe rests on what Washington noticed
            fresh[belief, side] += amount * noticed[seen]
    return np.moveaxis(fresh, (0, 1), (-3, -1))


def _covered(before: Position, after: Position, r: Ruling, coverage: dict[str, Array]) -> Position:
    """Remember which sectors a step executed now covers; a step taken off covers all again."""
    raised = True in r.us_executes.tolist() or True in r.partner_executes.tolist()
    if not raised and covers_all(before.us_steps) and covers_all(before.partner_steps):
        return after
    us, partner = after.us_steps.copy(), after.partner_steps.copy()
    for k in range(2):
        for steps, old, new, executed, mask in (
            (us, before.us_rung, after.us_rung, r.us_executes, coverage["us"]),
            (partner, before.partner_rung, after.partner_rung, r.partner_executes, coverage["partner"]),
        ):
            if executed[k] and new[k] > old[k]:
                steps[k, old[k]] = mask[k]
            steps[k, new[k] :] = True
    return after.but(us_steps=us, partner_steps=partner)
