"""Whose turn it is to change a page: a few threads at once, what visitors do before what they are told.

Only one thread of Python runs at a time, and each that waits to run asks for it again every other millisecond
(``SWITCH_SECONDS``): thirty clicks at the same instant would spend more on asking than on answering. A thread that
waits here sleeps until it is its turn.

Order of locks: a page's own lock first, then a turn, then rooms and the database. Whoever has a turn never waits for
another page's lock.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 3
"""One that runs, and others that wait for the disk."""
PATIENCE = 1.5
"""Clicks that pass for each push while both wait: with 2 the last of three screens waits longest, with 1 the click."""


class Turns:
    """Gives out turns: clicks first, in the order of coming; now and then a push, so that none waits for ever."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._lock = threading.Lock()
        self._free = at_once
        self._clicks: deque[threading.Lock] = deque()
        self._pushes: deque[threading.Lock] = deque()
        self._passed = 0.0
        self._mine = threading.local()

    @contextmanager
    def take(self, *, click: bool) -> Iterator[None]:
        """Wait for a turn, and give it back; a thread that has one has it already."""
        if getattr(self._mine, "depth", 0):
            yield
            return
        self._wait(click)
        self._mine.depth = 1
        try:
            yield
        finally:
            self._mine.depth = 0
            self._next()

    def _wait(self, click: bool) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            bell = threading.Lock()
            bell.acquire()
            (self._clicks if click else self._pushes).append(bell)
        bell.acquire()  # until somebody rings

    def _next(self) -> None:
        with self._lock:
            if self._pushes and (not self._clicks or self._passed >= PATIENCE):
                self._passed = max(self._passed - PATIENCE, 0.0)
                bell = self._pushes.popleft()
            elif self._clicks:
                self._passed += bool(self._pushes)
                bell = self._clicks.popleft()
            else:
                self._free += 1
                return
        bell.release()


turns = Turns()
"""Those of this process."""
