"""The first debrief: how it ended told as a story with numbers, the replay, why leverage moved, a fair score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.site.present.economy import FIRM_STANCES, firm_counts
from ui.site.present.frame import capital, frame, link
from ui.site.present.history import history
from ui.site.present.leverage import PARTS, SMALL
from ui.site.present.seen import PARTNERS, SEATS, Seen, other
from ui.site.present.told import facts_of
from ui.words import Rich, Words, joined

PAIRS = (("USA", "CAN"), ("CAN", "USA"), ("USA", "MEX"), ("MEX", "USA"), ("CAN", "MEX"), ("MEX", "CAN"))
OUTCOMES = ("EXT", "COND", "SPLIT", "ANN", "WD")


def opened(view: Mapping[str, Any], scenario: Any) -> Seen:
    """The game with everything open, as the debrief shows it to everybody (own seat kept)."""
    rounds = [_as_seen(r) for r in view["debrief"]["rounds_played"]]
    everything = {**view, "rounds_played": rounds, "opening": view["debrief"]["opening"], "own": {}}
    return Seen(everything, scenario)


def _as_seen(result: Mapping[str, Any]) -> dict[str, Any]:
    """A round in full, its moves in the form the presenters know."""
    moves = {
        seat: {
            "stances": choice["move"]["stances"],
            "measures": choice["move"].get("measures") or {},
            "reasons": choice.get("reasons") or {},
            "by": choice.get("by"),
            "quiet": bool(choice["move"].get("quiet")),
        }
        for seat, choice in result["moves"].items()
    }
    return {**result, "moves": moves}


def debrief_page(
    view: Mapping[str, Any],
    scenario: Any,
    words: Words,
    *,
    round: int | None = None,
    verdict: Mapping[str, Any] | None = None,
    again: bool = True,
) -> dict[str, Any]:
    """``DebriefPage``. ``verdict``: share of computer games this score beats, and of how many (own seat)."""
    seen = opened(view, scenario)
    ending = view["ending"]
    totals = {k: why_total(seen, k) for k in PARTNERS}
    page = frame(
        words,
        _headline(seen, totals, words),
        _deck(seen, totals, words),
        words("debrief.kicker", n=len(seen.rounds), outcome=words(f"outcome.{ending['outcome']}")),
        title=words("debrief.title"),
        mast={
            "context": words("debrief.context", code=view["room"]),
            "links": [link(words, "link.home", "home")],
        },
        foot=[link(words, "debrief.foot"), link(words, "link.how_computed", "model")],
    )
    page |= {
        "outcome": ending["outcome"],
        "outcome_name": capital(words(f"outcome.{ending['outcome']}")),
        "story": story(seen, ending, words),
        "replay_title": words("debrief.replay"),
        "replay_note": words("debrief.replay_note"),
        "paths": [_path(seen, k, words) for k in PARTNERS],
        "even": words("debrief.even"),
        "paths_sentence": _paths_sentence(seen, words),
        "score": [_score_row(seen, a, b, words) for a, b in PAIRS],
        "rounds": [_round_told(seen, n, words) for n in range(1, len(seen.rounds) + 1)],
        "round": round or len(seen.rounds),
        "why_title": words("debrief.why"),
        "why_note": words("debrief.why_note"),
        "why": [_why(seen, k, totals[k], words) for k in PARTNERS],
        "firms": _firms(seen, words),
        "history": history(seen, ending, words),
        "downloads": [],
        "downloads_title": words("debrief.downloads"),
    }
    if verdict is not None and seen.you:
        page["verdict"] = _verdict(seen, ending, verdict, words)
    if again:
        page["again"] = words("debrief.again")
    return page


def index_path(seen: Seen, k: str, name: str = "leverage") -> list[float]:
    """Leverage over a partner at the start and after each round."""
    readouts = [seen.view["opening"], *seen.rounds]
    return [round(float(r[name][k]["index"]), 2) for r in readouts]


def why_total(seen: Seen, k: str) -> dict[str, float]:
    """Each part of the change of leverage, summed over the game."""
    return {part: sum(float(r["leverage"][k]["why"][part]) for r in seen.rounds) for part in PARTS}


def _headline(seen: Seen, totals: Mapping[str, Mapping[str, float]], words: Words) -> str:
    """What moved leverage most, in one line."""
    k, part = max(((k, p) for k in PARTNERS for p in PARTS), key=lambda x: abs(totals[x[0]][x[1]]))
    value = totals[k][part]
    if abs(value) < 1:
        return words("debrief.head_still")
    return words(f"debrief.head_{part}_{'up' if value > 0 else 'down'}", whom=words.gov(k))


def _deck(seen: Seen, totals: Mapping[str, Mapping[str, float]], words: Words) -> Rich:
    """How far leverage moved over each partner, and by what."""
    said = []
    for k in PARTNERS:
        path = index_path(seen, k)
        parts = sorted(PARTS, key=lambda p: -abs(totals[k][p]))
        named = [
            words("debrief.points", part=words(f"part.{p}").lower(), n=words.short_signed(totals[k][p]))
            for p in parts
            if abs(totals[k][p]) >= 0.5
        ]
        key = "debrief.deck_pair" if named else "debrief.deck_pair_still"
        said.append(
            words(
                key,
                whom=words.gov(k),
                start=words.number(path[0]),
                end=words.number(path[-1]),
                parts=", ".join(named),
            )
        )
    return joined(*said)


def story(seen: Seen, ending: Mapping[str, Any], words: Words) -> list[Rich]:
    """Three paragraphs: what the end means, what it is worth to each, how likely each of the five was."""
    outcome = "slid" if ending.get("slid") else ending["outcome"]
    worth = [
        words(
            "story.worth_one",
            who=words.form(f"country.{s}", "the"),
            money=words("figure.a_year", money=words.money_signed(ending["value"][s])),
        )
        for s in SEATS
    ]
    shares = {o: 100 * float(ending["odds_true"][o]) for o in OUTCOMES}
    odds = [words("story.odd", outcome=words(f"outcome.{o}"), n=words.number(shares[o])) for o in OUTCOMES]
    wages = [
        words(
            "story.wage_one",
            who=words.form(f"country.{s}", "in"),
            income=words.percent_signed(r["real_income_percent"]),
            wage=words.percent_signed(r["real_wage_percent"]),
        )
        for s, r in seen.rounds[-1]["income"].items()
    ]
    return [
        words.rich(f"story.end_{outcome}"),
        words.rich("story.worth", each=words.list(worth)),
        words.rich("story.wages", each=words("list.apart").join(wages)),
        words.rich("story.odds", each=", ".join(odds)),
        *[words.rich(f"story.other_{o}") for o in OUTCOMES if o != ending["outcome"]],
    ]


def _path(seen: Seen, k: str, words: Words) -> dict[str, Any]:
    path, true = index_path(seen, k), index_path(seen, k, "leverage_true")
    out: dict[str, Any] = {
        "partner": k,
        "name": words("leverage.over", whom=words.gov(k)),
        "short": words(f"mono.{k}"),
        "values": path,
    }
    if any(abs(a - b) >= 0.5 for a, b in zip(path, true, strict=True)):
        out["true"] = true
    return out


def _paths_sentence(seen: Seen, words: Words) -> str:
    said = []
    for k in PARTNERS:
        path = index_path(seen, k)
        said.append(
            words("debrief.path", whom=words.gov(k), start=words.number(path[0]), end=words.number(path[-1]))
        )
    return words("debrief.paths", n=len(seen.rounds), each=words.list(said))


def _score_row(seen: Seen, giver: str, toward: str, words: Words) -> dict[str, Any]:
    partner = toward if giver == "USA" else giver
    name = "us_executes" if giver == "USA" else "partner_executes"
    cells = []
    for n in range(1, len(seen.rounds) + 1):
        executed = "USA" in (giver, toward) and bool(seen.fact(n, name, partner))
        cells.append({"stance": seen.stance(n, giver, toward), "executed": executed})
    counts = {s: sum(1 for c in cells if c["stance"] == s) for s in ("coordinate", "concede", "defect")}
    label = words("debrief.row", a=words(f"mono.{giver}"), b=words(f"mono.{toward}"))
    sentence = words(
        "debrief.row_sentence",
        who=words.gov(giver),
        whom=words.gov(toward),
        c=counts["coordinate"],
        n=counts["concede"],
        d=counts["defect"],
    )
    return {"by": giver, "label": label, "sentence": sentence, "cells": cells}


def _round_told(seen: Seen, number: int, words: Words) -> dict[str, Any]:
    facts = facts_of(seen, number, words)
    text = " ".join(f.sentence(words) for f in facts[:2])
    return {
        "label": words("table.round", round=number),
        "when": words.month(seen.rounds[number - 1]["date"], "short"),
        "text": text,
    }


def _why(seen: Seen, k: str, total: Mapping[str, float], words: Words) -> dict[str, Any]:
    path = index_path(seen, k)
    parts: list[dict[str, Any]] = [
        {
            "id": p,
            "label": words(f"part.{p}"),
            "value": round(total[p], 2),
            "text": words.short_signed(total[p]),
            "why": _because(k, p, total[p], words),
        }
        for p in PARTS
    ]
    start = path[0]
    return {
        "partner": k,
        "name": words("leverage.over", whom=words.gov(k)),
        "why": {
            "start": start,
            "end": round(start + sum(x["value"] for x in parts), 2),
            "parts": parts,
            "caption": words("leverage.parts", start=words.number(start), end=words.number(path[-1])),
        },
    }


def _because(k: str, part: str, value: float, words: Words) -> str:
    """One sentence a part, over the whole game."""
    values: dict[str, Any] = {"whom": words.gov(k), "other": words.gov(other(k)), "who": words.gov("USA")}
    if abs(value) < SMALL:
        return words(f"why.{part}_same", **values)
    side = "up" if value > 0 else "down"
    return words(f"why.{part}_{side}", **values)


def _verdict(
    seen: Seen, ending: Mapping[str, Any], verdict: Mapping[str, Any], words: Words
) -> dict[str, Any]:
    """A place among computer games in the same seat and scenario: fair across seats."""
    you = str(seen.you)
    better = round(100 * float(verdict["share"]))
    who = words.form(f"country.{you}", "the")
    played, value = float(ending["played"][you]), float(ending["value"][you])
    return {
        "title": words("verdict.title"),
        "better": better,
        "text": words(
            "verdict.text", share=words.percent(better), games=words.number(verdict["games"]), who=who
        ),
        "score": words(
            "verdict.score",
            score=words.money_signed(float(ending["score"][you])),
            played=words.money_signed(played),
        ),
        "regret": words("verdict.value", value=words("figure.a_year", money=words.money_signed(value))),
        "sentence": words("verdict.sentence", n=better),
    }


def _firms(seen: Seen, words: Words) -> dict[str, Any]:
    count = int(seen.scenario.firms.count)
    first, last = (firm_counts(r, count) for r in (seen.rounds[0], seen.rounds[-1]))
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
    before, after = (words.month(r["date"], "short") for r in (seen.rounds[0], seen.rounds[-1]))
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
