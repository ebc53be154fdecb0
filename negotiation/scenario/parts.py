"""The pieces of a scenario: economy, calendar, starting state, governments, events, levers, story."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..terms import Sector
from .rulebook import Belief
from .values import (
    Episodes,
    Flag,
    Hat,
    Month,
    Name,
    Named,
    Number,
    Part,
    PartnerRung,
    PerPartner,
    PerSeat,
    Plain,
    Region,
    Sentence,
    Share,
    SomePartners,
    Table,
    Texts,
    UsRung,
    Whole,
    Word,
    month_number,
)

SWITCHES: tuple[str, ...] = (
    *(f"S{n}" for n in range(1, 10)),
    "S13",
    "S17",
    "S18",
    "S19",
)
"""The systems of the story that can be switched off."""


class EconomyChoice(Part):
    """Which calibrated economy is played on."""

    data: Word = "economy_2023"
    """A shipped economy, or a folder with the same CSV files (relative to the scenario file)."""
    elasticities: Word = "median"
    elasticity_multiple: Annotated[Number, Field(gt=0, le=5)] = 1.0
    """All trade elasticities times this; 1 is the set as it stands."""
    tariffs: Literal["zero", "pre_2025"] = "pre_2025"


class Round(Part):
    """One round of play."""

    date: Month
    months: Annotated[Whole, Field(ge=1, le=24)] = 1
    review: Flag = False
    """A joint review is held after this round."""


class Calendar(Part):
    """The rounds before the joint review and, if the game goes on, those after it."""

    rounds: Annotated[tuple[Round, ...], Field(min_length=1, max_length=60)]
    after_review: Annotated[tuple[Round, ...], Field(max_length=60)] = ()

    @model_validator(mode="after")
    def _rounds_follow_each_other(self) -> Calendar:
        rows = (*self.rounds, *self.after_review)
        for before, after in pairwise(rows):
            if month_number(after.date) != month_number(before.date) + before.months:
                raise PydanticCustomError(
                    "calendar_gap",
                    "{what}",
                    {
                        "what": f"the round of {before.date} lasts {before.months} month(s), "
                        f"so the next cannot start in {after.date}"
                    },
                )
        if not any(round_.review for round_ in self.rounds):
            raise PydanticCustomError("no_review", "{what}", {"what": "no round carries 'review: true'"})
        return self

    @property
    def months(self) -> int:
        """Months from the first round to the end of the last one before the review."""
        return sum(round_.months for round_ in self.rounds)


Counts = tuple[Episodes, Episodes]
"""Evidence counted for and against: the belief is Beta-distributed, its mean for / (for + against)."""


class Beliefs(Part):
    """What everybody believes at the start, as counted episodes (for, against)."""

    threat: PerPartner[Counts]
    """Washington carries out its threats against this partner."""
    answer: PerPartner[Counts]
    """This partner answers when hit."""
    commitment: PerPartner[Counts]
    """This partner answers when the other is hit (the truth)."""
    commitment_seen: PerPartner[Counts]
    """The same as Washington sees it; the truth, unless the scenario says otherwise."""
    trust: PerPartner[Counts]
    """Between Washington and this partner."""
    partner_trust: Counts
    """Between Canada and Mexico."""

    @model_validator(mode="before")
    @classmethod
    def _washington_sees_the_truth(cls, beliefs: object) -> object:
        if isinstance(beliefs, dict) and "commitment" in beliefs and "commitment_seen" not in beliefs:
            return {**beliefs, "commitment_seen": beliefs["commitment"]}
        return beliefs

    @model_validator(mode="after")
    def _some_evidence(self) -> Beliefs:
        for name in ("threat", "answer", "commitment", "commitment_seen", "trust"):
            for country, counts in getattr(self, name).items():
                _refuse_empty(f"{name}.{country}", counts)
        _refuse_empty("partner_trust", self.partner_trust)
        return self


def _refuse_empty(where: str, counts: Counts) -> None:
    if sum(counts) <= 0:
        raise PydanticCustomError(
            "no_evidence",
            "{what}",
            {"what": f"{where} counts no episode at all, so it has no mean"},
        )


_NOBODY = {"CAN": (), "MEX": ()}


class Granted(Part):
    """Issues already granted when the game opens, by id."""

    by_partner: PerPartner[tuple[Name, ...]] = Field(default=_NOBODY, validate_default=True)  # type: ignore[assignment]
    by_us: PerPartner[tuple[Name, ...]] = Field(default=_NOBODY, validate_default=True)  # type: ignore[assignment]


_QUIET = {"CAN": False, "MEX": False}


class Start(Part):
    """The state of the game when the first round opens."""

    us_rung: PerPartner[UsRung]
    partner_rung: PerPartner[PartnerRung]
    us_notice: PerPartner[Flag] = Field(default=_QUIET, validate_default=True)  # type: ignore[assignment]
    """Washington has announced a step against this partner."""
    partner_notice: PerPartner[Flag] = Field(default=_QUIET, validate_default=True)  # type: ignore[assignment]
    """This partner has announced an answer."""
    volatility: PerPartner[Share]
    corridor: Share
    beliefs: Beliefs
    granted: Granted = Granted()


class FirmChoice(Part):
    """How many firms, and their parameters: ``configs/firms.yaml`` with what the scenario changes."""

    count: Annotated[Whole, Field(ge=100, le=1_000_000)]
    parameters: Named[Named[Plain]] = Field(default_factory=Table)
    """``{block: {name: value}}``, complete once loaded."""


class Government(Part):
    """Who sits on a seat when no person does."""

    profile: Literal["transactional", "institutional", "hedger"]
    strategy: Name
    weights: Named[Annotated[Number, Field(ge=0, le=100)]] = Field(default_factory=Table)


class BeliefShift(Part):
    """Evidence an event adds to a belief."""

    belief: Belief
    partner: Literal["CAN", "MEX", "both"] = "both"
    for_: Episodes = Field(0.0, alias="for")
    against: Episodes = 0.0


class CostShift(Part):
    """A change of trade cost on a corridor, for good: ``hat`` 1.05 is 5 percent more."""

    importer: Region
    exporter: Region
    sector: Sector | Literal["goods"] = "goods"
    hat: Hat


Change = Annotated[Number, Field(ge=-1, le=1)]


class Effects(Part):
    """What an event does. Nothing named, nothing changed."""

    us_rung_cap: UsRung | None = None
    """From now on Washington may not go above this rung."""
    us_rung_at_most: UsRung | None = None
    """Rungs above this one fall to it, now."""
    us_notice: SomePartners[Flag] = Field(default_factory=Table)
    partner_notice: SomePartners[Flag] = Field(default_factory=Table)
    belief: tuple[BeliefShift, ...] = ()
    volatility: Change = 0.0
    """Added to the volatility index of both partners (kept within 0 and 1)."""
    corridor: Change = 0.0
    """Added to the joint programme (kept within 0 and 1)."""
    trade_cost: tuple[CostShift, ...] = ()


class Event(Part):
    """A shock from outside the table: dated, or drawn with a probability a round."""

    id: Name
    kind: Literal[
        "court_ruling",
        "election",
        "summit",
        "trade_mission",
        "tariff_step",
        "technology",
        "climate",
        "news",
    ]
    date: Month | None = None
    probability: Share = 1.0
    """A round, inside the window; 1 for a dated event that is certain."""
    window: tuple[Month, Month] | None = None
    """First and last month in which it may be drawn; the whole game if absent."""
    once: Flag = True
    effects: Effects = Effects()
    news: Texts
    system: Annotated[str, Field(pattern=r"^S([1-9]|1\d|20)$")] = "S19"

    @model_validator(mode="after")
    def _dated_or_drawn(self) -> Event:
        if self.date and self.window:
            raise PydanticCustomError(
                "dated_and_drawn",
                "{what}",
                {"what": "has both a date and a window; it is one or the other"},
            )
        if self.window and self.window[0] > self.window[1]:
            raise PydanticCustomError("window", "{what}", {"what": "the window ends before it begins"})
        if not self.date and "probability" not in self.model_fields_set:
            raise PydanticCustomError(
                "undated",
                "{what}",
                {"what": "has neither a date nor a probability a round"},
            )
        return self


class Lever(Part):
    """A number that is ours to set."""

    target: Word
    """Key path of the number, such as ``start.us_rung.CAN``."""
    also: tuple[Word, ...] = ()
    """Further key paths that take the same value."""
    low: Number
    high: Number
    default: Number | None = None
    """The value in this scenario; may be left out."""
    unit: Word
    title: Texts

    @property
    def targets(self) -> tuple[str, ...]:
        """All key paths the value goes to."""
        return (self.target, *self.also)


class Uncertainty(Lever):
    """A number that is not ours to set: drawn in ensembles."""

    distribution: Literal["uniform", "triangular", "loguniform"] = "uniform"
    mode: Number | None = None
    """Peak of the triangle; the scenario's value if absent."""


