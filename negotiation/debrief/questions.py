"""Questions for a discussion, chosen by what happened: each has a reason to be asked in this game and a weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from negotiation.debrief.findings import Finding
from negotiation.terms import PARTNERS, SEATS, Outcome

if TYPE_CHECKING:
    from negotiation.debrief.debriefing import Debrief

REAL_END = Outcome.ANN
"""How the review of 1 July 2026 ended (configs/history.yaml)."""
POINTS = 20.0
"""Points of leverage that weigh as much as a certain surprise; a scale for choosing among questions only."""
MONEY = 20.0
"""USD bn of regret that weigh as much."""


def questions(told: Debrief, count: int = 3) -> tuple[Finding, ...]:
    """The weightiest questions, no two about the same thing."""
    ranked = sorted(_candidates(told), key=lambda item: -item[0])
    chosen: list[Finding] = []
    topics: set[str] = set()
    for _, topic, finding in ranked:
        if topic not in topics:
            topics.add(topic)
            chosen.append(finding)
    return tuple(chosen[:count])


def _candidates(told: Debrief) -> Iterator[tuple[float, str, Finding]]:
    """(weight, topic, question)."""
    parts = {
        block: max((f.parts[block] for f in told.leverage.values()), key=abs)
        for block in ("commitment", "exposure")
        if told.leverage
    }
    if abs(parts.get("commitment", 0.0)) >= 1:
        moved = parts["commitment"]
        key = "front_built" if moved < 0 else "front_lost"
        yield abs(moved) / POINTS, "front", Finding(key, {"points": abs(moved)})
    if abs(parts.get("exposure", 0.0)) >= 1:
        yield (
            abs(parts["exposure"]) / POINTS,
            "tariffs",
            Finding("tariffs", {"points": abs(parts["exposure"])}),
        )
    kept = told.fingerprints["USA"].carries_out
    if kept is not None:
        yield 0.3 + abs(kept - 0.5), "threats", Finding("threats", {"share": kept})
    gains = sum(s.all_could_gain for s in told.standings)
    if gains:
        yield gains / len(told.standings), "joint", Finding("all_could_gain", {"rounds": gains})
    if told.end.surprise is not None and told.end.surprise > 0.75 and told.about.outcome:
        chance = 1 - told.end.surprise
        yield told.end.surprise, "surprise", Finding("surprise", {"chance": chance})
    worst = max((r for seat in told.regret.values() for r in seat), key=lambda r: r.hindsight, default=None)
    if worst is not None and worst.hindsight >= 0.5:
        key = "luck" if worst.was_luck else "foresight"
        weight = min(worst.hindsight / MONEY, 1.0)
        yield weight, "regret", Finding(key, {"seat": worst.seat, "date": worst.date})
    hidden = max((abs(f.path_true[-1] - f.path[-1]) for f in told.leverage.values()), default=0.0)
    if hidden >= 1:
        yield 0.4 + hidden / POINTS, "quiet", Finding("quiet", {"points": hidden})
    if told.about.outcome:
        same = told.about.outcome == REAL_END
        yield 0.6, "world", Finding("same_as_world" if same else "other_than_world")
    if told.income:
        last = told.income[-1]
        for seat in (str(s) for s in (*PARTNERS, SEATS[0])):
            income, wage = last[seat]["real_income_percent"], last[seat]["real_wage_percent"]
            if income * wage < 0 and min(abs(income), abs(wage)) >= 0.01:
                yield 0.45, "income", Finding("income", {"country": seat})
