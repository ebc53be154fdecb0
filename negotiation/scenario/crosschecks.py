"""What no single entry can know: that names meet, dates fall inside the calendar, levers reach a number.

Works on plain merged data and survives any other fault in it, so that one report holds everything.
"""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..errors import nearest
from .faults import Fault, KeyPath, found, listed, parsed
from .model import Scenario
from .provenance import without_remarks
from .translate import STANDS_FOR, limits, schema_at
from .values import month_number
from .yaml_tree import Document


def cross_faults(
    document: Document,
    data: dict[str, Any],
    *,
    shipped: Mapping[str, Any],
    economies: Collection[str],
    elasticities: Collection[str],
    schedules: Collection[str] = (),
    known_strategies: Collection[str] | None = None,
    broken: bool = False,
) -> Iterator[Fault]:
    """Every fault between entries of a scenario; ``data`` is the merged plain data.

    shipped : plain ``rules`` and ``firms`` parameters, whose names overrides must keep to.
    broken : there are other faults, so levers the file did not write itself are passed over.
    """
    yield from _granted_issues(document, data)
    yield from _events(document, data)
    yield from _replay(document, data, schedules)
    yield from _levers(document, data, broken)
    written = without_remarks(document.data)
    yield from _overrides(document, _at(written, "rules"), shipped["rules"], ("rules",), "rule")
    yield from _overrides(
        document,
        _at(written, "firms", "parameters"),
        shipped["firms"],
        ("firms", "parameters"),
        "firm parameter",
    )
    yield from _economy(document, data, economies, elasticities)
    if known_strategies is not None:
        yield from _strategies(document, data, known_strategies)


def _at(data: Any, *path: str | int, kind: type = dict) -> Any:
    """The entry at a path if it is of the kind expected, else an empty one."""
    try:
        entry = found(data, path)
    except KeyError:
        return kind()
    return entry if isinstance(entry, kind) else kind()


def _unknown(document: Document, path: KeyPath, what: str, name: Any, known: Collection[str]) -> Fault:
    near = nearest(str(name), known)
    advice = f"Did you mean '{near}'?" if near else "Take one that exists."
    return document.fault(path, f"no {what} has this name", f"{advice} Known: {listed(known, 30)}", name)


def _granted_issues(document: Document, data: dict[str, Any]) -> Iterator[Fault]:
    for side, catalogue in (
        ("by_partner", "partner_to_us"),
        ("by_us", "us_to_partner"),
    ):
        for country, ids in _at(data, "start", "granted", side).items():
            rows = _at(data, "issues", catalogue, country, kind=list)
            known = [row["id"] for row in rows if isinstance(row, dict) and "id" in row]
            for position, name in enumerate(ids if isinstance(ids, list) else ()):
                if name not in known:
                    path = ("start", "granted", side, country, position)
                    yield _unknown(document, path, f"issue ({catalogue}, {country})", name, known)


def _events(document: Document, data: dict[str, Any]) -> Iterator[Fault]:
    first, last = _span(data)
    seen: set[str] = set()
    for position, event in enumerate(_at(data, "events", kind=list)):
        if not isinstance(event, dict):
            continue
        name, path = event.get("id"), ("events", position)
        if isinstance(name, str):
            if name in seen:
                yield document.fault((*path, "id"), "two events have this id", "Give each its own", name)
            seen.add(name)
        if first is None or last is None:
            continue
        date = _month(event.get("date"))
        if date is not None and not first <= date < last:
            yield document.fault(
                (*path, "date"),
                "falls outside the calendar, so the event never happens",
                "Move the date or lengthen the calendar",
                event["date"],
            )
        window = event.get("window")
        if isinstance(window, list) and len(window) == 2:
            opens, closes = map(_month, window)
            if opens is not None and closes is not None and (closes < first or opens >= last):
                yield document.fault(
                    (*path, "window"),
                    "lies outside the calendar",
                    "Move the window",
                    " to ".join(window),
                )


