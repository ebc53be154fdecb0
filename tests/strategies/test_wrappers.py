"""Wrappers change what they say they change, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from negotiation.errors import InputError
from negotiation.game.moves import Measure, Move
from negotiation.game.proposal import Proposal
from negotiation.game.view import Choice
from negotiation.strategies import strategy
from negotiation.strategies.base import because
from negotiation.strategies.wrappers import with_stance
from negotiation.terms import SEATS, Country, Outcome, Stance
from tests.contracts.tables import Table, some_views

USA, CAN, MEX = SEATS


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seat", SEATS)
def test_a_steady_hand_changes_nothing(seat):
    steady, inner = strategy("noisy", inner="hedger", slips=0.0), strategy("hedger")
    for view in some_views(seat):
        assert steady.choose(view, rng()).to_dict() == inner.choose(view, rng()).to_dict()


def test_a_hand_that_always_slips_never_does_what_was_meant():
    shaky, inner = strategy("noisy", inner="front", slips=1.0), strategy("front")
    for view in some_views(CAN):
        meant, did = inner.choose(view, rng()), shaky.choose(view, rng())
        assert all(did.move.stances[c] is not meant.move.stances[c] for c in meant.move.stances)
        assert did.reasons[USA].values["meant"] == meant.move.stances[USA]


def test_a_measure_goes_with_the_stance_it_belonged_to():
    move = Move(
        {CAN: Stance.DEFECT, MEX: Stance.DEFECT},
        {CAN: Measure(sectors=("MET",)), MEX: Measure(sectors=("AUT",))},
    )
    changed = with_stance(
        Choice(move), CAN, Stance.COORDINATE, because("hand_trembled", CAN, meant="defect")
    ).move
    assert changed.measures == {MEX: Measure(sectors=("AUT",))}
    assert changed.stances == {CAN: Stance.COORDINATE, MEX: Stance.DEFECT}


def test_switching_changes_hands_at_its_round():
    switching = strategy("switching", first="always-defect", then="always-concede", at_round=3)
    table, moves = Table(), []
    for _ in range(4):
        moves.append(switching.choose(table.view(MEX), rng()).move.letters(MEX))
        table.play_letters("CC", "CC", moves[-1])
    assert moves == ["DD", "DD", "NN", "NN"]
    assert switching.answer(table.view(MEX), Proposal(Outcome.EXT), rng())
    assert not switching.answer(Table().view(MEX), Proposal(Outcome.EXT), rng())


def test_the_deadline_settles_only_at_the_end():
    deadline = strategy("deadline", inner="always-defect", last_rounds=2, stance="concede")
    view = Table().view(USA)
    moves = {
        n: deadline.choose(replace(view, round=n), rng()).move.letters(USA) for n in range(1, view.rounds + 1)
    }
    assert [n for n, m in moves.items() if m == "NN"] == [view.rounds - 1, view.rounds]
    assert {m for n, m in moves.items() if n < view.rounds - 1} == {"DD"}


def test_an_untested_threat_is_not_paid_for_but_a_tested_one_may_be():
    firm = strategy("refuses-untested-threats", inner="always-concede")
    table = Table().play_letters("DC", "CC", "CC")
    assert firm.choose(table.view(CAN), rng()).move.stances[USA] is Stance.COORDINATE
    assert firm.choose(table.view(MEX), rng()).move.stances[USA] is Stance.CONCEDE  # nobody threatens Mexico
    table.play_letters("DC", "CC", "CC")
    assert table.rounds[-1][0].us_executed == (True, False)
    assert firm.choose(table.view(CAN), rng()).move.stances[USA] is Stance.CONCEDE


def test_a_bluffer_gets_nothing_out_of_it():
    firm, table = strategy("refuses-untested-threats", inner="hedger"), Table()
    bluff = strategy("bluff")
    for _ in range(8):
        moves = {s: firm.choose(table.view(s), rng()).move for s in (CAN, MEX)}
        table.play({USA: bluff.choose(table.view(USA), rng()).move, **moves})
    assert not table.position.granted_by_partner.any()
    paying = Table()
    for _ in range(8):
        moves = {s: strategy("hedger").choose(paying.view(s), rng()).move for s in (CAN, MEX)}
        paying.play({USA: bluff.choose(paying.view(USA), rng()).move, **moves})
    assert paying.position.granted_by_partner.any()


def test_traits_are_those_of_the_inside_and_of_the_wrapper():
    assert strategy("noisy", inner="grim").traits.memory == strategy("grim").traits.memory
    assert strategy("noisy", inner="grim").traits.stochastic
    assert strategy("deadline", inner="best-response").traits.calculates
    assert not strategy("switching").traits.calculates


def test_a_wrapper_hands_the_leader_on():
    led = strategy("refuses-untested-threats", profile="institutional")
    assert led.inner == strategy("best-response", profile="institutional")
    assert strategy("noisy", inner="grim", profile="hedger") == strategy("noisy", inner="grim")


def test_wrappers_can_be_stacked_and_refuse_nonsense():
    stacked = strategy("noisy", inner=strategy("deadline", inner="tit-for-tat"), slips=0.0)
    assert stacked.choose(Table().view(Country.USA), rng()).move.letters(USA) == "CC"
    with pytest.raises(InputError, match="no strategy is called 'tit-for-tit'"):
        strategy("noisy", inner="tit-for-tit")
    with pytest.raises(InputError, match="slips must be a number from 0 to 1, got 2"):
        strategy("noisy", slips=2)
    with pytest.raises(InputError, match="stance must be one of coordinate, concede, defect"):
        strategy("deadline", stance="surrender")
