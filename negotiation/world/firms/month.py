"""What the firm layer is told each month (``FirmMonth``) and what it answers (``FirmReport``).

Axes: (importer, exporter, sector) in the economy's order; partners (CAN, MEX); homes (USA, CAN, MEX); slots
as in :mod:`negotiation.world.firms.parameters`; goods in the economy's order without services. Tariffs are
fractions *in addition to* the economy's own; money is USD bn a year.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from negotiation.errors import InputError
from negotiation.world.firms.tables import Switches

Pair = tuple[float, float]


def _plain(one: object, other: object) -> bool:
    """Two numbers that need no closer look."""
    return type(one) is float and type(other) is float and 0.0 <= one < 1e300 and 0.0 <= other < 1e300


@dataclass(frozen=True)
class FirmMonth:
    """One month of policy; ``FirmMonth()`` is a month in which nothing is in force and nothing happens.

    ``tariff``: additional tariffs in force. Where the United States treats certified goods differently, give
    ``tariff_certified`` and ``tariff_uncertified`` too: on goods from Canada and Mexico they replace
    ``tariff`` and the average follows from who is certified. ``trade_cost_hat``: frictions, new over base.
    ``entry_cost_hat``: factor on the sunk cost of new links, rows (CAN-MEX corridor, overseas), columns (CAN,
    MEX), or anything that broadcasts to it (corridor measures: below 1).

    ``announced``: (importer, exporter, sector) rise of duties that is announced but not in force, times how far it
    is believed; buyers order ahead of it.

    Events of the month per partner, in episodes: duties ``imposed`` and ``lifted`` by the United States,
    threats ``threatened_not_executed`` by their date, policies ``reversed``. ``on``: a US duty is in force
    (default: read off the tariffs). ``news``: the month makes firms look up (default: any event).
    """

    tariff: np.ndarray | None = None
    tariff_certified: np.ndarray | None = None
    tariff_uncertified: np.ndarray | None = None
    trade_cost_hat: np.ndarray | None = None
    entry_cost_hat: np.ndarray | float | None = None
    announced: np.ndarray | None = None
    imposed: Pair = (0.0, 0.0)
    lifted: Pair = (0.0, 0.0)
    threatened_not_executed: Pair = (0.0, 0.0)
    reversed: Pair = (0.0, 0.0)
    on: Pair | None = None
    news: tuple[bool, bool] | None = None
    switches: Switches = field(default_factory=Switches)

    def __post_init__(self) -> None:
        for name in ("imposed", "lifted", "threatened_not_executed", "reversed", "on", "news"):
            given = getattr(self, name)
            if given is None or (type(given) is tuple and len(given) == 2 and _plain(*given)):
                continue
            try:
                pair = np.asarray(given, dtype=float)
            except (TypeError, ValueError):
                pair = np.empty(0)
            if pair.shape != (2,) or not np.isfinite(pair).all() or (pair < 0.0).any():
                raise InputError(
                    f"firm month: {name} is {given!r}; give two numbers from 0 up, for Canada and Mexico"
                )


@dataclass(frozen=True)
class FirmReport:
    """One month of firms, after it happened.

    strategies: (3, goods, 4) firms that held, coordinated, conceded, defected.
    opened, closed: (3, 6) links that went live, and that were let go by choice.
    started: (3, 10) projects begun, by kind (see ``population.PROJECTS``).
    links, links_relative: (3, 6) live links, and over the twin's.
    stock_relative: (3, 6) their value over the twin's.
    certified_share: (2, goods) share of US sales with a certificate; certified_total: (2,).
    us_export_share: (2,) United States' share of a partner's goods exports; base: the same before any policy.
    us_import_share: (2,) its share of the partner's goods imports.
    us_only_exporters: (3,) share of exporters that sell to their first market only.
    moves_running: (2, goods) share of US sales whose firm is moving production to the United States.
    moved: (goods,) production moved there beyond the twin's, USD bn a year.
    sunk_outlay: (3,) USD bn sunk this month beyond the twin's; sunk_outlay_all: all of it.
    belief: (3,) mean z, the probability firms give to a year without a new US action.
    effective_tariff: (importer, exporter, sector) additional duties at the certified shares of the month.
    trade_flow: (importer, exporter, sector) what crossed borders, USD bn a year before tariffs: short-run flows,
        orders ahead of a duty and stocks used up included.
    bought_ahead: (importer, exporter, sector) the part of it that filled stocks (negative: stocks used instead of
        orders), USD bn a year; stocks: what is held then, USD bn; keeping_cost: (3,) of the month, USD bn.
    relationship_hat: (importer, exporter, sector) link stocks after the month, for the welfare engine.
    """

    month: int
    strategies: np.ndarray
    opened: np.ndarray
    closed: np.ndarray
    started: np.ndarray
    links: np.ndarray
    links_relative: np.ndarray
    stock_relative: np.ndarray
    certified_share: np.ndarray
    certified_total: np.ndarray
    us_export_share: np.ndarray
    us_export_share_base: np.ndarray
    us_import_share: np.ndarray
    us_only_exporters: np.ndarray
    moves_running: np.ndarray
    moved: np.ndarray
    sunk_outlay: np.ndarray
    sunk_outlay_all: np.ndarray
    belief: np.ndarray
    effective_tariff: np.ndarray
    trade_flow: np.ndarray
    bought_ahead: np.ndarray
    stocks: np.ndarray
    keeping_cost: np.ndarray
    relationship_hat: np.ndarray
