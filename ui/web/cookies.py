"""The cookies of this site: one per seat (a token, HttpOnly) and one for the chosen language."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from ui.words.catalogue import LANGUAGES

SEAT = "seat_"
LANGUAGE = "lang"
MOST_SEATS = 24
"""Seats a browser remembers; older tables drop out, so that a request never grows too large."""
KEEP_SECONDS = 90 * 86_400


def tokens_of(cookies: Mapping[str, str]) -> dict[str, str]:
    """Code of a table -> token, from a browser's cookies."""
    return {
        name.removeprefix(SEAT): value for name, value in cookies.items() if name.startswith(SEAT) and value
    }


def keep_seat(
    response: Response, code: str, token: str, cookies: Mapping[str, str], *, secure: bool = False
) -> None:
    """Give the browser the token of a seat; JavaScript cannot read it, other sites' pages do not send it."""
    response.set_cookie(
        SEAT + code, token, max_age=KEEP_SECONDS, httponly=True, samesite="lax", path="/", secure=secure
    )
    known = [name for name in cookies if name.startswith(SEAT) and name != SEAT + code]
    for name in known[: max(0, len(known) - MOST_SEATS + 1)]:
        response.delete_cookie(name, path="/")


def language_of(cookies: Mapping[str, str], accepts: str = "") -> str:
    """The visitor's language: chosen, else the browser's first one that we speak, else English."""
    chosen = cookies.get(LANGUAGE, "")
    if chosen in LANGUAGES:
        return chosen
    wishes = []
    for place, part in enumerate(accepts.split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), place, name.split("-")[0].lower()))
        except ValueError:
            continue
    return next((name for _, _, name in sorted(wishes) if name in LANGUAGES), "en")
