"""Samples keep to the shapes; components use only labels that exist."""

from __future__ import annotations

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from ui.site.components import EVENTS, bundle
from ui.site.gallery import names, pretend_answer, sample, stretch, view_of, words
from ui.site.shapes import PAGES, Answer, check


@pytest.mark.parametrize("name", names())
def test_a_sample_keeps_to_its_shape(name: str) -> None:
    check(view_of(name), sample(name))


def test_every_page_has_a_sample_and_a_component() -> None:
    tags = {bundle.tag(path) for path in bundle.sources()}
    assert {view_of(name) for name in names()} == set(PAGES)
    assert {f"rv-page-{view}" for view in PAGES} <= tags


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="secret"):
        check("table", sample("table") | {"secret": 1})


def test_the_answer_of_the_gallery_keeps_to_its_shape() -> None:
    move = {"ask": 3, "stances": {"USA": "defect", "MEX": "coordinate"}, "measures": {}, "quiet": False}
    answer = pretend_answer(move)
    TypeAdapter(Answer).validate_python(answer)
    assert answer["ask"] == 3


@pytest.mark.parametrize("name", [n for n in names() if view_of(n) in ("table", "debrief")])
def test_the_reasons_add_up_to_the_change(name: str) -> None:
    page = sample(name)
    rows = page["why"] if view_of(name) == "debrief" else page["leverage"]["pairs"]
    for row in rows:
        if why := row["why"]:
            assert why["start"] + sum(part["value"] for part in why["parts"]) == pytest.approx(why["end"])
            assert [part["id"] for part in why["parts"]] == [
                "exposure",
                "alternatives",
                "commitment",
                "credibility",
            ]


def test_every_label_a_component_uses_is_in_the_list_and_none_is_left_over() -> None:
    known, text = set(words()), bundle.script()
    used = set(re.findall(r"words\.([a-z_]+)", text))
    by_stance = {"coordinate", "concede", "defect", "hold"}  # words[stance]
    by_mode = {"theme_auto", "theme_light", "theme_dark"}  # words['theme_' + mode]
    assert used <= known
    assert known <= used | by_stance | by_mode


def test_components_hold_no_english() -> None:
    """Text between tags is either an expression or punctuation."""
    for path in bundle.sources():
        template = re.sub(
            r"""<(?:"[^"]*"|[^">])*>|\{\{.*?\}\}|&nbsp;""", " ", bundle.blocks(path)["template"]
        )
        words_left = re.findall(r"[A-Za-z]{2,}", template)
        assert not words_left, f"{path.name}: {words_left}"


def test_a_stretched_page_still_keeps_to_its_shape() -> None:
    longer = stretch(sample("table"))
    check("table", longer)
    assert len(longer["headline"]) > 1.2 * len(sample("table")["headline"])


def test_nothing_in_the_bundle_points_outside_the_server() -> None:
    text = bundle.script() + bundle.style()
    assert not re.findall(r"https?://(?!www\.w3\.org)", text)
    assert not re.findall(r"""url\((?!["']?fonts/)""", bundle.style())


def test_every_event_a_component_sends_is_listed_and_none_is_dead() -> None:
    sent = set(re.findall(r"say\('([a-z_]+)'", bundle.script()))
    assert sent == {event for events in EVENTS.values() for event in events}
