"""The facilitator pack: the same in three languages, true to the product, and a paper game that can be played."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from negotiation.debrief.paper import PaperGame, combinations, paper_game
from negotiation.scenario import load_scenario
from negotiation.terms import OUTCOMES, SEATS
from tests.ui.cli.conftest import Command
from tests.ui.report.conftest import LANGUAGES
from tests.ui.report.test_report import Page
from ui.cli import COMMANDS
from ui.report.sheets import cards_page, document_page, roles_page
from ui.words import Words

PACK = Path("configs/pack")
SCENARIO = "steel-autos-partnership"


@cache
def paper(scenario: str = SCENARIO) -> PaperGame:
    return paper_game(scenario)


def documents(language: str) -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in sorted((PACK / language).glob("*.md"))}


@pytest.mark.parametrize("language", ["es", "fr"])
def test_every_language_has_the_same_documents_with_the_same_parts(language: str) -> None:
    english, other = documents("en"), documents(language)
    assert other.keys() == english.keys()
    for name, text in english.items():
        for mark in (r"(?m)^#+ ", r"(?m)^\|", r"(?m)^\d+\. ", r"(?m)^- ", r"(?m)^\[ \]"):
            assert len(re.findall(mark, other[name])) == len(re.findall(mark, text)), (name, mark)


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_files_and_labels_named_in_the_pack_exist(language: str) -> None:
    words = Words.of(language)
    text = " ".join("\n".join(documents(language).values()).split())
    for command in re.findall(r"`negotiation ([a-z-]+)", text):
        assert command in dict(COMMANDS), command
    for file in re.findall(r"`([a-z0-9-]+\.md)`", text):
        assert file in documents(language), file
    for scenario in re.findall(r"`(?:cards|roles)-([a-z0-9-]+)\.html`", text):
        assert f"*{load_scenario(scenario).title.of(language)}*" in text, scenario
    wanted = (
        "home.play",
        "home.host_class",
        "host.tables",
        "host.seconds",
        "host.deal",
        "host.deal_chosen",
        "host.per_seat",
        "host.mode",
        "host.mode_simple",
        "host.mode_full",
        "host.open_class",
        "host.page_projector",
        "host.start",
        "host.pause",
        "host.resume",
        "host.push",
        "host.scope",
        "host.all",
        "host.seats",
        "host.remove",
        "host.news",
        "host.talk",
        "host.end",
        "host.page_debrief",
        "review.to_debrief",
        "whatif.title",
        "debrief.downloads",
        "teachers.link",
        "foot.model",
    )
    for key in wanted:
        assert f"*{' '.join(words(key).split())}*" in text, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_the_paper_game_is_on_its_board(language: str) -> None:
    words, text = Words.of(language), documents(language)["paper-game.md"]
    cell = paper("autumn-2025").boards[0].cells["defect", "together", "together"]
    assert f"`{' / '.join(words.signed(p) for p in cell.points)} {cell.to}`" in text
    for card in ("card.us_defect", "card.partner_together"):
        assert f"*{words(card)}*" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_slides_are_one_a_screen_and_a_lesson_names_them_by_number(language: str) -> None:
    page = document_page(Words.of(language), documents(language)["slides.md"])
    assert page.count('<section class="slide"><h1>') == 8
    assert re.search(r"(Slide|Diapositiva|Diapositive) 8\b", documents(language)["lesson-45.md"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_prints(language: str) -> None:
    for name, text in documents(language).items():
        page = Page(document_page(Words.of(language), text))
        assert page.headings[0] == text.partition("\n")[0].lstrip("# "), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_named_in_another_is_one_press_away(language: str) -> None:
    pages = documents(language)
    made = "".join(document_page(Words.of(language), text) for text in pages.values())
    ways = {way.replace(".html", ".md") for way in re.findall(r'href="([^"]+)"', made)}
    assert ways <= set(pages)
    assert {"lesson-45.md", "slides.md", "paper-game.md", "consent.md"} <= ways


def test_a_document_cannot_bring_markup() -> None:
    assert "<script" not in document_page(Words.of("en"), "# x\n<script>alert(1)</script>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_role_sheet_keeps_the_briefings_of_the_others(language: str) -> None:
    scenario = load_scenario(SCENARIO)
    sheets = roles_page(scenario, language).split('class="sheet"')[1:]
    assert len(sheets) == len(SEATS)
    for seat, sheet in zip(SEATS, sheets, strict=True):
        text = "".join(Page(f"<section {sheet.rpartition('</section>')[0]}</section>").text)
        for other in SEATS:
            brief = scenario.briefings[other]
            assert brief.public.of(language) in text
            assert (brief.private.of(language) in text) == (other is seat)


def test_the_paper_game_starts_as_the_scenario_does() -> None:
    start = load_scenario(SCENARIO).start
    first = paper().boards[0]
    assert first.name == "A"
    assert first.us_rung == (start.us_rung["CAN"], start.us_rung["MEX"])
    assert first.partner_rung == (start.partner_rung["CAN"], start.partner_rung["MEX"])


def test_every_combination_of_cards_leads_somewhere_and_every_die_is_whole() -> None:
    names = {b.name for b in paper().boards}
    assert len(names) == 6
    for board in paper().boards:
        assert set(board.cells) == set(combinations())
        assert {c.to for c in board.cells.values()} <= names
        assert sum(board.die.values()) == 20
        assert min(board.die.values()) >= 0
        assert set(board.ends) == {str(o) for o in OUTCOMES}
        assert all(0 <= x <= 100 for x in board.leverage)


def test_boards_stand_for_the_model_well_enough_for_a_lesson() -> None:
    assert paper().fit > 0.6
    everywhere = np.array([[c.points for c in b.cells.values()] for b in paper().boards])
    assert everywhere.std(axis=1).max() > 0.5, "cards make a difference"


def test_a_whole_game_can_be_played_on_paper() -> None:
    rng = np.random.default_rng(5)
    boards = {b.name: b for b in paper().boards}
    visited = set()
    for _ in range(60):
        at = boards["A"]
        for _ in range(paper().rounds):
            visited.add(at.name)
            cards = combinations()[int(rng.integers(27))]
            at = boards[at.cells[cards].to]
        faces = [end for end, n in at.die.items() for _ in range(n)]
        assert faces[int(rng.integers(20))] in at.ends
    assert len(visited) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cards_show_every_board_and_every_card(language: str) -> None:
    text = cards_page(paper(), language)
    page, words = Page(text), Words.of(language)
    assert sum(h.startswith(words("pack.board", name="")) for h in page.headings) == 6
    assert text.count('class="card"') == 9
    assert text.count('<section class="sheet">') == 4, (
        "two boards a sheet; cards and the sheet to fill in on the last"
    )
    said = "".join(page.text)
    for key, seats in (("us_defect", ("",)), ("partner_own_deal", (words.gov("MEX"), words.gov("CAN")))):
        for other in seats:  # a card says which stances it stands for
            assert words(f"card.{key}_does", other=other) in said
    assert words("pack.end_times", n="4") in said, "a point of the end is worth four of a month"


def test_the_command_writes_a_pack(negotiation: Command, tmp_path: Path) -> None:
    done = negotiation("pack", "--out", tmp_path / "p", "--language", "es", "--scenario", SCENARIO, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    for name in (
        f"cards-{SCENARIO}.html",
        f"roles-{SCENARIO}.html",
        "lesson-45.md",
        "lesson-45.html",
        "README.html",
    ):
        assert name in found["files"]
        assert (tmp_path / "p" / name).is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--language", "pt"), "language"),
        (("--scenario", "autumn-2035"), "autumn"),
        (("--out", "x.html"), "folder"),
    ],
)
def test_a_pack_asked_for_wrongly_is_refused(
    negotiation: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = negotiation("pack", *(() if "--out" in arguments else ("--out", "p")), *arguments)
    assert done.code == 2
    assert said in done.err
    assert list(tmp_path.iterdir()) == []
