"""What a student of the load does: come in, choose, ask for a preview, seal, look, go on, until the review is over."""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections import defaultdict

from websockets import WebSocketException

from tests.load.server import Server
from tests.load.student import Page, Stuck, new_browser, post, some_move

THINKING = (1.0, 4.0)
"""Seconds before a choice, in a round and at the review."""
BURST_SECONDS = 1.0
"""Within which everybody seals in a burst."""
SILENT = 10
"""One student in this many leaves a soak without a word, like a phone that dies; the others close the tab."""


class Measured:
    """What a run has shown."""

    def __init__(self) -> None:
        self.join: list[float] = []
        self.own: list[float] = []
        self.seen: dict[tuple[str, int], list[float]] = defaultdict(list)
        self.last_seal: dict[tuple[str, int], float] = {}
        self.errors: list[str] = []
        self.acknowledged: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.came = self.finished = self.rounds = 0
        self.kills: list[Kill] = []

    def all_three(self) -> list[float]:
        """Last seal to the last of three screens, seconds."""
        return [
            max(v) - self.last_seal[k] for k, v in self.seen.items() if len(v) == 3 and k in self.last_seal
        ]


class Kill:
    """One kill -9 and what came after."""

    def __init__(self, at: float) -> None:
        self.at = at
        self.start = 0.0
        """Seconds from the start of the new process to its first answer."""
        self.answered = self.processor = 0.0
        """When it came, and the processor seconds it took (what neighbours cannot spoil)."""
        self.orphans = 0
        self.back: list[float] = []
        """Seconds from the kill until a page showed its table again."""


class Burst:
    """A barrier that lets go of those who have already left the game."""

    def __init__(self, students: int) -> None:
        self.left, self.here = students, 0
        self._go = asyncio.Event()

    async def wait(self) -> None:
        """Until everybody who still plays waits here."""
        self.here += 1
        go = self._go
        self._look()
        await go.wait()

    def leave(self) -> None:
        """Play no more."""
        self.left -= 1
        self._look()

    def _look(self) -> None:
        if self.here and self.here >= self.left:
            self.here = 0
            go, self._go = self._go, asyncio.Event()
            go.set()


def is_stage(page: Page, *stages: str) -> bool:
    """Whether a page shows one of: choose, sealed, reveal, review (the debrief counts as review)."""
    return bool(
        (page.page.get("choose") and "choose" in stages)
        or ("reveal" in stages and page.page.get("reveal"))
        or ("sealed" in stages and page.page.get("sealed"))
        or ("review" in stages and page.view in ("review", "debrief"))
    )


async def student(
    server: Server,
    code: str,
    index: int,
    options: argparse.Namespace,
    measured: Measured,
    gate: asyncio.Semaphore,
    burst: Burst,
) -> None:
    """One student through one game; whatever goes wrong is counted."""
    rng = random.Random(index)
    cookies = new_browser()
    page = Page(server.address, cookies)
    try:
        async with gate:
            began = time.perf_counter()
            path = await asyncio.to_thread(
                post, server.address, f"/class/{code}/enter", {"name": f"S{index}"}, cookies
            )
            page.slow = 0.5 if options.slow else 0.0
            await page.open(path)
            await page.until(lambda shown: bool(shown.page))
            measured.join.append(time.perf_counter() - began)
            measured.came += 1
        if options.stay:
            page.stay(path)
            options.pages.append(page)
        await _game(page, path.rsplit("/", 1)[-1], rng, options, measured, burst)
        measured.finished += 1
    except Exception as error:  # whatever it was, it counts
        measured.errors.append(f"student {index}: {type(error).__name__}: {error}")
    finally:
        burst.leave()
        if options.soak and index % SILENT:
            await page.leave()
        elif not options.stay:
            await page.close()


async def _game(
    page: Page, room: str, rng: random.Random, options: argparse.Namespace, measured: Measured, burst: Burst
) -> None:
    while True:
        try:
            if await _round(page, room, rng, options, measured, burst):
                return
        except (OSError, WebSocketException):
            if not options.stay:
                raise
            await asyncio.sleep(0.2)  # said into a connection that is gone: look again


async def _round(
    page: Page, room: str, rng: random.Random, options: argparse.Namespace, measured: Measured, burst: Burst
) -> bool:
    """One look at the page and what follows from it; whether the game is over."""
    await page.until(lambda shown: is_stage(shown, "choose", "reveal", "review"), 120)
    connection = page.connections

    def again(shown: Page) -> bool:
        return shown.connections != connection

    if page.view in ("review", "debrief") and not page.page.get("choose"):
        return await _review(page, rng)
    if page.page.get("reveal"):
        await asyncio.sleep(rng.uniform(0.1, 0.4))
        await page.say("next")
        await page.until(lambda shown: not shown.page.get("reveal") or again(shown))
        return False
    number = int(page.page["choose"]["key"].split("-")[1])
    if options.burst:
        await burst.wait()
        await asyncio.sleep(BURST_SECONDS * rng.random())
    else:
        await asyncio.sleep(rng.uniform(*THINKING))
    choose = page.page.get("choose")
    if not choose or page.page.get("reveal") or again(page):
        return False
    move = some_move(choose, rng, rng.randrange(10**6))
    if options.previews and not options.burst:
        await page.say("preview", move)
        await asyncio.sleep(0.4)
    sent = time.perf_counter()
    measured.last_seal[room, number] = max(sent, measured.last_seal.get((room, number), 0))
    await page.say("seal", move)
    done = await page.until(lambda shown: is_stage(shown, "sealed", "reveal", "review") or again(shown))
    if again(page):  # nobody knows whether the seal arrived: the page will show it
        return False
    measured.own.append(done - sent)
    measured.acknowledged[room, str(page.page.get("you"))].add(number)
    measured.rounds += 1
    seen = await page.until(lambda shown: is_stage(shown, "reveal", "review") or again(shown), 120)
    if not again(page):
        measured.seen[room, number].append(seen)
    return False


async def _review(page: Page, rng: random.Random) -> bool:
    """The joint review: think, then propose or sign, until it has ended; False if the table plays on."""
    for _ in range(240):
        if page.view == "debrief" or (page.view == "review" and page.page.get("next")):
            return True
        if page.page.get("sign") or page.page.get("propose"):
            await asyncio.sleep(rng.uniform(*THINKING))
        if page.view == "review" and page.page.get("sign"):
            await page.say("sign")
        elif page.view == "review" and page.page.get("propose"):
            await page.say("propose", {"outcome": "EXT", "package": [], "with": []})
        await asyncio.sleep(0.5)
        if page.view and page.view not in ("review", "debrief"):
            return False
    raise Stuck(f"the review does not end: {page.page.get('headline')!r} {page.page.get('notice')}")
