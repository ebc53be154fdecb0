"""What can go wrong around a table, one class per cause.

Every error carries ``key`` (its class name in snake case) and ``values``, so that a screen can say it in any
language; ``str(error)`` is the English sentence: what is wrong, where, what next.
"""

from __future__ import annotations

import re
from typing import Any

from negotiation.errors import IllegalMove, InputError, NegotiationError


class RoomError(NegotiationError):
    """Root of the family; the room is as it was before the command."""

    def __init__(self, message: str, **values: Any) -> None:
        self.values = values
        super().__init__(message)

    @property
    def key(self) -> str:
        """Name of the cause for the word catalogues, e.g. ``seat_taken``."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__).lower()


# -- at the door ---------------------------------------------------------------------------------------


class UnknownRoom(RoomError, InputError):
    """No room answers to this code."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"no table has the code {code}: compare it with the host's screen, letter by letter", code=code
        )


class RoomExpired(RoomError, InputError):
    """The room has been closed or nobody used it for too long."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the table {code} has expired: ask the host for a new code", code=code)


class RoomFull(RoomError):
    """Every seat is taken."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"all seats of table {code} are taken: watch it, or ask the host for a seat", code=code
        )


class RoomLocked(RoomError):
    """The host lets nobody in."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the host has locked table {code}: ask the host to let you in", code=code)


class LinkGone(RoomError):
    """A link that moves a seat was used, is too old, or was never one."""

    def __init__(self) -> None:
        super().__init__("this link has been used or is too old: make a new one on the device with the seat")


class SameDevice(RoomError):
    """The link was opened where the seat is already."""

    def __init__(self) -> None:
        super().__init__("this device has the seat already: open the link on the other one")


class DeviceInUse(RoomError):
    """The link was opened where somebody else of the same table or class sits (or its host)."""

    def __init__(self) -> None:
        super().__init__("this device has another place here: open the link on a device without one")


class SeatTaken(RoomError):
    """Somebody sits there, or the seat is not offered."""

    def __init__(self, code: str, seat: str) -> None:
        super().__init__(
            f"table {code}: the seat of {seat} is taken: choose another, or ask the host",
            code=code,
            seat=seat,
        )


class TooManyAttempts(RoomError):
    """Codes are being guessed."""

    def __init__(self, wait: float) -> None:
        seconds = max(1, round(wait))
        super().__init__(f"too many attempts: wait {seconds} s and try again", seconds=seconds)


class BadName(RoomError, InputError):
    """A name with nothing to read in it."""

    def __init__(self, most: int) -> None:
        super().__init__(f"this name cannot be shown: use up to {most} letters, digits or marks", most=most)


class NotAllowed(RoomError):
    """The bearer of this token may not do this."""

    def __init__(self, what: str, who: str) -> None:
        super().__init__(f"only {who} may {what}", what=what, who=who)


class NotHost(NotAllowed):
    """A page of a class's host is open only to the browsers that run the class."""

    def __init__(self) -> None:
        super().__init__("open the host's pages", "the browser in which the class was opened")


# -- at the table --------------------------------------------------------------------------------------


class NotStarted(RoomError):
    """The host has not opened the first round."""

    def __init__(self, code: str) -> None:
        super().__init__(f"table {code} has not started: wait for the host", code=code)


class TablePaused(RoomError):
    """The host has stopped the clock; nothing is sealed or revealed meanwhile."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"table {code} is paused: nothing was sealed; try again when the host goes on", code=code
        )


class StaleMove(RoomError):
    """The move was made on a screen that no longer shows the table as it is."""

    def __init__(self, round: int, now: int) -> None:
        where = (
            f"round {now} is on the table" if now != round else f"your seat in round {now} has changed since"
        )
        super().__init__(
            f"this move was made for round {round}, but {where}: look again, nothing was sealed",
            round=round,
            now=now,
        )


class StaleOrder(RoomError):
    """A host pressed a button on a board that no longer shows the table as it is."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"table {code} has moved on since the board was looked at: nothing was done there; look again",
            code=code,
        )


class NoSuchRound(RoomError, IllegalMove):
    """A table cannot go back to a round it has not reached."""

    def __init__(self, code: str, round: int, now: int) -> None:
        super().__init__(
            f"table {code} stands at round {now}: there is no round {round} to go back to",
            code=code,
            round=round,
            now=now,
        )


class NoRoundOnTable(RoomError, IllegalMove):
    """An event of the scenario happens in a round; there is none."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"an event can be let happen while a round is played: table {code} is in its review", code=code
        )


class StaleVersion(RoomError):
    """Somebody else has written first; nothing was stored. Read the log again and decide anew."""

    def __init__(self, room: str, expected: int) -> None:
        super().__init__(
            f"room {room}: version {expected} is not the last any more; nothing was stored",
            code=room,
            version=expected,
        )


class BadText(RoomError, InputError):
    """Nothing readable in a text."""

    def __init__(self, most: int) -> None:
        super().__init__(f"there is nothing to read in this text: write up to {most} characters", most=most)


class TalkOff(RoomError):
    """The host has not allowed cables, or has stopped them."""

    def __init__(self, code: str) -> None:
        super().__init__(f"table {code}: the host has stopped cables; nothing was sent", code=code)


class TooManyCables(RoomError):
    """A seat talks too much."""

    def __init__(self, most: int) -> None:
        super().__init__(f"no more than {most} cables a minute: wait a little; nothing was sent", most=most)


class UnknownPerson(RoomError):
    """Nobody of this class."""

    def __init__(self, code: str) -> None:
        super().__init__(f"class {code} has no such person: look at the list again", code=code)


# -- below the table -----------------------------------------------------------------------------------


class DatabaseError(RoomError):
    """The database does not serve; what was acknowledged before is safe, this command was not carried out."""


class DatabaseBusy(DatabaseError):
    """Another process holds the database."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} is locked by another program: nothing was stored; try again", where=where)


class DiskFull(DatabaseError):
    """No room on the disk."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where}: the disk is full; nothing was stored: free some space and try again", where=where
        )


class DatabaseReadOnly(DatabaseError, InputError):
    """The file or its folder may not be written."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} cannot be written: choose another place with --database, or correct the permissions",
            where=where,
        )


class DatabaseDamaged(DatabaseError, InputError):
    """The file is not a database, or is torn."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} is no readable database: restore a copy, or name another file with --database",
            where=where,
        )


class DatabaseForeign(DatabaseError, InputError):
    """A database, but not ours."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} holds another program's tables: name another file with --database", where=where
        )


class DatabaseTooNew(DatabaseError, InputError):
    """Written by a newer version of this program."""

    def __init__(self, where: str, found: int, known: int) -> None:
        super().__init__(
            f"{where} was written by a newer version (schema {found}, this one knows {known}): upgrade this "
            "program, or name another file with --database",
            where=where,
            found=found,
            known=known,
        )


class DatabaseUnreachable(DatabaseError):
    """No answer from the server, or another fault of the driver."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            f"{where} does not answer ({reason}): nothing was stored; check that the server runs",
            where=where,
            reason=reason,
        )


class BadAddress(DatabaseError, InputError):
    """A database URL that names nothing we can open."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"the database address {url} cannot be used: {reason}", url=url, reason=reason)
