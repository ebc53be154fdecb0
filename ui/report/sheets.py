"""Printed sheets of the facilitator pack: role sheets of a scenario, the cards of the paper game, documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from negotiation.debrief.findings import settings
from negotiation.debrief.paper import PaperBoard, PaperGame
from negotiation.game.moves import issues_between
from negotiation.rooms.simple import CARDS
from negotiation.scenario import Scenario
from negotiation.terms import OUTCOMES, PARTNERS, SEATS, Country, others
from ui.report.figures.drawing import COLOUR, table
from ui.report.markup import Child, Markup, joined, tag
from ui.report.page import framed
from ui.words import Words

SHEETS = """
.sheet { break-after: page; margin-bottom: 28px; }
.whole { break-inside: avoid; }
.sheet:last-child { break-after: auto; }
.cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; }
.card { border: 1.5px dashed var(--ink-2); padding: 14px 8px; text-align: center; min-height: 90px; }
.card b { display: block; font-size: 1.1rem; margin-bottom: 4px; }
table.board td, table.board th { text-align: center; padding: 2px 6px; white-space: nowrap; }
table.board tbody th { text-align: left; }
table.sheet td { height: 2em; }
blockquote { margin: 0 0 8px; }
html:has(.slide) { scroll-snap-type: y proximity; counter-reset: slide; }
.slide { counter-increment: slide; scroll-snap-align: start; min-height: 100vh; padding: 7vh 0; break-after: page; }
.slide { position: relative; font-size: clamp(1.1rem, 2.6vmin + .6vw, 2.2rem); }
.slide h1 { font-size: 1.9em; }
.slide li { margin: 0 0 .6em; }
.slide::after { content: counter(slide); position: absolute; right: 0; bottom: 3vh; color: var(--ink-3); }
@media print { .slide { min-height: 0; } }
"""


BOARDS = 2
"""Boards on a sheet of paper."""
NAMED = re.compile(r"<code>([a-z0-9-]+)\.md</code>")
"""A document of the pack named in another: on a page, a way to its page."""


def sheet_page(words: Words, title: str, *body: Child) -> str:
    """A printable page without a game."""
    mast = tag("div", tag("b", words("product")), tag("span", title), class_="mast")
    return framed(words.language, title, mast, *body, more=SHEETS)


def document_page(words: Words, text: str) -> str:
    """A Markdown document of the pack as a printable page; one of several first headings is shown as slides."""
    from markdown_it import MarkdownIt

    title = text.partition("\n")[0].lstrip("# ").strip()
    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    made = NAMED.sub(r'<a href="\1.html"><code>\1.md</code></a>', made)
    slides = ["<h1>" + slide for slide in made.split("<h1>")[1:]]
    if len(slides) > 1:
        return sheet_page(words, title, [tag("section", Markup(slide), class_="slide") for slide in slides])
    return sheet_page(words, title, tag("div", Markup(made), class_="story"))


# -- roles ----------------------------------------------------------------------------------------------


def roles_page(scenario: Scenario, language: str) -> str:
    """A sheet for each seat: what everybody knows, what only it knows, what it may grant."""
    words = Words.of(language)
    title = words("pack.roles_title", scenario=scenario.title.of(language))
    return sheet_page(words, title, [_role(scenario, seat, words) for seat in SEATS])


def _role(scenario: Scenario, seat: Country, words: Words) -> Markup:
    language, brief = words.language, scenario.briefings[seat]
    return tag(
        "section",
        tag("p", words("pack.roles_kicker", scenario=scenario.title.of(language)), class_="kicker"),
        tag("h1", words("pack.role", who=words.gov(str(seat))), style=f"color:{COLOUR[str(seat)]}"),
        tag("p", scenario.summary.of(language), class_="deck"),
        tag("h2", words("pack.story")),
        [_paragraph(p, words) for p in scenario.story],
        tag("h2", words("pack.public")),
        tag("ul", [tag("li", _told(s, scenario.briefings[s].public.of(language), words)) for s in SEATS]),
        tag("h2", words("pack.private")),
        tag("p", brief.private.of(language)),
        [_grants(scenario, seat, c, words) for c in others(seat)],
        class_="sheet",
    )


def _paragraph(paragraph: Any, words: Words) -> Markup:
    is_fact = str(paragraph.kind) == "fact"
    label = words("pack.fact" if is_fact else "pack.fiction")
    source = getattr(paragraph, "source", None)
    return tag(
        "p",
        tag("small", f"{label}. "),
        paragraph.text.of(words.language),
        tag("small", " " + words("pack.source", source=source)) if is_fact and source else None,
    )


def _told(seat: Country, text: str, words: Words) -> Markup:
    """A public brief speaks to its own seat: to the others it is quoted."""
    name = tag("strong", str(words.gov(str(seat))), style=f"color:{COLOUR[str(seat)]}")
    return joined(name, " ", words("pack.brief", text=text))


def _grants(scenario: Scenario, seat: Country, toward: Country, words: Words) -> Markup | None:
    issues = issues_between(seat, toward, scenario)
    if not issues:
        return None
    said = [
        words(
            "pack.issue",
            issue=i.title.of(words.language),
            cost=words.money(float(i.cost)),
            value=words.money(float(i.value)),
        )
        for i in issues
    ]
    title = words("pack.may_grant", whom=words.gov(str(toward)))
    return joined(tag("h2", title), tag("ul", [tag("li", x) for x in said]))


# -- cards ----------------------------------------------------------------------------------------------


def cards_page(game: PaperGame, language: str) -> str:
    """Boards, cards to cut out and a sheet to fill in."""
    words, s = Words.of(language), settings("paper")
    scenario = game.scenario.title.of(language)
    kicker = words(
        "pack.cards_kicker",
        n=len(game.boards),
        scenario=scenario,
        rounds=game.rounds,
        die=words.number(int(s["die"])),
    )
    fit = words(
        "pack.cards_fit",
        fit=words.number(game.fit, 2),
        point=words.money(float(s["point"])),
        review=words.money(float(s["review_point"])),
    )
    return sheet_page(
        words,
        words("pack.cards_title", scenario=scenario),
        tag("p", kicker, class_="kicker"),
        tag("p", fit, class_="note"),
        [
            tag("section", [tag("div", _board(b, words), class_="whole") for b in pair], class_="sheet")
            for pair in (game.boards[n : n + BOARDS] for n in range(0, len(game.boards), BOARDS))
        ],
        tag("section", _cut_out(words), _own_sheet(game.rounds, words), class_="sheet"),
    )


def _board(board: PaperBoard, words: Words) -> Markup:
    first = f" ({words('pack.board_start')})" if board.name == "A" else ""
    can, mex = board.leverage
    lever = words("pack.leverage", can=words.number(can), mex=words.number(mex))
    names = {str(seat): words.gov(str(seat)) for seat in SEATS}
    head: list[Child] = [f"{names['CAN']} / {names['MEX']} ↓ {names['USA']} →"]
    head += [card_name(Country.USA, card, words) for card in CARDS[Country.USA]]
    rows: list[list[Child]] = []
    for a in CARDS[Country.CAN]:
        for b in CARDS[Country.MEX]:
            row: list[Child] = [f"{card_name(Country.CAN, a, words)} / {card_name(Country.MEX, b, words)}"]
            for u in CARDS[Country.USA]:
                cell = board.cells[u, a, b]
                row.append(
                    joined(" / ".join(words.signed(p) for p in cell.points), "  ", tag("strong", cell.to))
                )
            rows.append(row)
    return joined(
        tag("h2", words("pack.board", name=board.name) + first),
        tag("p", " ".join([*_standing(board, words), lever])),
        tag("p", words("pack.cell", usa=names["USA"], can=names["CAN"], mex=names["MEX"]), class_="note"),
        table(head, rows, kind="board"),
        tag("h3", words("pack.review")),
        table(
            [words("pack.die"), words("pack.ends"), *(words(f"mono.{s}") for s in SEATS)],
            _review_rows(board, words),
            kind="board",
        ),
    )


def _standing(board: PaperBoard, words: Words) -> list[str]:
    """Steps in force and announced, in sentences."""
    said = []
    for i, k in enumerate(str(p) for p in PARTNERS):
        us, partner = words.gov("USA"), words.gov(k)
        for who, whom, steps, notice in (
            (us, partner, board.us_rung[i], board.us_notice[i]),
            (partner, us, board.partner_rung[i], board.partner_notice[i]),
        ):
            if steps:
                said.append(words("pack.in_force", who=who, whom=whom, n=words.number(steps)) + ".")
            if notice:
                said.append(words("pack.on_notice", who=who, whom=whom) + ".")
    return said or [words("pack.nothing")]


def _review_rows(board: PaperBoard, words: Words) -> list[Sequence[Child]]:
    rows: list[Sequence[Child]] = []
    face = 1
    for end in (str(o) for o in OUTCOMES):
        faces = board.die[end]
        shown = "–" if not faces else str(face) if faces == 1 else f"{face}–{face + faces - 1}"
        face += faces
        rows.append([shown, words(f"outcome.{end}"), *(words.signed(p) for p in board.ends[end])])
    return rows


def card_name(seat: Country, card: str, words: Words, says: str = "") -> str:
    """A card as the screens call it; with ``_does`` the stances it stands for."""
    side = "us" if seat is Country.USA else "partner"
    other = others(seat)[1] if side == "partner" else seat
    return words(f"card.{side}_{card.replace('-', '_')}{says}", other=words.gov(str(other)))


def _cut_out(words: Words) -> Markup:
    cards = [
        tag(
            "div",
            tag("small", str(words.gov(str(seat))), style=f"color:{COLOUR[str(seat)]}"),
            tag("b", card_name(seat, card, words)),
            card_name(seat, card, words, "_does"),
            class_="card",
        )
        for seat in SEATS
        for card in CARDS[seat]
    ]
    return joined(tag("h2", words("pack.cut")), tag("div", cards, class_="cards"))


def _own_sheet(rounds: int, words: Words) -> Markup:
    head = [words(f"pack.{x}") for x in ("month", "my_card", "points", "next")]
    rows: list[Sequence[Child]] = [[str(n), "", "", ""] for n in range(1, rounds + 1)]
    paper = settings("paper")
    times = words.number(float(paper["review_point"]) / float(paper["point"]))
    rows += [[words("pack.end_times", n=times), "", "", ""], [words("pack.sum"), "", "", ""]]
    return joined(tag("h2", words("pack.sheet")), table(head, rows, kind="sheet"))
