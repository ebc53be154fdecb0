"""Tariffs by law instead of by rung: what was really in force in a month of the past.

A scenario with a ``replay`` names dated schedules. As long as the three governments move as they did, the tariffs
between Washington and its partners are those of the law of the month, and the ladder is hung from it:

    rung a stands for the law itself, a the rung whose average tariff is nearest to the law's;
    a rung above a is the law plus the ladder's further steps; a rung below it is the law in proportion.

So a tariff is never counted twice, peace (rung 0) is peace, and a threat is a step beyond what is in force. From
the first move that was not made in history, the law stays as it was and rungs move from there. What the
schedules say of everybody else (Washington on China, Mexico on China, ...) follows the calendar whoever moves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from negotiation.economy import Economy
from negotiation.economy.schedule import load_schedule
from negotiation.game.moves import Measure, Move
from negotiation.game.position import Position
from negotiation.game.rulebook import Rulebook
from negotiation.game.view import Choice
from negotiation.scenario import load_yaml
from negotiation.terms import PARTNERS, SEATS, STANCES, Country, Stance, others
from negotiation.world.firms import FirmMonth
from negotiation.world.firms.front_loading import expected_rise

Array = np.ndarray
BY_LETTER = {stance.letter: stance for stance in STANCES}
EVENTS = ("imposed", "lifted", "threatened_not_executed", "reversed", "news")


@dataclass(frozen=True, eq=False)
class Law:
    """What is in force between Washington and its partners on top of the base, partners in the order CAN, MEX."""

    date: str
    us: Array
    """(2, sectors) Washington on k, at recorded claim rates."""
    partner: Array
    """(2, sectors) k on the US."""
    us_rung: Array
    partner_rung: Array
    """(2,) where on the plain ladders the law stands."""


def law_of(scenario: Any, economy: Economy, book: Rulebook, date: str) -> Law:
    """The law of a month (YYYY-MM). ``book`` is the scenario's own, its ladders hung from nothing."""
    tariff = _in_force(scenario, economy, date)
    us, partners = economy.index(Country.USA), [economy.index(k) for k in PARTNERS]
    on_partner = tariff[us, partners] * float(book.on("S1"))
    on_us = tariff[partners, us] * float(book.on("S1"))
    weight = economy.trade_flow
    floor = scenario.replay.in_force_at

    def rungs(law: Array, ladder: Array, flows: Array, top: int) -> Array:
        return np.array(
            [_rung(law[k], ladder[k], flows[k], floor, top) for k in range(len(PARTNERS))], dtype=int
        )

    return Law(
        date,
        on_partner,
        on_us,
        rungs(on_partner, book.us_points, weight[us, partners], book.us_top),
        rungs(on_us, book.partner_points, weight[partners, us], book.partner_top),
    )


def rest_of_the_world(scenario: Any, economy: Economy, date: str) -> Array | None:
    """(importer, exporter, sector) dated tariffs everywhere but between Washington and its partners."""
    if scenario.replay is None:
        return None
    tariff = _in_force(scenario, economy, date).copy()
    us, partners = economy.index(Country.USA), [economy.index(k) for k in PARTNERS]
    tariff[us, partners] = tariff[partners, us] = 0.0
    return tariff


def _in_force(scenario: Any, economy: Economy, date: str) -> Array:
    day = f"{date}-{scenario.replay.day:02d}"
    schedules = (load_schedule(name, economy.regions, economy.sectors) for name in scenario.replay.schedules)
    return np.sum([schedule.effective(day) for schedule in schedules], axis=0)


def _rung(law: Array, ladder: Array, flow: Array, floor: float, top: int) -> int:
    """The rung nearest in average tariff; at least 1 if anything worth the name is in force."""
    goods = (ladder > 0).any(0) | (law > 0)
    weight = flow * goods
    if not weight.sum():
        return 0
    average = float((law * weight).sum() / weight.sum())
    steps = (ladder * weight).sum(-1) / weight.sum()
    nearest = int(np.argmin(np.abs(steps - average)))
    return min(top, max(nearest, int(average >= floor)))


