"""How fast are the screens? ``python -m tests.benchmarks.screen_speed [--pages 100] [--no-browser]``.

One real server on the loopback. Prints medians and 95 % quantiles of: the home page cold and again (Chromium), a
preview, a seal until the reveal stands on every screen of three tables at once, the same with a hundred pages, and the
server's memory a page. Client and server share the machine, so figures are pessimistic.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.screen_client import Client

ROOT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--no-browser", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        process, base = serve(Path(folder))
        print(f"{'process start until it answers':44} {1000 * (time.perf_counter() - started):8.0f} ms")
        try:
            time.sleep(4)  # the warm-up is over
            if not given.no_browser:
                home(base)
            asyncio.run(tables(base, given.rounds, process.pid))
            asyncio.run(many(base, given.pages, process.pid))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A server of its own, on a database of its own."""
    log = folder / "server.txt"
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "XDG_STATE_HOME": str(folder)}
    command = [sys.executable, "-c", "from ui.cli import main; main()", "play", "--no-browser", "--port", "0"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--database", str(folder / "rooms.db")], cwd=folder, env=env, stdout=out, stderr=out
        )  # fmt: skip
    for _ in range(600):
        found = re.search(r"The Review is at (http://[\d.:]+)", log.read_text())
        if found:
            return process, found[1]
        if process.poll() is not None:
            raise SystemExit(log.read_text())
        time.sleep(0.05)
    raise SystemExit("the server did not start")


def home(base: str) -> None:
    """The front page in Chromium: nothing cached, then again."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    cold, warm = [], []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(5):
            context = browser.new_context()
            page = context.new_page()
            for times, way in ((cold, lambda: page.goto(base)), (warm, page.reload), (warm, page.reload)):  # noqa: B023
                start = time.perf_counter()
                way()
                page.wait_for_selector(".rv .home")
                times.append(time.perf_counter() - start)
            context.close()
        browser.close()
    said("home page, nothing cached", cold)
    said("home page again", warm)


async def tables(base: str, rounds: int, pid: int) -> None:
    """Three tables of three pages each: previews, and the last seals of all three at once."""
    groups = [await seated(base) for _ in range(3)]
    previews: list[float] = []
    reveals: list[float] = []
    for number in range(rounds):
        everybody = [c for group in groups for c in group]
        for client in everybody:
            for card in range(3):
                ask = 100 * number + card + 1
                start = time.perf_counter()
                await client.event("preview", client.move(card, ask))
                end = await client.until(lambda c=client, a=ask: bool(c.answer) and c.answer["ask"] == a)  # type: ignore[index, misc]
                previews.append(end - start)
        reveals += await last_seals(groups)
        await go_on(everybody)
    said("preview, from the event to the answer", previews)
    said(f"last seal to the reveal, 3 tables, {len(groups) * 3} pages", reveals)
    for group in groups:
        for client in group:
            await client.close()


async def seated(base: str, pages: int = 3) -> list[Client]:
    """A table with its three seats taken; further pages watch."""
    host = Client(base)
    code = (await asyncio.to_thread(host.request, "POST", "/host", seat="CAN", mode="full")).rsplit("/", 1)[1]
    group = [host]
    for seat in ("MEX", "USA"):
        friend = Client(base)
        await asyncio.to_thread(friend.request, "POST", f"/join/{code}", seat=seat)
        group.append(friend)
    group += [Client(base) for _ in range(pages - 3)]
    for client in group:
        await client.open(f"/t/{code}")
    await host.event("open", "start")
    await asyncio.gather(*(c.until(c.phase("choose")) for c in group[:3]))
    await asyncio.gather(*(c.until(c.phase("watch")) for c in group[3:]))
    return group


async def last_seals(groups: list[list[Client]]) -> list[float]:
    """Two seats of each table seal; then the last ones at once. Seconds until each page shows the reveal."""
    for group in groups:
        for client in group[:2]:
            await client.event("seal", client.move())
        await asyncio.gather(*(c.until(c.phase("sealed")) for c in group[:2]))
    await asyncio.sleep(0.3)
    start = time.perf_counter()
    rounds = [group[3].page["board"]["round"] if len(group) > 3 else 0 for group in groups]
    await asyncio.gather(*(group[2].event("seal", group[2].move()) for group in groups))
    waits = [c.until(c.phase("reveal")) for group in groups for c in group[:3]]
    waits += [
        c.until(lambda c=c, n=n: "reveal" in c.page and c.page["reveal"]["key"].split("-")[1] == str(n))  # type: ignore[misc]
        for group, n in zip(groups, rounds, strict=True)
        for c in group[3:]
    ]
    return [end - start for end in await asyncio.gather(*waits)]


async def go_on(clients: list[Client]) -> None:
    """Leave the reveal."""
    for client in clients:
        await client.event("next")
    await asyncio.gather(*(c.until(c.phase("choose")) for c in clients))


async def many(base: str, pages: int, pid: int) -> None:
    """One table with many watchers, then as many tables as there are pages for, all revealing at once."""
    before = memory(pid)
    group = await seated(base, pages)
    print(f"{'memory a page':44} {(memory(pid) - before) / pages:8.2f} MB   ({pages} pages)")
    first = await last_seals([group])
    said(f"last seal to the reveal, 1 table, {pages} pages", first)
    for client in group:
        await client.close()
    groups = [await seated(base) for _ in range(pages // 3)]
    await last_seals(groups)  # the first round finds each table's model cold
    await go_on([c for g in groups for c in g])
    said(f"the same, {len(groups)} tables at once, {3 * len(groups)} pages", await last_seals(groups))
    for client in [c for g in groups for c in g]:
        await client.close()


def memory(pid: int) -> float:
    """Resident memory, MB (Linux)."""
    text = Path(f"/proc/{pid}/status").read_text() if Path("/proc").exists() else "VmRSS: 0 kB"
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]


def said(what: str, seconds: list[float]) -> None:
    """One line of the table."""
    ms = sorted(1000 * s for s in seconds)
    p95 = ms[min(len(ms) - 1, int(0.95 * len(ms)))]
    print(f"{what:44} {statistics.median(ms):8.0f} ms   p95 {p95:6.0f} ms   ({len(ms)})")


if __name__ == "__main__":
    main()
