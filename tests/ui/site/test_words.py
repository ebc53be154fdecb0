"""Three languages say the same things: nothing missing, nothing left over, the same fields in each."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
import string
from functools import cache
from pathlib import Path

import pytest

from negotiation.scenario import load_scenario, scenario_names
from negotiation.strategies import strategies
from negotiation.strategies.reasons import PATTERNS
from ui.words import LANGUAGES, Words, joined, parts, plain
from ui.words.catalogue import catalogue

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "ui").rglob("*.py"))
OTHERS = [language for language in LANGUAGES if language != "en"]
MADE_ELSEWHERE = re.compile(r"(ui|reason|strategy|error|compare|sector|grade|country|gov|mono|form)\..+")
"""Keys whose names come from outside the presenters; each family has its own test below."""


def keys(language: str) -> set[str]:
    return set(catalogue(language)[0])


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@cache
def literals() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Every text in the product's code, and every f-string as a pattern."""
    plain_ones: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                plain_ones.add(node.value)
            if isinstance(node, ast.JoinedStr):
                made = "".join(
                    re.escape(p.value) if isinstance(p, ast.Constant) else "[A-Za-z0-9_-]+"
                    for p in node.values
                )
                if re.match(r"[a-z]+\\\.", made):
                    patterns.append(re.compile(made))
            if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant):
                plain_ones.add(f"+{node.right.value}")
    return frozenset(plain_ones), tuple(patterns)


def is_used(key: str) -> bool:
    said, patterns = literals()
    if key in said or any(p.fullmatch(key) for p in patterns):
        return True
    return any(
        key == base + ending[1:] for ending in said if ending.startswith("+_") for base in said if base
    )


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_sentence(language: str) -> None:
    assert keys("en") - keys(language) == set()
    assert keys(language) - keys("en") == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_has_the_same_fields_and_plurals_in_every_language(language: str) -> None:
    english, other = catalogue("en")[0], catalogue(language)[0]
    for key, message in english.items():
        translated = other[key]
        assert fields(translated.text) == fields(message.text), key
        assert (translated.plural is None) == (message.plural is None), key
        if message.plural:
            assert fields(translated.plural or "") == fields(message.plural), key


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_not_the_english_sentence(language: str) -> None:
    english, other = catalogue("en")[0], catalogue(language)[0]
    same = [
        key
        for key, message in english.items()
        if other[key].text == message.text and len(re.sub(r"\{.*?\}|<.*?>", "", message.text)) > 24
    ]
    assert same == []


def test_no_sentence_is_left_over() -> None:
    unused = sorted(k for k in keys("en") if not MADE_ELSEWHERE.fullmatch(k) and not is_used(k))
    assert unused == []


def test_every_sentence_asked_for_exists() -> None:
    missing = []
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            asked = ast.unparse(node.func)
            key = node.args[0].value
            speaks = "words" in asked and asked.split(".")[-1] in ("words", "rich", "pattern", "term")
            if speaks and isinstance(key, str) and key not in keys("en"):
                missing.append(f"{source.name}: {key}")
    assert missing == []


def test_the_components_find_all_their_labels_and_no_more() -> None:
    used = set()
    for file in (ROOT / "ui/site/components").rglob("*.vue"):
        used |= set(re.findall(r"words\.([a-z_0-9]+)", file.read_text(encoding="utf-8")))
    sample = json.loads((ROOT / "ui/site/samples/words.en.json").read_text(encoding="utf-8"))
    for language in LANGUAGES:
        fixed = Words.of(language).fixed
        assert used - set(fixed) == set()
        assert set(sample) == set(fixed)


def test_every_reason_of_a_shipped_strategy_has_words_with_its_values() -> None:
    english = catalogue("en")[0]
    for key, pattern in PATTERNS.items():
        assert fields(english[f"reason.{key}"].text) == fields(pattern), key
    assert {k.removeprefix("reason.") for k in english if k.startswith("reason.")} == set(PATTERNS)


GLOSSARY = {
    "es": r"palanca|contraarancel|\bparejo|TMEC|tarifas?\b|ordenador\b|análisis final|hojas de papeles|\d %|\} %",
    "fr": r"rapport de force|\blevier|\bpostures?\b|dépêche|contre-tarif|\btarifs?\b|AEUMC|feuilles? de rôle",
}
"""Words that would name a second time what the glossary of CONTRIBUTING has named once."""


def texts(language: str) -> dict[str, str]:
    """Everything a visitor, or a teacher with the pack in hand, reads in a language."""
    out = {k: f"{m.text} {m.plural or ''}" for k, m in catalogue(language)[0].items()}
    for scenario in map(load_scenario, scenario_names()):
        told = [scenario.summary, *(p.text for p in scenario.story), *(e.news for e in scenario.events)]
        told += [t for b in scenario.briefings.values() for t in (b.public, b.private)]
        out[scenario.name] = " ".join(t.of(language) for t in told)
    return out | {
        p.name: p.read_text(encoding="utf-8") for p in (ROOT / "configs/pack" / language).glob("*.md")
    }


