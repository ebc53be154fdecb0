"""The game on paper, worked out from the model: a few boards, three cards a seat, points, a die at the review.

Positions reached by random cards are grouped around a few of them, the *boards* (k-medoids; the opening is always
one). For each board and each of the 27 combinations of cards the model gives the month's payoff to the three
governments, in points, and the position it leads to, which is the nearest board. The review's odds on each board
become faces of a die. What is lost against the model is measured and printed with the cards (``fit``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from negotiation.debrief.findings import settings
from negotiation.debrief.leverage import add_up
from negotiation.game.breakdown import leverage_in
from negotiation.game.commitment import effective_commitment
from negotiation.game.evolve import next_position
from negotiation.game.payoffs import flow
from negotiation.game.position import Position
from negotiation.game.review import hold_review
from negotiation.game.ruling import rule_on
from negotiation.rooms.simple import CARDS
from negotiation.scenario import Scenario, load_scenario
from negotiation.terms import OUTCOMES, SEATS

Array = np.ndarray
Cards = tuple[str, str, str]
"""Cards of USA, CAN, MEX."""


@dataclass(frozen=True)
class Cell:
    """What three cards bring on a board."""

    points: tuple[int, int, int]
    """To USA, CAN, MEX, for the month."""
    to: str
    """Board of the next month."""


@dataclass(frozen=True)
class PaperBoard:
    """A position on one sheet."""

    name: str
    """A, B, C ...; A is where the game starts."""
    us_rung: tuple[int, int]
    """Washington's steps on Canada, Mexico."""
    partner_rung: tuple[int, int]
    us_notice: tuple[bool, bool]
    partner_notice: tuple[bool, bool]
    leverage: tuple[int, int]
    """Washington's leverage over Canada, Mexico, 0 to 100."""
    cells: dict[Cards, Cell]
    die: dict[str, int]
    """End of the review -> faces of the die."""
    ends: dict[str, tuple[int, int, int]]
    """End -> points to USA, CAN, MEX."""


@dataclass(frozen=True)
class PaperGame:
    """Everything that is printed."""

    scenario: Scenario
    boards: tuple[PaperBoard, ...]
    rounds: int
    fit: float
    """Correlation of paper points with the model's payoffs over the positions the boards stand for, 0 to 1."""


def paper_game(scenario: Scenario | str) -> PaperGame:
    """The paper version of a scenario. The same scenario gives the same cards."""
    from negotiation.world import ReviewModel

    s = settings("paper")
    model = ReviewModel(scenario if isinstance(scenario, Scenario) else load_scenario(scenario), 0, lean=True)
    reached = _reached(model, int(s["games"]), int(s["rounds"]), int(s["seed"]))
    places = np.array([_place(p, model.book) for p in reached])
    chosen = _medoids(places, int(s["boards"]))
    boards = [reached[i] for i in chosen]
    values = [_months(model, p) for p in boards]
    names = [chr(ord("A") + n) for n in range(len(boards))]
    made = tuple(
        _board(model, names, places[chosen], n, boards[n], *values[n], s) for n in range(len(boards))
    )
    fit = _fit(model, reached, places, places[chosen], values, int(s["seed"]))
    return PaperGame(model.scenario, made, int(s["rounds"]), fit)


def combinations() -> list[Cards]:
    """The 27 combinations of cards, Washington's changing slowest."""
    return [(a, b, c) for a, b, c in product(*(CARDS[seat] for seat in SEATS))]


