"""A table: commands, what the computer does, who sits where. On a fake model."""

from __future__ import annotations

import pytest

from negotiation.errors import IllegalMove
from negotiation.game.moves import Measure, Move
from negotiation.rooms import errors
from negotiation.rooms.state import replay
from negotiation.rooms.store import Store
from negotiation.terms import Outcome, Phase
from tests.rooms.conftest import CAN, MEX, USA, MakeRoom, move, play_rounds, types


def test_a_whole_game_from_the_first_seal_to_the_debrief(table: MakeRoom) -> None:
    room = table("CAN")
    assert room.state.game.started is not None
    assert set(room.state.game.sealed) == {USA, MEX}, "computers seal without waiting"
    play_rounds(room)
    assert room.state.game.phase is Phase.JOINT_REVIEW
    while room.state.game.phase is not Phase.ENDED:
        room.answer(CAN, True)
    assert room.state.game.outcome in set(Outcome)
    assert room.state.game.ending is not None
    assert set(room.state.game.ending["score"]) == {
        "USA",
        "CAN",
        "MEX",
    }


def test_the_log_alone_gives_the_same_state(table: MakeRoom, file_store: Store) -> None:
    room = table("CAN", "MEX", seconds=60.0)
    room.seal(CAN, move())
    room.withdraw(CAN)
    room.pause()
    room.resume()
    room.seal(CAN, move(CAN, "defect", "concede", quiet=True))
    room.substitute(MEX, "front")
    room.go_on(CAN, 1)
    room.roll_back(1)
    room.give_back(MEX)
    assert replay("CDFHJK", file_store.events("CDFHJK")) == room.state


def test_all_three_are_revealed_only_when_all_are_sealed(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    room.seal(CAN, move())
    assert room.state.game.results == ()
    room.seal(MEX, move(MEX))
    assert [r["round"] for r in room.state.game.results] == [1]
    assert room.state.game.sealed.keys() == {USA}, "the next round is open and the computer has sealed"


def test_sealing_the_same_move_again_is_the_same_seal(table: MakeRoom, file_store: Store) -> None:
    room = table("CAN", "MEX")
    room.seal(CAN, move())
    before = types(file_store)
    room.seal(CAN, move())
    assert types(file_store) == before


def test_another_move_over_a_sealed_one_is_refused(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    room.seal(CAN, move())
    with pytest.raises(IllegalMove, match="CAN has already moved"):
        room.seal(CAN, move(CAN, "defect", "defect"))
    assert room.state.game.sealed[CAN]["move"] == move().to_dict()


def test_a_stale_move_is_refused_and_nothing_is_written(table: MakeRoom, file_store: Store) -> None:
    room = table("CAN")
    old_tab = room.state.chairs[CAN].version
    room.seal(CAN, move(), round=1)
    before = types(file_store)
    with pytest.raises(errors.StaleMove, match="made for round 1, but round 2 is on the table"):
        room.seal(CAN, move(CAN, "defect", "defect"), round=1)
    with pytest.raises(errors.StaleMove):
        room.seal(CAN, move(CAN, "defect", "defect"), round=2, version=old_tab)
    assert types(file_store) == before


def test_a_second_tab_that_missed_a_withdrawal_is_refused(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    second_tab = room.state.chairs[CAN].version
    room.seal(CAN, move(), round=1, version=second_tab)
    room.withdraw(CAN)
    with pytest.raises(errors.StaleMove, match="your seat in round 1 has changed since"):
        room.seal(CAN, move(CAN, "defect", "defect"), round=1, version=second_tab)
    room.seal(CAN, move(), round=1, version=room.state.chairs[CAN].version)


def test_what_others_do_does_not_make_a_move_stale(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    seen = room.state.chairs[CAN].version
    room.seal(MEX, move(MEX))
    room.withdraw(MEX)
    room.seal(CAN, move(), round=1, version=seen)
    assert CAN in room.state.game.sealed


def test_a_seal_may_be_withdrawn_until_the_last_one(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    room.seal(CAN, move())
    room.withdraw(CAN)
    assert CAN not in room.state.game.sealed
    with pytest.raises(IllegalMove, match="no sealed move to withdraw"):
        room.withdraw(CAN)
    room.seal(CAN, move())
    room.seal(MEX, move(MEX))
    with pytest.raises(errors.StaleMove):
        room.withdraw(CAN, round=1)


def test_an_illegal_move_changes_nothing(table: MakeRoom, file_store: Store) -> None:
    room = table("CAN")
    before = types(file_store)
    bad = [
        Move.of(USA, "coordinate", "coordinate"),
        Move({USA: "defect", MEX: "coordinate"}, {USA: Measure(sectors=("SRV",))}),  # type: ignore[dict-item]
        Move({USA: "concede", MEX: "coordinate"}, {USA: Measure(issue="no_such_issue")}),  # type: ignore[dict-item]
    ]
    for one in bad:
        with pytest.raises(IllegalMove):
            room.seal(CAN, one)
    assert types(file_store) == before


def test_nothing_is_sealed_before_the_host_starts(table: MakeRoom) -> None:
    room = table("CAN", called=False)
    with pytest.raises(errors.NotStarted):
        room.seal(CAN, move())
    room.start()
    room.start()
    room.seal(CAN, move())
    assert len(room.state.game.results) == 1


def test_in_simple_mode_only_the_three_cards_are_moves(table: MakeRoom) -> None:
    room = table("CAN", mode="simple")
    with pytest.raises(IllegalMove, match="together, own-deal, answer"):
        room.seal(CAN, move(CAN, "concede", "concede"))
    room.seal(CAN, move(CAN, "concede", "defect"))
    played = room.state.game.results[0]["moves"]
    assert len(set(played["USA"]["move"]["stances"].values())) == 1
    assert not played["MEX"]["move"].get("quiet")


# -- people --------------------------------------------------------------------------------------------


def test_a_seat_is_claimed_once_and_its_token_opens_it(table: MakeRoom, file_store: Store) -> None:
    room = table("CAN", offered=("MEX",), called=False)
    token = room.claim(MEX, "Ana")
    secret = room.who(token)
    assert secret is not None
    assert (secret.kind, secret.seat) == ("seat", "MEX")
    assert room.state.chair_of(secret.person) is MEX
    assert room.names[secret.person] == "Ana"
    with pytest.raises(errors.SeatTaken):
        room.claim(MEX)
    with pytest.raises(errors.SeatTaken):
        room.claim(USA)
    assert room.who("guess") is None
    assert room.who("") is None
    dump = repr(file_store.events("CDFHJK"))
    assert token not in dump
    assert "Ana" not in dump


def test_a_released_seat_is_played_by_the_computer_and_can_be_taken_again(table: MakeRoom) -> None:
    room = table("CAN", offered=("MEX",), called=False)
    token = room.claim(MEX)
    room.start()
    room.seal(CAN, move())
    assert room.state.game.results == ()
    room.release(MEX)
    assert len(room.state.game.results) == 1
    assert room.who(token) is None
    room.claim(MEX)


def test_a_late_comer_sees_the_reveal_on_the_table(table: MakeRoom) -> None:
    room = table("CAN", offered=("MEX",))
    room.seal(CAN, move())
    room.seal(CAN, move())
    room.claim(MEX)
    assert room.state.chairs[MEX].gone_on == 1


def test_a_locked_table_takes_nobody(table: MakeRoom) -> None:
    room = table("CAN", offered=("MEX",))
    room.lock()
    with pytest.raises(errors.RoomLocked):
        room.claim(MEX)
    room.lock(False)
    room.claim(MEX)
