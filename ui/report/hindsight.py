"""What each seat could have had, in words: conduct, dearest round, fair package; what another end would have taken."""

from __future__ import annotations

from collections.abc import Iterator

from negotiation.debrief.branches import RECORDED
from negotiation.terms import SEATS
from ui.report.markup import Markup, joined, rich, tag
from ui.report.telling import WORTH, Telling
from ui.report.turning import ODDS_FELT, left, played_out


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
                said += [joined(x) for x in (*left(t, worst), *played_out(t, worst))]
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


def fair(t: Telling, seat: str, *, to_it: bool = False) -> Iterator[str]:
    """The end reached beside the Nash bargain; ``to_it``: as said to whoever sat there."""
    b = t.debrief.bargain
    if b is None:
        return
    reached, nash = b.point("reached"), b.point("nash")
    if reached is None or nash is None:
        return
    gap = nash.gain[seat] - reached.gain[seat]
    if abs(gap) >= WORTH:
        key, money = "fair_more" if gap > 0 else "fair_less", t.words.money(abs(gap))
        yield t.words(f"handout.{key}", money=money) if to_it else t.words(f"report.{key}", money=money)