def hung_from(book: Rulebook, law: Law | None) -> Rulebook:
    """The rulebook with its ladders hung from the law."""
    if law is None:
        return book
    return replace(
        book,
        us_points=_ladder(book.us_points, law.us, law.us_rung),
        partner_points=_ladder(book.partner_points, law.partner, law.partner_rung),
    )


def _ladder(points: Array, law: Array, at: Array) -> Array:
    """(2, rungs + 1, sectors): below ``at`` the law in proportion, at it the law, above it further steps."""
    hung = points.copy()
    for k in range(len(PARTNERS)):
        for rung in range(points.shape[1]):
            if rung <= at[k]:
                hung[k, rung] = law[k] * (rung / at[k] if at[k] else 1.0)
            else:
                hung[k, rung] = law[k] + np.maximum(points[k, rung] - points[k, at[k]], 0.0)
    return hung


def as_ruled(pos: Position, law: Law) -> Position:
    """The position with rungs where the law stands, whatever the stances of the month brought about."""
    return replace(pos, us_rung=law.us_rung.copy(), partner_rung=law.partner_rung.copy())


# -- moves that were made ---------------------------------------------------------------------------------


def past_choice(scenario: Any, date: str, seat: Country) -> Choice | None:
    """What a government did in a month of the replay; None where nothing is listed."""
    past = scenario.replay.on(date) if scenario.replay else None
    if past is None:
        return None
    stances = dict(zip(others(seat), (BY_LETTER[x] for x in getattr(past, seat)), strict=True))
    named = [grant.partition(":") for grant in past.grants]
    measures = {
        Country(pair.split(">")[1]): Measure(issue=issue)
        for pair, _, issue in named
        if pair.split(">")[0] == seat and stances[Country(pair.split(">")[1])] is Stance.CONCEDE
    }
    return Choice(Move(stances, measures))


def moved_as_in_history(scenario: Any, date: str, moves: Any) -> bool:
    """Whether three moves take the stances listed for the month."""
    for seat in SEATS:
        choice = past_choice(scenario, date, seat)
        if choice is None or choice.move.stances != dict(moves[seat].stances):
            return False
    return True


# -- what firms see ---------------------------------------------------------------------------------------


def month_for_firms(scenario: Any, economy: Economy, date: str) -> FirmMonth:
    """A month of the past as firms met it: duties with and without a certificate, and the events of the month.

    Firms decide who certifies, so what is charged in their market follows from them, not from recorded claims.
    """
    day = f"{date}-{scenario.replay.day:02d}"
    schedules = [load_schedule(name, economy.regions, economy.sectors) for name in scenario.replay.schedules]
    without = np.sum([schedule.statutory(day) for schedule in schedules], axis=0)
    certified = np.sum([schedule.effective(day, 1.0) for schedule in schedules], axis=0)
    seen: dict[str, Any] = {}
    if not scenario.switches["S1"]:
        us, partners = economy.index(Country.USA), [economy.index(k) for k in PARTNERS]
        for duties in (without, certified):
            duties[us, partners] = duties[partners, us] = 0.0
        return FirmMonth(tariff=without, tariff_certified=certified, tariff_uncertified=without)
    for event in _events_of_firms():
        if event["month"] == date:
            seen = {name: tuple(event[name]) for name in EVENTS if name in event}
            seen["announced"] = expected_rise(economy, event)
    return FirmMonth(tariff=without, tariff_certified=certified, tariff_uncertified=without, **seen)


@lru_cache(maxsize=1)
def _events_of_firms() -> list[dict[str, Any]]:
    """What firms saw, month by month (``configs/firms/replay.yaml``, with sources)."""
    return load_yaml("firms/replay.yaml")["events"]
