"""Rooms: durable play. One room is one append-only log; commit, then tell; ``view_for`` is the only exit.

>>> import tempfile
>>> lobby = Lobby(tempfile.mkdtemp() + "/rooms.db")
>>> table = lobby.open_table("autumn-2025", seat="CAN", mode="simple", start=False)
>>> view_for(table.guest.room, None)["seats"]["CAN"]["by"]
'person'
>>> lobby.close()
"""

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
