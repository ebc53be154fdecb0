"""Do links come back, and do they ever rush? Two experiments on a uniform US duty.

    python -m negotiation.world.firms.experiments            a look: 4,000 firms, one seed, seconds
    python -m negotiation.world.firms.experiments 10000 2    the figures of the README, half a minute

*Hysteresis*: the duty comes, stays, goes; how much of the lost links to Canada is still missing later, in
worlds with and without sunk costs, the value of waiting, and delays. *Loop*: the duty climbs and falls slowly;
the area between the two paths of the relationship stock is what history left behind. *Tipping*: a slow climb, with
and without policy reversals, watched by the detector of rushes. Sizes stand in ``configs/firms/experiments.yaml``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.economy import load_economy
from negotiation.scenario import load_yaml
from negotiation.world.firms.calibration import default_parameters
from negotiation.world.firms.layer import FirmLayer
from negotiation.world.firms.month import FirmMonth, FirmReport
from negotiation.world.firms.parameters import FirmParameters
from negotiation.world.firms.rushes import RushWatch

US_HOME, BUY_FROM_CANADA = 0, 3


def without_delays(p: FirmParameters) -> FirmParameters:
    """Everybody looks every month, projects take one month, orders follow at once, nobody moves a plant."""
    return p.but(
        review_quiet=1.0,
        review_news=1.0,
        review_certificate=1.0,
        review_certificate_quiet=1.0,
        lead_sell=(1, 1),
        lead_buy=(1, 1),
        lead_certificate=(1, 1),
        order_lag=1.0,
        redirection_months=1.0,
        movers_top=0.0,
    )


WORLDS: dict[str, Callable[[FirmParameters], FirmParameters]] = {
    "as shipped": lambda p: p,
    "sunk costs x 1.5": lambda p: p.scaled_sunk(1.5),
    "sunk costs x 0.5": lambda p: p.scaled_sunk(0.5),
    "sunk, but no value of waiting": lambda p: p.but(entry_rule="marshall"),
    "sunk, no delays, no moves": without_delays,
    "no sunk costs, same delays": lambda p: p.scaled_sunk(0.0),
    "no sunk costs, no delays, no moves": lambda p: without_delays(p.scaled_sunk(0.0)),
}


def uniform_duty(economy: Any, rate: float) -> np.ndarray:
    """Additional tariffs with ``rate`` on every good the partners sell to the United States."""
    tariff = np.zeros(economy.shape)
    us = economy.index("USA")
    for partner in ("CAN", "MEX"):
        for j, sector in enumerate(economy.sectors):
            if str(sector) != "SRV":
                tariff[us, economy.index(partner), j] = rate
    return tariff


def live_through(
    layer: FirmLayer, policies: Iterable[FirmMonth], seed: int, watch: RushWatch | None = None
) -> list[FirmReport]:
    """Step through policies, each month with a generator of its own."""
    reports = []
    for number, policy in enumerate(policies):
        reports.append(layer.step(policy, np.random.default_rng([seed, 1, number])))
        if watch is not None:
            watch.see(layer, policy, reports[-1])
    return reports


@dataclass(frozen=True)
class Scar:
    """What a duty left behind: means over seeds."""

    world: str
    duty: float
    lost: float
    """share of the value of US buyers' links to Canada missing on removal."""
    missing: tuple[float, ...]
    """of that, still missing at ``read_after`` months."""
    share: tuple[float, ...]
    """US share of Canada's exports against the base: on removal, then at ``read_after`` months (fractions)."""


def hysteresis(
    economy: Any,
    world: str,
    duty: float,
    *,
    count: int = 10_000,
    seeds: int = 2,
    p: FirmParameters | None = None,
) -> Scar:
    """Impose a duty, lift it, and follow US buyers' links to Canada."""
    plan = load_yaml("firms/experiments.yaml")["hysteresis"]
    parameters = WORLDS[world](p or default_parameters())
    tariff = uniform_duty(economy, duty)
    on, after = plan["months_on"], plan["months_after"]
    lifted = FirmMonth(lifted=(1, 1), reversed=(1, 1))
    story = [FirmMonth(tariff=tariff, imposed=(1, 1))] + [FirmMonth(tariff=tariff)] * (on - 1)
    story += [lifted] + [FirmMonth()] * (after - 1)
    gaps, shares = [], []
    for seed in range(seeds):
        layer = FirmLayer(economy, parameters, count, np.random.default_rng([seed, 0]))
        reports = live_through(layer, story, seed)
        rows = [on - 1, *(on - 1 + m for m in plan["read_after"])]
        gaps.append([1.0 - reports[t].stock_relative[US_HOME, BUY_FROM_CANADA] for t in rows])
        shares.append([(reports[t].us_export_share - reports[t].us_export_share_base)[0] for t in rows])
    gap, share = np.mean(gaps, axis=0), np.mean(shares, axis=0)
    missing = gap[1:] / gap[0] if gap[0] > 0.0 else np.zeros(gap.size - 1)
    return Scar(world, duty, float(gap[0]), tuple(map(float, missing)), tuple(map(float, share)))


