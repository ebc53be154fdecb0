"""The story of a game in a page of plain words, written from its findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from negotiation.debrief.findings import Finding
from negotiation.terms import SEATS
from ui.report.course import course
from ui.report.hindsight import could, taken
from ui.report.markup import Child, Markup, joined, rich, tag
from ui.report.telling import SMALL, Telling
from ui.report.turning import turning


def headline(t: Telling) -> str:
    """How it ended, or where it stopped."""
    about = t.debrief.about
    if about.outcome:
        return t.words(f"head.end_{t.end_key}")
    if about.played:
        return t.words("report.head_unfinished", when=t.date_of(about.played))
    return t.words("report.head_empty")


def deck(t: Telling) -> str:
    """What moved leverage most, in one line: over the partner where it moved most, the largest part of that move."""
    falls = t.debrief.leverage
    if not falls:
        return ""
    k = max(falls, key=lambda k: abs(falls[k].change))
    change, parts = falls[k].change, falls[k].parts
    if abs(change) < 1:
        return t.words("debrief.head_still")
    side, block = ("up", max) if change > 0 else ("down", min)
    return t.words(f"debrief.head_{block(parts, key=lambda b: parts[b])}_{side}", whom=t.words.gov(k))


def story(t: Telling) -> Markup:
    """The page; of a game nobody has played, that alone."""
    if not t.debrief.about.played:
        return joined(_section(t.words("report.ended"), tag("p", t.words("report.not_ended"))))
    return joined(
        tag("p", who(t), class_="who"),
        _section(t.words("report.course"), [tag("p", part) for part in (" ".join(course(t)),) if part]),
        _section(t.words("report.turning"), turning(t)),
        _section(t.words("report.why"), [tag("p", part) for part in why(t)]),
        _section(
            t.words("report.could"),
            tag("ul", [tag("li", x) for x in could(t)]),
            [tag("p", x) for x in taken(t)],
        ),
        _section(t.words("report.ended"), tag("p", *(x for part in ended(t) for x in (part, " ")))),
        _section(t.words("report.real"), real(t)),
    )


def _section(title: str, *body: Child) -> Markup | None:
    inside = joined(*body)
    return tag("section", tag("h2", title), inside) if inside else None


def who(t: Telling) -> str:
    """Who sat where."""
    words, about = t.words, t.debrief.about
    named = {}
    for seat, mind in about.seats.items():
        if mind is None:
            named[seat] = words("report.who_person", who=words.gov(seat))
        else:
            named[seat] = words("report.who_strategy", who=words.gov(seat), strategy=t.strategy(mind))
    return words("report.who", n=about.played, usa=named["USA"], can=named["CAN"], mex=named["MEX"])


# -- why ----------------------------------------------------------------------------------------------


def why(t: Telling) -> Iterator[Markup]:
    """A paragraph a partner: the parts of the change, what the largest means, and by whose moves it came."""
    words = t.words
    for k, f in t.debrief.leverage.items():
        shown = f.shown()
        causes = [
            words("report.why_part", n=words.signed(shown[b], 1), cause=words(f"report.cause_{b}"))
            for b in sorted(shown, key=lambda b: -abs(shown[b]))
            if abs(shown[b]) >= SMALL
        ]
        values: dict[str, Any] = {
            "whom": words.gov(k),
            "a": words.number(f.start, 1),
            "b": words.number(f.end, 1),
        }
        if causes:
            largest = max(shown, key=lambda b: abs(shown[b]))
            said = [rich(words.rich("report.why_pair", parts=words.list(causes), **values))]
            reason = t.reason(k, largest, f.parts[largest])
            said.append(joined(words("report.why_most", reason=reason)))
        else:
            said = [rich(words.rich("report.why_pair_still", **values))]
        said += [joined(x) for x in _movers(t, k)]
        if abs(f.path_true[-1] - f.path[-1]) >= 0.5:
            said.append(joined(words("report.why_hidden", b=words.number(f.path_true[-1], 1))))
        yield joined(*(x for part in said for x in (part, " ")))


def _movers(t: Telling, partner: str) -> Iterator[str]:
    told, words = t.debrief.movers.get(partner), t.words
    if told is None:
        return
    shown = t.debrief.leverage[partner].shared(told.parts)
    parts = [
        words("report.mover_part", who=words.gov(s), n=words.signed(shown[s], 1))
        for s in sorted(map(str, SEATS), key=lambda s: -abs(shown[s]))
        if abs(shown[s]) >= SMALL
    ]
    if parts:
        yield words("report.why_movers", parts=words.list(parts), rest=words.signed(shown["rest"], 1))


# -- the end ------------------------------------------------------------------------------------------


def ended(t: Telling) -> Iterator[Markup]:
    """Reviews on the way, what was asked, who signed, what it means, how likely it was."""
    words, end, about = t.words, t.debrief.end, t.debrief.about
    yield from map(joined, reviews_before(t))
    if said := " ".join(asked(t)):
        yield joined(said)
    if about.outcome:
        yield rich(t.ending())
    else:
        yield joined(not_ended(t))
    if about.outcome in end.odds_true:
        chance = end.odds_true[str(about.outcome)]
        key = "expected" if chance >= 0.5 else "open" if chance >= 0.15 else "surprise"
        yield joined(words(f"report.odds_{key}", n=words.chance(chance)))
    elif end.odds_true:
        yield joined(words("report.odds_now", each=t.odds(end.odds_true)))
    if end.value:
        each = [
            words(
                "story.worth_one",
                who=words.form(f"country.{s}", "the"),
                money=words("figure.a_year", money=words.money_signed(end.value[s])),
            )
            for s in (str(s) for s in SEATS)
        ]
        yield rich(words.rich("story.worth", each=words.list(each)))


def reviews_before(t: Telling) -> Iterator[str]:
    """The reviews on the way, after which the game went on."""
    held = t.debrief.end.reviews
    if held:
        yield t.words("report.reviews_before", len(held), when=t.date_of(int(held[0]["round"])))


def not_ended(t: Telling) -> str:
    """That the review, or the next one, was not held."""
    return t.words("report.not_ended_again" if t.debrief.end.reviews else "report.not_ended")


def asked(t: Telling) -> Iterator[str]:
    """What Washington put on the table, and who signed."""
    words = t.words
    for p in t.debrief.end.proposals:
        partners = [str(k) for k in p.get("partners") or ()]
        if p["outcome"] != "SPLIT":
            yield words(f"report.proposed_{p['outcome']}")
        elif len(partners) == 2:
            yield words("report.proposed_split_both")
        else:
            yield words("report.proposed_split", whom=words.gov(partners[0]))
        answers = p.get("answers") or {}
        for key, said in (("signed", True), ("refused", False)):
            here = [words.gov(k) for k, signs in answers.items() if bool(signs) is said]
            if here:
                yield words(f"report.{key}", len(here), who=words.list(here))


def real(t: Telling) -> Markup | None:
    """The review of 1 July 2026 as it really ended, with its source."""
    fact = next((f for f in t.debrief.history if f.is_end), None)
    if fact is None:
        return None
    words, outcome = t.words, t.debrief.about.outcome
    said = [t.said(fact.text)]
    if t.first_end == "ANN":
        key = "same" if outcome == "ANN" else "same_then" if outcome else "same_so_far"
        said.append(words(f"report.real_{key}", outcome=words(f"outcome.{outcome}") if outcome else ""))
    elif outcome:
        said.append(words("report.real_other", outcome=words(f"outcome.{outcome}")))
    source = words("report.source", source=fact.source, grade=words(f"grade.{fact.grade}"))
    return tag("p", " ".join(said), " ", tag("small", source))


def questions(t: Telling) -> list[str]:
    """Questions for a discussion."""
    return [question(t, q) for q in t.debrief.questions]


def question(t: Telling, q: Finding) -> str:
    """One question in words."""
    words, v = t.words, q.values
    values: dict[str, Any] = {}
    if "points" in v:
        values["n"] = words.number(v["points"])
    if "rounds" in v:
        values["n"] = words.number(v["rounds"])
    if "chance" in v:
        values["n"] = words.chance(v["chance"])
    if "share" in v:
        values["share"] = words.chance(v["share"])
    if "seat" in v:
        values |= {"who": words.gov(v["seat"]), "when": t.month(v["date"])}
    if "country" in v:
        values["where"] = words.country(v["country"])
    return words(f"question.{q.key}", **values)
