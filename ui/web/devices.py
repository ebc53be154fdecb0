"""A plain route: a seat, or the running of a class, comes to this device.

POST /device/CODE    the field ``link`` holds what followed # in the link (GET shows a button and takes nothing)
"""

from __future__ import annotations

import logging
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from negotiation.errors import NegotiationError
from negotiation.rooms.errors import RoomError
from ui.site.state import service
from ui.web.cookies import keep_seat, tokens_of
from ui.web.doors import _form, _secure, _tidy, refused

log = logging.getLogger("negotiation.web")


def routes() -> list[Route]:
    """Routes of moving seats, to stand before Solara's catch-all."""
    return [Route("/device/{code}", take, methods=["POST"])]


async def take(request: Request) -> Response:
    """Move the seat of a link to this browser."""
    form = await _form(request)
    return await run_in_threadpool(_take, request, form.get("link", ""))


def _take(request: Request, secret: str) -> Response:
    typed, who = request.path_params["code"], request.client.host if request.client else "?"
    try:
        taken = service.lobby().devices.take(typed, secret, key=who, held=tokens_of(request.cookies))
    except RoomError as error:
        log.info("moving a seat refused: %s", error.key)
        where = f"/device/{quote(_tidy(typed))}?{urlencode({'why': error.key})}"
        return RedirectResponse(where, status_code=303)
    except NegotiationError as error:
        return refused(request, error)
    log.info("%s: %s", taken.room, "a second host" if taken.host else "a seat moved to another device")
    response = RedirectResponse(f"/{'host' if taken.host else 't'}/{taken.room}", status_code=303)
    for code in dict.fromkeys((taken.code, taken.room)):
        keep_seat(response, code, taken.token, request.cookies, secure=_secure(request))
    return response
