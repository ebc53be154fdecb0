"""Another device for a seat or for a host: the page that gives the link, and the page that opens it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from negotiation.rooms import Classroom, Guest
from negotiation.rooms.devices import Offer, link_seconds
from ui.site.pages.table import enter
from ui.site.present import device as present
from ui.site.present.frame import link
from ui.site.state import service
from ui.site.state.visit import Screen, Visit

WHYS = ("link_gone", "same_device", "device_in_use", "too_many_attempts", "room_expired")
"""Refusals of the door that the page can say."""


def give(visit: Visit, typed: str) -> Screen:
    """A one-time link for whoever holds a seat; made once a page, and again when asked for."""
    guest = enter(visit, typed)
    code = guest.room.code
    ways = {"table": lambda: visit.go(f"/t/{code}")}
    if guest.moved:
        return Screen("message", present.moved_page(visit.words, code), ways=ways)
    return _link(visit, code, lambda: service.lobby().devices.offer(guest), ways)


def give_host(visit: Visit, classroom: Classroom) -> Screen:
    """A one-time link that makes another device a host of the class, beside this one."""
    code = classroom.code
    ways = {"table": lambda: visit.go(f"/host/{code}")}
    token = visit.tokens.get(code, "")
    return _link(visit, code, lambda: service.lobby().devices.offer_host(classroom, token), ways, host=True)


def _link(
    visit: Visit,
    code: str,
    make: Callable[[], Offer],
    ways: Mapping[str, Callable[[], None]],
    *,
    host: bool = False,
) -> Screen:
    offer = visit.memory.get("offer")
    if offer is None or offer.until <= time.time():
        offer = visit.memory["offer"] = make()

    def again() -> None:
        visit.memory.pop("offer", None)
        visit.accept()
        visit.refresh()

    house = (service.address or f"http://{visit.host}").rstrip("/")
    page = present.give_page(
        visit.words,
        code,
        f"{house}/device/{offer.code}{'?as=host' if host else ''}#{offer.secret}",
        round(link_seconds() / 60),
        loopback=not service.address,
        notice=visit.notice,
        host=host,
    )
    return Screen("device", page, ways={**ways, "again": again})


def take(visit: Visit, typed: str, asked: Mapping[str, str]) -> Screen:
    """Press to enter. What follows # in the link never reaches the server before the press."""
    why = asked.get("why", "")
    if not why:
        return Screen("device", present.take_page(visit.words, typed[:12], host=asked.get("as") == "host"))
    values: dict[str, Any] = {"code": typed[:12], "seconds": 60}
    key = f"error.{why if why in WHYS else WHYS[0]}"
    return Screen("message", present.refused_page(visit.words, visit.words(key, **values)))


def with_way_out(visit: Visit, guest: Guest, screen: Screen) -> Screen:
    """A table's screen with the quiet link for whoever holds a seat; for a device whose seat has moved, a word."""
    code = guest.room.code
    if guest.moved:
        page = {"notice": {"kind": "info", "text": visit.words("device.moved")}, **screen.page}
        return replace(screen, page=page)
    if guest.seat is None:
        return screen
    page = {**screen.page, "foot": [*screen.page["foot"], link(visit.words, "link.device", "device")]}
    return replace(screen, page=page, ways={**screen.ways, "device": lambda: visit.go(f"/t/{code}/device")})
