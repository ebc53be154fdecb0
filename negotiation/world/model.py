"""The whole game as a Mesa model: governments, firms, the economy, round by round, up to the joint review.

    model = ReviewModel("autumn-2025", seed=1)
    while model.running:
        model.step()                    # asks the strategies, then plays; the last step holds the review
    model.results[-1]["leverage"]["CAN"]

``play(moves)`` is the one driver for everybody: the command line, rooms, ensembles. It returns the data of a
``round_resolved`` event. Nothing in a model depends on how it is driven: same scenario, seed and moves, same results.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from negotiation.errors import IllegalMove, NegotiationError
from negotiation.game.breakdown import joining_terms
from negotiation.game.commitment import COST_OF_JOINING, effective_commitment
from negotiation.game.evolve import next_position
from negotiation.game.income import IncomeTable
from negotiation.game.moves import Move, check_move, seat_of
from negotiation.game.position import Position, granted_by
from negotiation.game.pressure import as_switched
from negotiation.game.ruling import Ruling, rule_on
from negotiation.game.view import Board, Choice, RoundSeen, SeatView
from negotiation.scenario import Scenario, load_scenario
from negotiation.strategies import Strategy
from negotiation.terms import SEATS, Country, Outcome, Phase
from negotiation.world.agents import Firm, Government
from negotiation.world.chance import stream
from negotiation.world.collector import collector
from negotiation.world.ending import ending_of
from negotiation.world.firm_months import FirmMonths
from negotiation.world.firms import FirmLayer
from negotiation.world.joint_review import JointReview
from negotiation.world.law import (
    Law,
    as_ruled,
    hung_from,
    law_of,
    moved_as_in_history,
    past_choice,
    rest_of_the_world,
)
from negotiation.world.news import after_event, drawn_events, trade_cost_after
from negotiation.world.opening import opening_of
from negotiation.world.orders import Orders
from negotiation.world.parts import (
    mfn_of,
    moves_and_position,
    root_seed,
    rounds_as_seen,
    same_position,
    strategy_of,
    unplayed,
)
from negotiation.world.report import round_report, seen_by

Array = np.ndarray
STANDING = ("position", "outside", "law", "book", "as_in_history", "_rest", "_table")
"""Where a game stands beside its firms and events: what is put back when a round cannot be played."""


class ReviewModel(JointReview, FirmMonths, mesa.Model):
    """One game of the months before a joint review (and the review).

    scenario : a ``Scenario`` or the name (or path) of one.
    seed : root of every draw, a whole number from 0; ``rng`` is accepted instead (Mesa's newer name), a number, a
        generator or another of NumPy's sources.
    strategies : seat -> strategy or its name, over the scenario's own.
    firms : number of firms, over the scenario's own.
    tolerance : of the trade equilibrium (1e-8 in play, 1e-6 in ensembles).
    lean : record of a round only what seats and firms look back at (ensembles ask at the end); no log, no ``restore``.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path = "autumn-2025",
        seed: int | None = None,
        *,
        rng: Any = None,
        strategies: Mapping[Country | str, Strategy | str] | None = None,
        firms: int | None = None,
        tolerance: float = 1e-8,
        lean: bool = False,
    ) -> None:
        self.seed = root_seed(seed, rng)
        super().__init__(rng=np.random.default_rng(self.seed))
        self._inputs = load_scenario(scenario)
        self.lean, self.tolerance = lean, tolerance
        start = self.origin = opening_of(self.scenario, tolerance)
        self.economy, self.book = start.economy, start.book
        self.seat_regions = [self.economy.index(c) for c in SEATS]
        self.position: Position = start.position
        self.scale, self._phi, self._rest = start.scale, start.phi, start.rest
        self.calendar: tuple[Any, ...] = (
            *self.scenario.calendar.rounds,
            *self.scenario.calendar.after_review,
        )
        self.firms = FirmLayer(
            self.economy,
            start.parameters,
            self.scenario.firms.count if firms is None else firms,
            stream(self.seed, "firms_start"),
        )
        self.outside = np.ones(self.economy.trade_flow.shape)
        self.injected: dict[int, list[Any]] = {}
        """Round -> events of the scenario that happen in it because a host says so."""
        self.law: Law | None = None
        self.as_in_history = self.scenario.replay is not None
        self._plain_book = self.book
        self.phase = Phase.BARGAINING
        self.results: list[dict[str, Any]] = []
        self.happened: list[str] = []
        self.proposals: list[dict[str, Any]] = []
        self.reviews: list[dict[str, Any]] = []
        self.ending: dict[str, Any] | None = None
        self._history: dict[Country, list[RoundSeen]] = {seat: [] for seat in SEATS}
        self._table: IncomeTable | None = start.table
        self._washington: tuple[Position, Position] | None = None
        chosen = {seat_of(c): s for c, s in (strategies or {}).items()}
        self._free_seats = frozenset(chosen)
        self.governments = {
            seat: Government(self, seat, strategy_of(chosen.get(seat), self.scenario, seat)) for seat in SEATS
        }
        self._firm_agents = False
        self.opening = None if lean else seen_by(self, self.table)
        self.datacollector = collector(lean=lean)
        self.datacollector.collect(self)

    @property
    def scenario(self) -> Scenario:
        """All inputs of this game (Mesa 3.5 keeps an object of its own under this name; it is not used)."""
        return self._inputs

    @scenario.setter
    def scenario(self, mesas_own: Any) -> None:
        self._mesa_scenario = mesas_own

    # -- where the game stands ----------------------------------------------------------------------

    @property
    def round(self) -> int:  # type: ignore[override]
        """The round to be played, from 1."""
        return len(self.results) + 1

    @cached_property
    def review_rounds(self) -> tuple[int, ...]:
        """Rounds after which a joint review is held."""
        if not self.scenario.switches["S13"]:
            return ()
        return tuple(n for n, r in enumerate(self.calendar, start=1) if r.review)

    @property
    def table(self) -> IncomeTable:
        """Real income on every board of rungs at today's links (made when first asked for)."""
        if self._table is None:
            self._table = self.table_with(self.position, self.firms.relationship_hat, self.outside)
        return self._table

    def table_with(
        self, pos: Position, links: Array, outside: Array, like: IncomeTable | None = None
    ) -> IncomeTable:
        """An income table at other links, tariff steps or outside costs (law and other tariffs as in ``like``)."""
        return IncomeTable(
            self.economy,
            self.book if like is None else like.book,
            mfn_tariff=mfn_of(self.economy),
            us_steps=pos.us_steps,
            partner_steps=pos.partner_steps,
            relationship_hat=links,
            trade_cost_hat=outside,
            outside_tariff=self._rest if like is None else like.outside_tariff,
            phi=self._phi,
            tolerance=self.tolerance,
        )

    @property
    def board(self) -> Board:
        """What analysis of the position needs."""
        return Board(
            lambda: self.table,
            self.book,
            self.scale,
            lambda pos: self.table_with(pos, self.firms.relationship_hat, self.outside),
        )

    @property
    def agents(self) -> Any:
        """All agents; firms get theirs when this is first asked for."""
        if not getattr(self, "_firm_agents", True):
            self._firm_agents = True
            for row in range(len(self.firms)):
                Firm(self, row)
        return self._all_agents

    @property
    def _position_washington_sees(self) -> Position:
        """Worked out once a position."""
        known = self._washington
        if known is None or known[0] is not self.position:
            self._washington = known = (self.position, self.position.as_washington_sees_it())
        return known[1]

    def view(self, seat: Country | str) -> SeatView:
        """What a seat knows before it moves."""
        seat = seat_of(seat)
        now = self.calendar[min(self.round, len(self.calendar)) - 1]
        return SeatView(
            seat=seat,
            round=self.round,
            rounds=next((n for n in self.review_rounds if n >= self.round), len(self.calendar)),
            date=now.date,
            months=now.months,
            position=self._position_washington_sees if seat is Country.USA else self.position,
            history=tuple(self._history[seat]),
            board=self.board,
        )

    # -- playing --------------------------------------------------------------------------------------

    def ask(self, seat: Country | str, by: Strategy | str | None = None) -> Choice:
        """A strategy's choice for a seat (default: the strategy sitting there).

        In a scenario with a replay, seats for which nobody chose a strategy move as they did in the past for as
        long as everybody has.
        """
        seat = seat_of(seat)
        if by is None and self.as_in_history and seat not in self._free_seats:
            past = past_choice(self.scenario, self.calendar[self.round - 1].date, seat)
            if past is not None:
                return past
        mind = self.governments[seat].strategy if by is None else strategy_of(by, self.scenario, seat)
        return mind.choose(self.view(seat), stream(self.seed, "strategy", self.round, SEATS.index(seat)))

    def step(self) -> None:
        """One round by the strategies; after the last round, the joint review."""
        if self.phase is Phase.BARGAINING:
            choices = {seat: self.ask(seat) for seat in SEATS}
            told = {} if self.lean else {s: c.to_dict() for s, c in choices.items()}
            self.play({s: c.move for s, c in choices.items()}, told)
        elif self.phase is Phase.JOINT_REVIEW:
            self.review_by_strategies()

    def play(
        self, moves: Mapping[Country, Move], choices: Mapping[Country, Mapping[str, Any]] | None = None
    ) -> dict[str, Any]:
        """Reveal three moves and live through the round; returns the data of ``round_resolved``.

        ``choices`` carries reasons and expectations beside the moves, for the log. A round that cannot be worked out
        (no trade equilibrium) is not played: the error names round, date and board, the model stands where it stood
        (a lean one is of no more use).
        """
        self.check(moves)
        before = self.position
        old_table = None if self.lean else self.table
        kept = {} if self.lean else self._standing()
        try:
            ruling, orders, happened = self._advance(moves)
            result = round_report(self, moves, choices or {}, ruling, orders, happened, before, old_table)
        except NegotiationError as error:
            for name, value in kept.items():
                setattr(self, name, value)
            raise unplayed(error, self.round, self.calendar[self.round - 1].date) from error
        self._record(result, moves)
        return result

    def _standing(self) -> dict[str, Any]:
        """What is put back when a round cannot be played."""
        return {name: getattr(self, name) for name in STANDING} | {
            "firms": self.firms.copy(),
            "happened": list(self.happened),
        }

    def check(self, moves: Mapping[Country, Move]) -> None:
        """Raise ``IllegalMove`` unless these three moves may be played now."""
        if self.phase is not Phase.BARGAINING:
            raise IllegalMove(f"the bargaining is over ({self.phase})")
        missing = [s for s in SEATS if s not in moves]
        if missing:
            raise IllegalMove(f"round {self.round}: no move from {', '.join(missing)}")
        for seat in SEATS:
            self.check_seat(seat, moves[seat])

    def check_seat(self, seat: Country, move: Move) -> None:
        """Raise ``IllegalMove`` unless this seat may play this move now."""
        granted = granted_by(self.position, seat, self.scenario) if getattr(move, "measures", None) else {}
        check_move(move, seat, self.scenario, granted)

    def _advance(self, moves: Mapping[Country, Move]) -> tuple[Ruling, Orders, list[Any]]:
        """Rules, outside events, then firms month by month."""
        now = self.calendar[self.round - 1]
        orders = Orders.of(moves, self.scenario, self.book)
        noticed = stream(self.seed, "observation", self.round).random(2)
        seen = self.book.rules.observation
        orders.noticed = (
            not orders.any_quiet or bool(noticed[0] < seen.front_noticed) or not self.book.on("S4")
        )
        favour_seen = 1.0 if not orders.any_quiet else float(noticed[1] < seen.favours_noticed)
        before = self.position
        law = self._law_of_the_month(moves, now.date)
        ruling = rule_on(before, orders.u, orders.v, orders.c, self.book, self._front_acts(before))
        pos = next_position(
            before,
            ruling,
            self.book,
            front_seen=float(orders.noticed),
            favour_seen=favour_seen,
            corridor_pull=orders.corridor_pull,
            issues=orders.issues,
            coverage=orders.coverage,
        )
        happened = drawn_events(
            self.scenario, now.date, now.months, self.happened, stream(self.seed, "events", self.round)
        )
        drawn = {event.id for event in happened}
        happened += [event for event in self.injected.get(self.round, ()) if event.id not in drawn]
        for event in happened:
            pos = after_event(pos, event)
            self.outside = trade_cost_after(self.outside, event, self.economy.regions, self.economy.sectors)
        self.happened += [event.id for event in happened]
        pos = as_switched(pos, self.book)
        self.position = pos = pos if law is None else as_ruled(pos, law)
        self._table = None
        self._live(before, pos, ruling, now)
        self.position = joining_terms(self.table, pos, self.book, ahead=not self.lean)
        return ruling, orders, happened

    def _law_of_the_month(self, moves: Mapping[Country, Move], date: str) -> Law | None:
        """The law if everybody has moved as in history up to now, and the tariffs of the rest of the world."""
        if self.scenario.replay is None:
            return None
        self._rest = rest_of_the_world(self.scenario, self.economy, date)
        self.as_in_history = self.as_in_history and moved_as_in_history(self.scenario, date, moves)
        if not self.as_in_history:
            return None
        self.law = law_of(self.scenario, self.economy, self._plain_book, date)
        self.book = hung_from(self._plain_book, self.law)
        return self.law

    def _front_acts(self, pos: Position) -> Array | None:
        """Who would answer for the other partner this round; drawn, unless commitment is a threshold."""
        if self.book.rules.commitment.rule != COST_OF_JOINING:
            return None
        return stream(self.seed, "front", self.round).random(2) < effective_commitment(
            pos, self.book, seen=False
        )

    def _record(self, result: dict[str, Any], moves: Mapping[Country, Move]) -> None:
        for seat, seen in rounds_as_seen(result, moves).items():
            self._history[seat].append(seen)
        self.results.append(result)
        if len(self.results) in self.review_rounds:
            self.phase = Phase.JOINT_REVIEW
        elif self.round > len(self.calendar):
            self.phase = Phase.ENDED
            self.ending = ending_of(self, Outcome.ANN, None, {}, slid=False)
            self.running = False
        self.datacollector.collect(self)

    # -- from a log ---------------------------------------------------------------------------------------

    def restore(self, results: list[dict[str, Any]]) -> list[str]:
        """Rebuild from stored ``round_resolved`` data: firms are lived again, stored numbers stay the truth.

        Returns one sentence for each round whose recomputed position differs from the stored one (another
        machine or version): the stored one is kept. ``BrokenLog`` for data that are no round.
        """
        warnings = []
        for stored in results:
            moves, kept = moves_and_position(stored)
            self._advance(moves)
            if not same_position(self.position, kept):
                warnings.append(
                    f"round {stored['round']}: recomputing gives another position than the log; the log's is kept"
                )
                self.position = kept
                self._table = None
            self._record(dict(stored), moves)
            if self.phase is Phase.JOINT_REVIEW and stored is not results[-1]:
                self.reviews.append({"round": stored["round"], "outcome": str(Outcome.ANN)})
                self.phase = Phase.BARGAINING
        return warnings
