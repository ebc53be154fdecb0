"""A seat, or a class, on another device, in words: ``DevicePage`` and the messages around it."""

from __future__ import annotations

from typing import Any

from ui.site.present.doors import message_page
from ui.site.present.frame import frame, link
from ui.words import Words


def give_page(
    words: Words,
    code: str,
    link_text: str,
    minutes: int,
    *,
    loopback: bool,
    notice: str | None = None,
    host: bool = False,
) -> dict[str, Any]:
    """``DevicePage`` on the device that has the seat, or runs the class: the link and its code."""
    from ui.site.components import qr as drawn

    of = "host" if host else "seat"
    page = frame(
        words,
        words(f"device.{of}_headline"),
        words(f"device.{of}_deck"),
        words(f"device.{of}_kicker", code=code),
        title=words("device.title"),
        mast={
            "context": words(f"device.{of}_kicker", code=code),
            "links": [link(words, "link.home", "home")],
        },
        foot=[link(words, "device.foot")],
        notice=notice,
    )
    note = words(f"device.{of}_note", minutes=minutes)
    return page | {
        "give": {
            "link": link_text,
            "link_label": words("device.link"),
            "copy": words("friends.copy"),
            "copied": words("friends.copied"),
            "qr": drawn.qr(link_text, words(f"device.{of}_qr")),
            "notes": [note, words("friends.note_loopback" if loopback else "friends.foot")],
            "back": link(words, f"device.{of}_back", "table"),
            "again": link(words, "device.again", "again"),
        }
    }


def take_page(words: Words, code: str, *, host: bool = False) -> dict[str, Any]:
    """``DevicePage`` on the other device: one button."""
    of = "host" if host else "seat"
    page = frame(
        words,
        words(f"device.{of}_take_headline"),
        words(f"device.{of}_take_deck"),
        words("device.title"),
        title=words("device.title"),
        foot=[link(words, "foot.free")],
    )
    take = {"action": f"/device/{code}", "button": words("device.enter"), "note": words("device.take_note")}
    return page | {"take": take}


def moved_page(words: Words, code: str) -> dict[str, Any]:
    """``MessagePage``: the seat has gone to the other device."""
    return message_page(
        words,
        "ended",
        words("device.moved_headline"),
        words("device.moved"),
        kicker=words("device.seat_kicker", code=code),
        ways=[link(words, "device.watch", "table")],
    )


def refused_page(words: Words, why: str) -> dict[str, Any]:
    """``MessagePage``: the link was not good, or not for this device."""
    return message_page(
        words, "error", words("device.refused_headline"), why, kicker=words("device.title"),
    )  # fmt: skip
