"""Engines in processes of their own, so that computing tables and drawing pages do not share one interpreter.

A class of a hundred tables asks for several models a second; in the server's own process each would hold up every
page's click. ``RemoteEngine`` has the methods of ``Engine``; the model behind it lives in a helper process, where it is
the same cache of the log that it is here: a helper that dies is started anew and loses nothing.
"""

from __future__ import annotations

import gc
import itertools
import logging
import os
import pickle
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from negotiation.economy.threads import THREADS_VARIABLE
from negotiation.errors import NegotiationError
from negotiation.processes import leave_with_parent, ready_made, step_back
from negotiation.rooms.engine import Engine
from negotiation.rooms.state import RoomState

logger = logging.getLogger(__name__)
URGENT = {"resolve": 0, "end": 0, "stop": 0, "propose": 1, "answer": 1, "choose": 2, "start": 2}
"""Which questions go first; a preview can wait for a reveal."""
LATER = 5
NICENESS = 2
"""How far a helper steps back for the server: a click goes before a preview where both want the last processor."""


class Lacking(RuntimeError):
    """A helper has to build a model and was sent only the end of the game; ask again with all of it."""


class Ending:
    """What stands for the rounds of a game that a model has lived through: how many, and where the last one led.

    That is all an ``Engine`` looks at while its model is in step; one that has to rebuild says ``Lacking``.
    """

    def __init__(self, results: Sequence[Mapping[str, Any]]) -> None:
        self._count = len(results)
        self._last = {"position": results[-1]["position"]} if results else {}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: int) -> Mapping[str, Any]:
        if place != -1 or not self._count:
            raise Lacking("only the last round's position was sent")
        return self._last

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        if not self._count:
            return iter(())
        raise Lacking("only the last round's position was sent")


def thin(state: RoomState) -> RoomState:
    """A state without what a model in step has lived through: a tenth of the bytes late in a game."""
    results: Any = Ending(state.game.results)
    return replace(state, game=replace(state.game, results=results, started=None))


class HelperGone(RuntimeError):
    """The helper process ended in the middle of a question; ask again."""


