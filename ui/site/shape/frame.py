"""The frame of every page: language, masthead, headline, foot."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from pydantic import ConfigDict
from typing_extensions import TypedDict

Seat = Literal["USA", "CAN", "MEX"]
StanceName = Literal["coordinate", "concede", "defect"]
FirmStance = Literal["coordinate", "concede", "defect", "hold"]
OutcomeName = Literal["EXT", "COND", "SPLIT", "ANN", "WD"]
Part = Literal["exposure", "alternatives", "commitment", "credibility"]
_strict = ConfigDict(extra="forbid")


class Shape(TypedDict):
    __pydantic_config__ = _strict  # type: ignore[misc]


class Strong(Shape):
    b: str


class Aside(Shape):
    note: str


Rich = str | list[str | Strong | Aside]


class Language(Shape):
    code: str  # "en", "es", "fr"
    label: str  # "EN"
    name: str  # in that language: "Español"


class Link(Shape):
    text: str
    page: NotRequired[str]  # goes out as event open(page)
    href: NotRequired[str]  # a plain address on this server (a file, a form)


class Clock(Shape):
    key: str  # changes when the clock is set anew (round, extension)
    seconds: int  # left when the dict was made; the screen counts down from its arrival
    running: bool  # False: paused, the figure stands still
    text: str  # "Time left"


class OwnSeat(Shape):
    seat: Seat
    text: str  # "You govern Canada"


class Mast(Shape):
    context: NotRequired[str]  # "Table 4 · practice"
    seat: NotRequired[OwnSeat]  # (own)
    clock: NotRequired[Clock]
    links: NotRequired[list[Link]]


class Notice(Shape):
    kind: Literal["info", "paused", "refused"]  # refused: the last event was not accepted, text says why
    text: str


class Frame(Shape):
    title: str  # of the browser tab
    lang: str  # code of the language everything below is in
    languages: list[Language]
    mast: Mast
    notice: NotRequired[Notice]
    foot: list[Link]
    company: NotRequired[dict[str, Any]]  # (own) Company of shape/host.py: beside a table with other people


class Headed(Frame):
    kicker: str  # "Round 6 of 10 · February 2026 · joint review after round 10"
    kicker_short: NotRequired[str]  # for phones
    headline: str  # subject, verb, object; 4-8 words
    deck: Rich
