"""How fast the firms are: python -m tests.benchmarks.firms_speed

Medians of processor time on whatever machine this is (a shared machine distorts it less than the clock); the
ratio between the compiled rule and one object a firm is taken in the same run on the same draws. Nothing is
asserted.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from negotiation.economy import Economy, load_economy
from negotiation.world.firms import FirmLayer, FirmMonth
from negotiation.world.firms.calibration import default_parameters
from negotiation.world.firms.experiments import uniform_duty
from negotiation.world.firms.luck import draw_month
from negotiation.world.firms.rule import month, new_tally
from negotiation.world.firms.rule_numpy import month as month_numpy
from tests.benchmarks.firms_objects import step_objects, to_objects


def median(run: Callable[[], object], times: int) -> float:
    """Median milliseconds of processor time of ``times`` runs."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return 1e3 * float(np.median(taken))


def rule_alone(layer: FirmLayer, policy: FirmMonth, times: int) -> tuple[float, float, float]:
    """ms of one month of one population: compiled, whole columns, one object a firm; draws and tables apart."""
    _, cells = layer.outlook(policy)
    rule, _ = layer._standing(policy.switches)
    draws, _ = draw_month(len(layer), layer.parameters.link_death_rate, np.random.default_rng(3))
    traits, eps = layer._traits, layer._eps
    tally = new_tally(cells.elasticity.size)
    copying = median(layer._firms.copy, times)
    fused = (
        median(lambda: month(traits, layer._firms.copy(), eps, draws, cells, rule, tally), times) - copying
    )
    columns = median(
        lambda: month_numpy(traits, layer._firms.copy(), eps, draws, cells, rule, tally), max(3, times // 5)
    )
    firms = to_objects(traits, layer._firms, eps, rule)
    return fused, columns - copying, median(lambda: step_objects(firms, cells, rule, draws), 3)


def line(economy: Economy, count: int, *, news: bool) -> str:
    """Time one population size."""
    parameters = default_parameters()
    policy = FirmMonth(tariff=uniform_duty(economy, 0.25), imposed=(news, news), news=(news, news))
    rng = np.random.default_rng(1)
    times = 40 if count < 50_000 else 7
    build = median(lambda: FirmLayer(economy, parameters, count, rng), 15 if count < 50_000 else 3)
    layer = FirmLayer(economy, parameters, count, rng)
    for _ in range(3):
        layer.step(policy, rng)
    whole = median(lambda: layer.step(policy, rng), times)
    copied = median(layer.copy, times)
    fused, columns, objects = rule_alone(layer, policy, times)
    what = "news" if news else "quiet"
    return (
        f"{count:8d} {what:>6s} {build:8.2f} {copied:7.3f} {whole:8.2f} {fused:8.3f} {columns:8.2f} "
        f"{objects:8.1f} {objects / fused:6.0f}"
    )


def main() -> None:
    """Print the table."""
    economy, parameters = load_economy("economy_2023"), default_parameters()
    start = time.process_time()
    FirmLayer(economy, parameters, 2000, np.random.default_rng(0))
    print(f"first layer of the process (mean profits worked out): {time.process_time() - start:.2f} s")
    print("   firms  month    build    copy    whole    fused    numpy  objects  ratio   (ms)")
    for count in (300, 2_000, 10_000, 100_000):
        for news in (False, True):
            print(line(economy, count, news=news))
    print(
        "whole: a month with twin, draws, equilibrium, accounts and report; fused, numpy, objects: the rule"
    )
    print("alone, one population, a 25 % duty in force; ratio: objects over fused.")


if __name__ == "__main__":
    main()
