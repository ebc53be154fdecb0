"""The numbers firms live by: a frozen record whose values stand, sourced, in ``configs/firms.yaml``.

Nothing here has a default: ``FirmParameters.from_mapping(mapping)`` takes the loaded file (blocks of
``name: {value, unit, range, source | assumption}``; a bare ``name: value`` works too) and reports every
fault at once. ``parameters.but(match_sd=0.6)`` is the same record with something changed, checked again.

Slots, in the order of every last axis of six: 0 sell to A, 1 sell to B, 2 sell overseas, 3 buy from A,
4 buy from B, 5 buy from overseas. (A, B) is (CAN, MEX) for firms of the USA, (USA, MEX) for Canadian and
(USA, CAN) for Mexican ones. Homes, in the order of every first axis of three: USA, CAN, MEX.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from negotiation.errors import ScenarioError, nearest
from negotiation.terms import PARTNERS, SEATS

SLOTS = ("sell to A", "sell to B", "sell overseas", "buy from A", "buy from B", "buy overseas")
ENTRY_RULES = ("dixit", "marshall")


def _number(low: float, high: float, *, open_low: bool = False, size: int = 0, whole: bool = False) -> Any:
    """A field holding one number (size 0) or ``size`` numbers, each within [low, high] (or ]low, high])."""
    limits = {"low": low, "high": high, "open_low": open_low, "size": size, "whole": whole}
    return field(metadata={"limits": limits})


def _by_home(low: float, high: float, size: int, *, open_low: bool = False) -> Any:
    """A field given per home country, ``size`` numbers each; kept as a tuple in the order USA, CAN, MEX."""
    limits = {"low": low, "high": high, "open_low": open_low, "size": size, "whole": False}
    return field(metadata={"limits": limits, "homes": True})


def _noted(**metadata: Any) -> Any:
    """A field of another kind: a choice among words, or shares by partner and sector."""
    return field(metadata=metadata)


@dataclass(frozen=True)
class FirmParameters:
    """Every number of the firm layer. Rates are per year unless the name says month; shares are fractions."""

    # population
    size_tail: float = _number(1.0, 10.0, open_low=True)
    match_sd: float = _number(0.0, 5.0)
    size_premium: float = _number(0.0, 2.0)
    smallest_cell: int = _number(1, 1000, whole=True)
    participation: tuple[tuple[float, ...], ...] = _by_home(0.0, 0.999, 6, open_low=True)
    reference_count: int = _number(99, 1_000_000, whole=True)
    settling_years: int = _number(1, 200, whole=True)
    settling_months: int = _number(0, 600, whole=True)
    # profit
    discount_rate: float = _number(0.0, 1.0, open_low=True)
    link_death_rate: float = _number(0.0, 1.0)
    shock_sd: float = _number(0.0, 2.0, open_low=True)
    shock_reversion: float = _number(0.0, 5.0, open_low=True)
    margin: float = _number(0.0, 1.0, open_low=True)
    smallest_margin_left: float = _number(0.0, 1.0, open_low=True)
    pass_through: float = _number(0.0, 1.0)
    # sunk costs
    sunk_sell: tuple[tuple[float, ...], ...] = _by_home(0.0, 100.0, 3)
    sunk_buy: float = _number(0.0, 100.0)
    entry_rule: str = _noted(choices=ENTRY_RULES)
    # agglomeration
    entry_cost_elasticity: float = _number(0.0, 10.0)
    thick_market_elasticity: float = _number(0.0, 10.0)
    stock_floor: float = _number(0.0, 1.0, open_low=True)
    # displacement
    sales_redirection: float = _number(0.0, 10.0)
    input_redirection: float = _number(0.0, 10.0)
    input_share: float = _number(0.0, 1.0)
    redirection_months: float = _number(1.0, 120.0)
    # attention
    review_quiet: float = _number(0.0, 1.0, open_low=True)
    review_news: float = _number(0.0, 1.0, open_low=True)
    review_certificate: float = _number(0.0, 1.0, open_low=True)
    review_certificate_quiet: float = _number(0.0, 1.0)
    # lead times in months, shortest and longest
    lead_sell: tuple[int, int] = _number(1, 120, size=2, whole=True)
    lead_buy: tuple[int, int] = _number(1, 120, size=2, whole=True)
    lead_certificate: tuple[int, int] = _number(1, 120, size=2, whole=True)
    lead_move: tuple[int, int] = _number(1, 120, size=2, whole=True)
    lead_new_plant: tuple[int, int] = _number(1, 120, size=2, whole=True)
    # beliefs
    prior_quiet: tuple[float, float] = _number(0.0, 1e4, open_low=True, size=2)
    prior_removal: tuple[float, float] = _number(0.0, 1e4, open_low=True, size=2)
    memory: float = _number(0.0, 1.0)
    attention_spread: tuple[float, float] = _number(0.0, 10.0, size=2)
    weight_imposed: float = _number(0.0, 100.0)
    weight_other: float = _number(0.0, 100.0)
    weight_threat_unexecuted: float = _number(0.0, 100.0)
    weight_reversal: float = _number(0.0, 100.0)
    weight_lifted: float = _number(0.0, 100.0)
    feared_duty: float = _number(0.0, 10.0)
    feared_input_duty: float = _number(0.0, 10.0)
    planning_cost: float = _number(0.0, 10.0)
    # flows
    short_run: float = _number(0.0, 1.0, open_low=True)
    order_lag: float = _number(1.0, 120.0)
    seller_weight: float = _number(0.0, 1.0)
    # stocks bought ahead of a duty
    storage_months: tuple[tuple[str, float], ...] = _noted(by_sector=(0.0, 24.0))
    carrying_cost: float = _number(0.0, 1.0, open_low=True)
    bought_ahead: float = _number(0.0, 1.0)
    most_ahead: float = _number(0.0, 10.0)
    used_up: float = _number(0.0, 1.0, open_low=True)
    most_used: float = _number(0.0, 1.0, open_low=True)
    stock_left: float = _number(0.0, 0.1, open_low=True)
    looks_ahead: int = _number(0, 60, whole=True)
    # certification
    certificate_cost: float = _number(0.0, 1.0)
    certificate_size_discount: float = _number(0.0, 10.0)
    certificate_size_cap: float = _number(0.0, 100.0)
    certificate_foresight: float = _number(0.0, 50.0)
    feasible_share: float = _number(0.0, 1.0)
    certified_start: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = _noted(claims=True)
    # relocation
    sunk_move: float = _number(0.0, 100.0)
    sunk_new_plant: float = _number(0.0, 100.0)
    us_cost_premium: tuple[float, float] = _number(-0.9, 10.0, size=2)
    movers_top: float = _number(0.0, 1.0)
    affiliate_top: float = _number(0.0, 1.0)
    affiliate_share: float = _number(0.0, 1.0)
    move_share: float = _number(0.0, 1.0)

    def __post_init__(self) -> None:
        faults = []
        for spec in fields(self):
            value = getattr(self, spec.name)
            try:
                faults += _faults(spec, value)
            except (TypeError, ValueError):
                faults.append(f"{spec.name}: {value!r} is of another kind than configs/firms.yaml has there")
        for name in () if faults else _PAIRS:
            low, high = getattr(self, name)
            if low > high:
                faults.append(f"{name}: starts at {low} and ends at {high}; put the smaller one first")
        if faults:
            raise ScenarioError("the firm parameters cannot be used:", faults)

    def but(self, **changes: Any) -> FirmParameters:
        """The same parameters with some changed (checked again)."""
        unknown = [name for name in changes if name not in _NAMES]
        if unknown:
            raise ScenarioError("no such firm parameter:", [_no_such(name) for name in unknown])
        return replace(self, **changes)

    def scaled_sunk(self, factor: float) -> FirmParameters:
        """All sunk costs of links and moves times ``factor`` (0: a world where coming back costs nothing)."""
        return self.but(
            sunk_sell=tuple(tuple(factor * s for s in row) for row in self.sunk_sell),
            sunk_buy=factor * self.sunk_buy,
            sunk_move=factor * self.sunk_move,
            sunk_new_plant=factor * self.sunk_new_plant,
        )

    @property
    def rate(self) -> float:
        """Discount rate of a link: interest plus the chance that it dies by itself."""
        return self.discount_rate + self.link_death_rate

    @cached_property
    def sunk(self) -> np.ndarray:
        """(home, slot) years of fixed cost that opening a link costs; kept, because every month asks."""
        return np.array([[*row, self.sunk_buy, self.sunk_buy, self.sunk_buy] for row in self.sunk_sell])

    def certified_share_at_start(self, partner: str, sector: str) -> float:
        """Share of a partner's US sales already claimed under the agreement before the story starts."""
        return dict(dict(self.certified_start)[partner]).get(sector, 0.0)

    def room_to_store(self, sector: str) -> float:
        """Months of trade that buyers of a sector can put in store beyond the ordinary."""
        months = dict(self.storage_months)
        return months.get(sector, months["other"])

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> FirmParameters:
        """From blocks of named numbers (``configs/firms.yaml`` as loaded); every fault in one report."""
        given: dict[str, Any] = {}
        faults: list[str] = []
        for block, content in mapping.items():
            if block in _NAMES:
                given[block] = content
            elif isinstance(content, Mapping):
                for name, entry in content.items():
                    if name in _NOTES:
                        continue
                    if name not in _NAMES:
                        faults.append(f"{block}: {_no_such(name)}")
                    elif name in given:
                        faults.append(f"{block}.{name}: given twice; keep one")
                    else:
                        given[name] = entry
            elif block not in _NOTES:
                faults.append(f"{block}: expected a block of named numbers, found {content!r}")
        values: dict[str, Any] = {}
        for spec in fields(cls):
            if spec.name not in given:
                faults.append(f"{spec.name}: missing; add it (configs/firms.yaml shows unit and range)")
                continue
            entry = given[spec.name]
            raw = entry.get("value") if isinstance(entry, Mapping) and "value" in entry else entry
            try:
                values[spec.name] = _read(spec, raw)
            except (TypeError, ValueError, KeyError) as problem:
                faults.append(f"{spec.name}: cannot read {raw!r} ({problem})")
                continue
            faults.extend(_faults(spec, values[spec.name]))
        if faults:
            raise ScenarioError("the firm parameters cannot be used:", faults)
        return cls(**values)


