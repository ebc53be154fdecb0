"""How sure is the model of the end of history? What the odds rest on, and what it would take.

*Judgement*: some stances of the replay are record, others are judgement and could have been another letter. Each
judged stance is turned round by itself and many at once; the range of the odds says how much of them is translation.

*What it takes*: Washington's decision at the review weighs what each end is worth to it. How much more would annual
reviews have to be worth, in USD bn a year, to be as likely as the likeliest end, or a coin's toss? And what do the
odds become if Washington weighs the ends on its leader's scales instead of its country's payoff, and if nobody
counted that a year later the same review is held again (Art. 34.7.4: the parties may extend at any time)?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from negotiation.game.review import hold_review, odds_of
from negotiation.scenario import Scenario, load_scenario
from negotiation.strategies.profiles import on_the_scales, profile
from negotiation.terms import OUTCOMES, SEATS, Country, Phase
from negotiation.world import ReviewModel

ANNUAL = "ANN"


@dataclass(frozen=True)
class Turned:
    """One judged stance turned round and what the odds became."""

    date: str
    stance: str
    was: str
    now: str
    odds: Mapping[str, float]


@dataclass(frozen=True)
class Judgement:
    """Range of the odds over the translation of acts into moves."""

    stances: int
    """How many of the 108 stances are judgement."""
    as_written: Mapping[str, float]
    each: tuple[Turned, ...]
    """One at a time, the largest change of the odds of annual reviews first."""
    draws: int
    low: Mapping[str, float]
    """10th percentile over random sets of judged stances turned round."""
    high: Mapping[str, float]
    likeliest: Mapping[str, float]
    """Share of these sets in which an end is the likeliest."""


@dataclass(frozen=True)
class Takes:
    """What the real end would take."""

    now: Mapping[str, float]
    as_likely: float | None
    """USD bn a year more that annual reviews must be worth to Washington to be as likely as any other end."""
    coin: float | None
    """The same for a probability of one half. None: no bonus brings it about."""
    worth: Mapping[str, float]
    """What each end is worth to Washington now, USD bn a year."""
    on_leaders_scales: Mapping[str, float]
    """Odds if Washington weighs the ends on its leader's scales."""
    leader: str
    if_held_only_once: Mapping[str, float]
    """Odds if nobody counted that the review comes back every year."""


def end_of_history(scenario: Scenario | str, seed: int = 0, firms: int | None = None) -> Any:
    """The model of a replay at its joint review, before anybody proposes."""
    model = ReviewModel(scenario, seed, firms=firms, tolerance=1e-6, lean=True)
    while model.phase is Phase.BARGAINING:
        model.step()
    return model


def judged(scenario: Scenario) -> list[tuple[int, str, int, str]]:
    """(month, seat, place in its letters, other letter) of every judged stance. Without a letter: C for D, else D."""
    found = []
    for row, move in enumerate(scenario.replay.moves if scenario.replay else ()):
        for said in move.judged:
            pair, _, letter = said.partition(":")
            giver, _, receiver = pair.partition(">")
            place = [s for s in SEATS if s != giver].index(Country(receiver))
            now = getattr(move, giver)[place]
            found.append((row, giver, place, letter or ("C" if now == "D" else "D")))
    return found


def turned(scenario: Scenario, which: list[tuple[int, str, int, str]]) -> Scenario:
    """The scenario with these stances replaced."""
    assert scenario.replay is not None
    moves = list(scenario.replay.moves)
    for row, seat, place, letter in which:
        old = getattr(moves[row], seat)
        moves[row] = moves[row].model_copy(update={seat: old[:place] + letter + old[place + 1 :]})
    past = scenario.replay.model_copy(update={"moves": tuple(moves)})
    return scenario.model_copy(update={"replay": past})


Flips = tuple[tuple[int, str, int, str], ...]
"""Stances to turn round, each (month, seat, place in its letters, other letter)."""


