"""A move: one seat's complete choice for a round, and what makes it legal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from negotiation.errors import IllegalMove, UnknownName
from negotiation.terms import GOODS, SEATS, STANCES, Country, Stance, others

MOVES_OF: tuple[str, ...] = tuple(a.letter + b.letter for a in STANCES for b in STANCES)
"""Letters of the nine stage-game moves in the order of their numbers."""


def seat_of(code: str) -> Country:
    """The seat with this code; ``UnknownName`` if there is none."""
    try:
        return Country(code)
    except ValueError:
        raise UnknownName("seat", str(code), SEATS) from None


@dataclass(frozen=True)
class Measure:
    """The concrete instrument of a stance; every field may be left to the scenario's default."""

    instrument: str | None = None
    """Id of an entry of configs/measures.yaml."""
    sectors: tuple[str, ...] = ()
    """Sectors a tariff step covers; empty for all."""
    issue: str | None = None
    """Id of the issue granted; None for the next in ledger order."""

    def to_dict(self) -> dict[str, Any]:
        """Only what was said."""
        out: dict[str, Any] = {}
        if self.instrument:
            out["instrument"] = self.instrument
        if self.sectors:
            out["sectors"] = list(self.sectors)
        if self.issue:
            out["issue"] = self.issue
        return out


