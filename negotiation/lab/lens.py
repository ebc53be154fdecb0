"""The lens: everything bargaining theory can say about the round a game has reached.

* the stage game: payoffs, best replies, all equilibria, the quantal response path (``stage``, ``lens_equilibria``);
* for each pair of Washington and a partner, every package of open issues: frontier and bargaining solutions;
* the game of coalitions among the three governments: Shapley value and core.

It can be held over any round of any game: a model that has been played so far, or a log (``model_at``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

import numpy as np

from negotiation.bargaining import solutions
from negotiation.bargaining.cooperative import Core, coalitions, core, shapley_value
from negotiation.bargaining.solutions import Solution, pareto_frontier
from negotiation.errors import InputError
from negotiation.game.breakdown import Beliefs, breakdown
from negotiation.game.log import GameState
from negotiation.game.proposal import open_issues, package_value
from negotiation.lab.lens_equilibria import Found, Quantal, equilibria, quantal_path
from negotiation.lab.stage import StageLook, look_at
from negotiation.scenario import load_scenario
from negotiation.terms import PARTNERS, SEATS, Country, Phase
from negotiation.world import ReviewModel

Array = np.ndarray

NOISES = (100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1)
"""Multiples of the seats' decision noise at which the quantal response path is told; 1 is what the game assumes."""


@dataclass(frozen=True)
class Packages:
    """What Washington and one partner could settle, USD bn a year above the pair at peace without a package.

    ``payoff`` (packages, 2) to (USA, partner); the first package is the empty one. ``disagreement`` (2,) is what a
    breakdown of talks is expected to bring (minus its expected cost, as leverage measures it).
    """

    partner: Country
    items: tuple[tuple[str, ...], ...]
    payoff: Array
    disagreement: Array
    frontier: tuple[int, ...]
    nash: Solution
    kalai_smorodinsky: Solution
    egalitarian: Solution

    def named(self, solution: Solution) -> list[dict[str, Any]]:
        """A solution as packages with their chances."""
        return [{"package": list(self.items[i]), "chance": chance} for i, chance in solution.lottery]


@dataclass(frozen=True)
class Coalitions:
    """The game of coalitions: ``worth`` USD bn a year of real income against the pact at peace.

    Members trade in peace; between members and outsiders every threat package is carried out and answered.
    """

    worth: Mapping[frozenset[str], float]
    shapley: Mapping[str, float]
    core: Core


@dataclass(frozen=True)
class Lens:
    """What the lens shows of one round."""

    look: StageLook
    found: Found
    path: tuple[Quantal, ...]
    packages: Mapping[Country, Packages]
    coalitions: Coalitions


def lens(model: Any, *, seconds: float = 5.0) -> Lens:
    """Hold the lens over the round a model is about to play; ``seconds`` for the search of mixed equilibria."""
    if model.phase is not Phase.BARGAINING:
        raise InputError(f"there is no stage game now: the table is in {model.phase}")
    look = look_at(model)
    noise = [look.noise[str(s)] for s in SEATS]
    return Lens(
        look,
        equilibria(look.game, seconds=seconds),
        tuple(quantal_path(look.game, NOISES, noise)),
        {k: packages(model, k) for k in PARTNERS},
        coalition_game(model),
    )


def model_at(state: GameState, round: int | None = None) -> ReviewModel:
    """The game of a log, rebuilt as it stood before ``round`` (default: the first round not played).

    ``InputError`` if the log holds no game, or not so many rounds, or was played on another scenario of that name.
    """
    started = state.started
    if started is None:
        raise InputError("this log holds no game")
    at = len(state.results) + 1 if round is None else round
    if not 1 <= at <= len(state.results) + 1:
        raise InputError(
            f"round {at}: the log tells {len(state.results)} rounds; choose 1 to {len(state.results) + 1}"
        )
    scenario = load_scenario(started["scenario"])
    if scenario.digest != started["digest"]:
        raise InputError(
            f"scenario '{scenario.name}' has changed since this game was played; its stage games cannot be rebuilt"
        )
    model = ReviewModel(scenario, started["seed"], firms=started.get("firms"), lean=True)
    model.restore([dict(r) for r in state.results[: at - 1]])
    return model


