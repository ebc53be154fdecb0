"""The debrief: everything a finished game teaches, as data.

    from negotiation.debrief import debrief
    told = debrief("run/game.jsonl")
    told.turning_points[0].date
    told.to_dict()                       # plain data, for JSON and for screens

What needs the model (regret, equilibria, strategies, the fitted response, the bargain) is missing where the scenario is
not installed or the log cannot be lived again; ``faults`` says so. What needs the log alone is always there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from negotiation.debrief.bargain import Bargain, bargain
from negotiation.debrief.branches import Branch, Change, parse_change, what_if_all
from negotiation.debrief.conduct import Fingerprint, Nearest, fingerprints, nearest, predictions
from negotiation.debrief.findings import Finding, plain, settings
from negotiation.debrief.firms import Firms, firms_of
from negotiation.debrief.game import Game, read
from negotiation.debrief.history import Fact, real_course
from negotiation.debrief.leverage import Waterfall, waterfalls
from negotiation.debrief.lookback import Look, look_back
from negotiation.debrief.paths import Standing, standings
from negotiation.debrief.quantal import QuantalFit, fit_quantal
from negotiation.debrief.questions import questions
from negotiation.debrief.regret import Regret, regrets
from negotiation.debrief.turning import TurningPoint, turning_points
from negotiation.errors import NegotiationError
from negotiation.game.log import Event
from negotiation.scenario import Scenario
from negotiation.terms import OUTCOMES, PARTNERS, SEATS


@dataclass(frozen=True)
class About:
    """Which game it was."""

    scenario: str
    title: Mapping[str, str]
    """Language -> title."""
    seed: int
    digest: str | None
    seats: Mapping[str, str | None]
    """Seat -> strategy that moved for it; None for a person."""
    simple: bool
    planned: int
    played: int
    dates: tuple[str, ...]
    outcome: str | None
    slid: bool
    """Whether annual reviews slid into withdrawal."""
    complete: bool


@dataclass(frozen=True)
class MoverParts:
    """Points of leverage over one partner by whose moves brought them, over the game; they sum to the change."""

    partner: str
    parts: Mapping[str, float]
    """USA, CAN, MEX and ``rest`` (firms, news, what a calm round would have done anyway)."""
    by_round: tuple[Mapping[str, float], ...]


@dataclass(frozen=True)
class End:
    """How the review ended and what was expected before."""

    outcome: str | None
    reviews: tuple[Mapping[str, Any], ...]
    """Reviews on the way that brought annual reviews and did not end the game: round, outcome, proposals."""
    proposals: tuple[Mapping[str, Any], ...]
    odds: Mapping[str, float]
    """End -> probability before the draw, as Washington knew it; as of the last round if none was held."""
    odds_true: Mapping[str, float]
    odds_path: tuple[Mapping[str, float], ...]
    """True odds at the opening and after each round."""
    value: Mapping[str, float]
    """Seat -> yearly value of the end, USD bn."""
    score: Mapping[str, float]
    """Seat -> score of the game, USD bn."""
    played: Mapping[str, float]
    """Seat -> payoff of the rounds, USD bn."""
    surprise: float | None
    """1 - the true probability of what came: near 1 is a surprise."""


@dataclass(frozen=True)
class Debrief:
    """What a game teaches."""

    about: About
    faults: tuple[Finding, ...]
    leverage: Mapping[str, Waterfall]
    movers: Mapping[str, MoverParts]
    turning_points: tuple[TurningPoint, ...]
    regret: Mapping[str, tuple[Regret, ...]]
    fingerprints: Mapping[str, Fingerprint]
    nearest: Mapping[str, Nearest]
    quantal: Mapping[str, QuantalFit]
    standings: tuple[Standing, ...]
    bargain: Bargain | None
    firms: Firms | None
    income: tuple[Mapping[str, Mapping[str, float]], ...]
    """At the opening and after each round: seat -> read-outs (percent, USD bn a year, thousand jobs)."""
    end: End
    history: tuple[Fact, ...]
    questions: tuple[Finding, ...]
    """Three worth discussing, chosen by what happened."""
    game: Game
    """The log itself, for whoever tells rounds one by one; not part of ``to_dict``."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data, rounded to six digits."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "game"}
        return plain(data)

    def total_regret(self, seat: str) -> float:
        """Hindsight regret over all rounds, USD bn (see the warning in ``regret``)."""
        return sum(r.hindsight for r in self.regret.get(seat, ()))


def debrief(
    source: Game | Path | str | Sequence[Event], *, scenario: Scenario | str | None = None
) -> Debrief:
    """Look back on a game.

    source : events of a log, a ``game.jsonl``, the folder of a run, or a ``Game`` already read.
    scenario : the scenario, its name or path, if it is not a shipped one.
    ``BrokenLog`` if there is no game in the source; anything less is said in ``faults``.
    """
    return look_further(from_log(read(source, scenario=scenario)))


