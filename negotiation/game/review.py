"""The joint review (USMCA Art. 34.7, 34.6): what each end is worth, who would sign, how likely each end is.

Five ends: EXT extension, COND conditional renewal with a package, SPLIT bilateral deals (with both, or with one
while the other is pressed), ANN annual reviews, WD withdrawal. Extension needs all three heads of government;
what is not signed becomes ANN, and ANN may slide into WD. Values are USD bn a year to (USA, CAN, MEX).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.errors import InputError
from negotiation.game.breakdown import Beliefs
from negotiation.game.commitment import effective_commitment
from negotiation.game.kernel_door import Cells, compiled, compiled_signing, flat
from negotiation.game.position import Position
from negotiation.game.round_door import compiled_round
from negotiation.game.rulebook import Rulebook
from negotiation.terms import OUTCOMES

Array = np.ndarray

OFFERS = ("EXT", "COND", "SPLIT_CAN", "SPLIT_MEX", "SPLIT_both")
"""What Washington can put on the table beside ANN and WD."""
ENDS = (*OFFERS, "ANN", "WD")
ANN = ENDS.index("ANN")
ASKS = ("EXT", "COND", "ANN", "WD")
"""What Washington can ask for at the trilateral table."""
FIRST = ("trilateral", *OFFERS[2:])
"""Where Washington can start."""


@dataclass(frozen=True)
class Review:
    """A review held in a position; leading axes as the position's."""

    values: dict[str, Array]
    """End or offer -> (..., 3) yearly value, signed deals already discounted for doubtful delivery."""
    acceptance: dict[str, Array]
    """Offer -> (..., 2) probability that CAN, MEX signs (1 for a partner that is not asked)."""
    trilateral: dict[str, Array]
    """EXT, COND, ANN, WD -> (...) how likely Washington asks for it at the trilateral table."""
    first_offer: dict[str, Array]
    """trilateral, SPLIT_CAN, SPLIT_MEX, SPLIT_both -> (...) how likely Washington starts there."""
    slip: Array
    """(...) chance that annual reviews slide into withdrawal."""
    odds: Array
    """(..., 5) probability of each end in the order of ``OUTCOMES``."""
    expected: Array
    """(..., 3) expected yearly value of the review."""
    annual: Array
    """(..., 3) value of annual reviews that do not slide."""
    package: Array
    """(..., 2) transfer asked of CAN, MEX in a conditional renewal, USD bn a year (negative: given)."""


def hold_review(
    table: Any,
    pos: Position,
    book: Rulebook,
    *,
    seen: bool = False,
    deals: Mapping[str, Array] | None = None,
) -> Review:
    """What a review held now would bring. ``seen``: as Washington can know it.

    ``deals`` replaces the package behind an offer (COND, SPLIT_...) by its yearly value (..., partner, 3);
    ``InputError`` for an end behind which there is none.
    """
    cells, shape = cells_of(pos, book, seen)
    replaced = _replaced(deals or {}, shape)
    raw, package = table.with_boards(
        lambda boards: compiled().worth(boards, book.package, cells, book.numbers, replaced)
    )
    slip = flat(_slip(pos, book), shape)
    made = compiled_signing().decide(raw, slip, cells, book.numbers)
    annual = raw[:, ANN]
    if book.another_review_follows(pos.round):
        made, annual = _coming_back(raw, made, slip, cells, book)
    values, acceptance, trilateral, first, odds, expected = (x.reshape(*shape, *x.shape[1:]) for x in made)
    starts = FIRST if book.on("S2") else FIRST[:1]
    return Review(
        {name: values[..., ENDS.index(name), :] for name in ("ANN", "WD", *OFFERS)},
        {name: acceptance[..., i, :] for i, name in enumerate(OFFERS)},
        {name: trilateral[..., i] for i, name in enumerate(ASKS)},
        {name: first[..., i] for i, name in enumerate(starts)},
        slip.reshape(shape),
        odds,
        expected,
        annual.reshape(*shape, 3),
        package.reshape(*shape, 2),
    )


def _coming_back(raw: Array, made: Any, slip: Array, cells: Cells, book: Rulebook) -> tuple[Any, Array]:
    """The same if annual reviews mean that the review comes back (Art. 34.7.4: the parties may extend at any time).

    Annual reviews are then worth one year of what they are worth by themselves and, for the rest of the horizon,
    what the review brings when it is held again: the fixed point, found by iteration (a contraction: the
    weight of what comes back is the odds of annual reviews times the share of the horizon left).
    """
    once, years = raw[:, ANN].copy(), book.rules.horizon.review_years
    rest = max(0.0, 1 - 1 / years)
    raw = raw.copy()
    for _ in range(200):
        back = (1 - rest) * once + rest * made[-1]
        change = float(np.abs(back - raw[:, ANN]).max())
        raw[:, ANN] = back
        made = compiled_signing().decide(raw, slip, cells, book.numbers)
        if change < 1e-7:
            break
    return made, raw[:, ANN]


def odds_of(values: Mapping[str, Array], review: Review, book: Rulebook) -> Array:
    """(..., 5) odds of the ends if they were worth ``values``: Washington chooses anew, partners sign as in
    ``review``."""
    shape = review.slip.shape
    worth = np.stack([flat(values[name], shape, 3) for name in ENDS], 1)
    signed = np.stack([flat(review.acceptance[name], shape, 2) for name in OFFERS], 1)
    odds = compiled_signing().choose(worth, signed, flat(review.slip, shape), book.numbers)
    return odds.reshape(*shape, len(OUTCOMES))


