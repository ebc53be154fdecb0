"""How close does the model come to what happened? The replay of January 2025 - June 2026 and the roads from there.

*Replayed*: all three governments move as they did (scenario ``history``), tariffs are the law of each month, firms
decide for themselves; every published figure stands beside the model's, and the odds of the joint review beside what
happened on 1 July 2026. *Free*: from the same first month strategies play; how the reviews end is a distribution.
*From the real end on*: history, then annual reviews as they came, then strategies until 2036. How much the odds rest
on judgement in translating acts into moves, and what it would take for the real end to be the likeliest, is in
``history_odds``. Nothing here is fitted to the outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from negotiation.game.proposal import Proposal
from negotiation.lab.history_odds import Flips, Judgement, Takes, judgement, odds_if, readings, what_it_takes
from negotiation.lab.workers import Progress, do_all
from negotiation.scenario import Scenario, load_scenario, load_yaml
from negotiation.terms import OUTCOMES, PARTNERS, SEATS, Outcome, Phase
from negotiation.world import ReviewModel
from negotiation.world.parts import strategy_of

NAME = "history"
OWN, QUANTAL = "own", "quantal"
"""Kinds of free play: the scenario's governments, and theory's noisy players in all seats."""


@dataclass(frozen=True)
class Replayed:
    """One seed of history: series by name, one value a month, and the joint review as it stood at the end."""

    seed: int
    months: tuple[str, ...]
    series: Mapping[str, tuple[float, ...]]
    odds: Mapping[str, float]
    """End state -> probability at the joint review, as everybody could know it."""
    leverage: tuple[tuple[float, float], ...]
    """Index over CAN, MEX each month."""

    def at(self, name: str, when: str) -> float:
        """Value in a month (2025-07), mean of a year (2025) or of its first half (2026-H1)."""
        rows = [k for k, month in enumerate(self.months) if _within(month, when)]
        return float(np.mean([self.series[name][k] for k in rows]))


def _within(month: str, when: str) -> bool:
    if when.endswith("-H1"):
        return when[:4] == month[:4] and month[5:] <= "06"
    return month.startswith(when)


@dataclass(frozen=True)
class Compared:
    """A published figure beside the model's: mean over seeds, their spread, the gap (model less measured)."""

    figure: str
    when: str
    unit: str
    measured: float
    model: float
    spread: float
    gap: float
    source: str
    why: Mapping[str, str]


@dataclass(frozen=True)
class FreeGame:
    """One game from the same first month: how it stood at the first review and how it ended."""

    kind: str
    seed: int
    odds: Mapping[str, float]
    first: str
    """Outcome of the review of July 2026."""
    last: str
    """Outcome when the game ended, at the latest in July 2036."""
    rounds: int
    leverage: tuple[float, float]
    """Index over CAN, MEX at the first review."""


@dataclass(frozen=True)
class Shares:
    """Free games of one kind, counted."""

    kind: str
    games: int
    first: Mapping[str, float]
    """Share of games that ended so in July 2026 (ANN: annual reviews began)."""
    last: Mapping[str, float]
    odds: Mapping[str, float]
    """Mean odds before the draw."""
    leverage: tuple[float, float]


@dataclass(frozen=True)
class History:
    """Everything ``negotiation history`` reports."""

    seeds: int
    firms: int
    months: tuple[str, ...]
    series: Mapping[str, tuple[float, ...]]
    """Mean over seeds, month by month."""
    compared: tuple[Compared, ...]
    odds: Mapping[str, float]
    likeliest: str
    happened: str
    published: tuple[Mapping[str, Any], ...]
    free: tuple[Shares, ...]
    onward: Shares
    judgement: Judgement
    takes: Takes


def plan() -> Mapping[str, Any]:
    """Measured figures, published odds and sizes (``configs/history_measured.yaml``)."""
    return load_yaml("history_measured.yaml")


# -- history as it was ------------------------------------------------------------------------------------


def replayed(seed: int, *, firms: int | None = None, scenario: Scenario | str = NAME) -> Replayed:
    """Live through history with one seed; it ends at the joint review, before anybody proposes."""
    model = ReviewModel(scenario, seed, firms=firms)
    before = _shares_before(model)
    rows: list[dict[str, float]] = []
    while model.phase is Phase.BARGAINING:
        model.step()
        rows.append(_month(model, before))
    return Replayed(
        seed,
        tuple(r["date"] for r in model.results),
        {name: tuple(row[name] for row in rows) for name in rows[0]},
        _named(model.review(seen=True).odds),
        tuple((r["leverage"]["CAN"]["index"], r["leverage"]["MEX"]["index"]) for r in model.results),
    )


