"""Scripts: what each strategy that follows a rule does when the table gives it cause."""

import numpy as np
import pytest

from negotiation.game.moves import Move
from negotiation.game.position import BELIEFS
from negotiation.game.proposal import Proposal
from negotiation.strategies import strategy
from negotiation.terms import PARTNERS, SEATS, Country, Outcome, others
from tests.contracts.tables import Table, some_views

USA, CAN, MEX = SEATS


def letters(name, view, seed=0, **parameters):
    """The move of a strategy as two letters."""
    return strategy(name, **parameters).choose(view, np.random.default_rng(seed)).move.letters(view.seat)


def reason(name, view, other):
    return strategy(name).choose(view, np.random.default_rng(0)).reasons[other].key


def with_belief(table, name, pairs):
    """The table with other episodes for and against a belief about (CAN, MEX)."""
    evidence = table.position.evidence.copy()
    evidence[BELIEFS.index(name)] = pairs
    object.__setattr__(table.position, "evidence", evidence)
    return table


class TestAlways:
    @pytest.mark.parametrize(
        ("name", "move"), [("always-coordinate", "CC"), ("always-concede", "NN"), ("always-defect", "DD")]
    )
    @pytest.mark.parametrize("seat", SEATS)
    def test_the_same_stance_in_every_position(self, name, move, seat):
        assert {letters(name, view) for view in some_views(seat)} == {move}

    def test_the_coordinator_signs_for_three_but_not_a_bilateral_deal(self):
        view, rng = Table().view(CAN), np.random.default_rng(0)
        coordinator = strategy("always-coordinate")
        assert coordinator.answer(view, Proposal(Outcome.EXT), rng)
        assert coordinator.answer(view, Proposal(Outcome.COND), rng)
        assert not coordinator.answer(view, Proposal(Outcome.SPLIT, (CAN,)), rng)

    def test_the_defector_declines_to_extend_and_refuses_to_sign(self):
        rng = np.random.default_rng(0)
        assert strategy("always-defect").propose(Table().view(USA), rng).outcome is Outcome.ANN
        assert not strategy("always-defect").answer(Table().view(MEX), Proposal(Outcome.EXT), rng)

    def test_the_conceder_signs_anything(self):
        view, rng = Table().view(MEX), np.random.default_rng(0)
        assert strategy("always-concede").answer(view, Proposal(Outcome.SPLIT, (MEX,)), rng)
        assert strategy("always-concede").propose(Table().view(USA), rng).outcome is Outcome.EXT


class TestReciprocity:
    def test_tit_for_tat_opens_in_peace(self):
        for seat in SEATS:
            assert letters("tit-for-tat", Table().view(seat)) == "CC"

    def test_it_answers_only_who_defected_and_only_once(self):
        table = Table().play_letters("DC", "CC", "CC")
        assert letters("tit-for-tat", table.view(CAN)) == "DC"
        assert letters("tit-for-tat", table.view(MEX)) == "CC"
        table.play_letters("CC", "DC", "CC")
        assert letters("tit-for-tat", table.view(CAN)) == "CC"
        assert letters("tit-for-tat", table.view(USA)) == "DC"

    def test_a_concession_is_met_with_coordination(self):
        assert letters("tit-for-tat", Table().play_letters("NN", "NN", "NN").view(USA)) == "CC"

    def test_a_generous_one_forgives_about_as_often_as_it_says(self):
        view = Table().play_letters("DC", "CC", "CC").view(CAN)
        moves = [letters("generous-tit-for-tat", view, seed, forgives=0.25) for seed in range(400)]
        assert set(moves) == {"CC", "DC"}
        assert 0.15 < moves.count("CC") / len(moves) < 0.35

    @pytest.mark.parametrize("seat", SEATS)
    def test_without_generosity_it_is_tit_for_tat(self, seat):
        for view in some_views(seat):
            assert letters("generous-tit-for-tat", view, forgives=0) == letters("tit-for-tat", view)

    def test_grim_never_forgets_and_says_when_it_happened(self):
        table = Table().play_letters("CC", "CC", "CC").play_letters("DC", "CC", "CC")
        table.play_letters("NN", "CC", "CC").play_letters("CC", "CC", "CC")
        assert letters("grim", table.view(CAN)) == "DC"
        assert letters("grim", table.view(MEX)) == "CC"
        choice = strategy("grim").choose(table.view(CAN), np.random.default_rng(0))
        assert choice.reasons[USA].values["round"] == 2


class TestPressure:
    def test_washington_hits_the_less_credible_partner_and_feeds_the_other(self):
        view = Table().view(USA)
        can, mex = view.position.belief("answer")
        assert mex < can
        assert letters("pressure", view) == "ND"

    def test_it_stays_with_its_target_when_beliefs_turn(self):
        table = Table().play_letters("ND", "CC", "CC")
        with_belief(table, "answer", [[1, 9], [9, 1]])
        assert letters("pressure", table.view(USA))[1] == "D"

    def test_the_other_gets_two_concessions_then_coordination(self):
        table = Table()
        for expected in ("ND", "ND", "CD"):
            move = letters("pressure", table.view(USA))
            assert move == expected
            table.play_letters(move, "CN", "CN")

    def test_it_leaves_a_firm_front_alone(self):
        table = with_belief(Table(), "commitment_seen", [[9, 1], [8, 2]])
        assert letters("pressure", table.view(USA)) == "CC"
        assert reason("pressure", table.view(USA), CAN) == "front_too_firm"

    def test_washington_cannot_look_behind_its_estimate(self):
        """Only what it has seen of the partners' commitment moves it, never the truth."""
        table = with_belief(Table(), "commitment", [[9, 1], [9, 1]])
        assert letters("pressure", table.view(USA)) == "ND"

    def test_a_partner_talks_alone_and_pays_when_hit(self):
        assert letters("pressure", Table().view(CAN)) == "CD"
        table = Table().play_letters("DC", "CC", "CC")
        assert letters("pressure", table.view(CAN)) == "ND"
        assert letters("pressure", table.view(MEX)) == "CD"


