"""How each seat conducted itself: a fingerprint counted from its stances, and the named strategy nearest to it.

The fingerprint answers: what did it do after it had been met with each stance? (Axelrod 1984; fingerprints in the
sense of Ashlock and Kim 2008, counted here instead of computed.) The distance to a named strategy is one minus the
mean probability with which that strategy, seeing exactly what the seat saw, takes the stance the seat took: 0 says
the same in every situation, two thirds is what drawing lots brings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from negotiation.debrief.findings import settings
from negotiation.debrief.game import Game
from negotiation.errors import NegotiationError
from negotiation.game.moves import Move
from negotiation.game.view import SeatView
from negotiation.strategies import Calculator, Strategy, strategy, wrappers
from negotiation.strategies.profiles import weighed
from negotiation.strategies.registry import SHIPPED
from negotiation.terms import SEATS, STANCES, Country, others

Distance = tuple[str, float]
SLOW = ("lookahead",)
"""Strategies left out unless the seat is known to have played them: a second a game, each."""


@dataclass(frozen=True)
class Fingerprint:
    """Conduct of one seat, counted."""

    seat: str
    stances: Mapping[str, Mapping[str, int]]
    """Toward whom -> stance -> rounds."""
    answers: Mapping[str, Mapping[str, int]]
    """What the other had last done to it (``first`` in the first round) -> own stance -> times."""
    hits_back: float | None
    """Share of defections on it that it answered with a defection; None if it was never hit."""
    hits_first: float | None
    """Share of rounds without a defection on it in which it defected all the same."""
    steady: float | None
    """Share of stances that stayed as they were in the round before."""
    carries_out: float | None
    """Share of its announced steps that it carried out; None if it announced none."""
    quiet: float
    """Share of rounds it kept its dealings with the other partner quiet."""


@dataclass(frozen=True)
class Nearest:
    """The strategies that come closest to a seat's conduct."""

    seat: str
    situations: int
    """Stances compared: two a round."""
    ranking: tuple[Distance, ...]
    """(name, distance 0 to 1), the nearest first."""
    close: tuple[str, ...]
    """Names that can hardly be told from the nearest, itself included."""
    lots: float
    """Distance of drawing lots in the same situations."""


def fingerprints(game: Game) -> dict[str, Fingerprint]:
    """Seat -> fingerprint; needs nothing but the log."""
    return {str(s): _fingerprint(game, s) for s in SEATS}


def _fingerprint(game: Game, seat: Country) -> Fingerprint:
    results, toward = game.results, others(seat)
    stances = {str(c): dict.fromkeys((str(s) for s in STANCES), 0) for c in toward}
    answers = {
        key: dict.fromkeys((str(s) for s in STANCES), 0) for key in ("first", *(str(s) for s in STANCES))
    }
    stayed = changes = 0
    for n, r in enumerate(results):
        for c in toward:
            own = _stance(r, seat, c)
            stances[str(c)][own] += 1
            answers["first" if n == 0 else _stance(results[n - 1], c, seat)][own] += 1
            if n:
                changes += 1
                stayed += own == _stance(results[n - 1], seat, c)
    hit = sum(answers["defect"].values())
    calm = sum(sum(answers[x].values()) for x in ("coordinate", "concede"))
    unprovoked = sum(answers[x]["defect"] for x in ("coordinate", "concede"))
    announced, kept = _kept_word(game, seat)
    quiet = sum(bool(r["moves"][str(seat)]["move"].get("quiet")) for r in results)
    return Fingerprint(
        seat=str(seat),
        stances=stances,
        answers=answers,
        hits_back=answers["defect"]["defect"] / hit if hit else None,
        hits_first=unprovoked / calm if calm else None,
        steady=stayed / changes if changes else None,
        carries_out=kept / announced if announced else None,
        quiet=quiet / len(results) if results else 0.0,
    )


