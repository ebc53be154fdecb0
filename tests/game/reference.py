"""The joint review in arrays, as a reader would write it down: what the compiled kernel is held against.

The same rules as ``negotiation/game/kernel.py``, with a breakdown's cost taken from ``bargaining.disagreement``.
Leading axes as the position's; values are USD bn a year to (USA, CAN, MEX).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from negotiation.game.breakdown import Beliefs, breakdown
from negotiation.game.commitment import effective_commitment
from negotiation.game.position import Position
from negotiation.game.review import OFFERS, Review, ledger, uncertainty
from negotiation.game.rulebook import Rulebook
from negotiation.terms import OUTCOMES

Array = np.ndarray


def review_in_arrays(
    table: Any,
    pos: Position,
    book: Rulebook,
    *,
    seen: bool = False,
    deals: Mapping[str, Array] | None = None,
) -> Review:
    """``negotiation.game.review.hold_review``."""
    beliefs = Beliefs.of(pos, book, seen=seen)
    solo = Beliefs(beliefs.threat, beliefs.answer, np.zeros_like(beliefs.joins))
    credit = _credit(pos, book)
    left_us, left_partner = _ungranted(pos, book)

    def package(b: Beliefs) -> Array:
        costs = [breakdown(table, pos, b, book, k) for k in range(2)]
        transfer = np.stack([(c.cost_partner - c.cost_us) / 2 for c in costs], -1)
        return np.clip(transfer - credit, -left_us, left_partner)

    joint, alone = package(beliefs), package(solo)
    alone_value = _package_value(alone, pos, book)
    deals = (
        {"COND": _package_value(joint, pos, book)}
        | dict.fromkeys(OFFERS[2:], alone_value)
        | dict(deals or {})
    )
    raw = _raw_values(table, pos, book, beliefs, joint, deals)
    r = book.rules.review
    doubt = 1 - pos.belief("trust").mean(-1)
    slip = np.minimum(r.slip_most, r.slip * doubt * (r.slip_volatility + pos.volatility.mean(-1))) * book.on(
        "S1"
    )
    made = _decided(raw, slip, pos, book, seen)
    if book.another_review_follows(pos.round):
        made = _coming_back(raw, made, slip, pos, book, seen)
    values, acceptance, trilateral, first, odds, expected, annual = made
    return Review(values, acceptance, trilateral, first, slip, odds, expected, annual, joint)


def _decided(
    raw: dict[str, Array], slip: Array, pos: Position, book: Rulebook, seen: bool
) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array], dict[str, Array], Array, Array, Array]:
    """From what the ends are worth to who signs, what is proposed, the odds and the expected value."""
    annual = (1 - slip)[..., None] * raw["ANN"] + slip[..., None] * raw["WD"]
    values = {"ANN": annual, "WD": raw["WD"]} | {o: _delivered(raw[o], annual, pos, book, o) for o in OFFERS}
    acceptance = _who_signs(values, pos, book, seen)
    trilateral, first = _us_choice(values, acceptance, book)
    odds = _odds_by_end(trilateral, first, acceptance, slip, book)
    if not book.on("S13"):  # no review: the pact simply goes on from year to year
        odds = np.zeros_like(odds)
        odds[..., OUTCOMES.index("ANN")] = 1.0
        values = values | {"ANN": raw["ANN"]}
    split = _split_value(values, first, acceptance)
    by_end = np.stack([values["EXT"], values["COND"], split, raw["ANN"], raw["WD"]], axis=-2)
    expected = (odds[..., None] * by_end).sum(-2)
    return values, acceptance, trilateral, first, odds, expected, raw["ANN"]


def _coming_back(
    raw: dict[str, Array], made: Any, slip: Array, pos: Position, book: Rulebook, seen: bool
) -> Any:
    """The same if annual reviews mean that the review comes back (Art. 34.7.4: the parties may extend at any time).

    Annual reviews are then worth one year of what they are worth by themselves and, for the rest of the horizon,
    what the review brings when it is held again: the fixed point, found by iteration (a contraction: the
    weight of what comes back is the odds of annual reviews times the share of the horizon left).
    """
    once, years = raw["ANN"], book.rules.horizon.review_years
    rest = max(0.0, 1 - 1 / years)
    for _ in range(200):
        back = (1 - rest) * once + rest * made[5]
        change = float(np.abs(back - made[6]).max())
        made = _decided(raw | {"ANN": back}, slip, pos, book, seen)
        if change < 1e-7:
            break
    return made


def _raw_values(
    table: Any, pos: Position, book: Rulebook, beliefs: Beliefs, joint: Array, deals: Mapping[str, Array]
) -> dict[str, Array]:
    """End or offer -> (..., 3) yearly value if it comes about and holds."""
    r = book.rules.review
    u = r.uncertainty
    a = pos.us_rung
    zero = np.zeros_like(a)
    shape = np.broadcast_shapes(a.shape, joint.shape)
    owned = ledger(pos, book)
    peace = table.felt_income(zero, zero)
    face = book.rules.politics.loss_of_face_us * a * (1 - pos.granted_by_partner.mean(-1))
    both = np.ones(shape)

    def less_face(value: Array, at: Array) -> Array:
        value = value.copy()
        value[..., 0] -= (face * at).sum(-1)
        return value

    values = {
        "EXT": less_face(peace + owned, both),
        "COND": less_face(peace + owned + deals["COND"].sum(-2) - uncertainty(u.COND * both, book), both),
        "SPLIT_both": less_face(
            peace + owned + deals["SPLIT_both"].sum(-2) - uncertainty(u.SPLIT_both * both, book), both
        ),
    }
    for k, name in enumerate(("SPLIT_CAN", "SPLIT_MEX")):
        m = 1 - k
        at = np.zeros(2)
        at[k] = 1.0
        vol = np.where(at > 0, u.SPLIT_signed, u.SPLIT_pressed) * both
        pressed = _pressed(table, pos, book, beliefs, k, m)
        values[name] = less_face(pressed + owned + deals[name][..., k, :] - uncertainty(vol, book), at)
    front = effective_commitment(pos, book, seen=True)
    values["ANN"] = _annual(table, pos, book, beliefs, front) + owned
    values["ANN"] = values["ANN"] - uncertainty(u.ANN + u.ANN_volatility * pos.volatility, book)
    extracted = np.maximum(joint, 0.0) * r.annual_share
    values["ANN"][..., 0] += extracted.sum(-1)
    values["ANN"][..., 1:] -= r.annual_share * _cost_of_delivery(joint, pos, book)
    notice = min(r.notice_months / 12 / book.rules.horizon.review_years, 1.0)
    gone = _withdrawn(table, pos, book, beliefs) + owned - uncertainty(u.WD * both, book)
    values["WD"] = notice * values["ANN"] + (1 - notice) * gone
    return values


def _credit(pos: Position, book: Rulebook) -> Array:
    """(..., 2) what k has paid already, as far as trust lets it count."""
    r = book.rules.review
    given = (pos.granted_by_partner * book.partner_value).sum(-1) - (pos.granted_by_us * book.us_value).sum(
        -1
    )
    return (r.credit_floor + r.credit_trust * pos.belief("trust")) * given


def _ungranted(pos: Position, book: Rulebook) -> tuple[Array, Array]:
    """(..., 2) value still grantable by Washington to k, and by k to Washington."""
    return (
        (~pos.granted_by_us * book.us_value).sum(-1),
        (~pos.granted_by_partner * book.partner_value).sum(-1),
    )


def _delivery(amount: Array, open_issues: Array, value: Array, cost: Array) -> Array:
    """Cost of delivering ``amount`` of value from open issues in ledger order (piecewise linear)."""
    v = open_issues * value
    before = np.cumsum(v, axis=-1) - v
    share = np.clip((np.maximum(amount, 0.0)[..., None] - before) / np.where(v > 0, v, 1.0), 0.0, 1.0)
    return (share * open_issues * cost).sum(-1)


def _cost_of_delivery(transfer: Array, pos: Position, book: Rulebook) -> Array:
    """(..., 2) what a transfer to Washington costs k at home."""
    return _delivery(transfer, ~pos.granted_by_partner, book.partner_value, book.partner_cost)


def _package_value(transfer: Array, pos: Position, book: Rulebook) -> Array:
    """(..., partner, 3) yearly value of the package settled with each partner.

    A transfer N > 0 is delivered by k, N < 0 by Washington; Washington's issues that are worth more to k than
    they cost are settled as well and their surplus is shared equally.
    """
    cost_partner = _cost_of_delivery(transfer, pos, book)
    surplus = (~pos.granted_by_us * np.maximum(book.us_value - book.us_cost, 0.0)).sum(-1)
    us = transfer + surplus / 2
    partner = np.where(transfer >= 0, -cost_partner, -transfer) + surplus / 2
    out = np.zeros((*transfer.shape, 3))
    out[..., 0] = us
    for k in range(2):
        out[..., k, k + 1] = partner[..., k]
    return out


def _pressed(table: Any, pos: Position, book: Rulebook, beliefs: Beliefs, k: int, m: int) -> Array:
    """(..., 3) felt income when k has settled and m faces the credible package alone."""
    a, b = np.array(pos.us_rung), np.array(pos.partner_rung)
    a[..., k] = b[..., k] = 0
    as_is = table.felt_income(a, b)
    top, answer = np.array(a), np.array(b)
    top[..., m] = np.maximum(
        a[..., m], np.minimum(book.rules.rungs.threatened_us_rung, pos.us_rung_cap[..., m])
    )
    answer[..., m] = np.maximum(b[..., m], min(book.rules.rungs.threatened_partner_rung, book.partner_top))
    p, r = beliefs.threat[..., m, None], beliefs.answer[..., m, None]
    return (1 - p) * as_is + p * ((1 - r) * table.felt_income(top, b) + r * table.felt_income(top, answer))


def _annual(table: Any, pos: Position, book: Rulebook, beliefs: Beliefs, seen: Array) -> Array:
    """(..., 3) felt income under annual reviews: notices run their course, a front adds an answer."""
    front = np.sqrt(seen[..., 0] * seen[..., 1])
    total: Array = np.zeros(3)
    for us in product((0, 1), repeat=2):
        for partner in product((0, 1), repeat=2):
            chance: Any = 1.0
            for k in range(2):
                p = np.where(pos.us_notice[..., k], beliefs.threat[..., k], 0.0)
                r = np.where(pos.partner_notice[..., k], beliefs.answer[..., k], 0.0)
                chance = chance * (p if us[k] else 1 - p) * (r if partner[k] else 1 - r)
            if not np.any(chance):
                continue
            a = np.minimum(pos.us_rung + np.array(us), pos.us_rung_cap)
            b = np.minimum(pos.partner_rung + np.array(partner), book.partner_top)
            answered = np.minimum(b + (a > b), book.partner_top)
            value = (1 - front)[..., None] * table.felt_income(a, b) + front[..., None] * table.felt_income(
                a, answered
            )
            total = total + np.asarray(chance)[..., None] * value
    return np.asarray(total)


def _withdrawn(table: Any, pos: Position, book: Rulebook, beliefs: Beliefs) -> Array:
    """(..., 3) felt income without the pact: today's rungs on top of MFN, partners answer one rung higher."""
    total: Array = np.zeros(3)
    for partner in product((0, 1), repeat=2):
        b = np.minimum(pos.partner_rung + np.array(partner), book.partner_top)
        r = np.where(np.array(partner) == 1, beliefs.answer, 1 - beliefs.answer)
        total = total + r.prod(-1)[..., None] * table.felt_income(pos.us_rung, b, mfn=True)
    return np.asarray(total)