class TestHedgerAndFront:
    def test_the_hedger_does_quiet_favours_and_keeps_calm(self):
        for seat in PARTNERS:
            choice = strategy("hedger").choose(Table().view(seat), np.random.default_rng(0))
            assert choice.move.letters(seat) == "CN"
            assert choice.move.quiet

    def test_it_buys_time_on_notice_but_not_without_end(self):
        table = Table()
        moves = []
        for _ in range(5):
            move = letters("hedger", table.view(MEX))
            moves.append(move)
            table.play_letters("CD", "CN", move, quiet=True)
        assert moves == ["CN", "NN", "NN", "CN", "CN"]

    def test_washington_hedges_by_buying_off_announced_answers(self):
        table = Table().play_letters("CC", "DC", "CC")
        assert letters("hedger", table.view(USA)) == "NC"

    def test_the_front_stands_together_and_answers_in_kind(self):
        table = Table().play_letters("CD", "CD", "CC")
        assert letters("front", table.view(MEX)) == "DC"
        assert letters("front", table.view(CAN)) == "CC"

    def test_washington_in_that_mood_treats_the_two_as_one(self):
        assert letters("front", Table().view(USA)) == "CC"
        assert letters("front", Table().play_letters("CC", "CC", "DC").view(USA)) == "DD"


class TestInstitutionalist:
    def test_it_does_not_answer_words(self):
        table = Table().play_letters("DC", "CC", "CC")
        assert table.view(CAN).position.us_notice[0]
        assert letters("institutionalist", table.view(CAN)) == "CC"
        assert reason("institutionalist", table.view(CAN), USA) == "waits_for_deeds"

    def test_it_answers_a_step_keeps_its_word_and_stops_in_proportion(self):
        table = Table().play_letters("DC", "CC", "CC").play_letters("DC", "CC", "CC")
        assert table.rounds[-1][0].us_executed == (True, False)
        said = []
        for us in ("DC", "CC", "CC"):
            said.append(
                (
                    letters("institutionalist", table.view(CAN)),
                    reason("institutionalist", table.view(CAN), USA),
                )
            )
            table.play_letters(us, said[-1][0], "CC")
        assert said == [
            ("DC", "answers_a_step"),
            ("DC", "carries_out_its_word"),
            ("CC", "follows_procedure"),
        ]

    def test_it_drops_its_answer_when_the_other_stands_down(self):
        table = Table().play_letters("DC", "CC", "CC").play_letters("DC", "CC", "CC")
        table.play_letters("CC", letters("institutionalist", table.view(CAN)), "CC")
        assert letters("institutionalist", table.view(CAN)) == "CC"

    def test_it_keeps_the_joint_position_in_the_open(self):
        table = Table().play_letters("CC", "CC", "CD")
        choice = strategy("institutionalist").choose(table.view(CAN), np.random.default_rng(0))
        assert choice.move.letters(CAN)[1] == "C"
        assert not choice.move.quiet

    def test_washington_is_bound_by_the_same_procedure(self):
        table = Table().play_letters("CC", "DC", "CC")
        assert letters("institutionalist", table.view(USA)) == "CC"
        table.play_letters("CC", "DC", "CC")
        assert letters("institutionalist", table.view(USA)) == "DC"


class TestBluffAndChance:
    def test_bluff_threatens_and_drops_in_turn(self):
        table, moves = Table(), []
        for _ in range(4):
            moves.append(letters("bluff", table.view(USA)))
            table.play_letters(moves[-1], "CC", "CC")
        assert moves == ["DD", "CC", "DD", "CC"]

    def test_a_bluffing_washington_loses_credibility_and_leverage(self):
        table = Table()
        before = table.view(USA)
        for _ in range(8):
            table.play_letters(letters("bluff", table.view(USA)), "CC", "CC")
        after = table.view(USA)
        assert (after.position.belief("threat") < before.position.belief("threat")).all()
        assert all(after.leverage[k]["index"] < before.leverage[k]["index"] for k in PARTNERS)

    def test_random_makes_every_move(self):
        view = Table().view(CAN)
        assert {letters("random", view, seed) for seed in range(200)} == {
            Move.from_index(CAN, i).letters(CAN) for i in range(9)
        }

    def test_random_can_be_made_to_stay(self):
        table = Table().play_letters("ND", "CC", "CC")
        assert {letters("random", table.view(USA), seed, keeps=1) for seed in range(20)} == {"ND"}

    def test_stances_toward_the_two_others_are_drawn_apart(self):
        view = Table().view(USA)
        pairs = [letters("random", view, seed) for seed in range(600)]
        joint = np.array([[pairs.count(a + b) for b in "CND"] for a in "CND"]) / len(pairs)
        assert np.abs(joint - np.outer(joint.sum(1), joint.sum(0))).max() < 0.04


def test_every_script_takes_a_stance_toward_both_others():
    for seat in SEATS:
        view = Table().view(seat)
        for name in ("front", "hedger", "pressure", "bluff", "institutionalist"):
            move = strategy(name).choose(view, np.random.default_rng(0)).move
            assert set(move.stances) == set(others(seat))
            assert Country.USA in move.stances or seat is USA
