"""A visit: one open page and what it remembers for itself (language, an answer on its way, a notice to show).

Lost when the server restarts, and nothing is lost with it: who somebody is stands in cookies, where they are in the
address, what they did in the log.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from negotiation.errors import NegotiationError
from ui.web.cookies import LANGUAGE, language_of, tokens_of
from ui.words import Words

Handler = Callable[[Any], None]


@dataclass(frozen=True)
class Errand:
    """Something only the browser can do: post a form (and get a cookie), go to an address, keep a choice."""

    number: str
    kind: str
    """post, go, or remember."""
    url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the page."""
        return {"number": self.number, "kind": self.kind, "url": self.url, "fields": dict(self.fields)}


@dataclass(frozen=True)
class Screen:
    """What to show: a view of ``ui.site.shapes``, its dict, and what its events do."""

    view: str
    page: dict[str, Any]
    on: Mapping[str, Handler] = field(default_factory=dict)
    ways: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    """What the links of this page do beyond those every page has: name -> deed."""
    answer: dict[str, Any] | None = None
    place: tuple[str, str] | None = None
    """The table and the person whose page this is, so that a host sees who is here."""
    world: Mapping[str, Any] = field(default_factory=dict)
    """Slow parts of the page -> what they are made from; see ``Visit.has``."""
    same: Callable[[], bool] = lambda: False
    """Whether news leave everything on this screen as it is."""


class Visit:
    """The memory of one open page. Changed only by that page's own events, under its kernel's lock."""

    def __init__(
        self,
        cookies: Mapping[str, str] | None,
        headers: Mapping[str, list[str]] | None,
        refresh: Callable[[], None],
        go: Callable[[str], None],
        reply: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self._cookies, self._headers = dict(cookies or {}), dict(headers or {})
        self._refresh, self._go, self._reply = refresh, go, reply
        self.language = language_of(self._cookies, ",".join(self._headers.get("accept-language", [])))
        self.errand: Errand | None = None
        self.notice: str | None = None
        """Why the last event was not accepted, in the visitor's language."""
        self.memory: dict[str, Any] = {}
        """What a page keeps between two renders (an answer, an opened draft), under its own key."""
        self.world: Mapping[str, Any] = {}
        """``Screen.world`` of what the browser shows."""

    @property
    def words(self) -> Words:
        """Everything this visitor reads."""
        return Words.of(self.language)

    @property
    def tokens(self) -> dict[str, str]:
        """Seats this browser holds: code of the table -> token."""
        return tokens_of(self._cookies)

    @property
    def key(self) -> str:
        """Who asks, for slowing down those who guess codes: the address the connection comes from."""
        return ",".join(self._headers.get("x-negotiation-client", ["?"]))

    @property
    def host(self) -> str:
        """Name and port under which this visitor reaches the server."""
        return ",".join(self._headers.get("host", [""]))

    def has(self, world: Mapping[str, Any]) -> set[str]:
        """Parts the browser shows already, made from the same: a screen may leave them out."""
        return {name for name, made_of in world.items() if name in self.world and self.world[name] == made_of}

    def refresh(self) -> None:
        """Render again."""
        self._refresh()

    def reply(self, answer: dict[str, Any]) -> None:
        """Show the model's answer on the screen as it stands (``Screen.answer``)."""
        if self._reply is None:
            self._refresh()
        else:
            self._reply(answer)

    def go(self, path: str) -> None:
        """Go to another page of this site without loading it anew."""
        self.notice = None
        self._go(path)

    def post(self, url: str, **fields: str) -> None:
        """Have the browser post a form: the answer may set a cookie."""
        self._send("post", url, fields)

    def load(self, url: str) -> None:
        """Have the browser load an address (a file, or a page with new cookies)."""
        self._send("go", url, {})

    def speak(self, language: str) -> None:
        """Change the language, now and for later visits of this browser."""
        self.language = Words.of(language).language
        self._send("remember", "", {LANGUAGE: self.language})

    def refuse(self, error: Exception) -> None:
        """Show why something was not accepted."""
        self.notice = said(self.words, error)
        self._refresh()

    def accept(self) -> None:
        """The last event was fine: an old notice goes."""
        self.notice = None

    def attempt(self, job: Callable[[], None]) -> bool:
        """Do what an event asks; a refusal is shown and changes nothing."""
        try:
            job()
        except NegotiationError as error:
            self.refuse(error)
            return False
        self.accept()
        return True

    def _send(self, kind: str, url: str, fields: Mapping[str, str]) -> None:
        self.errand = Errand(secrets.token_hex(4), kind, url, fields)
        self._refresh()


def said(words: Words, error: Exception) -> str:
    """An error in the visitor's language: by its key if it has one, else by its family."""
    key = f"error.{getattr(error, 'key', '')}"
    if words.has(key):
        values: dict[str, Any] = dict(getattr(error, "values", {}))
        if "seat" in values and values["seat"] in ("USA", "CAN", "MEX"):
            values["seat"] = words.gov(values["seat"])
        return words(key, **values)
    kinds = {"IllegalMove": "error.illegal_move", "UnknownName": "error.unknown_name"}
    return words(kinds.get(type(error).__name__, "error.refused"))
