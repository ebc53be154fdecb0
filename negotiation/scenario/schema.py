"""The JSON Schema of a scenario file, for editors that complete and check while one writes."""

from __future__ import annotations

import copy
import json
from typing import Any

from ..terms import Sector
from .model import Scenario
from .provenance import REMARKS
from .translate import schema_of

_REMARKS = {
    "source": "Where the numbers in this mapping come from.",
    "assumption": "Why the numbers in this mapping are what they are, if no source gives them.",
    "note": "A remark; not part of the model.",
}


def export_json_schema() -> dict[str, Any]:
    """The schema of a scenario file (draft 2020-12), as shipped beside the scenarios."""
    schema = copy.deepcopy(schema_of(Scenario))
    definitions = schema["$defs"]
    for name in ("Rules", "Issues", "Ladder"):
        _make_partial(name, definitions)
    schema["properties"]["ladder"] = {
        "description": "'default' (configs/ladder.yaml) or a ladder of its own.",
        "anyOf": [{"const": "default"}, {"$ref": "#/$defs/Ladder"}],
    }
    schema["required"] = [k for k in schema["required"] if k not in ("rules", "issues", "measures", "ladder")]
    beliefs = definitions["Beliefs"]
    beliefs["required"] = [k for k in beliefs["required"] if k != "commitment_seen"]
    for part in (schema, *definitions.values()):
        _allow_remarks(part)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """The schema as it is written to disk."""
    return json.dumps(export_json_schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _make_partial(name: str, definitions: dict[str, Any]) -> None:
    """A scenario writes only what differs: nothing below ``name`` is required, except in list rows."""
    part = definitions[name]
    part.pop("required", None)
    for entry in part.get("properties", {}).values():
        entry.pop("required", None)
        if "$ref" in entry:
            _make_partial(entry["$ref"].rsplit("/", 1)[1], definitions)


def _allow_remarks(schema: Any) -> None:
    """Every mapping may carry ``source``, ``assumption`` and ``note``."""
    if isinstance(schema, list):
        for entry in schema:
            _allow_remarks(entry)
    if not isinstance(schema, dict):
        return
    for entry in list(schema.values()):
        _allow_remarks(entry)
    if schema.get("type") != "object":
        return
    properties = schema.setdefault("properties", {})
    for key in REMARKS:
        properties.setdefault(key, {"type": "string", "minLength": 1, "description": _REMARKS[key]})
    if schema.pop("goods", False):
        schema["propertyNames"] = {"enum": [*map(str, Sector), "goods"]}
    if "propertyNames" in schema:
        schema["propertyNames"] = {"anyOf": [schema["propertyNames"], {"enum": list(REMARKS)}]}
