"""Firms inside a round: the months they live through, what they are told, and how the law reaches them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from negotiation.game.position import Position
from negotiation.game.ruling import Ruling
from negotiation.terms import PARTNERS, Country
from negotiation.world.chance import stream
from negotiation.world.firms import FirmMonth, Switches
from negotiation.world.law import month_for_firms

Array = np.ndarray


class FirmMonths:
    """The part of ``ReviewModel`` in which firms live; it uses the model's book, economy, tables and firms."""

    seed: int
    book: Any
    economy: Any
    firms: Any
    outside: Array
    results: list[dict[str, Any]]
    as_in_history: bool
    table_with: Any
    lean: bool
    _table: Any
    months_lived: list[Any]

    if TYPE_CHECKING:

        @property
        def round(self) -> int: ...

        @property
        def scenario(self) -> Any: ...

    @property
    def last_report(self) -> Any:
        """What firms did in the last month they lived; None before the first."""
        return self.firms.last_report

    def _live(self, before: Position, pos: Position, ruling: Ruling, now: Any) -> None:
        """Firms live through the months of the round under the tariffs now in force."""
        if not self.book.on("S7"):
            return
        table = self.table_with(
            pos, self.firms.relationship_hat, self.outside
        )  # unsolved until links are new
        steps = [now - was for now, was in zip(pos.us_rung.tolist(), before.us_rung.tolist(), strict=True)]
        lifted, imposed = [float(step < 0) for step in steps], [float(step > 0) for step in steps]
        warned = zip(before.us_notice.tolist(), ruling.u.tolist(), strict=True)
        dropped = [float(notice and stance != 2) for notice, stance in warned]
        turned = self._turned(imposed, lifted)
        tariff, friction = table.in_force(pos.us_rung, pos.partner_rung)
        cut = self.book.rules.corridor
        entry = np.empty((2, 2))
        entry[0] = 1 - cut.entry_cost_cut_partner * float(pos.corridor)
        entry[1] = 1 - cut.entry_cost_cut_overseas * float(pos.corridor_overseas)
        shared: dict[str, Any] = {
            "tariff": tariff - self.economy.tariff,
            "trade_cost_hat": friction,
            "entry_cost_hat": entry,
            "switches": Switches(uncertainty=self.book.on("S8")),
        }
        ahead = self.firms.parameters.looks_ahead
        rise = self._announced(pos)
        events = {
            "imposed": imposed,
            "lifted": lifted,
            "threatened_not_executed": dropped,
            "reversed": turned,
        }
        told: dict[str, Any] = {name: (value[0], value[1]) for name, value in events.items()}
        self.months_lived: list[Any] = []
        for month in range(now.months):
            near = rise if month >= now.months - ahead else None
            policy = FirmMonth(**shared, announced=near, **(told if month == 0 else {}))
            if self.as_in_history:
                met = month_for_firms(self.scenario, self.economy, now.date)
                policy = replace(met, **{name: shared[name] for name in shared if name != "tariff"})
            self.firms.advance(policy, stream(self.seed, "firms", self.round, month))
            if not self.lean:
                self.months_lived.append(self.firms.last_report)
        table.relationship_hat = self.firms.relationship_hat
        self._table = table

    def _announced(self, pos: Position) -> Array | None:
        """(importer, exporter, sector) what buyers expect duties to rise by: the step announced times its
        credibility, Washington's and the partners'; None where no step is announced."""
        on, by = pos.us_notice.tolist(), pos.partner_notice.tolist()
        if not (any(on) or any(by)):
            return None
        tops = [self.book.partner_top] * len(PARTNERS)
        steps: tuple[tuple[Any, ...], ...] = (
            (on, pos.us_rung.tolist(), pos.us_rung_cap.tolist(), self.book.us_points, "threat"),
            (by, pos.partner_rung.tolist(), tops, self.book.partner_points, "answer"),
        )
        rise = np.zeros(self.economy.trade_flow.shape)
        us = self.economy.index(Country.USA)
        for side, (notice, rung, top, points, belief) in enumerate(steps):
            believed: Any = pos.belief(belief) if any(notice) else None
            for k, partner in enumerate(PARTNERS):
                if notice[k] and rung[k] < top[k]:
                    here = self.economy.index(partner)
                    step = np.maximum(points[k, rung[k] + 1] - points[k, rung[k]], 0.0)
                    rise[(us, here) if side == 0 else (here, us)] = believed[k] * step
        return rise if rise.any() else None

    def _turned(self, imposed: list[float], lifted: list[float]) -> list[float]:
        """Where Washington's tariff on k changes direction against its last change."""
        last, now = [0, 0], [self.scenario.start.us_rung[k] for k in PARTNERS]
        for result in self.results:
            for k, rung in enumerate(result["position"]["us_rung"]):
                if rung != now[k]:
                    last[k], now[k] = (1 if rung > now[k] else -1), rung
        return [float((last[k] > 0 and lifted[k] > 0) or (last[k] < 0 and imposed[k] > 0)) for k in range(2)]
