"""How fast is a table? ``python -m tests.benchmarks.rooms_speed [--tables 3] [--rounds 10] [--database URL]``.

Real model, real store, threads as in the product; no browser. Prints medians and 95 % quantiles in milliseconds of:
opening a table until its first round stands, a preview, a seal until it is acknowledged (stored and flushed), the
last seal until everybody listening has a fresh view, a view, and coming back after a restart.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, sleep

from negotiation.rooms.lobby import Lobby
from negotiation.rooms.simple import CARDS
from negotiation.terms import Country


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--pages", type=int, default=3, help="listeners per table")
    parser.add_argument("--database", default=None)
    given = parser.parse_args()
    database = given.database or tempfile.mkdtemp() + "/rooms.db"
    house = Lobby(database)
    house.start()
    start = perf_counter()
    house.warm_up()
    print(f"first model (imports, compiling or its cache): {perf_counter() - start:.2f} s")
    opened = [perf_counter()]
    tables = []
    times: dict[str, list[float]] = {k: [] for k in ("open", "preview", "seal", "reveal", "view")}
    for _ in range(given.tables):
        opened = perf_counter()
        tables.append(house.open_table())
        wait(lambda t=tables[-1]: ready(t, 1))
        times["open"].append(perf_counter() - opened)
    threads = [
        threading.Thread(target=one_table, args=(house, t, given.rounds, given.pages, times)) for t in tables
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for name, values in times.items():
        values.sort()
        p95 = values[min(len(values) - 1, int(0.95 * len(values)))]
        print(
            f"{name:8s} n={len(values):4d}  median {statistics.median(values) * 1e3:7.1f} ms  p95 {p95 * 1e3:7.1f} ms"
        )
    house.close()
    start = perf_counter()
    house = Lobby(database)
    views = [house.enter(t.code, t.token).view() for t in tables]
    print(f"restart to the first {len(views)} views: {(perf_counter() - start) * 1e3:.0f} ms")
    house.close()


def ready(table, round: int) -> bool:
    game = table.guest.room.state.game
    return game.round == round and len(game.sealed) == 2


def wait(true: Callable[[], bool]) -> None:
    end = perf_counter() + 60
    while not true():
        if perf_counter() > end:
            raise TimeoutError("the table stands still")
        sleep(0.0005)


def one_table(house: Lobby, table, rounds: int, pages: int, times: dict[str, list[float]]) -> None:
    guest = table.guest
    shown = [0.0] * pages
    watchers = [guest, *(house.enter(table.code) for _ in range(pages - 1))]

    def look(i: int) -> None:
        if watchers[i].view()["round"] > current[0]:
            shown[i] = shown[i] or perf_counter()

    current, threads = [0], ThreadPoolExecutor(4)
    stops = [
        house.hub.subscribe(table.code, lambda news, i=i: threads.submit(look, i))  # type: ignore[misc]
        for i in range(pages)
    ]
    for n in range(1, rounds + 1):
        wait(lambda n=n: ready(table, n))
        card = list(CARDS[Country.CAN])[n % 3]
        start = perf_counter()
        expected = guest.preview(card).result()
        times["preview"].append(perf_counter() - start)
        current[0] = n
        for i in range(pages):
            shown[i] = 0.0
        start = perf_counter()
        guest.seal(card, round=n, expected=expected)
        times["seal"].append(perf_counter() - start)
        wait(lambda: all(shown))
        times["reveal"].append(max(shown) - start)
        start = perf_counter()
        guest.view()
        times["view"].append(perf_counter() - start)
    for stop in stops:
        stop()
    threads.shutdown()


if __name__ == "__main__":
    main()
