"""Join, how good is the model, install without internet, nothing here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negotiation.errors import NegotiationError
from negotiation.rooms.view import view_for
from ui.site.pages.home import go_to_table
from ui.site.present import doors as present
from ui.site.present.frame import link
from ui.site.present.model import model_page
from ui.site.state import service
from ui.site.state.visit import Screen, Visit, said


def join(visit: Visit, typed: str, asked: Mapping[str, str]) -> Screen:
    """A field for a code; with a code, the seats and a button."""

    def enter(code: Any) -> None:
        go_to_table(visit, str(code))

    if not typed:
        page = present.join_page(visit.words, visit.memory.get("typed", ""), visit.memory.get("wrong"))
        return Screen("join", page, on={"join": enter})
    try:
        room = service.lobby().find(typed, key=visit.key)
    except NegotiationError as error:
        page = present.join_page(visit.words, typed[:12], said(visit.words, error))
        return Screen("join", page, on={"join": enter})
    why = asked.get("why", "")
    key = f"error.{why}"
    plain = why in ("room_full", "room_locked", "seat_taken", "bad_name") and visit.words.has(key)
    values: dict[str, Any] = {"code": room.code, "seat": visit.words.term("join.title"), "most": 40}
    refused = None
    if plain:
        refused = visit.words("join.seat_gone") if why == "seat_taken" else visit.words(key, **values)
    page = present.press_page(visit.words, room.code, room.scenario, view_for(room, None)["seats"], refused)
    return Screen("join", page)


def model(visit: Visit) -> Screen:
    """How good is the model?"""
    return Screen("model", model_page(visit.words))


def offline(visit: Visit) -> Screen:
    """Wheels on a stick."""
    return Screen("install", present.install_page(visit.words))


def not_found(visit: Visit) -> Screen:
    """An address that leads nowhere."""
    words = visit.words
    page = present.message_page(
        words,
        "error",
        words("message.not_found"),
        words("message.not_found_deck"),
        ways=[link(words, "link.back_home", "home")],
    )
    return Screen("message", page)
