"""What may be asked, what may be used, and how far pressure goes: issues, measures, the ladder."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..terms import Country, Sector, Stance
from .values import (
    Billions,
    Factor,
    Name,
    Part,
    PerPartner,
    SectorFriction,
    SectorPoints,
    Texts,
)

System = Annotated[str, Field(pattern=r"^S([1-9]|1\d|20)$")]
"""A system of the story, S1 to S20."""


class Issue(Part):
    """Something one side asks and the other may grant."""

    id: Name
    value: Billions
    """USD bn a year to the receiver."""
    cost: Billions
    """USD bn a year to the giver."""
    title: Texts
    theme: Name


class Issues(Part):
    """The issue catalogue, in ledger order (what a partner grants: cheapest first)."""

    partner_to_us: PerPartner[tuple[Issue, ...]]
    us_to_partner: PerPartner[tuple[Issue, ...]]

    def granted_by(self, giver: Country, partner: Country) -> tuple[Issue, ...]:
        """What Washington can give to ``partner``, or ``partner`` to Washington."""
        return self.us_to_partner[partner] if giver is Country.USA else self.partner_to_us[partner]

    def get(self, giver: Country, partner: Country, issue_id: str) -> Issue | None:
        """The issue with this id, or None."""
        return next((i for i in self.granted_by(giver, partner) if i.id == issue_id), None)


class CorridorEffect(Part):
    """How a measure splits one corridor step between the partner and the overseas corridors."""

    partner: Factor
    overseas: Factor


def _aim(value: Any) -> Any:
    return () if value is None else value


class Measure(Part):
    """A concrete instrument of a stance."""

    id: Name
    stance: Stance
    directions: tuple[Literal["us_to_partner", "partner_to_us", "partner_to_partner"], ...]
    sectors: Annotated[Literal["any"] | tuple[Sector, ...], BeforeValidator(_aim)] = ()
    """Sectors the step covers; ``any``: the mover chooses; empty: no tariff is involved."""
    issue: Literal["any"] | None = None
    system: System
    corridor: CorridorEffect | None = None
    title: Texts


class Catalogue(Part):
    """``configs/measures.yaml`` as a whole."""

    measures: tuple[Measure, ...]


class UsRungStep(Part):
    """One rung of Washington's pressure on a partner; tariffs are additional, friction is an extra cost."""

    points: SectorPoints
    friction: SectorFriction = Field(default_factory=dict, validate_default=True)  # type: ignore[arg-type]


class PartnerRungStep(Part):
    """One rung of a partner's answer: tariffs on US goods, friction on what it sells to the US."""

    points: SectorPoints
    friction_on_exports: SectorFriction = Field(default_factory=dict, validate_default=True)  # type: ignore[arg-type]


class Ladder(Part):
    """What each rung means. Rungs are cumulative: rung 3 is the whole tariff, not the last step."""

    us: Annotated[tuple[UsRungStep, ...], Field(min_length=4, max_length=4)]
    partner: Annotated[tuple[PartnerRungStep, ...], Field(min_length=3, max_length=3)]

    @model_validator(mode="after")
    def _rungs_rise(self) -> Ladder:
        for side, steps in (("us", self.us), ("partner", self.partner)):
            for number in range(1, len(steps)):
                low, high = steps[number - 1].points, steps[number].points
                fallen = [s for s in Sector if high[s] < low[s]]
                if fallen:
                    raise PydanticCustomError(
                        "ladder_falls",
                        "{what}",
                        {
                            "what": f"rung {number + 1} of '{side}' is lower than rung {number} on "
                            f"{', '.join(fallen)}; rungs are cumulative"
                        },
                    )
        return self
