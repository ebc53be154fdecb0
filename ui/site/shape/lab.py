"""The Policy lab: sliders, an answer to every move of them, and tools that play games."""

from __future__ import annotations

from typing import Literal, NotRequired

from ui.site.shape.frame import Headed, Link, OutcomeName, Rich, Seat, Shape

ToolName = Literal["ensemble", "sensitivity", "compare", "lens", "tipping"]
RunState = Literal["idle", "waiting", "running", "done", "stopped", "late", "failed", "died"]


class Choice(Shape):
    id: str
    text: str
    note: NotRequired[str]


class Choices(Shape):
    """A choice of one; goes out as event lab {do: show, <name>: id}."""

    name: str
    legend: str
    value: str
    options: list[Choice]


class Range(Shape):
    """The range an uncertainty is drawn from in ensembles; one can narrow it."""

    low: float
    high: float
    text: str
    held: str  # the same while the slider is moved
    narrowed: bool


class LabSlider(Shape):
    name: str  # as in configs and on the command line
    label: str
    unit: str
    low: float
    high: float
    step: float
    digits: int
    base: float  # the scenario's own value: the mark on the track
    base_text: str
    source: str  # where the scenario's value comes from, in the language of the configs
    limits: str  # where the range comes from
    still: NotRequired[str]  # acts only over rounds: the instant answer does not move
    drawn: NotRequired[Range]


class LabGroup(Shape):
    id: Literal["levers", "uncertainties"]
    title: str
    note: str
    sliders: list[LabSlider]


class Told(Shape):
    """A number that is drawn and read."""

    value: float
    text: str


class LabCountry(Shape):
    seat: Seat
    name: str
    income: Told
    wage: Told
    money: str
    prices: str
    jobs: str
    was: str  # the same in the scenario as it is


class LabPair(Shape):
    partner: Seat
    name: str
    now: float
    was: float | None  # None: nothing is moved
    text: str
    ends: list[str]
    sentence: str


class LabOdd(Shape):
    outcome: OutcomeName
    name: str
    chance: int  # of 100
    text: str
    was: str


class HeatCell(Shape):
    value: float
    text: str
    column: str


class HeatRow(Shape):
    id: str
    name: str
    cells: list[HeatCell]


class Heat(Shape):
    """A strip of sectors by countries: a real table whose cells are shaded by value."""

    id: str
    title: str
    note: str
    columns: list[str]
    seats: list[Seat]
    rows: list[HeatRow]
    most: float  # value that gets the full shade
    sentence: str


class SpanRow(Shape):
    """What one lever does alone: a bar from its lowest to its highest value."""

    name: str
    label: str
    low: float
    high: float
    text: str


class Span(Shape):
    title: str
    note: str
    base: float
    rows: list[SpanRow]
    sentence: str


class LabAnswer(Shape):
    """The instant answer; ``ask`` echoes the number of the question."""

    ask: int
    headline: str
    deck: Rich
    countries: list[LabCountry]
    pairs: list[LabPair]
    odds: list[LabOdd]
    odds_was: str  # the odds of the scenario as it is; empty if nothing is moved
    odds_sentence: str
    tariffs: list[str]
    maps: list[Heat]


class LabDownload(Shape):
    text: str
    href: str


class LabRun(Shape):
    """A run of one tool: what it would do, how far it is, what is known."""

    kind: ToolName
    key: str
    state: RunState
    said: str  # in words: place in the queue, how far, what went wrong
    done: int
    total: int
    start: str  # text of the button; empty where a run is on
    cancel: str
    blocked: NotRequired[str]  # why it cannot be started now
    command: str
    lost: str  # pattern {done} {total}: what to say if this tab saw the run and the server no longer knows it
    downloads: list[LabDownload]


class EndShare(Shape):
    outcome: OutcomeName
    name: str
    count: int  # of 100, all five sum to 100
    share: float
    low: float
    high: float
    text: str


class FanChart(Shape):
    partner: Seat
    title: str
    note: str
    labels: list[str]
    bands: list[list[float]]  # from the lowest to the highest quantile, the middle one is the median
    last: str
    first: str
    sentence: str


