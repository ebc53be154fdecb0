"""The turning points of a game in words: what happened, what it moved and why, what another move would have brought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from negotiation.debrief.branches import Branch
from negotiation.debrief.regret import Regret
from negotiation.debrief.turning import TurningPoint
from ui.report.markup import Markup, joined, tag
from ui.report.telling import WORTH, Telling
from ui.site.present.frame import capital
from ui.site.present.seen import other
from ui.site.present.told import Fact

TOLD = 1
"""Facts of a turning point told beside the one in its title."""
RATED = ("step_taken_both", "step_taken", "answer_taken", "front_fires", "relief", "partner_relief")
"""Facts whose title says all there is to say, once it names the tariff."""
ODDS_FELT = 0.05
"""Change of a probability below which it is not told."""


def turning(t: Telling) -> Markup:
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
    body = [words("report.tp_front", **facts[0].values)] if facts and facts[0].key == "front_fires" else []
    body += [capital(f.sentence(words)) for f in rest[:TOLD]]
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
        *left(t, regret),
        t.words("report.luck" if regret.was_luck else "report.foreseeable"),
        *played_out(t, regret),
    ]
    return " ".join(said)


def left(t: Telling, regret: Regret) -> Iterator[str]:
    """What the better reply would have left behind for the months and the review to come."""
    if not regret.left:
        return
    k = regret.toward[0]
    both = len(regret.toward) > 1
    goods = t.words("report.goods_both") if both else t.words.form(f"country.{k}", "goods")
    yield t.words(f"report.left_{regret.left}", goods=goods, other=t.words.gov(other(k)))


def played_out(t: Telling, regret: Regret) -> Iterator[str]:
    """What the better reply is expected to have brought by the end of the game."""
    branch = branch_of(t, regret)
    if branch is None:
        return
    gain = branch.gain(regret.seat)
    key = "up" if gain >= WORTH else "down" if gain <= -WORTH else "same"
    yield t.words(f"report.could_branch_{key}", money=t.words.money(abs(gain)))


def branch_of(t: Telling, regret: Regret) -> Branch | None:
    """The what-if in which this seat played its better reply in that round."""
    code = f"{regret.round}:{regret.seat}={regret.best}"
    return next((b for b in t.branches if b.code == code), None)
