"""The firm layer: ten thousand firms and their twin, stepped a month at a time.

    layer = FirmLayer(economy, parameters, 10_000, rng)
    report = layer.step(FirmMonth(tariff=duties, imposed=(1, 0)), month_rng)
    solve(economy, tariff=..., relationship_hat=layer.relationship_hat)

``layer.relationship_hat`` compares link stocks with those of the **twin**, the same firms with the same luck
and no policy; it is exactly 1 until a government does something. Chance is an argument: the same generators
give the same bytes. ``layer.copy()`` is an independent layer in the same state (what-ifs, lookahead).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from negotiation.errors import InputError
from negotiation.world.firms.accounts import first_share, report_of, share_of_partners, stocks_of
from negotiation.world.firms.corridors import BUY_B, BUY_OVERSEAS, HOMES, SELL_B, SELL_OVERSEAS
from negotiation.world.firms.front_loading import Stocks
from negotiation.world.firms.luck import draw_month, drift
from negotiation.world.firms.market import FlowMarket
from negotiation.world.firms.month import FirmMonth, FirmReport
from negotiation.world.firms.parameters import SLOTS, FirmParameters
from negotiation.world.firms.population import (
    CERTIFIED,
    LABELS,
    MOVED,
    PROJECTS,
    FirmRow,
    Traits,
    names_of,
)
from negotiation.world.firms.rule import (
    Tally,
    month,
    new_tally,
)
from negotiation.world.firms.rule_numpy import Outlook, outlook
from negotiation.world.firms.start import reference_of, settle, template_of
from negotiation.world.firms.tables import (
    AT_US_BORDER,
    ON_INPUTS,
    WITH_CERTIFICATE,
    CellTables,
    Rule,
    Switches,
    quiet_tables,
    rule_of,
    tables_of,
)

AS_SHIPPED = Switches()


def _fits(given: Any, shape: tuple[int, ...]) -> bool:
    return isinstance(given, np.ndarray) and given.shape == shape and given.dtype == np.float64


class Lived(NamedTuple):
    """What is kept of the last month until somebody wants its report."""

    here: Tally
    there: Tally
    flow: np.ndarray
    shipped: np.ndarray
    stocks: np.ndarray | None
    keeping_cost: np.ndarray | None
    tariff: np.ndarray


class FirmLayer:
    """A population of firms on an economy, and its twin without policy.

    Args:
        economy: with regions USA, CAN, MEX and any others ("overseas"); goods are all sectors but SRV.
        parameters: see configs/firms.yaml.
        count: firms, at least three per country and sector with output (99 for the shipped economies).
        rng: draws who they are and the luck of their quiet years.

    Raises:
        InvalidEconomy, InputError, ScenarioError: what, where, and what to do.
    """

    def __init__(
        self, economy: Any, parameters: FirmParameters, count: int, rng: np.random.Generator
    ) -> None:
        self.economy, self.parameters = economy, parameters
        self._template = template_of(economy, parameters, count)
        count = self._template.count
        self._reference = reference_of(economy, parameters)
        self._traits, self._twin, self._eps = settle(self._template, parameters, self._reference, rng)
        self._firms = self._twin.copy()._replace(
            **{
                name: np.full(count, value, np.float32)
                for name, value in zip(
                    ("quiet", "hostile", "removals", "duty_years", "lost_sales", "lost_inputs"),
                    (*parameters.prior_quiet, *parameters.prior_removal, 0.0, 0.0),
                    strict=True,
                )
            }
        )
        self._market = FlowMarket(self._reference.short_run, parameters.order_lag)
        self._stocks = Stocks(economy, parameters)
        self.months = 0
        self._quiet: dict[Switches, tuple[Rule, CellTables]] = {}
        cells = self.corridors.cells
        self._ratio = np.ones((cells, 6))
        self._moved = np.zeros(self.corridors.goods.size)
        us, goods = self.corridors.home[0], self.corridors.goods
        self._domestic = np.asarray(economy.trade_flow)[us, us, goods]
        lanes = np.asarray(economy.trade_flow)[..., goods].sum(axis=2)
        self._us_export_share_base = first_share(lanes, us, self.corridors.home[1:])
        self._floor = parameters.stock_floor * self._template.flow
        self._certified = self._certified_now()
        self.relationship_hat = np.ones(economy.trade_flow.shape)
        self._lived: Lived | None = None
        self._told: FirmReport | None = None

    # -- what it is -------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self._template.count

    @property
    def corridors(self) -> Any:
        """The map between the economy's axes and cells and slots."""
        return self._template.corridors

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """The population as arrays, one row a firm, read-only views (bit sets: see ``population``)."""
        columns = {**self._traits._asdict(), **self._firms._asdict()}
        columns.pop("first")
        columns.update(cell=self._template.cell, size=self._template.size, shock=self._eps)
        for name, column in columns.items():
            columns[name] = column.view()
            columns[name].flags.writeable = False
        return columns

    @property
    def bytes_per_firm(self) -> float:
        """Memory of one firm, its twin and their shocks included."""
        arrays = [*self._traits[1:], *self._firms, *self._twin, self._eps]
        shared = [self._template.cell, self._template.size, self._template.log_size, self._template.rank]
        return sum(a.nbytes for a in (*arrays, *shared)) / len(self)

    def row(self, index: int) -> FirmRow:
        """One firm in words: a snapshot of its row."""
        count = len(self)
        if not -count <= index < count:
            raise InputError(f"firms: there is no firm {index}; they are numbered 0 to {count - 1}")
        i = index % count
        home, sector = names_of(self._template, i)
        have = self._firms
        return FirmRow(
            index=i,
            home=home,
            sector=sector,
            size=float(self._template.size[i]),
            links=tuple(name for k, name in enumerate(SLOTS) if have.links[i] >> k & 1),
            strategy=LABELS[int(have.label[i])],
            belief=float(have.quiet[i] / (have.quiet[i] + have.hostile[i])),
            certified=bool(have.flags[i] & CERTIFIED),
            moved=bool(have.flags[i] & MOVED),
            project=PROJECTS[int(have.project[i])],
            months_left=int(have.months_left[i]),
        )

    def copy(self) -> FirmLayer:
        """An independent layer in the same state; what firms *are* is shared, what they have is copied."""
        twin = object.__new__(FirmLayer)
        twin.__dict__.update(self.__dict__)
        twin._firms, twin._twin = self._firms.copy(), self._twin.copy()
        twin._eps, twin._market = self._eps.copy(), self._market.copy()
        twin._stocks = self._stocks.copy()
        return twin

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        for shared in ("_template", "_reference", "_quiet"):
            del state[shared]
        state["_count"] = len(self)
        state["_traits"] = self._traits._replace(first=np.empty(0), log_size=np.empty(0))
        state["_market"] = (self._market._under_way, self._market._state)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        count, market = state.pop("_count"), state.pop("_market")
        self.__dict__.update(state)
        self._template = template_of(self.economy, self.parameters, count)
        self._reference = reference_of(self.economy, self.parameters)
        self._traits = self._traits._replace(
            first=self._template.first, log_size=self._template.log_size.astype(np.float32)
        )
        self._market = FlowMarket(self._reference.short_run, self.parameters.order_lag)
        self._market._under_way, self._market._state = market
        self._quiet = {}

    # -- one month --------------------------------------------------------------------------------------

    def step(self, policy: FirmMonth, rng: np.random.Generator) -> FirmReport:
        """Live through one month of policy; ``rng`` is the month's luck (the same for the twin)."""
        self.advance(policy, rng)
        report = self.last_report
        assert report is not None
        return report

    def advance(self, policy: FirmMonth, rng: np.random.Generator) -> None:
        """``step`` without its report: it is put together when ``last_report`` is first read."""
        tariff, without, with_certificate = self._duties(policy)
        cost = None if policy.trade_cost_hat is None else self._array(policy.trade_cost_hat, "trade_cost_hat")
        if cost is not None and not (cost > 0.0).all():
            raise InputError("firm month: trade_cost_hat must be positive (1 = as in the base)")
        entry_cost = self._entry_cost(policy)
        flow = self._market.clear(tariff, self._stocks.price_hat(cost), self.relationship_hat)
        cells = self._tables(policy, tariff, without, with_certificate, flow, entry_cost)
        draws, shocks = draw_month(len(self), self.parameters.link_death_rate, rng)
        rule, quiet = self._standing(policy.switches)
        here, there = new_tally(self.corridors.cells), new_tally(self.corridors.cells)
        month(self._traits, self._firms, self._eps, draws, cells, rule, here)
        month(self._traits, self._twin, self._eps, draws, quiet, rule, there)
        drift(self._eps, shocks, self.parameters)
        self.months += 1
        self._settle_accounts(here, there)
        rise = policy.announced if policy.switches.stocks else None
        shipped = self._stocks.month(None if rise is None else self._array(rise, "announced"), flow)
        held, cost = self._stocks.held, self._stocks.cost_of_keeping()
        self._lived, self._told = Lived(here, there, flow, shipped, held, cost, tariff), None

    @property
    def last_report(self) -> FirmReport | None:
        """The report of the last month lived; None before the first."""
        if self._told is None and self._lived is not None:
            here, there, flow, shipped, stocks, keeping_cost, tariff = self._lived
            self._told = report_of(
                self.corridors,
                self._floor,
                here,
                there,
                month=self.months,
                certified_share=self._certified,
                us_export_share_base=self._us_export_share_base,
                moved=self._moved,
                effective_tariff=tariff,
                trade_flow=shipped,
                bought_ahead=shipped - flow,
                stocks=stocks,
                keeping_cost=keeping_cost,
                relationship_hat=self.relationship_hat,
            )
        return self._told

    @property
    def traits(self) -> Traits:
        """What firms are (shared by copies; not to be written)."""
        return self._traits

    @property
    def stock_ratio(self) -> np.ndarray:
        """(cells, 6) value of live links over the twin's."""
        return self._ratio

    def outlook(self, policy: FirmMonth) -> tuple[Outlook, CellTables]:
        """What every firm thinks of every slot in such a month, if it looked, and the month as cells see it.
        For explaining; nothing moves (the market is taken as it stands at last month's flows)."""
        flow = self.economy.trade_flow if self._lived is None else self._lived.flow
        cells = self._tables(policy, *self._duties(policy), flow, self._entry_cost(policy))
        rule, _ = self._standing(policy.switches)
        return outlook(self._traits, self._firms, self._eps, cells, rule), cells

    def _array(self, given: np.ndarray, name: str) -> np.ndarray:
        shape = self.economy.trade_flow.shape
        try:
            array = given if _fits(given, shape) else np.broadcast_to(np.asarray(given, float), shape).copy()
        except ValueError:
            raise InputError(
                f"firm month: {name} has shape {np.shape(given)}; it must fit "
                f"(importer, exporter, sector) {shape}"
            ) from None
        if not np.isfinite(array).all():
            raise InputError(f"firm month: {name} holds a value that is not a finite number")
        return array

    def _duties(self, policy: FirmMonth) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Average additional tariff (importer, exporter, sector); per cell without and with certificate."""
        shape = self.economy.trade_flow.shape
        average = np.zeros(shape) if policy.tariff is None else self._array(policy.tariff, "tariff").copy()
        if (policy.tariff_certified is None) != (policy.tariff_uncertified is None):
            raise InputError("firm month: give tariff_certified and tariff_uncertified together, or neither")
        if policy.tariff_certified is None or policy.tariff_uncertified is None:
            same = self.corridors.us_duty(average)
            return average, same, same
        certified = self._array(policy.tariff_certified, "tariff_certified")
        uncertified = self._array(policy.tariff_uncertified, "tariff_uncertified")
        us, goods = self.corridors.home[0], self.corridors.goods
        for k, here in enumerate(self.corridors.home[1:]):
            share = self._certified[k]
            average[us, here, goods] = (
                share * certified[us, here, goods] + (1.0 - share) * uncertified[us, here, goods]
            )
        return average, self.corridors.us_duty(uncertified), self.corridors.us_duty(certified)

    def _tables(
        self,
        policy: FirmMonth,
        tariff: np.ndarray,
        without: np.ndarray,
        with_certificate: np.ndarray,
        flow: np.ndarray,
        entry_cost: np.ndarray,
    ) -> CellTables:
        """The month as cells see it."""
        corridors = self.corridors
        news, evidence = self._events(policy, without)
        duties = np.empty((corridors.cells, 3))
        duties[:, AT_US_BORDER], duties[:, WITH_CERTIFICATE] = without, with_certificate
        duties[:, ON_INPUTS] = corridors.home_duty(tariff)
        return tables_of(
            self.parameters,
            policy.switches,
            self._reference.elasticity,
            corridors.log_growth(flow, self.relationship_hat, self._template.flow),
            self._ratio,
            entry_cost,
            duties,
            corridors.us_duty(tariff),
            news,
            evidence,
        )

    def _standing(self, switches: Switches) -> tuple[Rule, CellTables]:
        """What does not change from month to month: the rule's scalars and the twin's quiet tables."""
        if switches == AS_SHIPPED:
            return self._reference.rule, self._reference.quiet
        if switches not in self._quiet:
            self._quiet[switches] = (
                rule_of(self.parameters, switches),
                quiet_tables(self.parameters, switches, self._reference.elasticity),
            )
        return self._quiet[switches]

    def _entry_cost(self, policy: FirmMonth) -> np.ndarray:
        """(3, 6) factor on sunk costs from corridor measures; US firms have none."""
        factor = np.ones((HOMES, 6))
        if policy.entry_cost_hat is not None:
            try:
                given = np.asarray(policy.entry_cost_hat, float)
                corridor, overseas = given if given.shape == (2, 2) else np.broadcast_to(given, (2, 2))
            except ValueError:
                raise InputError(
                    f"firm month: entry_cost_hat has shape {np.shape(policy.entry_cost_hat)}; it must fit "
                    "(CAN-MEX corridor or overseas, CAN or MEX) (2, 2)"
                ) from None
            factor[1:, SELL_B] = factor[1:, BUY_B] = corridor
            factor[1:, SELL_OVERSEAS] = factor[1:, BUY_OVERSEAS] = overseas
            if not (np.isfinite(factor).all() and (factor >= 0.0).all()):
                raise InputError("firm month: entry_cost_hat must be finite and not negative")
        return factor

    def _events(self, policy: FirmMonth, duty: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Who has news (3,), evidence (3, 4); US firms see the mean of both partners'."""
        p, on = self.parameters, policy.on
        if on is None:
            on = (duty.reshape(HOMES, -1)[1:].max(axis=1) > 0.0).tolist()
        evidence, told = [], []
        for k in range(HOMES - 1):
            imposed, lifted = float(policy.imposed[k]), float(policy.lifted[k])
            unexecuted, reversals = float(policy.threatened_not_executed[k]), float(policy.reversed[k])
            hostile = p.weight_imposed * imposed + p.weight_other * float(policy.imposed[1 - k])
            hostile += p.weight_threat_unexecuted * unexecuted + p.weight_reversal * reversals
            evidence.append((p.weight_lifted * lifted, hostile, lifted, float(on[k]) / 12.0))
            told.append(bool(imposed or lifted or unexecuted or reversals))
        news = told if policy.news is None else [bool(x) for x in policy.news]
        mean = [0.5 * (one + other) for one, other in zip(*evidence, strict=True)]
        return np.array([any(news), *news]), np.array([mean, *evidence])

    # -- accounts ---------------------------------------------------------------------------------------

    def _settle_accounts(self, here: Tally, there: Tally) -> None:
        """Link stocks over the twin's, production moved beyond the twin's, and what they make of trade."""
        self._ratio, self._moved, self._certified = stocks_of(here, there, self._floor)
        self.relationship_hat = self.corridors.relationship_hat(
            self._ratio, self.parameters.seller_weight, self._moved, self._domestic
        )

    def _certified_now(self) -> np.ndarray:
        """(2, goods) certified share of US sales, from the columns."""
        have, cells = self._firms, self.corridors.cells
        us_sales = np.where(have.links & 1, self._traits.value[:, 0], 0.0)
        certified = np.where(have.flags & CERTIFIED, us_sales, 0.0)
        return share_of_partners(
            np.bincount(self._template.cell, certified, minlength=cells),
            np.bincount(self._template.cell, us_sales, minlength=cells),
        )
