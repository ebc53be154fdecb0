"""A table: commands, what the computer does, the host's strip, the clock. On a fake model."""

from __future__ import annotations

from typing import Any

import pytest

from negotiation.errors import IllegalMove, UnknownName
from negotiation.game.moves import Measure, Move
from negotiation.game.proposal import Proposal
from negotiation.rooms import errors
from negotiation.rooms.room import Room
from negotiation.rooms.state import replay
from negotiation.rooms.store import Store
from negotiation.terms import Outcome, Phase
from tests.rooms.conftest import CAN, MEX, USA, MakeRoom, Time, load_room, open_room


def move(seat: Any = CAN, first: str = "coordinate", second: str = "coordinate", **given: Any) -> Move:
    return Move.of(seat, first, second, **given)


def play_rounds(room: Room, seat: Any = CAN, rounds: int = 3) -> None:
    for _ in range(rounds):
        room.seal(seat, move(seat))


def types(store: Store) -> list[str]:
    return [e.type for e in store.events("CDFHJK")]


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


# -- the host's strip ----------------------------------------------------------------------------------


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


# -- failures ------------------------------------------------------------------------------------------


def test_a_failing_model_is_said_at_the_table_without_quoting_moves(
    table: MakeRoom, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = table("CAN")
    monkeypatch.setattr(
        "tests.rooms.fake.FakeModel.play",
        lambda *a: (_ for _ in ()).throw(IllegalMove("MEX toward CAN (defect)")),
    )
    room.seal(CAN, move())
    assert room.state.game.sealed.keys() == {USA, CAN, MEX}, "nothing sealed is lost"
    assert room.trouble is not None
    assert room.trouble["key"] == "model_failed"
    assert "defect" not in room.trouble["text"]
    monkeypatch.undo()
    room.tick(time.now)
    assert room.trouble is not None, "not tried again at once"
    time.now += 6
    room.tick(time.now)
    assert room.trouble is None
    assert len(room.state.game.results) == 1


def test_a_full_disk_at_the_reveal_loses_nothing(table: MakeRoom, file_store: Store, time: Time) -> None:
    room = table("CAN", "MEX")
    room.seal(MEX, move(MEX))
    real, tried = file_store.append, []

    def full(*given: Any, **named: Any) -> Any:
        kinds = [kind for kind, _ in given[2]]
        if "round_resolved" in kinds and not tried:
            tried.append(1)
            raise errors.DiskFull("the file")
        return real(*given, **named)

    file_store.append = full  # type: ignore[method-assign]
    room.seal(CAN, move())
    assert room.trouble == {"key": "disk_full", "text": str(errors.DiskFull("the file"))}
    time.now += 6
    room.tick(time.now)
    assert room.trouble is None
    assert [r["round"] for r in room.state.game.results] == [1]
    assert replay("CDFHJK", file_store.events("CDFHJK")) == room.state


def test_a_roll_back_during_a_reveal_throws_the_reveal_away(table: MakeRoom, file_store: Store) -> None:
    room = table("CAN")
    room.seal(CAN, move())
    real = room.engine.resolve

    def interrupted(state: Any) -> Any:
        data = real(state)
        room.engine.resolve = real  # type: ignore[method-assign]
        room._schedule = lambda r: None
        room.roll_back(1)
        room._schedule = lambda r: r.drive()
        return data

    room.engine.resolve = interrupted  # type: ignore[method-assign]
    room.seal(CAN, move(CAN, "defect", "defect"))
    assert types(file_store).count("round_resolved") == 1
    assert room.state.game.results == ()
    assert room.state.game.round == 1
    room.seal(CAN, move())
    assert [r["round"] for r in room.state.game.results] == [1]


def test_who_sits_down_while_the_computer_thinks_moves_alone(table: MakeRoom) -> None:
    room = table("CAN", offered=("MEX",), called=False)
    real = room.engine.choose

    def interrupted(state: Any, seat: Any, mind: str) -> Any:
        if seat is MEX and room.state.chairs[MEX].person is None:
            room._schedule = lambda r: None
            room.claim(MEX)
            room._schedule = lambda r: r.drive()
        return real(state, seat, mind)

    room.engine.choose = interrupted  # type: ignore[method-assign]
    room.start()
    assert room.state.game.sealed.keys() == {USA}


# -- several processes, restarts -----------------------------------------------------------------------


def test_two_processes_on_one_database_play_one_game(store: Store, time: Time) -> None:
    here = open_room(store, time, ("CAN", "MEX"))
    there = load_room(store, time)
    here.seal(CAN, move())
    with pytest.raises(IllegalMove, match="already moved"):
        there.seal(CAN, move(CAN, "defect", "defect"))
    there.seal(MEX, move(MEX))
    here.catch_up()
    assert here.state == there.state
    assert len(here.state.game.results) == 1
    here.seal(CAN, move())
    here.seal(MEX, move(MEX))
    there.catch_up()
    assert [e.type for e in store.events(here.code)].count("round_resolved") == 2


def test_a_restart_in_the_middle_takes_up_every_unfinished_step(store: Store, time: Time) -> None:
    room = open_room(store, time, ("CAN",))
    room._schedule = lambda r: None  # the process dies before anything happens by itself
    room.seal(CAN, move())
    assert room.state.game.results == ()
    again = load_room(store, time)
    assert len(again.state.game.results) == 1
    assert again.state.game.sealed.keys() == {USA, MEX}


def test_a_restart_uses_stored_results_and_does_not_play_them_again(
    table: MakeRoom, file_store: Store, time: Time
) -> None:
    room = table("CAN")
    play_rounds(room, rounds=2)
    again = load_room(file_store, time)
    assert again.state == room.state
    assert not again.engine.loaded, "views need no model"
    again.seal(CAN, move())
    assert again.engine._model.played == 1


def test_the_same_seed_and_moves_give_the_same_log(file_store: Store, time: Time) -> None:
    logs = []
    for code in ("CDFHJK", "DFHJKM"):
        room = open_room(file_store, time, ("CAN",), code=code)
        play_rounds(room)
        logs.append([(e.type, e.data) for e in file_store.events(code)])
    assert logs[0] == logs[1]
