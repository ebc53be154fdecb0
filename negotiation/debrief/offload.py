"""Looking back in processes of their own, so that a page that thinks does not hold up those that only show.

    readers = Readers()
    log = Log(key, events)
    readers.ask("look", log).result()            # a Debrief, without its game
    readers.ask("branch", log, "4:USA=CC").result()

A process remembers the games it has looked at (by ``key``, which names the content of a log), so a branch after a look
starts warm. It forgets them when it has grown to ``MOST_MEMORY``; models and tables go with each answer.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from negotiation.errors import InputError, NegotiationError
from negotiation.processes import leave_with_parent, ready_made, step_back

REMEMBERED = 16
"""Games a process remembers."""
MOST_MEMORY = 380
"""Megabytes a process may hold; beyond them it forgets its games (at the start: 165 where it is forked, else 300)."""
MOST_WAITING = 64
"""Questions that may wait; more are refused, so that nobody can fill the memory with them."""
MOST_WORK = 1_500_000
"""Firms times rounds of a game that is looked at further for a page; a larger one takes the command line."""


@dataclass(frozen=True)
class Log:
    """A game to be looked at."""

    key: str
    """Names the content."""
    events: tuple[Any, ...]
    own: bool = False
    """Whether this server wrote it; what somebody else's log names is looked up among the shipped scenarios alone."""


class Busy(NegotiationError):
    """Too many questions wait."""

    key = "readers_busy"


class Readers:
    """A few processes that look at games. They start with the first question and end with the program.

    ``warm`` starts one beforehand.
    """

    def __init__(self, processes: int | None = None) -> None:
        self._count = processes or max(1, min(2, os.cpu_count() or 1))
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._waiting = 0
        self._warmed = False
        atexit.register(self.close)

    def ask(self, question: str, log: Log, *given: Any) -> Future:
        """``look``, ``branch``, ``branches``, ``files`` or ``paper`` (functions below). ``Busy`` if too many wait."""
        with self._lock:
            if self._waiting >= MOST_WAITING:
                raise Busy("too many games are being looked at just now; try again in a minute")
            future = self._submit(_answer, question, log, *given)
            self._waiting += 1
        future.add_done_callback(self._done)
        return future

    def warm(self, scenario: str) -> Future | None:
        """Start one process and let it import, compile and load what a first look would wait for; only once."""
        if self._warmed or self._pool is not None:
            return None
        self._warmed = True
        return self.ask("warm", Log(scenario, ()))

    def close(self) -> None:
        """End the processes; what waits is dropped."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, job: Callable[..., Any], *given: Any) -> Future:
        for last in (False, True):
            if self._pool is None:
                self._pool = ProcessPoolExecutor(self._count, mp_context=ready_made(), initializer=_begin)
            try:
                return self._pool.submit(job, *given)
            except (BrokenProcessPool, RuntimeError):  # a process died since; a new pool has new ones
                self._pool.shutdown(wait=False)
                self._pool = None
                if last:
                    raise
        raise AssertionError("unreachable")

    def _done(self, _: Future) -> None:
        with self._lock:
            self._waiting -= 1


# -- what a process does ----------------------------------------------------------------------------------


NICENESS = 3
"""How far a reader steps back for the server and for those who compute its tables."""


def _begin() -> None:
    """Ctrl-C is for the server; so is the processor, and without the server there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_with_parent()
    step_back(NICENESS)


_games: OrderedDict[str, Any] = OrderedDict()
_looks: OrderedDict[str, Any] = OrderedDict()


def _remember(shelf: OrderedDict[str, Any], key: str, make: Callable[[], Any]) -> Any:
    if key not in shelf:
        shelf[key] = make()
        while len(shelf) > REMEMBERED:
            shelf.popitem(last=False)
    shelf.move_to_end(key)
    return shelf[key]


def _game(log: Log) -> Any:
    from negotiation.debrief.game import read

    return _remember(_games, log.key, lambda: read(log.events, shipped_only=not log.own))


def _told(log: Log) -> Any:
    from negotiation.debrief.debriefing import from_log, look_further

    return _remember(_looks, log.key, lambda: look_further(from_log(_game(log))))


def _answer(question: str, log: Log, *given: Any) -> Any:
    """Answer, then give back what only this question needed."""
    try:
        return QUESTIONS[question](log, *given)
    finally:
        _tidy()


_tidied = False


def _tidy() -> None:
    """Throw away models (they refer to themselves) and, if too much is held, what is remembered."""
    global _tidied
    gc.collect()
    if not _tidied:
        gc.freeze()  # what is imported and compiled now stays: later collections need not look at it
        _tidied = True
    if memory_held() > MOST_MEMORY:
        _games.clear()
        _looks.clear()
        gc.collect()
        _give_back()


def memory_held() -> float:
    """Megabytes this process holds; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError, AttributeError):
        return 0.0


def _give_back() -> None:
    """Ask the C library to hand free memory to the system, where it can."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _warm(log: Log) -> None:
    """Import, compile and work out what the first look at a game of the shipped scenario ``log.key`` would wait for."""
    from negotiation.debrief.debriefing import predictions
    from negotiation.scenario import load_scenario, scenario_names
    from negotiation.terms import SEATS
    from negotiation.world import ReviewModel

    if log.key in scenario_names():
        model = ReviewModel(load_scenario(log.key), 1)
        for seat in SEATS:
            predictions(seat, model.view(seat), model)


def _look(log: Log) -> Any:
    """The whole debrief without its game, which the asker has."""
    return replace(_told(log), game=None)


def _branch(log: Log, wish: str) -> Any:
    """One wish granted."""
    from negotiation.debrief.wishes import parse_wish

    return parse_wish(wish).grant(_game(log))


def _branches(log: Log) -> Any:
    """The what-ifs a story asks for."""
    from negotiation.debrief.debriefing import telling_branches

    return telling_branches(_told(log))


def _paper(log: Log) -> Any:
    """The game on paper of the shipped scenario ``log.key``."""
    from negotiation.debrief.paper import paper_game
    from negotiation.scenario import load_scenario, scenario_names

    if log.key not in scenario_names():
        raise InputError(f"no scenario '{log.key}' is shipped")
    return paper_game(load_scenario(log.key))


def _files(log: Log, wishes: Sequence[str]) -> dict[str, bytes]:
    """Tables of the debrief and the game in every format."""
    from negotiation.debrief.exports import files

    branches = [*(_branch(log, w) for w in wishes), *_branches(log)]
    return files(_told(log), branches)


QUESTIONS: dict[str, Callable[..., Any]] = {
    "warm": _warm,
    "look": _look,
    "branch": _branch,
    "branches": _branches,
    "files": _files,
    "paper": _paper,
}


def too_large(game: Any) -> bool:
    """Whether a game is too large to be looked at further for a page."""
    firms = game.firms or (game.scenario.firms.count if game.scenario else 0)
    return bool(firms * max(1, len(game.results)) > MOST_WORK)
