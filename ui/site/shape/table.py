"""The table: choosing, the sealed envelope, the reveal, and the answer of the preview."""

from __future__ import annotations

from typing import Literal, NotRequired

from ui.site.shape.board import Board, LeveragePanel
from ui.site.shape.frame import FirmStance, Headed, Link, Rich, Seat, Shape, StanceName


class SeatState(Shape):
    seat: Seat
    name: str
    state: Literal["writing", "sealed", "open", "away"]
    text: str  # "sealed · computer, “pressure”"
    short: str  # "sealed"


class Step(Shape):
    by: Seat
    to: Seat
    label: str  # "US on Canada"
    on: int
    of: int
    notice: bool  # the next step is on notice (hatched pip)
    text: str  # "autos, on notice" / "nothing pending"
    sentence: str


class FirmCount(Shape):
    stance: FirmStance
    label: str  # "build with the partner"
    count: int  # firms of the model
    share: float  # 0..1
    change: int  # since last month
    text: str  # "1,370"
    change_text: str  # "+60"


class Firms(Shape):
    title: str  # "What 10,000 firms are doing"
    note: str  # "each mark stands for 100"
    rows: list[FirmCount]
    sentence: str


class Measure(Shape):
    """One figure in four ways to read it."""

    value: float  # % (0.2 = 0.2 %)
    text: str  # "−0.3%"


class CountryEconomy(Shape):
    seat: Seat
    name: str
    income: Measure  # real income against the start
    wage: Measure  # real wage, always beside it
    money: str  # a year: "−US$8.3bn"
    prices: Measure  # consumer prices
    jobs: Measure  # value: thousands at risk; text "41,000 jobs"


class SectorOutput(Shape):
    sector: str  # code, "AUT"
    name: str  # "Motor vehicles"
    output: dict[Seat, Measure]


class Economy(Shape):
    title: str
    note: str  # baseline and unit
    countries: list[CountryEconomy]
    sectors: list[SectorOutput]
    sentence: str
    how: Link


class News(Shape):
    kind: Literal["government", "firms", "shock", "court", "market"]
    when: str
    text: Rich
    source: NotRequired[str]


class Cable(Shape):
    seat: Seat
    head: str  # "Cable from Mexico City, to Ottawa only"
    text: str


class Option(Shape):
    id: str
    text: str
    note: NotRequired[str]
    closed: NotRequired[str]  # why it cannot be chosen now
    why: NotRequired[str]  # sentence shown under the row when chosen


class Pick(Shape):
    """A question in the measures drawer."""

    legend: str
    help: NotRequired[str]
    options: list[Option]
    value: str | list[str] | None  # list: chips, several; str: one; None: the model's default
    most: NotRequired[int]  # of chips


class Drawer(Shape):
    """What a stance may carry; a missing question is not asked."""

    instrument: NotRequired[Pick]
    sectors: NotRequired[Pick]
    issue: NotRequired[Pick]


class StanceOption(Shape):
    stance: StanceName
    verb: str  # "Defect"
    does: str  # "give notice" (<= 16 characters in English)
    tells: Rich  # what it does, one sentence, known without the model
    closed: NotRequired[str]


class StanceRow(Shape):
    toward: str  # seat, or "BOTH" in simple mode for the US
    legend: str  # "Toward Washington"
    options: list[StanceOption]
    value: StanceName | None
    drawer: NotRequired[dict[StanceName, Drawer]]


class Card(Shape):
    """Simple mode: one of three moves."""

    id: str  # "together", "own-deal", "answer"; for the US the stance
    stances: dict[Seat, StanceName]  # what it sends
    name: str  # "Together"
    does: str  # "Coordinate with both"
    tells: Rich


class Quiet(Shape):
    label: str  # "Keep it between the two of us"
    help: str
    value: bool


class TeamLine(Shape):
    """(own) Beside the button of a seat that several share."""

    said: list[str]  # "Ana, head: Stand together"
    button: NotRequired[str]  # instead of "Seal", where a press only proposes


class Choose(Shape):
    """(own) The viewer's half of the table while the envelope is open."""

    key: str  # room and round: a new key clears half-made choices, the same key keeps them
    title: str
    rows: NotRequired[list[StanceRow]]  # full mode
    cards: NotRequired[list[Card]]  # simple mode
    cards_legend: NotRequired[str]
    value: NotRequired[str]  # of cards
    quiet: NotRequired[Quiet]
    team: NotRequired[TeamLine]


class Inside(Shape):
    to: str  # "to Washington"
    stance: StanceName
    text: str  # "Defect: notice on steel"


class Sealed(Shape):
    """(own) The closed envelope."""

    title: str
    seat: Seat
    mono: str
    sentence: str
    round: str  # "Round 6"
    when: str  # "February 2026"
    inside: list[Inside]
    cables: list[Cable]
    may_reconsider: bool
    note: str  # what happens to an empty seat


class Letter(Shape):
    seat: Seat
    name: str
    you: bool
    stances: list[Inside]
    reason: str  # the seat's own view, past tense, one sentence


class Reveal(Shape):
    key: str  # room and round; staged once per browser and key
    opening: str  # headline while the envelopes open; the page's own headline tells the end
    title: str
    note: str
    letters: list[Letter]
    result: Rich  # "Your month: +US$0.2bn, expected −0.3 (−0.9 to +0.2)" (own)
    month: NotRequired[Rich]  # why the month came to that, and all months so far (own)
    next: str  # text of the button
    waiting: NotRequired[str]  # instead of the button, when others hold the pace


class TourStep(Shape):
    at: str  # data-tour name of a region: aim, board, stances, leverage, seal
    title: str
    text: str


class Tour(Shape):
    key: str  # localStorage remembers what was done under this key
    steps: list[TourStep]  # at most five


class TablePage(Headed):
    phase: Literal["choose", "sealed", "reveal", "watch"]  # watch: no seat
    mode: Literal["full", "simple"]
    you: Seat | None  # (own)
    seats: list[SeatState]
    board: Board
    leverage: LeveragePanel
    steps_title: str
    steps: list[Step]
    firms: Firms
    economy: Economy
    news_title: str
    news: list[News]
    choose: NotRequired[Choose]
    sealed: NotRequired[Sealed]
    reveal: NotRequired[Reveal]
    tour: NotRequired[Tour]


class Band(Shape):
    """Expected index after the round, with its 10-90 % band."""

    expected: float
    low: float
    high: float
    text: str  # "61 to 57 (51 to 61)"


class Answer(Shape):
    """(own) What the model expects of the half-made move; `ask` echoes the event's number."""

    ask: int
    summary: Rich  # one or two lines over the seal button
    rows: NotRequired[dict[str, Rich]]  # by `toward`: what follows, with its condition
    leverage: dict[Literal["CAN", "MEX"], Band]
    front: NotRequired[Band]
    lines: NotRequired[list[Rich]]  # more figures: odds, prices


class MeasureChosen(Shape):
    instrument: NotRequired[str]
    sectors: NotRequired[list[str]]
    issue: NotRequired[str]


class MoveChosen(Shape):
    """Argument of preview(...) and seal(...). Only seats in `stances` are named in `measures`."""

    key: str  # of the Choose it was made on; another one means the table has moved on
    ask: int  # rises with each preview; echo it in Answer
    stances: dict[Seat, StanceName]
    measures: dict[Seat, MeasureChosen]  # only what differs from the model's default
    quiet: bool
