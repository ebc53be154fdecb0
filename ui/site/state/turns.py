"""Whose turn it is to change a page: a few threads for all pages, what visitors do before what they are told.

Only one thread of Python runs at a time; more of them than can do something useful would spend more on taking turns
than on pages. One page is changed by one thread at a time, so no thread waits for another's page.

Order of locks: a page's own lock first, then rooms and the database.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from queue import SimpleQueue

log = logging.getLogger("negotiation.pages")
AT_ONCE = 3
"""One that runs, and others that wait for the disk."""
PATIENCE = 1.5
"""Clicks that pass for each push while both wait: with 2 the last of three screens waits longest, with 1 the click."""
Job = Callable[[], None]


class _Page:
    """What waits for one page."""

    __slots__ = ("clicks", "pushes")

    def __init__(self) -> None:
        self.clicks: deque[Job] = deque()
        self.pushes: deque[Job] = deque()


class Turns:
    """Does what is to be done to pages: clicks first, in the order of coming; now and then a push, so that none waits
    for ever. A page with much to do stands in line again after each thing."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once, self._threads = at_once, 0
        self._lock = threading.Lock()
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._pages: dict[Hashable, _Page] = {}
        """Pages that stand in a line or are being changed."""
        self._clicks: OrderedDict[Hashable, None] = OrderedDict()
        """Pages in line of which a visitor wants something."""
        self._pushes: OrderedDict[Hashable, None] = OrderedDict()
        """Pages in line that have only been told something."""
        self._passed = 0.0

    def click(self, page: Hashable, job: Job) -> None:
        """Have something done that a visitor wants of this page; before what the page has only been told."""
        self._add(page, job, click=True)

    def push(self, page: Hashable, job: Job) -> None:
        """Have something done that this page is told."""
        self._add(page, job, click=False)

    def _add(self, page: Hashable, job: Job, *, click: bool) -> None:
        with self._lock:
            known = self._pages.get(page)
            waiting = self._pages[page] = known or _Page()
            (waiting.clicks if click else waiting.pushes).append(job)
            if known is None:
                self._line_up(page)
            elif click and page in self._pushes:
                del self._pushes[page]
                self._clicks[page] = None

    def _line_up(self, page: Hashable) -> None:
        (self._clicks if self._pages[page].clicks else self._pushes)[page] = None
        if self._threads < self._at_once:
            self._threads += 1
            thread = threading.Thread(target=self._work, name="turns", daemon=True)
            thread.current_context = None  # type: ignore[attr-defined]  # Solara's threads: of no page
            thread.start()
        self._bell.put(None)

    def _work(self) -> None:
        while True:
            self._bell.get()
            with self._lock:
                page, job = self._next()
            try:
                job()
            except Exception:
                log.exception("a page could not be changed")
            del job  # holds the page
            with self._lock:
                waiting = self._pages[page]
                if waiting.clicks or waiting.pushes:
                    self._line_up(page)
                else:
                    del self._pages[page]

    def _next(self) -> tuple[Hashable, Job]:
        if self._pushes and (not self._clicks or self._passed >= PATIENCE):
            self._passed = max(self._passed - PATIENCE, 0.0)
            page, _ = self._pushes.popitem(last=False)
            return page, self._pages[page].pushes.popleft()
        self._passed += bool(self._pushes)
        page, _ = self._clicks.popitem(last=False)
        return page, self._pages[page].clicks.popleft()


turns = Turns()
"""Those of this process."""