_NAMES = tuple(spec.name for spec in fields(FirmParameters))
_NOTES = ("source", "assumption", "note", "schema", "title")
_PAIRS = (
    "lead_sell",
    "lead_buy",
    "lead_certificate",
    "lead_move",
    "lead_new_plant",
    "attention_spread",
    "us_cost_premium",
)


def _no_such(name: str) -> str:
    near = nearest(name, _NAMES)
    return f"no firm parameter is called '{name}'" + (f"; did you mean '{near}'?" if near else "")


def _read(spec: Any, raw: Any) -> Any:
    """Plain data of the file -> the frozen value of the field."""
    if "choices" in spec.metadata:
        return str(raw)
    if "claims" in spec.metadata:
        notes = ("source", "assumption", "unit", "range", "note")
        return tuple(
            (str(p), tuple((str(s), float(x)) for s, x in raw[str(p)].items() if s not in notes))
            for p in PARTNERS
        )
    if "by_sector" in spec.metadata:
        return tuple((str(s), float(x)) for s, x in {**raw, "other": raw["other"]}.items())
    limits = spec.metadata["limits"]
    kind = int if limits["whole"] else float
    if limits["whole"] and not limits["size"] and float(raw) != int(raw):
        raise ValueError("a whole number is needed")
    if "homes" in spec.metadata:
        return tuple(tuple(float(x) for x in raw[str(home)]) for home in SEATS)
    if limits["size"]:
        return tuple(kind(x) for x in raw)
    return kind(raw)


