"""The log of a room, from its database."""

from __future__ import annotations

from negotiation.debrief.game import Game, read
from negotiation.errors import InputError
from negotiation.game.log import Event


def room_events(code: str, database: str | None = None) -> list[Event]:
    """Events of a room. ``InputError`` if the database has none of that code, ``DatabaseError`` as in rooms."""
    from negotiation.rooms.store import Store

    store = Store.open(database, new=False)
    try:
        events = store.events(code.strip().upper())
    finally:
        store.close()
    if not events:
        raise InputError(
            f"there is no room '{code}' in {store.where}; name another database with --database, or give the "
            "path of a game.jsonl"
        )
    return events


def read_room(code: str, database: str | None = None) -> Game:
    """The game of a room."""
    return read(room_events(code, database))
