"""The tables of a report: equilibria, conduct, what-ifs, firms, economies, history."""

from __future__ import annotations

from negotiation.debrief.branches import STRATEGIES, Branch, Future
from negotiation.debrief.paths import Standing
from negotiation.terms import SEATS, STANCES, Country, others
from ui.report.figures.drawing import COLOUR, inline_sign, table
from ui.report.markup import Child, Markup, joined, rich, tag
from ui.report.telling import Telling
from ui.site.present.frame import capital

LETTER = {s.letter: str(s) for s in STANCES}
SHOWN = 2
"""Equilibria of a round written out."""


def signs(t: Telling, letters: str) -> Markup:
    """Two stances as signs."""
    return joined(*(inline_sign(LETTER[x], t.words(f"report.legend_{LETTER[x]}")) for x in letters))


def cell(t: Telling, moves: dict[str, str]) -> Markup:
    """Moves of the three seats as signs."""
    return tag(
        "span",
        [
            tag(
                "span",
                tag("small", t.words(f"mono.{s}"), style=f"color:{COLOUR[s]}"),
                signs(t, moves[s]),
                class_="move",
            )
            for s in map(str, SEATS)
        ],
        class_="cell",
    )


# -- equilibria ---------------------------------------------------------------------------------------


def paths(t: Telling) -> Markup:
    """What was played beside the equilibria of each round."""
    if not t.debrief.standings:
        return Markup("")
    words = t.words
    head = [words(f"report.col_{x}") for x in ("month", "played", "equilibria", "away", "expected")]
    head.append(f"{words('report.col_joint')}, {words('report.unit_money')}")
    rows: list[list[Child]] = []
    for s in t.debrief.standings:
        rows.append(
            [
                t.month(s.date, "short"),
                cell(t, s.played),
                _equilibria(t, s),
                "–" if s.away is None else str(s.away),
                _chance(t, s.likelihood),
                words.number(s.joint_gain, 1),
            ]
        )
    return table(head, rows, kind="paths")


def _equilibria(t: Telling, s: Standing) -> Markup:
    if s.is_equilibrium:
        return tag("span", t.words("report.is_equilibrium"), class_="here")
    if not s.equilibria:
        return joined(t.words("report.no_equilibrium"))
    said: list[Child] = []
    for moves in s.equilibria[:SHOWN]:
        said += [cell(t, moves), tag("br")]
    more = len(s.equilibria) - SHOWN
    return joined(*said[:-1], f" +{more}" if more > 0 else None)


def _chance(t: Telling, p: float) -> str:
    if p < 0.001:
        return t.words("report.below", x=t.words.percent(0.1, 1))
    return t.words.percent(100 * p, 1)


# -- conduct ------------------------------------------------------------------------------------------


def conduct(t: Telling) -> Markup:
    """A fingerprint and a paragraph a seat."""
    if not t.debrief.game.results:
        return Markup("")
    return tag("div", [_conduct(t, str(s)) for s in SEATS], class_="seats")


def _conduct(t: Telling, seat: str) -> Markup:
    words, f = t.words, t.debrief.fingerprints[seat]
    names = [str(s) for s in STANCES]
    head: list[Child] = [tag("span", str(words.gov(seat)), style=f"color:{COLOUR[seat]}")]
    head += [inline_sign(n, words(f"report.legend_{n}")) for n in names]
    rows: list[list[Child]] = [
        [words(f"report.met_{met}"), *(str(f.answers[met][n]) for n in names)]
        for met in ("first", *names)
        if sum(f.answers[met].values())
    ]
    return tag(
        "div", table(head, rows, kind="conduct"), tag("p", " ".join(conduct_said(t, seat)), class_="note")
    )


def conduct_said(t: Telling, seat: str, *, to_it: bool = False) -> list[str]:
    """Conduct in sentences; ``to_it``: as said to whoever sat there."""
    words, f = t.words, t.debrief.fingerprints[seat]

    def said(key: str, **values: str) -> str:
        return words(f"handout.{key}", **values) if to_it else words(f"report.{key}", **values)

    out = []
    near = t.debrief.nearest.get(seat)
    if near is not None:
        names = [words("report.quoted", x=t.strategy(n)) for n in near.close[:3]]
        share = words.chance(1 - near.ranking[0][1])
        out.append(words("report.nearest", names=words.list(names), share=share, n=str(near.situations)))
    if f.hits_back is not None:
        out.append(said("hits_back", share=words.chance(f.hits_back)))
    if f.carries_out is not None:
        out.append(said("carries_out", share=words.chance(f.carries_out)))
    if f.quiet:
        out.append(said("quiet", share=words.chance(f.quiet)))
    fit = t.debrief.quantal.get(seat)
    if fit is not None:
        if not fit.told_from_lots:
            out.append(said("quantal_lots"))
        else:
            values = {
                name: words.short(v) for name, v in (("x", fit.multiple), ("a", fit.low), ("b", fit.high))
            }
            out.append(said("quantal", **values))
    return out


# -- what if ------------------------------------------------------------------------------------------


def what_ifs(t: Telling) -> Markup:
    """The game as it was, and a row for every branch."""
    words, branches = t.words, t.branches
    if not branches:
        return Markup("")
    head: list[Child] = [""]
    head += [words("report.col_lev", whom=words.gov(k)) for k in ("CAN", "MEX")]
    head += [words("report.col_gain", who=words.country(str(s))) for s in SEATS]
    head.append(words("report.col_end"))
    rows: list[list[Child]] = []
    notes: list[str] = []
    for b in branches:
        if b.others == STRATEGIES or not rows:
            said = words("report.whatif_was")
            if b.others == STRATEGIES:
                said += f" ({words('report.whatif_strategies')})"
            rows.append([said, *_future(t, b.unchanged)])
        rows.append([_changed(t, b), *_future(t, b.changed)])
        notes += [
            words(f"fault.{n.key}", round=str(n.values["round"]), seat=words.gov(n.values["seat"]))
            for n in b.notes
        ]
    return joined(
        table(head, rows, kind="figures whatif"),
        [tag("p", note, class_="note") for note in dict.fromkeys(notes)],
    )


