"""One worker process of the lab page, seen from the server: asked one question at a time, stopped, replaced."""

from __future__ import annotations

import itertools
import multiprocessing
import time
from collections.abc import Callable
from typing import Any

from negotiation.errors import InputError, NegotiationError
from negotiation.lab.desk_work import serve

TICK = 0.1
"""Seconds between two looks at whether a run is still wanted."""
PATIENCE = 4.0
"""Seconds a worker has to stop by itself before it is ended."""


class WorkerDied(NegotiationError):
    """The worker process ended in the middle of a question (killed, or out of memory)."""


class TimeUp(NegotiationError):
    """The question took longer than it may; the worker was ended."""


class GivenUp(NegotiationError):
    """Nobody wanted the answer any more and the worker did not stop by itself; it was ended."""


class Hand:
    """A worker process. Started when the first question comes, started anew after a death. Not thread-safe: one
    thread owns it."""

    def __init__(self, niceness: int = 10) -> None:
        self.niceness = niceness
        self._numbers = itertools.count(1)
        self._pipe: Any = None
        self._process: Any = None

    @property
    def pid(self) -> int | None:
        """Of the process now at work; None before the first question and after ``close``."""
        return self._process.pid if self._process is not None and self._process.is_alive() else None

    def ask(
        self,
        name: str,
        *given: Any,
        news: Callable[[Any], None] = lambda data: None,
        unwanted: Callable[[], bool] = lambda: False,
        seconds: float = 300.0,
    ) -> Any:
        """The answer to a question (a name of ``desk_work.WORK``).

        news : told what the worker tells on the way. unwanted : asked often; True asks the worker to stop, and what
        it has by then is the answer. Raises ``InputError`` if the worker refused the question, ``WorkerDied``,
        ``TimeUp``, ``GivenUp``, or ``NegotiationError`` if it failed.
        """
        self._start()
        number = next(self._numbers)
        end, leave = time.monotonic() + seconds, None
        try:
            self._pipe.send((number, name, given))
            while True:
                if self._pipe.poll(TICK):
                    kind, about, data = self._pipe.recv()
                    if about != number:
                        continue
                    if kind == "news":
                        news(data)
                    elif kind == "done":
                        return data
                    else:
                        raise (InputError if kind == "refused" else NegotiationError)(data)
                now = time.monotonic()
                if now > end:
                    self.close()
                    raise TimeUp(f"stopped after {seconds:.0f} seconds")
                if leave is None and unwanted():
                    self._pipe.send("stop")
                    leave = now + PATIENCE
                if leave is not None and now > leave:
                    self.close()
                    raise GivenUp("the worker was ended")
        except (EOFError, OSError) as error:
            code = self._process.exitcode if self._process is not None else None
            self.close()
            raise WorkerDied(f"the worker process ended (code {code})") from error

    def close(self) -> None:
        """End the process."""
        pipe, process = self._pipe, self._process
        self._pipe = self._process = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.terminate()
            process.join(timeout=2)
            if process.is_alive():
                process.kill()
                process.join(timeout=2)

    def _start(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        self.close()
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, self.niceness), name="negotiation-lab", daemon=True
        )
        self._process.start()
        theirs.close()
