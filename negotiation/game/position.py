"""Where a game stands between two rounds: everything the rules look at, nothing else.

The trap: every array may carry leading axes. A game in play has none; the stage game looks at all
729 pairs of moves at once and has one. The last axis is always the partner, ``(CAN, MEX)``;
grants add an axis of issues behind it, evidence is ``(..., belief, partner, for/against)``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from negotiation.errors import BrokenLog
from negotiation.terms import PARTNERS, Country

Array = np.ndarray

BELIEFS = (
    "threat",
    "answer",
    "commitment",
    "commitment_seen",
    "trust",
    "partner_trust",
    "partner_trust_seen",
)
"""Beliefs in the order of the evidence axis. The two ``_seen`` are Washington's estimates."""
SEEN_COPIES = {BELIEFS.index(name): BELIEFS.index(name + "_seen") for name in ("commitment", "partner_trust")}
"""Row of a belief -> row of Washington's estimate of it."""

UNDECIDED = 0.5
"""Where the search for the first pair of commitments starts: with two stable solutions it leads to the nearer one."""


@dataclass(frozen=True)
class Position:
    """The state of the game after ``round`` rounds."""

    round: int
    us_rung: Array
    """(..., 2) rung of Washington's tariffs on k, 0 to 4."""
    partner_rung: Array
    """(..., 2) rung of k's tariffs on the US, 0 to 3."""
    us_notice: Array
    """(..., 2) whether Washington's next step against k is announced."""
    partner_notice: Array
    """(..., 2) whether k's next step against the US is announced."""
    us_rung_cap: Array
    """(..., 2) highest rung Washington may lawfully use against k."""
    volatility: Array
    """(..., 2) policy volatility between Washington and k, 0 to 1."""
    corridor: Array
    """(...) state of the joint Canada-Mexico programme for the partner corridor, 0 to 1."""
    corridor_overseas: Array
    """(...) the same for overseas corridors (ports), 0 to 1."""
    granted_by_partner: Array
    """(..., 2, issues) which of its issues k has granted to Washington."""
    granted_by_us: Array
    """(..., 2, issues) which issues Washington has granted to k."""
    joint_items: Array
    """(..., 2) joint work items of Washington and k."""
    partner_items: Array
    """(...) joint work items of the two partners."""
    favours: Array
    """(..., 2) favours k has done the other partner."""
    evidence: Array
    """(..., 7, 2, 2) episodes for and against each belief about k (partner_trust: one belief, held twice)."""
    joins: Array
    """(..., 2) probability that k joins when the other partner is hit, as solved last (cost-of-joining rule)."""
    joins_seen: Array
    """(..., 2) the same as Washington works it out."""
    joining_cost: Array
    """(2,) cost of joining at today's boards, in units of k's decision noise."""
    front_value: Array
    """(2,) value of a certain front, in the same units."""
    us_steps: Array
    """(2, rungs, sectors) which sectors each US step on k covers."""
    partner_steps: Array
    """(2, rungs, sectors) which sectors each step of k covers."""

    def belief(self, name: str) -> Array:
        """Mean of a Beta belief, (..., 2): episodes for / all episodes."""
        e = self.evidence[..., BELIEFS.index(name), :, :]
        return e[..., 0] / (e[..., 0] + e[..., 1])

    def as_washington_sees_it(self) -> Position:
        """The same position with the partners' private dealings replaced by Washington's estimates."""
        e = self.evidence.copy()
        for name in ("commitment", "partner_trust"):
            e[..., BELIEFS.index(name), :, :] = e[..., BELIEFS.index(name + "_seen"), :, :]
        hidden = np.zeros_like(self.corridor)
        return self.but(
            evidence=e,
            favours=np.zeros_like(self.favours),
            partner_items=np.zeros_like(self.partner_items),
            corridor=hidden,
            corridor_overseas=hidden,
            joins=self.joins_seen,
        )

    def but(self, **changed: Any) -> Position:
        """The same position with some entries changed: ``dataclasses.replace`` in a tenth of its time."""
        other = object.__new__(Position)
        other.__dict__.update(self.__dict__, **changed)
        return other

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and numbers, for a log. Steps that cover every sector are written as their shape."""
        data: dict[str, Any] = {}
        for name, value in self.__dict__.items():
            if name in ("us_steps", "partner_steps") and covers_all(value):
                data[name] = list(value.shape)
            else:
                data[name] = value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Position:
        """The inverse of ``to_dict``; ``BrokenLog`` if something is missing or no number."""
        try:
            arrays: dict[str, Any] = {f.name: np.asarray(data[f.name]) for f in fields(cls)}
            for name in ("us_steps", "partner_steps"):
                if arrays[name].ndim == 1:
                    arrays[name] = np.ones(tuple(data[name]), bool)
            return cls(**(arrays | {"round": int(data["round"])}))
        except (KeyError, TypeError, ValueError) as error:
            raise BrokenLog(f"a stored position cannot be read ({type(error).__name__}: {error})") from None


def covers_all(steps: Array) -> bool:
    """Whether steps (booleans) cover every sector: asked every round, so on bytes, a tenth of NumPy's ``all``."""
    return 0 not in steps.tobytes()


