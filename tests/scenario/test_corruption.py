"""Whatever single number of a scenario goes wrong, the report names its key path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from negotiation.scenario import check, load_yaml, scenario_names
from negotiation.scenario.faults import KeyPath, written
from negotiation.scenario.yaml_door import shipped_file

FILES = {name: load_yaml(shipped_file("scenarios", f"{name}.yaml")) for name in scenario_names()}


def numbers(data: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, entry in entries:
        yield from numbers(entry, (*path, key))
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        yield path


PLACES = [(name, path) for name, data in FILES.items() for path in numbers(data)]
# A firm parameter's range is the firm layer's to judge; here only its kind is checked.
BOUNDED = [place for place in PLACES if place[1][:2] != ("firms", "parameters")]


def corrupted(name: str, path: KeyPath, value: Any) -> str:
    data = deepcopy(FILES[name])
    holder = data
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    return json.dumps(data)


def reported(tmp_path_factory: Any, text: str, path: KeyPath) -> bool:
    file = tmp_path_factory.mktemp("corrupt") / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    return written(path) in {fault.path for fault in check(file)}


quick = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@quick
@given(st.sampled_from(PLACES), st.sampled_from(["0.1", "", True, None, [], {}, [1], {"a": "b"}]))
def test_a_number_of_the_wrong_kind_is_reported(tmp_path_factory, place, wrong):
    name, path = place
    assert reported(tmp_path_factory, corrupted(name, path, wrong), path)


@quick
@given(st.sampled_from(BOUNDED), st.sampled_from([1e9, -1e9, 10**12, -(10**12)]))
def test_a_number_out_of_all_reason_is_reported(tmp_path_factory, place, wrong):
    name, path = place
    assert reported(tmp_path_factory, corrupted(name, path, wrong), path)


@quick
@given(
    st.sampled_from(PLACES), st.sampled_from([".nan", ".inf", "-.inf", "1e999", "!!python/name:os.system x"])
)
def test_a_number_that_is_none_at_all_is_reported(tmp_path_factory, place, wrong):
    name, path = place
    text = corrupted(name, path, "@@").replace('"@@"', wrong)
    assert reported(tmp_path_factory, text, path)


@quick
@given(st.sampled_from(PLACES), st.data())
def test_a_misspelt_key_is_reported(tmp_path_factory, place, data):
    name, path = place
    keys = [n for n, part in enumerate(path) if isinstance(part, str)]
    depth = data.draw(st.sampled_from(keys))
    tree = deepcopy(FILES[name])
    holder = tree
    for part in path[:depth]:
        holder = holder[part]
    right = str(path[depth])
    holder[f"{right}zq"] = holder.pop(right)
    wrong = (*path[:depth], f"{right}zq")
    assume_free = path[0] in ("levers", "uncertainties") and depth == 1
    assert assume_free or reported(tmp_path_factory, json.dumps(tree), wrong)


def entries(data: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, entry in inside:
        yield (*path, key)
        yield from entries(entry, (*path, key))


ENTRIES = [(name, path) for name, data in FILES.items() for path in entries(data)]
ODDITIES = [
    None,
    True,
    -1,
    0.5,
    10**17,
    "",
    "x",
    "CAN",
    "a.b[9].c",
    [],
    [1],
    [[]],
    {},
    {"CAN": [1]},
    [{"id": "x"}],
]


@quick
@given(st.sampled_from(ENTRIES), st.sampled_from(ODDITIES))
@example(("autumn-2025", ("calendar", "rounds", 5, "date")), [])
@example(("autumn-2025", ("events", 0, "id")), {})
@example(("history", ("replay", "moves", 0, "date")), [1])
@example(("history", ("replay", "moves", 0, "grants")), 5)
def test_whatever_stands_anywhere_is_checked_without_a_crash(tmp_path_factory, place, odd):
    name, path = place
    file = tmp_path_factory.mktemp("odd") / "mine.yaml"
    file.write_text(corrupted(name, path, odd), encoding="utf-8")
    faults = check(file)
    assert all(str(fault).startswith(str(file)) for fault in faults)
