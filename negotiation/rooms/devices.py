"""Other devices: a link that moves a seat once, or makes a second host (``configs/devices.yaml``).

Who holds a seat asks for a link; opening it elsewhere and pressing the button makes the new device the holder. The old
one keeps a key that opens nothing and is known only as one that moved. A host's link takes nothing away: both devices
run the class. Of a link only a hash is stored, beside the tokens.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from negotiation.rooms import errors
from negotiation.rooms.classes import KIND
from negotiation.rooms.classroom import Classroom
from negotiation.rooms.codes import as_code, new_person, new_token, token_hash
from negotiation.rooms.guest import Guest
from negotiation.rooms.store import MOVED, PASS
from negotiation.scenario import load_yaml

if TYPE_CHECKING:
    from negotiation.rooms.lobby import Lobby


@cache
def link_seconds() -> float:
    """How long a link is good for."""
    return 60.0 * float(load_yaml("devices.yaml")["link_minutes"])


@dataclass(frozen=True)
class Offer:
    """A link just made; the secret is nowhere else."""

    code: str
    """Of the class, or of the table."""
    secret: str
    until: float
    """Seconds since 1970."""


@dataclass(frozen=True)
class Taken:
    """A seat that is on this device now: its key opens ``code`` and ``room``."""

    code: str
    room: str
    token: str
    host: bool = False
    """Not a seat: this device runs the class now, beside the other."""


class Devices:
    """Moving seats between devices; one per lobby."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby

    def offer(self, guest: Guest) -> Offer:
        """A link for the person in a seat; an older one of theirs is good for nothing now."""
        if guest.seat is None or guest.person is None:
            raise errors.NotAllowed("move a seat to another device", "the person in it")
        return self._offer(guest.room.state.config.school or guest.room.code, guest.person)

    def offer_host(self, classroom: Classroom, token: str) -> Offer:
        """A link that lets another device run the class, too; an older one is good for nothing now."""
        if not classroom.is_host(token):
            raise errors.NotHost()
        return self._offer(classroom.code, classroom.state.host)

    def _offer(self, home: str, person: str) -> Offer:
        secret, now = new_token(), self._lobby.now()
        self._lobby.store.put_pass(home, person, token_hash(secret), at=now)
        return Offer(home, secret, now + link_seconds())

    def take(
        self, typed: str, secret: str, *, key: Hashable = None, held: Mapping[str, str] | None = None
    ) -> Taken:
        """Move the seat here.

        held : what this browser holds already, code -> token.
        Raises ``LinkGone`` (counted against ``key``), ``TooManyAttempts``, ``SameDevice``, ``DeviceInUse``,
        ``RoomExpired``.
        """
        lobby, now, store = self._lobby, self._lobby.now(), self._lobby.store
        lobby.throttle.check(key, now)
        try:
            code, hashed = as_code(typed), token_hash(secret)
            found, row = store.aside(code, hashed), store.room(code)
            if row is None or found is None or found[0] != PASS or not 0 <= now - found[2] < link_seconds():
                raise errors.LinkGone()
        except (errors.UnknownRoom, errors.LinkGone):
            lobby.throttle.wrong(key, now)
            raise errors.LinkGone() from None
        lobby.must_be_open(row, now)
        old = found[1]
        mine = store.secret(code, token_hash((held or {}).get(code, "")))
        if mine is not None:
            raise errors.SameDevice() if mine.person == old else errors.DeviceInUse()
        token, new = new_token(), new_person()
        if row.config.get("kind") == KIND:
            classroom = lobby.classes.find(code)
            if old == classroom.state.host:
                classroom.add_host(token_hash(token), hashed)
                return Taken(code, code, token, host=True)
            classroom.hand_on(old, new, token_hash(token), hashed)
            place = classroom.state.people[new]
            return Taken(code, place[0] if place else code, token)
        room = lobby.room(code)
        name, host = room.names.get(old, ""), room.state.host == old
        room.hand_on(old, new, token_hash(token), name=name, spend=hashed, host=host)
        return Taken(code, code, token)

    def has_moved(self, room: str, token: str) -> bool:
        """Whether a token opened a seat here that is on another device now."""
        found = self._lobby.store.aside(room, token_hash(token)) if token else None
        return found is not None and found[0] == MOVED
