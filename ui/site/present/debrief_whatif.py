"""What if: the form for another move, and both futures of every branch side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from negotiation.debrief.branches import STRATEGIES, Branch, Future
from negotiation.debrief.game import Game
from negotiation.debrief.wishes import Wish
from negotiation.game.moves import Move
from negotiation.terms import OUTCOMES, SEATS, STANCES, Country, others
from ui.report.telling import Telling
from ui.site.present.frame import capital

PARTNERS = ("CAN", "MEX")
SLIGHT = 0.05
"""Differences below which the two futures are said to be the same."""


@dataclass(frozen=True)
class Told:
    """A wish and what became of it."""

    wish: Wish
    branch: Branch | None = None
    """None while it is worked out, or if it cannot be."""
    refused: str = ""
    """Why it cannot be, in words."""


def what_if(t: Telling, told: Sequence[Told], bad: Sequence[str], link: str) -> dict[str, Any]:
    """``WhatIf``: the form and the branches asked for. ``link``: this page with its branches."""
    words = t.words
    out: dict[str, Any] = {
        "title": words("whatif.title"),
        "note": words("whatif.note"),
        "form": form(t),
        "branches": [_branch(t, x) for x in told],
        "bad": [words("whatif.bad", code=code) for code in bad],
    }
    if told:
        out |= {
            "link": link,
            "link_label": words("whatif.link"),
            "copy": words("friends.copy"),
            "copied": words("friends.copied"),
        }
    return out


def form(t: Telling) -> dict[str, Any]:
    """Whose move, which, and who goes on."""
    words = t.words
    return {
        "round": words.pattern("whatif.round"),
        "seat_label": words("whatif.seat"),
        "seats": [{"id": str(s), "text": str(words.gov(str(s)))} for s in SEATS],
        "toward": {
            str(s): [{"id": str(c), "text": words("whatif.toward", whom=words.gov(str(c)))} for c in others(s)]
            for s in SEATS
        },
        "stances": [{"id": s.letter, "text": words(f"whatif.does_{s}")} for s in STANCES],
        "played": _played(t.debrief.game),
        "was": words("whatif.was_played"),
        "others_label": words("whatif.others"),
        "others": [{"id": o, "text": words(f"whatif.{o}")} for o in ("recorded", STRATEGIES)],
        "minds_label": words.pattern("whatif.mind"),
        "minds": [{"id": "", "text": words("whatif.mind_own")}, *_minds(t)],
        "go": words("whatif.go"),
        "same": words("whatif.same"),
    }  # fmt: skip


def _minds(t: Telling) -> list[dict[str, str]]:
    from negotiation.debrief.conduct import candidates

    named = [{"id": name, "text": capital(t.strategy(name))} for name in candidates()]
    return sorted(named, key=lambda m: m["text"])


def _played(game: Game) -> list[dict[str, str]]:
    """Seat -> letters of its move, each round."""
    return [
        {str(s): Move.from_dict(r["moves"][str(s)]["move"]).letters(s) for s in SEATS} for r in game.results
    ]


def title_of(t: Telling, wish: Wish) -> str:
    """A wish in words."""
    words, said = t.words, []
    played = _played(t.debrief.game)
    for change in wish.changes:
        seat = str(change.seat)
        if not 1 <= change.round <= len(played):
            said.append(change.code)
            continue
        was, best = played[change.round - 1][seat], change.move.letters(Country(seat))
        said.append(
            words(
                "report.whatif_title",
                when=t.date_of(change.round),
                who=words.gov(seat),
                best=t.better(seat, was, best) if was != best else words("whatif.unchanged"),
            )
        )
    return "; ".join(said)


def _branch(t: Telling, told: Told) -> dict[str, Any]:
    words, wish = t.words, told.wish
    out: dict[str, Any] = {
        "code": wish.code,
        "title": title_of(t, wish),
        "others": _who_goes_on(t, wish),
        "remove": words("whatif.remove"),
        "first": wish.changes[0].round,
    }
    if told.refused:
        return out | {"state": "refused", "text": told.refused}
    if told.branch is None:
        return out | {"state": "waiting", "text": words("whatif.waiting")}
    b = told.branch
    strategies_too = b.others == STRATEGIES
    return out | {
        "state": "done",
        "text": _sentence(t, b),
        "paths": [{"partner": k, "values": [round(v, 2) for v in b.changed.leverage[k]]} for k in PARTNERS],
        "was": [{"partner": k, "values": [round(v, 2) for v in b.unchanged.leverage[k]]} for k in PARTNERS]
        if strategies_too
        else [],
        "head": [
            words("whatif.col_what"),
            words("whatif.col_was_strategies") if strategies_too else words("whatif.col_was"),
            words("whatif.col_now"),
            words("whatif.col_change"),
        ],
        "rows": _rows(t, b),
        "notes": [
            words(f"fault.{n.key}", round=str(n.values["round"]), seat=words.gov(n.values["seat"]))
            for n in b.notes
        ],
        "show": words("whatif.show"),
    }


def _who_goes_on(t: Telling, wish: Wish) -> str:
    words = t.words
    if wish.others != STRATEGIES:
        return words("whatif.recorded")
    named = [
        words("report.who_strategy", who=words.gov(s), strategy=t.strategy(mind))
        for s, mind in wish.minds.items()
    ]
    return (
        ": ".join([words(f"whatif.{STRATEGIES}"), words.list(named)]) if named else words("whatif.strategies")
    )


def _sentence(t: Telling, b: Branch) -> str:
    """What the change is expected to bring whoever made it."""
    seat = str(b.changes[0].seat)
    gain, words = b.gain(seat), t.words
    if abs(gain) < SLIGHT:
        return words("whatif.no_gain", who=words.gov(seat))
    key = "whatif.gain" if gain > 0 else "whatif.loss"
    return words(key, who=words.gov(seat), money=words.money(abs(gain)))


def _rows(t: Telling, b: Branch) -> list[dict[str, Any]]:
    words = t.words

    def row(label: str, was: float, now: float, digits: int = 1) -> dict[str, Any]:
        change = round(now, digits) - round(was, digits)
        return {
            "label": label,
            "was": words.number(was, digits),
            "now": words.number(now, digits),
            "change": words.signed(change, digits) if abs(change) > 1e-9 else "=",
        }

    out = [
        row(
            words("report.col_lev", whom=words.gov(k)), b.unchanged.leverage[k][-1], b.changed.leverage[k][-1]
        )
        for k in PARTNERS
    ]
    money = words("report.unit_money")
    for s in map(str, SEATS):
        label = words("whatif.row_score", who=words.country(s), unit=money)
        out.append(row(label, b.unchanged.expected[s], b.changed.expected[s]))
    out += [
        row(
            words("whatif.row_odds", outcome=words(f"outcome.{o}")),
            100 * _last(b.unchanged, o),
            100 * _last(b.changed, o),
            0,
        )
        for o in map(str, OUTCOMES)
    ]
    ends = [words(f"outcome.{f.end}") if f.end else words("handout.none") for f in (b.unchanged, b.changed)]
    same = "=" if ends[0] == ends[1] else words("whatif.differs")
    return [*out, {"label": words("report.col_end"), "was": ends[0], "now": ends[1], "change": same}]


def _last(future: Future, outcome: str) -> float:
    return future.odds[-1][outcome]
