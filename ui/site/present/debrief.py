"""The debrief page: how it ended told as a story, the replay, why leverage moved, what each seat could have had.

Made from a ``Telling``: with what the log alone tells at first, and again when the readers have looked further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from negotiation.terms import OUTCOMES
from ui.report import hindsight, turning
from ui.report import story as report_story
from ui.report.course import course
from ui.report.markup import parts_of
from ui.report.telling import Telling
from ui.site.present.debrief_figures import figures
from ui.site.present.economy import FIRM_STANCES
from ui.site.present.frame import capital, frame, link
from ui.site.present.history import history
from ui.site.present.seen import PARTNERS, SEATS
from ui.site.present.verdict import verdict as verdict_of
from ui.words import Rich, joined

PAIRS = (("USA", "CAN"), ("CAN", "USA"), ("USA", "MEX"), ("MEX", "USA"), ("CAN", "MEX"), ("MEX", "CAN"))
HIDDEN = 0.5
"""Points between the index Washington knew and the true one from which the true one is drawn."""
Part = TypeVar("Part")


def debrief_page(
    t: Telling,
    *,
    you: str | None = None,
    code: str = "",
    round: int | None = None,
    verdict: Mapping[str, Any] | None = None,
    again: bool = True,
    waiting: bool = False,
    what_if: Mapping[str, Any] | None = None,
    offers: Sequence[Mapping[str, Any]] = (),
    notice: str | None = None,
) -> dict[str, Any]:
    """``DebriefPage``.

    you : the viewer's seat. verdict : share of computer games this score beats, and of how many (own seat).
    waiting : whether the readers are still at it. what_if : the form and its branches. offers : downloads.
    """
    words, d = t.words, t.debrief
    about, n = d.about, d.about.played
    page = frame(
        words,
        _headline(t),
        _deck(t),
        _kicker(t),
        title=words("debrief.title"),
        mast={
            "context": words("debrief.context", code=code) if code else words("debrief.context_log"),
            "links": [link(words, "link.home", "home"), link(words, "debrief.open_log", href="/replay")],
        },
        foot=[
            link(words, "debrief.foot"),
            link(words, "link.how_computed", "model"),
            link(words, "teachers.link", href="/teachers"),
        ],
        notice=notice,
    )
    parts: dict[str, Any] = {
        "outcome": about.outcome,
        "outcome_name": about.outcome and capital(words(f"outcome.{about.outcome}")),
        "faults": _may(lambda: _faults(t)),
        "who": report_story.who(t) if n else "",
        "course_title": words("report.course"),
        "course": " ".join(_may(lambda: list(course(t))) or []),
        "turns_title": words("report.turning"),
        "turns": _may(lambda: _turns(t)) or [],
        "turns_note": words("debrief.turns_waiting") if waiting else words("debrief.turns_note"),
        "story_title": words("report.ended"),
        "story": [
            *(_may(lambda: story(t)) or []),
            *([words.rich("verdict.unmeasured")] if you and d.end.score and not verdict else []),
        ],
        "could_title": words("report.could"),
        "could": _may(lambda: [*map(parts_of, hindsight.could(t)), *hindsight.taken(t)])
        if d.regret
        else None,
        "replay_title": words("debrief.replay"),
        "replay_note": words("debrief.replay_note"),
        "paths": [_path(t, k) for k in d.leverage] or None,
        "even": words("debrief.even"),
        "paths_sentence": _paths_sentence(t),
        "score": [_score_row(t, a, b) for a, b in PAIRS] if n else [],
        "rounds": [_round_told(t, i) for i in range(n)],
        "round": min(max(round or n, 1), max(n, 1)),
        "why_title": words("debrief.why"),
        "why_note": words("debrief.why_note"),
        "why": [_why(t, k) for k in d.leverage],
        "verdict": _may(lambda: _verdict(t, you, verdict)) if verdict and you and d.end.score else None,
        "firms": _may(lambda: _firms(t)),
        "history": _may(lambda: history(t)),
        "waiting": words("debrief.waiting") if waiting else None,
        "figures_title": words("debrief.figures"),
        "figures": figures(t),
        "questions_title": words("report.questions"),
        "questions": report_story.questions(t),
        "what_if": what_if,
        "again": words("debrief.again") if again else None,
        "offers": list(offers),
        "offers_title": words("debrief.downloads"),
    }
    return page | {name: value for name, value in parts.items() if value is not None}


def _may(make: Callable[[], Part]) -> Part | None:
    """A part of the page, or nothing where a log edited by hand lacks what it needs (its faults are said)."""
    try:
        return make()
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None


# -- the heading ------------------------------------------------------------------------------------------


def _kicker(t: Telling) -> str:
    about, words = t.debrief.about, t.words
    if about.outcome:
        return words("debrief.kicker", n=about.played, outcome=words(f"outcome.{about.outcome}"))
    return words("debrief.kicker_open", n=about.played, of=about.planned)


def _headline(t: Telling) -> str:
    """What moved leverage most, in one line; of a game without an end, where it stopped."""
    return (t.debrief.about.outcome and report_story.deck(t)) or report_story.headline(t)


def _deck(t: Telling) -> Rich:
    """How far leverage moved over each partner, and by what."""
    said, words = [], t.words
    for k, fall in t.debrief.leverage.items():
        named = [
            words("debrief.points", part=words(f"part.{p}").lower(), n=words.short_signed(fall.parts[p]))
            for p in sorted(fall.parts, key=lambda p: -abs(fall.parts[p]))
            if abs(fall.parts[p]) >= HIDDEN
        ]
        key = "debrief.deck_pair" if named else "debrief.deck_pair_still"
        ends = {"start": words.number(fall.start), "end": words.number(fall.end)}
        said.append(words(key, whom=words.gov(k), parts=", ".join(named), **ends))
    return joined(*said) if said else ""


def _faults(t: Telling) -> dict[str, Any] | None:
    said = t.faults()
    return {"title": t.words("report.faults"), "rows": said} if said else None


# -- the story --------------------------------------------------------------------------------------------


def _turns(t: Telling) -> list[dict[str, Any]]:
    """The rounds that counted, each a way to its place on the replay."""
    out = []
    for point in t.debrief.turning_points:
        title, text = turning.turn(t, point)
        out.append({"round": point.round, "title": title, "text": text})
    return out


def story(t: Telling) -> list[Rich]:
    """How it ended, what it is worth to each, how likely each of the five was, and what the others would have meant."""
    words, end, about = t.words, t.debrief.end, t.debrief.about
    asked = list(report_story.asked(t))
    out: list[Rich] = [*report_story.reviews_before(t)]
    if about.outcome:
        out.append(t.ending())
        if asked:
            out.append(" ".join(asked))
        worth = [
            words(
                "story.worth_one",
                who=words.form(f"country.{s}", "the"),
                money=words("figure.a_year", money=words.money_signed(end.value[s])),
            )
            for s in SEATS
        ]
        out.append(words.rich("story.worth", each=words.list(worth)))
    else:
        out.append(report_story.not_ended(t))
    if t.debrief.income:
        wages = [
            words(
                "story.wage_one",
                who=words.form(f"country.{s}", "in"),
                income=words.percent_signed(r["real_income_percent"]),
                wage=words.percent_signed(r["real_wage_percent"]),
            )
            for s, r in t.debrief.income[-1].items()
        ]
        out.append(words.rich("story.wages", each=words("list.apart").join(wages)))
    if not end.odds_true:
        return out
    if not about.outcome:
        return [*out, words("report.odds_now", each=t.odds(end.odds_true))]
    out.append(words.rich("story.odds", each=t.odds({str(o): end.odds_true[str(o)] for o in OUTCOMES})))
    return [*out, *(words.rich(f"story.other_{o}") for o in map(str, OUTCOMES) if o != about.outcome)]


# -- the replay -------------------------------------------------------------------------------------------


def _path(t: Telling, k: str) -> dict[str, Any]:
    fall = t.debrief.leverage[k]
    out: dict[str, Any] = {
        "partner": k,
        "name": t.words("leverage.over", whom=t.words.gov(k)),
        "short": t.words(f"mono.{k}"),
        "values": [round(v, 2) for v in fall.path],
    }
    if any(abs(a - b) >= HIDDEN for a, b in zip(fall.path, fall.path_true, strict=True)):
        out["true"] = [round(v, 2) for v in fall.path_true]
    return out


def _paths_sentence(t: Telling) -> str:
    words = t.words
    said = [
        words("debrief.path", whom=words.gov(k), start=words.number(f.start), end=words.number(f.end))
        for k, f in t.debrief.leverage.items()
    ]
    return words("debrief.paths", n=t.debrief.about.played, each=words.list(said)) if said else ""


def _score_row(t: Telling, giver: str, toward: str) -> dict[str, Any]:
    partner = toward if giver == "USA" else giver
    name = "us_executes" if giver == "USA" else "partner_executes"
    cells = []
    for r in t.debrief.game.results:
        done = (r.get("facts") or {}).get(name) or (False, False)
        executed = "USA" in (giver, toward) and bool(done[PARTNERS.index(partner)])
        cells.append({"stance": str(r["moves"][giver]["move"]["stances"][toward]), "executed": executed})
    counts = {s: sum(1 for c in cells if c["stance"] == s) for s in ("coordinate", "concede", "defect")}
    words = t.words
    sentence = words(
        "debrief.row_sentence",
        who=words.gov(giver),
        whom=words.gov(toward),
        c=counts["coordinate"],
        n=counts["concede"],
        d=counts["defect"],
    )
    label = words("debrief.row", a=words(f"mono.{giver}"), b=words(f"mono.{toward}"))
    return {"by": giver, "label": label, "sentence": sentence, "cells": cells}


def _round_told(t: Telling, place: int) -> dict[str, Any]:
    facts = t.facts(place + 1)
    return {
        "label": t.words("table.round", round=place + 1),
        "when": t.month(t.debrief.about.dates[place], "short"),
        "text": " ".join(f.sentence(t.words) for f in facts[:2]),
    }


# -- why, the verdict, firms ------------------------------------------------------------------------------


def _why(t: Telling, k: str) -> dict[str, Any]:
    words, fall = t.words, t.debrief.leverage[k]
    parts: list[dict[str, Any]] = [
        {
            "id": p,
            "label": words(f"part.{p}"),
            "value": round(value, 2),
            "text": words.short_signed(value),
            "why": t.because(k, p, value),
        }
        for p, value in fall.parts.items()
    ]
    start = round(fall.start, 2)
    ends = {"start": words.number(start), "end": words.number(fall.end)}
    return {
        "partner": k,
        "name": words("leverage.over", whom=words.gov(k)),
        "why": {
            "start": start,
            "end": round(start + sum(x["value"] for x in parts), 2),
            "parts": parts,
            "caption": words("leverage.parts", **ends),
        },
    }


def _verdict(t: Telling, you: str | None, place: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A place among computer games in the same seat and scenario: fair across seats."""
    if place is None or you is None:
        return None
    end = t.debrief.end
    return verdict_of(t.words, you, place, end.score[you], end.played[you], end.value[you])


def _firms(t: Telling) -> dict[str, Any] | None:
    told, words = t.debrief.firms, t.words
    if told is None:
        return None
    first, last = told.before.total, told.after.total
    total = sum(last.values()) or 1
    rows = [
        {
            "stance": s,
            "label": words(f"firms.{s}"),
            "count": last[s],
            "share": round(last[s] / total, 4),
            "change": last[s] - first[s],
            "text": words.number(last[s]),
            "change_text": words.signed(last[s] - first[s]),
        }
        for s in FIRM_STANCES
    ]
    before, after = (t.month(x.date, "short") for x in (told.before, told.after))
    said = ", ".join(
        words("debrief.firm", what=words(f"firms.{s}"), a=words.number(first[s]), b=words.number(last[s]))
        for s in FIRM_STANCES
    )
    return {
        "title": words("debrief.firms"),
        "before": before,
        "after": after,
        "rows": rows,
        "sentence": words("debrief.firms_sentence", before=before, after=after, each=said),
    }
