"""What a move is expected to do, from what its seat knows: shown before a move is sealed.

The others' moves are the quantal response of the seat's own stage game; the spread over their 81 replies gives the
10 to 90 percent band. Firms' links are held as they are today: within a month they move leverage by less
than a tenth of a point, far inside the band.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from negotiation.game.breakdown import leverage_in
from negotiation.game.evolve import next_position
from negotiation.game.moves import Move, instruments, issues_between
from negotiation.game.payoffs import flow, weight_of_review
from negotiation.game.position import Position
from negotiation.game.review import hold_review
from negotiation.game.ruling import Ruling, rule_on
from negotiation.game.view import SeatView
from negotiation.terms import OUTCOMES, PARTNERS, SEATS, STANCES, Country, Outcome, others

Array = np.ndarray


@dataclass(frozen=True)
class Range:
    """An expectation with its 10 to 90 percent band."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Preview:
    """What one move is expected to do."""

    payoff: Range
    """Own payoff of the round with the review to come, USD bn, against today's position continued."""
    month: Range
    """Own payoff of the round alone, USD bn."""
    leverage: dict[Country, Range]
    """Leverage index over each partner after the round."""
    leverage_now: dict[Country, float]
    odds: dict[Outcome, float]
    odds_now: dict[Outcome, float]
    prices_percent: float
    """Change of the seat's consumer prices if the likeliest replies come, percent."""
    real_income_percent: float
    """Change of its real income in the same case, percent."""
    likeliest: dict[Country, tuple[str, float]]
    """The stance each other seat most likely takes toward this one, and how likely it is."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a page."""

        def plain(r: Range) -> dict[str, float]:
            return {"mean": round(r.mean, 4), "low": round(r.low, 4), "high": round(r.high, 4)}

        return {
            "payoff": plain(self.payoff),
            "month": plain(self.month),
            "leverage": {str(k): plain(r) for k, r in self.leverage.items()},
            "leverage_now": {str(k): round(v, 4) for k, v in self.leverage_now.items()},
            "odds": {str(o): round(p, 4) for o, p in self.odds.items()},
            "odds_now": {str(o): round(p, 4) for o, p in self.odds_now.items()},
            "prices_percent": round(self.prices_percent, 4),
            "real_income_percent": round(self.real_income_percent, 4),
            "likeliest": {
                str(k): {"stance": stance, "chance": round(chance, 4)}
                for k, (stance, chance) in self.likeliest.items()
            },
        }


def preview(view: SeatView, move: Move, scenario: Any) -> Preview:
    """Expected consequences of ``move`` for the seat of ``view``."""
    board = view.the_board()
    book, scale, seat = board.book, board.scale, SEATS.index(view.seat)
    cells, weight = _replies(view, move.index(view.seat))
    ruling = rule_on(view.position, *cells, book)
    after = next_position(view.position, ruling, book, issues=_issues(view.seat, move, scenario))
    aims = _aims(view, move, scenario)
    taken = _steps_taken(view, ruling, after) & [k in aims for k in range(2)]
    month, later, index, odds = (np.empty((len(weight), *tail)) for tail in ((), (), (2,), (len(OUTCOMES),)))
    tables = {}
    for aimed in {tuple(row) for row in taken.tolist()}:
        rows = np.flatnonzero((taken == aimed).all(-1))
        table = tables[aimed] = _table_for(view, {k: aims[k] for k in range(2) if aimed[k]})
        there = _rows(after, view.position, rows)
        review = hold_review(table, there, book, seen=view.seen_only)
        month[rows] = (ruling.one_offs[rows] + flow(table, there, book) * view.months / 12)[:, seat]
        later[rows] = weight_of_review(there, book) * review.expected[:, seat]
        index[rows] = leverage_in(table, there, book, scale, seen=True).index
        odds[rows] = review.odds
    today = float((flow(board.table(), view.position, book) * view.months / 12)[seat])
    today += weight_of_review(after, book) * float(view.review_if_held_now.expected[seat])
    best = int(np.argmax(weight))
    prices, income = _at_home(tables[tuple(taken[best].tolist())], view.position, after, best, view.seat)
    rivals = [s for s in SEATS if s != view.seat]
    forecast = view.forecast
    return Preview(
        payoff=_spread(month + later - today, weight),
        month=_spread(month, weight),
        leverage={k: _spread(index[:, i], weight) for i, k in enumerate(PARTNERS)},
        leverage_now={k: v["index"] for k, v in view.leverage.items()},
        odds={o: float((weight * odds[:, i]).sum()) for i, o in enumerate(OUTCOMES)},
        odds_now=view.odds,
        prices_percent=prices,
        real_income_percent=income,
        likeliest={s: likeliest_stance(forecast[SEATS.index(s)], s, view.seat) for s in rivals},
    )


