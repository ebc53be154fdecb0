"""Three envelopes opened: letters with stances and reasons, and what the month brought the viewer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.site.present.choose import direction
from ui.site.present.frame import capital
from ui.site.present.reasons import reason_text
from ui.site.present.seen import SEATS, Seen, named_sectors
from ui.site.present.told import issue_title, sector_list
from ui.words import Rich, Words, joined

MONTH = ("income", "owned", "doubt", "once")
"""Parts of a month's payoff, in the order they are told."""
SMALL = 0.02
"""USD bn below which a part is not worth a word."""


def reveal(seen: Seen, number: int, words: Words) -> dict[str, Any]:
    """The reveal of a round; ``key`` makes a browser stage it once."""
    out: dict[str, Any] = {
        "key": f"{seen.view['room']}-{number}-{seen.rounds[number - 1]['date']}",
        "title": words("reveal.title"),
        "note": words("reveal.note"),
        "opening": words("reveal.opening"),
        "letters": [letter(seen, number, seat, words) for seat in SEATS],
        "result": result(seen, number, words),
        "next": words("reveal.to_review" if number in seen.view["reviews"] else "reveal.next"),
    }
    if seen.you is None:
        out["waiting"] = words("reveal.watching")
    else:
        out["month"] = month(seen, number, words)
    return out


def letter(seen: Seen, number: int, seat: str, words: Words) -> dict[str, Any]:
    """One opened envelope. A stance the viewer cannot know is not in it."""
    choice = seen.rounds[number - 1]["moves"][seat]
    inside = [
        {
            "to": words("to", whom=words.gov(toward)),
            "stance": stance,
            "text": stance_text(seen, number, seat, toward, words),
        }
        for toward, stance in choice["stances"].items()
        if stance is not None
    ]
    return {
        "seat": seat,
        "name": str(words.country(seat)),
        "you": seat == seen.you,
        "stances": inside,
        "reason": _reason(seen, seat, choice, words),
    }


def stance_text(seen: Seen, number: int, seat: str, toward: str, words: Words) -> str:
    """``Defect: step carried out``, ``Concede: dairy access``, ``Coordinate``."""
    stance = str(seen.stance(number, seat, toward))
    measure = seen.rounds[number - 1]["moves"][seat]["measures"].get(toward) or {}
    partner = toward if seat == "USA" else seat
    detail = ""
    if "USA" in (seat, toward) and stance == "defect":
        done = seen.fact(number, "us_executes" if seat == "USA" else "partner_executes", partner)
        detail = words("inside.step" if done else "inside.notice")
        sectors = named_sectors(measure, seen.scenario)
        if sectors:
            detail = words("inside.on", what=detail, sectors=sector_list(sectors, words))
    elif "USA" in (seat, toward) and stance == "concede":
        head = f"{seat}>{toward}:"
        given = [g.removeprefix(head) for g in seen.rounds[number - 1]["granted"] if g.startswith(head)]
        detail = ", ".join(issue_title(seen.scenario, seat, toward, g, words) for g in given)
    verb = capital(words(f"stance.{stance}"))
    return words("inside.detail", verb=verb, detail=detail) if detail else verb


def move_text(seen: Seen, seat: str, toward: str, move: Mapping[str, Any], words: Words) -> str:
    """The viewer's own sealed stance, with the measure it names."""
    stance = move["stances"][toward]
    measure = (move.get("measures") or {}).get(toward) or {}
    detail = ""
    if "USA" in (seat, toward) and stance == "defect":
        detail = words("inside.carry_out" if seen.notice(seat, toward) else "inside.notice")
        sectors = named_sectors(measure, seen.scenario)
        if sectors:
            detail = words("inside.on", what=detail, sectors=sector_list(sectors, words))
    elif measure.get("issue"):
        detail = issue_title(seen.scenario, seat, toward, measure["issue"], words)
    elif measure.get("instrument"):
        detail = next(
            (m.title.of(words.language) for m in seen.scenario.measures if m.id == measure["instrument"]), ""
        )
    verb = capital(words(f"stance.{stance}"))
    return words("inside.detail", verb=verb, detail=detail) if detail else verb


def _reason(seen: Seen, seat: str, choice: Mapping[str, Any], words: Words) -> str:
    """Why, in the government's own words; a person owes none."""
    if seat == seen.you:
        done = [
            words(f"own.{direction(seat, t)}_{stance}", whom=words.gov(t))
            for t, stance in choice["stances"].items()
        ]
        return " ".join([*done, words("own.quiet")] if choice.get("quiet") else done)
    said = [reason_text(r, words) for r in choice["reasons"].values()]
    if not said:
        by_person = choice.get("by") is None
        said = [words("reveal.person" if by_person else "reveal.no_reason")]
    if None in choice["stances"].values():
        hidden = next(t for t, s in choice["stances"].items() if s is None)
        said.append(words("reveal.unseen", whom=words.gov(hidden)))
    return " ".join(dict.fromkeys(said))


def result(seen: Seen, number: int, words: Words) -> Rich:
    """What the month brought this seat, beside what the preview had said."""
    played = seen.rounds[number - 1]
    if seen.you is None or "payoff" not in played:
        return words("reveal.open_to_all")
    text = words.rich("reveal.month", money=words.money_signed(float(played["payoff"])))
    expected = (played["moves"][seen.you].get("preview") or {}).get("month")
    if not expected:
        return text
    return joined(
        text,
        words.rich(
            "reveal.expected",
            mean=words.money_signed(expected["mean"]),
            low=words.money_signed(expected["low"]),
            high=words.money_signed(expected["high"]),
        ),
    )


def month(seen: Seen, number: int, words: Words) -> Rich:
    """Why the month came to what it did, and all months so far: what a player is playing for."""
    parts = seen.rounds[number - 1].get("payoff_parts") or {}
    told = [
        words(f"month.{name}", money=words.money_signed(float(parts[name])))
        for name in MONTH
        if abs(float(parts.get(name, 0))) >= SMALL
    ]
    before = seen.rounds[:number]
    months, so_far = sum(int(r["months"]) for r in before), sum(float(r["payoff"]) for r in before)
    return joined(
        words.rich("month.why", parts=words.list(told)) if told else None,
        words.rich("month.so_far", n=months, money=words.money_signed(so_far)),
    )
