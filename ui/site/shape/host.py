"""Pages of a class: set up, the host's board, the projector, the debrief; and the company panel of a table."""

from __future__ import annotations

from typing import Literal, NotRequired

from ui.site.shape.frame import Clock, Headed, Link, OutcomeName, Seat, Shape, StanceName
from ui.site.shape.pages import Qr


class Option(Shape):
    id: str
    text: str


class Count(Shape):
    n: int
    text: str


class Command(Shape):
    """A button of the strip; `do` goes out in event host({do, table, ...})."""

    do: str
    text: str
    key: NotRequired[str]  # keyboard shortcut, one letter
    on: NotRequired[bool]  # a switch: pressed or not, at all tables
    says: NotRequired[list[str]]  # of a switch whose text changes: off, on
    panel: NotRequired[str]  # opens this panel instead of being sent at once
    prime: NotRequired[bool]
    sure: NotRequired[str]  # asked before it is sent


class Member(Shape):
    person: str
    name: str
    away: NotRequired[str]  # said of one who has no page open


class BoardSeat(Shape):
    seat: Seat
    short: str
    name: str
    state: Literal["writing", "sealed", "away", "late", "computer"]  # never what was sealed
    text: str  # "sealed", "computer: hedger", "no page open"
    people: list[Member]
    substitute: bool
    policy: str
    strategy: str  # plays the seat while nobody sits there


class Tile(Shape):
    number: int
    title: str  # "Table 5"
    tag: str
    alert: bool
    round: str  # "round 6"
    last: int  # rounds that may be rolled back to
    seen: list[int]  # sent back with a button, so that a table that has moved on can refuse it
    switches: dict[str, bool]  # how the strip's switches stand at this table
    leverage: dict[str, int]  # seat -> 0..100, seen
    path: dict[str, list[float]]
    sentence: str
    stances: dict[str, StanceName | None]
    seats: list[BoardSeat]
    debrief: NotRequired[Link]  # of a table whose game has ended


class HostPage(Headed):
    code: str
    texts: dict[str, str]
    commands: list[Command]
    counts: list[Count]
    tables: list[Tile]
    events: list[Option]
    strategies: list[Option]
    policies: list[Option]
    waiting: list[Member]  # people without a seat
    link: str
    qr: Qr
    refused: list[str]
    note: str


class SetUp(Shape):
    action: str
    texts: dict[str, str]
    scenarios: list[Option]
    modes: list[Option]
    levels: list[Option]
    seats: list[Option]
    rules: list[Option]
    deals: list[Option]


class SetUpPage(Headed):
    setup: SetUp


class Place(Shape):
    id: str  # "3:CAN"
    text: str
    free: bool


class ClassDoorPage(Headed):
    """Press to enter a class; with `places`, choose one."""

    action: str
    texts: dict[str, str]
    places: list[Place]
    open: bool


class Dot(Shape):
    number: int
    at: float


class Scale(Shape):
    title: str
    seat: Seat
    dots: list[Dot]
    sentence: str


class StanceCount(Shape):
    stance: StanceName
    n: int
    text: str


class ProjectorPage(Headed):
    texts: dict[str, str]
    clock: NotRequired[Clock]  # of the table that rings first
    scales: list[Scale]  # none while the class gathers
    stances: list[StanceCount]
    counts: list[Count]
    code: str
    link: str
    qr: Qr


class ClassPath(Shape):
    number: int
    values: list[float]


class ClassChart(Shape):
    title: str
    seat: Seat
    paths: list[ClassPath]
    median: list[float]
    sentence: str
    computers: NotRequired[list[float]]  # where computer games ended: five quantiles, 10 to 90 percent


class EndCount(Shape):
    outcome: OutcomeName
    text: str
    n: int
    share: float  # of the tables that ended
    usual: str  # share in computer play, in words
    computers: NotRequired[float]


class ScoreRow(Shape):
    number: int
    outcome: str
    scores: dict[str, str]
    shares: dict[str, int | None]  # better than N % of computer games
    cables: int
    link: NotRequired[Link]


class Strip(Shape):
    """How the class did in one seat: a mark a table on a scale of 0 to 100 percent of computer games."""

    seat: Seat
    text: str
    values: list[float]
    median: float
    sentence: str


class ClassDebriefPage(Headed):
    texts: dict[str, str]
    charts: list[ClassChart]
    questions_title: str
    questions: list[str]
    ends: list[EndCount]
    strips_title: str
    strips: list[Strip]
    rows: list[ScoreRow]
    seats: list[Option]
    downloads: list[Link]
    note: str


class Cable(Shape):
    who: str
    text: str
    mine: bool


class Mate(Shape):
    name: str
    text: str
    agree: NotRequired[int]  # sent back to propose the same


class Company(Shape):
    """Beside a table: the own team, cables, a raised hand. (own)"""

    texts: dict[str, str]
    place: NotRequired[str]  # "You are at table 3."
    team: NotRequired[list[Mate]]
    cables: list[Cable]
    targets: list[Option]
    may_write: bool
    help: NotRequired[bool]