def _delivered(value: Array, annual: Array, pos: Position, book: Rulebook, offer: str) -> Array:
    """A signed deal is worth what trust makes of it: with some weight it decays into annual reviews."""
    lost = (1 - book.rules.review.kept_if_no_trust) * (1 - pos.belief("trust")) * book.on("S5")
    kept = 1 - lost
    signed = {"SPLIT_CAN": [0], "SPLIT_MEX": [1]}.get(offer, [0, 1])
    weight = kept[..., signed].prod(-1)[..., None]
    return weight * value + (1 - weight) * annual


def _who_signs(values: dict[str, Array], pos: Position, book: Rulebook, seen: bool) -> dict[str, Array]:
    """Offer -> (..., 2) probability that CAN, MEX signs."""
    r = book.rules.review
    p = pos.belief("threat")
    fear = r.refusal_risk * p
    refuse = (1 - fear) * values["ANN"][..., 1:] + fear * values["WD"][..., 1:]
    scale = r.noise_partner * book.gdp[1:]
    loyal = 1 - effective_commitment(pos, book, seen=seen)
    out = {}
    for offer in OFFERS:
        signs = _logistic((values[offer][..., 1:] - refuse) / scale)
        if offer == "SPLIT_both":
            signs = signs * np.sqrt(loyal)
        elif offer.startswith("SPLIT"):
            k = 0 if offer == "SPLIT_CAN" else 1
            signs = np.where(np.arange(2) == k, signs * loyal, 1.0)
        out[offer] = signs
    return out


