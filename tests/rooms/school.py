"""Classes on the fake model whose steps are taken at once, and who comes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from negotiation.rooms import ClassConfig, Lobby
from tests.rooms.fake import FakeModel

SEATS = ("CAN", "MEX", "USA")


class Straight:
    """Workers that do everything at once, so that a test reads top to bottom."""

    def drive(self, room: Any) -> None:
        room.drive()

    def think(self, key: Any, job: Any) -> None:
        job()

    def close(self) -> None:
        pass


def new_lobby(database: str, time: Callable[[], float]) -> Lobby:
    lobby = Lobby(database, now=time, make_model=FakeModel)
    lobby.workers.close()
    lobby.workers = Straight()  # type: ignore[assignment]
    return lobby


def opened(lobby: Lobby, **given: Any) -> Any:
    wish = {"tables": 2, "mode": "simple", "firms": 200, **given}
    return lobby.classes.open(ClassConfig(**wish))


def come(classroom: Any, count: int, **given: Any) -> list[str]:
    return [classroom.enter(f"P{i}", **given) for i in range(count)]


def place(classroom: Any, token: str) -> tuple[int, str]:
    guest = classroom.guest(token)
    return classroom.state.number(guest.room.code), str(guest.seat)
