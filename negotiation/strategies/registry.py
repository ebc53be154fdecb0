"""Finding a strategy by name: the shipped ones and those other packages bring.

A package offers its own through the entry point group ``negotiation.strategies``; each entry point names a
class::

    [project.entry-points."negotiation.strategies"]
    patient-broker = "my_package:PatientBroker"
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from negotiation.errors import InputError, UnknownName
from negotiation.strategies.base import Strategy
from negotiation.strategies.best_response import BestResponse
from negotiation.strategies.bluff import Bluff
from negotiation.strategies.chance import Random
from negotiation.strategies.constant import AlwaysConcede, AlwaysCoordinate, AlwaysDefect
from negotiation.strategies.front import Front
from negotiation.strategies.hedger import Hedger
from negotiation.strategies.institutionalist import Institutionalist
from negotiation.strategies.learning import ExperienceWeightedAttraction, FictitiousPlay, RegretMatching
from negotiation.strategies.lookahead import Lookahead
from negotiation.strategies.pressure import Pressure
from negotiation.strategies.profiles import Weights
from negotiation.strategies.profiles import profile as leader
from negotiation.strategies.quantal_response import QuantalResponse
from negotiation.strategies.reciprocity import GenerousTitForTat, Grim, TitForTat
from negotiation.strategies.wrappers import Deadline, Noisy, RefusesUntestedThreats, Switching

GROUP = "negotiation.strategies"

SHIPPED: tuple[type[Strategy], ...] = (
    AlwaysCoordinate,
    AlwaysConcede,
    AlwaysDefect,
    TitForTat,
    GenerousTitForTat,
    Grim,
    Pressure,
    Hedger,
    Front,
    Institutionalist,
    Bluff,
    Random,
    BestResponse,
    QuantalResponse,
    Lookahead,
    FictitiousPlay,
    ExperienceWeightedAttraction,
    RegretMatching,
    Noisy,
    Switching,
    Deadline,
    RefusesUntestedThreats,
)


def strategies() -> tuple[str, ...]:
    """Names of all strategies: the shipped ones first, then those of other packages in alphabetical order."""
    return (*_shipped(), *_offered())


def strategy(
    name: str, *, profile: str | None = None, weights: Mapping[str, float] | None = None, **parameters: Any
) -> Strategy:
    """A strategy by name, with its shipped parameters except those given.

    profile, weights : a leader profile and single weights replaced; a strategy that follows a script has no
        use for them, a wrapper hands them to what it wraps.
    ``UnknownName`` if there is no such strategy, profile or parameter; ``InputError`` for a value out of range.

    >>> strategy("generous-tit-for-tat", forgives=0.5)
    GenerousTitForTat(forgives=0.5)
    """
    made_by = strategy_class(name)
    known = [f.name for f in fields(made_by) if f.init]
    for parameter in parameters:
        if parameter not in known:
            raise UnknownName(f"parameter of strategy {name}", parameter, known)
    made = made_by(**parameters)
    if profile is None and not weights:
        return made
    return _led_by(leader(profile, weights), made)


def _led_by(scales: Weights, made: Strategy) -> Strategy:
    """The strategy with a leader's weights, and whatever it wraps as well; weights given before stay."""
    changes: dict[str, Any] = {}
    for field in fields(made):
        value = getattr(made, field.name)
        if field.name == "weights" and value == Weights():
            changes["weights"] = scales
        elif isinstance(value, Strategy):
            changes[field.name] = _led_by(scales, value)
    return replace(made, **changes) if changes else made


def strategy_class(name: str) -> type[Strategy]:
    """The class behind a name; loads the package that offers it when first asked for."""
    shipped = _shipped()
    if name in shipped:
        return shipped[name]
    offered = _offered()
    if name not in offered:
        raise UnknownName("strategy", name, strategies())
    return _load(offered[name])


def forget_packages() -> None:
    """Look for other packages' strategies again (after an installation, and in tests)."""
    _offered.cache_clear()


@cache
def _shipped() -> dict[str, type[Strategy]]:
    return {made_by.name: made_by for made_by in SHIPPED}


@cache
def _offered() -> dict[str, EntryPoint]:
    """Strategies of other packages; a name that is taken already is left out with a warning."""
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        if point.name in _shipped() or point.name in found:
            keeper = "the shipped strategy" if point.name in _shipped() else found[point.name].value
            warnings.warn(
                f"{point.value} offers a strategy called '{point.name}', but {keeper} has that name already; "
                "it is left out (its author should rename it)",
                stacklevel=2,
            )
            continue
        found[point.name] = point
    return found


def _load(point: EntryPoint) -> type[Strategy]:
    where = f"strategy '{point.name}' of {point.value}"
    try:
        made_by = point.load()
    except Exception as error:
        raise InputError(
            f"{where} cannot be loaded ({type(error).__name__}: {error}); repair or remove that package"
        ) from error
    if not (isinstance(made_by, type) and issubclass(made_by, Strategy)):
        raise InputError(
            f"{where} must be a class derived from negotiation.strategies.Strategy, got {made_by!r}"
        )
    if getattr(made_by, "name", None) != point.name:
        raise InputError(
            f"{where} calls itself {getattr(made_by, 'name', None)!r}; give class and entry point one name"
        )
    return made_by
