"""Which corridors a firm's six slots are, and how link stocks become the economy's ``relationship_hat``.

A *cell* is a home country and a goods sector; cell = home * goods + sector, homes in the order USA, CAN, MEX.
Tables of cells have shape (cells, 6). A corridor of the economy is (importer, exporter, sector): a selling
slot of home h is (customer, h), a buying slot is (h, supplier); "overseas" is every region outside the three,
taken together. Both sides of a North American corridor hold links in it: the sellers and the buyers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from negotiation.errors import InvalidEconomy
from negotiation.terms import SEATS, Country, Sector, others

HOMES = len(SEATS)
LEAST_AT_HOME = 0.5
"""Home links of the United States never fall below this when the twin has moved more production there: a guard, not
met while producing there is dearer than at home."""
SELL_A, SELL_B, SELL_OVERSEAS, BUY_A, BUY_B, BUY_OVERSEAS = range(6)


@dataclass(frozen=True)
class Corridors:
    """The map between an economy's axes and the firms' cells and slots."""

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    goods: np.ndarray
    """(goods,) positions of the traded goods on the economy's sector axis: all but services."""
    home: np.ndarray
    """(3,) positions of USA, CAN, MEX on the region axes."""
    overseas: np.ndarray
    """positions of all other regions."""
    importer: np.ndarray
    exporter: np.ndarray
    counts: np.ndarray
    """(3, 6, width): regions of the corridors of each home and slot, and 1 where the entry counts."""
    flat: np.ndarray
    """(3, goods, 6, width) places of the same corridors in a raveled (importer, exporter, sector) array."""

    @property
    def cells(self) -> int:
        return HOMES * self.goods.size

    @classmethod
    def of(cls, economy: Any) -> Corridors:
        """Read an economy's axes; refuse one without the three countries or without goods."""
        regions = tuple(str(r) for r in economy.regions)
        sectors = tuple(str(s) for s in economy.sectors)
        missing = [str(seat) for seat in SEATS if str(seat) not in regions]
        if missing:
            raise InvalidEconomy(
                "the firm layer needs the United States, Canada and Mexico:",
                [f"region {name} is missing (regions: {', '.join(regions)})" for name in missing],
            )
        goods = np.array([j for j, s in enumerate(sectors) if s != Sector.SRV], dtype=np.int64)
        if goods.size == 0:
            raise InvalidEconomy("the firm layer needs at least one goods sector besides services (SRV)")
        place = {seat: regions.index(str(seat)) for seat in SEATS}
        home = np.array([place[seat] for seat in SEATS], dtype=np.int64)
        overseas = np.array([n for n in range(len(regions)) if n not in set(home.tolist())], dtype=np.int64)
        width = max(1, overseas.size)
        importer = np.zeros((HOMES, 6, width), dtype=np.int64)
        exporter = np.zeros((HOMES, 6, width), dtype=np.int64)
        counts = np.zeros((HOMES, 6, width))
        for h, seat in enumerate(SEATS):
            first, second = (place[other] for other in others(Country(seat)))
            far = [overseas.tolist()] if overseas.size else [[]]
            for slot, partners in enumerate([[first], [second], far[0]] * 2):
                for q, partner in enumerate(partners):
                    importer[h, slot, q], exporter[h, slot, q] = (
                        (partner, home[h]) if slot <= SELL_OVERSEAS else (home[h], partner)
                    )
                    counts[h, slot, q] = 1.0
        size = (len(regions), len(regions), len(sectors))
        here, there = importer[:, None], exporter[:, None]
        flat = np.ravel_multi_index((here, there, goods[None, :, None, None]), size)
        return cls(regions, sectors, goods, home, overseas, importer, exporter, counts, flat)

    def gather(self, corridor: np.ndarray) -> np.ndarray:
        """Sum an (importer, exporter, sector) array over each slot's corridors: (cells, 6)."""
        out = np.empty((self.cells, 6))
        _add_up(np.ascontiguousarray(corridor, float).reshape(-1), self.flat, self.counts, out)
        return out

    def us_duty(self, tariff: np.ndarray) -> np.ndarray:
        """(cells,) what the United States charges each cell's goods; 0 for its own."""
        out = tariff[self.home[0], self.home][:, self.goods]
        out[0] = 0.0
        return out.ravel()

    def home_duty(self, tariff: np.ndarray) -> np.ndarray:
        """(cells,) what each home charges US goods of the sector; 0 for the United States."""
        out = tariff[self.home, self.home[0]][:, self.goods]
        out[0] = 0.0
        return out.ravel()

    def relationship_hat(
        self, ratio: np.ndarray, seller_weight: float, moved: np.ndarray, domestic: np.ndarray
    ) -> np.ndarray:
        """(importer, exporter, sector) from ratios of link stocks to the twin's.

        ``ratio`` (cells, 6); inside North America a geometric mean of the sellers' side (weight
        ``seller_weight``) and the buyers' side, overseas the one side that is modelled. Corridors between the
        United States and overseas stay at 1: a few giant US firms there are noise, not news. ``moved``
        (goods,) is production moved into the United States beyond the twin's, USD bn a year, added to
        ``domestic`` (goods,) US sales at home.
        """
        regions, sectors = len(self.regions), len(self.sectors)
        hat = np.ones((regions, regions, sectors))
        _spread(ratio, self.flat, self.counts, seller_weight, hat.reshape(-1))
        us = self.home[0]
        grown = np.divide(moved, domestic, out=np.zeros_like(domestic), where=domestic > 0)
        hat[us, us, self.goods] = np.maximum(1.0 + grown, LEAST_AT_HOME)
        return hat

    def log_growth(self, flow: np.ndarray, hat: np.ndarray, base: np.ndarray) -> np.ndarray:
        """(cells, 6) log of trade per unit of link, now over the base: ``flow`` and ``hat`` (importer, exporter,
        sector) over ``base`` (cells, 6); 0 where nothing was traded. Overseas links are the first region's."""
        out = np.zeros((self.cells, 6))
        here, links = np.ascontiguousarray(flow, float), np.ascontiguousarray(hat, float)
        _grow(here.reshape(-1), links.reshape(-1), base, self.flat, self.counts, out)
        return out


