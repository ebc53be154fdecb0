"""A scenario: every input of a game, frozen, with one fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from numbers import Integral, Real
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from ..errors import ScenarioError, UnknownName
from .catalogues import Issues, Ladder, Measure
from .faults import KeyPath, found, parsed, written
from .parts import (
    SWITCHES,
    Briefings,
    Calendar,
    EconomyChoice,
    Event,
    FirmChoice,
    Governments,
    Lever,
    Paragraph,
    Reference,
    Replay,
    Start,
    Uncertainty,
)
from .rulebook import Rules
from .translate import schema_at
from .values import Flag, Name, Named, Part, Table, Texts


def _all_switches(given: dict[str, bool]) -> Table[str, bool]:
    strangers = [name for name in given if name not in SWITCHES]
    if strangers:
        raise PydanticCustomError(
            "switches",
            "{what}",
            {"what": f"{', '.join(strangers)} cannot be switched; these can: {', '.join(SWITCHES)}"},
        )
    return Table({name: given.get(name, True) for name in SWITCHES})


Switches = Annotated[
    dict[str, Flag],
    AfterValidator(_all_switches),
    Field(json_schema_extra={"propertyNames": {"enum": list(SWITCHES)}}),
]


class Scenario(Part):
    """All inputs of a game. Two scenarios with the same `digest` play the same games."""

    name: Name
    title: Texts
    summary: Texts
    difficulty: Texts | None = None
    story: Annotated[tuple[Paragraph, ...], Field(min_length=1)]
    briefings: Briefings
    sources: tuple[Reference, ...] = ()

    economy: EconomyChoice = EconomyChoice()
    calendar: Calendar
    ladder: Ladder
    start: Start
    firms: FirmChoice
    governments: Governments
    events: tuple[Event, ...] = ()
    switches: Switches = Field(default_factory=dict, validate_default=True)
    replay: Replay | None = None
    """Only in a scenario that can play the past as it was."""

    rules: Rules
    issues: Issues
    measures: tuple[Measure, ...]

    levers: Named[Lever] = Field(default_factory=Table)
    uncertainties: Named[Uncertainty] = Field(default_factory=Table)

    _provenance: Table[str, str] = PrivateAttr(default_factory=Table)
    _folder: Path | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _starts_on_the_ladder(self) -> Self:
        ends, start = self.rules.rungs, self.start
        for block, name in (("us_rung", "us_highest"), ("partner_rung", "partner_highest")):
            highest = getattr(ends, name)
            above = [f"{k} {rung}" for k, rung in getattr(start, block).items() if rung > highest]
            if above:
                what = f"start.{block} ({', '.join(above)}) lies above rules.rungs.{name} ({highest})"
                raise PydanticCustomError("start_above_ladder", "{what}", {"what": what})
        return self

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of every field, merged rules, issues and measures included."""
        document = self.model_dump(mode="json", by_alias=True)
        if self.replay is None:  # scenarios from before there were replays keep their fingerprint
            del document["replay"]
        text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields replaced; its fingerprint is its own."""
        copied = super().model_copy(update=dict(update or {}), deep=deep)
        copied.__dict__.pop("digest", None)
        return copied

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def switched_on(self, system: str) -> bool:
        """Whether a system of the story (``"S4"``) is part of this game; read-outs always are."""
        return self.switches.get(system, True)

    def source_of(self, path: str) -> str | None:
        """Where the number at a key path comes from: its source, or ``assumption: ...``."""
        return self._provenance.get(written(parsed(path)))

    @property
    def economy_data(self) -> str:
        """The economy to load: a shipped name, or the path of a folder beside the scenario's own file."""
        inside = self._folder is not None and ("/" in self.economy.data or "\\" in self.economy.data)
        return str((self._folder or Path()) / self.economy.data) if inside else self.economy.data

    def value(self, path: str) -> Any:
        """The entry at a key path, such as ``rules.observation.front_noticed``; ``ScenarioError`` if there is none."""
        try:
            return found(self.model_dump(by_alias=True), parsed(path))
        except KeyError:
            raise ScenarioError(f"scenario '{self.name}' has nothing at '{path}'") from None

    def lever_value(self, name: str) -> float:
        """The present value of a lever or uncertainty; a whole number if only whole ones make sense."""
        return self.value(self._declared(name).target)

    def with_levers(self, **levers: float) -> Scenario:
        """The same scenario with declared levers set (numbers that are ours to set).

        Raises `UnknownName` for a lever that is not declared, `ScenarioError` for a value out of range.
        """
        for name in levers:
            if name not in self.levers:
                raise UnknownName("lever", name, self.levers)
        return self.with_values(**levers)

    def with_values(self, **values: float) -> Scenario:
        """The same scenario with levers and uncertainties set, as ensembles do."""
        if not values:
            return self
        settings: dict[str, tuple[float, str]] = {}
        faults: list[str] = []
        for name, value in values.items():
            declared = self._declared(name)
            whole = schema_at(type(self), parsed(declared.target)).get("type") == "integer"
            fault = _misfit(declared, value, whole)
            if fault:
                faults.append(f"{name} = {value!r}: {fault}")
                continue
            for target in declared.targets:
                settings[target] = (int(value) if whole else float(value), f"set as {name}")
        if faults:
            raise ScenarioError(f"scenario '{self.name}' cannot take these values:", faults)
        return self._with(settings)

    def with_numbers(self, **numbers: float) -> Scenario:
        """The same scenario with numbers at any key path (``**{"rules.corridor.step": 0.1}``), checked for what is
        possible but not for what is plausible: for experiments that ask what an effect would take."""
        return self._with({path: (_plain(value), "set in an experiment") for path, value in numbers.items()})

    def _with(self, settings: Mapping[str, tuple[float, str]]) -> Scenario:
        """The same scenario with numbers set, and where each comes from; ``ScenarioError`` if it is impossible."""
        document = _opened(self, [parsed(target) for target in settings])
        said: dict[str, str] = {}
        for target, (value, origin) in settings.items():
            try:
                found(document, parsed(target) or (target,))
            except KeyError:
                raise ScenarioError(f"scenario '{self.name}' has nothing at '{target}'") from None
            _set(document, parsed(target), value)
            said[written(parsed(target))] = origin
        try:
            changed = type(self).model_validate(document)
        except ValidationError as error:
            complaints = [f"{written(tuple(e['loc']))}: {e['msg']}" for e in error.errors()]
            raise ScenarioError(f"scenario '{self.name}' cannot take these values:", complaints) from None
        changed._provenance, changed._folder = Table({**self._provenance, **said}), self._folder
        return changed

    def _declared(self, name: str) -> Lever:
        lever = self.levers.get(name) or self.uncertainties.get(name)
        if lever is None:
            raise UnknownName("lever or uncertainty", name, (*self.levers, *self.uncertainties))
        return lever


