"""A one-page handout for one seat: what it did, what would have been better, what only it knew, room to think."""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.debrief.branches import Branch
from negotiation.debrief.debriefing import Debrief
from negotiation.terms import Country, others
from ui.report.figures.drawing import table
from ui.report.hindsight import conduct, fair
from ui.report.markup import Child, Markup, joined, tag
from ui.report.story import questions
from ui.report.tables import conduct_said, met_by, signs
from ui.report.telling import Telling
from ui.words import Words

COSTLY = 0.05
"""USD bn below which another move is not called better."""


def handout_page(
    debrief: Debrief,
    seat: Country | str,
    language: str = "en",
    branches: Sequence[Branch] = (),
    *,
    paper: str | None = None,
) -> str:
    """The handout of a seat as one self-contained page."""
    from ui.report.page import document, opening

    t = Telling(debrief, Words.of(language), tuple(branches))
    seat, words = str(Country(seat)), t.words
    who = words.gov(seat)
    kicker = words("handout.kicker", scenario=t.title, who=words.gov(seat))
    return document(
        t,
        words("handout.title", who=who),
        opening(t, kicker, words("handout.title", who=who)),
        tag(
            "div",
            tag("section", tag("h2", words("handout.you_played")), tag("p", _did(t, seat))),
            tag("section", tag("h2", words("handout.your_rounds")), _rounds(t, seat)),
            _brief(t, seat),
            tag(
                "section",
                tag("h2", words("report.questions")),
                tag("ol", [tag("li", q) for q in questions(t)]),
            ),
            tag(
                "section",
                tag("h2", words("handout.think")),
                tag("div", [tag("p", words(f"handout.think_{n}")) for n in (1, 2, 3)], class_="lines"),
            ),
            class_="story",
        ),
        paper=paper,
    )


def _did(t: Telling, seat: str) -> Markup:
    words, end = t.words, t.debrief.end
    said: list[Child] = [conduct(t, seat), " "] if t.debrief.about.seats[seat] else []
    said += [" ".join([*conduct_said(t, seat, to_it=True), *fair(t, seat, to_it=True)])]
    if seat in end.score:
        said += [
            " ",
            words(
                "handout.score",
                score=words.money_signed(end.score[seat]),
                played=words.money_signed(end.played[seat]),
                value=words.money_signed(end.value[seat]),
            ),
        ]
    return joined(*said)


def _rounds(t: Telling, seat: str) -> Markup:
    words = t.words
    toward = " / ".join(words(f"mono.{c}") for c in others(Country(seat)))
    head: list[Child] = [words("report.col_month")]
    head += [f"{words(f'handout.col_{n}')} ({toward})" for n in ("you", "met", "better")]
    head.append(words("handout.col_worth", unit=words("report.unit_money")))
    rows: list[list[Child]] = []
    regrets = {r.round: r for r in t.debrief.regret.get(seat, ())}
    for result in t.debrief.game.results:
        n = int(result["round"])
        played = _letters(result, seat)
        r = regrets.get(n)
        better = r is not None and r.hindsight >= COSTLY
        rows.append(
            [
                t.month(str(result["date"]), "short"),
                signs(t, played),
                signs(t, met_by(t, seat, n)),
                signs(t, r.best) if r is not None and better else words("handout.none"),
                words.number(r.hindsight, 1) if r is not None and better else "",
            ]
        )
    return table(head, rows)


def _letters(result: object, seat: str) -> str:
    from negotiation.game.moves import Move

    return Move.from_dict(result["moves"][seat]["move"]).letters(Country(seat))  # type: ignore[index]


def _brief(t: Telling, seat: str) -> Markup | None:
    scenario = t.debrief.game.scenario
    if scenario is None:
        return None
    brief = scenario.briefings[Country(seat)].private.of(t.words.language)
    return tag("section", tag("h2", t.words("handout.brief")), tag("p", brief))
