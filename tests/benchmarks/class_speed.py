"""What does an event of a class cost the server? ``python -m tests.benchmarks.class_speed [--tables 12] [--rounds 3]``.

A real server, real kernels and pages over the loopback, no browser (as in ``tests.load``), one event at a time.
Printed are milliseconds of *processor time* of the server's own process and of its helper process a piece, and bytes
of messages before compression: unlike latencies they hold on a machine that others keep busy, so that progress can be
seen there. Neighbours still slow a processor down (caches, shared cores); ``yardstick`` says how much: processor time
of a fixed piece of Python, 10 ms on a quiet core of the machine it was made on.

    join              enter the class, open the page
    preview           one question to the model, its answer on the page
    first seal        seen by the own page and the two others of the table
    last seal         the same, then the reveal on three pages
    next              leave the reveal
    idle second       nobody does anything
    in a crowd        the whole round of everybody at once, a seal: what counts when a class is large

Rounds one by one come first, then as many in a crowd; both end where the scenario's calendar ends.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.load.class_load import open_class
from tests.load.play import is_stage
from tests.load.server import Server, family
from tests.load.student import Page, post, some_move

PORT = 8796
YARDS = 90
SETTLE_SECONDS = 0.25
"""How long nothing may move before an event counts as over."""


def processor_ms(pid: int) -> float:
    """Processor time a process has used, to the nanosecond (Linux: its own clock, see clock_getcpuclockid)."""
    return 1000 * time.clock_gettime((~pid << 3) | 2)


def yardstick() -> float:
    """Processor time of a fixed piece of Python, ms."""
    began = time.process_time()
    for _ in range(YARDS):
        json.loads(json.dumps({str(n): [n, n / 3] for n in range(100)}))
    return 1000 * (time.process_time() - began)


class Meter:
    """Processor time of the server and of its helpers, and bytes that came to the pages."""

    def __init__(self, server: Server) -> None:
        assert server.process is not None
        self.server = server.process.pid
        self.of = server
        self.pages: list[Page] = []
        self.found: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
        self.yardsticks: list[float] = []
        self._then = self._now()

    def helpers(self) -> list[int]:
        """Ids of the processes below the server, at whatever depth."""
        return [pid for pid, _ in family(self.of) if pid != self.server]

    def _now(self) -> tuple[float, float, float]:
        helpers = sum(processor_ms(pid) for pid in self.helpers())
        return processor_ms(self.server), helpers, float(sum(p.received for p in self.pages))

    async def over(self) -> None:
        """Wait until server and helpers rest."""
        before = self._now()
        while True:
            await asyncio.sleep(SETTLE_SECONDS)
            now = self._now()
            if now[0] + now[1] - before[0] - before[1] < 4 * SETTLE_SECONDS * 10:
                return
            before = now

    def begin(self) -> None:
        """From here on it counts."""
        self.yardsticks.append(yardstick())
        self._then = self._now()

    async def took(self, what: str, times: int) -> None:
        """It has happened so often since ``begin``."""
        await self.over()
        now = self._now()
        self.found[what].append(tuple((a - b) / times for a, b in zip(now, self._then, strict=True)))  # type: ignore[arg-type]

    def print(self) -> None:
        """The table; medians over the rounds."""
        print(f"{'':28}{'server ms':>10}{'helper ms':>10}{'bytes':>10}{'times':>7}")
        for what, rows in self.found.items():
            middle = [sorted(column)[len(rows) // 2] for column in zip(*rows, strict=True)]
            print(f"{what:28}{middle[0]:10.1f}{middle[1]:10.1f}{middle[2]:10,.0f}{len(rows):7}")
        total = defaultdict(float)
        for what, share in (("first seal", 2 / 3), ("last seal", 1 / 3), ("next", 1.0), ("preview", 1.0)):
            for i, name in enumerate(("server", "helper")):
                middle = sorted(row[i] for row in self.found[what])
                total[name] += share * middle[len(middle) // 2]
        print(
            f"{'a seal, all in':28}{total['server']:10.1f}{total['helper']:10.1f}"
            "   (preview, seal, a third of a reveal, next)"
        )
        print(f"{'yardstick':28}{statistics.median(self.yardsticks):10.1f} ms")


async def play(server: Server, options: argparse.Namespace) -> None:
    """The class, one kind of event after another."""
    rng = random.Random(1)
    meter = Meter(server)
    code, host = await asyncio.to_thread(open_class, server, options)
    await asyncio.sleep(1.0)
    await meter.over()
    pages: list[Page] = []
    rooms: dict[str, list[Page]] = defaultdict(list)
    meter.pages = pages

    async def come_in(i: int) -> None:
        cookies: dict[str, str] = {}
        path = await asyncio.to_thread(
            post, server.address, f"/class/{code}/enter", {"name": f"S{i}"}, cookies
        )
        page = Page(server.address, cookies)
        pages.append(page)
        rooms[path].append(page)
        await page.open(path)
        await page.until(lambda shown: bool(shown.page))

    await come_in(0)  # the first page finds everything cold
    await meter.over()
    meter.begin()
    for i in range(1, options.students):
        await come_in(i)
    await meter.took("join", options.students - 1)
    size = server.memory()
    board = Page(server.address, host)
    await board.open(f"/host/{code}")
    await board.until(lambda shown: bool(shown.page))
    await board.say("host", {"do": "start", "table": 0})
    await board.close()
    await asyncio.gather(*(p.until(lambda shown: is_stage(shown, "choose")) for p in pages))
    for number in range(1, options.rounds + 1):
        if not _more(pages):
            break
        moves = {id(p): some_move(p.page["choose"], rng, number) for p in pages}
        await meter.over()
        meter.begin()
        for p in pages:
            p.answer = None
            await p.say("preview", moves[id(p)])
            await p.until(lambda shown: shown.answer is not None)
        await meter.took("preview", len(pages))
        for turn in range(2):
            meter.begin()
            for group in rooms.values():
                await group[turn].say("seal", moves[id(group[turn])])
                await group[turn].until(lambda shown: is_stage(shown, "sealed"))
            await meter.took("first seal", len(rooms))
        meter.begin()
        for group in rooms.values():
            await group[2].say("seal", moves[id(group[2])])
            for p in group:
                await p.until(lambda shown: is_stage(shown, "reveal"))
        await meter.took("last seal", len(rooms))
        meter.begin()
        for p in pages:
            await p.say("next")
            await p.until(lambda shown: not shown.page.get("reveal"))
        await meter.took("next", len(pages))
        meter.begin()
        await asyncio.sleep(3)
        await meter.took("idle second", 3)
    for number in range(options.rounds):
        if not _more(pages):
            break
        await meter.over()
        meter.begin()
        await asyncio.gather(*(at_once(p, some_move(p.page["choose"], rng, 100 + number)) for p in pages))
        await meter.took("a seal, all in, in a crowd", len(pages))
    meter.print()
    print(f"{'memory':28}{size:10.0f} MB after all had joined, {server.memory():.0f} at the end")
    for p in pages:
        await p.close()


def _more(pages: list[Page]) -> bool:
    """Whether there is another round to play (after the last one comes the review)."""
    return all(page.page.get("choose") for page in pages)


async def at_once(page: Page, move: dict[str, Any]) -> None:
    """A round as everybody plays it together: ask, seal, see the reveal, leave it."""
    page.answer = None
    await page.say("preview", move)
    await page.until(lambda shown: shown.answer is not None)
    await page.say("seal", move)
    await page.until(lambda shown: is_stage(shown, "reveal"))
    await page.say("next")
    await page.until(lambda shown: not shown.page.get("reveal"))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tables", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mode", choices=("simple", "full"), default="simple")
    options: Any = parser.parse_args()
    options.students = 3 * options.tables
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), PORT)
        try:
            server.start()
            asyncio.run(play(server, options))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
