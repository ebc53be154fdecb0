"""The desk of the Policy lab of this process, and how its news reach pages: over the lobby's hub, a topic a visitor."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from negotiation.lab.desk import Desk
from ui.site.state import service

_lock = threading.Lock()
_desk: Desk | None = None


def desk() -> Desk:
    """The desk; made when first asked for."""
    global _desk
    with _lock:
        if _desk is None:
            _desk = Desk(_publish)
        return _desk


def install(other: Desk | None) -> None:
    """Set the desk (tests do)."""
    global _desk
    with _lock:
        _desk = other


def end() -> None:
    """Stop all runs and workers."""
    global _desk
    with _lock:
        old, _desk = _desk, None
    if old is not None:
        old.close()


def topic(visitor: str) -> str:
    """The topic of a visitor's runs."""
    return f"lab:{visitor}"


def _publish(visitors: Iterable[str]) -> None:
    for visitor in visitors:
        service.lobby().hub.publish(topic(visitor))
