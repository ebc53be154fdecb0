"""A screen for what went wrong: in the visitor's words, with what next; the fault itself goes to the log."""

from __future__ import annotations

import secrets
import time

from negotiation.errors import NegotiationError
from negotiation.rooms import errors
from ui.site.present.doors import message_page
from ui.site.present.frame import link
from ui.site.state.visit import Screen, Visit, said

KINDS = {errors.RoomFull: "full", errors.RoomExpired: "ended", errors.UnknownRoom: "lost"}


def trouble(visit: Visit, error: Exception) -> Screen:
    """The error as a page."""
    words = visit.words
    home = link(words, "link.back_home", "home")
    if isinstance(error, NegotiationError):
        kind = next((k for cause, k in KINDS.items() if isinstance(error, cause)), "error")
        page = message_page(
            words,
            kind,
            words("message.refused"),
            said(words, error),
            ways=[home, link(words, "home.join", "join")],
        )
        return Screen("message", page)
    number = secrets.token_hex(2)
    visit_log(number, error)
    page = message_page(
        words,
        "error",
        words("message.fault"),
        words("message.fault_deck"),
        ways=[link(words, "message.try_again", "again"), home],
        detail=words("message.detail", number=number, time=time.strftime("%H:%M")),
    )
    return Screen("message", page, ways={"again": visit.refresh})


def visit_log(number: str, error: Exception) -> None:
    """Write the fault down under the number the visitor sees."""
    import logging

    logging.getLogger("negotiation.pages").error("fault %s: %s: %s", number, type(error).__name__, error)
