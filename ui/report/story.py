"""The story of a game in a page of plain words, written from its findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from negotiation.debrief.branches import Branch
from negotiation.debrief.findings import Finding
from negotiation.debrief.regret import Regret
from negotiation.debrief.turning import TurningPoint
from negotiation.terms import SEATS
from ui.report.markup import Child, Markup, joined, rich, tag
from ui.report.telling import SMALL, WORTH, Telling
from ui.site.present.frame import capital

TOLD = 1
"""Facts of a turning point told in full."""
ODDS_FELT = 0.05
"""Change of a probability below which it is not told."""


def headline(t: Telling) -> str:
    """How it ended, or where it stopped."""
    about = t.debrief.about
    if about.outcome:
        return t.words(f"head.end_{t.end_key}")
    if about.played:
        return t.words("report.head_unfinished", when=t.date_of(about.played))
    return t.words("report.head_empty")


def deck(t: Telling) -> str:
    """What moved leverage most, in one line."""
    parts = {(k, b): v for k, f in t.debrief.leverage.items() for b, v in f.parts.items()}
    if not parts:
        return ""
    k, block = max(parts, key=lambda key: abs(parts[key]))
    value = parts[k, block]
    if abs(value) < 1:
        return t.words("debrief.head_still")
    return t.words(f"debrief.head_{block}_{'up' if value > 0 else 'down'}", whom=t.words.gov(k))


def story(t: Telling) -> Markup:
    """The page."""
    return joined(
        tag("p", who(t), class_="who"),
        _section(t.words("report.turning"), _turning(t)),
        _section(t.words("report.why"), [tag("p", part) for part in why(t)]),
        _section(t.words("report.could"), tag("ul", [tag("li", x) for x in could(t)])),
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


# -- turning points -----------------------------------------------------------------------------------


def _turning(t: Telling) -> Markup:
    points = t.debrief.turning_points
    if not points:
        return tag("p", t.words("report.no_turning"))
    return tag("ol", [tag("li", _turn(t, p)) for p in points], class_="turning")


def _turn(t: Telling, point: TurningPoint) -> Markup:
    """One turning point: what happened, what it moved, what would have been better."""
    title, body = turn(t, point)
    return joined(tag("strong", f"{title}."), " ", body)


def turn(t: Telling, point: TurningPoint) -> tuple[str, str]:
    """Title and text of a turning point."""
    words, facts = t.words, t.facts(point.round)
    head = facts[0].head(words) if facts else words("table.round", round=point.round)
    title = words("report.tp_title", when=capital(t.month(point.date)), head=head)
    body = [capital(f.sentence(words)) for f in facts[:TOLD]]
    body += moved(t, point)
    if point.odds is not None and abs(point.odds.after - point.odds.before) >= ODDS_FELT:
        o = point.odds
        body.append(
            words(
                "report.tp_odds",
                outcome=words(f"outcome.{o.outcome}"),
                a=words.chance(o.before),
                b=words.chance(o.after),
            )
        )
    if point.regret is not None:
        body.append(gave_away(t, point.regret))
    return title, " ".join(body)


def moved(t: Telling, point: TurningPoint) -> list[str]:
    """How leverage moved in the round, and by what."""
    words = t.words

    def values(i: int) -> dict[str, Any]:
        m = point.moved[i]
        return {
            "whom": words.gov(m.partner),
            "a": words.number(m.before),
            "b": words.number(m.after),
            "cause": words(f"report.cause_{m.cause}"),
        }

    if not point.moved:
        return []
    if len(point.moved) == 1:
        return [words("report.tp_moved", **values(0))]
    each = [words("report.tp_moved_also", **values(i)) for i in range(2)]
    return [words("report.tp_moved_two", each=words.list(each))]


def gave_away(t: Telling, regret: Regret) -> str:
    """Who gave most away, for what, and whether it could have known."""
    said = t.words(
        "report.tp_regret",
        who=t.words.gov(regret.seat),
        better=t.better(regret.seat, regret.played, regret.best),
        money=t.words.money(regret.hindsight),
    )
    return f"{said} {t.words('report.luck' if regret.was_luck else 'report.foreseeable')}"


# -- why ----------------------------------------------------------------------------------------------


def why(t: Telling) -> Iterator[Markup]:
    """A paragraph a partner."""
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
            said = [rich(words.rich("report.why_pair", parts=words.list(causes), **values))]
        else:
            said = [rich(words.rich("report.why_pair_still", **values))]
        movers = _movers(t, k)
        if movers:
            said.append(joined(words("report.why_movers", parts=movers)))
        if abs(f.path_true[-1] - f.path[-1]) >= 0.5:
            said.append(joined(words("report.why_hidden", b=words.number(f.path_true[-1], 1))))
        yield joined(*(x for part in said for x in (part, " ")))


def _movers(t: Telling, partner: str) -> str:
    told, words = t.debrief.movers.get(partner), t.words
    if told is None:
        return ""
    parts = [
        words("report.mover_part", who=words.gov(s), n=words.signed(told.parts[s], 1))
        for s in sorted(map(str, SEATS), key=lambda s: -abs(told.parts[s]))
        if abs(told.parts[s]) >= SMALL
    ]
    parts.append(words("report.mover_rest", n=words.signed(told.parts["rest"], 1)))
    return words.list(parts)


# -- what each could have had -------------------------------------------------------------------------


def could(t: Telling) -> Iterator[Markup]:
    """An entry a seat: conduct, dearest round, what the change would have done, the fair package."""
    for seat in (str(s) for s in SEATS):
        said = [conduct(t, seat)]
        worst = max(t.debrief.regret.get(seat, ()), key=lambda r: r.hindsight, default=None)
        if worst is not None and worst.hindsight >= WORTH:
            better = t.better(seat, worst.played, worst.best)
            money = t.words.money(worst.hindsight)
            said.append(
                joined(t.words("report.could_regret", when=t.month(worst.date), better=better, money=money))
            )
            branch = branch_of(t, worst)
            if branch is not None and abs(branch.gain(seat)) >= WORTH:
                key = "report.could_branch_up" if branch.gain(seat) > 0 else "report.could_branch_down"
                said.append(joined(t.words(key, money=t.words.money(abs(branch.gain(seat))))))
        elif worst is not None:
            said.append(joined(t.words("report.could_none")))
        said += [joined(x) for x in fair(t, seat)]
        if len(said) > 1 or worst is None:
            yield joined(*(x for part in said for x in (part, " ")))


def conduct(t: Telling, seat: str) -> Markup:
    """How a seat was played."""
    mind, words = t.debrief.about.seats[seat], t.words
    near = t.debrief.nearest.get(seat)
    if mind is None and near is not None:
        name, distance = near.ranking[0]
        said = words.rich(
            "report.could_person",
            who=words.gov(seat),
            strategy=t.strategy(name),
            share=words.chance(1 - distance),
        )
        return rich(said)
    if mind is None:
        return tag("strong", str(words.gov(seat)))
    return rich(words.rich("report.could_computer", who=words.gov(seat), strategy=t.strategy(mind)))


def branch_of(t: Telling, regret: Regret) -> Branch | None:
    """The what-if in which this seat played its better reply in that round."""
    code = f"{regret.round}:{regret.seat}={regret.best}"
    return next((b for b in t.branches if b.code == code), None)


def fair(t: Telling, seat: str) -> Iterator[str]:
    """The end reached beside the Nash bargain."""
    b = t.debrief.bargain
    if b is None:
        return
    reached, nash = b.point("reached"), b.point("nash")
    if reached is None or nash is None:
        return
    gap = nash.gain[seat] - reached.gain[seat]
    if abs(gap) >= WORTH:
        key = "report.could_fair_more" if gap > 0 else "report.could_fair_less"
        yield t.words(key, money=t.words.money(abs(gap)))


# -- the end ------------------------------------------------------------------------------------------


def ended(t: Telling) -> Iterator[Markup]:
    """What was asked, who signed, what it means, how likely it was."""
    words, end, about = t.words, t.debrief.end, t.debrief.about
    said = " ".join(asked(t))
    if said:
        yield joined(said)
    if about.outcome:
        yield rich(words.rich(f"story.end_{t.end_key}"))
    else:
        yield joined(words("report.not_ended"))
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


def asked(t: Telling) -> Iterator[str]:
    words = t.words
    for p in t.debrief.end.proposals:
        partners = [str(k) for k in p.get("partners") or ()]
        if p["outcome"] != "SPLIT":
            yield words("report.proposed", what=words(f"outcome.{p['outcome']}"))
        elif len(partners) == 2:
            yield words("report.proposed_split_both")
        else:
            yield words("report.proposed_split", whom=words.gov(partners[0]))
        for k, signs in (p.get("answers") or {}).items():
            yield words("report.signed" if signs else "report.refused", who=words.gov(k))


def real(t: Telling) -> Markup | None:
    """The review of 1 July 2026 as it really ended, with its source."""
    fact = next((f for f in t.debrief.history if f.is_end), None)
    if fact is None:
        return None
    words, outcome = t.words, t.debrief.about.outcome
    said = [fact.text.get(words.language, fact.text["en"])]
    if outcome == "ANN":
        said.append(words("report.real_same"))
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
