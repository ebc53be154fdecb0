"""The page about the story: every number comes from stored results, and every sentence still follows from them."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from negotiation.errors import InputError, UnknownName
from negotiation.lab.telling import as_text, number, page, stored
from negotiation.lab.validation import published_comparison
from negotiation.scenario import LANGUAGES

PLACE = re.compile(r"\{[A-Za-z]")
AGAIN = (
    "measure anew (negotiation story --write configs/story/results.json) and read configs/story/*.md again"
)


def raw(language: str) -> str:
    return files("configs").joinpath("story", f"{language}.md").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_is_filled_and_every_command_named(language) -> None:
    text = page(language)
    assert not PLACE.search(text)
    for command in ("explain autumn-2025", "history", "validate", "tipping"):
        assert f"`negotiation {command}`" in text
    assert text.count("\n## ") == 6


def test_the_three_languages_tell_the_same_numbers() -> None:
    places = {language: re.findall(r"\{([A-Za-z0-9_.]+)", raw(language)) for language in LANGUAGES}
    assert sorted(places["en"]) == sorted(places["es"]) == sorted(places["fr"])


def test_the_sentences_still_follow_from_the_numbers() -> None:
    found = stored()
    shift, systems = found["explain"]["shift"], found["explain"]["systems"]
    assert all(shift[k]["high"] < 0 for k in ("CAN", "MEX")), f"leverage wears away? {AGAIN}"
    assert all(abs(systems["S7"][k]["mean"]) < 3 for k in ("CAN", "MEX")), f"firms change little? {AGAIN}"
    assert all(abs(systems["S6"][k]["mean"]) < 1 for k in ("CAN", "MEX")), f"a road moves hardly? {AGAIN}"
    firms, front, history = found["firms"], found["front"], found["history"]
    assert firms["steady_rushes"] == 0, f"gradually only? {AGAIN}"
    assert firms["missing"]["24"] > firms["missing"]["60"] > 0.1, f"come back slowly? {AGAIN}"
    assert firms["wild"]["2"] > firms["calm"]["2"], f"reversals build? {AGAIN}"
    assert front["to"] - front["from"] > 0.25, f"suddenly? {AGAIN}"
    assert front["double_high"] >= front["double_low"] > 0, f"two solutions? {AGAIN}"
    assert history["likeliest"] != "ANN", f"most weight to what happened now: say so. {AGAIN}"
    assert history["likeliest_odds"] > history["real"] > history["once"], f"came near by a rule? {AGAIN}"


def test_the_page_and_the_validation_tell_the_same() -> None:
    rows = {row.id: row for row in published_comparison()}
    for name, told in stored()["validation"]["figures"].items():
        assert told["model"] == pytest.approx(rows[name].model, abs=1e-3), AGAIN


@pytest.mark.parametrize(
    ("value", "form", "language", "said"),
    [
        (-9.66, "+1", "en", "−9.7"),
        (9.66, "+1", "fr", "+9,7"),
        (0.256, "%0", "es", "26 %"),
        (0.256, "%0", "en", "26%"),
        (-0.04, "+1", "en", "0.0"),
        (3.0, "0", "fr", "3"),
    ],
)
def test_numbers_are_written_in_a_languages_manner(value, form, language, said) -> None:
    assert number(value, form, language).replace("\u00a0", " ") == said


def test_a_language_nobody_wrote_and_a_number_nobody_measured_are_refused() -> None:
    with pytest.raises(UnknownName):
        page("de")
    with pytest.raises(InputError, match="negotiation story --write"):
        page("en", {**stored(), "front": {}})


def test_results_are_kept_to_four_digits() -> None:
    assert '"a": 0.3333' in as_text({"a": 1 / 3})
