"""Rooms: durable play. One room is one append-only log; commit, then tell; ``view_for`` is the only exit.

>>> import tempfile
>>> from negotiation.rooms import Lobby, view_for
>>> lobby = Lobby(tempfile.mkdtemp() + "/rooms.db")
>>> table = lobby.open_table("autumn-2025", seat="CAN", mode="simple", start=False)
>>> view_for(table.guest.room, None)["seats"]["CAN"]["by"]
'person'
>>> lobby.close()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from negotiation.rooms.classroom import Classroom
    from negotiation.rooms.errors import RoomError
    from negotiation.rooms.guest import Guest
    from negotiation.rooms.hub import Hub
    from negotiation.rooms.levels import level_names, opponents
    from negotiation.rooms.lobby import Lobby, Opened
    from negotiation.rooms.room import Room
    from negotiation.rooms.school import ClassConfig
    from negotiation.rooms.simple import CARDS
    from negotiation.rooms.state import RoomState, replay
    from negotiation.rooms.store import Store
    from negotiation.rooms.view import view_for

_WHERE = {
    "CARDS": "simple",
    "ClassConfig": "school",
    "Classroom": "classroom",
    "Guest": "guest",
    "Hub": "hub",
    "Lobby": "lobby",
    "Opened": "lobby",
    "Room": "room",
    "RoomError": "errors",
    "RoomState": "state",
    "Store": "store",
    "level_names": "levels",
    "opponents": "levels",
    "replay": "state",
    "view_for": "view",
}
"""Name -> its module, imported when first asked for: who only needs a card does not wait for a database."""

__all__ = [
    "CARDS",
    "ClassConfig",
    "Classroom",
    "Guest",
    "Hub",
    "Lobby",
    "Opened",
    "Room",
    "RoomError",
    "RoomState",
    "Store",
    "level_names",
    "opponents",
    "replay",
    "view_for",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"negotiation.rooms.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'negotiation.rooms' has no attribute '{name}'")