def _replay(document: Document, data: dict[str, Any], schedules: Collection[str]) -> Iterator[Fault]:
    """Schedules exist, each month is a round of one month, and what was granted is an issue."""
    for position, name in enumerate(_at(data, "replay", "schedules", kind=list)):
        if schedules and name not in schedules:
            yield _unknown(document, ("replay", "schedules", position), "tariff schedule", name, schedules)
    rounds = {
        str(row.get("date")): row.get("months", 1)
        for row in _at(data, "calendar", "rounds", kind=list)
        if isinstance(row, dict)
    }
    for position, move in enumerate(_at(data, "replay", "moves", kind=list)):
        if not isinstance(move, dict):
            continue
        path = ("replay", "moves", position)
        if rounds and rounds.get(str(move.get("date"))) != 1:
            yield document.fault(
                (*path, "date"),
                "is not a round of one month before the joint review",
                "Take a month of the calendar",
                move.get("date"),
            )
        for place, grant in enumerate(_at(move, "grants", kind=list)):
            giver, _, issue = str(grant).partition(":")
            seats = giver.split(">")
            side, key = ("us_to_partner", seats[-1]) if seats[0] == "USA" else ("partner_to_us", seats[0])
            rows = _at(data, "issues", side, key, kind=list)
            known = [row["id"] for row in rows if isinstance(row, dict) and "id" in row]
            if issue not in known or ("USA" not in seats):
                yield _unknown(document, (*path, "grants", place), f"issue ({giver})", grant, known)


def _span(data: dict[str, Any]) -> tuple[int | None, int | None]:
    """First month of the calendar and the month after its last."""
    rows = [
        *_at(data, "calendar", "rounds", kind=list),
        *_at(data, "calendar", "after_review", kind=list),
    ]
    if not rows or not all(isinstance(row, dict) for row in rows):
        return None, None
    opens, closes, months = (
        _month(rows[0].get("date")),
        _month(rows[-1].get("date")),
        rows[-1].get("months", 1),
    )
    if opens is None or closes is None or not isinstance(months, int):
        return None, None
    return opens, closes + months


def _month(text: Any) -> int | None:
    try:
        return month_number(text)
    except (ValueError, AttributeError):
        return None


def _levers(document: Document, data: dict[str, Any], own_only: bool) -> Iterator[Fault]:
    names: set[str] = set()
    for block in ("levers", "uncertainties"):
        for name, lever in _at(data, block).items():
            path = (block, name)
            if own_only and name not in _at(document.data, block):
                continue
            if name in names:
                yield document.fault(path, "a lever and an uncertainty share this name", "Rename one")
            names.add(name)
            if not name.isidentifier() or keyword.iskeyword(name):
                yield document.fault(
                    path,
                    "the name must be an identifier",
                    "Write it in lower case with underscores",
                )
            if isinstance(lever, dict):
                yield from _reach(document, data, path, lever)


