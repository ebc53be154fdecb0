"""Telling: topics, subscribers, and a small pool that calls them.

``publish`` only notes that a topic has news and returns; a subscriber that is still busy with older news is
called once more when it is done, however often it was told meanwhile. A subscriber that fails is logged and
disturbs nobody. What is told is a number, never content: subscribers fetch their own view.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

logger = logging.getLogger(__name__)
Callback = Callable[[int], None]


class _Subscriber:
    __slots__ = ("callback", "gone", "queued")

    def __init__(self, callback: Callback) -> None:
        self.callback = callback
        self.queued = self.gone = False


class Hub:
    """Carries news from rooms to whoever looks at them. Knows nothing of either."""

    def __init__(self, threads: int = 4) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="hub")
        self._lock = threading.Lock()
        self._news: dict[str, int] = defaultdict(int)
        self._subscribers: dict[str, list[_Subscriber]] = defaultdict(list)
        self._closed = False

    def news(self, topic: str) -> int:
        """How often a topic was published; compare it after subscribing, so that nothing is missed."""
        with self._lock:
            return self._news.get(topic, 0)

    def count(self, topic: str) -> int:
        """How many listen."""
        with self._lock:
            return len(self._subscribers.get(topic, ()))

    def subscribe(self, topic: str, callback: Callback) -> Callable[[], None]:
        """Have ``callback(news)`` called on a pool thread after each change; returns how to stop it."""
        subscriber = _Subscriber(callback)
        with self._lock:
            self._subscribers[topic].append(subscriber)

        def stop() -> None:
            with self._lock:
                subscriber.gone = True
                rest = self._subscribers.get(topic, [])
                if subscriber in rest:
                    rest.remove(subscriber)
                if not rest:
                    self._subscribers.pop(topic, None)

        return stop

    def publish(self, topic: str) -> None:
        """Note that a topic has changed; returns at once."""
        with self._lock:
            if self._closed:
                return
            self._news[topic] += 1
            waiting = [s for s in self._subscribers.get(topic, ()) if not s.queued]
            for subscriber in waiting:
                subscriber.queued = True
        for subscriber in waiting:
            self._hand_over(topic, subscriber)

    def close(self) -> None:
        """Stop calling anybody."""
        with self._lock:
            self._closed = True
            self._subscribers.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _hand_over(self, topic: str, subscriber: _Subscriber) -> None:
        try:
            self._pool.submit(self._call, topic, subscriber)
        except RuntimeError:  # closed between the two lines
            subscriber.queued = False

    def _call(self, topic: str, subscriber: _Subscriber) -> None:
        with self._lock:
            news, gone = self._news[topic], subscriber.gone
        if not gone:
            try:
                subscriber.callback(news)
            except Exception:
                logger.exception("a listener of %s failed", topic)
        with self._lock:
            again = not gone and not subscriber.gone and self._news[topic] != news
            subscriber.queued = again
        if again:
            self._hand_over(topic, subscriber)