def from_log(game: Game) -> Debrief:
    """What the log alone tells: milliseconds. Regret, equilibria, strategies and the bargain are still empty."""
    falls = waterfalls(game)
    opening, results = game.opening, game.results
    readouts = [opening, *results] if opening.get("income") else list(results)
    return Debrief(
        about=_about(game),
        faults=game.faults,
        leverage=falls,
        movers={},
        turning_points=turning_points(game, falls, {}),
        regret={},
        fingerprints=fingerprints(game),
        nearest={},
        quantal={},
        standings=(),
        bargain=None,
        firms=firms_of(game),
        income=tuple(r["income"] for r in readouts if "income" in r),
        end=_end(game),
        history=real_course(game),
        questions=(),
        game=game,
    )


def look_further(told: Debrief) -> Debrief:
    """What the log tells, and what only the model can: about a second."""
    game = told.game
    seen = look_back(game, predictions)
    given = regrets(seen.looks)
    if seen.model is not None and seen.model.scenario.switches["S13"]:
        game.remember_review(seen.model.review().expected)
    told = replace(
        told,
        faults=(*game.faults, *seen.faults),
        movers=_movers(told.leverage, seen.looks),
        turning_points=turning_points(game, told.leverage, given),
        regret=given if seen.looks else {},
        nearest=nearest(game, seen.said),
        quantal=fit_quantal(seen.looks),
        standings=standings(seen.looks),
        bargain=bargain(game, seen.model),
    )
    return replace(told, questions=questions(told))


def telling_branches(told: Debrief) -> tuple[Branch, ...]:
    """The what-ifs a story asks for: at each turning point, and in each seat's dearest round, the better reply.

    A quarter of a second each; empty where the game cannot be lived again.
    """
    costly = float(settings("turning_points")["costly"])
    wanted: dict[str, Change] = {}
    dearest = [max(r, key=lambda x: x.hindsight) for r in told.regret.values() if r]
    for regret in (*(t.regret for t in told.turning_points), *dearest):
        if regret is None or regret.hindsight < costly or regret.best == regret.played:
            continue
        change = parse_change(f"{regret.round}:{regret.seat}={regret.best}")
        wanted.setdefault(change.code, change)
    out = []
    for change in wanted.values():
        try:
            out.append(what_if_all(told.game, [change]))
        except (NegotiationError, KeyError, ValueError):
            return tuple(out)
    return tuple(out)


def _about(game: Game) -> About:
    started, ending = game.started, game.state.ending or {}
    title = (
        game.scenario.title.model_dump()
        if game.scenario
        else {"en": started.get("title") or started["scenario"]}
    )
    return About(
        scenario=str(game.config.get("scenario") or started["scenario"]),
        title=title,
        seed=game.seed,
        digest=started.get("digest"),
        seats={str(s): mind for s, mind in game.minds.items()},
        simple=game.simple,
        planned=game.state.rounds,
        played=len(game.results),
        dates=tuple(str(r["date"]) for r in game.results),
        outcome=str(game.state.outcome) if game.state.outcome else None,
        slid=bool(ending.get("slid")),
        complete=game.ended,
    )


def _end(game: Game) -> End:
    ending = game.state.ending or {}
    last: Mapping[str, Any] = game.results[-1] if game.results else game.opening
    odds = {str(o): float(p) for o, p in (ending.get("odds") or last.get("odds") or {}).items()}
    true = {str(o): float(p) for o, p in (ending.get("odds_true") or last.get("odds_true") or {}).items()}
    path = [x["odds_true"] for x in (game.opening, *game.results) if "odds_true" in x]
    outcome = str(game.state.outcome) if game.state.outcome else None
    played = {str(s): sum(float(r["payoff"][str(s)]) for r in game.results) for s in SEATS}
    return End(
        outcome=outcome,
        reviews=game.state.reviews,
        proposals=tuple(ending.get("proposals") or game.state.proposals),
        odds=odds,
        odds_true=true,
        odds_path=tuple({str(o): float(p[str(o)]) for o in OUTCOMES} for p in path),
        value=dict(ending.get("value") or {}),
        score=dict(ending.get("score") or {}),
        played=played,
        surprise=1 - true[outcome] if outcome and outcome in true else None,
    )


def _movers(falls: Mapping[str, Waterfall], looks: Sequence[Look]) -> dict[str, MoverParts]:
    """Sum of the seats' parts of every round; the rest is what no move of the round brought."""
    out = {}
    for i, k in enumerate(str(p) for p in PARTNERS):
        if k not in falls or len(looks) != len(falls[k].by_round):
            continue
        path, rows = falls[k].path, []
        for n, look in enumerate(looks):
            parts = {str(s): float(look.by_mover[str(s)][i]) for s in SEATS}
            rows.append(parts | {"rest": path[n + 1] - path[n] - sum(parts.values())})
        total = {name: sum(row[name] for row in rows) for name in (*map(str, SEATS), "rest")}
        out[k] = MoverParts(k, total, tuple(rows))
    return out
