"""From a validator's complaint to a fault a person can repair: key path, value, allowed range, next step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from ..errors import nearest
from ..terms import Sector
from .faults import Fault, KeyPath, found, listed
from .yaml_tree import Document

STANDS_FOR = {"commitment_seen": "commitment"}
"""Entries filled in from another entry: complain about the one that was written."""

_PATTERNS = {
    r"^20\d\d-(0[1-9]|1[0-2])$": "a month such as 2025-09",
    r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$": "lower-case words joined by - or _",
    r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$": "a lower-case identifier such as us_opening_rung",
    r"\S": "a text that is not empty",
    r"^https?://\S+$": "a web address",
    r"^S([1-9]|1\d|20)$": "a system of the story, S1 to S20",
}


@lru_cache(maxsize=16)
def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a model, made once."""
    return model.model_json_schema(by_alias=True)


def schema_at(model: type[BaseModel], path: KeyPath) -> dict[str, Any]:
    """The schema of the entry at a key path; empty when there is none."""
    root = schema_of(model)
    here: dict[str, Any] = root
    for part in path:
        here = _plain(root, here)
        if isinstance(part, int):
            rows = here.get("prefixItems", ())
            here = rows[part] if part < len(rows) else here.get("items", {})
        else:
            here = here.get("properties", {}).get(part) or here.get("additionalProperties") or {}
        if not isinstance(here, dict):
            return {}
    return _plain(root, here)


def _plain(root: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references and drop 'or null'."""
    while True:
        if "$ref" in schema:
            schema = {**root["$defs"][schema["$ref"].rsplit("/", 1)[1]], **_own(schema)}
        elif "anyOf" in schema:
            choices = [c for c in schema["anyOf"] if c.get("type") != "null"]
            if len(choices) != 1:
                return {"choices": [_plain(root, choice) for choice in choices]}
            schema = {**choices[0], **_own(schema)}
        else:
            return schema


def _own(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key in ("required", "propertyNames")}


def allowed(schema: dict[str, Any]) -> str:
    """What an entry may be, in words."""
    if "choices" in schema:
        return " or ".join(dict.fromkeys(filter(None, map(allowed, schema["choices"]))))
    if "enum" in schema:
        return f"one of {listed(schema['enum'], 30)}"
    if "const" in schema:
        return f"'{schema['const']}'"
    kind = schema.get("type")
    if kind in ("number", "integer"):
        return ("a whole number" if kind == "integer" else "a number") + _range(schema)
    if kind == "boolean":
        return "true or false"
    if kind == "string":
        return _PATTERNS.get(schema.get("pattern", ""), "a text")
    if kind == "array":
        low, high = schema.get("minItems"), schema.get("maxItems")
        many = f" of {low}" if low == high and low is not None else ""
        return f"a list{many}"
    if kind == "object":
        keys = schema.get("properties") or schema.get("required") or ()
        return f"a mapping with {listed(keys)}" if keys else "a mapping"
    return ""


def limits(schema: dict[str, Any]) -> tuple[float | None, float | None]:
    """Lowest and highest number an entry may be."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    return low, schema.get("maximum", schema.get("exclusiveMaximum"))


def _range(schema: dict[str, Any]) -> str:
    low, high = limits(schema)
    if low is None or high is None:
        return ""
    if "exclusiveMinimum" in schema:
        return f" above {low:g} and at most {high:,.10g}"
    return f" between {low:g} and {high:,.10g}"


def model_faults(
    error: ValidationError, model: type[BaseModel], document: Document, data: Any
) -> Iterator[Fault]:
    """Every complaint of a validator as a fault of the file, one for each entry."""
    complaints: dict[KeyPath, Any] = {}
    for complaint in error.errors(include_url=False):
        complaints.setdefault(_as_written(tuple(complaint["loc"]), data, complaint["type"]), complaint)
    for path, complaint in complaints.items():
        # A list is counted without its bad rows: then the rows are at fault, not its length.
        bad_rows = any(other[: len(path)] == path and len(other) > len(path) for other in complaints)
        if not (complaint["type"] == "too_short" and bad_rows):
            yield _fault(complaint, path, model, document, data)


def _as_written(loc: KeyPath, data: Any, kind: str) -> KeyPath:
    """The key path as it stands in the file: without the validator's own marks."""
    path: KeyPath = ()
    for position, part in enumerate(loc):
        last = position == len(loc) - 1
        if isinstance(data, dict):
            if part not in data and part in Sector.__members__ and "goods" in data:
                part = "goods"
            if part not in data and part in STANDS_FOR:
                part = STANDS_FOR[str(part)]
            if part in data:
                path, data = (*path, part), data[part]
                continue
        elif isinstance(data, (list, tuple)) and isinstance(part, int) and part < len(data):
            path, data = (*path, part), data[part]
            continue
        return (*path, part) if last and kind == "missing" else path
    return path


def _fault(complaint: Any, path: KeyPath, model: type[BaseModel], document: Document, data: Any) -> Fault:
    kind, loc = complaint["type"], tuple(complaint["loc"])
    try:
        value = found(data, path) if path else None
    except KeyError:
        value = None
    schema = schema_at(model, path)
    if loc[-1:] == ("[key]",) or kind == "extra_forbidden":
        return _unknown_key(path, model, document)
    if kind == "missing":
        return document.fault(path, f"missing; it must be {allowed(schema) or 'there'}", "Add it")
    if "ctx" in complaint and "what" in complaint["ctx"]:
        what = complaint["ctx"]["what"]
        return document.fault(
            path,
            what,
            "Correct it",
            value if not isinstance(value, (dict, list)) else None,
        )
    words = allowed(schema)
    if kind in ("too_short", "too_long") and not isinstance(value, str):
        low, high = schema.get("minItems", 0), schema.get("maxItems", "any number of")
        words = f"a list of {low}" + ("" if low == high else f" to {high}") + " entries"
    problem = f"must be {words}" if words else complaint["msg"][0].lower() + complaint["msg"][1:]
    return document.fault(path, problem, _advice(value, schema), "null" if value is None else value)


def _advice(value: Any, schema: dict[str, Any]) -> str:
    low, high = limits(schema)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if (
        number
        and high in (1, 2)
        and low in (0, -1)
        and schema.get("type") == "number"
        and high < value <= 100 * high
    ):
        return f"Shares and tariffs are fractions: write {value / 100:g} for {value:g} percent"
    if isinstance(value, str) and schema.get("type") in ("number", "integer"):
        return "Write the number without quotes, units or a percent sign"
    near = nearest(value, _names(schema)) if isinstance(value, str) else None
    return f"Did you mean '{near}'?" if near else "Correct the value"


def _names(schema: dict[str, Any]) -> list[str]:
    if "choices" in schema:
        return [name for choice in schema["choices"] for name in _names(choice)]
    return [str(n) for n in schema.get("enum", [schema["const"]] if "const" in schema else [])]


def _unknown_key(path: KeyPath, model: type[BaseModel], document: Document) -> Fault:
    root = schema_of(model)
    around = schema_at(model, path[:-1])
    keys = [
        *around.get("properties", ()),
        *_names(_plain(root, around.get("propertyNames", {}))),
    ]
    keys += ["goods"] if around.get("goods") else []
    near = nearest(str(path[-1]), keys)
    advice = f"Did you mean '{near}'?" if near else "Remove it or correct the name."
    return document.fault(
        path,
        "unknown key",
        f"{advice} Known here: {listed(keys, 30)}" if keys else advice,
    )
