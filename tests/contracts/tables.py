"""A table for tests of strategies: the pure rules driven by hand, without firms, events or a room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from negotiation.economy import load_economy
from negotiation.economy.tariffs import mfn_tariff
from negotiation.game.breakdown import joining_terms
from negotiation.game.commitment import effective_commitment
from negotiation.game.evolve import next_position
from negotiation.game.income import IncomeTable, scale_of_leverage
from negotiation.game.moves import Move
from negotiation.game.payoffs import stage_payoff
from negotiation.game.position import Position, opening_position
from negotiation.game.rulebook import Rulebook, rulebook
from negotiation.game.ruling import rule_on
from negotiation.game.view import Board, RoundSeen, SeatView
from negotiation.scenario import load_scenario
from negotiation.terms import PARTNERS, SEATS, STANCES, Country, others

NOTICED = 0.7


@cache
def a_scenario(name: str = "autumn-2025") -> Any:
    return load_scenario(name)


@cache
def a_board() -> Board:
    """The trade model without firms' links; boards of rungs are solved once for all tests of a run."""
    scenario = a_scenario()
    economy = load_economy("economy_2023", elasticities="mix", tariffs="zero")
    book = rulebook(scenario, economy)
    table = IncomeTable(economy, book, mfn_tariff=mfn_tariff(), tolerance=1e-6)
    return Board(lambda: table, book, scale_of_leverage(table, book))


class Table:
    """A game in progress: play moves, look through a seat's eyes."""

    def __init__(self, *, seed: int = 0) -> None:
        self.scenario, self.board = a_scenario(), a_board()
        self.book: Rulebook = self.board.book
        opening = opening_position(
            self.scenario.start,
            self.scenario.issues,
            self.book.sectors,
            (self.book.us_top, self.book.partner_top),
        )
        self.position = joining_terms(self.board.table(), opening, self.book)
        self.rng = np.random.default_rng(seed)
        self.rounds: list[tuple[RoundSeen, bool]] = []

    def play(self, moves: Mapping[Country, Move]) -> Table:
        """Reveal three moves. A quiet round of the partners is noticed by lot."""
        u = np.array([STANCES.index(moves[Country.USA].stances[k]) for k in PARTNERS])
        v = np.array([STANCES.index(moves[k].stances[Country.USA]) for k in PARTNERS])
        c = np.array([STANCES.index(moves[k].stances[others(k)[1]]) for k in PARTNERS])
        hidden = any(moves[k].quiet for k in PARTNERS) and self.rng.random() > NOTICED
        joins = effective_commitment(self.position, self.book, seen=False)
        ruling = rule_on(self.position, u, v, c, self.book, self.rng.random(2) < joins)
        seen = 0.0 if hidden else 1.0
        after = next_position(self.position, ruling, self.book, front_seen=seen, favour_seen=seen)
        payoff = stage_payoff(self.board.table(), after, ruling.one_offs, self.book)
        happened = RoundSeen(
            round=len(self.rounds) + 1,
            date=self.scenario.calendar.rounds[len(self.rounds)].date,
            stances={(s, o): moves[s].stances[o] for s in SEATS for o in others(s)},
            us_executed=tuple(bool(x) for x in ruling.us_executes),
            partner_executed=tuple(bool(x) for x in ruling.partner_executes),
            payoff={s: float(p) for s, p in zip(SEATS, payoff, strict=True)},
            leverage={},
        )
        self.rounds.append((happened, hidden))
        self.position = joining_terms(self.board.table(), after, self.book)
        return self

    def play_letters(self, usa: str, can: str, mex: str, *, quiet: bool = False) -> Table:
        """Reveal three moves written as in the rule tables: ``play_letters("DN", "CC", "CD")``."""
        names = dict(zip("CND", STANCES, strict=True))
        written = dict(zip(SEATS, (usa, can, mex), strict=True))
        return self.play(
            {
                s: Move.of(s, *(names[x] for x in w), quiet=quiet and s is not Country.USA)
                for s, w in written.items()
            }
        )

    def view(self, seat: Country) -> SeatView:
        """What the seat may see now."""
        position = self.position.as_washington_sees_it() if seat is Country.USA else self.position
        return SeatView(
            seat=seat,
            round=len(self.rounds) + 1,
            rounds=self.book.rounds,
            date=self.scenario.calendar.rounds[min(len(self.rounds), self.book.rounds - 1)].date,
            months=1,
            position=position,
            history=tuple(_as_seen(r, seat, hidden) for r, hidden in self.rounds),
            board=self.board,
        )


def _as_seen(happened: RoundSeen, seat: Country, hidden: bool) -> RoundSeen:
    """A round as the world shows it: own payoffs only, and quiet stances from Washington if it did not notice."""
    quiet = {PARTNERS, PARTNERS[::-1]} if hidden and seat is Country.USA else set()
    stances = {pair: None if pair in quiet else s for pair, s in happened.stances.items()}
    return replace(happened, stances=stances, payoff={seat: happened.payoff[seat]})


def random_moves(rng: np.random.Generator) -> dict[Country, Move]:
    """Three moves by lot; partners are quiet in half of the rounds."""
    return {
        s: Move.from_index(s, int(rng.integers(9)), quiet=s is not Country.USA and bool(rng.integers(2)))
        for s in SEATS
    }


def random_table(seed: int) -> Table:
    """A table after some rounds of random play, its beliefs and rungs shaken so that corners are visited."""
    rng = np.random.default_rng(seed)
    table = Table(seed=seed)
    for _ in range(int(rng.integers(table.book.rounds))):
        table.play(random_moves(rng))
    if rng.integers(2):
        shaken = _shaken(table.position, table.book, rng)
        table.position = joining_terms(table.board.table(), shaken, table.book)
    return table


def _shaken(pos: Position, book: Rulebook, rng: np.random.Generator) -> Position:
    cap = rng.integers(1, book.us_top + 1, 2)
    return replace(
        pos,
        us_rung=np.minimum(rng.integers(0, book.us_top + 1, 2), cap),
        us_rung_cap=cap,
        partner_rung=rng.integers(0, book.partner_top + 1, 2),
        us_notice=rng.random(2) < 0.5,
        partner_notice=rng.random(2) < 0.5,
        volatility=rng.random(2),
        evidence=rng.gamma(2.0, 1.5, pos.evidence.shape) + 0.05,
    )


@cache
def some_views(seat: Country, count: int = 4) -> tuple[SeatView, ...]:
    """The opening and a few random positions through one seat's eyes; arrays in them cannot be written to."""
    views = [Table().view(seat), *(random_table(seed).view(seat) for seed in range(1, count))]
    for view in views:
        for value in vars(view.position).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
    return tuple(views)