def _us_choice(
    values: dict[str, Array], acceptance: dict[str, Array], book: Rulebook
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Logit choices of Washington: among trilateral asks, then between that table and split offers."""
    r = book.rules.review
    us = {name: v[..., 0] for name, v in values.items()}
    signed = {offer: a.prod(-1) for offer, a in acceptance.items()}
    ask = {
        "EXT": signed["EXT"] * us["EXT"] + (1 - signed["EXT"]) * us["ANN"],
        "COND": signed["COND"] * us["COND"] + (1 - signed["COND"]) * us["ANN"],
        "ANN": us["ANN"],
        "WD": us["WD"],
    }
    if not book.on("S1"):  # no withdrawal letter
        del ask["WD"]
    trilateral = _softmax(ask, r.noise_us)
    table_value = sum(trilateral[e] * ask[e] for e in ask)
    trilateral.setdefault("WD", np.zeros_like(table_value))
    outer = {"trilateral": table_value + r.noise_us * np.log(r.trilateral_weight)}
    if book.on("S2"):
        for offer in OFFERS[2:]:
            outer[offer] = signed[offer] * us[offer] + (1 - signed[offer]) * table_value
    return trilateral, _softmax(outer, r.noise_us)


def _odds_by_end(
    trilateral: dict[str, Array],
    first: dict[str, Array],
    acceptance: dict[str, Array],
    slip: Array,
    book: Rulebook,
) -> Array:
    """(..., 5) odds in the order of ``OUTCOMES``: what is not signed becomes annual reviews, which may slide."""
    signed = {offer: a.prod(-1) for offer, a in acceptance.items()}
    split = sum((first[o] * signed[o] for o in first if o != "trilateral"), np.zeros_like(slip))
    at_table = 1 - split
    ext = at_table * trilateral["EXT"] * signed["EXT"]
    cond = at_table * trilateral["COND"] * signed["COND"]
    wd = at_table * trilateral["WD"]
    ann = at_table - ext - cond - wd
    return np.stack([ext, cond, split, ann * (1 - slip), wd + ann * slip], axis=-1)


def _split_value(values: dict[str, Array], first: dict[str, Array], acceptance: dict[str, Array]) -> Array:
    """(..., 3) value of a split, averaged over which one it would be."""
    offers = [o for o in first if o != "trilateral"]
    if not offers:
        return np.zeros_like(values["ANN"])
    weight = np.stack([first[o] * acceptance[o].prod(-1) for o in offers], -1)
    weight = weight / np.maximum(weight.sum(-1, keepdims=True), 1e-300)
    return (weight[..., None] * np.stack([values[o] for o in offers], -2)).sum(-2)


def _softmax(values: dict[str, Array], noise: float) -> dict[str, Array]:
    stacked = np.stack(list(np.broadcast_arrays(*values.values())), -1) / noise
    z = np.exp(stacked - stacked.max(-1, keepdims=True))
    z /= z.sum(-1, keepdims=True)
    return {name: z[..., i] for i, name in enumerate(values)}


def _logistic(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))