# -- what the ends are worth -------------------------------------------------------------------------


def ledger(pos: Position, book: Rulebook) -> Array:
    """(..., 3) yearly value of everything granted so far, USD bn."""
    j, f = book.rules.joint_items, book.rules.favours
    if pos.granted_by_partner.ndim == pos.granted_by_us.ndim == 2 and pos.favours.ndim == 1:
        return _ledger_of_one(pos, book)
    given, got = pos.granted_by_partner.astype(float), pos.granted_by_us.astype(float)

    def total(granted: Array, amount: Array) -> Array:
        return np.einsum("...ki,ki->...k", granted, amount)

    us = total(given, book.partner_value) - total(got, book.us_cost) + j.value_us * pos.joint_items
    us = us[..., 0] + us[..., 1]
    partner = total(got, book.us_value) - total(given, book.partner_cost) + j.value_partner * pos.joint_items
    partner = partner + f.value * pos.favours[..., ::-1] - f.cost * pos.favours
    partner = partner + book.rules.partner_items.value * pos.partner_items[..., None]
    return np.concatenate([us[..., None], partner], axis=-1)


def _ledger_of_one(pos: Position, book: Rulebook) -> Array:
    """The same for one position, compiled."""
    j, f = book.rules.joint_items, book.rules.favours
    numbers = book.numbers
    counts = np.empty((2, 2))
    counts[0], counts[1] = pos.joint_items, pos.favours
    return compiled_round().owned_by_one(
        np.array(pos.granted_by_partner, bool, order="C"),
        np.array(pos.granted_by_us, bool, order="C"),
        counts,
        float(book.rules.partner_items.value * pos.partner_items),
        (float(j.value_us), float(j.value_partner), float(f.value), float(f.cost)),
        (numbers.partner_value, numbers.partner_cost, numbers.us_value, numbers.us_cost),
    )


def uncertainty(volatility: Array, book: Rulebook) -> Array:
    """(..., 3) yearly cost of policy volatility (..., 2), USD bn."""
    p = book.rules.politics
    on = float(book.on("S8"))
    us = p.volatility_cost_us * book.gdp[0] * volatility.sum(-1)
    return on * np.concatenate(
        [us[..., None], p.volatility_cost_partner * book.gdp[1:] * volatility], axis=-1
    )


def _slip(pos: Position, book: Rulebook) -> Array:
    r = book.rules.review
    doubt = 1 - pos.belief("trust").mean(-1)
    slip = np.minimum(r.slip_most, r.slip * doubt * (r.slip_volatility + pos.volatility.mean(-1)))
    return slip * book.on("S1")


# -- the door to the kernel ----------------------------------------------------------------------------


def cells_of(pos: Position, book: Rulebook, seen: bool) -> tuple[Cells, tuple[int, ...]]:
    """Positions as the kernel wants them, and their leading axes."""
    commitment = effective_commitment(pos, book, seen=seen)
    beliefs = Beliefs.of(pos, book, seen=seen, commitment=commitment)
    owned, trust = ledger(pos, book), pos.belief("trust")
    shape = np.broadcast_shapes(
        *(
            x.shape[:-1]
            for x in (
                pos.us_rung,
                pos.partner_rung,
                pos.us_rung_cap,
                pos.volatility,
                owned,
                trust,
                commitment,
            )
        ),
        pos.granted_by_partner.shape[:-2],
    )

    def pair(x: Array, dtype: Any = float) -> Array:
        return flat(x, shape, 2, dtype=dtype)

    mine = pair(commitment)
    cells = Cells(
        us_rung=pair(pos.us_rung, int),
        partner_rung=pair(pos.partner_rung, int),
        us_rung_cap=pair(pos.us_rung_cap, int),
        us_notice=pair(pos.us_notice, bool),
        partner_notice=pair(pos.partner_notice, bool),
        volatility=pair(pos.volatility),
        threat=pair(beliefs.threat),
        answer=pair(beliefs.answer),
        joins=pair(beliefs.joins),
        trust=pair(trust),
        commitment=mine,
        commitment_seen=mine if seen else pair(effective_commitment(pos, book, seen=True)),
        owned=flat(owned, shape, 3),
        open_by_partner=flat(~pos.granted_by_partner, shape, *pos.granted_by_partner.shape[-2:], dtype=bool),
        open_by_us=flat(~pos.granted_by_us, shape, *pos.granted_by_us.shape[-2:], dtype=bool),
    )
    return cells, shape


def _replaced(deals: Mapping[str, Array], shape: tuple[int, ...]) -> Array:
    """(positions, 4, 2, 3) the packages put in place of the expected ones, NaN elsewhere; no rows if there are none."""
    if not deals:
        return np.empty((0, 4, 2, 3))
    unknown = set(deals) - set(OFFERS[1:])
    if unknown:
        raise InputError(f"no package stands behind {', '.join(sorted(unknown))}")
    expected = np.full((2, 3), np.nan)
    return np.stack([flat(deals.get(name, expected), shape, 2, 3) for name in OFFERS[1:]], 1)
