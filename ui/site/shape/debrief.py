"""The debrief: replay, story, what if, figures, what can be taken home; the class's; opening a log; for teachers."""

from __future__ import annotations

from typing import Literal, NotRequired

from ui.site.shape.board import Why
from ui.site.shape.frame import Headed, Link, OutcomeName, Rich, Seat, Shape, StanceName
from ui.site.shape.table import FirmCount

Drawn = str
"""Markup made by ``ui.report.markup``, which escapes every text: the one exception to "no HTML", so that a figure of
the page and of the report are one drawing. Nothing else may make it."""


class Path(Shape):
    partner: Literal["CAN", "MEX"]
    name: str  # "over Ottawa"
    short: str  # "CA"
    values: list[float]  # start, then one a round
    true: NotRequired[list[float]]  # with the commitment only the two partners knew


class ScoreCell(Shape):
    stance: StanceName
    executed: bool


class ScoreRow(Shape):
    by: Seat
    label: str  # "US to CA"
    sentence: str
    cells: list[ScoreCell]  # one a round


class RoundTold(Shape):
    label: str  # "Round 3"
    when: str
    text: str  # one or two sentences


class PairWhy(Shape):
    partner: Literal["CAN", "MEX"]
    name: str
    why: Why


class Verdict(Shape):
    """Fair across seats: a place among computer games in the same seat and scenario."""

    title: str
    better: int  # percent of those games
    text: Rich  # "better than 62% of 1,000 computer games in this seat"
    score: str
    regret: str  # what the best reply in hindsight would have added, in words
    sentence: str


class FirmsBefore(Shape):
    title: str
    before: str
    after: str
    rows: list[FirmCount]  # after; `change` against before
    sentence: str


class Beside(Shape):
    when: str
    here: Rich  # in this game
    there: Rich  # what really happened
    source: NotRequired[str]


class History(Shape):
    title: str
    here: str
    there: str
    rows: list[Beside]
    note: str


class Faults(Shape):
    title: str
    rows: list[str]


class Turn(Shape):
    round: int
    title: str
    text: str


class Figure(Shape):
    id: str
    title: str
    note: NotRequired[str]
    html: Drawn
    across: NotRequired[bool]


class Choice(Shape):
    id: str
    text: str


class WhatIfForm(Shape):
    round: str  # pattern with {n}
    seat_label: str
    seats: list[Choice]
    toward: dict[Seat, list[Choice]]
    stances: list[Choice]  # C, N, D
    played: list[dict[Seat, str]]  # letters, one a round
    was: str
    others_label: str
    others: list[Choice]  # recorded, strategies
    minds_label: str  # pattern with {who}
    minds: list[Choice]
    go: str
    same: str


class BranchPath(Shape):
    partner: Literal["CAN", "MEX"]
    values: list[float]  # before the changed round, then one a round


class BranchRow(Shape):
    label: str
    was: str
    now: str
    change: str


class BranchTold(Shape):
    code: str
    first: int  # the first changed round
    title: str
    others: str
    remove: str
    state: Literal["waiting", "refused", "done"]
    text: str
    paths: NotRequired[list[BranchPath]]
    was: NotRequired[list[BranchPath]]  # where the yardstick is not the game as it was
    head: NotRequired[list[str]]
    rows: NotRequired[list[BranchRow]]
    notes: NotRequired[list[str]]
    show: NotRequired[str]


class WhatIf(Shape):
    title: str
    note: str
    form: WhatIfForm
    branches: list[BranchTold]
    bad: list[str]
    link: NotRequired[str]
    link_label: NotRequired[str]
    copy: NotRequired[str]
    copied: NotRequired[str]


class Offers(Shape):
    title: str
    links: list[Link]
    note: NotRequired[str]


class DebriefPage(Headed):
    outcome: NotRequired[OutcomeName]
    outcome_name: NotRequired[str]
    faults: NotRequired[Faults]
    who: str
    turns_title: str
    turns: list[Turn]
    turns_note: str
    story_title: str
    story: list[Rich]  # paragraphs
    course_title: str
    course: str
    could_title: str
    could: NotRequired[list[Rich]]  # once the readers have looked
    replay_title: str
    replay_note: str
    paths: NotRequired[list[Path]]
    even: str
    paths_sentence: str
    score: list[ScoreRow]
    rounds: list[RoundTold]
    round: int  # where the slider stands
    why_title: str
    why_note: str
    why: list[PairWhy]
    verdict: NotRequired[Verdict]  # (own)
    firms: NotRequired[FirmsBefore]
    history: NotRequired[History]
    waiting: NotRequired[str]  # what is still being worked out
    figures_title: str
    figures: list[Figure]
    questions_title: str
    questions: list[str]
    what_if: NotRequired[WhatIf]
    again: NotRequired[str]
    offers: list[Offers]
    offers_title: str


# ------------------------------------------------------------------ opening a log, for teachers
class ReplayPage(Headed):
    label: str
    button: str
    none: str
    failed: str
    busy: str
    too_large: str
    largest: int  # bytes
    note: str
    how: Rich
    action: str


class Document(Shape):
    title: str
    text: NotRequired[str]
    links: list[Link]


class TeachersPage(Headed):
    steps_title: str
    steps: list[Rich]
    documents_title: str
    documents: list[Document]
    roles_title: str
    roles: list[Document]
    all_title: str
    all: list[Link]
    host: Link
