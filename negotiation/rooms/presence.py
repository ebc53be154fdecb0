"""Who has a page open: what a host needs to know about a class, and nothing the log remembers.

Pages say where they are and whether their connection stands; nobody is asked to say good-bye. A person counts as here
for a moment after the last connection is gone, so that a reload is no absence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable

AWAY_SECONDS = 4.0
"""How long a person may be without a connection before they count as away (a reload, a change of network)."""
NEWS_SECONDS = 5.0
"""How often processes that share a database tell each other who is with them."""
Place = tuple[str, str]
"""A room and a person in it."""


class Presence:
    """The open pages of one process, and what other processes have said about theirs."""

    def __init__(self, born: float) -> None:
        self._lock = threading.Lock()
        self._pages: dict[Hashable, tuple[Place, Callable[[], bool | None]]] = {}
        self._seen: dict[Place, float] = {}
        self._until: dict[Place, float] = {}
        """Places other processes have named -> when that is no longer believed."""
        self._born = born
        self._told = (-NEWS_SECONDS, frozenset[Place]())

    def note(self, page: Hashable, place: Place | None, connected: Callable[[], bool | None]) -> None:
        """A page shows this place now (None: none); ``connected`` says whether anybody looks, None when it is gone."""
        with self._lock:
            if place is None:
                self._pages.pop(page, None)
            else:
                self._pages[page] = (place, connected)

    def look(self, now: float) -> None:
        """Look at every page once; forget those that are gone."""
        with self._lock:
            pages = list(self._pages.items())
        states = [connected() for _, (_, connected) in pages]
        with self._lock:
            for (page, (place, connected)), state in zip(pages, states, strict=True):
                if state:
                    self._seen[place] = now
                elif state is None and self._pages.get(page) == (place, connected):
                    del self._pages[page]
            self._seen = {p: at for p, at in self._seen.items() if 0 <= now - at < AWAY_SECONDS}
            self._until = {p: at for p, at in self._until.items() if now < at}

    def rooms(self, now: float) -> dict[str, set[str]] | None:
        """Room -> people who have a page open there; None while nobody can know."""
        if 0 <= now - self._born < 2 * AWAY_SECONDS:
            return None
        found: dict[str, set[str]] = {}
        with self._lock:
            for room, person in (*self._seen, *self._until):
                found.setdefault(room, set()).add(person)
        return found

    # -- several processes --------------------------------------------------------------------------------

    def own(self, now: float) -> list[Place] | None:
        """Who is with this process, if it is time to tell the others; else None."""
        with self._lock:
            places = frozenset(self._seen)
            at, told = self._told
            if (not places and not told) or (now - at < NEWS_SECONDS and places == told):
                return None
            self._told = (now, places)
        return sorted(places)

    def heard(self, places: Iterable[Place], now: float) -> None:
        """Another process says who is with it."""
        with self._lock:
            for place in places:
                self._until[place] = now + NEWS_SECONDS + AWAY_SECONDS
