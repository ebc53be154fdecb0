"""From the hub to a page: ``use_version`` makes a component render again when a topic has news.

The hub calls on its own threads; a page may only be touched under its kernel's lock and inside its context. One
page's lock at a time, never while holding another: that is what keeps a hundred pages from waiting for each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara
from solara.server import kernel_context

from ui.site.state import service


def here() -> Any:
    """The kernel context of the page that is rendering or handling an event."""
    return kernel_context.get_current_context()


def in_page(context: Any, job: Callable[[], None]) -> None:
    """Run a job that changes a page's state, from any thread; nothing happens if the page has gone."""
    with context.lock:
        if context.closed_event.is_set():
            return
        with context:
            job()


def use_version(topic: str | None) -> int:
    """How often a topic had news; a new number renders the component again. None listens to nothing."""
    hub = service.lobby().hub
    (_, version), set_version = solara.use_state((topic, hub.news(topic) if topic else 0))

    def listen() -> Callable[[], None] | None:
        if topic is None:
            return None
        context = here()
        stop = hub.subscribe(topic, lambda news: in_page(context, lambda: set_version((topic, news))))
        set_version((topic, hub.news(topic)))  # what came between the first look and the subscription
        return stop

    solara.use_effect(listen, [topic])
    return version
