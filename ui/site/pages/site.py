"""The one component behind every address: finds who visits and where, asks the page there, draws one screen."""

from __future__ import annotations

import logging
from typing import Any

import solara
from solara.lab.utils.cookies import cookies
from solara.lab.utils.headers import headers

from negotiation.errors import NegotiationError
from ui.site.components import screen
from ui.site.pages.addresses import page_at, topic_at
from ui.site.pages.trouble import trouble
from ui.site.state.hooks import use_version
from ui.site.state.visit import Handler, Screen, Visit

log = logging.getLogger("negotiation.pages")
EVENTS = (
    "language", "theme", "open", "preview", "seal", "reconsider", "next", "pick", "tour_done",
    "propose", "sign", "refuse", "toggle", "play", "resume", "join", "slide", "again", "download", "host", "talk",
)  # fmt: skip

ADDRESSES = {"home": "/", "model": "/model", "install": "/offline", "join": "/join"}
"""Pages every link may name."""


@solara.component_vue("../state/errand.vue")
def ErrandRunner(errand: dict[str, Any] | None) -> None:
    """Does in the browser what only the browser can do."""


@solara.component
def Site() -> None:
    """Every page of the product."""
    router = solara.use_router()
    _, refresh = solara.use_reducer(lambda n, _: n + 1, 0)

    def visit_now() -> Visit:
        return Visit(
            cookies.value,
            headers.value,
            lambda: refresh(None),
            lambda path: router_now.current.push(path),
        )

    router_now = solara.use_ref(router)
    router_now.current = router
    visit: Visit = solara.use_memo(visit_now, [])
    path, search = router.path or "/", router.search or ""
    use_version(topic_at(path))
    shown = _shown(visit, path, search)
    heard = {**_everywhere(visit, shown), **shown.on}
    handlers = {f"event_{name}": _safe(visit, heard.get(name)) for name in EVENTS}
    with solara.Div():
        screen(shown.view, shown.page, visit.words.fixed, answer=shown.answer, **handlers)
        ErrandRunner(errand=visit.errand.to_dict() if visit.errand else None)


def _shown(visit: Visit, path: str, search: str) -> Screen:
    """The screen for an address; whatever goes wrong becomes a screen that says so."""
    try:
        return page_at(visit, path, search)
    except NegotiationError as error:
        log.info("page %.40r: %s", path, error)
        return trouble(visit, error)
    except Exception as error:
        log.exception("page %.40r failed", path)
        return trouble(visit, error)


def _everywhere(visit: Visit, shown: Screen) -> dict[str, Handler]:
    """What every page understands: another language, and links."""

    def open_page(name: Any) -> None:
        if name in shown.ways:
            shown.ways[name]()
        elif name in ADDRESSES:
            visit.go(ADDRESSES[name])

    return {"language": lambda code: visit.speak(str(code)), "open": open_page}


def _safe(visit: Visit, handler: Handler | None) -> Handler | None:
    """A handler whose failure is shown to its own visitor, logged, and disturbs nobody else."""
    if handler is None:
        return None

    def handle(value: Any) -> None:
        try:
            handler(value)
        except NegotiationError as error:
            visit.refuse(error)
        except Exception as error:
            log.exception("an event failed")
            visit.refuse(error)

    return handle
