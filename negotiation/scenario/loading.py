"""From files to frozen models: merge what a scenario changes, check everything, report all at once."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import InputError, UnknownName
from .catalogues import Catalogue, Issues, Ladder, Measure
from .crosschecks import cross_faults
from .faults import Fault, found, parsed
from .model import Scenario
from .parts import Levers
from .provenance import empty_entries, provenance, without_remarks
from .rulebook import Rules
from .translate import model_faults
from .values import Table
from .yaml_door import as_error, read_document, shipped_file
from .yaml_tree import Document

_ORDER = (
    "autumn-2025",
    "quiet-coordination",
    "alternative-architecture",
    "steel-autos-partnership",
    "facts-on-the-ground",
    "rebuilding-bridges",
    "history",
)
"""The order in which shipped scenarios are listed; further files follow by name."""

_CATALOGUES: dict[str, tuple[type[BaseModel], bool]] = {
    "rules": (Rules, False),
    "issues": (Issues, True),
    "measures": (Catalogue, True),
    "ladder": (Ladder, True),
    "levers": (Levers, False),
}
"""File stem -> its model, and whether one source at its root may cover all its numbers."""

_PARAMETERS = ("firms", "lab")
"""Files of named numbers whose meaning is another floor's: only their sources are checked here."""

Model = TypeVar("Model", bound=BaseModel)


@lru_cache(maxsize=1)
def scenario_names() -> tuple[str, ...]:
    """The shipped scenarios, the default first."""
    present = {_stem(f.name) for f in shipped_file("scenarios").iterdir() if f.name.endswith(".yaml")}
    return (*(n for n in _ORDER if n in present), *sorted(present - set(_ORDER)))


def load_scenario(name_or_path: str | Path | Scenario) -> Scenario:
    """A shipped scenario by name, or one of your own by path (``.yaml``); one loaded already is handed back.

    Raises `UnknownName` for a name nobody ships and `ScenarioError` with every fault of the file.
    """
    if isinstance(name_or_path, Scenario):
        return name_or_path
    if not isinstance(name_or_path, (str, Path)):
        raise InputError(f"a scenario is loaded by its name or path, got {name_or_path!r:.60}")
    text = str(name_or_path)
    if isinstance(name_or_path, str) and not _looks_like_path(text):
        if text not in scenario_names():
            raise UnknownName("scenario", text, scenario_names())
        return _shipped(text)
    return _loaded(read_document(Path(name_or_path)))


def _looks_like_path(text: str) -> bool:
    return text.endswith((".yaml", ".yml")) or "/" in text or "\\" in text


@lru_cache(maxsize=32)
def _shipped(name: str) -> Scenario:
    return _loaded(read_document(shipped_file("scenarios", f"{name}.yaml")))


def _loaded(document: Document) -> Scenario:
    scenario, faults = _scenario(document)
    if scenario is None or faults:
        raise as_error(document.file, faults)
    return scenario


def check(
    paths: Iterable[str | Path] | str | Path,
    known_strategies: Collection[str] | None = None,
) -> list[Fault]:
    """Every fault of every file; an empty list means all of them can be played.

    A path may be a scenario, a folder of them, one of the catalogues (``rules.yaml``, ``issues.yaml``,
    ``measures.yaml``, ``ladder.yaml``), or the name of a shipped scenario. ``known_strategies`` are the
    names governments may use; without it strategy names are not checked.
    """
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    faults: list[Fault] = []
    for path in given:
        for document in _documents(path):
            faults += _faults_of(document, known_strategies)
    return faults


def _documents(path: str | Path) -> list[Document]:
    if isinstance(path, str) and path in scenario_names():
        return [read_document(shipped_file("scenarios", f"{path}.yaml"))]
    place = Path(path)
    if not place.is_dir():
        return [read_document(place)]
    inside = sorted(p for p in place.rglob("*") if p.suffix in (".yaml", ".yml"))
    if inside:
        return [read_document(p) for p in inside]
    nothing = Fault(
        str(path),
        "",
        "",
        "the folder holds no YAML file",
        "Name a folder with scenarios",
    )
    return [Document(str(path), faults=[nothing])]


def _faults_of(document: Document, known_strategies: Collection[str] | None) -> list[Fault]:
    stem = _stem(document.file.replace("\\", "/").rsplit("/", 1)[-1])
    if stem in _CATALOGUES:
        return _catalogue(document, *_CATALOGUES[stem])[1]
    if stem in _PARAMETERS:
        return [*document.faults, *provenance(document)[1]]
    return _scenario(document, known_strategies)[1]


def _scenario(
    document: Document, known_strategies: Collection[str] | None = None
) -> tuple[Scenario | None, list[Fault]]:
    """The scenario of a document, if it is one, and all its faults."""
    faults = list(document.faults)
    if not document.data:
        return None, faults
    faults += empty_entries(document, document.data)
    sources, naked = provenance(document)
    data, base_sources = _merged(document)
    scenario: Scenario | None = None
    complaints: list[Fault] = list(naked)
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        complaints += model_faults(error, Scenario, document, data)
    complaints += cross_faults(
        document,
        data,
        shipped={"rules": _shipped_catalogue("rules").data, "firms": _firms()[0]},
        economies=economy_names(),
        elasticities=elasticity_names(),
        schedules=schedule_names(),
        known_strategies=known_strategies,
        broken=bool(faults or complaints),
    )
    already = {fault.path for fault in faults}
    faults += [fault for fault in complaints if fault.path not in already]
    if scenario is not None:
        scenario._provenance = Table({**base_sources, **sources})
        scenario._folder = document.folder
    return scenario, _in_order(faults)


