"""A process that plays: ``python -m tests.rooms.player DATABASE SEAT CODE=TOKEN ...``.

Seals a move in each table whenever that seat is asked to, and writes one line per acknowledged seal **after** the
acknowledgement. Ends when all games have left the bargaining, unless somebody kills it first.
"""

from __future__ import annotations

import sys
from time import sleep

from negotiation.errors import IllegalMove
from negotiation.game.moves import Move
from negotiation.rooms import lobby as lobby_module
from negotiation.rooms.errors import RoomError
from negotiation.rooms.lobby import Lobby
from negotiation.terms import Country, Phase
from tests.rooms.fake import FakeModel


def main(database: str, seat: str, *tables: str) -> None:
    lobby_module.TICK_SECONDS = 0.01
    house = Lobby(database, make_model=FakeModel)
    house.start()
    guests = [house.enter(*table.split("=")) for table in tables]
    print("ready", flush=True)
    country = Country(seat)
    while any(g.room.state.game.phase is Phase.BARGAINING for g in guests):
        idle = True
        for guest in guests:
            game = guest.room.state.game
            if game.phase is not Phase.BARGAINING or country in game.sealed or game.started is None:
                continue
            idle = False
            try:
                guest.seal(Move.of(country, "coordinate", "concede"), round=game.round)
            except (RoomError, IllegalMove):
                continue
            print(f"sealed {guest.room.code} {game.round}", flush=True)
        if idle:
            sleep(0.001)
    house.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