class EnsembleTold(Shape):
    fan: NotRequired[FanChart]
    ends: list[EndShare]
    ends_title: str
    ends_note: str
    ends_sentence: str
    numbers: list[list[str]]  # rows: name, mean with interval, nine in ten
    numbers_head: list[str]
    note: str


class Driver(Shape):
    name: str
    label: str
    value: float
    error: float
    text: str
    chance: bool


class SensitivityTold(Shape):
    title: str
    note: str
    rows: list[Driver]
    rest: str  # inputs without an effect worth printing
    sentence: str


class Difference(Shape):
    label: str
    a: str
    b: str
    value: float
    low: float
    high: float
    text: str
    clear: bool  # its interval does not hold zero
    most: float  # what fills half the picture: rows of one unit share it


class CompareTold(Shape):
    a: str
    b: str
    note: str
    head: list[str]
    groups: list[list[Difference]]
    titles: list[str]
    sentence: str


class LensCell(Shape):
    row: str
    col: str
    row_best: bool
    col_best: bool
    both: bool
    sentence: str


class LensPath(Shape):
    """Quantal responses of one seat: its stance toward the other at falling noise."""

    seat: Seat
    name: str
    levels: list[list[float]]  # noise levels x stances, shares
    sentence: str


class DealPoint(Shape):
    """A solution of bargaining theory, or no deal: a mark in the picture and its line below."""

    id: Literal["none", "nash", "kalai_smorodinsky", "egalitarian"]
    at: list[float]  # Washington, the partner
    name: str
    text: str
    items: list[str]  # what is granted, one line a package of the lottery


class Deal(Shape):
    """What Washington and one partner could settle."""

    partner: Seat
    title: str
    axes: list[str]  # across: Washington; up: the partner
    packages: list[list[float]]  # those no other one beats for both
    line: list[list[float]]  # corners of what lotteries over them reach
    points: list[DealPoint]
    sentence: str


class LensDeals(Shape):
    title: str
    note: str
    deals: list[Deal]


class CoalitionRow(Shape):
    seat: Seat
    name: str
    cells: list[str]  # alone, Shapley value, span of the core


class LensCoalitions(Shape):
    title: str
    note: str
    head: list[str]
    rows: list[CoalitionRow]
    pairs: str
    core: str


class LensTold(Shape):
    title: str
    row: Seat
    col: Seat
    row_name: str
    col_name: str
    rows: list[str]  # stances, in words
    cols: list[str]
    stances: list[Literal["coordinate", "concede", "defect"]]
    cells: list[list[LensCell]]
    rest: list[Choices]  # what is held
    note: str
    equilibria_title: str
    equilibria: list[Rich]
    equilibria_note: str
    path_title: str
    path_note: str
    paths: list[LensPath]
    path_labels: list[str]
    deals: LensDeals
    coalitions: LensCoalitions


class TipCell(Shape):
    low: float
    high: float
    two: bool
    text: str


class TippingTold(Shape):
    title: str
    note: str
    columns: list[str]
    rows: list[str]
    cells: list[list[TipCell]]
    sentence: str
    noise_title: str
    noise_note: str
    noise_columns: list[str]
    noise_rows: list[str]
    noise_cells: list[list[TipCell]]


class LabNumber(Shape):
    """A whole number the open tool takes; goes out as event lab {do: show, <name>: value}."""

    name: str
    label: str
    value: int
    low: int
    high: int


class LabResults(Shape):
    """What the open tool has found; at most one of them."""

    ensemble: NotRequired[EnsembleTold]
    sensitivity: NotRequired[SensitivityTold]
    compare: NotRequired[CompareTold]
    lens: NotRequired[LensTold]
    tipping: NotRequired[TippingTold]


class LabPage(Headed):
    texts: dict[str, str]
    scenario: Choices
    groups: list[LabGroup]
    values: dict[str, float]  # where the sliders stand
    instant: NotRequired[LabAnswer]
    query: str  # the link that restores everything
    faults: list[str]  # what in the link could not be used
    about: list[Rich]  # what the instant answer is, and what needs games
    map: Choices
    partner: Choices
    tool: Choices
    tool_about: Rich
    controls: list[Choices]  # of the open tool
    numbers: list[LabNumber]
    run: LabRun
    waiting: bool  # the first answer is still being worked out
    span: NotRequired[Span]
    results: NotRequired[LabResults]
    yaml: Link
    moved: int
