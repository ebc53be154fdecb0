"""Codes, tokens and names: what people type, what browsers keep, what others read.

A code is read aloud and typed on a phone: no vowels (no words), nothing that looks like something else. A
token is 128 random bits; only its hash is stored. A name is text from a stranger: cleaned once, here.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from negotiation.rooms.errors import BadName, UnknownRoom

ALPHABET = "CDFHJKMNPRTVWX3479"
"""No vowels, and nobody's twin: B 8, G 6, I L 1, O Q 0, S 5, U Y and Z 2 are left out."""
CODE_LENGTH = 6
LONGEST_NAME = 40
MOST_MARKS = 2
"""Accents on one letter; more is a tower, not a name."""


def new_code() -> str:
    """A fresh code, one of 34 million."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def as_code(typed: str) -> str:
    """A code as typed, in its one spelling; ``UnknownRoom`` if it cannot be one."""
    text = "".join(c for c in str(typed)[:64].upper() if c.isalnum())
    if len(text) != CODE_LENGTH or any(c not in ALPHABET for c in text):
        raise UnknownRoom(clean_text(str(typed), 16) or "(empty)")
    return text


def new_token() -> str:
    """128 random bits for a cookie."""
    return secrets.token_urlsafe(16)


def token_hash(token: str) -> str:
    """What is stored of a token. It is random, so it needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_person() -> str:
    """A name for the log that says nothing about anybody."""
    return secrets.token_hex(6)


def clean_name(typed: str | None) -> str:
    """A name fit to be shown to others; empty if none was given.

    Control characters, direction marks, invisible joiners and private characters are dropped, spaces
    collapsed, at most ``LONGEST_NAME`` characters kept. ``BadName`` if something was typed and nothing
    readable is left.
    """
    name = clean_text(typed or "", LONGEST_NAME)
    if not name and (typed or "").strip():
        raise BadName(LONGEST_NAME)
    return name


def clean_text(typed: str, most: int) -> str:
    """Text in one line without anything that is not seen, cut to ``most`` characters."""
    out: list[str] = []
    marks = 0
    for c in unicodedata.normalize("NFC", typed[: 8 * most]):
        kind = unicodedata.category(c)
        if c.isspace() or kind in ("Zl", "Zp"):
            c = " "
        elif kind[0] == "C":  # control, format (direction, joiners), private, surrogate, unassigned
            continue
        marks = marks + 1 if kind[0] == "M" else 0
        if marks > MOST_MARKS or (c == " " and (not out or out[-1] == " ")):
            continue
        out.append(c)
        if len(out) == most:
            break
    return "".join(out).strip()
