"""The story of a game in a page of plain words, written from its findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from negotiation.debrief.branches import RECORDED, Branch
from negotiation.debrief.findings import Finding
from negotiation.debrief.regret import Regret
from negotiation.debrief.turning import TurningPoint
from negotiation.terms import SEATS
from ui.report.course import course
from ui.report.markup import Child, Markup, joined, rich, tag
from ui.report.telling import SMALL, WORTH, Telling
from ui.site.present.frame import capital
from ui.site.present.told import Fact

TOLD = 1
"""Facts of a turning point told beside the one in its title."""
RATED = ("step_taken_both", "step_taken", "answer_taken", "front_fires", "relief", "partner_relief")
"""Facts whose title says all there is to say, once it names the tariff."""
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
        _section(t.words("report.turning"), _turning(t)),
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
    """Title and text of a turning point: what happened, what it did to leverage and odds, the better reply."""
    words, facts = t.words, t.facts(point.round)
    title = words("report.tp_title", when=capital(t.month(point.date)), head=_head(t, point, facts))
    rest = facts[1:] if facts and facts[0].key in RATED else facts
    body = [capital(f.sentence(words)) for f in rest[:TOLD]]
    body += moved(t, point)
    if (o := point.odds) is not None and abs(o.after - o.before) >= ODDS_FELT:
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


def _head(t: Telling, point: TurningPoint, facts: Sequence[Fact]) -> str:
    """The most newsworthy fact, with the tariff it led to."""
    if not facts:
        return t.words("table.round", round=point.round)
    head, values = facts[0].head(t.words), facts[0].values
    if "rate_can" in values:
        return t.words("report.tp_rates", head=head, **values)
    return t.words("report.tp_rate", head=head, rate=values["rate"]) if facts[0].key in RATED else head


def moved(t: Telling, point: TurningPoint) -> Iterator[str]:
    """How leverage moved in the round, and why."""
    words = t.words
    for m in point.moved:
        side = "up" if m.after > m.before else "down"
        a, b = words.number(m.before), words.number(m.after)
        reason = t.reason(m.partner, m.cause, m.part, point.round)
        yield words(f"report.tp_{side}", whom=words.gov(m.partner), a=a, b=b, reason=reason)


def gave_away(t: Telling, regret: Regret) -> str:
    """Whose move cost it most, what would have been better, whether it could have known, and what would have come."""
    said = [
        t.words(
            "report.tp_regret",
            who=t.words.gov(regret.seat),
            better=t.better(regret.seat, regret.played, regret.best),
            money=t.words.money(regret.hindsight),
        ),
        t.words("report.luck" if regret.was_luck else "report.foreseeable"),
        *played_out(t, regret),
    ]
    return " ".join(said)


def played_out(t: Telling, regret: Regret) -> Iterator[str]:
    """What the better reply is expected to have brought by the end of the game."""
    branch = branch_of(t, regret)
    if branch is None:
        return
    gain = branch.gain(regret.seat)
    key = "up" if gain >= WORTH else "down" if gain <= -WORTH else "same"
    yield t.words(f"report.could_branch_{key}", money=t.words.money(abs(gain)))


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


# -- what each could have had -------------------------------------------------------------------------


def could(t: Telling) -> Iterator[Markup]:
    """An entry a seat: conduct, dearest round, what the change would have done, the fair package."""
    told = {(p.round, p.regret.seat) for p in t.debrief.turning_points if p.regret is not None}
    for seat in (str(s) for s in SEATS):
        mind = t.debrief.about.seats[seat]
        said = [conduct(t, seat) if mind is None else tag("strong", f"{t.words.gov(seat)}.")]
        worst = max(t.debrief.regret.get(seat, ()), key=lambda r: r.hindsight, default=None)
        if worst is not None and worst.hindsight >= WORTH:
            money = t.words.money(worst.hindsight)
            if (worst.round, seat) in told:
                said.append(joined(t.words("report.could_told", when=t.month(worst.date), money=money)))
            else:
                better = t.better(seat, worst.played, worst.best)
                said.append(
                    joined(
                        t.words("report.could_regret", when=t.month(worst.date), better=better, money=money)
                    )
                )
                said += [joined(x) for x in played_out(t, worst)]
        elif worst is not None:
            said.append(joined(t.words("report.could_none")))
        said += [joined(x) for x in fair(t, seat)]
        if len(said) > 1 or worst is None:
            yield joined(*(x for part in said for x in (part, " ")))


def taken(t: Telling) -> Iterator[str]:
    """What it would have taken for another end: of the moves played out, the one that shifts the odds most."""
    words, before = t.words, t.debrief.end.odds_true
    tried = [b for b in t.branches if len(b.changes) == 1 and b.others == RECORDED]
    shifts = [
        (abs(b.changed.odds[-1][o] - b.unchanged.odds[-1][o]), b, o)
        for b in tried
        for o in b.changed.odds[-1]
    ]
    if not shifts or not before:
        return
    shift, branch, outcome = max(shifts, key=lambda x: x[0])
    n = len(tried)
    if shift < ODDS_FELT:
        yield words("report.taken_more", n, points=words.number(100 * ODDS_FELT))
        return
    a, b = (words.chance(f.odds[-1][outcome]) for f in (branch.unchanged, branch.changed))
    first = branch.changes[0]
    seat, played = str(first.seat), branch.unchanged.moves[0][str(first.seat)]
    said = words(
        "report.taken",
        n,
        who=words.gov(seat),
        when=t.date_of(first.round),
        better=t.better(seat, played, first.move.letters(first.seat)),
        outcome=words(f"outcome.{outcome}"),
        a=a,
        b=b,
    )
    ends = (branch.unchanged.end, branch.changed.end)
    if ends[1] and ends[0] != ends[1]:
        said += " " + words("report.taken_end", outcome=words(f"outcome.{ends[1]}"))
    yield said


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
    if said := " ".join(asked(t)):
        yield joined(said)
    if about.outcome:
        yield rich(t.ending())
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
