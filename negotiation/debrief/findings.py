"""A finding: something worth saying, as data. The words for it live with the screens, in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any

import numpy as np

from negotiation.scenario import load_yaml


@dataclass(frozen=True)
class Finding:
    """``key`` names a sentence, ``values`` fill it: codes of countries and ends, numbers in the house's units."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def plain(value: Any) -> Any:
    """Dataclasses, tuples and arrays as dictionaries, lists and numbers that JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value) if not f.name.startswith("_")}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return round(value, 6) if np.isfinite(value) else None
    return value


@cache
def settings(block: str) -> Mapping[str, Any]:
    """A block of ``configs/debrief.yaml``."""
    return load_yaml("debrief.yaml")[block]