def _faults(spec: Any, value: Any) -> list[str]:
    """What is wrong with one value: its path, the value, and what is allowed."""
    if "choices" in spec.metadata:
        choices = spec.metadata["choices"]
        return [] if value in choices else [f"{spec.name}: '{value}' is not one of {', '.join(choices)}"]
    if "claims" in spec.metadata:
        return [
            f"{spec.name}.{partner}.{sector}: {share} is not a share between 0 and 1"
            for partner, shares in value
            for sector, share in shares
            if not 0.0 <= share <= 1.0
        ]
    if "by_sector" in spec.metadata:
        low, high = spec.metadata["by_sector"]
        return [
            f"{spec.name}.{sector}: {x} must be at least {low:g}, at most {high:g}"
            for sector, x in value
            if not low <= x <= high
        ]
    limits = spec.metadata["limits"]
    rows = value if "homes" in spec.metadata else (value,)
    wanted = limits["size"]
    faults = []
    for row in rows:
        numbers = row if wanted else (row,)
        if wanted and len(numbers) != wanted:
            faults.append(f"{spec.name}: {len(numbers)} numbers where {wanted} are needed")
        for x in numbers:
            too_low = x <= limits["low"] if limits["open_low"] else x < limits["low"]
            if not np.isfinite(x) or too_low or x > limits["high"]:
                bound = "above" if limits["open_low"] else "at least"
                faults.append(
                    f"{spec.name}: {x} must be {bound} {limits['low']:g}, at most {limits['high']:g}"
                )
    return faults
