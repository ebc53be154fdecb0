"""From other threads to a page.

News come on any thread; a page may only be touched under its kernel's lock and inside its context. One page's lock at
a time, never while holding another: that is what keeps a hundred pages from waiting for each other.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from solara.server import kernel_context

from ui.site.state import service
from ui.site.state.turns import turns


def here() -> Any:
    """The kernel context of the page that is rendering or handling an event."""
    return kernel_context.get_current_context()


def note_presence(place: tuple[str, str] | None) -> None:
    """Say where this page is now; whether anybody looks at it is asked of its connection."""
    context = here()
    page = weakref.ref(context)

    def connected() -> bool | None:
        kernel = page()
        if kernel is None or kernel.closed_event.is_set():
            return None
        return kernel_context.PageStatus.CONNECTED in tuple(kernel.page_status.values())

    service.lobby().presence.note(context.id, place, connected)


def in_page(context: Any, job: Callable[[], None]) -> None:
    """Have a job done that changes a page's state, from any thread, when it is the page's turn; not if it has gone."""

    def run() -> None:
        with context.lock:
            if not context.closed_event.is_set():
                with context:
                    job()

    turns.push(context.id, run)


def when_told(context: Any, job: Callable[[], None]) -> Callable[[], None]:
    """The same for news: to be called as often as there are some; a job that still waits is not asked for again."""
    waits = False

    def run() -> None:
        nonlocal waits
        waits = False
        job()

    def told() -> None:
        nonlocal waits
        if not waits:
            waits = True
            in_page(context, run)

    return told
