"""The report: whole, self-contained, in three languages, its figures adding up, hostile names harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from negotiation.debrief import debrief
from negotiation.terms import PARTNERS
from tests.debrief.conftest import GAMES, debrief_of, events_of
from tests.ui.report.conftest import LANGUAGES, branches_of, page_of
from ui.report import handout_page, report_page
from ui.report.markup import VOID, Markup, joined, rich, tag
from ui.report.telling import Telling
from ui.words import Words

EVERY = [(name, language) for name in sorted(GAMES) for language in LANGUAGES]


class Page(HTMLParser):
    """Checks that tags nest, and keeps what a test asks about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.text: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(name, k, v) for k, v in attrs]
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.text.append(data)
        if self.open and self.open[-1] in ("h1", "h2"):
            self.headings.append(data)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_report_is_whole_and_fetches_nothing(name: str, language: str) -> None:
    text = page_of(name, language)
    page = Page(text)
    words = Words.of(language)
    for part in (
        "turning",
        "why",
        "could",
        "ended",
        "real",
        "fig_replay",
        "fig_regret",
        "fig_bargain",
        "fig_firms",
    ):
        assert words(f"report.{part}") in page.headings, part
    assert ("html", "lang", language) in page.attributes
    assert not [a for a in page.attributes if a[1] in ("src", "href", "srcset", "onclick", "onload")]
    assert "url(" not in text
    assert "@import" not in text
    assert "<script" not in text
    assert "None" not in "".join(page.text)
    assert "{" not in "".join(page.text)
    assert not re.search(r"\b(nan|inf)\b", "".join(page.text))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_figure_speaks_a_sentence(name: str, language: str) -> None:
    page = Page(page_of(name, language))
    drawn = [a for a in page.attributes if a[:2] == ("svg", "class") and a[2] == "fig"]
    said = [v for n, k, v in page.attributes if n == "svg" and k == "aria-label"]
    assert len(drawn) >= 6
    assert all(v and len(v) > 3 for v in said)


def test_the_three_games_tell_three_stories() -> None:
    heads = {Page(page_of(name, "en")).headings[0] for name in GAMES}
    assert len(heads) == 3
    bodies = [" ".join(Page(page_of(name, "en")).text[:60]) for name in GAMES]
    assert len(set(bodies)) == 3


def test_the_waterfall_as_printed_adds_up() -> None:
    for name in GAMES:
        for k, fall in debrief_of(name).leverage.items():
            said = re.search(rf"Over {Words.of('en').gov(k)}</strong>(.*?)</p>", page_of(name, "en"))
            assert said, name
            numbers = [
                float(x.replace("−", "-"))
                for x in re.findall(r"[+−]\d+\.\d", said[1].split("By whose moves")[0])
            ]
            ends = [float(x) for x in re.findall(r"(?<![+−\d.])\d+\.\d", said[1].split(":")[0])]
            assert sum(numbers) == pytest.approx(ends[1] - ends[0], abs=0.051), (name, fall.parts)


def test_the_story_tells_the_numbers_of_the_findings() -> None:
    told = debrief_of("withdrawal")
    text = page_of("withdrawal", "en")
    worst = max(told.regret["USA"], key=lambda r: r.hindsight)
    assert Words.of("en").money(worst.hindsight) in text
    for p in told.turning_points:
        assert Words.of("en").month(p.date) in text
    assert "Holland" in text  # the source of what really happened


