"""Heavy work off everybody's path: model building, computers' thinking, previews.

Jobs of one key (a room) run one after another; different keys share the threads, so a slow room occupies one
thread and nobody else's turn. Previews have threads of their own: a table that thinks does not delay a finger
on a phone.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

logger = logging.getLogger(__name__)


class Strands:
    """A pool in which each key is a queue of its own."""

    def __init__(self, threads: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._queues: dict[Hashable, deque[tuple[Future, Callable[[], Any], Hashable]]] = {}

    def submit(self, key: Hashable, job: Callable[[], Any], *, replaces: Hashable = None) -> Future:
        """Run ``job`` after the other jobs of its key.

        replaces : a mark; a job with the same mark that still waits is cancelled (only the newest question
        counts).
        """
        future: Future = Future()
        with self._lock:
            queue = self._queues.get(key)
            if queue is not None:
                if replaces is not None:
                    for old in [entry for entry in queue if entry[2] == replaces]:
                        if old[0].cancel():
                            queue.remove(old)
                queue.append((future, job, replaces))
                return future
            self._queues[key] = deque([(future, job, replaces)])
        self._next(key)
        return future

    def close(self) -> None:
        """Take no more jobs; waiting ones are dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _next(self, key: Hashable) -> None:
        try:
            self._pool.submit(self._run, key)
        except RuntimeError:  # closing
            with self._lock:
                for future, _, _ in self._queues.pop(key, ()):
                    future.cancel()

    def _run(self, key: Hashable) -> None:
        with self._lock:
            future, job, _ = self._queues[key].popleft()
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(job())
            except BaseException as error:
                future.set_exception(error)
        with self._lock:
            more = bool(self._queues[key])
            if not more:
                del self._queues[key]
        if more:
            self._next(key)


class Workers:
    """The threads of a house of rooms."""

    def __init__(self, thinking: int = 2, previews: int = 2) -> None:
        self._thinking = Strands(thinking, "thinking")
        self._previews = Strands(previews, "preview")
        self._asked: set[Hashable] = set()
        self._lock = threading.Lock()

    def drive(self, room: Any) -> None:
        """Let a room do what waits for nobody; asking twice before it starts is asking once."""
        with self._lock:
            if room.code in self._asked:
                return
            self._asked.add(room.code)

        def job() -> None:
            with self._lock:
                self._asked.discard(room.code)
            try:
                room.drive()
            except Exception:
                logger.exception("driving room %s failed", room.code)

        self._thinking.submit(room.code, job)

    def think(self, key: Hashable, job: Callable[[], Any]) -> Future:
        """Any other slow work."""
        return self._thinking.submit(key, job)

    def preview(self, key: Hashable, job: Callable[[], Any], *, page: Hashable) -> Future:
        """A preview; a newer question of the same page replaces one that still waits."""
        return self._previews.submit(key, job, replaces=page)

    def close(self) -> None:
        """Take no more work."""
        self._thinking.close()
        self._previews.close()
