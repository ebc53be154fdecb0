"""One open page: what it shows, drawn from the rooms, and only what has changed sent to the browser.

Solara draws a page once and afterwards only when its address changes; news and events come here directly. That a
page is one widget makes this simple: a dict of texts is compared with the one before (solara's own way, rendering
components again and comparing elements, costs four times as much a push).

Everything here runs under the page's own kernel lock (an event, ``in_page``, a render).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from negotiation.errors import NegotiationError
from ui.site.components import Root, as_text, state_of
from ui.site.state import service
from ui.site.state.hooks import here, note_presence, when_told
from ui.site.state.visit import Handler, Screen, Visit

log = logging.getLogger("negotiation.pages")
TRIES = 3
"""How often a page may ask to be drawn again while it is being drawn."""

ADDRESSES = {"home": "/", "model": "/model", "install": "/offline", "join": "/join", "lab": "/lab"}
"""Pages every link may name."""
Draw = Callable[[Visit, str, str], Screen]


class Stage:
    """What one open page shows.

    draw : address -> screen, the visitor's own; may raise.
    excuse : what to show instead when it does.
    """

    def __init__(
        self,
        cookies: Mapping[str, str] | None,
        headers: Mapping[str, list[str]] | None,
        draw: Draw,
        excuse: Callable[[Visit, Exception], Screen],
    ) -> None:
        self.visit = Visit(cookies, headers, self.refresh, lambda path: self._go(path), self._reply)
        self._draw, self._excuse = draw, excuse
        self._go: Callable[[str], None] = lambda path: None
        self._path, self._search = "/", ""
        self._topic: str | None = None
        self._news = -1
        """News of the topic this page has drawn."""
        self._shown: Screen | None = None
        self._notice: str | None = None
        """What ``Visit.notice`` said when the page was drawn."""
        self._drawing = self._again = self._hearing = False
        self.root: Any = None

    # -- where the page is --------------------------------------------------------------------------------

    def stand(self, path: str, search: str, topic: str | None, go: Callable[[str], None]) -> None:
        """The address (again): draws if it is another one."""
        self._go = go
        if self.root is not None and (path, search) == (self._path, self._search):
            return
        self._path, self._search, self._topic, self._news = path, search, topic, -1
        self.refresh()

    def listen(self) -> Callable[[], None] | None:
        """Hear of news until the returned function is called."""
        topic, context, hub = self._topic, here(), service.lobby().hub
        if topic is None:
            return None

        look = when_told(context, lambda: self._told(topic, hub.news(topic)))

        def told(news: int) -> None:
            # a page that handles an event looks at the news itself when it has
            if news > self._news and not self._hearing and not self._as_before(news):
                look()

        stop = hub.subscribe(topic, told)
        self._told(topic, hub.news(topic))  # what came between drawing and subscribing
        return stop

    def _told(self, topic: str, news: int) -> None:
        if topic == self._topic and news > self._news and not self._as_before(news):
            self.refresh()

    def _as_before(self, news: int) -> bool:
        """Whether news leave the screen as it is; asked before anybody waits for the page's lock.

        While it is being drawn nobody knows from what.
        """
        shown = None if self._drawing else self._shown
        if shown is None or not shown.same():
            return False
        self._news = max(self._news, news)
        return True

    # -- what it shows ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw again and send what has changed."""
        if self._drawing:
            self._again = True
            return
        self._drawing = True
        try:
            for _ in range(TRIES):
                self._again = False
                self._news = service.lobby().hub.news(self._topic) if self._topic else 0
                shown = self._screen()
                if not self._again:
                    break
            self._send(shown)
        finally:
            self._drawing = False

    def _screen(self) -> Screen:
        """The screen for the address; whatever goes wrong becomes a screen that says so."""
        try:
            return self._draw(self.visit, self._path, self._search)
        except NegotiationError as error:
            log.info("page %.40r: %s", self._path, error)
            return self._excuse(self.visit, error)
        except Exception as error:
            log.exception("page %.40r failed", self._path)
            return self._excuse(self.visit, error)

    def _send(self, shown: Screen) -> None:
        visit = self.visit
        state = state_of(shown.view, shown.page, visit.words.fixed, kept=visit.has(shown.world))
        state["answer"] = None if shown.answer is None else as_text(shown.answer)
        state["errand"] = visit.errand.to_dict() if visit.errand else None
        if self._shown is None or shown.place != self._shown.place:
            note_presence(shown.place)
        self._shown, visit.world, self._notice = shown, shown.world, visit.notice
        if self.root is None:
            self.root = Root(**state, hear=self.hear)
        else:
            self.root.show(state)

    def _reply(self, answer: dict[str, Any]) -> None:
        """Send an answer to the screen that asked; if that has changed since, what it shows now."""
        shown = self._shown
        if shown is None or not shown.same() or self.visit.notice != self._notice:
            self.refresh()
            return
        self._shown = replace(shown, answer=answer)
        self.root.show({"answer": as_text(answer)})

    # -- what the visitor does ----------------------------------------------------------------------------

    def hear(self, name: str, value: Any) -> None:
        """An event of the browser. A failure is shown to its own visitor, logged, and disturbs nobody else."""
        shown = self._shown
        handler = shown.on.get(name, self._everywhere(shown).get(name)) if shown else None
        if handler is None:
            return
        self._hearing = True
        try:
            handler(value)
        except NegotiationError as error:
            self.visit.refuse(error)
        except Exception as error:
            log.exception("an event failed")
            self.visit.refuse(error)
        finally:
            self._hearing = False
        shown, hub = self._shown, service.lobby().hub
        told = self._topic is not None and hub.news(self._topic) > self._news
        if told or (shown is not None and shown.world and not shown.same()):
            self.refresh()  # one's own click first

    def _everywhere(self, shown: Screen) -> dict[str, Handler]:
        """What every page understands: another language, and links."""

        def open_page(name: Any) -> None:
            if name in shown.ways:
                shown.ways[name]()
            elif name in ADDRESSES:
                self.visit.go(ADDRESSES[name])

        return {"language": lambda code: self.visit.speak(str(code)), "open": open_page}
