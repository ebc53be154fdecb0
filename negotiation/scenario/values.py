"""The kinds of value a file may hold: shares, dates, tables by sector, texts in three languages.

Everything is frozen. A *table* is a mapping that never changes; ``rates["MET"]`` and ``rates.MET``
are the same entry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
)
from pydantic_core import PydanticCustomError

from ..terms import GOODS, PARTNERS, SEATS, Country, Sector

K = TypeVar("K")
V = TypeVar("V")


class Table(dict[K, V]):
    """A mapping that cannot change, can be hashed, and answers to its keys as attributes too."""

    __slots__ = ()

    def __getattr__(self, name: str) -> V:
        try:
            return self[name]  # type: ignore[index]
        except KeyError:
            raise AttributeError(
                f"the table has no entry '{name}' (it has {', '.join(map(str, self))})"
            ) from None

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("a scenario is frozen: make another with with_levers(...) or from another file")

    __setitem__ = __delitem__ = __ior__ = _refuse  # type: ignore[assignment]
    clear = pop = popitem = setdefault = update = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (dict(self),))

    def __copy__(self) -> Table[K, V]:
        return self

    def __deepcopy__(self, memo: dict) -> Table[K, V]:
        return self


def _frozen(value: Any) -> Any:
    """Plain data made unchangeable: mappings to tables, lists to tuples."""
    if isinstance(value, Mapping):
        return Table({key: _frozen(entry) for key, entry in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(map(_frozen, value))
    return value


Plain = Annotated[Any, AfterValidator(_frozen)]
"""Numbers, words, lists and mappings of them, frozen."""


class Part(BaseModel):
    """A frozen piece of a scenario; keys it does not know are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


# Numbers are strict: a text or true/false is not a number.
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, Strict()]
Share = Annotated[Number, Field(ge=0, le=1)]
"""A fraction: 0.25 is 25 percent."""
Points = Annotated[Number, Field(ge=0, le=2)]
"""Additional tariff as a fraction: 0.25 is 25 points; at most 2 (200 percent)."""
Episodes = Annotated[Number, Field(ge=0, le=50)]
"""Counted evidence: one clearly observed episode is 1."""
Factor = Annotated[Number, Field(ge=0, le=10)]
"""A plain multiplier or weight."""
Billions = Annotated[Number, Field(ge=0, le=500)]
"""USD billion a year (or once, where said)."""
Hat = Annotated[Number, Field(gt=0, le=10)]
"""New over old; 1 is no change."""
UsRung = Annotated[Whole, Field(ge=0, le=4)]
PartnerRung = Annotated[Whole, Field(ge=0, le=3)]
Flag = Annotated[bool, Strict()]

Word = Annotated[str, Strict(), Field(min_length=1, max_length=80)]
Name = Annotated[str, Strict(), Field(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)]
"""Lower-case words joined by - or _."""
Sentence = Annotated[str, Strict(), Field(pattern=r"\S", max_length=4000)]
Month = Annotated[str, Strict(), Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
"""A calendar month, ``2025-09``."""
Partner = Literal["CAN", "MEX"]
Region = Literal["USA", "CAN", "MEX", "CHN", "EU", "ROW"]


def month_number(month: str) -> int:
    """Months since the year 0, so that calendar arithmetic is subtraction."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


class Texts(Part):
    """One text in the three languages of the product."""

    en: Sentence
    es: Sentence
    fr: Sentence

    def of(self, language: str) -> str:
        """The text in a language code (``en``, ``es``, ``fr``; a region suffix is ignored), else English."""
        code = language[:2].lower()
        return printed(getattr(self, code), code) if code in LANGUAGES else printed(self.en, "en")

    def in_all(self) -> dict[str, str]:
        """Language -> text."""
        return {code: self.of(code) for code in LANGUAGES}


@lru_cache(maxsize=4096)
def printed(text: str, language: str) -> str:
    """A text typed in a file, with the marks of print: apostrophes, and the spaces French keeps unbroken."""
    text = text.replace("'", "’")
    return re.sub(r" (?=[:;?!»%])|(?<=«) ", "\u00a0", text) if language == "fr" else text


LANGUAGES: tuple[str, str, str] = ("en", "es", "fr")


def _needs(*countries: Country) -> Any:
    """A check that a table has exactly these countries."""

    def check(table: dict[Country, V]) -> Table[Country, V]:
        absent = [c for c in countries if c not in table]
        foreign = [c for c in table if c not in countries]
        if absent or foreign:
            raise PydanticCustomError(
                "countries",
                "{what}",
                {
                    "what": "needs "
                    + " and ".join(map(str, countries))
                    + (f"; missing {', '.join(absent)}" if absent else "")
                    + (f"; {', '.join(foreign)} does not belong here" if foreign else "")
                },
            )
        return Table({c: table[c] for c in countries})

    return AfterValidator(check)


PerPartner = Annotated[
    dict[Country, V],
    _needs(*PARTNERS),
    Field(json_schema_extra={"required": [str(c) for c in PARTNERS]}),
]
"""One entry for CAN and one for MEX, both required."""
PerSeat = Annotated[
    dict[Country, V],
    _needs(*SEATS),
    Field(json_schema_extra={"required": [str(c) for c in SEATS]}),
]
"""One entry for each government."""
SomePartners = Annotated[dict[Partner, V], AfterValidator(Table)]
"""Entries for CAN, MEX, both or none."""
Named = Annotated[dict[Name, V], AfterValidator(Table)]
"""Entries by name."""


def _spread_goods(table: Any) -> Any:
    """``goods`` stands for all sectors but services; a sector named beside it overrides it."""
    if isinstance(table, Mapping) and "goods" in table:
        rest = {key: value for key, value in table.items() if key != "goods"}
        return {**{str(s): table["goods"] for s in GOODS}, **rest}
    return table


def _every_sector(table: dict[Sector, float]) -> Table[Sector, float]:
    return Table({sector: table.get(sector, 0.0) for sector in Sector})


SectorPoints = Annotated[
    dict[Sector, Points],
    BeforeValidator(_spread_goods),
    AfterValidator(_every_sector),
    Field(json_schema_extra={"goods": True}),
]
"""Additional tariff by sector; sectors not named are 0, ``goods`` names all but services."""
SectorFriction = Annotated[
    dict[Sector, Share],
    BeforeValidator(_spread_goods),
    AfterValidator(_every_sector),
    Field(json_schema_extra={"goods": True}),
]
"""Extra real trade cost by sector (0.05: 5 percent more to ship); sectors not named are 0."""
SectorWeights = Annotated[dict[Sector, Factor], AfterValidator(Table)]