def _shares_before(model: Any) -> np.ndarray:
    """(2,) US share of CAN's and MEX's goods exports before anything happened, percent."""
    layer = model.firms
    lanes = np.asarray(model.economy.trade_flow)[..., layer.corridors.goods].sum(-1)
    us = model.economy.index("USA")
    own = [model.economy.index(k) for k in PARTNERS]
    return np.array([100 * lanes[us, i] / (lanes[:, i].sum() - lanes[i, i]) for i in own])


def _month(model: Any, before: np.ndarray) -> dict[str, float]:
    """A month in the terms of the published figures, percent."""
    result, report = model.results[-1], model.last_report
    us = model.economy.index("USA")
    goods = model.firms.corridors.goods
    row: dict[str, float] = {
        "CAN_rate_on_us": result["tariffs"]["CAN-USA"],
        "belief_CAN": 100 * float(report.belief[1]),
    }
    for i, k in enumerate(PARTNERS):
        here = model.economy.index(k)
        flow = report.trade_flow[us, here, goods]
        paid = (report.effective_tariff[us, here, goods] * flow).sum() / flow.sum()
        base = np.asarray(model.economy.trade_flow)[us, here, goods].sum()
        row[f"exports_to_us_{k}"] = 100 * float(flow.sum() / base - 1)
        row[f"bought_ahead_{k}"] = 100 * float(report.bought_ahead[us, here, goods].sum() / base)
        row[f"us_rate_on_{k}"] = result["tariffs"][f"USA-{k}"]
        row[f"us_rate_on_{k}_paid"] = 100 * float(paid)
        row[f"certified_{k}"] = result["firms"]["certified"][str(k)]
        row[f"us_export_share_{k}"] = result["firms"]["us_export_share"][str(k)] - float(before[i])
        row[f"leverage_{k}"] = result["leverage"][str(k)]["index"]
        row[f"commitment_{k}"] = result["commitment"]["true"][str(k)]
    for seat in SEATS:
        row[f"real_income_{seat}"] = result["income"][str(seat)]["real_income_percent"]
    return row | {f"odds_{end}": p for end, p in result["odds"].items()}


def compare(replays: Sequence[Replayed]) -> tuple[Compared, ...]:
    """Every published figure beside the model's."""
    lines = []
    for name, entry in plan()["figures"].items():
        for when, given in entry["values"].items():
            found = np.array([one.at(name, when) for one in replays])
            measured, model = float(given["value"]), float(found.mean())
            spread = float(found.std(ddof=1)) if len(found) > 1 else 0.0
            lines.append(
                Compared(
                    name,
                    when,
                    entry["unit"],
                    measured,
                    round(model, 3),
                    round(spread, 3),
                    round(model - measured, 3),
                    given["source"],
                    entry["why"],
                )
            )
    return tuple(lines)


# -- other roads ------------------------------------------------------------------------------------------


def free_game(kind: str, seed: int, firms: int, scenario: Scenario | str = NAME) -> FreeGame:
    """One game from the first month by strategies; nobody is bound by what happened."""
    model = ReviewModel(
        scenario, seed, firms=firms, tolerance=1e-6, lean=True, strategies=_minds(kind, scenario)
    )
    return _to_the_end(model, kind, seed)


def onward_game(kind: str, seed: int, firms: int, scenario: Scenario | str = NAME) -> FreeGame:
    """History, then annual reviews as they came on 1 July 2026, then the scenario's strategies."""
    model = ReviewModel(scenario, seed, firms=firms, tolerance=1e-6, lean=True)
    while model.phase is Phase.BARGAINING:
        model.step()
    return _to_the_end(model, kind, seed, Outcome(plan()["end_states"]["happened"]))


def _minds(kind: str, scenario: Scenario | str) -> Mapping[Any, Any]:
    chosen = load_scenario(scenario)
    return {
        seat: strategy_of("quantal-response" if kind == QUANTAL else None, chosen, seat) for seat in SEATS
    }


