"""How good are these firms? The dated replay of January 2025 - July 2026, model beside measurement.

    python -m negotiation.world.firms.calibration            10,000 firms, eight seeds, a few seconds
    python -m negotiation.world.firms.calibration 2000 4

Statutory tariffs come day by day from the schedules of the economy; firms decide who certifies, and so what is
really charged. Events and the measured figures, with their sources, stand in ``configs/firms/replay.yaml``. The
table is the mean over seeds with their spread; what does not fit is left standing and explained in the README.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.economy import load_economy
from negotiation.economy.schedule import load_schedule
from negotiation.scenario import load_firm_parameters, load_yaml
from negotiation.terms import Sector
from negotiation.world.firms.front_loading import expected_rise
from negotiation.world.firms.layer import FirmLayer
from negotiation.world.firms.month import FirmMonth, FirmReport
from negotiation.world.firms.parameters import FirmParameters

FIRST, LAST = "2025-01", "2026-07"
EVENTS = ("imposed", "lifted", "threatened_not_executed", "reversed")


def default_parameters() -> FirmParameters:
    """The shipped parameters."""
    return FirmParameters.from_mapping(load_firm_parameters())


def months_between(first: str, last: str) -> list[str]:
    """Names of months, both ends included: 2025-01, 2025-02, ..."""
    (y, m), (y1, m1) = (tuple(int(part) for part in name.split("-")) for name in (first, last))
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(12 * y + m - 1, 12 * y1 + m1)]


@dataclass(frozen=True)
class Replay:
    """One seed's replay: series by name, one value a month of ``months``."""

    months: list[str]
    series: dict[str, np.ndarray]

    def at(self, name: str, when: str) -> float:
        """Value in a month ("2025-07") or mean over a year ("2025")."""
        if len(when) == 4:
            rows = [k for k, month in enumerate(self.months) if month.startswith(when)]
            return float(self.series[name][rows].mean())
        return float(self.series[name][self.months.index(when)])


def policy_of(economy: Any, month: str, story: dict[str, Any], others: bool = True) -> FirmMonth:
    """One month of history: tariffs with and without certificate, and what firms saw."""
    day = f"{month}-{story['schedules']['day_of_month']:02d}"
    names = story["schedules"]["names"]
    schedules = [
        load_schedule(name, economy.regions, economy.sectors) for name in (names if others else names[:1])
    ]
    without = np.sum([schedule.statutory(day) for schedule in schedules], axis=0)
    with_certificate = np.sum([schedule.effective(day, 1.0) for schedule in schedules], axis=0)
    seen: dict[str, Any] = {}
    for event in story["events"]:
        if event["month"] == month:
            seen = {name: tuple(event[name]) for name in EVENTS if name in event}
            if "news" in event:
                seen["news"] = tuple(event["news"])
            seen["announced"] = expected_rise(economy, event)
    return FirmMonth(tariff=without, tariff_certified=with_certificate, tariff_uncertified=without, **seen)


def replay(
    economy: Any,
    parameters: FirmParameters,
    *,
    count: int = 10_000,
    seed: int = 0,
    others: bool = True,
    quiet: bool = False,
) -> Replay:
    """Live through history with one seed; without duties on ``others``, or ``quiet`` (no policy), to compare."""
    story = load_yaml("firms/replay.yaml")
    layer = FirmLayer(economy, parameters, count, np.random.default_rng([seed, 0]))
    months = months_between(FIRST, LAST)
    rows = []
    for number, month in enumerate(months):
        policy = FirmMonth() if quiet else policy_of(economy, month, story, others)
        rows.append(_measures(layer, layer.step(policy, np.random.default_rng([seed, 1, number]))))
    return Replay(months, {name: np.array([row[name] for row in rows]) for name in rows[0]})


