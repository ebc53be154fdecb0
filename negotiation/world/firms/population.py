"""The firms themselves: who they are (drawn once), and what each has and believes (changes every month).

State lives in columns, one row a firm, rows of a cell side by side and the largest first. Three groups:

* ``Template`` - what depends on the economy and the number of firms but on no chance: cells and sizes;
* ``Traits`` - what a firm is: drawn at the start, never changed, shared by every copy of a layer;
* ``Holdings`` - what a firm has: links, projects, beliefs. One for the population, one for its **twin** (the
  same firms, the same luck, no policy), which never learns anything new and so needs no belief columns.

``links`` is a bit set: bit k set means slot k is live. ``flags`` likewise: CERTIFIED, MOVED.
Money is USD bn a year. A row costs about 130 bytes, twin and shocks included.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from negotiation.errors import InputError
from negotiation.terms import SEATS, FirmStrategy
from negotiation.world.firms.corridors import HOMES, Corridors
from negotiation.world.firms.dice import key_of, normals, uniforms
from negotiation.world.firms.parameters import FirmParameters

CERTIFIED, MOVED = 1, 2
FEASIBLE, AFFILIATE, LARGE = 1, 2, 4
"""Bits of ``Traits.nature``: can meet the rules of origin; owns a US plant; large enough to move."""
LABELS = (FirmStrategy.HOLD, FirmStrategy.COORDINATE, FirmStrategy.CONCEDE, FirmStrategy.DEFECT)
HOLD, COORDINATE, CONCEDE, DEFECT = range(4)
LARGEST_COUNT = 1_000_000


class Traits(NamedTuple):
    """What firms are. ``first`` (cells + 1) marks where a cell's rows begin; the rest has one row a firm."""

    first: np.ndarray
    log_size: np.ndarray
    """ln(size / median size of the cell), float32."""
    base: np.ndarray
    """(N, 6) log profit of each slot without shocks, per unit of fixed cost."""
    value: np.ndarray
    """(N, 6) USD bn a year the link carries when live."""
    us_share: np.ndarray
    """value of the first market over all sales, at most 1."""
    attention: np.ndarray
    move_cost: np.ndarray
    """years of link profit a move to the United States would sink."""
    move_premium: np.ndarray
    """cost of producing there over producing at home, a fraction."""
    nature: np.ndarray


class Holdings(NamedTuple):
    """What firms have. The belief and displacement columns of the twin have no rows."""

    links: np.ndarray
    flags: np.ndarray
    project: np.ndarray
    """0 none, 1-6 opening slot 0-5, 7 certifying, 8 moving into an affiliate, 9 building a US plant."""
    months_left: np.ndarray
    label: np.ndarray
    quiet: np.ndarray
    hostile: np.ndarray
    """Beta counters: years without, with a new US action. Their share is the belief z."""
    removals: np.ndarray
    duty_years: np.ndarray
    """Gamma counters: removals seen, years with a duty in force."""
    lost_sales: np.ndarray
    lost_inputs: np.ndarray
    """smoothed realised loss (log) of the first market, weighted by its share."""

    def copy(self) -> Holdings:
        return Holdings(*(column.copy() for column in self))


@dataclass(frozen=True)
class FirmRow:
    """One firm as a person would describe it: a copy of its row, for windows and tables."""

    index: int
    home: str
    sector: str
    size: float
    links: tuple[str, ...]
    strategy: FirmStrategy
    belief: float
    certified: bool
    moved: bool
    project: str | None
    months_left: int


PROJECTS = (
    None,
    "selling to its first market",
    "selling to the other partner",
    "selling overseas",
    "buying from its first market",
    "buying from the other partner",
    "buying overseas",
    "certifying",
    "moving into its US plant",
    "building a US plant",
)


@dataclass(frozen=True)
class Template:
    """Cells and sizes of ``count`` firms of an economy: no chance in it."""

    corridors: Corridors
    first: np.ndarray
    cell: np.ndarray
    size: np.ndarray
    log_size: np.ndarray
    rank: np.ndarray
    """position in the cell by size as a fraction, 0 for the largest."""
    flow: np.ndarray
    """(cells, 6) USD bn a year of trade in each slot's corridors at the base."""
    output: np.ndarray
    """(cells,) gross output."""

    @property
    def count(self) -> int:
        return self.cell.size

    @classmethod
    def of(cls, economy: Any, parameters: FirmParameters, count: int) -> Template:
        """Share ``count`` firms out over cells by the root of output, and a cell's sales by Pareto rank."""
        corridors = Corridors.of(economy)
        output = np.asarray(economy.output, float)[corridors.home][:, corridors.goods].ravel()
        alive = output > 0
        least = parameters.smallest_cell
        needed = least * int(alive.sum())
        if isinstance(count, bool) or not isinstance(count, Real) or not float(count).is_integer():
            raise InputError(f"firms: {count!r} is not a number of firms; give a whole number")
        if not needed <= count <= LARGEST_COUNT:
            raise InputError(
                f"firms: {count} cannot be placed; {int(alive.sum())} countries x sectors with output need "
                f"{least} firms each, so give at least {needed} and at most {LARGEST_COUNT:,}"
            )
        count, firms = int(count), np.where(alive, least, 0)
        wish = np.sqrt(np.maximum(output, 0.0))
        wish = wish / wish.sum() * count
        spare = np.maximum(wish - firms, 0.0)
        exact = spare / spare.sum() * (count - needed) if count > needed else np.zeros_like(spare)
        firms = firms + np.floor(exact).astype(int)
        order = np.argsort(-(exact - np.floor(exact)), kind="stable")
        firms[order[: count - firms.sum()]] += 1
        first = np.concatenate([[0], np.cumsum(firms)]).astype(np.int64)
        cell = np.repeat(np.arange(firms.size), firms)
        place = np.arange(count) - first[cell]
        weight = ((place + 0.5) / firms[cell]) ** (-1.0 / parameters.size_tail)
        total = np.bincount(cell, weight, minlength=firms.size)
        size = weight / total[cell] * output[cell]
        middle = first[:-1] + firms // 2
        median = size[np.minimum(middle, count - 1)]
        return cls(
            corridors,
            first,
            cell.astype(np.int16),
            size,
            np.log(size / median[cell]),
            place / firms[cell],
            corridors.gather(np.asarray(economy.trade_flow, float)),
            output,
        )


