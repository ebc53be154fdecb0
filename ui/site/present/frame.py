"""The frame of every page: title, languages, masthead, foot."""

from __future__ import annotations

from typing import Any

from ui.words import LANGUAGES, Rich, Words

LINK_MODEL = "model"


def frame(
    words: Words,
    headline: str,
    deck: Rich,
    kicker: str,
    *,
    title: str | None = None,
    kicker_short: str | None = None,
    mast: dict[str, Any] | None = None,
    foot: list[dict[str, str]] | None = None,
    notice: str | None = None,
) -> dict[str, Any]:
    """Fields every page has. ``notice`` says why the last event was refused."""
    name = words("product")
    page: dict[str, Any] = {
        "title": f"{title} · {name}" if title else name,
        "lang": words.language,
        "languages": [{"code": x.code, "label": x.label, "name": x.name} for x in LANGUAGES.values()],
        "mast": mast or {},
        "foot": foot
        if foot is not None
        else [
            link(words, "foot.free"),
            link(words, "foot.model", "model"),
            link(words, "teachers.link", href="/teachers"),
        ],
        "kicker": kicker,
        "headline": headline,
        "deck": deck,
    }
    if kicker_short:
        page["kicker_short"] = kicker_short
    if notice:
        page["notice"] = {"kind": "refused", "text": notice}
    return page


def link(words: Words, key: str, page: str | None = None, *, href: str | None = None) -> dict[str, str]:
    """A text that may lead somewhere: to a page of this site, or to a plain address on this server."""
    out = {"text": words(key)}
    if page:
        out["page"] = page
    if href:
        out["href"] = href
    return out


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]