def _plain(value: Any) -> Any:
    """A number of NumPy's or another library's as Python's own; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def _misfit(lever: Lever, value: Any, whole: bool) -> str | None:
    """Why a lever cannot take a value, or None."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return "must be a number"
    if not lever.low <= float(value) <= lever.high:
        return f"must lie between {lever.low:g} and {lever.high:g} ({lever.unit})"
    if whole and not float(value).is_integer():
        return "must be a whole number"
    return None


def _opened(part: Part, paths: Sequence[KeyPath]) -> dict[str, Any]:
    """A part as a document, opened along some key paths only: what lies beside them is checked already and stays.

    An ensemble sets values in every future; to check a whole scenario each time took a tenth of a game.
    """
    document: dict[str, Any] = {}
    for name, field in type(part).model_fields.items():
        key, value = field.alias or name, getattr(part, name)
        inside = [path[1:] for path in paths if path[:1] == (key,) and len(path) > 1]
        if inside and isinstance(value, Part):
            value = _opened(value, inside)
        elif inside:
            value = part.model_dump(by_alias=True, include={name})[key]
        document[key] = value
    return document


def _set(document: Any, path: KeyPath, value: float) -> None:
    """Put a number at a key path of a dumped scenario."""
    holder = document
    for part in path[:-1]:
        inner = holder[part]
        if isinstance(inner, (tuple, Table)):
            inner = list(inner) if isinstance(inner, tuple) else dict(inner)
            holder[part] = inner
        holder = inner
    holder[path[-1]] = value
