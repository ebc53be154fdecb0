"""The door to the compiled ``kernel`` and ``kernel_signing``: what they read, by name, and how arrays are laid out.

Apart from them because numba takes half a second to import: whoever only reads rules does not wait.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray


@cache
def compiled() -> ModuleType:
    """The compiled functions, imported on first use."""
    from negotiation.game import kernel

    return kernel


@cache
def compiled_signing() -> ModuleType:
    """The compiled choices of the review, imported on first use."""
    from negotiation.game import kernel_signing

    return kernel_signing


@cache
def compiled_boards() -> ModuleType:
    """The compiled way from boards to incomes, imported on first use."""
    from negotiation.game import kernel_boards

    return kernel_boards


def flat(x: Array, shape: tuple[int, ...], *tail: int, dtype: Any = float) -> Array:
    """A fresh array (positions, *tail) of ``x`` spread over positions of this shape, one behind the other."""
    out = np.empty((*shape, *tail), dtype)
    out[...] = x
    return out.reshape(-1, *tail)


class Boards(NamedTuple):
    """Real and felt income of (USA, CAN, MEX) on every board, NaN where it has not been solved yet."""

    real: Array
    """(boards, 3)"""
    felt: Array
    """(boards, 3)"""
    asked: Array
    """(boards,) boards the kernel has looked up."""
    us: int
    """Rungs of Washington's ladder, the zeroth included."""
    partner: int
    """Rungs of a partner's ladder, the zeroth included."""


class Ladders(NamedTuple):
    """What each rung adds between Washington and (CAN, MEX), each (2, rungs + 1, sectors), rung 0 first."""

    seats: Array
    """(3,) regions of USA, CAN, MEX."""
    us_points: Array
    us_friction: Array
    partner_points: Array
    partner_friction: Array


class Package(NamedTuple):
    """What Washington and a partner threaten each other with."""

    us: int
    """Rung Washington goes to if talks break down."""
    partner: int
    """Rung a partner answers with."""
    both: bool
    """Washington cannot single out a partner (S2 off): package, settlement and blinking are with both."""


class Cells(NamedTuple):
    """Positions one behind the other: ``n`` of them, then the partner axis (CAN, MEX)."""

    us_rung: Array
    partner_rung: Array
    us_rung_cap: Array
    us_notice: Array
    partner_notice: Array
    volatility: Array
    threat: Array
    """p: Washington carries out its threat against k."""
    answer: Array
    """r: k answers."""
    joins: Array
    """q: the other partner joins when k is hit."""
    trust: Array
    commitment: Array
    """k's own commitment to the front, as the observer knows it."""
    commitment_seen: Array
    """The same as Washington works it out."""
    owned: Array
    """(n, 3) yearly value of everything granted so far, to USA, CAN, MEX."""
    open_by_partner: Array
    """(n, 2, issues) what k has not granted yet."""
    open_by_us: Array
    """(n, 2, issues) what Washington has not granted yet."""


class Numbers(NamedTuple):
    """The review's numbers, USD bn a year where nothing else is said; rates of ``rules.review`` under their names."""

    gdp: Array
    partner_value: Array
    partner_cost: Array
    us_value: Array
    us_cost: Array
    loss_of_face: float
    volatility_cost_us: float
    volatility_cost_partner: float
    credit_floor: float
    credit_trust: float
    cond: float
    split_both: float
    split_signed: float
    split_pressed: float
    annual: float
    annual_volatility: float
    withdrawn: float
    """The last seven: policy volatility that goes with each end."""
    annual_share: float
    notice: float
    """Share of the horizon for which a withdrawal is only announced."""
    lost_if_no_trust: float
    refusal_risk: float
    noise_partner: float
    noise_us: float
    trilateral: float
    """Bonus of the trilateral table in Washington's first choice."""
    letter: bool
    """Washington may withdraw (S1)."""
    divide: bool
    """Washington may offer bilateral deals (S2)."""
    held: bool
    """A review is held at all (S13)."""


def numbers_of(book: Any) -> Numbers:
    """The review's numbers in a rulebook."""
    r, p, u = book.rules.review, book.rules.politics, book.rules.review.uncertainty
    felt, trusting = float(book.on("S8")), float(book.on("S5"))
    return Numbers(
        gdp=np.array(book.gdp, float),
        partner_value=np.array(book.partner_value, float),
        partner_cost=np.array(book.partner_cost, float),
        us_value=np.array(book.us_value, float),
        us_cost=np.array(book.us_cost, float),
        loss_of_face=float(p.loss_of_face_us),
        volatility_cost_us=felt * p.volatility_cost_us,
        volatility_cost_partner=felt * p.volatility_cost_partner,
        credit_floor=float(r.credit_floor),
        credit_trust=float(r.credit_trust),
        cond=float(u.COND),
        split_both=float(u.SPLIT_both),
        split_signed=float(u.SPLIT_signed),
        split_pressed=float(u.SPLIT_pressed),
        annual=float(u.ANN),
        annual_volatility=float(u.ANN_volatility),
        withdrawn=float(u.WD),
        annual_share=float(r.annual_share),
        notice=float(min(r.notice_months / 12 / book.rules.horizon.review_years, 1.0)),
        lost_if_no_trust=(1 - r.kept_if_no_trust) * trusting,
        refusal_risk=float(r.refusal_risk),
        noise_partner=float(r.noise_partner),
        noise_us=float(r.noise_us),
        trilateral=float(r.noise_us * np.log(r.trilateral_weight)),
        letter=book.on("S1"),
        divide=book.on("S2"),
        held=book.on("S13"),
    )


def package_of(book: Any) -> Package:
    """The threat package in a rulebook."""
    rungs = book.rules.rungs
    return Package(
        int(rungs.threatened_us_rung),
        int(min(rungs.threatened_partner_rung, book.partner_top)),
        not book.on("S2"),
    )
