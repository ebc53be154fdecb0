"""How fast a game is: python -m tests.benchmarks.game_speed

Prints medians of the clock and of processor time (a shared machine distorts the second less); asserts nothing.
Targets: a ten-round game with 10,000 firms and scripted strategies under 0.5 s after warm-up, ``negotiation run`` as a
whole process under 3 s without ``--out`` once compiled code is cached. For a class (processor time): the stage tables
of all seats under 8 ms, first previews of a round under 6 ms on the mean of the three seats, who share a table, a later
one under 1.5 ms, a quantal response under 1 ms; a lens over a round under 100 ms.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from negotiation.game.moves import Move
from negotiation.game.payoffs import stage_game
from negotiation.game.preview import preview
from negotiation.lab.lens import lens
from negotiation.lab.recording import Recording
from negotiation.lab.single import run
from negotiation.terms import SEATS
from negotiation.world import ReviewModel

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = {"USA": "pressure", "CAN": "hedger", "MEX": "institutionalist"}


def medians(work: Callable[[int], object], times: int) -> tuple[float, float]:
    """Median milliseconds of ``work(0) ... work(times - 1)``: by the clock, of this process."""
    clock, processor = [], []
    for number in range(times):
        begin, busy = time.perf_counter(), time.process_time()
        work(number)
        clock.append(time.perf_counter() - begin)
        processor.append(time.process_time() - busy)
    return 1e3 * median(clock), 1e3 * median(processor)


def said(what: str, taken: tuple[float, float], target: str = "") -> None:
    """One line of the report."""
    print(f"{what:58}{taken[0]:8.1f} ms  (processor {taken[1]:7.1f} ms){'   ' + target if target else ''}")


def whole_game(seed: int) -> None:
    """One game as ``negotiation run`` plays it, with every read-out and its log."""
    for _ in Recording("autumn-2025", seed, SCRIPTS, 10_000).play():
        pass


def lean_game(seed: int, strategies: dict[str, str]) -> None:
    """One game as ensembles play it."""
    run("autumn-2025", seed, strategies)


def whole_process(*arguments: str) -> None:
    """The command as a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL
    )


def previews(model: ReviewModel) -> None:
    """What a room asks of a round: stage tables, quantal response, previews; and the lens."""

    def fresh() -> None:
        model._table = None

    def tables(_: int) -> None:
        model.table.stage_games.clear()
        for seat in SEATS:
            _ = model.view(seat).stage

    def first_previews(_: int) -> None:
        fresh()
        for seat in SEATS:
            preview(model.view(seat), Move.from_index(seat, 4), model.scenario)

    def from_scratch(_: int) -> None:
        fresh()
        stage_game(model.table, model.position, model.book)

    said("one stage table of 729 cells, boards solved anew", medians(from_scratch, 25))
    tables(0)
    said("stage tables of all seats, boards known", medians(tables, 25), "target 8 ms")
    said("first previews of a round, all three seats", medians(first_previews, 25), "target 18 ms")
    view = model.view(SEATS[1])
    noise = [model.book.rules.stage_game.noise[seat] for seat in SEATS]
    said("quantal response", medians(lambda _: view.stage.quantal_response(noise), 50), "target 1 ms")
    said(
        "a later preview",
        medians(lambda n: preview(view, Move.from_index(view.seat, n % 9), model.scenario), 45),
        "target 1.5 ms",
    )

    def through_the_lens(_: int) -> None:
        fresh()
        lens(model)

    through_the_lens(0)
    said("a lens over the round", medians(through_the_lens, 5), "target 100 ms")


def main() -> None:
    begin = time.perf_counter()
    whole_game(0)
    print(
        f"{'first game in this process (compiled code from the cache)':58}{time.perf_counter() - begin:8.2f} s"
    )
    said("ten rounds, 10,000 firms, every read-out", medians(whole_game, 9), "target 500 ms")
    said("negotiation.run: 2,000 firms, lean, scripts", medians(lambda n: lean_game(n, SCRIPTS), 15))
    thinkers = {str(s): "quantal-response" for s in SEATS}
    said("negotiation.run: three quantal responders", medians(lambda n: lean_game(n, thinkers), 3))

    model = ReviewModel("autumn-2025", 1, strategies=SCRIPTS, firms=10_000)
    for _ in range(3):
        model.step()
    previews(model)

    said(
        "negotiation run, whole process",
        (medians(lambda _: whole_process("run"), 5)[0], 0.0),
        "target 3000 ms",
    )
    said("negotiation --help, whole process", (medians(lambda _: whole_process("--help"), 5)[0], 0.0))


if __name__ == "__main__":
    main()