def packages(model: Any, partner: Country | str) -> Packages:
    """Every package of open issues between Washington and a partner, with the solutions of bargaining theory.

    Solutions may be lotteries over packages (issues are lumps, chances are not).
    """
    k = PARTNERS.index(Country(partner))
    pos, table, book = model.position, model.table, model.book
    between = [
        key
        for key, (giver, receiver, _) in open_issues(pos, model.scenario).items()
        if Country(partner) in (giver, receiver)
    ]
    items = tuple(chain.from_iterable(combinations(between, n) for n in range(len(between) + 1)))
    payoff = np.array([package_value(p, pos, model.scenario)[k, [0, k + 1]] for p in items])
    costs = breakdown(table, pos, Beliefs.of(pos, book, seen=False), book, k)
    disagreement = -np.array([float(costs.cost_us), float(costs.cost_partner)])
    return Packages(
        Country(partner),
        items,
        payoff,
        disagreement,
        tuple(pareto_frontier(payoff)),
        solutions.nash(payoff, disagreement, lotteries=True),
        solutions.kalai_smorodinsky(payoff, disagreement, lotteries=True),
        solutions.egalitarian(payoff, disagreement, lotteries=True),
    )


def coalition_game(model: Any) -> Coalitions:
    """Shapley value and core of the three governments at today's links."""
    seats = [str(s) for s in SEATS]
    worth = {c: _worth(model, c) for c in coalitions(seats)}
    return Coalitions(worth, shapley_value(worth, seats), core(worth, seats))


def _worth(model: Any, members: frozenset[str]) -> float:
    rungs, cap = model.book.rules.rungs, model.position.us_rung_cap
    fights = [(str(Country.USA) in members) != (str(k) in members) for k in PARTNERS]
    us = np.where(fights, np.minimum(rungs.threatened_us_rung, cap), 0)
    partner = np.where(fights, min(rungs.threatened_partner_rung, model.book.partner_top), 0)
    income = model.table.real_income(us, partner)
    return float(sum(income[i] for i, s in enumerate(SEATS) if str(s) in members))


def document(seen: Lens) -> dict[str, Any]:
    """The lens as plain data."""
    actions = seen.look.actions
    return {
        "equilibria": {
            "complete": seen.found.complete,
            "note": seen.found.note,
            "found": [
                {
                    "pure": e.pure,
                    "moves": {s: _played(actions[s], m) for s, m in zip(actions, e.mixed, strict=True)},
                    "payoff": dict(zip(actions, map(float, e.payoff), strict=True)),
                    "regret": e.regret,
                }
                for e in seen.found.equilibria
            ],
        },
        "quantal_path": [
            {
                "noise": q.noise,
                "residual": q.residual,
                "moves": {
                    s: _played(actions[s], m, least=0.005) for s, m in zip(actions, q.mixed, strict=True)
                },
            }
            for q in seen.path
        ],
        "packages": {str(k): _packages(p) for k, p in seen.packages.items()},
        "coalitions": {
            "worth": {
                "+".join(s for s in map(str, SEATS) if s in c): v for c, v in seen.coalitions.worth.items()
            },
            "shapley": dict(seen.coalitions.shapley),
            "core_is_empty": seen.coalitions.core.empty,
            "core_corners": [
                dict(zip(map(str, SEATS), map(float, c), strict=True)) for c in seen.coalitions.core.corners
            ],
            "least_excess": seen.coalitions.core.least_excess,
        },
    }


def _played(names: tuple[str, ...], mixed: Array, least: float = 1e-6) -> dict[str, float]:
    return {name: float(p) for name, p in zip(names, mixed, strict=True) if p > least}


def _packages(p: Packages) -> dict[str, Any]:
    sides = ("USA", str(p.partner))

    def point(x: Array) -> dict[str, float]:
        return dict(zip(sides, map(float, x), strict=True))

    return {
        "unit": "USD bn a year against peace without a package",
        "disagreement": point(p.disagreement),
        "frontier": [{"package": list(p.items[i]), **point(p.payoff[i])} for i in p.frontier],
        **{
            name: {**point(s.payoff), "by": p.named(s)}
            for name, s in (
                ("nash", p.nash),
                ("kalai_smorodinsky", p.kalai_smorodinsky),
                ("egalitarian", p.egalitarian),
            )
        },
    }