def _to_the_end(model: Any, kind: str, seed: int, first: Outcome | None = None) -> FreeGame:
    """Play on; ``first`` settles the first review by decree (nothing is drawn but the slide)."""
    while model.phase is Phase.BARGAINING:
        model.step()
    review = model.review(seen=True)
    leverage = model.view("USA").leverage
    if first is None:
        while model.phase is Phase.JOINT_REVIEW:
            model.step()
    else:
        model.put_on_table(Proposal(first))
        model.close_review()
    outcome = model.ending["outcome"] if model.ending else model.reviews[0]["outcome"]
    while model.running:
        model.step()
    return FreeGame(
        kind,
        seed,
        _named(review.odds),
        str(outcome),
        model.ending["outcome"],
        len(model.results),
        (leverage[PARTNERS[0]]["index"], leverage[PARTNERS[1]]["index"]),
    )


def shares(kind: str, games: Sequence[FreeGame]) -> Shares:
    """Games of one kind, counted."""
    first, last = Counter(g.first for g in games), Counter(g.last for g in games)
    number = len(games)
    return Shares(
        kind,
        number,
        {str(o): first[str(o)] / number for o in OUTCOMES},
        {str(o): last[str(o)] / number for o in OUTCOMES},
        {str(o): float(np.mean([g.odds[str(o)] for g in games])) for o in OUTCOMES},
        (
            float(np.mean([g.leverage[0] for g in games])),
            float(np.mean([g.leverage[1] for g in games])),
        ),
    )


def _named(odds: np.ndarray) -> dict[str, float]:
    return {str(o): round(float(p), 6) for o, p in zip(OUTCOMES, odds, strict=True)}


# -- the whole report ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Task:
    what: str
    seed: int
    firms: int
    flips: Flips = ()


def _do(task: _Task, scenario: Scenario | str) -> Any:
    match task.what:
        case "replay":
            return replayed(task.seed, firms=task.firms, scenario=scenario)
        case "reading":
            return task.flips, odds_if(task.flips, scenario, seed=task.seed, firms=task.firms)
        case "onward":
            return onward_game(task.what, task.seed, task.firms, scenario)
    return free_game(task.what, task.seed, task.firms, scenario)


def report(
    games: int | None = None,
    *,
    seeds: int | None = None,
    firms: int | None = None,
    seed: int = 0,
    scenario: Scenario | str = NAME,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> History:
    """Replay, compare, play on, doubt. ``games`` scales the free games and readings; sizes left out are the file's."""
    sizes = plan()["sizes"]
    seeds, firms = seeds or int(sizes["seeds"]), firms or int(sizes["firms"])
    games = int(sizes["games"]) if games is None else games
    scale = games / int(sizes["games"])
    small = min(firms, int(sizes["games_firms"]))
    number = {
        OWN: games,
        "onward": games,
        QUANTAL: max(1, round(scale * int(sizes["games_quantal"]))),
    }
    draws = max(1, round(scale * int(sizes["judgement_draws"])))
    tasks = [_Task("replay", seed + s, firms) for s in range(seeds)]
    tasks += [_Task(kind, seed + s, small) for kind in (QUANTAL, OWN, "onward") for s in range(number[kind])]
    tasks += [
        _Task("reading", seed, int(sizes["judgement_firms"]), flips)
        for flips in readings(scenario, draws, seed)
    ]
    work = partial(_do, scenario=scenario)
    done = do_all(work, tasks, workers=workers, executor=executor, progress=progress)
    replays: list[Replayed] = [d for d in done if isinstance(d, Replayed)]
    played = [d for d in done if isinstance(d, FreeGame)]
    odds = {str(o): float(np.mean([r.odds[str(o)] for r in replays])) for o in OUTCOMES}
    by_kind = {kind: shares(kind, [g for g in played if g.kind == kind]) for kind in number}
    return History(
        seeds=seeds,
        firms=firms,
        months=replays[0].months,
        series={
            name: tuple(float(x) for x in np.mean([r.series[name] for r in replays], axis=0))
            for name in replays[0].series
        },
        compared=compare(replays),
        odds=odds,
        likeliest=max(odds, key=lambda end: odds[end]),
        happened=str(plan()["end_states"]["happened"]),
        published=published_states(odds),
        free=(by_kind[OWN], by_kind[QUANTAL]),
        onward=by_kind["onward"],
        judgement=judgement(scenario, [d for d in done if isinstance(d, tuple)]),
        takes=what_it_takes(scenario, seed=seed),
    )


def published_states(odds: Mapping[str, float]) -> tuple[Mapping[str, Any], ...]:
    """Published end states beside the model's odds of the ends they correspond to."""
    return tuple(
        {
            "state": name,
            "published": float(entry["value"]),
            "ends": tuple(entry["ends"]),
            "model": sum(odds[e] for e in entry["ends"]),
        }
        for name, entry in plan()["end_states"].items()
        if isinstance(entry, Mapping)
    )
