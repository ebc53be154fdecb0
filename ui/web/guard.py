"""Who may talk to this server from a browser, and what our pages may do there.

``SameOrigin`` refuses websockets and posts that another site's page started (a browser says so itself in
``Origin``). ``SafeHeaders`` adds the headers that keep a page to this server: no request to anywhere else, no
framing, no address of a table leaking to other sites.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("negotiation.web")
CLIENT_HEADER = b"x-negotiation-client"
_SAFE = ("GET", "HEAD", "OPTIONS")


class SameOrigin:
    """Refuse what a page of another origin sends. A missing ``Origin`` is no browser's cross-site request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = scope["type"] == "websocket"
        if socket or (scope["type"] == "http" and scope["method"] not in _SAFE):
            headers = Headers(scope=scope)
            if not same_origin(headers):
                log.warning(
                    "refused %s %s from origin %.80r", scope["type"], scope["path"], headers.get("origin")
                )
                if socket:
                    await send({"type": "websocket.close", "code": 1008, "reason": "another site's page"})
                else:
                    await PlainTextResponse("This request came from another site's page.", 403)(
                        scope, receive, send
                    )
                return
        await self.app(scope, receive, send)


def same_origin(headers: Headers) -> bool:
    """Whether a request was started by a page of this server (or by no page at all)."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return bool(origin) and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


class ClientAddress:
    """Tell the pages where a connection comes from: Solara shows them its headers, but not its address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            said = [(name, value) for name, value in scope["headers"] if name != CLIENT_HEADER]
            address = (scope.get("client") or ("?", 0))[0].encode("latin-1", "replace")
            scope = {**scope, "headers": [*said, (CLIENT_HEADER, address)]}
        await self.app(scope, receive, send)


class SafeHeaders:
    """Add the headers that confine a page to this server."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(name, _lax(name, value)) for name, value in message["headers"]]
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("Content-Security-Policy", policy(host))
                    headers.setdefault("X-Frame-Options", "DENY")
                    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


def _lax(name: bytes, value: bytes) -> bytes:
    """A cookie that other sites' pages do not send; Solara's own would be, behind HTTPS and on ``localhost``."""
    return value.replace(b"SameSite=none", b"SameSite=lax") if name == b"set-cookie" else value


def only_events() -> None:
    """Let a browser do nothing to a page's widgets but send the events they listen to.

    ipyvue also obeys messages that name a Python module and a class to make, or a method of the widget to call:
    no page of ours sends them, so a message that is no event is somebody else's work and is dropped.
    """
    from ipyvue.VueTemplateWidget import VueTemplate

    obey = VueTemplate._handle_event
    if getattr(obey, "only_events", False):
        return

    def handle(self: Any, widget: Any, content: Any, buffers: Any) -> None:
        if not isinstance(content, dict) or set(content) - {"event", "data"} or "event" not in content:
            log.warning("dropped a message that is no event: %.80r", content)
            return
        obey(self, widget, content, buffers)

    handle.only_events = True  # type: ignore[attr-defined]
    VueTemplate._handle_event = handle


def only_own_files() -> None:
    """Serve scripts and styles that are installed, and fetch none.

    Solara asks a CDN for what it has not: a stranger could have this server load and serve anybody's package as ours,
    or keep its threads waiting for an answer.
    """
    from solara.server import cdn_helper

    def fetch_from_cdn(url: str) -> bytes:
        raise FileNotFoundError(url)

    cdn_helper.fetch_from_cdn = fetch_from_cdn


def policy(host: str) -> str:
    """Content-Security-Policy of a page: this server and nothing else.

    ``unsafe-eval`` and ``unsafe-inline``: Vue 2 compiles templates in the browser and Solara's page starts from
    inline scripts.
    """
    sockets = f"ws://{host} wss://{host}" if host and all(c.isalnum() or c in ".-:[]" for c in host) else ""
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' {sockets}".strip(),
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )
