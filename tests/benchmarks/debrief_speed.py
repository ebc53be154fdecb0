"""How fast is looking back? ``python -m tests.benchmarks.debrief_speed [--tables 100]``.

Prints, each as wall time and, where it is this process that works, processor time: the debrief's first screen of a
ten-round game and the whole page, what the readers need for it, a branch, the report as a whole process, and a class's
debrief. On a busy machine only processor time means anything.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tables", type=int, default=100)
    given = parser.parse_args()
    print(f"{'':52}{'wall ms':>10}{'cpu ms':>10}")
    with tempfile.TemporaryDirectory() as folder:
        events = ten_rounds(Path(folder))
        page(events)
        readers(events)
        report(Path(folder))
        whole_class(Path(folder), given.tables)


def ten_rounds(folder: Path) -> list[Any]:
    from negotiation.game.log import write_log
    from negotiation.lab.recording import Recording

    events = list(Recording("autumn-2025", 11, {}, None).play())
    write_log(folder / "game.jsonl", events)
    return events


def page(events: list[Any]) -> None:
    """Presenting, without the readers' work."""
    from negotiation.debrief.debriefing import from_log, look_further
    from negotiation.debrief.game import read
    from ui.report.telling import Telling
    from ui.site.present.debrief import debrief_page
    from ui.words import Words

    words = Words.of("en")

    def first() -> Any:
        return debrief_page(Telling(from_log(read(events)), words), waiting=True)

    said("first screen: log to page, no model", first, times=9)
    told = look_further(from_log(read(events)))
    said("whole page once all is known", lambda: debrief_page(Telling(told, words)), times=9)
    said("looking further, warm", lambda: look_further(from_log(read(events))), times=3)


def readers(events: list[Any]) -> None:
    """In another process, as the page asks."""
    from negotiation.debrief.offload import Log, Readers

    house, log = Readers(1), Log("game", tuple(events))
    try:
        said("readers: first answer (process start, imports)", lambda: house.ask("look", log).result())
        wishes = ("2:USA=CC", "5:CAN=DD", "8:MEX=NN")
        every = iter(wishes * 2)
        said(
            "readers: a branch, recorded moves go on",
            lambda: house.ask("branch", log, next(every)).result(),
            times=3,
        )
        said(
            "readers: a branch, strategies go on",
            lambda: house.ask("branch", log, next(every) + ";strategies").result(),
            times=3,
        )
    finally:
        house.close()


def report(folder: Path) -> None:
    """``negotiation debrief`` as a whole process."""
    command = [
        sys.executable,
        "-c",
        "from ui.cli import main; main()",
        "debrief",
        "game.jsonl",
        "--out",
        "r.html",
    ]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    walls, cpus = [], []
    for _ in range(4):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
        walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    told("HTML report, whole process", statistics.median(walls[1:]), statistics.median(cpus[1:]))


def whole_class(folder: Path, tables: int) -> None:
    """A class of tables that have ended after two rounds."""
    from negotiation.rooms import ClassConfig, Lobby
    from negotiation.rooms.board import class_summary
    from ui.site.pages.debrief_class import class_play
    from ui.site.present.host_debrief import class_debrief_page
    from ui.words import Words

    house = Lobby(folder / "rooms.db")
    try:
        room = house.classes.open(ClassConfig(tables=tables, firms=200, seed=5, seats=("CAN",))).classroom
        for n in range(tables):
            room.enter(f"P{n}")
        room.start()
        for each in room.rooms():
            each.substitute("CAN", "hedger")
            each.drive()
        ended = sum(r.state.game.ending is not None for r in room.rooms())

        def show() -> Any:
            for r in room.rooms():
                r.__dict__.pop("_summary", None)
                r.__dict__.pop("_deeds", None)
            summary = class_summary(room)
            return class_debrief_page(summary, class_play(room, summary), Words.of("en"))

        said(f"class debrief, {tables} tables ({ended} ended), nothing kept", show, times=3)
    finally:
        house.close()


def said(what: str, job: Callable[[], Any], times: int = 1) -> None:
    walls, cpus = [], []
    for _ in range(times):
        start, cpu = time.perf_counter(), time.process_time()
        job()
        walls.append(time.perf_counter() - start)
        cpus.append(time.process_time() - cpu)
    told(what, statistics.median(walls), statistics.median(cpus))


def told(what: str, wall: float, cpu: float) -> None:
    print(f"{what:52}{1000 * wall:10.0f}{1000 * cpu:10.0f}", flush=True)


if __name__ == "__main__":
    main()