def readings(scenario: Scenario | str, draws: int, seed: int) -> list[Flips]:
    """Other readings of the record: none, each judged stance alone, random sets of them."""
    doubtful = judged(load_scenario(scenario))
    rng = np.random.default_rng([seed, 7])
    some: list[Flips] = []
    for _ in range(draws):
        coins = rng.random(len(doubtful)) < 0.5
        some.append(tuple(d for d, flip in zip(doubtful, coins, strict=True) if flip))
    return [(), *((one,) for one in doubtful), *some]


def odds_if(flips: Flips, scenario: Scenario | str, *, seed: int, firms: int) -> tuple[float, ...]:
    """Odds of the joint review if these stances had been the other letter."""
    chosen = load_scenario(scenario)
    model = end_of_history(turned(chosen, list(flips)), seed, firms)
    return tuple(float(p) for p in model.review(seen=True).odds)


def judgement(scenario: Scenario | str, found: Sequence[tuple[Flips, tuple[float, ...]]]) -> Judgement:
    """The range of the odds over readings of the record, from ``odds_if`` of each."""
    chosen = load_scenario(scenario)
    assert chosen.replay is not None
    base = np.array(next(odds for flips, odds in found if not flips))
    number = len(judged(chosen))
    each = []
    for flips, odds in found[1 : number + 1]:
        row, seat, place, letter = flips[0]
        move = chosen.replay.moves[row]
        receiver = [s for s in SEATS if s != seat][place]
        was = getattr(move, seat)[place]
        each.append(Turned(move.date, f"{seat}>{receiver}", was, letter, _named(np.array(odds))))
    each.sort(key=lambda t: -abs(t.odds[ANNUAL] - base[OUTCOMES.index(ANNUAL)]))
    many = np.array([odds for _, odds in found[number + 1 :]] or [tuple(base)])
    best = many.argmax(1)
    return Judgement(
        number,
        _named(base),
        tuple(each),
        len(found) - number - 1,
        _named(np.quantile(many, 0.1, axis=0)),
        _named(np.quantile(many, 0.9, axis=0)),
        {str(o): float(np.mean(best == i)) for i, o in enumerate(OUTCOMES)},
    )


def what_it_takes(scenario: Scenario | str = "history", *, seed: int = 0) -> Takes:
    """What would make annual reviews the likeliest end, or likely."""
    model = end_of_history(scenario, seed)
    review, book = model.review(seen=True), model.book
    once = replace(book, reviews_left=(1,))
    place = OUTCOMES.index(ANNUAL)

    def with_bonus(bonus: float) -> np.ndarray:
        values = {k: v.copy() for k, v in review.values.items()}
        values[ANNUAL][..., 0] += bonus
        return np.asarray(odds_of(values, review, book))

    leader = model.scenario.governments[Country.USA].profile
    weights = profile(leader, dict(model.scenario.governments[Country.USA].weights))
    today = np.zeros(3)
    scaled = {
        k: np.concatenate([on_the_scales(weights, 0, v, today)[..., None], v[..., 1:]], -1)
        for k, v in review.values.items()
    }
    return Takes(
        now=_named(review.odds),
        as_likely=_smallest(lambda x: with_bonus(x)[place] >= with_bonus(x).max() - 1e-9),
        coin=_smallest(lambda x: with_bonus(x)[place] >= 0.5),
        worth={k: round(float(v[0]), 3) for k, v in review.values.items()},
        on_leaders_scales=_named(odds_of(scaled, review, book)),
        leader=str(leader),
        if_held_only_once=_named(hold_review(model.table, model.position, once, seen=True).odds),
    )


def _smallest(holds: Any, top: float = 200.0) -> float | None:
    """The smallest bonus from 0 up at which something holds (it keeps holding above); None if never."""
    if holds(0.0):
        return 0.0
    if not holds(top):
        return None
    low, high = 0.0, top
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return round(high, 2)


def _named(odds: np.ndarray) -> dict[str, float]:
    return {str(o): round(float(p), 6) for o, p in zip(OUTCOMES, odds, strict=True)}
