"""The course of a game in a paragraph: who did what and when, what tariffs came of it, who had the upper hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from negotiation.game.moves import Move
from negotiation.terms import PARTNERS, SEATS, Country, others
from ui.report.telling import STANCE_OF, Telling

EVEN = 50.0
"""Leverage at which neither side has the upper hand."""
RUNS = 3
"""Changes of course told one by one; a seat that changed more often is counted."""
FELT = 1.0
"""Percentage points by which a tariff must have been higher in between to be told."""


def course(t: Telling) -> Iterator[str]:
    """Sentences, in the order they are told; none where nothing was played."""
    if not t.debrief.game.results:
        return
    for seat in SEATS:
        yield conduct(t, seat)
    yield from tariffs(t)
    yield from upper_hand(t)


def conduct(t: Telling, seat: Country) -> str:
    """What one seat did, as long as it did it."""
    words, who = t.words, t.words.gov(str(seat))
    played = [Move.from_dict(r["moves"][str(seat)]["move"]).letters(seat) for r in t.debrief.game.results]
    runs = [(letters, len(list(same))) for letters, same in groupby(played)]
    if len(runs) > RUNS:
        return _counted(t, seat, played)
    did = [t.does(letters, (0, 1), others(seat), "did") for letters, _ in runs]
    if len(runs) == 1:
        return words("report.course_always", who=who, did=did[0])
    said, last = [], 0
    for what, (_, rounds) in zip(did[:-1], runs, strict=False):
        last += rounds
        key = "report.course_until" if rounds > 1 else "report.course_in"
        said.append(words(key, did=what, when=t.date_of(last)))
    return words("report.course_then", who=who, first=", ".join(said), did=did[-1])


def _counted(t: Telling, seat: Country, played: list[str]) -> str:
    words, toward, said = t.words, others(seat), []
    for i in range(len(toward)):
        often = Counter(letters[i] for letters in played)
        for letter in (x for x in STANCE_OF if often[x]):
            did = t.does(letter, (0,), (toward[i],), "did")
            said.append(words("report.course_times", often[letter], did=did))
    return words("report.course_counted", who=words.gov(str(seat)), each=words.list(said))


def tariffs(t: Telling) -> Iterator[str]:
    """Washington's additional tariffs at the start and at the end, and where they were higher in between."""
    seen, words = t.seen, t.words
    if seen is None:
        return
    said = []
    try:
        for k in map(str, PARTNERS):
            path = [seen.tariff(n, "USA", k) for n in range(len(seen.rounds) + 1)]
            values = {
                "goods": words.form(f"country.{k}", "goods"),
                "a": words.percent(path[0], 1),
                "b": words.percent(path[-1], 1),
            }
            same = values["a"] == values["b"]
            values["ends"] = words("report.course_ends_same" if same else "report.course_ends", **values)
            high = max(path)
            if high < max(path[0], path[-1]) + FELT:
                said.append(words("report.course_tariff", **values))
                continue
            when = t.date_of(path.index(high))
            said.append(words("report.course_tariff_high", **values, top=words.percent(high, 1), when=when))
    except (KeyError, TypeError, ValueError):
        return  # a log edited by hand; its faults are said elsewhere
    yield words("report.course_tariffs", each=words.list(said))


def upper_hand(t: Telling) -> Iterator[str]:
    """Over whom, when and how far Washington's leverage was strongest, and where it was weakest."""
    points = [
        (value, k, n) for k, f in t.debrief.leverage.items() for n, value in enumerate(f.path[1:], start=1)
    ]
    if not points:
        return
    most, least = max(points), min(points)
    key = "always" if least[0] > EVEN else "never" if most[0] <= EVEN else "mostly"
    values: dict[str, Any] = {}
    for name, (value, k, n) in (("most", most), ("least", least)):
        values |= {
            name: t.words.number(value),
            f"{name}_whom": t.words.gov(k),
            f"{name}_when": t.date_of(n),
        }
    yield t.words(f"report.hand_{key}", **values)
