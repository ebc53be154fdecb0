"""Plain routes: what a page cannot do over its websocket (set a cookie, send a file) and what machines ask.

GET  /healthz          is this server well?
POST /play             open a table for one person and sit down
POST /host             open a table for friends
POST /join/CODE        take a seat (GET shows the page with the button: link scanners only ever GET)
GET  /q/CODE.svg       QR code of the link to a table
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from negotiation.errors import NegotiationError
from negotiation.rooms.codes import as_code
from negotiation.rooms.errors import RoomError
from ui.site.state import service
from ui.web.cookies import keep_seat, language_of, tokens_of
from ui.web.plain import message_page

log = logging.getLogger("negotiation.web")
LARGEST_FORM = 4096
"""Bytes; our forms are a few short fields."""


def routes() -> list[Route]:
    """Own routes, to stand before Solara's catch-all."""
    return [
        Route("/healthz", healthz),
        Route("/play", play, methods=["POST"]),
        Route("/host", host, methods=["POST"]),
        Route("/join/{code}", join, methods=["POST"]),
        Route("/q/{code}.svg", qr_code),
    ]


def exception_handlers() -> dict[Any, Callable[..., Any]]:
    """Faults as pages a person can read, in their language."""
    return {HTTPException: http_error, Exception: server_error}


def healthz(request: Request) -> Response:
    """200 while the database answers."""
    try:
        service.lobby().store.recent(1)
    except NegotiationError as error:
        return JSONResponse({"status": "failing", "reason": str(error)}, 503)
    return JSONResponse({"status": "ok"})


async def play(request: Request) -> Response:
    """Open a table for one person against two computer governments."""
    form = await _form(request)
    return await run_in_threadpool(_open, request, form, ())


async def host(request: Request) -> Response:
    """Open a table for friends: the other two seats are offered, and the game waits for the host's start."""
    form = await _form(request)
    seat = form.get("seat", "CAN")
    offered = [s for s in ("USA", "CAN", "MEX") if s != seat]
    return await run_in_threadpool(_open, request, form, offered)


def _open(request: Request, form: dict[str, str], offered: Any) -> Response:
    try:
        opened = service.lobby().open_table(
            _scenario(form.get("scenario")),
            seat=_known(form.get("seat"), ("CAN", "MEX", "USA")),
            mode=_known(form.get("mode"), ("simple", "full")),
            level=_known(form.get("level"), ("medium", "easy", "hard")),
            offered=offered,
            start=not offered,
        )
    except NegotiationError as error:
        return refused(request, error)
    log.info("table %s opened (%s)", opened.code, "friends" if offered else "solo")
    response = RedirectResponse(f"/t/{opened.code}", status_code=303)
    keep_seat(response, opened.code, opened.token, request.cookies, secure=_secure(request))
    return response


def _scenario(name: str | None) -> str:
    """A shipped scenario, or the one this server was started with; a visitor never names a file."""
    from negotiation.errors import UnknownName
    from negotiation.scenario import scenario_names

    if not name or name == service.DEFAULT_SCENARIO:
        return service.DEFAULT_SCENARIO
    if name not in scenario_names():
        raise UnknownName("scenario", name[:40], scenario_names())
    return name


async def join(request: Request) -> Response:
    """Take a seat at a table, or only watch; a browser that has a seat there keeps it."""
    form = await _form(request)
    return await run_in_threadpool(_join, request, form)


def _join(request: Request, form: dict[str, str]) -> Response:
    typed = request.path_params["code"]
    lobby, who = service.lobby(), request.client.host if request.client else "?"
    try:
        room = lobby.find(typed, key=who)
        wanted = form.get("seat")
        token = tokens_of(request.cookies).get(room.code, "")
        response: Response = RedirectResponse(f"/t/{room.code}", status_code=303)
        if not wanted or lobby.enter(room.code, token).seat is not None:
            return response
        opened = lobby.join(
            room.code, wanted if wanted in ("USA", "CAN", "MEX") else None, name=form.get("name", ""), key=who
        )
    except RoomError as error:
        log.info("joining %.12r refused: %s", typed, error.key)
        return RedirectResponse(
            f"/join/{quote(_tidy(typed))}?{urlencode({'why': error.key})}", status_code=303
        )
    except NegotiationError as error:
        return refused(request, error)
    log.info("table %s: a seat was taken", opened.code)
    keep_seat(response, opened.code, opened.token, request.cookies, secure=_secure(request))
    return response


def qr_code(request: Request) -> Response:
    """QR code of the link under which others on the network reach a table."""
    import segno

    try:
        code = as_code(request.path_params["code"])
    except NegotiationError:
        raise HTTPException(404) from None
    out = io.BytesIO()
    segno.make(table_link(code, str(request.base_url)), error="m").save(out, kind="svg", scale=8, border=3)
    return Response(out.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


def table_link(code: str, base: str) -> str:
    """The address to type or scan; the network address if the server knows it, else the one in use."""
    return f"{(service.address or base).rstrip('/')}/join/{code}"


# -- faults -----------------------------------------------------------------------------------------------


def refused(request: Request, error: Exception, status: int = 409) -> Response:
    """A page that says why something was not done."""
    from ui.site.state.visit import said
    from ui.words import Words

    words = Words.of(_language(request))
    return message_page(words, "message.refused", said(words, error), status)


async def http_error(request: Request, error: Exception) -> Response:
    """Not found, wrong method: a page with a way home."""
    from ui.words import Words

    status = getattr(error, "status_code", 500)
    key = "message.not_found" if status == 404 else "message.refused"
    words = Words.of(_language(request))
    return message_page(words, key, words(key + "_deck"), status)


async def server_error(request: Request, error: Exception) -> Response:
    """Our own fault: said, and written to the log."""
    from ui.words import Words

    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    words = Words.of(_language(request))
    return message_page(words, "message.fault", words("message.fault_deck"), 500)


# -- small things -----------------------------------------------------------------------------------------


async def _form(request: Request) -> dict[str, str]:
    """Fields of a small urlencoded form; the last of equal names counts."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise HTTPException(413)
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20)
    except (UnicodeDecodeError, ValueError):
        raise HTTPException(400) from None
    return {name: values[-1] for name, values in fields.items()}


def _known(value: str | None, allowed: tuple[str, ...]) -> str:
    """A choice of a form; the first of those allowed if it is none of them."""
    return value if value in allowed else allowed[0]


def _tidy(code: str) -> str:
    return "".join(c for c in code.upper() if c.isascii() and c.isalnum())[:12] or "-"


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _language(request: Request) -> str:
    return language_of(request.cookies, request.headers.get("accept-language", ""))
