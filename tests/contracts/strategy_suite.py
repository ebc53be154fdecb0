"""What every strategy keeps, wherever it comes from.

Write one class to have your own strategy held to it::

    class TestMine(StrategySuite):
        def make(self):
            return Mine()
"""

from __future__ import annotations

import dataclasses
import json
import pickle
import re
from dataclasses import replace

import numpy as np
import pytest

from negotiation.game.moves import Move, check_move, issues_between
from negotiation.game.proposal import Proposal, check_proposal
from negotiation.game.review import OFFERS
from negotiation.game.view import Choice, SeatView
from negotiation.strategies import FOREVER, REASON_KEYS, Strategy, sentence
from negotiation.terms import Country, Outcome, others
from tests.contracts.tables import a_scenario, some_views

DRAWS = 12


class StrategySuite:
    """Inherit, say how to make the strategy, and every test below is yours."""

    def make(self) -> Strategy:
        raise TypeError("say in make() how the strategy is made")

    @pytest.fixture
    def strategy(self) -> Strategy:
        return self.make()

    # -- what it says of itself -------------------------------------------------------------------

    def test_its_name_is_kebab_case(self, strategy):
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", strategy.name)

    def test_its_docstring_is_a_paragraph_with_a_citation(self, strategy):
        text = type(strategy).__doc__ or ""
        assert len(text) > 200, "tell in a paragraph what it does and where the idea comes from"
        assert re.search(r"\b(17|18|19|20)\d\d\b", text), "cite the literature with its year"

    def test_it_names_the_seats_it_can_take(self, strategy):
        assert strategy.traits.seats
        assert all(isinstance(seat, Country) for seat in strategy.traits.seats)

    # -- moves --------------------------------------------------------------------------------------

    def test_it_moves_legally_in_every_seat_it_takes(self, strategy):
        for view in views_of(strategy):
            choice = strategy.choose(view, rng(1))
            assert isinstance(choice, Choice)
            assert isinstance(choice.move, Move)
            check_move(choice.move, view.seat, a_scenario(), granted(view))

    def test_it_is_quiet_only_where_somebody_can_be(self, strategy):
        for view in views_of(strategy):
            if view.seat is Country.USA:
                assert not strategy.choose(view, rng(1)).move.quiet

    def test_the_same_view_and_chance_give_the_same_choice(self, strategy):
        for view in views_of(strategy):
            first, second = (strategy.choose(view, rng(2)).to_dict() for _ in range(2))
            assert first == second

    def test_only_a_stochastic_strategy_depends_on_chance(self, strategy):
        differs = False
        for view in views_of(strategy):
            choices = {
                json.dumps(strategy.choose(view, rng(seed)).to_dict(), sort_keys=True)
                for seed in range(DRAWS)
            }
            differs |= len(choices) > 1
        assert differs == strategy.traits.stochastic

    def test_it_remembers_nothing_between_games(self, strategy):
        """Other games in between change nothing: what it knows is in the view."""
        views = list(views_of(strategy))
        before = [strategy.choose(v, rng(3)).to_dict() for v in views]
        after = [strategy.choose(v, rng(3)).to_dict() for v in reversed(views)]
        assert before == after[::-1]

    def test_it_looks_no_further_back_than_it_says(self, strategy):
        if strategy.traits.memory == FOREVER:
            return
        memory = int(strategy.traits.memory)
        for view in views_of(strategy):
            short = replace(view, history=view.history[len(view.history) - memory :] if memory else ())
            assert (
                strategy.choose(short, rng(4)).move.to_dict() == strategy.choose(view, rng(4)).move.to_dict()
            )

    def test_it_needs_the_trade_model_only_if_it_calculates(self, strategy):
        if strategy.traits.calculates:
            return
        for view in views_of(strategy):
            bare = replace(view, board=None)
            assert strategy.choose(bare, rng(5)).to_dict() == strategy.choose(view, rng(5)).to_dict()

    # -- values -------------------------------------------------------------------------------------

    def test_it_survives_pickling_as_an_equal(self, strategy):
        twin = pickle.loads(pickle.dumps(strategy))
        assert twin == strategy
        assert hash(twin) == hash(strategy)
        view = next(iter(views_of(strategy)))
        assert twin.choose(view, rng(6)).to_dict() == strategy.choose(view, rng(6)).to_dict()

    def test_it_cannot_be_changed(self, strategy):
        for field in dataclasses.fields(strategy):
            with pytest.raises(AttributeError):
                setattr(strategy, field.name, None)

    # -- reasons ------------------------------------------------------------------------------------

    def test_it_gives_a_reason_toward_each_other_government(self, strategy):
        for view in views_of(strategy):
            choice = strategy.choose(view, rng(7))
            assert set(choice.reasons) == set(others(view.seat))
            for other, reason in choice.reasons.items():
                assert reason.values["other"] == other
                assert reason.key in REASON_KEYS or "sentence" in reason.values
                text = sentence(reason)
                assert text[0].isupper()
                assert text.endswith(".")
                assert "{" not in text

    def test_a_reason_toward_washington_is_silent_about_the_other_partner(self, strategy):
        """Otherwise a quiet stance would leak through the reason that Washington reads."""
        for view in views_of(strategy):
            if view.seat is Country.USA:
                continue
            reason = strategy.choose(view, rng(8)).reasons[Country.USA]
            other_partner = others(view.seat)[1]
            capital = {"CAN": "Ottawa", "MEX": "Mexico City"}[other_partner]
            assert other_partner not in {str(v) for v in reason.values.values()}
            assert capital not in sentence(reason)

    def test_it_reports_nine_expectations_if_it_calculates_and_none_else(self, strategy):
        for view in views_of(strategy):
            choice = strategy.choose(view, rng(9))
            if strategy.traits.calculates:
                letters = {Move.from_index(view.seat, i).letters(view.seat) for i in range(9)}
                assert set(choice.expected) == letters
                assert np.isfinite(list(choice.expected.values())).all()
            else:
                assert not choice.expected

    def test_its_choice_is_plain_data(self, strategy):
        for view in views_of(strategy):
            choice = strategy.choose(view, rng(10))
            data = choice.to_dict()
            assert json.loads(json.dumps(data, allow_nan=False)) == data
            assert Move.from_dict(data["move"]) == choice.move

    # -- the review ---------------------------------------------------------------------------------

    def test_washington_proposes_what_the_rules_allow(self, strategy):
        if Country.USA not in strategy.traits.seats:
            return
        for view in some_views(Country.USA):
            for seed in range(DRAWS):
                check_proposal(strategy.propose(view, rng(seed)), view.position, a_scenario())
                again = strategy.propose(view, rng(seed), split_allowed=False)
                assert again.outcome is not Outcome.SPLIT

    def test_a_partner_answers_every_proposal_with_yes_or_no(self, strategy):
        for view in views_of(strategy):
            if view.seat is Country.USA:
                continue
            for offer in OFFERS:
                proposal = Proposal.of_offer(offer)
                if view.seat in proposal.signatories:
                    answers = {strategy.answer(view, proposal, rng(11)) for _ in range(2)}
                    assert answers in ({True}, {False})


def views_of(strategy: Strategy):
    """Positions in every seat the strategy takes."""
    for seat in strategy.traits.seats:
        yield from some_views(seat)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def granted(view: SeatView) -> dict[Country, tuple[str, ...]]:
    """Issues the seat has granted to each other government."""
    pos, seat, scenario = view.position, view.seat, a_scenario()
    out: dict[Country, tuple[str, ...]] = {}
    for other in others(seat):
        issues = issues_between(seat, other, scenario)
        if not issues:
            continue
        partner = other if seat is Country.USA else seat
        marks = (pos.granted_by_us if seat is Country.USA else pos.granted_by_partner)[
            (Country.CAN, Country.MEX).index(partner)
        ]
        out[other] = tuple(i.id for i, done in zip(issues, marks, strict=True) if done)
    return out