def _merged(document: Document) -> tuple[dict[str, Any], dict[str, str]]:
    """The plain data of a scenario over the shipped rules, issues, measures, ladder and levers."""
    raw = document.data
    data = without_remarks(raw)
    if "story" in raw:
        data["story"] = raw["story"]
    sources: dict[str, str] = {}
    for key in ("rules", "issues", "measures", "ladder", "levers", "uncertainties"):
        base = _shipped_catalogue("levers" if key == "uncertainties" else key)
        inside = key in ("measures", "levers", "uncertainties")
        plain = base.data[key] if inside else base.data
        change = data.get(key)
        if change is None or (key == "ladder" and change == "default"):
            data[key] = plain
        else:
            data[key] = _over(plain, change)
        prefix = "" if inside else f"{key}."
        sources |= {prefix + path: said for path, said in base.sources.items()}
    values, said = _firms()
    firms = data.get("firms")
    if isinstance(firms, dict):
        data["firms"] = {
            **firms,
            "parameters": _over(values, firms.get("parameters", {})),
        }
    for block in ("levers", "uncertainties"):
        data[block] = _stretched(data[block], data, own=raw.get(block))
    return data, sources | said


def _stretched(levers: Any, data: dict[str, Any], own: Any) -> Any:
    """Levers a scenario inherits reach at least as far as its own value."""
    if not isinstance(levers, dict):
        return levers
    result = {}
    for name, lever in levers.items():
        value = None if isinstance(own, dict) and name in own else _number_at(data, lever["target"])
        if value is not None:
            lever = {**lever, "low": min(lever["low"], value), "high": max(lever["high"], value)}
        result[name] = lever
    return result


def _number_at(data: dict[str, Any], path: str) -> float | None:
    try:
        value = found(data, parsed(path))
    except KeyError:
        return None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _over(base: Any, change: Any) -> Any:
    """A mapping over a mapping, entry by entry; anything else replaces what was there."""
    if isinstance(base, dict) and isinstance(change, dict):
        return {
            **base,
            **{key: _over(base.get(key), entry) for key, entry in change.items()},
        }
    return change


class _Base:
    """A shipped catalogue: its plain data, its model and where its numbers come from."""

    def __init__(self, stem: str) -> None:
        document = read_document(shipped_file(f"{stem}.yaml"))
        model, faults = _catalogue(document, *_CATALOGUES[stem])
        if model is None or faults:
            raise as_error(document.file, faults)
        self.model = model
        self.data: dict[str, Any] = without_remarks(document.data)
        self.sources = provenance(document, _CATALOGUES[stem][1])[0]


@lru_cache(maxsize=8)
def _shipped_catalogue(stem: str) -> _Base:
    return _Base(stem)


def _catalogue(
    document: Document, model: type[Model], root_allowed: bool
) -> tuple[Model | None, list[Fault]]:
    faults = list(document.faults)
    if not document.data:
        return None, faults
    faults += provenance(document, root_allowed)[1]
    data = without_remarks(document.data)
    try:
        return model.model_validate(data), faults
    except ValidationError as error:
        return None, _in_order([*faults, *model_faults(error, model, document, data)])


def _in_order(faults: list[Fault]) -> list[Fault]:
    """As one reads the file."""
    return sorted(faults, key=lambda fault: (fault.line or 0, fault.path))


def load_rules() -> Rules:
    """The numbers of the rules of play."""
    return _shipped_catalogue("rules").model  # type: ignore[return-value]


def load_issues() -> Issues:
    """What may be asked for and granted."""
    return _shipped_catalogue("issues").model  # type: ignore[return-value]


def load_measures() -> tuple[Measure, ...]:
    """The instruments a stance may use."""
    return _shipped_catalogue("measures").model.measures  # type: ignore[attr-defined]


def load_ladder() -> Ladder:
    """The default ladder."""
    return _shipped_catalogue("ladder").model  # type: ignore[return-value]


def load_firm_parameters() -> dict[str, dict[str, Any]]:
    """The parameters of firms, ``{block: {name: value}}``, without units, ranges and sources."""
    return copy.deepcopy(_firms()[0])


@lru_cache(maxsize=1)
def _firms() -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Values of ``firms.yaml`` and where each comes from."""
    document = read_document(shipped_file("firms.yaml"))
    sources, naked = provenance(document)
    if document.faults or naked:
        raise as_error(document.file, [*document.faults, *naked])
    values = {
        block: {name: _value(entry) for name, entry in content.items()}
        for block, content in without_remarks(document.data).items()
    }
    said = {f"firms.parameters.{path.replace('.value', '')}": text for path, text in sources.items()}
    return values, said


def _value(entry: Any) -> Any:
    return entry["value"] if isinstance(entry, dict) and "value" in entry else entry


@lru_cache(maxsize=1)
def economy_names() -> tuple[str, ...]:
    """The calibrated economies that are shipped."""
    folder: Traversable = shipped_file("economies")
    return tuple(sorted(f.name for f in folder.iterdir() if f.is_dir())) if folder.is_dir() else ()


@lru_cache(maxsize=1)
def elasticity_names() -> tuple[str, ...]:
    """The sets of trade elasticities that are shipped."""
    table = shipped_file("elasticity_sets.csv")
    if not table.is_file():
        return ()
    rows = [line for line in table.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return tuple(line.split(",", 1)[0] for line in rows[1:])


@lru_cache(maxsize=1)
def schedule_names() -> tuple[str, ...]:
    """The dated tariff schedules that are shipped."""
    ending = "_coverage.csv"
    files = (f.name for f in shipped_file("tariffs").iterdir())
    return tuple(sorted(name.removesuffix(ending) for name in files if name.endswith(ending)))


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0]
