"""Reading the catalogues: gettext files, one folder a language, one file a part of the product.

A language is a folder and a line in ``LANGUAGES``. Files are read from the package itself, so an installed wheel
speaks without any build step; Babel reads them in about a tenth of a second a language, once.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from babel.messages.pofile import read_po


@dataclass(frozen=True)
class Language:
    """A language of the product."""

    code: str
    label: str
    """On the switch: ``EN``."""
    name: str
    """In the language itself."""
    locale: str
    """Whose numbers and dates it uses; those of North America, the region the game is about."""


LANGUAGES: dict[str, Language] = {
    "en": Language("en", "EN", "English", "en"),
    "es": Language("es", "ES", "Español", "es_MX"),
    "fr": Language("fr", "FR", "Français", "fr_CA"),
}


@dataclass(frozen=True)
class Message:
    """A sentence, with its plural where it has one."""

    text: str
    plural: str | None = None


Plural = Callable[[Any], int]


@lru_cache(maxsize=8)
def catalogue(language: str) -> tuple[dict[str, Message], Plural]:
    """Every sentence of a language and which plural form a number takes (0 the first, 1 the second)."""
    messages: dict[str, Message] = {}
    plural: Plural = gettext.c2py("n != 1")
    for path in parts_of(language):
        with path.open("rb") as file:
            book = read_po(file, locale=LANGUAGES[language].locale)
        if "plural=" in str(book.plural_forms):
            plural = gettext.c2py(str(book.plural_forms).split("plural=")[1].rstrip("; "))
        for entry in book:
            if not entry.id:
                continue
            key = entry.id if isinstance(entry.id, str) else entry.id[0]
            if isinstance(entry.string, tuple):
                messages[key] = Message(*entry.string[:2])
            elif entry.string:
                messages[key] = Message(str(entry.string))
    return messages, lambda n: plural(round(n) if float(n).is_integer() else 2)


def parts_of(language: str) -> list[Any]:
    """The files of a language."""
    folder = files("ui.words").joinpath(language)
    return sorted((f for f in folder.iterdir() if f.name.endswith(".po")), key=lambda f: f.name)