def draw_traits(template: Template, parameters: FirmParameters, rng: np.random.Generator) -> Traits:
    """Draw who the firms are. ``base`` lacks the mean profit of its slot and ``value`` its scale until
    ``settle`` has decided who is linked (see :mod:`negotiation.world.firms.start`)."""
    count = template.count
    keys = key_of(rng, 5)
    base, value = np.empty((count, 6), np.float32), np.empty((count, 6), np.float32)
    normals(keys[0], base.reshape(-1))
    log_size, size = template.log_size.astype(np.float32), template.size.astype(np.float32)
    _fill_links(
        template.first,
        template.flow,
        log_size,
        size,
        parameters.match_sd,
        parameters.size_premium,
        base,
        value,
    )
    attention, owns, sunk, premium = np.empty((4, count), np.float32)
    for key, column in zip(keys[1:], (attention, owns, sunk, premium), strict=True):
        uniforms(key, column)
    low, high = parameters.attention_spread
    attention *= high - low
    attention += low
    affiliate = (template.rank < parameters.affiliate_top) & (owns < parameters.affiliate_share)
    np.log1p(-sunk, out=sunk)  # less a standard exponential
    sunk *= np.where(affiliate, np.float32(-parameters.sunk_move), np.float32(-parameters.sunk_new_plant))
    low, high = parameters.us_cost_premium
    premium *= high - low
    premium += low
    nature = np.where(affiliate, AFFILIATE, 0) | np.where(template.rank < parameters.movers_top, LARGE, 0)
    return Traits(
        first=template.first,
        log_size=log_size,
        base=base,
        value=value,
        us_share=np.zeros(count, np.float32),
        attention=attention.copy(),
        move_cost=sunk.copy(),
        move_premium=premium.copy(),
        nature=nature.astype(np.uint8),
    )


@njit(cache=True, nogil=True)
def _fill_links(first, flow, log_size, size, spread, premium, base, value):
    """``base`` (N, 6) from the standard normals it holds, ``value`` (N, 6) in proportion to how well a link fits."""
    spread, premium = np.float32(spread), np.float32(premium)
    for c in range(first.size - 1):
        for i in range(first[c], first[c + 1]):
            for k in range(6):
                fit = spread * base[i, k]
                base[i, k] = fit + premium * log_size[i]
                value[i, k] = size[i] * np.exp(fit) if flow[c, k] > 0.0 else np.float32(0.0)


def fresh_holdings(links: np.ndarray, parameters: FirmParameters, *, twin: bool) -> Holdings:
    """Holdings with these links, no project and prior beliefs (none at all for a twin)."""
    count = links.size
    rows = 0 if twin else count

    def filled(value: float) -> np.ndarray:
        return np.full(rows, value, np.float32)

    return Holdings(
        links=links.astype(np.uint8),
        flags=np.zeros(count, np.uint8),
        project=np.zeros(count, np.int8),
        months_left=np.zeros(count, np.int8),
        label=np.zeros(count, np.int8),
        quiet=filled(parameters.prior_quiet[0]),
        hostile=filled(parameters.prior_quiet[1]),
        removals=filled(parameters.prior_removal[0]),
        duty_years=filled(parameters.prior_removal[1]),
        lost_sales=filled(0.0),
        lost_inputs=filled(0.0),
    )


def live(links: np.ndarray) -> np.ndarray:
    """(N, 6) booleans from the bit sets."""
    return (links[:, None] >> np.arange(6, dtype=np.uint8)) & 1 > 0


def pack(live_links: np.ndarray) -> np.ndarray:
    """Bit sets from (N, 6) booleans."""
    return (live_links.astype(np.uint8) << np.arange(6, dtype=np.uint8)).sum(axis=1, dtype=np.uint8)


def names_of(template: Template, row: int) -> tuple[str, str]:
    """Home and sector of one firm."""
    home, sector = divmod(int(template.cell[row]), template.corridors.goods.size)
    return str(SEATS[home]), template.corridors.sectors[template.corridors.goods[sector]]


assert len(SEATS) == HOMES
