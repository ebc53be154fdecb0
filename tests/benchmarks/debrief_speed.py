"""How fast is looking back? ``python -m tests.benchmarks.debrief_speed [--tables 100]``.

Prints, each as wall time and, where it is this process that works, processor time: the debrief's first screen of a
ten-round game and the whole page, what the readers need for it and hold, a branch, the report as a whole process, and
a class's debrief. On a busy machine only processor time means anything; a reader's is read from the system (Linux).
"""

from __future__ import annotations

import argparse
import copy
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
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
        cold = of_a_reader(house, lambda: house.warm("autumn-2025"))
        told("readers: warmed beforehand (start, imports)", *cold)
        told("readers: first look, warm", *of_a_reader(house, lambda: house.ask("look", log)))
        wishes = ("2:USA=CC", "5:CAN=DD", "8:MEX=NN")
        for others in ("", ";strategies"):
            times = [of_a_reader(house, partial(house.ask, "branch", log, wish + others)) for wish in wishes]
            goes_on = "strategies go on" if others else "recorded moves go on"
            told(f"readers: a branch, {goes_on}", *map(statistics.median, zip(*times, strict=True)))
        most = 0.0
        for n in range(30):
            one = Log(f"game-{n}", tuple(events))
            for question in (("look",), ("branch", "2:USA=CC"), ("branch", "5:CAN=DD;strategies")):
                house.ask(question[0], one, *question[1:]).result()
            most = max(most, held(house))
        print(f"{'readers: MB held after 30 looks and 60 branches':52}{most:10.0f}", flush=True)
    finally:
        house.close()


def of_a_reader(house: Any, ask: Callable[[], Any]) -> tuple[float, float]:
    """Seconds until the answer, and processor time of the reader for it."""
    start, before = time.perf_counter(), busy(house)
    ask().result()
    return time.perf_counter() - start, busy(house) - before


def busy(house: Any) -> float:
    """Seconds of processor time of the readers."""
    ticks = 0
    for pid in house._pool._processes if house._pool else ():
        said = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(said[11]) + int(said[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def held(house: Any) -> float:
    """Megabytes of the largest reader."""
    page = os.sysconf("SC_PAGE_SIZE") / 1e6
    return max(
        int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * page
        for pid in house._pool._processes
    )


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


PLAYED = 2
"""Tables of the class that are really played; the others are these again under codes of their own."""


def whole_class(folder: Path, tables: int) -> None:
    """A class of which every table has ended."""
    from negotiation.rooms import ClassConfig, Lobby
    from negotiation.rooms.board import class_summary
    from negotiation.terms import Country
    from ui.site.pages.debrief_class import class_play
    from ui.site.present.host_debrief import class_debrief_page
    from ui.words import Words

    house = Lobby(folder / "rooms.db")
    try:
        room = house.classes.open(ClassConfig(tables=PLAYED, firms=200, seed=5, seats=("CAN",))).classroom
        for n in range(PLAYED):
            room.enter(f"P{n}")
        room.start()
        for each in room.rooms():
            each.substitute(Country.CAN, "hedger")
            each.drive()
        summary = class_summary(room)
        ended = [t for t in summary["tables"] if t["ending"]]
        shown = [r for r in room.rooms() if r.state.game.ending is not None]
        if not ended:
            raise SystemExit("no table of the class has ended")
        many = Class(room, [copy.copy(shown[n % len(shown)]) for n in range(tables)])
        rows = [ended[n % len(ended)] | {"number": n + 1, "room": f"T{n:05}"} for n in range(tables)]

        def show() -> Any:
            for r in many.rooms():
                r.__dict__.pop("_deeds", None)
            whole = summary | {"tables": rows}
            return class_debrief_page(whole, class_play(many, whole), Words.of("en"))

        said(f"class debrief, {tables} tables", show, times=5)
    finally:
        house.close()


class Class:
    """A classroom of more tables than were played."""

    def __init__(self, room: Any, rooms: list[Any]) -> None:
        self.state, self._rooms = room.state, rooms

    def rooms(self) -> list[Any]:
        return self._rooms


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
