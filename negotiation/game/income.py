"""Real income at every rung of the tariff ladders, at today's links: the one door of the game to the economy.

A *board* is one combination of rungs: Washington on Canada, Washington on Mexico, Canada on the US, Mexico on
the US, and whether the pact is gone (MFN tariffs both ways). The rules only ever ask for real income on
boards, so each is solved once, when first asked for, in one batch with its neighbours.

Income is USD bn a year relative to the tariff-free pact **at the same links**: what links themselves are worth
(love of variety) must not be sold as welfare.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from negotiation.economy import Economy, Equilibrium, solve
from negotiation.economy.solver import solve_rows
from negotiation.errors import EquilibriumNotFound
from negotiation.game.incidence import corrections
from negotiation.game.kernel_door import Boards, Ladders, compiled_boards
from negotiation.game.rulebook import Rulebook
from negotiation.terms import SEATS

Array = np.ndarray


class IncomeTable:
    """Real income and displaced value added on every board, filled lazily.

    relationship_hat, trade_cost_hat : (importer, exporter, sector) firms' links and outside shocks, default 1.
    outside_tariff : (importer, exporter, sector) tariffs in force on every board on top of the economy's own.
    mfn_tariff : (importer, exporter, sector) tariffs between the three if the pact is gone.
    phi : (importer, exporter) incidence corrections of ``incidence.corrections``; worked out if left out.
    tolerance : of the trade equilibrium; 1e-8 in play, 1e-6 in ensembles.
    """

    def __init__(
        self,
        economy: Economy,
        book: Rulebook,
        *,
        mfn_tariff: Array,
        us_steps: Array | None = None,
        partner_steps: Array | None = None,
        relationship_hat: Array | None = None,
        trade_cost_hat: Array | None = None,
        outside_tariff: Array | None = None,
        phi: Array | None = None,
        tolerance: float = 1e-8,
    ) -> None:
        self.economy, self.book, self.tolerance = economy, book, tolerance
        self.relationship_hat, self.outside_tariff = relationship_hat, outside_tariff
        shape = economy.trade_flow.shape
        self._outside = np.ones(shape) if trade_cost_hat is None else np.asarray(trade_cost_hat, float)
        self._mfn = mfn_tariff
        base = economy.tariff if outside_tariff is None else economy.tariff + outside_tariff
        self._on_boards = [np.require(x, float, ["C", "W"]) for x in (base, self._outside, self._mfn)]
        self._fixed = _fixed_of(economy)
        self._ladders = _ladders_of(book, self._fixed.seats, us_steps, partner_steps)
        top, ptop = book.us_top + 1, book.partner_top + 1
        self.shape = (top, top, ptop, ptop, 2)
        size = 2 * top * top * ptop * ptop
        self._real = np.full((size, 3), np.nan)
        self._felt = np.full((size, 3), np.nan)
        self._free = 0
        self._phi = (
            phi
            if phi is not None
            else corrections(
                economy,
                self._ladders.us_points[:, min(1, book.us_top)],
                self._ladders.partner_points[:, min(1, book.partner_top)],
                book.rules.pass_through,
            )
        )
        self.solves = 0
        self.stage_games: dict[Any, Any] = {}
        """What ``payoffs.stage_game`` has worked out on this table."""
        self._whole: dict[int, Equilibrium] = {}

    # -- asking ---------------------------------------------------------------------------------

    def real_income(self, us_rung: Array, partner_rung: Array, mfn: bool = False) -> Array:
        """(..., 3) real income of USA, CAN, MEX, USD bn a year against the tariff-free pact."""
        return self._ask(self._real, us_rung, partner_rung, mfn)

    def felt_income(self, us_rung: Array, partner_rung: Array, mfn: bool = False) -> Array:
        """(..., 3) real income less the weight politics gives to displaced value added."""
        return self._ask(self._felt, us_rung, partner_rung, mfn)

    def real_on(self, numbers: Array, needed: list[int]) -> Array:
        """(boards, 3) real income on boards named by number; those not ``needed`` may be NaN."""
        known = self._real[needed, 0].tolist()
        missing = {number for number, income in zip(needed, known, strict=True) if income != income}
        if missing:
            self._solve(sorted(missing))
        return self._real[numbers]

    def with_boards(self, work: Callable[[Boards], Any]) -> Any:
        """The answer of compiled ``work`` that looks boards up itself: run again once those it missed are solved."""
        asked = np.zeros(len(self._real), bool)
        boards = Boards(self._real, self._felt, asked, self.shape[0], self.shape[2])
        while True:
            answer = work(boards)
            missed = np.flatnonzero(asked & np.isnan(self._real[:, 0]))
            if not missed.size:
                return answer
            self._solve(missed.tolist())

    def prepare(self, us_rungs: Array, partner_rungs: Array, mfn: bool = False) -> None:
        """Solve many boards in one batch before they are asked for one by one."""
        self._ask(self._real, us_rungs, partner_rungs, mfn)

    def tariff(self, us_rung: Array, partner_rung: Array, mfn: bool = False) -> Array:
        """(importer, exporter, sector) tariffs in force on one board."""
        index = self._index(np.asarray(us_rung), np.asarray(partner_rung), mfn)
        return self._shocks(np.atleast_1d(index))[0][0]

    def trade_cost_hat(self, us_rung: Array, partner_rung: Array) -> Array:
        """(importer, exporter, sector) frictions in force on one board."""
        index = self._index(np.asarray(us_rung), np.asarray(partner_rung), False)
        return self._shocks(np.atleast_1d(index))[1][0]

    def in_force(self, us_rung: Array, partner_rung: Array) -> tuple[Array, Array]:
        """(importer, exporter, sector) tariffs and frictions in force on one board."""
        tariffs, costs = self._shocks(np.atleast_1d(self._index(us_rung, partner_rung, False)))
        return tariffs[0], costs[0]

    def equilibrium(self, us_rung: Array, partner_rung: Array, mfn: bool = False) -> Equilibrium:
        """The whole trade equilibrium of one board, for prices, wages and sector output."""
        index = self._index(np.asarray(us_rung), np.asarray(partner_rung), mfn)
        number = int(index)
        if number not in self._whole:
            tariffs, costs = self._shocks(np.atleast_1d(index))
            self._whole[number] = solve(
                self.economy,
                tariff=tariffs[0],
                trade_cost_hat=costs[0],
                relationship_hat=self.relationship_hat,
                tolerance=self.tolerance,
            )
        return self._whole[number]

    # -- solving --------------------------------------------------------------------------------

    def _ask(self, store: Array, us_rung: Array, partner_rung: Array, mfn: bool) -> Array:
        if np.ndim(us_rung) == np.ndim(partner_rung) == 1:
            number = int(self._index(np.asarray(us_rung), np.asarray(partner_rung), mfn))
            if np.isnan(store[number, 0]):
                self._solve([number])
            return store[number].copy()
        index = self._index(np.asarray(us_rung), np.asarray(partner_rung), mfn)
        values = store[index]
        if np.isnan(values[..., 0]).any():
            wanted = sorted(set(index.ravel().tolist()))
            self._solve([board for board in wanted if np.isnan(store[board, 0])])
            values = store[index]
        return values

    def _index(self, us_rung: Array, partner_rung: Array, mfn: bool) -> Array:
        t, p = self.shape[0], self.shape[2]
        us, partner = us_rung.astype(int), partner_rung.astype(int)
        index = (us[..., 0] * t + us[..., 1]) * p + partner[..., 0]
        return (index * p + partner[..., 1]) * 2 + int(mfn)

    def _shocks(self, index: Array) -> tuple[Array, Array]:
        """Tariffs and trade-cost hats of the boards with these numbers."""
        return compiled_boards().shocks_on(
            np.array(index, np.int64),
            self.shape[0],
            self.shape[2],
            self._ladders,
            *self._on_boards,
        )

    def _solve(self, wanted: list[int]) -> None:
        """Solve boards (numbers in rising order, none solved yet), and the tariff-free one if it is not."""
        if np.isnan(self._real[self._free, 0]) and self._free not in wanted:
            wanted = sorted([self._free, *wanted])
        boards = np.array(wanted)
        tariffs, costs = self._shocks(boards)
        found = solve_rows(self.economy, tariffs, costs, self.relationship_hat, self.tolerance)
        if found.status.any():
            worst = int(np.argmax(found.status != 0))
            raise EquilibriumNotFound(
                f"no trade equilibrium on board {tuple(int(i) for i in np.unravel_index(boards[worst], self.shape))} "
                "(US rung on CAN, on MEX, CAN rung, MEX rung, pact gone)",
                iterations=int(found.evidence[worst, 0]),
                residual=float(found.evidence[worst, 1]),
            )
        self.solves += len(boards)
        work, fixed = compiled_boards(), self._fixed
        seats = fixed.seats
        income = work.money_on(
            found.regional, found.revenue, seats, fixed.income, np.array(self._phi, float, order="C")
        )
        if self._free in wanted:
            row = wanted.index(self._free)
            self._free_income = income[row]
            self._free_labour = found.outputs[row, seats] / found.regional[row, 3, seats][:, None]
        real = income - self._free_income
        displaced = work.displaced_on(
            found.outputs,
            found.regional,
            seats,
            self._free_labour,
            fixed.value_added * self.book.salience,
        )
        self._real[boards] = real
        self._felt[boards] = real - self.book.rules.politics.displaced_value_weight * displaced


class _Fixed(NamedTuple):
    """What every table on an economy needs of it."""

    seats: Array
    """(3,) regions of USA, CAN, MEX."""
    income: Array
    """(3,) their income in the base, USD bn."""
    value_added: Array
    """(3, sectors) their value added in the base, USD bn."""


@lru_cache(maxsize=16)
def _fixed_of(economy: Economy) -> _Fixed:
    """Made once an economy."""
    seats = np.array([economy.regions.index(c) for c in SEATS])
    value_added = economy.value_added_share * economy.output
    return _Fixed(seats, np.array(economy.income[seats], float), value_added[seats])


LADDERS_KEPT = 64
"""Coverages of the two ladders a rulebook remembers."""


def _ladders_of(book: Rulebook, seats: Array, us_steps: Array | None, partner_steps: Array | None) -> Ladders:
    """The book's ladders if their steps cover only some sectors; remembered, because a coverage hardly ever changes."""
    steps = (us_steps, partner_steps)
    key = (seats.tobytes(), *(None if x is None else (x.shape, x.astype(bool).tobytes()) for x in steps))
    known = book.ladders_known.get(key)
    if known is None:
        known = Ladders(
            seats,
            _covered(book.us_points, us_steps),
            _covered(book.us_friction, us_steps),
            _covered(book.partner_points, partner_steps),
            _covered(book.partner_friction, partner_steps),
        )
        if len(book.ladders_known) >= LADDERS_KEPT:
            book.ladders_known.clear()
        book.ladders_known[key] = known
    return known


def _covered(levels: Array, steps: Array | None) -> Array:
    """Cumulative level at each rung when each step covers only some sectors. (2, rungs + 1, sectors)."""
    level = np.array(levels, float, order="C")
    if steps is None:
        return level
    increments = np.diff(level, axis=1) * steps.astype(bool)
    return np.concatenate([level[:, :1], level[:, :1] + np.cumsum(increments, axis=1)], axis=1)


def scale_of_leverage(table: Any, book: Rulebook) -> Array:
    """(2,) Cbar_k: joint loss of Washington and k in an all-out exchange of their threat packages, USD bn a year."""
    r = book.rules.rungs
    scale = []
    for k in range(2):
        us, partner = np.zeros(2, int), np.zeros(2, int)
        us[k] = min(r.threatened_us_rung, book.us_top)
        partner[k] = min(r.threatened_partner_rung, book.partner_top)
        income = table.real_income(us, partner)
        scale.append(-(income[0] + income[k + 1]))
    return np.maximum(np.array(scale), book.rules.leverage.smallest_scale)
