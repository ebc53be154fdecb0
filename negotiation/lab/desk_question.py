"""What a visitor of the lab page may ask for: a question that fits in a link, checked before anybody works on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from negotiation.errors import InputError, UnknownName
from negotiation.lab.ensemble_design import inputs_of
from negotiation.scenario import Scenario, load_scenario, load_yaml

KINDS = ("ensemble", "sensitivity", "compare", "lens", "tipping")
WITH_ROWS = ("ensemble", "sensitivity", "compare")
"""Kinds whose runs can be taken home as a table."""


@dataclass(frozen=True)
class Question:
    """One piece of work. Two visitors who ask the same share one answer, and the same question always has the same
    answer: its seed is part of it."""

    kind: str
    scenario: str
    values: tuple[tuple[str, float], ...] = ()
    """Levers and uncertainties held at a value, in order of their names."""
    replications: int = 0
    seed: int = 0
    draw: bool = True
    """Draw the uncertainties that are not held (else only chance differs)."""
    against: str = ""
    """compare: the other scenario; empty for the same one as it is shipped."""
    ranges: tuple[tuple[str, float, float], ...] = ()
    """Uncertainties drawn from a narrower range: name, low, high (ensemble, sensitivity)."""
    round: int = 1
    """lens: the round looked at; those before are played by strategies."""

    @property
    def key(self) -> str:
        """Short name of the question, the same on every server."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def limits() -> Mapping[str, Any]:
    """What one visitor may ask for (``configs/lab.yaml``, block ``page``)."""
    return load_yaml("lab.yaml")["page"]


def checked(question: Question) -> Scenario:
    """The scenario of a question that can be worked on, with its values set.

    Raises ``UnknownName``, ``InputError`` or ``ScenarioError`` with what is wrong.
    """
    if question.kind not in KINDS:
        raise UnknownName("kind of question", question.kind, KINDS)
    scenario = load_scenario(question.scenario).with_values(**dict(question.values))
    inputs_of(scenario, {name: (low, high) for name, low, high in question.ranges})
    if question.against:
        load_scenario(question.against)
    if question.kind in ("ensemble", "compare"):
        least, most = int(limits()["least_replications"]), int(limits()["most_replications"])
        if not least <= question.replications <= most:
            raise InputError(
                f"replications = {question.replications}: this page plays {least} to {most}; "
                "the command line has no limit"
            )
    if question.kind == "lens" and not 1 <= question.round <= len(scenario.calendar.rounds):
        raise InputError(f"round {question.round}: there are 1 to {len(scenario.calendar.rounds)}")
    return scenario
