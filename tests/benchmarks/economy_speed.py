"""How fast the trade equilibrium is, beside an independent numpy Newton in the same run.

    python -m tests.benchmarks.economy_speed

Prints medians and ratios; asserts nothing, because a shared machine makes absolute times worthless.
Targets: one solve at 1e-8 at least 12 times as fast as the oracle; 1,000 solves on two threads at least
1.5 times as fast as on one.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # 150 x 150 is too small to share: the oracle is faster so

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from negotiation.economy import Economy, load_economy, solve, solve_many, warm_up
from tests.economy.oracle import newton

ROWS = 1000


def timed(work: Callable[[], object], repeats: int) -> float:
    """Seconds of one call."""
    begin = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - begin) / repeats


def in_turns(
    works: dict[str, Callable[[], object]], repeats: dict[str, int], turns: int = 15
) -> dict[str, float]:
    """Median seconds of each, measured turn by turn so that a busy moment hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(turns):
        for name, work in works.items():
            times[name].append(timed(work, repeats[name]))
    return {name: median(values) for name, values in times.items()}


def partner_tariff(economy: Economy, rate: float) -> np.ndarray:
    """``rate`` both ways between the United States and each partner on goods."""
    tariff = economy.tariff.copy()
    us, partners = economy.index("USA"), [economy.index("CAN"), economy.index("MEX")]
    for k in partners:
        tariff[us, k, :-1] = tariff[k, us, :-1] = rate
    return tariff


def main() -> None:
    begin = time.perf_counter()
    warm_up()
    print(f"warm-up (compile, or load from the cache)  {time.perf_counter() - begin:8.2f} s")
    begin = time.perf_counter()
    economy = load_economy("economy_2023")
    print(f"load_economy                               {1e3 * (time.perf_counter() - begin):8.1f} ms")
    high, near = partner_tariff(economy, 0.25), partner_tariff(economy, 0.255)
    before = solve(economy, tariff=high)

    single = in_turns(
        {
            "solve": lambda: solve(economy, tariff=high, tolerance=1e-8),
            "neighbour": lambda: solve(economy, tariff=near, tolerance=1e-8, start=before),
            "newton": lambda: newton(economy, tariff=high, tolerance=1e-8),
        },
        {"solve": 200, "neighbour": 200, "newton": 10},
    )
    print(
        f"solve, 25 % on both pairs, 1e-8            {1e6 * single['solve']:8.1f} us ({before.iterations} steps)"
    )
    print(f"solve, started from a neighbour            {1e6 * single['neighbour']:8.1f} us")
    print(f"numpy Newton oracle, same shock            {1e6 * single['newton']:8.1f} us")
    print(
        f"oracle / solve                             {single['newton'] / single['solve']:8.1f}    (target 12)"
    )

    rng = np.random.default_rng(1)
    tariffs = np.zeros((ROWS, *economy.shape))
    tariffs[:, :3, :3, :-1] = rng.uniform(0.0, 0.5, (ROWS, 3, 3, len(economy.sectors) - 1))
    tariffs[:, np.arange(6), np.arange(6)] = 0.0
    many = in_turns(
        {
            "one": lambda: solve_many(economy, tariffs=tariffs, threads=1),
            "two": lambda: solve_many(economy, tariffs=tariffs, threads=2),
        },
        {"one": 1, "two": 1},
    )
    batch = solve_many(economy, tariffs=tariffs)
    print(
        f"solve_many, {ROWS} rows, 1 thread           {1e3 * many['one']:8.1f} ms ({batch.iterations.mean():.1f} steps)"
    )
    print(f"solve_many, {ROWS} rows, 2 threads          {1e3 * many['two']:8.1f} ms")
    print(f"one thread / two threads                   {many['one'] / many['two']:8.2f}    (target 1.5)")
    print(f"rows that failed                           {int((~batch.converged).sum()):8d}")


if __name__ == "__main__":
    main()
