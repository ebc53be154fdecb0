"""Nothing but plain, finite, small data comes through the door to YAML."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import ScenarioError
from negotiation.scenario import load_yaml
from negotiation.scenario.yaml_door import read_document


def refused(written, content, *words: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_yaml(written(content))
    message = str(caught.value)
    for word in words:
        assert word in message, message
    return message


def test_plain_values_follow_yaml_1_2(written):
    text = "{country: NO, flag: on, month: 2025-09, day: 2025-09-18, small: 1e-3,"
    text += " whole: 7, yes: true, none: ~, 'q': '7'}"
    assert load_yaml(written(text)) == {
        "country": "NO",
        "flag": "on",
        "month": "2025-09",
        "day": "2025-09-18",
        "small": 0.001,
        "whole": 7,
        "yes": True,
        "none": None,
        "q": "7",
    }


def test_a_file_in_the_working_folder_never_stands_in_for_a_shipped_one_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text("mine: 1\n", encoding="utf-8")
    assert "evidence" in load_yaml("rules.yaml")
    assert load_yaml(tmp_path / "rules.yaml") == load_yaml("./rules.yaml") == {"mine": 1}


@pytest.mark.parametrize("number", [".nan", ".NaN", ".inf", "-.inf", "1e999", "nan", "-inf", "9" * 400])
def test_a_number_that_is_not_finite_is_refused_with_its_key(written, number):
    refused(written, f"a:\n  b: {number}\n", "mine.yaml:2: a.b", "finite")


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system",
        "!mine 3",
        "!!set {a}",
        "!!binary aGk=",
    ],
)
def test_tags_that_build_objects_are_refused(written, tag):
    refused(written, f"a: {tag}\n", "mine.yaml:1: a", "tag")


def test_a_key_that_stands_twice_is_refused_and_both_lines_are_named(written):
    refused(written, "a:\n  b: 1\n  c: 2\n  b: 3\n", "mine.yaml:4: a.b", "twice", "line 2")


def test_all_faults_of_a_file_come_in_one_report(written):
    message = refused(written, "a: .nan\nb: !x 1\nb: 2\n3: three\n<<: {c: 1}\n")
    assert "5 faults" in message


def test_a_large_file_is_refused_by_its_size_before_it_is_read(written, monkeypatch):
    path = written(b"")
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    monkeypatch.setattr(type(path), "open", lambda *a, **k: pytest.fail("the file was opened"))
    with pytest.raises(ScenarioError, match=r"50\.0 MB"):
        load_yaml(path)


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_deep_nesting_is_refused(written, opening):
    refused(written, "a: " + opening * 50_000, "deeper than 40")


def test_depth_forty_is_read(written):
    assert load_yaml(written("a: " + "[" * 39 + "]" * 39))
    refused(written, "a: " + "[" * 40 + "]" * 40, "deeper than 40")


def test_an_alias_bomb_is_refused(written):
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    refused(written, "\n".join(rows), "aliases")


def test_a_ladder_of_aliases_cannot_get_deeper_than_the_limit(written):
    rows = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 60)]
    refused(written, "\n".join(rows), "deeper than 40")


def test_an_alias_to_itself_or_to_nothing_is_refused(written):
    refused(written, "a: &a [*a]", "nothing to point to")
    refused(written, "a: *b", "nothing to point to")


def test_a_modest_alias_is_followed(written):
    assert load_yaml(written("a: &a {x: 1}\nb: *a\n")) == {"a": {"x": 1}, "b": {"x": 1}}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"a: caf\xe9\n", "UTF-8"),
        (b"\xff\xfea\x00:\x00", "UTF-8"),
        ("a: [1, 2\nb: 3", "not valid YAML"),
        ("a: b: c", "not valid YAML"),
        ("\ta: 1", "not valid YAML"),
        ("a: \x01", "not valid YAML"),
        ("", "empty"),
        ("# only a remark\n", "empty"),
        ("- a\n- b\n", "not a mapping"),
        ("word", "not a mapping"),
        ("a: 1\n---\na: 2\n", "second document"),
        ("{[1, 2]: 3}", "used as a key"),
    ],
)
def test_what_cannot_be_read_says_why(written, content, word):
    refused(written, content, word)


def test_the_line_of_bad_bytes_is_given(written):
    refused(written, b"a: 1\nb: 2\nc: \xe9\n", "mine.yaml:3")


def test_a_missing_file_says_what_to_do_next(tmp_path):
    with pytest.raises(ScenarioError, match=r"no such file.*negotiation scenarios"):
        load_yaml(tmp_path / "nowhere.yaml")


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(ScenarioError, match="folder"):
        load_yaml(tmp_path)


def test_every_key_path_has_its_line(written):
    document = read_document(written("a: 1\nb:\n  - x: 1\n  - x: 2\n    y: [3,\n     4]\n"))
    assert document.lines[("b", 1, "x")] == 4
    assert document.lines[("b", 1)] == 4
    assert document.lines[("b", 1, "y", 1)] == 6


plain_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cs",)), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(categories=("Ll",), max_codepoint=0xFFFF), min_size=1, max_size=5),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(plain_data)
def test_json_comes_through_unchanged(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("door") / "data.yaml"
    path.write_text(json.dumps({"root": data}), encoding="utf-8")
    assert load_yaml(path) == {"root": data}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_never_crash(tmp_path_factory, raw):
    path = tmp_path_factory.mktemp("door") / "data.yaml"
    path.write_bytes(raw)
    document = read_document(path)
    assert document.faults or isinstance(document.data, dict)
