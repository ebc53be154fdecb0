"""The small pages: come in by code, a table for friends, install without internet, messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ui.site.present.frame import frame, link
from ui.site.present.home import join_field
from ui.words import Rich, Words

FROM_STICK = "python -m pip install --no-index --find-links wheels negotiation"


def join_page(words: Words, code: str = "", error: str | None = None) -> dict[str, Any]:
    """``JoinPage`` without a table yet: a field for the code."""
    page = frame(
        words, words("join.headline"), words("join.deck"), words("join.kicker"), title=words("join.title"),
        foot=[link(words, "foot.free")],
    )  # fmt: skip
    return page | {"join": {**join_field(words, code, error), "button": words("join.next")}}


def press_page(
    words: Words, code: str, scenario: Any, chairs: Mapping[str, Mapping[str, Any]], error: str | None = None
) -> dict[str, Any]:
    """``JoinPage`` of a table: choose a seat and press; only the press takes it."""
    seats = []
    for s in ("CAN", "MEX", "USA"):
        chair = chairs[s]
        key = "join.free" if chair["free"] else "join.taken" if chair["by"] == "person" else "join.computer"
        text = chair["name"] if chair["name"] and not chair["free"] else words(key)
        seats.append({"seat": s, "name": str(words.country(s)), "free": bool(chair["free"]), "text": text})
    free = [s["seat"] for s in seats if s["free"]]
    page = frame(
        words,
        words("join.press_headline") if free else words("message.full"),
        words("join.press_deck") if free else words("join.full_deck"),
        words("join.press_kicker", code=code, scenario=scenario.title.of(words.language)),
        title=words("join.title"),
        foot=[link(words, "foot.free")],
        notice=error,
    )
    return page | {
        "enter": {
            "action": f"/join/{code}",
            "seats": seats,
            "legend": words("join.legend"),
            "seat": free[0] if free else "",
            "button": words("join.enter"),
            "note": words("join.note"),
            "watch": words("join.watch"),
        }
    }


def friends_page(
    words: Words,
    code: str,
    link_text: str,
    you: str | None,
    chairs: Mapping[str, Mapping[str, Any]],
    *,
    loopback: bool,
) -> dict[str, Any]:
    """``FriendsPage``: the host's view of a table that has not begun."""
    page = frame(
        words,
        words("friends.headline"),
        words("friends.deck"),
        words("friends.kicker"),
        title=words("friends.title"),
        mast={"context": words("table.context", code=code), "links": [link(words, "link.home", "home")]},
        foot=[link(words, "friends.foot")],
    )
    return page | {
        "code": code,
        "code_label": words("friends.code"),
        "link": link_text,
        "link_label": words("friends.link"),
        "copy": words("friends.copy"),
        "copied": words("friends.copied"),
        "qr": qr(words, code, link_text),
        "seats_title": words("friends.seats"),
        "seats": [_chair(words, s, chairs[s], you) for s in ("CAN", "USA", "MEX")],
        "start": link(words, "friends.start", "start"),
        "note": words("friends.note_loopback" if loopback else "friends.note"),
    }


def _chair(words: Words, seat: str, chair: Mapping[str, Any], you: str | None) -> dict[str, Any]:
    if seat == you:
        state, text = "sealed", words("friends.you")
    elif chair["by"] == "person":
        state, text = "sealed", chair["name"] or words("friends.taken")
    elif chair["free"]:
        state, text = "writing", words("friends.empty")
    else:
        state, text = "away", words("join.computer")
    return {"seat": seat, "name": str(words.country(seat)), "state": state, "text": text, "short": text}


def qr(words: Words, code: str, text: str) -> dict[str, Any]:
    """A QR code as one path."""
    from ui.site.components import qr as drawn

    return drawn.qr(text, words("friends.qr", code=code))


def install_page(words: Words) -> dict[str, Any]:
    """``InstallPage``: wheels on a stick."""
    page = frame(
        words, words("install.headline"), words("install.deck"), words("install.kicker"), title=words("install.title"),
        foot=[link(words, "install.foot")],
    )  # fmt: skip
    steps: Sequence[tuple[str, str | None]] = (
        ("collect", "python -m pip wheel . --wheel-dir wheels"),
        (
            "install",
            "python3 -m venv review\n. review/bin/activate\n" + FROM_STICK,
        ),
        (
            "install_windows",
            'py -m venv review\n$env:Path = "$PWD\\review\\Scripts;$env:Path"\n' + FROM_STICK,
        ),
        ("run", "negotiation play"),
        ("room", "negotiation play --host 0.0.0.0"),
    )
    return page | {
        "steps": [
            {
                "title": words(f"install.{name}"),
                "text": words.rich(f"install.{name}_text"),
                **({"code": code} if code else {}),
            }
            for name, code in steps
        ],
        "copy": words("friends.copy"),
        "copied": words("friends.copied"),
        "back": link(words, "link.back_home", "home"),
    }


def message_page(
    words: Words,
    kind: str,
    headline: str,
    deck: Rich,
    *,
    kicker: str | None = None,
    ways: Sequence[dict[str, str]] = (),
    detail: str | None = None,
    notice: str | None = None,
) -> dict[str, Any]:
    """``MessagePage``: what happened and what next."""
    page = frame(
        words,
        headline,
        deck,
        kicker or words("message.error"),
        title=headline,
        foot=[link(words, "foot.free")],
        notice=notice,
    )
    page |= {"kind": kind, "ways": list(ways) or [link(words, "link.back_home", "home")]}
    return page | ({"detail": detail} if detail else {})
