"""A lobby on a file of its own with few firms, and a whole game played in it once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from negotiation.debrief.offload import QUESTIONS
from negotiation.rooms import Lobby
from ui.site.pages import debrief_desk
from ui.site.pages.addresses import page_at
from ui.site.state import service
from ui.site.state.visit import Screen, Visit
from ui.web.cookies import SEAT

FIRMS = 200


class Here:
    """Readers without processes: a question is answered at once, or when ``late`` is let go."""

    def __init__(self) -> None:
        self.late: list[Any] | None = None
        self.asked: list[str] = []

    def ask(self, question: str, log: Any, *given: Any) -> Future:
        self.asked.append(question)
        future: Future = Future()

        def answer() -> None:
            try:
                future.set_result(QUESTIONS[question](log, *given))
            except Exception as error:
                future.set_exception(error)

        if self.late is None:
            answer()
        else:
            self.late.append(answer)
        return future


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> Here:
    """A desk of its own that answers in this process."""
    here = Here()
    monkeypatch.setattr(debrief_desk, "_desk", debrief_desk.Desk(here))  # type: ignore[arg-type]
    return here


@pytest.fixture
def lobby(tmp_path: Path, readers: Here) -> Iterator[Lobby]:
    """The lobby the pages use."""
    house = Lobby(tmp_path / "rooms.db")
    service.install(house)
    yield house
    service.install(None)
    house.close()


class Browser:
    """A visitor without a browser: cookies, one page, and what it shows."""

    def __init__(self, address: str = "/", language: str = "en", **cookies: str) -> None:
        self.path, _, self.search = address.partition("?")
        headers = {"host": ["localhost:8765"], "x-negotiation-client": ["10.0.0.1"]}
        self.visit = Visit({"lang": language, **cookies}, headers, lambda: None, self._go)

    @classmethod
    def of(cls, opened: Any, language: str = "en") -> Browser:
        """Somebody with the token of a table just opened."""
        return cls(f"/t/{opened.code}", language, **{SEAT + opened.code: opened.token})

    def _go(self, path: str) -> None:
        self.path, _, self.search = path.partition("?")

    @property
    def screen(self) -> Screen:
        """What is shown now."""
        return page_at(self.visit, self.path, self.search)


def settle(room: Any) -> None:
    """Do everything the table does by itself, now."""
    room.drive()
    assert room.trouble is None


class Page:
    """What a handler needs of the page it runs in."""

    id = "page"

    def __init__(self) -> None:
        self.lock, self.closed_event = threading.RLock(), threading.Event()

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        return None


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let event handlers run outside a Solara page."""
    page = Page()
    for module in ("table", "review"):
        monkeypatch.setattr(f"ui.site.pages.{module}.here", lambda: page)