def _reach(document: Document, data: dict[str, Any], path: KeyPath, lever: dict[str, Any]) -> Iterator[Fault]:
    """Whether a lever's targets are numbers and its range lies within theirs."""
    also = lever.get("also", [])
    goals = [((*path, "target"), lever.get("target"))]
    goals += [((*path, "also", n), goal) for n, goal in enumerate(also if isinstance(also, list) else ())]
    present: Any = None
    low, high = _number(lever.get("low")), _number(lever.get("high"))
    for where, goal in goals:
        if not isinstance(goal, str):
            continue
        schema = schema_at(Scenario, parsed(goal))
        value = _present(data, parsed(goal), schema)
        if value is None:
            yield document.fault(
                where,
                "there is no number at this key path",
                "Give the path of a number of this file",
                goal,
            )
            continue
        present = value if present is None else present
        least, most = limits(schema)
        for end, bound in (("low", low), ("high", high)):
            if bound is not None and (
                (least is not None and bound < least) or (most is not None and bound > most)
            ):
                yield document.fault(
                    (*path, end),
                    f"outside of what {goal} may be ({_interval(least, most)})",
                    "Narrow the range",
                    bound,
                )
    if low is not None and high is not None and low >= high:
        yield document.fault((*path, "high"), f"must be above low ({low:g})", "Correct the range", high)
        return
    default, mode = _number(lever.get("default")), _number(lever.get("mode"))
    if default is not None and present is not None and default != present:
        yield document.fault(
            (*path, "default"),
            f"differs from the value at the target ({present:g})",
            "Leave it out",
            default,
        )
    if mode is not None and low is not None and high is not None and not low <= mode <= high:
        yield document.fault((*path, "mode"), f"must lie within {low:g} to {high:g}", "Correct it", mode)
    if present is not None and low is not None and high is not None and not low <= present <= high:
        yield document.fault(
            path,
            f"its range {low:g} to {high:g} leaves out the value of this scenario ({present:g})",
            "Widen the range",
        )


def _present(data: dict[str, Any], path: KeyPath, schema: dict[str, Any]) -> float | None:
    """The number at a lever's target, in the file or by default; None if there is none."""
    try:
        return _number(found(data, tuple(STANDS_FOR.get(str(part), part) for part in path)))
    except KeyError:
        if schema.get("type") not in ("number", "integer"):
            return None
        if "default" in schema:
            return _number(schema["default"])
        return 0.0 if path and path[0] == "ladder" else None


def _interval(low: float | None, high: float | None) -> str:
    return f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _overrides(document: Document, given: Any, base: Any, path: KeyPath, what: str) -> Iterator[Fault]:
    """Overrides must name something that exists and have its shape: a number for a number, two for two."""
    if isinstance(given, dict) and isinstance(base, dict):
        for key, entry in given.items():
            if key not in base:
                yield _unknown(document, (*path, key), what, key, base)
            else:
                yield from _overrides(document, entry, base[key], (*path, key), what)
    elif _counted(base) and isinstance(given, list) and len(given) == len(base):
        for position, entry in enumerate(given):
            if _number(entry) is None:
                yield document.fault((*path, position), "must be a number", "Write a plain number", entry)
    elif _shape(given) != _shape(base):
        yield document.fault(
            path,
            f"must be {_shape(base)}, as in the shipped file",
            "Write it so",
            given,
        )


def _counted(value: Any) -> bool:
    """A list of numbers, whose length means something."""
    return isinstance(value, list) and bool(value) and all(_number(entry) is not None for entry in value)


def _shape(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}" if _counted(value) else "a list"
    if isinstance(value, dict):
        return "a mapping"
    return (
        "a number" if _number(value) is not None else "true or false" if isinstance(value, bool) else "a word"
    )


def _economy(
    document: Document, data: dict[str, Any], economies: Collection[str], elasticities: Collection[str]
) -> Iterator[Fault]:
    name = _at(data, "economy", "data", kind=str)
    if name and name not in economies:
        path = ("economy", "data")
        if ("/" not in name and "\\" not in name) or document.folder is None:
            yield _unknown(document, path, "economy", name, economies)
        elif not (document.folder / name).is_dir():
            yield document.fault(path, "there is no such folder", "Give it relative to this file", name)
    chosen = _at(data, "economy", "elasticities", kind=str)
    if chosen and elasticities and chosen not in elasticities:
        yield _unknown(
            document, ("economy", "elasticities"), "set of trade elasticities", chosen, elasticities
        )


def _strategies(document: Document, data: dict[str, Any], known: Collection[str]) -> Iterator[Fault]:
    for seat, government in _at(data, "governments").items():
        name = government.get("strategy") if isinstance(government, dict) else None
        if isinstance(name, str) and name not in known:
            yield _unknown(document, ("governments", seat, "strategy"), "strategy", name, known)
