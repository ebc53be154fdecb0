"""The screens as Solara components: a dict in, events out.

Each function below is a Solara component. Its arguments are the traits every page shares
(`ui.site.shapes` says what they hold) and the events that page can send; leave an event out and the
screen still works, it is just not heard. Every event calls its handler with ONE value.

    words: dict[str, str]     fixed labels, keys of samples/words.en.json
    page: <View>Page          what the screen shows
    answer: Answer | None     table only: what the model expects of the half-made move

    everywhere  event_language(code)  event_theme("light" | "dark" | "auto")  event_open(page)

`ui/site/components/bundle.py` says how the `.vue` files reach the browser.
"""

from __future__ import annotations

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
    page: dict[str, Any],
    words: dict[str, str],
    answer: dict[str, Any] | None = None,
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
) -> None:
    """The one template behind every page; `view` names the page component."""


def screen(view: str, page: dict[str, Any], words: dict[str, str], **rest: Any) -> solara.Element:
    """The page called `view` (a key of `ui.site.shapes.PAGES`), for callers that hold it as data.

    `rest`: `answer` and any ``event_*``.
    """
    return _Root(view=view, page=page, words=words, **rest)


def _page(view: str, says: str) -> Callable[..., solara.Element]:
    def component(page: dict[str, Any], words: dict[str, str], **rest: Any) -> solara.Element:
        return screen(view, page, words, **rest)

    component.__name__ = component.__qualname__ = f"{view.title()}Screen"
    component.__doc__ = says
    return component


TableScreen = _page(
    "table",
    """The table. Events: preview(MoveChosen), 120 ms after the last change; seal(MoveChosen);
    reconsider(None); next(None); pick("CAN-USA" | "MEX-USA" | "CAN-MEX"); tour_done(None).""",
)

__all__ = ["TableScreen", "screen"]
