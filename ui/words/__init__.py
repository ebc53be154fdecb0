"""Everything the product says, in every language: sentences, numbers, money, dates.

    words = Words.of("fr")
    words("table.round", n=3, of=10)          # "Tour 3 sur 10"
    words("news.notice", who=words.gov("USA"), whom=words.gov("CAN"))
    words.rich("table.result", money=words.money(0.2))   # a list of parts for the screens

Sentences live in gettext catalogues, ``ui/words/<language>/<part>.po``, keyed by name in all languages, English
included; they are read as they are (no compile step), once a process. A sentence may hold ``{name}`` fields,
``<b>strong</b>`` and ``<note>asides</note>``, and two plural forms chosen by the number ``n``.

A field may ask for a form of a term: ``{who:of}`` takes the catalogue's ``gov.CAN.of`` ("d'Ottawa"), or failing
that the language's ``form.of`` ("de {x}"). So translators, not programs, decide how words meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ui.words.catalogue import LANGUAGES, Message, catalogue
from ui.words.figures import Figures

_PART = re.compile(r"<(b|note)>(.*?)</\1>", re.DOTALL)

Rich = str | list[Any]
"""Text, or a list of texts and ``{"b": strong}``, ``{"note": aside}`` parts."""


@dataclass(frozen=True)
class Term:
    """A word with forms, such as a government: prints by itself, or in the form a sentence asks for."""

    words: Words
    key: str

    def __format__(self, form: str) -> str:
        return self.words.form(self.key, form)

    def __str__(self) -> str:
        return self.words.form(self.key, "")


class Words(Figures):
    """What is said in one language."""

    @staticmethod
    @lru_cache(maxsize=8)
    def of(language: str) -> Words:
        """The words of a language; English for one we do not speak."""
        return Words(language if language in LANGUAGES else "en")

    def __init__(self, language: str) -> None:
        super().__init__(LANGUAGES[language].locale)
        self.language = language
        self._messages, self._plural = catalogue(language)

    def __call__(self, key: str, n: float | str | None = None, **values: Any) -> str:
        """The sentence behind a key. A number ``n`` chooses the plural and fills ``{n}``; a text only fills it."""
        text = self._text(key, None if isinstance(n, str) else n)
        if n is not None:
            values["n"] = n if isinstance(n, str) else self.number(n)
        return text.format_map(values) if values or "{" in text else text

    def pattern(self, key: str) -> str:
        """A sentence with its fields unfilled, for a component that fills them itself."""
        return self._text(key, None)

    def has(self, key: str) -> bool:
        """Whether the language knows this key."""
        return key in self._messages

    def rich(self, key: str, n: float | str | None = None, **values: Any) -> Rich:
        """The same with ``<b>`` and ``<note>`` turned into parts for the screens."""
        return parts(self(key, n, **values))

    def form(self, key: str, form: str) -> str:
        """A term in a form: its own, or the language's general one."""
        if not form:
            return self._text(key, None)
        if f"{key}.{form}" in self._messages:
            return self._text(f"{key}.{form}", None)
        return self._text(f"form.{form}", None).format(x=self._text(key, None))

    def term(self, key: str) -> Term:
        """A word that sentences may bend."""
        return Term(self, key)

    def gov(self, seat: str) -> Term:
        """A government by its capital: Washington, Ottawa, Mexico City."""
        return Term(self, f"gov.{seat}")

    def country(self, seat: str) -> Term:
        """A country by name."""
        return Term(self, f"country.{seat}")

    def list(self, items: Iterable[Any]) -> str:
        """``a, b and c``."""
        said = [str(item) for item in items]
        if len(said) < 2:
            return "".join(said)
        return self("list.and", head=", ".join(said[:-1]), last=said[-1])

    @cached_property
    def fixed(self) -> dict[str, str]:
        """Labels the components print themselves: ``{key: text}`` with the keys they use."""
        return {key.removeprefix("ui."): m.text for key, m in self._messages.items() if key.startswith("ui.")}

    def _text(self, key: str, n: float | None) -> str:
        message: Message | None = self._messages.get(key)
        if message is None:
            raise KeyError(
                f"ui/words/{self.language}: no sentence is called {key!r}; add it to every language"
            )
        if message.plural is None or n is None:
            return message.text
        return message.plural if self._plural(n) else message.text


def parts(text: str) -> Rich:
    """Markup turned into parts; plain text stays text."""
    out: list[Any] = []
    at = 0
    for found in _PART.finditer(text):
        if found.start() > at:
            out.append(text[at : found.start()])
        out.append({found[1]: found[2]})
        at = found.end()
    if not out:
        return text
    if at < len(text):
        out.append(text[at:])
    return out


def joined(*texts: Rich | None, by: str = " ") -> Rich:
    """Several rich texts as one; empty ones leave no trace."""
    out: list[Any] = []
    for text in texts:
        if not text:
            continue
        if out:
            out.append(by)
        out += [text] if isinstance(text, str) else text
    merged: list[Any] = []
    for part in out:
        if merged and isinstance(part, str) and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return merged[0] if len(merged) == 1 and isinstance(merged[0], str) else merged


def plain(text: Rich) -> str:
    """Rich text without its marks, for labels and logs."""
    if isinstance(text, str):
        return text
    return "".join(part if isinstance(part, str) else next(iter(part.values())) for part in text)


__all__ = ["LANGUAGES", "Rich", "Term", "Words", "joined", "parts", "plain"]
