"""Opening classes and finding them again; one ``Classes`` per lobby."""

from __future__ import annotations

import secrets as random_numbers
import threading
from collections.abc import Hashable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from negotiation.rooms import errors
from negotiation.rooms.classroom import Classroom
from negotiation.rooms.codes import as_code, new_code, new_person, new_token, token_hash
from negotiation.rooms.engine import scenario_named
from negotiation.rooms.levels import opponents
from negotiation.rooms.school import ClassConfig
from negotiation.rooms.state import Chair, Config
from negotiation.rooms.store import NO_TOKENS, News, Secret, Tokens
from negotiation.terms import SEATS

if TYPE_CHECKING:
    from negotiation.rooms.lobby import Lobby

KIND = "class"


@dataclass(frozen=True)
class OpenedClass:
    """A class just opened: what its host needs."""

    code: str
    token: str
    classroom: Classroom


class Classes:
    """The classes of one database, as one process serves them."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._kept: dict[str, Classroom] = {}
        self._lock = threading.Lock()

    def open(self, config: ClassConfig) -> OpenedClass:
        """Open a class with all its tables; nobody sits, nothing has begun.

        Raises ``IllegalMove`` for an impossible wish, ``UnknownScenario`` for a scenario that is not there.
        """
        config = config.checked()
        scenario = scenario_named(config.scenario)
        if not config.seed:
            config = replace(config, seed=random_numbers.randbits(31) or 1)
        minds = opponents(config.level, config.mode, scenario)
        host, token = new_person(), new_token()
        opened: News = ("class_opened", {"config": asdict(config), "host": host})
        code = self._new(config, [opened], Tokens([Secret(token_hash(token), "host", host)]), KIND)
        chairs = {
            str(s): vars(Chair(minds[s], offered=False, policy=config.policy, rule=config.rule))
            for s in SEATS
        }
        table = Config(
            config.scenario,
            config.seed,
            config.mode,
            config.level,
            config.firms,
            config.seconds,
            code,
            config.talk,
        )
        first: News = ("room_opened", {"config": table.to_dict(), "chairs": chairs, "host": host})
        key = Tokens([Secret(token_hash(token), "host", host)])
        rooms = [self._new(config, [first], key, "table") for _ in range(config.tables)]
        store, version = self._lobby.store, 1
        store.append(code, version, [("table_added", {"room": r}) for r in rooms], at=self._lobby.now())
        return OpenedClass(code, token, self.find(code))

    def find(self, typed: str, *, key: Hashable = None) -> Classroom:
        """The class behind a code as typed; wrong codes are counted against ``key``.

        Raises ``UnknownRoom``, ``RoomExpired``, ``TooManyAttempts``.
        """
        lobby, now = self._lobby, self._lobby.now()
        if key is not None:
            lobby.throttle.check(key, now)
        try:
            code = as_code(typed)
            row = lobby.store.room(code)
            if row is None or row.config.get("kind") != KIND:
                raise errors.UnknownRoom(code)
        except errors.UnknownRoom:
            if key is not None:
                lobby.throttle.wrong(key, now)
            raise
        lobby.must_be_open(row, now)
        with self._lock:
            kept = self._kept.get(code)
        if kept is None:
            fresh = Classroom(code, lobby)
            if lobby.helpers is not None:
                lobby.helpers.warm(fresh.state.config.scenario, fresh.state.config.firms)
            with self._lock:
                kept = self._kept.setdefault(code, fresh)
        return kept

    def is_class(self, typed: str, *, key: Hashable) -> bool:
        """Whether a code as typed names a class: tells a page where to go. Counts nothing, but heeds the count."""
        self._lobby.throttle.check(key, self._lobby.now())
        try:
            row = self._lobby.store.room(as_code(typed))
        except errors.UnknownRoom:
            return False
        return row is not None and row.config.get("kind") == KIND

    def kept(self) -> list[Classroom]:
        """Classes in memory."""
        with self._lock:
            return list(self._kept.values())

    def forget(self, code: str) -> None:
        """A class that is gone from the database."""
        with self._lock:
            self._kept.pop(code, None)

    def _new(
        self, config: ClassConfig, news: list[Any], tokens: Tokens = NO_TOKENS, kind: str = "table"
    ) -> str:
        public = {"kind": kind, "mode": config.mode, "level": config.level, "seconds": config.seconds}
        while True:
            code = new_code()
            if self._lobby.store.create(
                code, scenario=config.scenario, config=public, news=news, at=self._lobby.now(), tokens=tokens
            ):
                return code