def _kept_word(game: Game, seat: Country) -> tuple[int, int]:
    """Steps on notice when a round began, and how many of them were gone on with.

    A notice left by news, or by an answer for the other partner, is not the seat's announcement.
    """
    name = "us_notice" if seat is Country.USA else "partner_notice"
    announced = kept = 0
    before = game.opening.get("position")
    for n, r in enumerate(game.results):
        for c in others(seat):
            if Country.USA not in (seat, c):
                continue
            if n and _stance(game.results[n - 1], seat, c) != "defect":
                continue
            k = ("CAN", "MEX").index(str(c if seat is Country.USA else seat))
            if before and (before.get(name) or (False, False))[k]:
                announced += 1
                kept += _stance(r, seat, c) == "defect"
        before = r["position"]
    return announced, kept


def _stance(result: Mapping[str, Any], giver: Country, toward: Country) -> str:
    return str(result["moves"][str(giver)]["move"]["stances"][str(toward)])


# -- nearest named strategy ----------------------------------------------------------------------------


@cache
def candidates() -> tuple[str, ...]:
    """Names compared: every shipped strategy that is not another one with something added."""
    own = (s for s in SHIPPED if s.__module__ != wrappers.__name__)
    return tuple(s.name for s in own if s.name not in SLOW)


def predictions(
    seat: Country, view: SeatView, model: Any, extra: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """Strategy -> (2, 3) probability of each stance toward the two others, in this situation.

    A question for ``look_back(ask=...)``. Strategies as they are shipped, without a leader's scales.
    """
    out = {}
    for name in (*candidates(), *extra):
        made = strategy(name)
        if seat not in made.traits.seats:
            continue
        try:
            out[name] = _stances_of(made, seat, view)
        except (NegotiationError, ValueError):  # a strategy that cannot sit here does not take part
            continue
    return out


def _stances_of(made: Strategy, seat: Country, view: SeatView) -> np.ndarray:
    """(2, 3) how often it takes each stance here; drawn where it draws lots."""
    draws = int(settings("nearest")["draws"]) if made.traits.stochastic else 1
    table = np.zeros((2, 3))
    value = None
    if isinstance(made, Calculator):  # values do not depend on the draw
        game = weighed(view, made.weights)
        value = made.value(view, game, made.believe(view, game))
    for n in range(draws):
        rng = np.random.default_rng((view.round, SEATS.index(seat), n))
        if value is None:
            move = made.choose(view, rng).move
        else:
            move = Move.from_index(seat, made.pick(view, value, rng))  # type: ignore[attr-defined]
        for place, c in enumerate(others(seat)):
            table[place, STANCES.index(move.stances[c])] += 1 / draws
    return table


def nearest(game: Game, said: Sequence[Mapping[Country, Mapping[str, np.ndarray]]]) -> dict[str, Nearest]:
    """Seat -> nearest strategies, from the predictions made before each round."""
    out = {}
    for seat in SEATS:
        per_name: dict[str, list[float]] = {}
        for r, predicted in zip(game.results, said, strict=False):
            for name, table in predicted[seat].items():
                for place, c in enumerate(others(seat)):
                    stance = STANCES.index(_stance_of(r, seat, c))
                    per_name.setdefault(name, []).append(float(table[place, stance]))
        situations = 2 * min(len(said), len(game.results))
        full = {n: 1 - float(np.mean(p)) for n, p in per_name.items() if len(p) == situations and p}
        ranking = tuple(sorted(full.items(), key=lambda item: (round(item[1], 9), item[0])))
        if not ranking:
            continue
        limit = ranking[0][1] + float(settings("nearest")["close"])
        out[str(seat)] = Nearest(
            seat=str(seat),
            situations=situations,
            ranking=ranking,
            close=tuple(n for n, d in ranking if d <= limit),
            lots=1 - 1 / len(STANCES),
        )
    return out


def _stance_of(result: Mapping[str, Any], giver: Country, toward: Country) -> Any:
    from negotiation.terms import Stance

    return Stance(_stance(result, giver, toward))
