"""How fast many games are: python -m tests.benchmarks.lab_speed [--games 400] [--all]

Targets: 10,000 ten-round games of 2,000 firms with scripted strategies under 120 s on two cores, two processes 1.8
times one; 1,000 games under 30 s. ``--all`` plays the ten thousand, else what ``--games`` take is scaled. By the
clock, so leave the machine alone meanwhile; processor time stands beside it. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = {"USA": "pressure", "CAN": "hedger", "MEX": "institutionalist"}
SCENARIO, FIRMS, TARGET = "autumn-2025", 2000, 10_000
IMPORT = "from negotiation.lab.single import run; t = time.perf_counter(); " + (
    "run('autumn-2025', 0, {'USA': 'pressure', 'CAN': 'hedger', 'MEX': 'institutionalist'})"
)


def taken(work: Callable[[], object]) -> tuple[float, float]:
    """(seconds by the clock, seconds of this process's processor time)."""
    clock, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - busy


def said(what: str, seconds: float, games: int, more: str = "") -> None:
    """One line: games a second, and the time of ten thousand."""
    each = seconds / games
    print(
        f"{what:46}{1 / each:8.1f} games/s {1e3 * each:8.2f} ms {each * TARGET:9.1f} s for {TARGET:,}  {more}"
    )


def start_up() -> None:
    """What a new process needs before its first game: imports and compiled code from the cache; then that game."""
    code = f"import time, resource; b = time.perf_counter(); {IMPORT}; e = time.perf_counter(); "
    code += "print(t - b, e - t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NEGOTIATION_THREADS": "1"}
    lines = [
        subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]
    imports, first, memory = (float(x) for x in lines[-1].stdout.split())
    print(f"a new process: imports {imports:.2f} s, first game {first:.2f} s, {memory:.0f} MB at its largest")


def bare(games: int) -> float:
    """Seconds of the plain loop, one process."""
    from negotiation.lab.single import run

    for seed in range(3):
        run(SCENARIO, seed, SCRIPTS)
    clock, busy = taken(lambda: [run(SCENARIO, seed, SCRIPTS) for seed in range(100, 100 + games)])
    said("bare loop, 1 process", clock, games, f"(processor {1e3 * busy / games:.2f} ms)")
    return clock


def shared(games: int, workers: int, *, drawn: bool) -> float:
    """Seconds of an ensemble in memory with workers that have started already."""
    from negotiation.lab.ensemble import Ensemble
    from negotiation.lab.executors import crew
    from negotiation.lab.study import in_memory

    def ensemble(seed: int, size: int) -> Ensemble:
        return Ensemble(SCENARIO, size, seed=seed, strategies=SCRIPTS, draw=drawn, firms=FIRMS)

    first, rest = ensemble(1, 16 * workers if drawn else 4 * workers), ensemble(2, games)
    with crew(workers) as hands:
        begin = time.perf_counter()
        in_memory(first.job, first.tasks, hands)
        begun = time.perf_counter() - begin
        clock, busy = taken(lambda: in_memory(rest.job, rest.tasks, hands))
    kind = "futures drawn" if drawn else "chance only"
    told = f"(parent's processor {busy:.2f} s)" if workers > 1 else f"(processor {1e3 * busy / games:.2f} ms)"
    said(f"ensemble, {kind}, {workers} process{'es' * (workers > 1)}", clock, games, told)
    if workers > 1:
        print(f"{'':46}start of the workers with their first games {begun:.1f} s")
    return clock


def command(games: int, workers: int) -> None:
    """The command as people give it: a process, workers, a Parquet file."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [
            "ensemble",
            SCENARIO,
            "--replications",
            str(games),
            "--workers",
            str(workers),
            "--out",
            f"{folder}/e.parquet",
        ]
        for seat, name in SCRIPTS.items():
            arguments += ["--strategy", f"{seat}={name}"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}

        def whole() -> None:
            subprocess.run(
                [sys.executable, "-m", "ui.cli", *arguments],
                env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip

        said(f"negotiation ensemble --workers {workers}, all of it", taken(whole)[0], games)


def through_mesa(games: int) -> None:
    """The same number of games through Mesa's own batch runner: our model, then one agent a firm."""
    import mesa

    from negotiation.world import ReviewModel
    from tests.benchmarks.firms_mesa import PlainFirms, _inputs

    ours: dict[str, Any] = {
        "scenario": SCENARIO, "seed": range(games), "strategies": [SCRIPTS], "firms": FIRMS, "lean": True,
        "tolerance": 1e-6,
    }  # fmt: skip
    clock, busy = taken(lambda: mesa.batch_run(ReviewModel, ours, display_progress=False))
    said("mesa.batch_run, our model, 1 process", clock, games, f"(processor {1e3 * busy / games:.2f} ms)")
    plain = {"game": range(games), "firms": FIRMS}
    _inputs()
    agents, alone = taken(lambda: mesa.batch_run(PlainFirms, plain, max_steps=100, display_progress=False))
    said("mesa.batch_run, one agent a firm, firms only", agents, games, f"{alone / busy:.0f} times ours")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=400)
    parser.add_argument("--all", action="store_true", help="play all ten thousand on two processes")
    given = parser.parse_args()
    os.environ["NEGOTIATION_THREADS"] = "1"
    start_up()
    bare(given.games)
    for drawn in (False, True):
        one = shared(given.games, 1, drawn=drawn)
        two = shared(TARGET if given.all else 2 * given.games, 2, drawn=drawn)
        ratio = one / given.games / (two / (TARGET if given.all else 2 * given.games))
        print(f"{'':46}two processes are {ratio:.2f} times one")
    command(1000, 2)
    through_mesa(max(2, given.games // 40))


if __name__ == "__main__":
    main()