def loop_area(
    economy: Any, world: str, *, count: int = 10_000, seeds: int = 2, p: FirmParameters | None = None
) -> float:
    """Area between the way up and the way down of the US-Canada relationship stock over the duty, per top duty:
    0 if links forget, positive if history stays."""
    plan = load_yaml("firms/experiments.yaml")["loop"]
    parameters = WORLDS[world](p or default_parameters())
    up, down, top = plan["months_up"], plan["months_down"], plan["duty"]
    path = np.concatenate([np.arange(1, up + 1) / up, 1.0 - np.arange(1, down + 1) / down]) * top
    story = [FirmMonth(tariff=uniform_duty(economy, rate)) for rate in path]
    us, canada = economy.index("USA"), economy.index("CAN")
    weight = economy.trade_flow[us, canada]
    areas = []
    for seed in range(seeds):
        layer = FirmLayer(economy, parameters, count, np.random.default_rng([seed, 0]))
        reports = live_through(layer, story, seed)
        stock = np.array([np.average(r.relationship_hat[us, canada], weights=weight) for r in reports])
        areas.append(float(np.trapezoid(stock, path) / top))
    return float(np.mean(areas))


def tipping(
    economy: Any,
    *,
    reversals_a_year: int = 0,
    count: int = 10_000,
    seed: int = 0,
    p: FirmParameters | None = None,
    duty: float | None = None,
) -> RushWatch:
    """A slow climb to the top duty, watched by the detector.

    A reversal is a duty lifted for one month and imposed again the next; they are spread evenly over the year.
    """
    plan = load_yaml("firms/experiments.yaml")["tipping"]
    top = plan["duty"] if duty is None else duty
    up, held = plan["months_up"], plan["months_held"]
    story, lifted = [], False
    for month in range(up + held):
        tariff = uniform_duty(economy, top * min(1.0, (month + 1) / up))
        if month > 0 and (month * reversals_a_year) % 12 < reversals_a_year:
            story.append(FirmMonth(lifted=(1, 1), reversed=(1, 1)))
            lifted = True
        elif lifted:
            story.append(FirmMonth(tariff=tariff, imposed=(1, 1), reversed=(1, 1)))
            lifted = False
        else:
            story.append(FirmMonth(tariff=tariff))
    watch = RushWatch.shipped()
    layer = FirmLayer(economy, p or default_parameters(), count, np.random.default_rng([seed, 0]))
    live_through(layer, story, seed, watch)
    return watch


def main(count: int = 4000, seeds: int = 1) -> None:
    """Print the three experiments."""
    economy = load_economy("economy_2023")
    plan = load_yaml("firms/experiments.yaml")["hysteresis"]
    after = " / ".join(str(m) for m in plan["read_after"])
    print(f"US buyers' links to Canada, {count} firms, {seeds} seeds; missing after {after} months")
    for duty in plan["duties"]:
        for world in WORLDS:
            scar = hysteresis(economy, world, duty, count=count, seeds=seeds)
            missing = " ".join(f"{m:5.2f}" for m in scar.missing)
            share = " ".join(f"{100 * s:6.1f}" for s in scar.share)
            print(
                f"{world:36s} {100 * duty:3.0f} %: lost {100 * scar.lost:5.1f} %, missing {missing}; share {share}"
            )
    print("loop area")
    for world in WORLDS:
        print(f"{world:36s} {loop_area(economy, world, count=count, seeds=seeds):6.3f}")
    print("slow climb: change of links and suddenness (largest six months / whole change)")
    for reversals in (0, 1, 2, 4):
        watch = tipping(economy, reversals_a_year=reversals, count=count)
        for name, home, slot in (("US buyers of CAN", 0, 3), ("CAN overseas", 1, 2), ("CAN to MEX", 1, 1)):
            change = watch.links[-1][home, slot] - 1.0
            print(
                f"{reversals} reversals a year, {name:18s} {change:+.2f} {watch.suddenness(home, slot):.2f}"
            )
        for rush in watch.rushes():
            print("  ", rush)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
