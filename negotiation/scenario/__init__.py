"""Scenarios: from YAML to one frozen object with everything a game needs, or every fault at once.

>>> from negotiation.scenario import load_scenario
>>> scenario = load_scenario("autumn-2025")
>>> len(scenario.calendar.rounds), scenario.start.us_rung["CAN"]
(10, 1)
>>> scenario.source_of("start.us_rung.CAN") is not None
True
"""

from __future__ import annotations

from .catalogues import Issue, Issues, Ladder, Measure, PartnerRungStep, UsRungStep
from .faults import Fault
from .loading import (
    check,
    economy_names,
    load_firm_parameters,
    load_issues,
    load_ladder,
    load_measures,
    load_rules,
    load_scenario,
    scenario_names,
)
from .model import Scenario
from .parts import Event, Lever, Round, Uncertainty
from .rulebook import EvidenceRow, Rules
from .schema import export_json_schema
from .values import LANGUAGES, Table, Texts
from .yaml_door import load_yaml

__all__ = [
    "LANGUAGES",
    "Event",
    "EvidenceRow",
    "Fault",
    "Issue",
    "Issues",
    "Ladder",
    "Lever",
    "Measure",
    "PartnerRungStep",
    "Round",
    "Rules",
    "Scenario",
    "Table",
    "Texts",
    "Uncertainty",
    "UsRungStep",
    "check",
    "economy_names",
    "export_json_schema",
    "load_firm_parameters",
    "load_issues",
    "load_ladder",
    "load_measures",
    "load_rules",
    "load_scenario",
    "load_yaml",
    "scenario_names",
]
