"""The host's strip, the review and the clock of a table. On a fake model."""

from __future__ import annotations

import pytest

from negotiation.errors import IllegalMove, UnknownName
from negotiation.game.proposal import Proposal
from negotiation.rooms import errors
from negotiation.rooms.store import Store
from negotiation.terms import Outcome, Phase
from tests.rooms.conftest import CAN, MEX, USA, MakeRoom, Time, load_room, move, play_rounds, types


def test_while_paused_nothing_is_sealed_or_revealed(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    room.seal(MEX, move(MEX))
    room.pause()
    with pytest.raises(errors.TablePaused):
        room.seal(CAN, move())
    room.release(CAN)
    assert room.state.game.results == (), "computers pause too"
    room.resume()
    assert len(room.state.game.results) == 1


def test_a_substitute_moves_and_the_person_gets_the_seat_back(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    room.seal(MEX, move(MEX))
    room.substitute(CAN, "tit-for-tat")
    assert len(room.state.game.results) == 1
    assert room.state.game.results[0]["moves"]["CAN"]["by"] == "tit-for-tat"
    with pytest.raises(errors.NotAllowed):
        room.seal(CAN, move())
    room.give_back(CAN)
    room.withdraw(CAN)  # the substitute had sealed the next round already
    room.seal(CAN, move())
    with pytest.raises(UnknownName, match="tit-for-tat"):
        room.substitute(CAN, "tit-for-tot")


def test_what_a_person_sealed_stays_when_a_substitute_comes(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    room.seal(CAN, move(CAN, "defect", "defect"))
    room.substitute(CAN, "front")
    room.seal(MEX, move(MEX))
    assert room.state.game.results[0]["moves"]["CAN"]["move"] == move(CAN, "defect", "defect").to_dict()


def test_a_roll_back_plays_again_from_the_start_of_a_round(table: MakeRoom, file_store: Store) -> None:
    room = table("CAN")
    play_rounds(room, rounds=2)
    second = room.state.game.results[1]
    room.roll_back(2)
    assert [r["round"] for r in room.state.game.results] == [1]
    room.seal(CAN, move())
    assert room.state.game.results[1] == {**second, "moves": room.state.game.results[1]["moves"]}
    assert types(file_store).count("round_resolved") == 3, "what was played stays in the log"
    with pytest.raises(IllegalMove, match="no round 9"):
        room.roll_back(9)


def test_a_finished_game_can_be_rolled_back_into_play(table: MakeRoom) -> None:
    room = table("USA")
    play_rounds(room, USA)
    room.propose(Proposal(Outcome.WD))
    assert room.state.game.phase is Phase.ENDED
    room.roll_back(3)
    assert room.state.playing
    assert room.state.game.round == 3
    assert room.state.game.ending is None
    room.seal(USA, move(USA))
    assert room.state.game.phase is Phase.JOINT_REVIEW


# -- the review ----------------------------------------------------------------------------------------


def test_a_refused_bilateral_offer_returns_to_the_table_once(table: MakeRoom) -> None:
    room = table("USA", "CAN")
    for _ in range(3):
        room.seal(USA, move(USA))
        room.seal(CAN, move())
    room.propose(Proposal(Outcome.SPLIT, (CAN,)))
    with pytest.raises(IllegalMove, match="MEX is not asked"):
        room.answer(MEX, True)
    room.answer(CAN, False)
    assert room.state.playing
    with pytest.raises(IllegalMove, match="returns to the trilateral table"):
        room.propose(Proposal(Outcome.SPLIT, (MEX,)))
    room.propose(Proposal(Outcome.ANN))
    assert room.state.game.outcome is Outcome.ANN


def test_a_proposal_against_the_rules_is_refused(table: MakeRoom) -> None:
    room = table("USA")
    with pytest.raises(IllegalMove, match="not open"):
        room.propose(Proposal(Outcome.EXT))
    play_rounds(room, USA)
    with pytest.raises(IllegalMove, match="not an open issue"):
        room.propose(Proposal(Outcome.COND, package=("CAN>USA:the_moon",)))
    assert room.state.game.proposals == ()


def test_annual_reviews_go_on_until_the_calendar_ends(
    table: MakeRoom, file_store: Store, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.rooms.fake.FakeModel.REVIEWS", (1, 3))
    room = table("USA", seconds=60.0)
    assert room.state.next_review == 1
    room.seal(USA, move(USA))
    room.propose(Proposal(Outcome.ANN))
    assert room.state.game.phase is Phase.BARGAINING
    assert (room.state.game.round, room.state.next_review) == (2, 3)
    assert [r["outcome"] for r in room.state.game.reviews] == ["ANN"]
    assert room.state.clock.deadline == time.now + 60
    again = load_room(file_store, time)
    assert again.state == room.state
    play_rounds(again, USA, 2)
    again.propose(Proposal(Outcome.SPLIT, (CAN,)))
    if again.state.playing:
        again.propose(Proposal(Outcome.ANN))
    assert again.state.game.phase is Phase.ENDED
    again.roll_back(1)
    assert again.state.game.reviews == ()


def test_a_calendar_without_a_review_ends_with_its_last_round(
    table: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.rooms.fake.FakeModel.REVIEWS", ())
    room = table("CAN")
    play_rounds(room)
    assert room.state.game.outcome is Outcome.ANN


# -- the clock -----------------------------------------------------------------------------------------


def test_time_up_moves_for_the_late_by_their_policy(table: MakeRoom, time: Time) -> None:
    room = table("CAN", "MEX", seconds=60.0)
    room.set_policy(CAN, "front")
    room.seal(MEX, move(MEX))
    time.now += 59.9
    room.tick(time.now)
    assert room.state.game.results == ()
    time.now += 0.2
    room.tick(time.now)
    assert room.state.game.results[0]["moves"]["CAN"]["by"] == "front"
    assert room.state.clock.deadline == time.now + 60.0, "the next round has its own time"


def test_a_seat_that_waits_holds_the_table_until_the_host_pushes_on(table: MakeRoom, time: Time) -> None:
    room = table("CAN", "MEX", seconds=60.0)
    room.seal(MEX, move(MEX))
    time.now += 61
    room.tick(time.now)
    room.tick(time.now)
    assert room.state.clock.rang == "clock"
    assert room.state.game.results == ()
    room.push_on()
    assert len(room.state.game.results) == 1


def test_the_last_stances_are_repeated_for_who_chose_so(table: MakeRoom, time: Time) -> None:
    room = table("CAN", seconds=60.0)
    room.set_policy(CAN, "last")
    room.seal(CAN, move(CAN, "defect", "concede", quiet=True))
    time.now += 61
    room.tick(time.now)
    again = room.state.game.results[1]["moves"]["CAN"]
    assert again["by"] == "last"
    assert again["move"] == move(CAN, "defect", "concede", quiet=True).to_dict()


def test_a_paused_clock_keeps_its_time_and_an_extension_adds_to_it(table: MakeRoom, time: Time) -> None:
    room = table("CAN", seconds=60.0)
    time.now += 20
    room.pause()
    assert room.state.clock.left == 40.0
    time.now += 1000
    room.tick(time.now)
    assert not room.state.clock.rang
    room.extend(30)
    room.resume()
    assert room.state.clock.deadline == time.now + 70
    room.extend(5)
    assert room.state.clock.deadline == time.now + 75


def test_a_seal_at_the_instant_the_clock_rings_is_either_in_or_refused(table: MakeRoom, time: Time) -> None:
    room = table("CAN", seconds=60.0)
    room.set_policy(CAN, "front")
    time.now += 60
    room.tick(time.now)
    with pytest.raises(errors.StaleMove):
        room.seal(CAN, move(), round=1)
    assert len(room.state.game.results) == 1
