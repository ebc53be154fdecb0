"""From what the rule counted to what a person asks: the month's report."""

from __future__ import annotations

import numpy as np
from numba import njit

from negotiation.terms import PARTNERS
from negotiation.world.firms.corridors import HOMES, Corridors
from negotiation.world.firms.month import FirmReport
from negotiation.world.firms.rule import CERTIFIED_SALES, MOVED_SALES, MOVING_SALES, SUNK, US_SALES, Tally


def report_of(
    corridors: Corridors,
    floor: np.ndarray,
    here: Tally,
    there: Tally,
    *,
    month: int,
    certified_share: np.ndarray,
    us_export_share_base: np.ndarray,
    moved: np.ndarray,
    effective_tariff: np.ndarray,
    trade_flow: np.ndarray,
    bought_ahead: np.ndarray,
    stocks: np.ndarray | None,
    keeping_cost: np.ndarray | None,
    relationship_hat: np.ndarray,
) -> FirmReport:
    """The report of a month from the tallies of the firms (``here``) and of their twin (``there``).

    ``floor`` (cells, 6) keeps ratios of stocks finite; the rest goes into the report as it is.
    """
    us, goods, homes = corridors.home[0], corridors.goods, corridors.home[1:]

    def by_home(table: np.ndarray) -> np.ndarray:
        return table.reshape(HOMES, goods.size, *table.shape[1:]).sum(axis=1)

    traded = trade_flow[..., goods]
    lanes, us_sales = traded.sum(axis=2), traded[us, homes]
    links, exporters = by_home(here.links), by_home(here.exporters)
    least = by_home(floor)
    return FirmReport(
        month=month,
        strategies=here.labels.reshape(HOMES, goods.size, -1),
        opened=by_home(here.opened),
        closed=by_home(here.closed),
        started=by_home(here.started),
        links=links,
        links_relative=ratio(links, by_home(there.links)),
        stock_relative=ratio(by_home(here.stock) + least, by_home(there.stock) + least),
        certified_share=certified_share,
        certified_total=ratio((certified_share * us_sales).sum(axis=1), us_sales.sum(axis=1)),
        us_export_share=first_share(lanes, us, homes),
        us_export_share_base=us_export_share_base,
        us_import_share=first_share(lanes.T, us, homes),
        us_only_exporters=ratio(exporters[:, 1], exporters[:, 0]),
        moves_running=share_of_partners(here.money[:, MOVING_SALES], here.money[:, US_SALES]),
        moved=moved,
        sunk_outlay=by_home((here.money - there.money)[:, SUNK]),
        sunk_outlay_all=by_home(here.money[:, SUNK]),
        belief=by_home(here.belief) / np.maximum(by_home(here.labels).sum(axis=-1), 1),
        effective_tariff=effective_tariff,
        trade_flow=trade_flow,
        bought_ahead=bought_ahead,
        stocks=np.zeros_like(trade_flow) if stocks is None else stocks,
        keeping_cost=np.zeros(HOMES) if keeping_cost is None else keeping_cost[corridors.home].sum((1, 2)),
        relationship_hat=relationship_hat,
    )


def stocks_of(here: Tally, there: Tally, floor: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Link stocks (cells, 6) over the twin's; production moved to the United States beyond the twin's (goods,);
    certified share of the partners' US sales (2, goods), 0 where nothing is sold."""
    cells = len(floor)
    relative, moved = np.empty((cells, 6)), np.zeros(cells // HOMES)
    certified = np.zeros((HOMES - 1, cells // HOMES))
    _compare(here.stock, there.stock, floor, here.money, there.money, relative, moved, certified)
    return relative, moved, certified


@njit(cache=True)
def _compare(stock, twin_stock, floor, money, twin_money, relative, moved, certified):
    goods = moved.size
    for c in range(relative.shape[0]):
        for k in range(6):
            least = floor[c, k]
            under = twin_stock[c, k] + least
            relative[c, k] = (stock[c, k] + least) / under if under > 0.0 else 1.0
        moved[c % goods] += money[c, MOVED_SALES] - twin_money[c, MOVED_SALES]
        if c >= goods and money[c, US_SALES] > 0.0:
            share = money[c, CERTIFIED_SALES] / money[c, US_SALES]
            certified[c // goods - 1, c % goods] = min(1.0, max(0.0, share))


def ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """over / under, 1 where there is nothing on either side."""
    over, under = np.asarray(over, float), np.asarray(under, float)
    return np.divide(over, under, out=np.ones_like(over), where=under > 0.0)


def share_of_partners(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """(2, goods) part / whole of the partners' cells, 0 where nothing is sold."""
    share = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0.0)
    return np.clip(share.reshape(HOMES, -1)[1:], 0.0, 1.0)


def first_share(lanes: np.ndarray, us: int, homes: np.ndarray) -> np.ndarray:
    """(2,) the United States' part of each partner's goods exports; ``lanes`` (customer, supplier)."""
    abroad = lanes.sum(axis=0) - np.diagonal(lanes)
    return np.divide(lanes[us, homes], abroad[homes], out=np.zeros(homes.size), where=abroad[homes] > 0.0)


assert len(PARTNERS) == HOMES - 1
