"""The vocabulary every floor shares: who plays, what may be chosen, how it may end.

Index trap, said once: arrays over partners have last axis ``(CAN, MEX)``; arrays of the
economy are ``(importer, exporter, sector)``.
"""

from __future__ import annotations

from enum import StrEnum


class Country(StrEnum):
    """A government with a seat at the table (also its region code in the economy)."""

    USA = "USA"
    CAN = "CAN"
    MEX = "MEX"


PARTNERS: tuple[Country, Country] = (Country.CAN, Country.MEX)
"""The two partners of the United States, in the order of every partner axis."""

SEATS: tuple[Country, Country, Country] = (Country.USA, Country.CAN, Country.MEX)
"""The three seats, in the order of every payoff axis."""


def others(seat: Country) -> tuple[Country, Country]:
    """The two governments a seat takes a stance toward, in the order its move names them.

    Washington faces (CAN, MEX); a partner faces Washington first, then the other partner.
    """
    if seat == Country.USA:
        return PARTNERS
    return (Country.USA, Country.MEX if seat == Country.CAN else Country.CAN)


class Stance(StrEnum):
    """What a government does toward one other government in a round."""

    COORDINATE = "coordinate"
    CONCEDE = "concede"
    DEFECT = "defect"

    @property
    def letter(self) -> str:
        """C, N or D, the letters of the rule tables."""
        return {"coordinate": "C", "concede": "N", "defect": "D"}[self.value]


STANCES: tuple[Stance, Stance, Stance] = (Stance.COORDINATE, Stance.CONCEDE, Stance.DEFECT)


class FirmStrategy(StrEnum):
    """A firm's own version of the three stances, or none of them."""

    COORDINATE = "coordinate"
    CONCEDE = "concede"
    DEFECT = "defect"
    HOLD = "hold"


class Sector(StrEnum):
    """The twelve sectors of the shipped economies."""

    AGF = "AGF"
    ENE = "ENE"
    MIN = "MIN"
    MET = "MET"
    AUT = "AUT"
    MAC = "MAC"
    ELE = "ELE"
    CHE = "CHE"
    PHA = "PHA"
    TEX = "TEX"
    WNM = "WNM"
    SRV = "SRV"


GOODS: tuple[Sector, ...] = tuple(s for s in Sector if s is not Sector.SRV)


class Phase(StrEnum):
    """Where a game stands."""

    BARGAINING = "bargaining"
    JOINT_REVIEW = "joint_review"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a joint review ends (USMCA Art. 34.7 and 34.6)."""

    EXT = "EXT"
    """Extension: all three heads of government confirm sixteen more years."""
    COND = "COND"
    """Conditional renewal: extension bought with a package."""
    SPLIT = "SPLIT"
    """Bilateral deals with one partner or both."""
    ANN = "ANN"
    """No extension: the pact stays in force, with a review every year."""
    WD = "WD"
    """Withdrawal on six months' notice."""


OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