@pytest.mark.parametrize("language", OTHERS)
def test_one_term_stands_for_one_idea(language: str) -> None:
    found = {key: re.findall(GLOSSARY[language], text, re.I) for key, text in texts(language).items()}
    assert {key: said for key, said in found.items() if said} == {}


def test_french_marks_keep_their_spaces_and_never_begin_a_line() -> None:
    wrong = re.compile(r"\w [:;?!»%](?!-)|« |[^\s\u00a0\u202f]»|«[^\u00a0\u202f]")
    assert {key: m[0] for key, text in texts("fr").items() if (m := wrong.search(text))} == {}


def test_spanish_questions_open_as_they_close() -> None:
    for key, text in texts("es").items():
        for opens, closes in ("¿?", "¡!"):
            assert text.count(opens) == text.count(closes), key


def test_every_shipped_strategy_has_a_name() -> None:
    named = {k.removeprefix("strategy.") for k in keys("en") if k.startswith("strategy.")}
    assert named == set(strategies()), "a host chooses among all of them"


def test_every_error_of_the_rooms_has_words() -> None:
    from negotiation.rooms import errors

    known = {k.removeprefix("error.") for k in keys("en") if k.startswith("error.")}
    for name, cause in vars(errors).items():
        if not isinstance(cause, type) or not issubclass(cause, errors.RoomError) or cause.__subclasses__():
            continue
        assert name == "BadAddress" or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() in known, name


def test_every_published_row_and_sector_and_grade_has_words() -> None:
    from negotiation.scenario import load_yaml
    from negotiation.terms import Sector
    from ui.site.present.model import SHOWN_AT_HOME

    rows = {f"compare.{name}" for name in SHOWN_AT_HOME}
    grades = {f"grade.{fact['grade']}" for fact in load_yaml("history.yaml")["facts"]}
    sectors = {f"sector.{s}" for s in Sector}
    for family in (rows, grades, sectors):
        assert family <= keys("en")
    assert {k for k in keys("en") if k.startswith("compare.")} == rows
    assert {k for k in keys("en") if k.startswith("grade.")} == grades


def test_forms_are_only_those_sentences_ask_for() -> None:
    asked = {
        form for language in LANGUAGES for m in catalogue(language)[0].values() for form in _forms(m.text)
    }
    code = "".join(s.read_text(encoding="utf-8") for s in SOURCES)
    asked |= set(re.findall(r'\.form\([^)]*?"([a-z]+)"\)', code))
    known = {k.split(".")[1] for k in keys("en") if k.startswith("form.")}
    assert known <= asked


def _forms(text: str) -> set[str]:
    return {spec for _, name, spec, _ in string.Formatter().parse(text) if name and spec}


def test_words_meet_as_the_language_wants() -> None:
    fr, es, en = (Words.of(x) for x in ("fr", "es", "en"))
    assert f"{fr.gov('CAN'):of}" == "d’Ottawa"
    assert f"{es.gov('MEX'):of}" == "de Ciudad de México"
    assert f"{en.gov('MEX'):of}" == "of Mexico City"


def test_numbers_money_and_dates_follow_the_locale() -> None:
    en, es, fr = (Words.of(x) for x in ("en", "es", "fr"))
    assert [w.number(12345.6, 1) for w in (en, es, fr)] == ["12,345.6", "12,345.6", "12\u00a0345,6"]
    assert [w.money(-3.24) for w in (en, es, fr)] == [
        "−US$3.2bn",
        "−US$3,200 millones",
        "−3,2\u00a0Md$\u00a0US",
    ]
    assert [w.percent(-0.31, 1) for w in (en, fr)] == ["−0.3%", "−0,3\u00a0%"]
    assert [w.month("2026-02") for w in (en, es, fr)] == ["February 2026", "febrero de 2026", "février 2026"]
    assert [w.day(dt.date(2026, 7, 1)) for w in (en, es, fr)] == [
        "1 July 2026",
        "1 de julio de 2026",
        "1er juillet 2026",
    ]
    assert en.number(-0.04, 1) == "0.0"  # no minus before nothing


def test_a_number_chooses_the_plural() -> None:
    assert Words.of("en")("head.opening", n=1) == "Three governments, one month, one pact"
    assert Words.of("en")("head.opening", n=10) == "Three governments, 10 months, one pact"
    none = Words.of("fr")("head.opening", n=0)  # French counts none as one
    assert none.startswith("Trois gouvernements, un mois")


def test_marks_become_parts_and_join_again() -> None:
    assert parts("a <b>b</b> c") == ["a ", {"b": "b"}, " c"]
    assert parts("a") == "a"
    assert joined("a", None, "b") == "a b"
    assert plain(joined("a", ["b ", {"b": "c"}])) == "a b c"


def test_an_unknown_sentence_says_what_to_do() -> None:
    with pytest.raises(KeyError, match="add it to every language"):
        Words.of("en")("no.such")