def _changed(t: Telling, b: Branch) -> Markup:
    words, first = t.words, b.changes[0]
    seat = str(first.seat)
    best, played = first.move.letters(first.seat), b.unchanged.moves[0][seat]
    said = words(
        "report.whatif_title",
        when=t.date_of(first.round),
        who=words.gov(seat),
        best=t.better(seat, played, best) if played != best else best,
    )
    playing_on = f" ({words('report.whatif_strategies')})" if b.others == STRATEGIES else ""
    return joined(said, "".join(f" + {c.code}" for c in b.changes[1:]), playing_on)


def _future(t: Telling, future: Future) -> list[Child]:
    words = t.words
    row: list[Child] = [words.number(future.leverage[k][-1], 1) for k in ("CAN", "MEX")]
    row += [words.number(future.expected[str(s)], 1) for s in SEATS]
    row.append(words(f"outcome.{future.end}") if future.end else "–")
    return row


# -- bargain, firms, economies, history ---------------------------------------------------------------


def fair_package(t: Telling) -> Markup:
    """What the Nash bargain would settle, by giver and receiver."""
    point = t.debrief.bargain.point("nash") if t.debrief.bargain else None
    if point is None or not point.package:
        return Markup("")
    groups: dict[str, list[str]] = {}
    for item in point.package:
        groups.setdefault(item.partition(":")[0], []).append(t.issue(item))
    said = []
    for parties, titles in groups.items():
        giver, _, receiver = parties.partition(">")
        said.append(
            t.words(
                "report.fair_group",
                giver=t.words.gov(giver),
                receiver=t.words.gov(receiver),
                issues=", ".join(titles),
            )
        )
    return tag(
        "p", t.words("report.fair_package", items=t.words("report.and_then").join(said)), class_="note"
    )


def firms(t: Telling) -> Markup:
    """Counts by home and strategy, before and after, with export share, certificates and belief."""
    f, words = t.debrief.firms, t.words
    if f is None:
        return Markup("")
    head: list[Child] = [words("report.col_firms")]
    head += [words(f"report.firms_{n}") for n in ("coordinate", "concede", "defect", "hold")]
    head += [words(f"report.col_{n}") for n in ("share", "certified", "belief")]
    rows: list[list[Child]] = []
    for seat in map(str, SEATS):
        a, b = f.before.by_home[seat], f.after.by_home[seat]
        row: list[Child] = [capital(str(words.country(seat)))]
        row += [
            f"{words.number(a[n])} → {words.number(b[n])}"
            for n in ("coordinate", "concede", "defect", "hold")
        ]
        for before, after, scale in (
            (f.before.us_export_share, f.after.us_export_share, 1),
            (f.before.certified, f.after.certified, 1),
            (f.before.belief, f.after.belief, 100),
        ):
            known = seat in before
            row.append(
                f"{words.number(scale * before[seat])} → {words.number(scale * after[seat])}"
                if known
                else "–"
            )
        rows.append(row)
    caption = f"{t.month(f.before.date)} → {t.month(f.after.date)}"
    return table(head, rows, kind="figures", caption=caption)


def income(t: Telling) -> Markup:
    """Real income and real wage side by side, percent and dollars; the score."""
    if not t.debrief.income:
        return Markup("")
    words, last = t.words, t.debrief.income[-1]
    score = t.debrief.end.score
    head: list[Child] = [""]
    head += [words("report.col_income"), words("report.col_income_usd", unit=words("report.unit_year"))]
    head += [words(f"report.col_{n}") for n in ("wage", "prices", "jobs")]
    if score:
        head.append(words("report.col_score", unit=words("report.unit_money")))
    rows: list[list[Child]] = []
    for seat in map(str, SEATS):
        r = last[seat]
        row: list[Child] = [capital(str(words.country(seat)))]
        row += [words.signed(r["real_income_percent"], 2), words.signed(r["real_income_usd"], 1)]
        row += [words.signed(r["real_wage_percent"], 2), words.signed(r["prices_percent"], 2)]
        row.append(words.number(r["jobs_at_risk_thousand"]))
        if score:
            row.append(words.signed(score[seat], 1))
        rows.append(row)
    return table(head, rows, kind="figures")


def history(t: Telling) -> Markup:
    """The game's months beside the public record, every fact with its source."""
    words = t.words
    rows: list[list[Child]] = []
    for fact in t.debrief.history:
        source = words("report.source", source=fact.source, grade=words(f"grade.{fact.grade}"))
        rows.append(
            [
                t.month(fact.month, "short"),
                rich(t.beside(fact)),
                joined(t.said(fact.text), " ", tag("small", source)),
            ]
        )
    if not rows:
        return Markup("")
    head = [words("report.col_month"), words("report.col_here"), words("report.col_there")]
    return table(head, rows, kind="history")


def met_by(t: Telling, seat: str, number: int) -> str:
    """Letters of the stances the two others took toward a seat in a round."""
    moves = t.debrief.game.results[number - 1]["moves"]
    named = {str(s): s.letter for s in STANCES}
    return "".join(named[moves[str(c)]["move"]["stances"][seat]] for c in others(Country(seat)))


__all__ = [
    "cell",
    "conduct",
    "conduct_said",
    "fair_package",
    "firms",
    "history",
    "income",
    "met_by",
    "paths",
    "signs",
    "what_ifs",
]
