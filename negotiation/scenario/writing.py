"""A scenario changed by its levers as a file of its own: what it says of sources stays, what was set says so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from .faults import KeyPath, parsed
from .model import Scenario
from .yaml_door import as_error, read_document, shipped_file

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def scenario_as_yaml(
    scenario: Scenario,
    values: Mapping[str, float],
    *,
    name: str,
    remark: str,
    head: str,
    source: Path | None = None,
) -> str:
    """The file of a scenario with levers and uncertainties set to ``values``.

    name : the new scenario's own. remark : what vouches for a number that was set; ``{was}`` is filled with the value
    before. head : lines of comment at the top. source : the file of a scenario that is not shipped.

    The file plays what ``scenario.with_values(**values)`` plays. Raises as ``with_values`` does, and ``ScenarioError``
    if the scenario's own file cannot be read.
    """
    changed = scenario.with_values(**values)
    read = read_document(source or shipped_file("scenarios", f"{scenario.name}.yaml"))
    if read.faults:
        raise as_error(read.file, read.faults)
    document = {**read.data, "name": name}
    for lever, value in values.items():
        declared = scenario.levers.get(lever) or scenario.uncertainties[lever]
        was = scenario.lever_value(lever)
        said = f"{lever} = {value:g}: " + remark.format(was=f"{was:g}")
        for target in declared.targets:
            _put(document, parsed(target), changed, said)
    text = yaml.dump(document, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=110)
    return "".join(f"# {line}\n" for line in head.splitlines()) + text


def _put(document: dict[str, Any], path: KeyPath, changed: Scenario, said: str) -> None:
    """Set one number, and say so in the mapping next to it."""
    dumped: Any = changed.model_dump(by_alias=True, mode="json")
    inside: Any = document
    nearest = document
    for depth, part in enumerate(path[:-1]):
        dumped = dumped[part]
        missing = isinstance(inside, dict) and inside.get(part) is None
        if missing:
            listed = any(isinstance(later, int) for later in path[depth + 1 :])
            inside[part] = _plain(dumped) if listed else {}
        elif isinstance(inside, dict) and not isinstance(inside[part], (dict, list)):
            inside[part] = _plain(dumped)  # a word that stands for a whole block
        inside = inside[part]
        nearest = inside if isinstance(inside, dict) else nearest
    inside[path[-1]] = _plain(dumped[path[-1]])
    before = nearest.get("assumption")
    nearest["assumption"] = said if not before or said in str(before) else f"{str(before).strip()} {said}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, (list, tuple)) else value