def likeliest_stance(forecast: Array, giver: Country, toward: Country) -> tuple[str, float]:
    """The stance ``giver`` most likely takes ``toward`` a seat, and how likely: ``forecast`` (9,) of its moves."""
    place = others(giver).index(toward)
    chances = forecast.reshape(3, 3).sum(axis=1 - place)
    return str(STANCES[int(np.argmax(chances))]), float(chances.max())


def _replies(view: SeatView, own: int) -> tuple[tuple[Array, Array, Array], Array]:
    """Stances (u, v, c) of the 81 cells in which the seat plays ``own``, and how likely each is."""
    seat = SEATS.index(view.seat)
    choices = [np.array([own]) if s == seat else np.arange(9) for s in range(3)]
    us, can, mex = (m.reshape(-1) for m in np.meshgrid(*choices, indexing="ij"))
    moves = (us, can, mex)
    weight = np.ones(len(us))
    for s in range(3):
        if s != seat:
            weight = weight * view.forecast[s][moves[s]]
    return (
        (
            np.stack([us // 3, us % 3], -1),
            np.stack([can // 3, mex // 3], -1),
            np.stack([can % 3, mex % 3], -1),
        ),
        weight / weight.sum(),
    )


def _aims(view: SeatView, move: Move, scenario: Any) -> dict[int, Array]:
    """Partner (0 CAN, 1 MEX) of the pair -> (sectors,) what this move's step there would cover, where it is aimed."""
    aims = {}
    for toward in others(view.seat):
        sectors = _covered_sectors(view.seat, toward, move, scenario)
        if sectors and Country.USA in (view.seat, toward):
            k = PARTNERS.index(toward if view.seat is Country.USA else view.seat)
            aims[k] = np.array([s in sectors for s in view.the_board().book.sectors])
    return aims


def _steps_taken(view: SeatView, ruling: Ruling, after: Position) -> Array:
    """(cells, 2) whether the seat's own announced step takes effect: only then does it matter what it is aimed at."""
    if view.seat is Country.USA:
        return ruling.us_executes & (after.us_rung > view.position.us_rung)
    return ruling.partner_executes & (after.partner_rung > view.position.partner_rung)


def _rows(many: Position, one: Position, rows: Array) -> Position:
    """Some of the positions that followed from ``one``."""
    return many.but(
        **{
            name: value[rows]
            for name, value in vars(many).items()
            if isinstance(value, np.ndarray) and value.ndim > np.ndim(getattr(one, name))
        }
    )


def _table_for(view: SeatView, aims: dict[int, Array]) -> Any:
    """The income table on which the seat's next steps cover only the sectors they are aimed at."""
    board, pos = view.the_board(), view.position
    if not aims or board.table_with is None:
        return board.table()
    us, partner = pos.us_steps.copy(), pos.partner_steps.copy()
    steps, rung = (us, pos.us_rung) if view.seat is Country.USA else (partner, pos.partner_rung)
    for k, sectors in aims.items():
        steps[k, rung[k]] = sectors
    return board.table_with(replace(pos, us_steps=us, partner_steps=partner))


def _covered_sectors(seat: Country, toward: Country, move: Move, scenario: Any) -> tuple[str, ...]:
    measure = move.measures.get(toward)
    if measure is None:
        return ()
    if measure.sectors:
        return measure.sectors
    for entry in instruments(seat, toward, move.stances[toward], scenario):
        if entry.id == measure.instrument and entry.sectors != "any":
            return tuple(entry.sectors)
    return ()


def _issues(seat: Country, move: Move, scenario: Any) -> dict[str, Array]:
    """Issues this move names; the others' are left to ledger order."""
    out = {"partner": np.array([-1, -1]), "us": np.array([-1, -1])}
    for toward, measure in move.measures.items():
        ids = [i.id for i in issues_between(seat, toward, scenario)]
        if measure.issue in ids:
            side, k = ("us", toward) if seat is Country.USA else ("partner", seat)
            out[side][PARTNERS.index(k)] = ids.index(measure.issue)
    return out


def _at_home(table: Any, now: Position, after: Position, cell: int, seat: Country) -> tuple[float, float]:
    """Change of consumer prices against wages and of real income at home if one cell comes about, percent."""
    before = table.equilibrium(now.us_rung, now.partner_rung)
    then = table.equilibrium(after.us_rung[cell], after.partner_rung[cell])
    r = table.economy.index(seat)
    rest = [i for i, name in enumerate(table.economy.regions) if name not in SEATS]
    yardstick = float(np.mean(then.wage_hat[rest] / before.wage_hat[rest])) if rest else 1.0
    prices = then.price_index_hat[r] / before.price_index_hat[r] / yardstick - 1
    return 100 * float(prices), 100 * float(then.real_income_hat[r] / before.real_income_hat[r] - 1)


def _spread(values: Array, weight: Array) -> Range:
    """Mean and weighted 10 and 90 percent quantiles."""
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weight[order])
    low, high = (values[order[min(int(np.searchsorted(cumulative, q)), len(order) - 1)]] for q in (0.1, 0.9))
    return Range(float((values * weight).sum()), float(low), float(high))
