"""Default parameters of the shipped strategies, read from ``configs/strategies.yaml``."""

from __future__ import annotations

from dataclasses import field
from functools import cache
from typing import Any

from negotiation.errors import ScenarioError
from negotiation.scenario import load_yaml

FILE = "strategies.yaml"
REMARKS = ("source", "assumption", "note")


@cache
def shipped_defaults() -> dict[str, dict[str, Any]]:
    """Strategy name (or ``profiles``) -> its parameters, without the remarks on where they come from."""
    return {
        name: {k: v for k, v in block.items() if k not in REMARKS}
        for name, block in load_yaml(FILE).items()
        if name not in REMARKS
    }


def default(strategy: str, parameter: str) -> Any:
    """One shipped number; ``ScenarioError`` says where to write it if it is missing."""
    try:
        return shipped_defaults()[strategy][parameter]
    except KeyError:
        raise ScenarioError(
            f"configs/{FILE}: {strategy}.{parameter} is missing; add it there with a source or an assumption"
        ) from None


def from_config(strategy: str, parameter: str) -> Any:
    """A dataclass field whose default is the shipped number."""
    return field(default_factory=lambda: default(strategy, parameter))
