"""A class under load: real kernels and pages over websockets, on loopback, bounded, stops by itself.

    python -m tests.load.class_load --students 30            # one whole game; prints its report
    python -m tests.load.class_load --students 300 --json report.json
    python -m tests.load.class_load --students 30 --burst    # each round all seal within one second
    python -m tests.load.class_load --students 30 --slow     # readers that take half a second a message
    python -m tests.load.class_load --students 60 --soak 15  # classes one after another for 15 minutes
    python -m tests.load.class_load --students 30 --kill 20  # kill -9 at random moments, nothing may be lost

Server and students share the machine. ``own click``: seal sent -> own page shows it sealed. ``all three screens``: last
seal of a table sent -> the reveal is on the last of its three pages. ``back``: kill -9 -> a page shows its table again,
by the same waits as the page's own script, without a reload.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.load.play import Burst, Kill, Measured, is_stage, student
from tests.load.report import print_report, report, verdicts
from tests.load.server import Server, family, processor_seconds
from tests.load.student import Page, new_browser, post

__all__ = ["Server", "family", "is_stage", "main", "open_class"]
_is_stage = is_stage

GAME_SECONDS = 1500.0
"""After which a game that does not end is given up."""
AT_THE_DOOR = 4
"""Students who come in at once."""
CALM_SECONDS = (2.0, 10.0)
"""Between two kills."""


def open_class(server: Server, options: argparse.Namespace) -> tuple[str, dict[str, str]]:
    """A class of tables of three; its code and its host's cookies."""
    host = new_browser()
    wish = {"tables": str(-(-options.students // 3)), "seconds": "120", "mode": options.mode}
    return post(server.address, "/class", wish, host).rsplit("/", 1)[-1], host


async def one_game(server: Server, options: argparse.Namespace, measured: Measured) -> str:
    """A class from the door to the debrief; its code."""
    code, host = await asyncio.to_thread(open_class, server, options)
    gate, burst, options.pages = asyncio.Semaphore(AT_THE_DOOR), Burst(options.students), []
    before = measured.came + len(measured.errors)
    tasks = [
        asyncio.create_task(student(server, code, i, options, measured, gate, burst))
        for i in range(options.students)
    ]
    while measured.came + len(measured.errors) < before + options.students:
        await asyncio.sleep(0.2)
        server.weigh()
    board = Page(server.address, host)
    await board.open(f"/host/{code}")
    await board.until(lambda shown: bool(shown.page))
    if options.used is None:
        options.used, options.own = processor_seconds(server), time.process_time()
    await board.say("host", {"do": "start", "table": 0})
    over = asyncio.Event()
    killer = asyncio.create_task(_killer(server, options, measured, over)) if options.kill else None
    while not all(t.done() for t in tasks):
        await asyncio.sleep(0.5)
        if killer is None:
            server.weigh()
    over.set()
    if killer:
        await killer
    for page in options.pages:
        await page.close()
    await (board.leave() if options.soak else board.close())
    return code


async def _killer(
    server: Server, options: argparse.Namespace, measured: Measured, over: asyncio.Event
) -> None:
    """kill -9 at random moments; what the pages that were open then did."""
    rng = random.Random(len(measured.kills))
    while len(measured.kills) < options.kill and not over.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), rng.uniform(*CALM_SECONDS))
            return
        server.memory()
        open_pages = [(page, len(page.came_back)) for page in options.pages]
        below = await asyncio.to_thread(server.kill)
        kill = Kill(server.killed_at)
        kill.start = await asyncio.to_thread(server.start)
        kill.answered = server.answered_at
        kill.processor = processor_seconds(server) - server.spent
        kill.orphans = await asyncio.to_thread(server.orphans, below)
        measured.kills.append(kill)
        until = time.perf_counter() + 60
        while time.perf_counter() < until and not all(len(p.came_back) > n for p, n in open_pages):
            await asyncio.sleep(0.05)
        kill.back = [p.came_back[n] - kill.at for p, n in open_pages if len(p.came_back) > n]
        missing = len(open_pages) - len(kill.back)
        if missing:
            measured.errors.append(
                f"kill {len(measured.kills)}: {missing} pages did not come back within 60 s"
            )


async def run(options: argparse.Namespace, server: Server) -> tuple[Measured, dict[str, Any]]:
    """One game, or games until the soak is over or the server was killed often enough."""
    measured, options.memory, options.used = Measured(), [], None
    began = time.perf_counter()
    while True:
        await asyncio.wait_for(one_game(server, options, measured), GAME_SECONDS)
        options.memory.append(round(server.memory()))
        if options.soak:
            print(
                f"{measured.came} students, {options.memory[-1]} MB, {len(measured.errors)} errors",
                flush=True,
            )
        if time.perf_counter() - began >= 60 * options.soak and len(measured.kills) >= options.kill:
            break
    return measured, report(server, options, measured, time.perf_counter() - began)


def wishes(given: list[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--students", type=int, default=30, help="3 to 600, tables of three")
    parser.add_argument("--mode", choices=("simple", "full"), default="simple")
    parser.add_argument(
        "--previews",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="each student asks the model once a round",
    )
    parser.add_argument("--burst", action="store_true", help="each round everybody seals within one second")
    parser.add_argument("--slow", action="store_true", help="readers that take half a second a message")
    parser.add_argument(
        "--kill", type=int, default=0, metavar="N", help="kill -9 and restart the server N times"
    )
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES", help="class after class")
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--database", help="a PostgreSQL URL instead of a file of its own")
    parser.add_argument(
        "--at", metavar="URL", help="a server that runs already, or the proxy before it; with --database"
    )
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(given)
    if not 3 <= options.students <= 600:
        parser.error("--students: 3 to 600")
    if options.at and (options.kill or not options.database):
        parser.error("--at: name the server's --database, and kill its processes yourself")
    options.stay = bool(
        options.kill or options.at
    )  # pages find a connection lost and come back by themselves
    return options


def main() -> int:
    """Run as asked; 0 if nobody was lost and no move (a latency that was missed is said, and is no failure)."""
    options = wishes()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # stopped from outside: the server goes too
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), options.port, options.database, options.at)
        try:
            server.start()
            measured, out = asyncio.run(run(options, server))
        finally:
            server.stop()
            if options.json:
                options.json.with_suffix(".log").write_bytes(
                    (Path(folder) / "server.log").read_bytes()[-200_000:]
                )
    print_report(options, measured, out)
    if options.json:
        out["targets"] = dict(verdicts(options, measured, out))
        options.json.write_text(json.dumps(out, indent=1))
    bad = (
        out["errors"]
        or out["lost"]
        or out["twice"]
        or out.get("orphans")
        or out["finished"] < out["students"]
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
