"""Home, review table, join, friends, device, model, install, message."""

from __future__ import annotations

from typing import Literal, NotRequired

from ui.site.shape.board import Board
from ui.site.shape.debrief import Verdict
from ui.site.shape.frame import Headed, Link, OutcomeName, Rich, Seat, Shape
from ui.site.shape.table import Option, SeatState


# ------------------------------------------------------------------ home
class SeatChoice(Shape):
    seat: Seat
    text: str


class Play(Shape):
    """What *Play now* sends; every list may hold one entry (then it is not asked)."""

    button: str
    note: str  # "Ten minutes, two computer governments"
    more: str  # label of the small choices
    seats: list[SeatChoice]
    scenarios: list[Option]
    modes: list[Option]
    levels: list[Option]
    legends: dict[Literal["seat", "scenario", "mode", "level"], str]
    seat: Seat
    scenario: str
    mode: str
    level: str


class Resume(Shape):
    room: str
    title: str
    text: str  # "Round 4 of 10, Canada, yesterday"


class JoinField(Shape):
    label: str
    placeholder: str
    button: str
    value: str
    error: NotRequired[str]


class HowStep(Shape):
    art: Literal["choose", "seal", "reveal"]
    title: str
    text: str


class Compared(Shape):
    """A published figure beside the model's, in % (or the unit the text says)."""

    label: str
    published: float
    ours: float
    published_text: str
    ours_text: str
    gap_text: str
    source: str
    sentence: str


class Door(Shape):
    page: str  # goes out as open(page)
    title: str
    text: str
    more: str
    rows: NotRequired[list[Compared]]


class HomePage(Headed):
    board: Board  # still, with labels
    play: Play
    resume_title: str
    resume: list[Resume]  # (own) games this browser holds a seat in
    join: JoinField
    how: list[HowStep]
    doors: list[Door]  # friends, model, install; class and lab when they exist


# ------------------------------------------------------------------ review table
class Issue(Shape):
    id: str
    title: str
    cost: float  # to the giver, US$bn a year
    worth: float  # to the receiver, US$bn a year
    note: NotRequired[str]
    given: NotRequired[str]  # already settled in the game: text; cannot be unticked


class IssueGroup(Shape):
    giver: Seat
    receiver: Seat
    title: str  # "Canada gives the United States"
    issues: list[Issue]


class Draft(Shape):
    by: Seat
    name: str  # "Ottawa’s draft"
    outcome: OutcomeName
    # Seats of a split deal; empty otherwise
    with_: NotRequired[list[Seat]]
    package: list[str]  # issue ids
    mine: bool  # (own) the viewer may tick


class SignSide(Shape):
    """A side signs when base[outcome] + what it receives - what it gives reaches its line.

    Issues count in COND (all) and SPLIT (those with the partners chosen)."""

    seat: Seat
    name: str
    line: float  # walk-away value, US$bn a year (seen)
    base: dict[OutcomeName, float]  # what each outcome is worth without any issue; 0 where it cannot be
    most: float  # end of the scale


class Signing(Shape):
    seat: Seat
    name: str
    role: str  # "Head of government"
    state: Literal["waiting", "reading", "signed", "refused"]
    text: str


class OutcomeChance(Shape):
    outcome: OutcomeName
    name: str
    chance: int  # in 100


class ReviewWords(Shape):
    package: str
    unit: str
    cap: str
    tick: str  # added where the viewer may tick
    sign: str
    line: str
    explain: str
    would: str
    no_package: str  # shown for EXT, ANN and WD: "No issue is traded."
    unsigned: str  # shown for ANN and WD: "Needs no signature."
    short: str  # "short {n}"
    of: str  # "{n} of {line}"
    odds: str
    odds_note: str
    outcome: str
    with_: str
    cost: str
    worth: str


class Choice(Shape):
    """What home's ``play`` sends."""

    scenario: str
    seat: Seat
    mode: str
    level: str


class AgainWay(Shape):
    text: str
    note: str
    choice: Choice


class Again(Shape):
    """One more game; the first way is the game just played. What is pressed goes out as home's ``play``."""

    title: str
    text: str
    ways: list[AgainWay]


class ReviewPage(Headed):
    phase: Literal["draft", "signed", "refused", "closed"]
    you: Seat | None  # (own)
    drafts: list[Draft]
    current: Seat  # whose draft is open first
    outcomes: list[Option]  # id: OutcomeName; what this seat may propose
    partners: list[SeatChoice]  # for a split deal
    groups: list[IssueGroup]
    sides: list[SignSide]
    treaty_title: str
    treaty: str
    # the letter of each end, for whoever drafts one
    letters: NotRequired[dict[OutcomeName, tuple[str, str]]]
    signatures: list[Signing]
    odds: list[OutcomeChance]
    odds_sentence: str
    say: ReviewWords
    propose: NotRequired[str]  # button texts; missing: not possible now
    sign: NotRequired[str]
    refuse: NotRequired[str]
    next: NotRequired[Link]
    waiting: NotRequired[str]
    verdict: NotRequired[Verdict]  # (own) after the end
    again: NotRequired[Again]  # (own) after the end, for who played alone


# ------------------------------------------------------------------ the small pages
class JoinSeat(Shape):
    seat: Seat
    name: str
    free: bool
    text: str  # "free", "taken"


class Enter(Shape):
    """The press-to-enter form: posted to this server, which sets the seat's cookie and redirects."""

    action: str  # "/join/ABCD"
    seats: list[JoinSeat]
    legend: str
    seat: Seat | None
    button: str
    note: str
    watch: NotRequired[str]  # text of the "only watch" choice


class JoinPage(Headed):
    join: NotRequired[JoinField]  # no code yet
    enter: NotRequired[Enter]  # code found


class Qr(Shape):
    """A QR code as one path: `size` modules square, quiet zone included."""

    size: int
    path: str
    sentence: str


class FriendsPage(Headed):
    code: str
    code_label: str
    link: str
    link_label: str
    copy: str
    copied: str
    qr: Qr
    seats_title: str
    seats: list[SeatState]
    start: NotRequired[Link]
    note: str


class Give(Shape):
    """(own) The link that moves a seat, for its holder's eyes only."""

    link: str
    link_label: str
    copy: str
    copied: str
    qr: Qr
    notes: list[str]
    back: Link
    again: Link


class Take(Shape):
    """The button on the other device: posted with what followed # in the link."""

    action: str  # "/device/ABCD"
    button: str
    note: str


class DevicePage(Headed):
    give: NotRequired[Give]
    take: NotRequired[Take]


class ModelPage(Headed):
    title_rows: str
    unit: str
    columns: dict[Literal["what", "published", "ours", "gap", "source"], str]
    rows: list[Compared]
    reads: list[Rich]  # how to read it, what it cannot tell
    back: Link


class InstallStep(Shape):
    title: str
    text: Rich
    code: NotRequired[str]


class InstallPage(Headed):
    steps: list[InstallStep]
    copy: str
    copied: str
    back: Link


class MessagePage(Headed):
    kind: Literal["error", "empty", "full", "ended", "lost"]
    ways: list[Link]  # what next, the first is the main one
    detail: NotRequired[str]  # for a report: number, time
