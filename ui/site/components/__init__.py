"""The screens as one Solara component: a dict in, events out.

    screen("table", page, words, answer=answer, event_seal=on_seal, ...)

`ui.site.shapes` says what the dicts hold. Leave an event out and the screen still works, it is just
not heard. Every event calls its handler with ONE value; `EVENTS` lists them.

    words: dict[str, str]     fixed labels, keys of samples/words.en.json
    page: <View>Page          what the screen shows
    answer: Answer | None     table only: what the model expects of the half-made move

`ui/site/components/bundle.py` says how the `.vue` files reach the browser.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import solara

from ui.site.components import bundle

bundle.install()

Event = Callable[[Any], None]
"""Called with the one value of the event (None where the event has none)."""


@solara.component_vue("root.vue", vuetify=False)
def _Root(
    view: str,
    page: str,
    words: str,
    build: str,
    answer: str | None = None,
    event_language: Event | None = None,
    event_theme: Event | None = None,
    event_open: Event | None = None,
    event_preview: Event | None = None,
    event_seal: Event | None = None,
    event_reconsider: Event | None = None,
    event_next: Event | None = None,
    event_pick: Event | None = None,
    event_tour_done: Event | None = None,
    event_propose: Event | None = None,
    event_sign: Event | None = None,
    event_refuse: Event | None = None,
    event_toggle: Event | None = None,
    event_play: Event | None = None,
    event_resume: Event | None = None,
    event_join: Event | None = None,
    event_slide: Event | None = None,
    event_again: Event | None = None,
    event_download: Event | None = None,
    event_host: Event | None = None,
    event_talk: Event | None = None,
) -> None:
    """The one template behind every page; `view` names the page component."""


def screen(view: str, page: dict[str, Any], words: dict[str, str], **rest: Any) -> solara.Element:
    """The page called `view` (a key of `ui.site.shapes.PAGES`), for callers that hold it as data.

    `rest`: `answer` and any ``event_*``. Dicts travel as JSON text: Solara would otherwise walk through every entry
    of a page at each render, which costs more than making the page (2.5 ms of 5.5).
    """
    answer = rest.pop("answer", None)
    said = None if answer is None else _json(answer)
    return _Root(view=view, page=_json(page), words=_json(words), build=bundle.build(), answer=said, **rest)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


EVENTS: dict[str, dict[str, str]] = {
    "everywhere": {
        "language": "code: the viewer wants this language",
        "theme": '"light" | "dark" | "auto": chosen, and already kept in the browser',
        "open": "page: a link or door was taken (PAGES, or what Link.page held)",
    },
    "home": {
        "play": "{scenario, seat, mode: simple | full, level: easy | medium | hard}",
        "resume": "room",
        "join": "code, in capitals",
    },
    "host": {"host": "{do, table: number or 0 for all, ...}: a command of the strip"},
    "join": {"join": "code, in capitals (taking a seat is a form posted to Enter.action)"},
    "table": {
        "preview": "MoveChosen, 120 ms after the last change of a half-made move",
        "seal": "MoveChosen",
        "reconsider": "None: break the own seal",
        "next": "None: on after the reveal",
        "pick": '"CAN-USA" | "MEX-USA" | "CAN-MEX": a tie was looked at (the screen shows Tie.more itself)',
        "talk": "{to, text} a cable, {help: bool} a hand, {agree: index} a mate's proposal",
        "tour_done": "None (the browser remembers too)",
    },
    "review": {
        "propose": "{outcome, package: [issue id], with: [seat] for SPLIT}",
        "sign": "None",
        "refuse": "None",
        "toggle": "issue id: ticked or unticked in the own draft, nothing is decided by it",
    },
    "debrief": {
        "slide": "round, 250 ms after the slider rests",
        "again": "None",
        "download": "Download.kind",
    },
}
"""View -> event -> what its one value is. A view not named here sends those of everywhere."""

__all__ = ["EVENTS", "screen"]