def opening_position(start: Any, issues: Any, sectors: tuple[str, ...], rungs: tuple[int, int]) -> Position:
    """The position a scenario starts from.

    start : the scenario's ``start`` block; issues : its catalogue; ``rungs`` = (US, partner) ladder lengths.
    """
    pair = ("CAN", "MEX")

    def of(block: Any, dtype: type) -> Array:
        return np.array([block[k] for k in pair], dtype)

    beliefs = start.beliefs
    evidence = np.empty((len(BELIEFS), 2, 2))
    for row, name in enumerate(BELIEFS):
        source = getattr(beliefs, "partner_trust" if name == "partner_trust_seen" else name)
        for col, k in enumerate(pair):
            evidence[row, col] = source if name.startswith("partner_trust") else source[k]
    granted = start.granted
    return Position(
        round=0,
        us_rung=of(start.us_rung, int),
        partner_rung=of(start.partner_rung, int),
        us_notice=of(start.us_notice, bool),
        partner_notice=of(start.partner_notice, bool),
        us_rung_cap=np.full(2, rungs[0]),
        volatility=of(start.volatility, float),
        corridor=np.asarray(float(start.corridor)),
        corridor_overseas=np.asarray(float(start.corridor)),
        granted_by_partner=_grants(issues.partner_to_us, granted.by_partner),
        granted_by_us=_grants(issues.us_to_partner, granted.by_us),
        joint_items=np.zeros(2, int),
        favours=np.zeros(2, int),
        partner_items=np.asarray(0),
        evidence=evidence,
        joins=np.full(2, UNDECIDED),
        joins_seen=np.full(2, UNDECIDED),
        joining_cost=np.zeros(2),
        front_value=np.zeros(2),
        us_steps=np.ones((2, rungs[0], len(sectors)), bool),
        partner_steps=np.ones((2, rungs[1], len(sectors)), bool),
    )


def _grants(catalogue: Any, granted: Any) -> Array:
    return np.array([[issue.id in granted[k] for issue in catalogue[k]] for k in ("CAN", "MEX")])


def granted_by(pos: Position, seat: Country, scenario: Any) -> dict[Country, tuple[str, ...]]:
    """Issues a seat has granted already, by receiver."""
    issues = scenario.issues
    if seat is Country.USA:
        return {
            k: tuple(
                i.id for i, done in zip(issues.us_to_partner[k], pos.granted_by_us[n], strict=True) if done
            )
            for n, k in enumerate(PARTNERS)
        }
    n = PARTNERS.index(seat)
    done = tuple(
        i.id for i, done in zip(issues.partner_to_us[seat], pos.granted_by_partner[n], strict=True) if done
    )
    return {Country.USA: done}