def test_a_hostile_name_is_text_and_nothing_else() -> None:
    first, *rest = events_of("front")
    nasty = "<script>alert(1)</script>"
    seats = {"USA": nasty, "CAN": nasty, "MEX": nasty}
    data = {**first.data, "scenario": nasty, "title": nasty, "seats": seats, "digest": nasty}
    text = report_page(debrief([replace(first, data=data), *rest]), "en")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    Page(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_interrupted_game_says_so_and_shows_what_there_is(language: str) -> None:
    told = debrief(list(events_of("front"))[:14])
    page = Page(report_page(told, language))
    words = Words.of(language)
    assert words("report.faults") in page.headings
    assert words("report.not_ended") in "".join(page.text)
    assert words("report.turning") in page.headings
    empty = Page(report_page(debrief(list(events_of("front"))[:1]), language))
    assert words("report.head_empty") in empty.headings


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seat", ["USA", "CAN", "MEX"])
def test_a_handout_tells_one_seat_its_own_game(seat: str, language: str) -> None:
    told = debrief_of("split")
    text = handout_page(told, seat, language, branches_of("split"))
    page = Page(text)
    words = Words.of(language)
    assert words("handout.title", who=words.gov(seat)) in page.headings
    if language == "en":
        assert not re.search(r"\b(on it\.|to it |its moves)", "".join(page.text)), "a handout says you"
    brief = told.game.scenario.briefings
    assert brief[seat].private.of(language) in "".join(page.text)
    assert all(
        brief[s].private.of(language) not in "".join(page.text) for s in {"USA", "CAN", "MEX"} - {seat}
    )


def test_every_finding_has_words_in_every_language() -> None:
    found = set()
    for source in (*Path("negotiation/debrief").rglob("*.py"), Path("ui/site/pages/debrief_desk.py")):
        text = source.read_text(encoding="utf-8")
        family = {"questions.py": "question.", "classes.py": "host.class_"}.get(source.name, "fault.")
        found |= {family + key for key in re.findall(r'Finding\(\s*"([a-z_]+)"', text)}
    found |= {
        f"question.{k}"
        for k in ("front_built", "front_lost", "luck", "foresight", "same_as_world", "other_than_world")
    }
    found |= {
        f"host.class_{k}" for k in ("hard_more", "hard_less", "less_than_computers", "more_than_computers")
    }
    assert len(found) > 20
    for language in LANGUAGES:
        words = Words.of(language)
        assert [k for k in found if not words.has(k)] == []
        known = {k for k in words._messages if k.startswith(("question.", "fault.", "host.class_"))}
        assert known == found


def test_every_question_can_be_asked() -> None:
    from negotiation.debrief.findings import Finding
    from ui.report.story import question

    values = {
        "points": 7.2,
        "rounds": 3,
        "chance": 0.2,
        "share": 0.5,
        "seat": "CAN",
        "date": "2026-01",
        "country": "MEX",
    }
    for language in LANGUAGES:
        t = Telling(debrief_of("front"), Words.of(language))
        for key in (k.removeprefix("question.") for k in t.words._messages if k.startswith("question.")):
            assert "{" not in question(t, Finding(key, values))


def test_markup_escapes_texts_and_attributes() -> None:
    assert tag("p", "a < b & c", title='"x"') == '<p title="&quot;x&quot;">a &lt; b &amp; c</p>'
    assert joined("<i>", Markup("<b>"), None, 1.5) == "&lt;i&gt;<b>1.5"
    assert rich(["a ", {"b": "<x>"}]) == "a <strong>&lt;x&gt;</strong>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_review_on_the_way_is_told_and_held_beside_the_real_one(language: str) -> None:
    told, words = debrief_of("front"), Words.of(language)
    held = {"round": 5, "outcome": "ANN", "proposals": []}
    report = report_page(replace(told, end=replace(told.end, reviews=(held,))), language)
    date = words.month(told.about.dates[4])
    said = "".join(Page(report).text)
    assert words("report.reviews_before", 1, when=date) in said
    assert words("report.real_same_then", outcome=words(f"outcome.{told.about.outcome}")) in said
    assert words("report.real_other", outcome=words(f"outcome.{told.about.outcome}")) not in said
    assert words("report.reviews_before", 1, when=date) not in "".join(Page(page_of("front", language)).text)


def test_a_step_raises_tariffs_only_where_they_rose_and_is_held_back_only_by_who_gave_way() -> None:
    told = set()
    for name in GAMES:
        t = Telling(debrief_of(name), Words.of("en"))
        assert t.seen is not None
        for number in range(1, t.debrief.about.played + 1):
            for fact in t.facts(number):
                told.add(fact.key)
                for k in PARTNERS:
                    if fact.values.get("whom") != t.words.gov(str(k)) and fact.key != "step_taken_both":
                        continue
                    before, after = (t.seen.tariff(n, "USA", k) for n in (number - 1, number))
                    if fact.key in ("step_taken", "step_taken_both"):
                        assert after > before
                    if fact.key == "step_at_border":
                        assert after == pytest.approx(before)
                    if fact.key == "at_top":
                        assert after <= before
                    if fact.key == "held_back":
                        gave_way = t.seen.stance(number, k, "USA") == "concede"
                        assert gave_way or t.seen.fact(number, "separate_talks", k)
    assert {"step_taken", "step_at_border", "at_top"} <= told
