"""What this process knows of finished games: their records, and answers of the readers, each worked out once.

A page asks for what it needs and shows what is there; when an answer comes its topic has news and the page asks again.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from negotiation.debrief.debriefing import Debrief, from_log
from negotiation.debrief.findings import Finding
from negotiation.debrief.game import Game, read
from negotiation.debrief.offload import Log, Readers, too_large
from negotiation.debrief.shelf import BadLog, Shelf
from negotiation.errors import BrokenLog, NegotiationError
from negotiation.game.log import read_log
from ui.site.state import service

log = logging.getLogger("negotiation.pages")
KEPT = 256
"""Answers and records kept."""
WAITING = object()
"""An answer that is being worked out."""


@dataclass(frozen=True)
class Record:
    """A game to look back on, wherever it comes from."""

    game: Game
    log: Log
    address: str
    """Its page: ``/t/CODE/debrief`` or ``/replay/NAME``."""
    topic: str
    code: str = ""
    """Of its table; empty for a log from outside."""

    @property
    def key(self) -> str:
        """Names the content."""
        return self.log.key

    @cached_property
    def told(self) -> Debrief:
        """What the log alone tells."""
        return from_log(self.game)


class Desk:
    """Records and answers, shared by all pages of the process."""

    def __init__(self, readers: Readers | None = None) -> None:
        self._lock = threading.Lock()
        self._records: OrderedDict[Hashable, Record] = OrderedDict()
        self._answers: OrderedDict[Hashable, Future] = OrderedDict()
        self._readers = readers or Readers()

    # -- records ------------------------------------------------------------------------------------------

    def of_room(self, room: Any) -> Record:
        """The record of a table as it stands."""
        state = room.state

        def make() -> Record:
            events = tuple(room.log())
            key = f"{state.code}-{len(events)}"
            game = read(events)
            return Record(
                game, Log(key, events, own=True), f"/t/{state.code}/debrief", state.code, code=state.code
            )

        return self._record((service.lobby().store.where, state.code, state.version), make)

    def of_shelf(self, name: str) -> Record:
        """The record of a log somebody opened. ``BadLog`` if it is not here or holds no game."""
        path = shelf().find(name)
        return self._record(name, lambda: _opened(path, name))

    def _record(self, key: Hashable, make: Callable[[], Record]) -> Record:
        with self._lock:
            found = self._records.get(key)
            if found is not None:
                self._records.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._records[key] = made
            while len(self._records) > KEPT // 4:
                self._records.popitem(last=False)
        return made

    # -- answers ------------------------------------------------------------------------------------------

    def told(self, record: Record) -> tuple[Debrief, bool]:
        """What is known of a game now, and whether more is on its way."""
        if record.game.scenario is None or not record.game.results:
            return record.told, False
        if too_large(record.game):
            fault = Finding("too_large", {"rounds": len(record.game.results)})
            return replace(record.told, faults=(*record.told.faults, fault)), False
        answer = self.ask(record, "look")
        if answer is WAITING:
            return record.told, True
        if isinstance(answer, Exception):
            fault = Finding("not_looked_at", {"said": type(answer).__name__})
            return replace(record.told, faults=(*record.told.faults, fault)), False
        more = tuple(
            f for f in record.game.faults if f not in answer.faults
        )  # of the file, not of its events
        return replace(answer, faults=(*more, *answer.faults), game=record.game), False

    def ask(self, record: Record, question: str, *given: Any) -> Any:
        """The answer, an error, or ``WAITING``: then the record's topic has news when it is there."""
        future = self.future(record, question, *given)
        if not future.done():
            return WAITING
        if future.cancelled():
            return NegotiationError("the question was dropped; ask again")
        return future.exception() or future.result()

    def future(self, record: Record, question: str, *given: Any) -> Future:
        """The answer as it will be, for those who can wait. ``Busy`` if too many wait."""
        key = (record.key, question, *given)
        with self._lock:
            found = self._answers.get(key)
            if found is not None and not _to_be_asked_again(found):
                self._answers.move_to_end(key)
                return found
            future = self._readers.ask(question, record.log, *given)
            self._answers[key] = future
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        topic = record.topic
        future.add_done_callback(lambda _: _tell(topic))
        return future

    def expect(self, scenario: str) -> None:
        """A game of this scenario will soon be looked back on: let a reader start, if none has."""
        try:
            self._readers.warm(scenario)
        except Exception as error:  # whoever asks later is told what is wrong
            log.warning("no reader could be started: %s", error)

    def paper(self, scenario: str) -> Future:
        """The game on paper of a shipped scenario."""
        key = ("paper", scenario)
        with self._lock:
            found = self._answers.get(key)
            if found is None or _to_be_asked_again(found):
                found = self._answers[key] = self._readers.ask("paper", Log(scenario, ()))
        return found


def _to_be_asked_again(future: Future) -> bool:
    """Whether an answer was lost, not refused: its process died or it was dropped."""
    if not future.done():
        return False
    return future.cancelled() or not isinstance(
        future.exception(), (NegotiationError, ValueError, type(None))
    )


def _tell(topic: str) -> None:
    try:
        service.lobby().hub.publish(topic)
    except Exception:  # the house is closing
        log.debug("nobody to tell about %s", topic)


def _opened(path: Path, name: str) -> Record:
    """Read a log from the shelf; its faults are the game's."""
    try:
        events, damaged = read_log(path)
        game = read(events, shipped_only=True)
    except (BrokenLog, RecursionError) as error:
        raise BadLog("log_empty", str(error)) from None
    if damaged:
        game = replace(game, faults=(Finding("line_damaged", {"line": len(events) + 2}), *game.faults))
    return Record(game, Log(name, tuple(events)), f"/replay/{name}", f"log-{name}")


_desk: Desk | None = None
_making = threading.Lock()


def desk() -> Desk:
    """The desk of this process."""
    global _desk
    with _making:
        if _desk is None:
            _desk = Desk()
        return _desk


def shelf() -> Shelf:
    """Where logs from outside are kept: beside the database, else in the user's data folder."""
    url = service.lobby().store.engine.url
    if url.get_backend_name() == "sqlite" and url.database:
        return Shelf(Path(url.database).parent / "opened-logs")
    from platformdirs import user_data_path

    return Shelf(user_data_path("negotiation", appauthor=False) / "opened-logs")


def link_of(record: Record, wishes: Sequence[str], round: int | None = None) -> str:
    """The address of a game's page with its what-ifs."""
    from urllib.parse import quote

    asked = []
    if round:
        asked.append(f"round={round}")
    if wishes:
        asked.append("if=" + quote("~".join(wishes), safe=":,;=~"))
    return record.address + ("?" + "&".join(asked) if asked else "")