def _serve(pipe: Any) -> None:
    """A helper's life: answer questions until the server is gone."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then hangs up
    leave_with_parent()
    step_back(NICENESS)
    os.environ.setdefault(THREADS_VARIABLE, "1")  # the other processors are for pages and the other helpers
    engines: dict[str, Engine] = {}
    while True:
        try:
            room, method, given = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            if method == "warm":
                _warm(*given)
                gc.collect()
                gc.freeze()  # what is in memory now stays: full collections need not look at it
                answer: tuple[bool, Any] = (True, None)
            elif method == "forget":
                engines.pop(room, None)
                answer = (True, None)
            else:
                engine = engines.setdefault(room, Engine())
                answer = (True, (getattr(engine, method)(*given), engine.warnings))
        except BaseException as error:
            answer = (False, _portable(error))
        try:
            pipe.send(answer)
        except (BrokenPipeError, OSError):
            return


def _warm(scenario: str, firms: int | None) -> None:
    """Import and compile what the first question would otherwise wait for."""
    from negotiation.rooms.engine import review_model
    from negotiation.rooms.state import Config
    from negotiation.terms import Country

    review_model(Config(scenario, 1, firms=firms)).view(Country.CAN)


def _portable(error: BaseException) -> BaseException:
    """An error that can cross a pipe, as itself if possible."""
    try:
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:
        kind = NegotiationError if isinstance(error, NegotiationError) else RuntimeError
        return kind(f"{type(error).__name__}: {error}")


class Helper:
    """One helper process and the questions waiting for it, the urgent ones first."""

    def __init__(self) -> None:
        self._waiting: queue.PriorityQueue[tuple[int, int, Any, Future]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._closed = False
        self._pipe: Any = None
        self._process: Any = None
        threading.Thread(target=self._run, name="helper", daemon=True).start()

    def ask(self, room: str, method: str, *given: Any) -> Future:
        """A question about a room; answered in the order of urgency, then of asking."""
        future: Future = Future()
        self._waiting.put((URGENT.get(method, LATER), next(self._order), (room, method, given), future))
        return future

    def close(self) -> None:
        """Hang up; the process ends by itself."""
        self._closed = True
        self._waiting.put((-1, next(self._order), None, Future()))

    def _run(self) -> None:
        while True:
            _, _, question, future = self._waiting.get()
            if question is None or self._closed:
                break
            if not future.set_running_or_notify_cancel():
                continue
            try:
                self._start()
                self._pipe.send(question)
                fine, answer = self._pipe.recv()
            except (EOFError, OSError) as error:
                logger.warning(
                    "a helper process ended (%s); the next question starts another", type(error).__name__
                )
                self._drop()
                future.set_exception(HelperGone("the helper process ended; the step is tried again"))
                continue
            if fine:
                future.set_result(answer)
            else:
                future.set_exception(answer)
        self._drop()

    def _start(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        context: Any = ready_made()
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), name="negotiation-helper", daemon=True)
        self._process.start()
        theirs.close()

    def _drop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.join(timeout=2)
            if self._process.is_alive():
                self._process.kill()
        self._pipe = self._process = None


class Helpers:
    """The helper processes of a house of rooms; each room always asks the same one."""

    def __init__(self, count: int | None = None) -> None:
        self._helpers = [Helper() for _ in range(count or max(1, min(4, (os.cpu_count() or 2) - 1)))]

    def engine(self, room: str) -> RemoteEngine:
        """The engine of a room."""
        place = sum(map(ord, room)) % len(self._helpers)
        return RemoteEngine(room, self._helpers[place])

    def warm(self, scenario: str, firms: int | None) -> None:
        """Start the processes and let them import and compile."""
        for helper in self._helpers:
            helper.ask("", "warm", scenario, firms)

    def close(self) -> None:
        """End all of them."""
        for helper in self._helpers:
            helper.close()


class RemoteEngine(Engine):
    """An ``Engine`` whose model is in a helper process."""

    def __init__(self, room: str, helper: Helper) -> None:
        super().__init__()
        self._room, self._helper = room, helper
        self._there = False

    @property
    def loaded(self) -> bool:
        """Whether the helper holds a model for this room."""
        return self._there

    def forget(self) -> None:
        """Let the helper give its memory back."""
        self._there = False
        self._helper.ask(self._room, "forget")

    def _ask(self, method: str, *given: Any) -> Any:
        self._there = True
        answer, self.warnings = self._helper.ask(self._room, method, *given).result()
        return answer

    def _ask_of(self, method: str, state: RoomState, *given: Any) -> Any:
        """A question about a state; all of it is sent only where the helper may have to build the model."""
        if self._there and self._epoch == state.epoch:
            try:
                return self._ask(method, thin(state), *given)
            except Lacking:
                pass
        answer = self._ask(method, state, *given)
        self._epoch = state.epoch
        return answer

    def start(self, state: RoomState) -> dict[str, Any]:
        return self._ask("start", state)

    def choose(self, state: RoomState, *given: Any) -> dict[str, Any]:  # type: ignore[override]
        return self._ask_of("choose", state, *given)

    def resolve(self, state: RoomState) -> dict[str, Any]:
        return self._ask_of("resolve", state)

    def propose(self, state: RoomState, mind: str) -> Any:
        return self._ask_of("propose", state, mind)

    def answer(self, state: RoomState, *given: Any) -> bool:  # type: ignore[override]
        return self._ask_of("answer", state, *given)

    def end(self, state: RoomState) -> tuple[str, dict[str, Any]]:
        return self._ask_of("end", state)

    def stop(self, state: RoomState) -> dict[str, Any]:
        return self._ask_of("stop", state)

    def preview(self, state: RoomState, *given: Any) -> dict[str, Any]:  # type: ignore[override]
        return self._ask_of("preview", state, *given)

    def review(self, state: RoomState, *given: Any) -> dict[str, Any]:  # type: ignore[override]
        return self._ask_of("review", state, *given)
