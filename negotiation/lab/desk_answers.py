"""Instant answers for many pages from one process: each page has one question at most, the newest; pages take turns."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from negotiation.errors import InputError, NegotiationError
from negotiation.lab.desk_hand import Hand, WorkerDied
from negotiation.lab.desk_question import limits

logger = logging.getLogger(__name__)
Heard = Callable[[Any, Exception | None], None]
"""Called with the answer, or with None and the error."""
REMEMBERED = 256


class Answers:
    """The process behind the sliders."""

    def __init__(self) -> None:
        size = limits()
        self._hand = Hand(int(size["answer_niceness"]))
        self._most, self._idle = int(size["answers_waiting"]), float(size["idle_seconds"])
        self._waiting: OrderedDict[tuple[Hashable, str], tuple[Any, Heard]] = OrderedDict()
        self._known: OrderedDict[Any, Any] = OrderedDict()
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(
        self, page: Hashable, name: str, scenario: str, values: Mapping[str, float], heard: Heard
    ) -> None:
        """Ask for ``opening`` or ``span``; a question of the same page and name that still waits is forgotten.

        ``heard`` is called on the thread of this object, or at once if the answer is known.
        """
        question = (name, scenario, tuple(sorted(values.items())))
        with self._lock:
            known = self._known.get(question)
            if known is not None:
                self._known.move_to_end(question)
            elif not self._closed and (len(self._waiting) < self._most or (page, name) in self._waiting):
                self._waiting[(page, name)] = (question, heard)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="lab-answers", daemon=True)
                    self._thread.start()
                self._lock.notify()
                return
        heard(
            known,
            None if known is not None else NegotiationError("too many sliders are being moved; try again"),
        )

    def forget(self, page: Hashable) -> None:
        """A page has gone: nobody waits for its answers."""
        with self._lock:
            for key in [k for k in self._waiting if k[0] == page]:
                del self._waiting[key]

    @property
    def pid(self) -> int | None:
        """Of the process."""
        return self._hand.pid

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._lock.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._hand.close()

    def _run(self) -> None:
        while True:
            with self._lock:
                while not self._waiting and not self._closed:
                    if not self._lock.wait(self._idle):
                        self._hand.close()  # gives its memory back
                if self._closed:
                    return
                _, (question, heard) = self._waiting.popitem(last=False)
            answer, error = self._answered(question)
            try:
                heard(answer, error)
            except Exception:
                logger.exception("a page failed to take its answer")

    def _answered(self, question: Any) -> tuple[Any, Exception | None]:
        name, scenario, values = question
        given = (scenario, dict(values)) if name == "opening" else (scenario,)
        for attempt in (1, 2):
            try:
                answer = self._hand.ask(name, *given, seconds=float(limits()["start_seconds"]))
            except WorkerDied as error:
                logger.warning("the process of instant answers died (%s)", error)
                if attempt == 2 or self._closed:
                    return None, error
            except (InputError, NegotiationError) as error:
                return None, error
            else:
                with self._lock:
                    self._known[question] = answer
                    while len(self._known) > REMEMBERED:
                        self._known.popitem(last=False)
                return answer, None
        return None, None
