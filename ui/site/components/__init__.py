"""The screens as one widget: dicts in, events out.

    root = Root(view="table", page=..., hear=lambda event, value: ...)     # one open page
    screen("table", page, words, answer=answer, event_seal=on_seal, ...)   # the same as a Solara element

`ui.site.shapes` says what the dicts hold. Leave an event out and the screen still works, it is just
not heard. Every event calls its handler with ONE value; `EVENTS` lists them.

    words: dict[str, str]     fixed labels, keys of samples/words.en.json
    page: <View>Page          what the screen shows
    answer: Answer | None     table only: what the model expects of the half-made move

`ui/site/components/bundle.py` says how the `.vue` files reach the browser.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

import solara
import traitlets
from ipyvue import VueTemplate
from pydantic_core import PydanticSerializationError, to_json

from ui.site.components import bundle

bundle.install()

Event = Callable[[Any], None]
"""Called with the one value of the event (None where the event has none)."""

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
    "lab": {"lab": "{do: set | reset | range | show | scenario | run | cancel, ...}: see pages/lab.py"},
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
        "play": "as home's, after the end",
    },
    "debrief": {
        "slide": "round, 250 ms after the slider rests",
        "again": "None",
        "branch": "{do: add | remove, code, round}: a what-if of the page's address",
    },
}
"""View -> event -> what its one value is. A view not named here sends those of everywhere."""

PARTS = ("board", "leverage", "steps", "firms", "economy", "news", "reveal", "choose", "tour", "company",
         "groups", "texts", "instant", "span", "results")  # fmt: skip
"""Keys of a page's dict that travel each by itself, so that a page is sent only what has changed."""


class _Root(VueTemplate):
    """The one template behind every page. Dicts travel as JSON text: compared and sent, never walked through."""

    template_file = (__file__, "root.vue")
    view = traitlets.Unicode().tag(sync=True)
    page = traitlets.Unicode("{}").tag(sync=True)
    words = traitlets.Unicode("{}").tag(sync=True)
    build = traitlets.Unicode().tag(sync=True)
    answer = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    errand = traitlets.Dict(None, allow_none=True).tag(sync=True)
    hear: Any = traitlets.Any(None)
    """Called with the name and the value of an event; never leaves the server."""

    def show(self, state: Mapping[str, Any]) -> None:
        """Send what has changed, as one message."""
        has = self._trait_values  # past the machinery that tells observers: there are none
        changed = {name: value for name, value in state.items() if has.get(name) != value}
        if changed:
            has.update(changed)
            self._send({"method": "update", "state": changed, "buffer_paths": []})


def _listener(name: str) -> Callable[..., None]:
    def said(self: Any, value: Any, buffers: Any = None) -> None:
        if self.hear is not None:
            self.hear(name, value)

    return said


NAMES = tuple(sorted({event for events in EVENTS.values() for event in events}))
Root: Any = type(
    "Root",
    (_Root,),
    {f"vue_{name}": _listener(name) for name in NAMES}
    | {f"part_{name}": traitlets.Unicode("").tag(sync=True) for name in PARTS},
)


def state_of(
    view: str, page: Mapping[str, Any], words: Mapping[str, str], kept: Collection[str] = ()
) -> dict[str, Any]:
    """A screen as what travels: its parts each as text, the rest together. ``kept``: parts the page has already."""
    rest = {name: value for name, value in page.items() if name not in PARTS}
    out = {f"part_{name}": _part(page.get(name, NOTHING)) for name in PARTS if name not in kept}
    return {"view": view, "page": as_text(rest), "words": _labels(words), "build": bundle.build(), **out}


class Written(str):
    """A part of a page that is text already."""


NOTHING = Written("")


def _part(part: Any) -> str:
    return part if isinstance(part, Written) else as_text(part)


def screen(view: str, page: dict[str, Any], words: dict[str, str], **rest: Any) -> solara.Element:
    """The page called `view` (a key of `ui.site.shapes.PAGES`), for callers that hold it as data.

    `rest`: `answer` and any ``event_*``.
    """
    answer = rest.pop("answer", None)
    handlers = {name.removeprefix("event_"): handler for name, handler in rest.items()}

    def hear(name: str, value: Any) -> None:
        if handlers.get(name) is not None:
            handlers[name](value)

    return Root.element(
        **state_of(view, page, words), answer=None if answer is None else as_text(answer), hear=hear
    )


def as_text(value: Any) -> str:
    """What a page's dicts travel as. By pydantic's compiled writer: a quarter of the time of json's."""
    try:
        return to_json(value).decode()
    except PydanticSerializationError:  # half a character, as a broken keyboard or a joker sends it
        return json.dumps(value, separators=(",", ":"))


_said: dict[int, tuple[Any, str]] = {}
MOST_LANGUAGES = 20


def _labels(words: Mapping[str, str]) -> str:
    """The fixed labels as text, made once for each language."""
    known = _said.get(id(words))
    if known is None or known[0] is not words:
        if len(_said) > MOST_LANGUAGES:
            _said.clear()
        known = _said[id(words)] = (words, as_text(words))
    return known[1]


__all__ = ["EVENTS", "PARTS", "Root", "Written", "as_text", "screen", "state_of"]
