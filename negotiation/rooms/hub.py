"""Telling: topics, and who wants to hear of them.

``publish`` counts that a topic has news and calls its listeners on the publisher's own thread: a listener notes the
news and returns at once, and looks later, on a thread of its own. One that fails is logged and disturbs nobody. What is
told is a number, never content: listeners fetch their own view.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable

logger = logging.getLogger(__name__)
Callback = Callable[[int], None]


class Hub:
    """Carries news from rooms to whoever looks at them. Knows nothing of either."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._news: dict[str, int] = defaultdict(int)
        self._listeners: dict[str, dict[object, Callback]] = defaultdict(dict)
        self._closed = False

    def news(self, topic: str) -> int:
        """How often a topic was published; compare it after subscribing, so that nothing is missed."""
        with self._lock:
            return self._news.get(topic, 0)

    def count(self, topic: str) -> int:
        """How many listen."""
        with self._lock:
            return len(self._listeners.get(topic, ()))

    def subscribe(self, topic: str, callback: Callback) -> Callable[[], None]:
        """Have ``callback(news)`` called after each change; returns how to stop it."""
        mark = object()
        with self._lock:
            self._listeners[topic][mark] = callback

        def stop() -> None:
            with self._lock:
                rest = self._listeners.get(topic, {})
                rest.pop(mark, None)
                if not rest:
                    self._listeners.pop(topic, None)

        return stop

    def publish(self, topic: str) -> None:
        """Say that a topic has changed; returns as soon as everybody has noted it."""
        with self._lock:
            if self._closed:
                return
            self._news[topic] += 1
            news, listeners = self._news[topic], list(self._listeners.get(topic, {}).values())
        for callback in listeners:
            try:
                callback(news)
            except Exception:
                logger.exception("a listener of %s failed", topic)

    def close(self) -> None:
        """Tell nobody anything any more."""
        with self._lock:
            self._closed = True
            self._listeners.clear()