class Levers(Part):
    """``configs/levers.yaml``: the levers and uncertainties every scenario has."""

    levers: Named[Lever] = Field(default_factory=Table)
    uncertainties: Named[Uncertainty] = Field(default_factory=Table)


PairOfStances = Annotated[str, Field(pattern=r"^[CND]{2}$")]
"""Two letters, toward the two others in the order USA, CAN, MEX: C coordinate, N concede, D defect."""
Grant = Annotated[str, Field(pattern=r"^(USA|CAN|MEX)>(USA|CAN|MEX):[a-z][a-z0-9_]*$")]
"""An issue granted, written ``giver>receiver:issue``."""


class PastMove(Part):
    """What the three governments did in one month of the past, as moves of the game."""

    date: Month
    USA: PairOfStances
    CAN: PairOfStances
    MEX: PairOfStances
    grants: tuple[Grant, ...] = ()
    judged: tuple[Word, ...] = ()
    """Stances that are judgement rather than record, written ``giver>receiver`` (or ``CAN>MEX:N``: could as well
    be N): what a test of the translation turns round."""


class Replay(Part):
    """The past as it was: governments move as listed, and tariffs come from dated schedules instead of rungs.

    It holds as long as all three seats move as listed. From the first other move on, the law stays as it was the
    month before and rungs count from there.
    """

    schedules: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Files of ``configs/tariffs``; what they say of third countries holds whoever moves."""
    day: Annotated[Whole, Field(ge=1, le=28)]
    """Day of the month whose law counts for the month."""
    in_force_at: Share
    """Average additional tariff from which a corridor counts as standing on the ladder's first rung at least."""
    moves: Annotated[tuple[PastMove, ...], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _months_in_order(self) -> Replay:
        for before, after in pairwise(self.moves):
            if after.date <= before.date:
                raise PydanticCustomError(
                    "replay_order",
                    "{what}",
                    {"what": f"the move of {after.date} follows that of {before.date}; list them in order"},
                )
        return self

    def on(self, date: str) -> PastMove | None:
        """The moves of a month, if they are known."""
        return next((move for move in self.moves if move.date == date), None)


class Paragraph(Part):
    """A paragraph of the story, marked as fact (with its source) or as story."""

    kind: Literal["fact", "story"]
    text: Texts
    source: Sentence | None = None

    @model_validator(mode="after")
    def _facts_have_sources(self) -> Paragraph:
        if self.kind == "fact" and not self.source:
            raise PydanticCustomError(
                "fact_without_source",
                "{what}",
                {"what": "is marked as a fact but names no source"},
            )
        return self


class Reference(Part):
    """Where the facts of a scenario come from."""

    title: Sentence
    address: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    grade: Literal["A", "B", "C", "memory", "derived", "judgement"]
    """A official, law firm, wire or recomputed; B several second-hand; C one weak source."""


class Briefing(Part):
    """What a seat is told before the first round."""

    public: Texts
    """Everybody may read it."""
    private: Texts
    """Only this seat sees it."""


Governments = PerSeat[Government]
Briefings = PerSeat[Briefing]
