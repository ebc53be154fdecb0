"""What a lobby does beside the games, once a tick: memory given back, who is here, news of other processes."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from negotiation.rooms import errors
from negotiation.rooms.room import Room
from negotiation.rooms.steps import next_step

if TYPE_CHECKING:
    from negotiation.rooms.lobby import Lobby

MOST_MODELS = 60
"""Models kept in memory (about 5 MB each); the least used are rebuilt when needed."""
IDLE_SECONDS = 120.0
"""How long nobody must have looked at a room before it is forgotten; its log is in the database."""
logger = logging.getLogger(__name__)


def tidy(lobby: Lobby, rooms: list[Room], now: float) -> None:
    """Give back models of ended games and of the tables least in use, rooms and classes nobody looks at."""
    loaded = [r for r in rooms if r.engine.loaded]
    for room in loaded:
        if room.state.game.ending is not None:
            room.engine.forget()
    surplus = len(loaded) - MOST_MODELS
    if surplus > 0:
        quiet = [r for r in loaded if not lobby.hub.count(r.code)]
        for room in quiet[:surplus]:
            room.engine.forget()
    for room in rooms:
        over = room.state.game.ending is not None  # a phone asleep on its debrief holds nobody's memory
        if not lobby.idle(room.code, now, IDLE_SECONDS, watched=not over) or _goes_on(room):
            continue
        if room.engine.loaded:
            room.engine.forget()
        lobby.drop(room.code)
    for classroom in lobby.classes.kept():
        if lobby.idle(classroom.code, now, IDLE_SECONDS) and not any(
            lobby.kept(r) for r in classroom.state.tables
        ):
            lobby.classes.forget(classroom.code)
            lobby.drop(classroom.code)


def _goes_on(room: Room) -> bool:
    """Whether something will happen at a table though nobody looks: a clock rings, a step waits to be tried again."""
    state = room.state
    return state.playing and (state.clock.deadline is not None or next_step(state) is not None)


def who_is_here(lobby: Lobby, now: float) -> set[str]:
    """Look at every open page; codes of the classes in which somebody has come or gone since the last look."""
    lobby.presence.look(now)
    told = lobby.presence.own(now)
    if told is not None:
        try:
            lobby.store.tell_here(lobby.name, told)
        except errors.DatabaseError as fault:
            logger.warning("other processes were not told who is here: %s", fault)
    changed = set()
    found = lobby.presence.rooms(now) or {}
    for classroom in lobby.classes.kept():
        here = frozenset((room, person) for room in classroom.state.tables for person in found.get(room, ()))
        if here != classroom.here:
            classroom.here = here
            changed.add(classroom.code)
    return changed


def listen(lobby: Lobby, stopping: threading.Event) -> None:
    """Hear of other processes' commits at once, and who is with them; after a fault of the server, listen again."""

    def heard(sender: str, places: list[tuple[str, str]]) -> None:
        if sender != lobby.name:
            lobby.presence.heard(places, lobby.now())

    while not stopping.is_set():
        try:
            for code, version in lobby.store.listen(stopping, heard):
                known: Any = lobby.kept(code)
                known = known or next((c for c in lobby.classes.kept() if c.code == code), None)
                if known is not None and known.state.version < version:
                    known.catch_up()
        except Exception as fault:
            traced = not isinstance(fault, errors.DatabaseError)
            logger.warning("news from other processes stopped, listening again: %s", fault, exc_info=traced)
            stopping.wait(1.0)
