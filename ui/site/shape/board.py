"""The board (the triangle) and leverage with its reasons."""

from __future__ import annotations

from typing import Literal, NotRequired

from ui.site.shape.frame import Link, Part, Rich, Seat, Shape, StanceName


class Node(Shape):
    mono: str  # "CA"
    name: str  # "Canada"
    you: NotRequired[str]  # (own) "you", beside the viewer's own government


class Tie(Shape):
    """One of the three sides of the triangle; ends in the order of its key."""

    key: Literal["CAN-USA", "MEX-USA", "CAN-MEX"]
    depends: tuple[float, float]  # goods exports to the other in % of own GDP, at each end
    stances: tuple[StanceName, StanceName] | None  # last opened envelopes; None before the first
    before: NotRequired[tuple[StanceName, StanceName]]  # reveal only: the colours it starts from
    tags: list[str]  # "Step 2 of 4 in force"
    alert: NotRequired[str]  # "notice of step 3: autos"
    name: str  # "Canada and the United States"
    more: list[Rich]  # what one reads after picking the tie


class NoticeGiven(Shape):
    by: Seat
    to: Seat
    state: Literal["standing", "new", "lapsed", "executed"]  # new is drawn from its sender at the reveal


class Anchor(Shape):
    id: Literal["asia", "europe", "others"]
    name: str
    share: float  # 0..1, how far firms' links have moved there; fades the anchor in


class Exit(Shape):
    by: Literal["CAN", "MEX"]
    to: Literal["asia", "europe", "others"]
    crosses: int  # firms of the drawn sample that left this way (0-8)
    new: int  # of those, how many left this round (they move, once)


class Board(Shape):
    sentence: str
    caption: str  # "A tie is as thick, at each end, as ..."
    nodes: dict[Seat, Node]
    ties: list[Tie]
    notices: list[NoticeGiven]
    anchors: list[Anchor]
    exits: list[Exit]
    round: int
    rounds: int
    when: str  # "Feb 2026"
    labels: NotRequired[dict[str, list[str]]]  # Home only: tie key or seat -> lines beside it
    still: NotRequired[bool]  # no dial, no picking (Home)


class WhyPart(Shape):
    id: Part
    label: str  # "Exposure"
    value: float  # points, sign as in the index (+ toward Washington)
    text: str  # "+2", "−0.4"
    why: str  # one sentence: what happened


class Why(Shape):
    start: float
    end: float  # start + sum of the values, exactly
    parts: list[WhyPart]  # always four, in the order of Part
    caption: str  # "Parts of the change from 65 to 61"


class Leverage(Shape):
    """Washington over one partner, index 0-100, 50 even. (seen)"""

    partner: Literal["CAN", "MEX"]
    name: str  # "over Ottawa"
    ends: tuple[str, str]  # "Ottawa", "Washington"
    now: float
    was: float | None  # last month; None in the first round
    delta: str  # "▼ 4", "▲ 1", "no change"
    since: str  # "since last month"
    worth: str  # the Nash transfer in words: "worth US$3.5bn a year"
    sentence: str
    why: Why | None


class Front(Shape):
    """How surely Canada and Mexico would answer for each other, 0-100. (seen) unless `known`."""

    name: str  # "Canada–Mexico front"
    now: float
    was: float | None
    text: str  # "46", "46, Washington thinks 38"
    known: NotRequired[float]  # (own) the true value, to the two partners only
    mark: NotRequired[float]  # where something changes, e.g. arms
    mark_text: NotRequired[str]  # "arms at 50"
    sentence: str


class LeveragePanel(Shape):
    title: str  # "Washington’s leverage"
    note: str  # "as Washington can know it"
    pairs: list[Leverage]
    front: Front
    how: Link
