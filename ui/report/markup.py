"""HTML and SVG as values: every text is escaped on its way in, nothing else makes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape, unescape
from typing import Any

from ui.words import Rich

VOID = frozenset({"br", "hr", "meta", "img"})


class Markup(str):
    """Text that already is markup."""

    __slots__ = ()


Child = Markup | str | int | float | None | Iterable["Child"]


def tag(name: str, /, *children: Child, **attributes: Any) -> Markup:
    """``<name attributes>children</name>``; ``class_`` is class, ``stroke_width`` is stroke-width, None is left out.

    >>> tag("p", "1 < 2", class_="note")
    '<p class="note">1 &lt; 2</p>'
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in VOID:
        return Markup(f"<{name}{said}>")
    return Markup(f"<{name}{said}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    """Children one after the other, texts escaped."""
    out = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            out.append(str(child))
        elif isinstance(child, (str, int, float)):
            out.append(escape(_short(child), quote=False))
        else:
            out.append(str(joined(*child)))
    return Markup("".join(out))


def rich(text: Rich) -> Markup:
    """Rich text of the catalogues: strong parts and asides."""
    if isinstance(text, str):
        return joined(text)
    names = {"b": "strong", "note": "small"}
    return joined(
        *(
            part if isinstance(part, str) else tag(names[kind], said)
            for part in text
            for kind, said in ([("", "")] if isinstance(part, str) else part.items())
        )
    )


def parts_of(said: Markup) -> Rich:
    """The rich text that ``rich`` made this markup of: what a screen writes as text, never as markup.

    >>> parts_of(rich(["1 < 2 ", {"b": "yes"}]))
    ['1 < 2 ', {'b': 'yes'}]
    """
    kinds, out, kind = {"strong": "b", "small": "note"}, [], ""
    for piece in re.split(r"(</?[a-z]+>)", said):
        if piece.startswith("<"):
            kind = "" if piece.startswith("</") else kinds[piece[1:-1]]
        elif piece:
            out.append({kind: unescape(piece)} if kind else unescape(piece))
    return out


def _short(value: Any) -> str:
    """Numbers of drawings with as many digits as can be seen."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
