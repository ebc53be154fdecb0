"""The report as one HTML page: the story on its first sheet, figures and tables behind it, nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import negotiation
from negotiation.debrief.branches import Branch
from negotiation.debrief.debriefing import Debrief
from ui.report.figures.bargains import left_on_the_table
from ui.report.figures.bars import odds, regret
from ui.report.figures.falls import by_cause, by_mover
from ui.report.figures.replay import replay
from ui.report.markup import Child, Markup, joined, tag
from ui.report.story import deck, headline, questions, story
from ui.report.tables import conduct, fair_package, firms, history, income, paths, what_ifs
from ui.report.telling import Telling
from ui.site.present.frame import capital
from ui.words import Words


def report_page(
    debrief: Debrief, language: str = "en", branches: Sequence[Branch] = (), *, paper: str | None = None
) -> str:
    """The whole report in one language. ``paper`` (``A4``, ``letter``) fixes the sheet it prints on."""
    t = Telling(debrief, Words.of(language), tuple(branches))
    unit = t.words("report.unit_money")
    year = t.words("report.unit_year")
    b = debrief.bargain
    last = t.date_of(debrief.about.played) if debrief.about.played else ""
    left = [
        _figure(
            t,
            "replay",
            replay(t),
            note=t.words("report.fig_replay_note") + " " + t.words("report.fig_stances_note"),
        ),
        _figure(t, "why", by_cause(t), note=t.words("report.fig_why_note")),
        _figure(t, "odds", odds(t), note=t.words("report.fig_odds_note")),
    ]
    right = [
        _figure(t, "movers", by_mover(t), note=t.words("report.fig_movers_note")),
        _figure(t, "regret", regret(t), note=capital(t.words("report.fig_regret_note", unit=unit))),
        _figure(
            t,
            "bargain",
            left_on_the_table(t),
            note=""
            if b is None
            else t.words(
                "report.fig_bargain_note",
                unit=year,
                n=t.words.number(b.packages),
                m=t.words.number(b.agreeable),
            ),
        ),
    ]
    tables = [
        _figure(t, "conduct", conduct(t), note=t.words("report.fig_conduct_note")),
        _figure(t, "paths", paths(t), note=t.words("report.fig_paths_note")),
        _figure(t, "whatif", what_ifs(t), note=t.words("report.fig_whatif_note", unit=unit)),
        _figure(t, "firms", firms(t)),
        _figure(t, "income", income(t), note=t.words("report.fig_income_note", when=last)),
        _figure(t, "history", history(t)),
    ]
    return document(
        t,
        t.words("report.title", scenario=t.title),
        opening(t),
        tag("div", story(t), class_="story"),
        tag("div", tag("div", left), tag("div", right), class_="columns"),
        fair_package(t),
        tables,
        tag(
            "section",
            tag("h2", t.words("report.questions")),
            tag("ol", [tag("li", q) for q in questions(t)]),
            class_="method",
        )
        if debrief.questions
        else None,
        _method(t),
        paper=paper,
    )


def document(t: Telling, title: str, *body: Child, paper: str | None = None) -> str:
    """A page around a body."""
    more = f"@page {{ size: {paper}; }}\n" if paper else ""
    return framed(t.words.language, title, *body, footer(t), more=more)


def framed(language: str, title: str, *body: Child, more: str = "") -> str:
    """Body and style sheet (``more``: rules beside the report's) as one page that may fetch nothing."""
    head = joined(
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; style-src 'unsafe-inline'",
        ),
        tag("title", title),
        tag("style", Markup(style() + more)),
    )
    page = tag("html", tag("head", head), tag("body", tag("main", *body)), lang=language)
    return "<!doctype html>\n" + page + "\n"


def opening(t: Telling, kicker: str | None = None, title: str | None = None) -> Markup:
    """Masthead, faults, headline."""
    words, about = t.words, t.debrief.about
    said = kicker
    if said is None:
        values = {"scenario": t.title, "seed": str(about.seed)}
        if about.dates:
            span = {"first": t.date_of(1), "last": t.date_of(about.played)}
            said = words("report.kicker", about.played, **values, **span)
        else:
            said = words("report.kicker_empty", **values)
    faults = t.faults()
    return joined(
        tag("div", tag("b", words("product")), tag("span", words("debrief.title")), class_="mast"),
        tag(
            "section",
            tag("h2", words("report.faults")),
            tag("ul", [tag("li", f) for f in faults]),
            class_="faults",
        )
        if faults
        else None,
        tag("p", said, class_="kicker"),
        tag("h1", title or headline(t)),
        tag("p", deck(t), class_="deck"),
    )


def footer(t: Telling) -> Markup:
    """What made this page, and from what."""
    about = t.debrief.about
    said = t.words(
        "report.made",
        product=t.words("product"),
        version=negotiation.__version__,
        scenario=about.scenario,
        digest=(about.digest or "–")[:12],
        seed=about.seed,
    )
    return tag("footer", said)


def _figure(t: Telling, name: str, body: Markup, *, note: str = "") -> Markup | None:
    if not body:
        return None
    return tag(
        "section",
        tag("h2", t.words(f"report.fig_{name}")),
        tag("p", note, class_="note") if note else None,
        body,
        class_="figure",
        id=name,
    )


def _method(t: Telling) -> Markup:
    names = ("leverage", "regret", "turning", "fair", "limits")
    return tag(
        "section",
        tag("h2", t.words("report.method")),
        tag("ul", [tag("li", t.words(f"report.method_{n}")) for n in names]),
        class_="method",
    )


@cache
def style() -> str:
    """The style sheet."""
    return (files("ui.report") / "style.css").read_text(encoding="utf-8")


def languages() -> tuple[str, ...]:
    """Languages a report is made in."""
    from ui.words import LANGUAGES

    return tuple(LANGUAGES)
