"""What a class did, and three questions worth its discussion, chosen by what happened at its tables.

A table is the dict of ``negotiation.rooms.board.table_summary`` with its ``number``; ``deeds_of`` adds what its seats
did.
Only tables that have ended count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean, median
from typing import Any

import numpy as np

from negotiation.debrief.findings import Finding, settings
from negotiation.debrief.reference import Reference
from negotiation.terms import OUTCOMES, PARTNERS, SEATS, Outcome, Stance

REAL_END = str(Outcome.ANN)
"""How the review of 1 July 2026 ended (configs/history.yaml)."""
Table = Mapping[str, Any]
Shares = Mapping[str, Sequence[float]]
"""Seat -> share of computer games each ended table's score beats."""


def deeds_of(results: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Seat -> share of its stances that were defections, over a game."""
    hits: Counter[str] = Counter()
    stances = 0
    for r in results:
        stances += 2
        for seat in map(str, SEATS):
            taken = r["moves"][seat]["move"]["stances"].values()
            hits[seat] += sum(str(s) == str(Stance.DEFECT) for s in taken)
    return {seat: hits[seat] / stances if stances else 0.0 for seat in map(str, SEATS)}


@dataclass(frozen=True)
class ClassPlay:
    """The ended tables of a class."""

    tables: tuple[Table, ...]
    deeds: Mapping[int, Mapping[str, float]]
    """Number of the table -> ``deeds_of``."""
    shares: Shares
    reference: Reference | None

    @property
    def ends(self) -> dict[str, float]:
        """End -> share of the tables."""
        counts = Counter(str(t["ending"]["outcome"]) for t in self.tables)
        return {str(o): counts.get(str(o), 0) / max(1, len(self.tables)) for o in OUTCOMES}

    def last(self, partner: str) -> dict[int, float]:
        """Table -> leverage over a partner at the end."""
        return {t["number"]: t["leverage"][partner][-1] for t in self.tables if t["leverage"][partner]}


def class_questions(play: ClassPlay, count: int = 3) -> tuple[Finding, ...]:
    """The weightiest questions, no two about the same thing; none before a table has ended."""
    if not play.tables:
        return ()
    chosen: list[Finding] = []
    topics: set[str] = set()
    for _, topic, finding in sorted(_candidates(play), key=lambda item: -item[0]):
        if topic not in topics:
            topics.add(topic)
            chosen.append(finding)
    return tuple(chosen[:count])


def _candidates(play: ClassPlay) -> Iterator[tuple[float, str, Finding]]:
    """(weight, topic, question)."""
    yield from _ends(play)
    yield from _leverage(play)
    yield from _computers(play)
    yield from _threats(play)
    yield from _seats(play)
    yield from _chance(play)
    said = sum(t["cables"] for t in play.tables)
    if said and len(play.tables) > 1:
        most = max(play.tables, key=lambda t: t["cables"])
        yield 0.25, "talk", Finding("talk", {"table": most["number"], "n": most["cables"]})
    as_world = play.ends[REAL_END]
    yield 0.4, "world", Finding("world", {"n": round(as_world * len(play.tables)), "of": len(play.tables)})


def _ends(play: ClassPlay) -> Iterator[tuple[float, str, Finding]]:
    """Tables that began alike and ended differently - or not at all differently."""
    if len(play.tables) < 2:
        return
    mixed = 1 - sum(share**2 for share in play.ends.values())
    if mixed == 0:
        yield 0.6, "ends", Finding("one_end", {"n": len(play.tables), "outcome": _end(play.tables[0])})
        return
    pairs = ((a, b) for a, b in combinations(play.tables, 2) if _end(a) != _end(b))
    a, b = min(pairs, key=lambda p: (_early_gap(*p), p[0]["number"], p[1]["number"]))
    values = {"a": a["number"], "b": b["number"], "end_a": _end(a), "end_b": _end(b)}
    yield 0.4 + mixed, "ends", Finding("two_ends", values)


def _early_gap(a: Table, b: Table) -> float:
    """How far leverage of two tables had come apart at half-time, points."""
    gaps = []
    for k in map(str, PARTNERS):
        half = min(len(a["leverage"][k]), len(b["leverage"][k])) // 2
        if half:
            gaps.append(abs(a["leverage"][k][half] - b["leverage"][k][half]))
    return max(gaps, default=0.0)


def _leverage(play: ClassPlay) -> Iterator[tuple[float, str, Finding]]:
    for k in map(str, PARTNERS):
        last = play.last(k)
        if len(last) < 2:
            continue
        low, high = min(last, key=lambda n: (last[n], n)), max(last, key=lambda n: (last[n], -n))
        gap = last[high] - last[low]
        if gap >= float(settings("class")["spread"]):
            values = {"partner": k, "a": low, "b": high, "low": last[low], "high": last[high]}
            yield gap / 50, "leverage", Finding("spread", values)


def _computers(play: ClassPlay) -> Iterator[tuple[float, str, Finding]]:
    """The end the class reached much more, or less, often than computers."""
    if play.reference is None or len(play.tables) < 3:
        return
    gaps = {o: play.ends[o] - play.reference.odds[o] for o in play.ends}
    o = max(gaps, key=lambda x: abs(gaps[x]))
    if abs(gaps[o]) >= float(settings("class")["unlike"]):
        values = {"outcome": o, "share": play.ends[o], "usual": play.reference.odds[o]}
        yield (
            abs(gaps[o]),
            "ends" if play.ends[o] == 1 else "computers",  # that all ended alike is asked about once
            Finding("more_than_computers" if gaps[o] > 0 else "less_than_computers", values),
        )


def _threats(play: ClassPlay) -> Iterator[tuple[float, str, Finding]]:
    """Whether Washington's harder tables ended with more leverage."""
    hard = [play.deeds[t["number"]]["USA"] for t in play.tables if t["number"] in play.deeds]
    got = [
        mean(t["leverage"][str(k)][-1] for k in PARTNERS) for t in play.tables if t["number"] in play.deeds
    ]
    if len(hard) < int(settings("class")["few"]) or min(hard) == max(hard) or min(got) == max(got):
        return
    together = float(np.corrcoef(hard, got)[0, 1])
    key = "hard_more" if together > 0 else "hard_less"
    yield abs(together), "threats", Finding(key, {"low": min(hard), "high": max(hard)})


def _seats(play: ClassPlay) -> Iterator[tuple[float, str, Finding]]:
    middle = {s: median(v) for s, v in play.shares.items() if v}
    if len(middle) < 2:
        return
    best, worst = max(middle, key=lambda s: middle[s]), min(middle, key=lambda s: middle[s])
    if middle[best] - middle[worst] >= float(settings("class")["unlike"]):
        values = {"best": best, "worst": worst, "high": middle[best], "low": middle[worst]}
        yield middle[best] - middle[worst], "seats", Finding("seats", values)


def _chance(play: ClassPlay) -> Iterator[tuple[float, str, Finding]]:
    """The end nobody could expect."""
    told = [(float(t["ending"]["odds"][_end(t)]), t) for t in play.tables if "odds" in t["ending"]]
    if not told:
        return
    chance, t = min(told, key=lambda x: (x[0], x[1]["number"]))
    if chance <= float(settings("class")["rare"]):
        values = {"table": t["number"], "outcome": _end(t), "chance": chance}
        yield 1 - chance, "chance", Finding("rare", values)


def _end(table: Table) -> str:
    return str(table["ending"]["outcome"])