def _measures(layer: FirmLayer, report: FirmReport) -> dict[str, float]:
    """A month in the terms of the published figures: shares and growth against the base."""
    economy, corridors = layer.economy, layer.corridors
    us, canada, mexico = corridors.home
    goods = corridors.goods
    names = [corridors.sectors[j] for j in goods]
    flow, base = report.trade_flow[..., goods], np.asarray(economy.trade_flow)[..., goods]
    far = corridors.overseas

    def growth(importers: Any, exporters: Any) -> float:
        pairs = np.ix_(np.atleast_1d(importers), np.atleast_1d(exporters))
        return float(flow[pairs].sum() / base[pairs].sum() - 1.0)

    def rate(importer: int, exporter: int) -> float:
        charged = report.effective_tariff[importer, exporter, goods] * flow[importer, exporter]
        return float(charged.sum() / flow[importer, exporter].sum())

    def import_share(lanes: np.ndarray) -> float:
        return float(lanes[canada, us].sum() / (lanes[canada].sum() - lanes[canada, canada].sum()))

    def sector(values: np.ndarray, name: str) -> float:
        return float(values[names.index(name)]) if name in names else float("nan")

    borders = [(us, canada), (us, mexico), (canada, us), (mexico, us)]
    share = report.us_export_share - report.us_export_share_base
    between = flow[canada, mexico].sum() + flow[mexico, canada].sum()
    return {
        "certified_CAN": float(report.certified_total[0]),
        "certified_MEX": float(report.certified_total[1]),
        "certified_CAN_energy": sector(report.certified_share[0], Sector.ENE),
        "us_rate_on_CAN": rate(us, canada),
        "us_rate_on_MEX": rate(us, mexico),
        "CAN_rate_on_us": rate(canada, us),
        "CAN_exports_to_us_2025": growth(us, canada),
        "US_imports_from_CAN": growth(us, canada),
        "cross_border_freight": float(
            sum(flow[a, b].sum() for a, b in borders) / sum(base[a, b].sum() for a, b in borders) - 1.0
        ),
        "CAN_us_share_2025": float(share[0]),
        "CAN_us_share": float(share[0]),
        "MEX_us_share": float(share[1]),
        "CAN_overseas_exports_2025": growth(far, canada),
        "CAN_us_import_share": import_share(flow) - import_share(base),
        "CAN_MEX_trade": float(between / (base[canada, mexico].sum() + base[mexico, canada].sum()) - 1.0),
        "CAN_us_only_exporters": float(report.us_only_exporters[1]),
        "CAN_moves_running_AUT": sector(report.moves_running[0], Sector.AUT),
        "CAN_moves_running_MET": sector(report.moves_running[0], Sector.MET),
        "links_us_buyers_of_CAN": float(report.links_relative[0, 3] - 1.0),
        "links_CAN_overseas": float(report.links_relative[1, 2] - 1.0),
        "links_CAN_to_MEX": float(report.links_relative[1, 1] - 1.0),
        "belief_CAN": float(report.belief[1]),
    }


@dataclass(frozen=True)
class Line:
    """One figure of the comparison; ``measured`` is None where nothing is published."""

    name: str
    when: str
    measured: float | None
    model: float
    spread: float
    """standard deviation over seeds."""


UNMEASURED = (
    ("us_rate_on_MEX", "2025-10"),
    ("CAN_MEX_trade", "2025-12"),
    ("CAN_MEX_trade", "2026-07"),
    ("CAN_moves_running_MET", "2025-12"),
    ("links_us_buyers_of_CAN", "2026-07"),
    ("links_CAN_overseas", "2026-07"),
    ("links_CAN_to_MEX", "2026-07"),
    ("belief_CAN", "2026-07"),
)


def compare(replays: list[Replay]) -> list[Line]:
    """Model beside measurement, figure by figure."""
    measured = load_yaml("firms/replay.yaml")["measured"]
    wanted = [(n, when, v) for n, entry in measured.items() for when, v in entry["values"].items()]
    wanted += [(name, when, None) for name, when in UNMEASURED]
    lines = []
    for name, when, value in wanted:
        found = np.array([one.at(name, when) for one in replays])
        spread = float(found.std(ddof=1)) if len(found) > 1 else float("nan")
        lines.append(Line(name, when, value, float(found.mean()), spread))
    return lines


def table(lines: list[Line]) -> str:
    """The comparison as text, in percent or points."""
    rows = [f"{'figure':28s} {'when':8s} {'measured':>9s} {'model':>8s} {'spread':>7s}"]
    for line in lines:
        measured = "-" if line.measured is None else f"{100 * line.measured:.1f}"
        rows.append(
            f"{line.name:28s} {line.when:8s} {measured:>9s} {100 * line.model:8.1f} {100 * line.spread:7.1f}"
        )
    return "\n".join(rows)


def main(count: int = 10_000, seeds: int = 8) -> None:
    """Print the table for the shipped economy and parameters."""
    economy, parameters = load_economy("economy_2023"), default_parameters()
    for others in (True, False):
        replays = [replay(economy, parameters, count=count, seed=s, others=others) for s in range(seeds)]
        what = "with" if others else "without"
        print(f"{count} firms, {seeds} seeds, {what} US duties on other countries; percent or points")
        print(table(compare(replays)), end="\n\n")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