@njit(cache=True)
def _add_up(line, flat, counts, out):
    homes, goods, slots, width = flat.shape
    for h in range(homes):
        for j in range(goods):
            for k in range(slots):
                total = 0.0
                for q in range(width):
                    total += counts[h, k, q] * line[flat[h, j, k, q]]
                out[h * goods + j, k] = total


@njit(cache=True)
def _grow(line, hat, base, flat, counts, out):
    _add_up(line, flat, counts, out)
    homes, goods, slots, _ = flat.shape
    for h in range(homes):
        for j in range(goods):
            for k in range(slots):
                c = h * goods + j
                link = hat[flat[h, j, k, 0]] if counts[h, k, 0] > 0.0 else 1.0
                out[c, k] = np.log(out[c, k] / (base[c, k] * link)) if base[c, k] > 0.0 else 0.0


@njit(cache=True)
def _spread(ratio, flat, counts, seller_weight, line):
    """Multiply every corridor by its slots' ratios, each to the power of its side's weight."""
    homes, goods, slots, width = flat.shape
    for h in range(homes):
        for k in range(slots):
            overseas = k in (SELL_OVERSEAS, BUY_OVERSEAS)
            if overseas and h == 0:
                continue
            power = 1.0 if overseas else (seller_weight if k < BUY_A else 1.0 - seller_weight)
            for j in range(goods):
                factor = ratio[h * goods + j, k] ** power
                for q in range(width):
                    if counts[h, k, q] > 0.0:
                        line[flat[h, j, k, q]] *= factor
