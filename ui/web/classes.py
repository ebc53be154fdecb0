"""Plain routes of a class: open it, come in, go to one's table, take the records home.

POST /class                     open a class; the browser becomes its host
POST /class/CODE/enter          take a place (GET shows the page with the button)
POST /class/CODE/go             to the table one belongs to now (after the host has moved somebody)
GET  /class/CODE/export.KIND    host only: csv, json, parquet, codebook
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from negotiation.errors import NegotiationError
from negotiation.rooms import ClassConfig, Classroom, errors
from ui.site.state import service
from ui.web.cookies import keep_seat, tokens_of
from ui.web.doors import _form, _scenario, _secure, refused

log = logging.getLogger("negotiation.web")
KINDS = {
    "csv": ("text/csv; charset=utf-8", "csv"),
    "json": ("application/json", "json"),
    "parquet": ("application/vnd.apache.parquet", "parquet"),
    "codebook": ("text/plain; charset=utf-8", "txt"),
}


def routes() -> list[Route]:
    """Routes of classes, to stand before Solara's catch-all."""
    return [
        Route("/class", open_class, methods=["POST"]),
        Route("/class/{code}/enter", enter, methods=["POST"]),
        Route("/class/{code}/go", go, methods=["POST"]),
        Route("/class/{code}/export.{kind}", export),
    ]


async def open_class(request: Request) -> Response:
    """Open a class as the form says."""
    form = await _form(request)
    return await run_in_threadpool(_open, request, form)


def _open(request: Request, form: dict[str, str]) -> Response:
    try:
        wish = ClassConfig(
            scenario=_scenario(form.get("scenario")),
            tables=_int(form.get("tables"), 10),
            mode=form.get("mode") or "simple",
            level=form.get("level") or "medium",
            seconds=float(_int(form.get("seconds"), 240)),
            seats=tuple(s for s in (form.get("seats") or "USA,CAN,MEX").split(",") if s),
            per_seat=_int(form.get("per_seat"), 1),
            rule=form.get("rule") or "head",
            deal=form.get("deal") or "dealt",
            talk=form.get("talk", "on") == "on",
        )
        opened = service.lobby().classes.open(wish)
    except NegotiationError as error:
        return refused(request, error)
    log.info("class opened: %d tables", wish.tables)
    response = RedirectResponse(f"/host/{opened.code}", status_code=303)
    keep_seat(response, opened.code, opened.token, request.cookies, secure=_secure(request))
    return response


async def enter(request: Request) -> Response:
    """Take a place; a browser that has one keeps it."""
    form = await _form(request)
    return await run_in_threadpool(_enter, request, form)


def _enter(request: Request, form: dict[str, str]) -> Response:
    typed = request.path_params["code"]
    try:
        classroom = service.lobby().classes.find(typed, key=_client(request))
        token = tokens_of(request.cookies).get(classroom.code, "")
        if classroom.is_host(token):
            return RedirectResponse(f"/host/{classroom.code}", status_code=303)
        if classroom.who(token) is None:
            table, _, seat = (form.get("place") or "").partition(":")
            chosen = {"table": _int(table, 0), "seat": seat} if table.isdecimal() and seat else {}
            token = classroom.enter(form.get("name", ""), **chosen)  # type: ignore[arg-type]
    except errors.RoomError as error:
        return RedirectResponse(
            f"/class/{quote(typed[:12])}?{urlencode({'why': error.key})}", status_code=303
        )
    except NegotiationError as error:
        return refused(request, error)
    return _to_table(request, classroom, token)


async def go(request: Request) -> Response:
    """To the table one belongs to."""
    return await run_in_threadpool(_go, request)


def _go(request: Request) -> Response:
    try:
        classroom = service.lobby().classes.find(request.path_params["code"], key=_client(request))
    except NegotiationError as error:
        return refused(request, error)
    return _to_table(request, classroom, tokens_of(request.cookies).get(classroom.code, ""))


def _to_table(request: Request, classroom: Classroom, token: str) -> Response:
    guest = classroom.guest(token)
    where = f"/class/{classroom.code}" if guest is None else f"/t/{guest.room.code}"
    response = RedirectResponse(where, status_code=303)
    if guest is not None:
        keep = {**request.cookies}
        keep_seat(response, classroom.code, token, keep, secure=_secure(request))
        keep_seat(response, guest.room.code, token, keep, secure=_secure(request))
    return response


def export(request: Request) -> Response:
    """Everything a class did, for its host; names only when asked for."""
    kind = request.path_params["kind"]
    try:
        classroom = service.lobby().classes.find(request.path_params["code"], key=_client(request))
        if kind not in KINDS or not classroom.is_host(tokens_of(request.cookies).get(classroom.code, "")):
            raise errors.NotAllowed("take the records of a class", "its host")
        from negotiation.rooms.records import class_records, written

        body = written(class_records(classroom, names=request.query_params.get("names") == "1"), kind)
    except NegotiationError as error:
        return refused(request, error, 403)
    media, ending = KINDS[kind]
    name = f"class-{classroom.code}{'-codebook' if kind == 'codebook' else ''}.{ending}"
    return Response(
        body,
        media_type=media,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _client(request: Request) -> Any:
    return request.client.host if request.client else "?"


def _int(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else otherwise