def _stances() -> tuple[Array, Array, Array]:
    """Stances (u, v, c) of the 27 combinations, each (27, 2)."""
    moves = np.array(
        [[CARDS[s][card].index(s) for s, card in zip(SEATS, cards, strict=True)] for cards in combinations()]
    )
    us, can, mex = moves.T
    return (
        np.stack([us // 3, us % 3], -1),
        np.stack([can // 3, mex // 3], -1),
        np.stack([can % 3, mex % 3], -1),
    )


def _months(model: Any, pos: Position) -> tuple[Array, list[Position]]:
    """(27, 3) payoff of the month, USD bn, and the position after it, for every combination of cards."""
    joins = effective_commitment(pos, model.book, seen=False) >= 0.5
    ruling = rule_on(pos, *_stances(), model.book, joins)
    after = next_position(pos, ruling, model.book)
    payoff = ruling.one_offs + flow(model.table, after, model.book) / 12
    single = []
    for n in range(len(payoff)):
        data: dict[str, Any] = {}
        for name in after.__dataclass_fields__:
            whole = np.asarray(getattr(after, name))
            before = np.asarray(getattr(pos, name))
            data[name] = whole[n] if whole.ndim > before.ndim else whole
        single.append(Position(**{**data, "round": min(pos.round + 1, len(model.calendar) - 1)}))
    return np.asarray(payoff), single


def _reached(model: Any, games: int, rounds: int, seed: int) -> list[Position]:
    """The opening, then every position of games of random cards, at the opening's links."""
    rng = np.random.default_rng(seed)
    out = [model.position]
    for _ in range(games):
        pos = model.position
        for _ in range(rounds):
            _, after = _months(model, pos)
            pos = after[int(rng.integers(len(after)))]
            out.append(pos)
    return out


def _place(pos: Position, book: Any) -> Array:
    """Where a position lies among others: steps, notices, commitment, each on a scale of one."""
    return np.concatenate(
        [
            np.asarray(pos.us_rung, float) / 2,
            np.asarray(pos.partner_rung, float) / 2,
            0.5 * np.asarray(pos.us_notice, float),
            0.5 * np.asarray(pos.partner_notice, float),
            np.asarray(effective_commitment(pos, book, seen=False), float),
        ]
    )


def _medoids(places: Array, count: int) -> list[int]:
    """Indices of the boards: the first position, then those that leave least distance to all (k-medoids)."""
    gap = np.abs(places[:, None] - places[None]).sum(-1)
    chosen = [0]
    while len(chosen) < count:
        left = np.minimum(gap[:, chosen].min(1)[:, None], gap).sum(0)
        left[chosen] = np.inf
        chosen.append(int(np.argmin(left)))
    for _ in range(20):
        nearest = np.argmin(gap[:, chosen], axis=1)
        better = [0]
        for n in range(1, count):
            members = np.flatnonzero(nearest == n)
            inside = gap[np.ix_(members, members)].sum(1) if len(members) else np.zeros(1)
            better.append(int(members[np.argmin(inside)]) if len(members) else chosen[n])
        if better == chosen:
            break
        chosen = better
    return chosen


def _board(
    model: Any,
    names: list[str],
    places: Array,
    n: int,
    pos: Position,
    payoff: Array,
    after: list[Position],
    s: Any,
) -> PaperBoard:
    points = np.rint(payoff / float(s["point"])).astype(int)
    to = [names[int(np.argmin(np.abs(places - _place(p, model.book)).sum(-1)))] for p in after]
    review = hold_review(model.table, pos, model.book)
    lever = leverage_in(model.table, pos, model.book, model.scale)
    die = add_up(
        {str(o): float(p) * int(s["die"]) for o, p in zip(OUTCOMES, review.odds, strict=True)}, int(s["die"])
    )
    years = float(model.book.rules.horizon.review_years)
    split = [v for name, v in review.values.items() if name.startswith("SPLIT")]
    worth = {
        "EXT": review.values["EXT"],
        "COND": review.values["COND"],
        "SPLIT": np.mean(split, axis=0),
        "ANN": review.annual,
        "WD": review.values["WD"],
    }
    return PaperBoard(
        name=names[n],
        us_rung=_two(pos.us_rung, int),
        partner_rung=_two(pos.partner_rung, int),
        us_notice=_two(pos.us_notice, bool),
        partner_notice=_two(pos.partner_notice, bool),
        leverage=_two(np.rint(lever.index), int),
        cells={
            cards: Cell((int(p[0]), int(p[1]), int(p[2])), board)
            for cards, p, board in zip(combinations(), points, to, strict=True)
        },
        die=die,
        ends={o: _three(np.asarray(v) * years / float(s["review_point"])) for o, v in worth.items()},
    )


def _two(values: Any, kind: Any) -> tuple[Any, Any]:
    return kind(values[0]), kind(values[1])


def _three(values: Array) -> tuple[int, int, int]:
    a, b, c = (int(x) for x in np.rint(values))
    return a, b, c


def _fit(
    model: Any,
    reached: list[Position],
    places: Array,
    boards: Array,
    values: list[tuple[Array, Any]],
    seed: int,
) -> float:
    """Correlation of the model's payoffs in a sample of positions with those of the boards that stand for them."""
    rng = np.random.default_rng(seed + 1)
    sample = rng.choice(len(reached), size=min(60, len(reached)), replace=False)
    true = np.stack([_months(model, reached[i])[0] for i in sample])
    near = [int(np.argmin(np.abs(boards - places[i]).sum(-1))) for i in sample]
    stand = np.stack([values[n][0] for n in near])
    return float(np.mean([np.corrcoef(true[..., i].ravel(), stand[..., i].ravel())[0, 1] for i in range(3)]))