@dataclass(frozen=True)
class Move:
    """A stance toward each of the two others, optional measures, and whether partner dealings stay quiet."""

    stances: Mapping[Country, Stance]
    measures: Mapping[Country, Measure] = field(default_factory=dict)
    quiet: bool = False
    """Only for Canada and Mexico: their stance toward each other is not announced to Washington."""

    def __post_init__(self) -> None:
        """Take plain words too (``Move({"CAN": "defect", ...})``): everybody then sees the same stances."""
        if not all(type(c) is Country and type(s) is Stance for c, s in self.stances.items()):
            try:
                stances = {Country(c): Stance(s) for c, s in self.stances.items()}
            except ValueError as error:
                raise IllegalMove(f"this move cannot be read: {error}") from None
            object.__setattr__(self, "stances", stances)

    @classmethod
    def of(cls, seat: Country, first: Stance | str, second: Stance | str, *, quiet: bool = False) -> Move:
        """A move from two stances in the order of ``others(seat)``.

        >>> Move.of(Country.CAN, "defect", "coordinate").letters(Country.CAN)
        'DC'
        """
        toward = others(seat)
        return cls({toward[0]: first, toward[1]: second}, quiet=quiet)  # type: ignore[dict-item]

    @classmethod
    def from_index(cls, seat: Country, index: int, *, quiet: bool = False) -> Move:
        """The stage-game move with this number, 0 to 8; ``IllegalMove`` for any other."""
        if not 0 <= index < len(MOVES_OF):
            raise IllegalMove(f"a seat has moves 0 to {len(MOVES_OF) - 1}, and {index} is none of them")
        return cls.of(seat, STANCES[index // 3], STANCES[index % 3], quiet=quiet)

    def index(self, seat: Country) -> int:
        """The number of this move in the stage game, 0 to 8."""
        first, second = map(STANCES.index, self._toward(seat))
        return 3 * first + second

    def letters(self, seat: Country) -> str:
        """Two letters, as in the rule tables: CN = coordinate with the first, concede to the second."""
        return "".join(stance.letter for stance in self._toward(seat))

    def _toward(self, seat: Country) -> list[Stance]:
        """The two stances in the order of ``others(seat)``."""
        try:
            return [self.stances[c] for c in others(seat)]
        except KeyError:
            raise IllegalMove(_whose(seat)) from None

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a log."""
        out: dict[str, Any] = {"stances": {str(c): str(s) for c, s in self.stances.items()}}
        measures = {str(c): m.to_dict() for c, m in self.measures.items() if m.to_dict()}
        if measures:
            out["measures"] = measures
        if self.quiet:
            out["quiet"] = True
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Move:
        """The inverse of ``to_dict``; ``IllegalMove`` if a country, stance or field is unknown."""
        if not isinstance(data, Mapping) or not isinstance(data.get("stances"), Mapping):
            raise IllegalMove(f"a move needs 'stances', a mapping of country to stance; got {_short(data)}")
        unknown = [key for key in data if key not in ("stances", "measures", "quiet")]
        if unknown:
            raise IllegalMove(f"a move has no field {unknown[0]!r}; it may have stances, measures, quiet")
        try:
            measures = {Country(c): _measure(m) for c, m in dict(data.get("measures") or {}).items()}
        except (ValueError, TypeError, AttributeError) as error:
            raise IllegalMove(f"this move cannot be read: {error}") from None
        quiet = data.get("quiet", False)
        if not isinstance(quiet, bool):
            raise IllegalMove(f"quiet must be true or false, got {_short(quiet)}")
        return cls(data["stances"], measures, quiet)


def _measure(data: Mapping[str, Any]) -> Measure:
    if not isinstance(data, Mapping):
        raise IllegalMove(f"a measure is a mapping of instrument, sectors, issue; got {_short(data)}")
    unknown = [key for key in data if key not in ("instrument", "sectors", "issue")]
    if unknown:
        raise IllegalMove(f"a measure has no field {unknown[0]!r}; it may have instrument, sectors, issue")
    for key in ("instrument", "issue"):
        if not isinstance(data.get(key), str | None):
            raise IllegalMove(f"{key} must be the name of one, got {_short(data[key])}")
    sectors = data.get("sectors") or ()
    if isinstance(sectors, str) or not all(isinstance(s, str) for s in sectors):
        raise IllegalMove("sectors must be a list of sector codes")
    return Measure(data.get("instrument"), tuple(sectors), data.get("issue"))


def _whose(seat: Country) -> str:
    toward = others(seat)
    return f"{seat} must take a stance toward {toward[0]} and {toward[1]}, nobody else"


def _short(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 80 else text[:77] + "..."


def check_move(move: Move, seat: Country, scenario: Any, granted: Mapping[Country, tuple[str, ...]]) -> None:
    """Raise ``IllegalMove`` unless ``seat`` may make this move.

    granted : issues the seat has granted to each other government already.
    """
    if not isinstance(move, Move):
        raise IllegalMove(
            f"{seat}: {_short(move)} is no move; make one by Move.of(...) or Move.from_dict(...)"
        )
    toward = others(seat)
    if set(move.stances) != set(toward):
        raise IllegalMove(_whose(seat))
    if move.quiet and seat is Country.USA:
        raise IllegalMove("only Canada and Mexico can keep their stance toward each other quiet")
    for country, measure in move.measures.items():
        if country not in toward:
            raise IllegalMove(f"{seat} has no measure toward {country}")
        _check_measure(measure, seat, country, move.stances[country], scenario, granted.get(country, ()))


def direction(seat: Country, toward: Country) -> str:
    """us_to_partner, partner_to_us or partner_to_partner, as configs/measures.yaml names them."""
    if seat is Country.USA:
        return "us_to_partner"
    return "partner_to_us" if toward is Country.USA else "partner_to_partner"


def instruments(seat: Country, toward: Country, stance: Stance, scenario: Any) -> list[Any]:
    """The catalogue entries a stance may use, the default first."""
    return [
        m
        for m in scenario.measures
        if m.stance == stance
        and direction(seat, toward) in m.directions
        and scenario.switches.get(m.system, True)
    ]


def _check_measure(
    measure: Measure, seat: Country, toward: Country, stance: Stance, scenario: Any, granted: tuple[str, ...]
) -> None:
    where = f"{seat} toward {toward} ({stance})"
    allowed = {m.id: m for m in instruments(seat, toward, stance, scenario)}
    if measure.instrument is not None and measure.instrument not in allowed:
        raise IllegalMove(
            f"{where}: instrument {measure.instrument!r} does not fit; choose {', '.join(allowed) or 'none'}"
        )
    if measure.sectors:
        bad = [s for s in measure.sectors if s not in GOODS]
        if bad:
            raise IllegalMove(f"{where}: {bad[0]!r} is not a goods sector; choose among {', '.join(GOODS)}")
        if stance is not Stance.DEFECT or direction(seat, toward) == "partner_to_partner":
            raise IllegalMove(f"{where}: only a tariff step names sectors")
    if measure.issue is not None:
        offered = issues_between(seat, toward, scenario)
        if stance is not Stance.CONCEDE or not offered:
            raise IllegalMove(f"{where}: only a concession between Washington and a partner names an issue")
        if measure.issue not in [i.id for i in offered]:
            raise IllegalMove(
                f"{where}: no issue {measure.issue!r}; choose among {', '.join(i.id for i in offered)}"
            )
        if measure.issue in granted:
            raise IllegalMove(
                f"{where}: {measure.issue!r} has been granted already; choose another or leave it open"
            )


def issues_between(giver: Country, receiver: Country, scenario: Any) -> tuple[Any, ...]:
    """Issues ``giver`` may grant ``receiver``, in ledger order; empty between the two partners."""
    if giver is Country.USA:
        return scenario.issues.us_to_partner[receiver]
    if receiver is Country.USA:
        return scenario.issues.partner_to_us[giver]
    return ()
