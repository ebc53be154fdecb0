"""Goods bought ahead of a duty that is announced and believed, and the stocks they leave at the border.

Buyers compare what a unit in the warehouse is expected to save (the announced rise of the duty times how far it is
believed) with what keeping it costs a month. Cover is bought as long as its last month still pays,

    cover = min(room to store, expected rise / carrying cost)      in months of today's trade,

a part of what is missing each month, and never more than carriers can move on top of the month's trade. When the
rise is in force or no longer believed, stocks are used up instead of orders: trade falls below what it would be.
Nothing is gained or lost in the long run but the cost of keeping. Goods only, between the three countries only;
one number a corridor and sector, none a firm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from negotiation.terms import PARTNERS, SEATS, Country, Sector
from negotiation.world.firms.parameters import FirmParameters

MONTHS = 12


class Stocks:
    """What buyers hold beyond the ordinary, corridor by corridor, (importer, exporter, sector), USD bn."""

    def __init__(self, economy: Any, parameters: FirmParameters) -> None:
        self.parameters = parameters
        homes = [economy.index(str(seat)) for seat in SEATS]
        room = np.zeros(economy.trade_flow.shape)
        months = [parameters.room_to_store(s) if s != Sector.SRV else 0.0 for s in economy.sectors]
        for n in homes:
            for i in homes:
                if n != i:
                    room[n, i] = months
        self._room = room
        """Months of trade there is room for."""
        self._ordinary = np.maximum(np.asarray(economy.trade_flow) / MONTHS, 1e-12)
        self.held: np.ndarray | None = None
        """None as long as nobody has bought anything ahead."""

    def copy(self) -> Stocks:
        """Independent stocks in the same state."""
        twin = object.__new__(Stocks)
        twin.__dict__.update(self.__dict__)
        return twin

    def price_hat(self, cost: np.ndarray | None) -> np.ndarray | None:
        """The month's trade costs with the cost of keeping what is held on top (new over base)."""
        if self.held is None:
            return cost
        kept = 1.0 + self.parameters.carrying_cost * self.held / self._ordinary
        return kept if cost is None else cost * kept

    def cost_of_keeping(self) -> np.ndarray | None:
        """(importer, exporter, sector) what keeping the stocks costs in a month, USD bn."""
        return None if self.held is None else self.parameters.carrying_cost * self.held

    def month(self, rise: np.ndarray | None, flow: np.ndarray) -> np.ndarray:
        """What crosses the border in a month whose trade would be ``flow`` (USD bn a year), stocks moved on.

        ``rise`` : (importer, exporter, sector) expected rise of duties, None where nothing is announced.
        """
        if self.held is None and (rise is None or not rise.any()):
            return flow
        p, month = self.parameters, flow / MONTHS
        held = np.zeros_like(flow) if self.held is None else self.held
        cover = 0.0 if rise is None else np.minimum(self._room, np.maximum(rise, 0.0) / p.carrying_cost)
        missing = cover * month - held
        change = np.where(
            missing > 0.0,
            np.minimum(p.bought_ahead * missing, p.most_ahead * month),
            np.maximum(p.used_up * missing, -p.most_used * month),
        )
        if rise is None and bool((held + change <= p.stock_left * month).all()):
            change, self.held = -held, None
        else:
            self.held = held + change
        return flow + MONTHS * change


def expected_rise(economy: Any, event: Mapping[str, Any]) -> np.ndarray | None:
    """(importer, exporter, sector) what buyers expect of a dated announcement (``configs/firms/replay.yaml``).

    ``announced`` by partner, in percent of goods' value as a fraction, ``announced_energy`` where energy gets
    another rate, times ``believed``.
    """
    if "announced" not in event:
        return None
    rise = np.zeros(economy.trade_flow.shape)
    us = economy.index(str(Country.USA))
    energy = event.get("announced_energy", event["announced"])
    for k, partner in enumerate(PARTNERS):
        here = economy.index(str(partner))
        for j, sector in enumerate(economy.sectors):
            if sector != Sector.SRV:
                rise[us, here, j] = (energy if sector == Sector.ENE else event["announced"])[k]
    return rise * float(event["believed"])
