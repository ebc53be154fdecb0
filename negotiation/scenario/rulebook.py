"""The rules of play as numbers: ``configs/rules.yaml``, typed.

The sentences these numbers belong to stand in ``negotiation/game/README.md``; here are their units
and the range in which they make sense. A scenario overrides any of them under its key ``rules``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from ..terms import Country, Sector
from .values import (
    Billions,
    Episodes,
    Factor,
    Number,
    Part,
    PartnerRung,
    PerSeat,
    Plain,
    SectorWeights,
    Share,
    UsRung,
    Whole,
    Word,
)

SmallShare = Annotated[Number, Field(ge=0, le=0.1)]
"""A small share of GDP; at most 10 percent."""
Items = Annotated[Whole, Field(ge=0, le=20)]
Belief = Literal[
    "threat", "answer", "commitment", "commitment_seen", "trust", "partner_trust", "partner_trust_seen"
]
"""The beliefs events and evidence may feed."""


class RulePart(Part):
    """A block of the rules. A number of ``rules.yaml`` that has no line here yet is still there to be read,
    frozen and without a range; a scenario can override only what ``rules.yaml`` has."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Plain]


class Horizon(RulePart):
    """How far ahead a review is felt."""

    review_years: Annotated[Number, Field(gt=0, le=20)]
    monthly_persistence: Share


class Rungs(RulePart):
    """The ends of both ladders (further rungs of ``ladder`` are out of reach) and the steps threatened if talks break
    down."""

    us_highest: UsRung
    partner_highest: PartnerRung
    threatened_us_rung: UsRung
    threatened_partner_rung: PartnerRung


class Politics(RulePart):
    """What governments pay at home: shares of GDP or USD bn, once or a year (see the file)."""

    displaced_value_weight: Factor
    volatility_cost_us: SmallShare
    volatility_cost_partner: SmallShare
    concession_cost_partner: SmallShare
    backdown_cost_partner: SmallShare
    concession_cost_us: Billions
    backdown_cost_us: Billions
    backdown_cost_us_calm: Billions
    coordination_cost_partner: Billions
    loss_of_face_us: Billions


class Salience(RulePart):
    """Weight of a sector's displaced value added in each government's politics."""

    default: Factor
    USA: SectorWeights
    CAN: SectorWeights
    MEX: SectorWeights

    def weight(self, country: Country | str, sector: Sector | str) -> float:
        """The weight of one sector for one government."""
        return getattr(self, Country(country)).get(Sector(sector), self.default)


class Volatility(RulePart):
    """How the policy-volatility index (0 to 1) remembers and what feeds it."""

    kept: Share
    new: Share
    us_defects: Share
    partner_defects: Share
    step_executed: Share


class CorridorRules(RulePart):
    """The joint Canada-Mexico programme: how fast it grows and what it does to firms' entry costs."""

    step: Share
    both_coordinate: Factor
    one_coordinates: Factor
    none_coordinates: Factor
    entry_cost_cut_partner: Share
    entry_cost_cut_overseas: Share


class Favours(RulePart):
    """Small good turns between the partners, USD bn a year."""

    most: Items
    value: Billions
    cost: Billions


class JointItems(RulePart):
    """Joint work items of Washington and one partner, USD bn a year."""

    most: Items
    value_us: Billions
    value_partner: Billions


class PartnerItems(RulePart):
    """Joint work of the two partners, USD bn a year to each."""

    most: Items
    value: Billions


class Memory(RulePart):
    """How fast evidence fades."""

    kept_per_round: Share


class Observation(RulePart):
    """Chance a round that Washington notices what the partners do quietly."""

    front_noticed: Share
    favours_noticed: Share


class CommitmentRules(RulePart):
    """When a partner's promise to the other counts."""

    rule: Literal["threshold", "cost_of_joining"]
    front_years: Annotated[Number, Field(ge=0, le=20)]
    breakdown_years: Annotated[Number, Field(gt=0, le=20)]
    noise: Annotated[SmallShare, Field(gt=0)]
    record_weight: Share
    arms_at: Share
    trust_floor: Share


class PassThrough(RulePart):
    """How far the modelled incidence of tariffs is corrected toward the measured one."""

    weight: Share
    measured_us: Share
    measured_partner: Share


class Wedge(RulePart):
    """Factors on the doubt that a carrot for one partner sows."""

    other_not_hit: Factor
    while_coordinating: Factor


class LeverageRules(RulePart):
    """The display scale of the leverage index."""

    smallest_scale: Annotated[Billions, Field(gt=0)]
    index_slope: Annotated[Number, Field(gt=0, le=20)]


class Employment(RulePart):
    """People employed, million, for the jobs-at-risk read-out."""

    USA: Annotated[Number, Field(gt=0, le=2000)]
    CAN: Annotated[Number, Field(gt=0, le=2000)]
    MEX: Annotated[Number, Field(gt=0, le=2000)]


class EvidenceRow(Part):
    """What happened, which belief it feeds, and by how many episodes for or against."""

    event: Word
    belief: Belief
    for_: Episodes = Field(0.0, alias="for")
    against: Episodes = 0.0
    seen: Literal["always", "front", "favour"] = "always"


class Evidence(RulePart):
    """The evidence table; its order is the order of the rules."""

    rows: tuple[EvidenceRow, ...]


class ReviewUncertainty(RulePart):
    """How much policy uncertainty each end state leaves, on the scale of the volatility index."""

    COND: Factor
    SPLIT_both: Factor
    SPLIT_signed: Factor
    SPLIT_pressed: Factor
    ANN: Factor
    ANN_volatility: Factor
    WD: Factor


class ReviewRules(RulePart):
    """How a joint review is weighed and chosen."""

    kept_if_no_trust: Share
    credit_floor: Share
    credit_trust: Share
    annual_share: Share
    refusal_risk: Share
    slip: Share
    slip_most: Share
    slip_volatility: Share
    notice_months: Annotated[Whole, Field(ge=0, le=60)]
    noise_us: Annotated[Billions, Field(gt=0)]
    noise_partner: Annotated[SmallShare, Field(gt=0)]
    trilateral_weight: Annotated[Number, Field(gt=0, le=100)]
    uncertainty: ReviewUncertainty


class StageGame(RulePart):
    """Noise of the quantal response, USD bn, by government."""

    noise: PerSeat[Annotated[Number, Field(gt=0, le=500)]]


class Rules(RulePart):
    """All numbers of the rules of play."""

    horizon: Horizon
    rungs: Rungs
    politics: Politics
    salience: Salience
    volatility: Volatility
    corridor: CorridorRules
    favours: Favours
    joint_items: JointItems
    partner_items: PartnerItems
    memory: Memory
    observation: Observation
    commitment: CommitmentRules
    pass_through: PassThrough
    wedge: Wedge
    leverage: LeverageRules
    employment: Employment
    evidence: Evidence
    review: ReviewRules
    stage_game: StageGame
