"""A class: one code, many tables, places that nobody loses, a host over all of it."""

from __future__ import annotations

from typing import Any

import pytest

from negotiation.errors import IllegalMove
from negotiation.rooms import Lobby, errors
from negotiation.rooms.simple import CARDS
from tests.rooms.conftest import Time
from tests.rooms.school import SEATS, come, new_lobby, opened, place


def test_places_are_dealt_table_by_table_and_then_the_class_is_full(lobby: Lobby) -> None:
    classroom = opened(lobby).classroom
    tokens = come(classroom, 6)
    assert [place(classroom, t) for t in tokens] == [(n, s) for n in (1, 2) for s in SEATS]
    with pytest.raises(errors.RoomFull):
        classroom.enter("late")


def test_a_second_person_joins_a_seat_only_when_every_seat_has_one(lobby: Lobby) -> None:
    classroom = opened(lobby, per_seat=2, seats=("CAN", "MEX")).classroom
    tokens = come(classroom, 5)
    assert place(classroom, tokens[4]) == (1, "CAN")
    view = classroom.guest(tokens[4]).view()
    assert [m["name"] for m in view["own"]["team"]["members"]] == ["P0", "P4"]
    assert view["own"]["me"] == 1


def test_a_chosen_seat_is_taken_once(lobby: Lobby) -> None:
    classroom = opened(lobby, deal="chosen").classroom
    token = classroom.enter("Ana", table=2, seat="MEX")
    assert place(classroom, token) == (2, "MEX")
    with pytest.raises(errors.SeatTaken):
        classroom.enter("Ben", table=2, seat="MEX")
    with pytest.raises(errors.UnknownRoom):
        classroom.enter("Ben", table=3, seat="MEX")


def test_the_seat_is_the_same_after_a_restart_and_in_a_second_tab(database: str, time: Time) -> None:
    first = new_lobby(database, time)
    made = opened(first)
    token = made.classroom.enter("Ana")
    made.classroom.start()
    first.close()
    again = new_lobby(database, time)
    classroom = again.classes.find(made.code)
    assert place(classroom, token) == (1, "CAN") == place(classroom, token)
    assert classroom.is_host(made.token)
    assert not classroom.is_host(token)
    room = classroom.table(1).code
    assert str(again.enter(room, token).seat) == "CAN", "the class's token opens the table"
    again.close()


def test_a_failure_between_class_and_room_is_mended_by_the_next_look(lobby: Lobby, monkeypatch: Any) -> None:
    classroom = opened(lobby).classroom
    with monkeypatch.context() as broken:
        broken.setattr(type(classroom), "place", lambda self, person: None)
        token = classroom.enter("Ana")
    assert classroom.table(1).state.chairs["CAN"].team == ()
    assert place(classroom, token) == (1, "CAN")


def test_a_late_comer_finds_the_game_under_way_and_an_empty_table_begins_with_them(lobby: Lobby) -> None:
    classroom = opened(lobby).classroom
    come(classroom, 3)
    assert classroom.start() == []
    assert classroom.table(1).state.game.started
    assert not classroom.table(2).state.called
    token = classroom.enter("late")
    assert place(classroom, token) == (2, "CAN")
    assert classroom.table(2).state.game.started


def test_the_host_moves_a_person_and_hands_over_a_forgotten_seat(lobby: Lobby) -> None:
    classroom = opened(lobby, per_seat=2, seats=("CAN", "MEX")).classroom
    ana, ben = come(classroom, 2)
    people = list(classroom.state.people)
    classroom.move(people[0], 2, "MEX")
    assert place(classroom, ana) == (2, "MEX")
    assert classroom.table(1).state.chairs["CAN"].team == ()
    classroom.hand_over(people[0], people[1])
    assert place(classroom, ben) == (2, "MEX")
    assert classroom.guest(ana) is None
    assert classroom.who(ana) is None
    with pytest.raises(errors.UnknownPerson):
        classroom.move(people[0], 1, "CAN")


def test_who_is_handed_a_seat_that_a_computer_played_may_move_at_once(lobby: Lobby) -> None:
    classroom = opened(lobby, tables=1, per_seat=2).classroom
    lost, anew = come(classroom, 2)
    classroom.start()
    room = classroom.table(1)
    person = classroom.guest(lost).person
    room.substitute("CAN", "hedger")
    classroom.hand_over(person, classroom.guest(anew).person)
    guest = classroom.guest(anew)
    assert (str(guest.seat), room.state.chairs["CAN"].substitute) == ("CAN", None)
    guest.room.roll_back(1)  # the computer had sealed
    guest.seal("together", round=room.state.game.round)


def test_one_who_is_sent_out_leaves_no_name_and_no_key(lobby: Lobby) -> None:
    classroom = opened(lobby).classroom
    token = classroom.enter("Ana")
    room = classroom.table(1)
    classroom.remove(next(iter(classroom.state.people)))
    assert classroom.who(token) is None
    assert room.who(token) is None
    assert lobby.store.names(classroom.code) == {} == lobby.store.names(room.code)


def test_a_locked_or_ended_class_lets_nobody_in(lobby: Lobby) -> None:
    classroom = opened(lobby).classroom
    classroom.lock()
    with pytest.raises(errors.RoomLocked):
        classroom.enter("Ana")
    classroom.lock(False)
    token = classroom.enter("Ana")
    classroom.start()
    assert classroom.end() == []
    assert classroom.guest(token).view()["phase"] == "ended"
    with pytest.raises(errors.RoomExpired):
        classroom.enter("Ben")


def test_a_class_answers_neither_as_a_table_nor_to_a_guess(lobby: Lobby) -> None:
    made = opened(lobby)
    with pytest.raises(errors.UnknownRoom):
        lobby.find(made.code)
    for _ in range(10):
        with pytest.raises(errors.UnknownRoom):
            lobby.classes.find(made.classroom.table(1).code, key="guesser")
    with pytest.raises(errors.TooManyAttempts):
        lobby.classes.find(made.code, key="guesser")


@pytest.mark.parametrize(
    "wish",
    [{"tables": 0}, {"tables": 101}, {"seconds": 1}, {"per_seat": 11}, {"seats": ()}, {"seats": ("CHN",)},
     {"rule": "king"}, {"deal": "bought"}, {"policy": "nobody"}, {"mode": "odd"}],
)  # fmt: skip
def test_an_impossible_class_is_refused_and_nothing_is_written(lobby: Lobby, wish: dict[str, Any]) -> None:
    with pytest.raises(IllegalMove):
        opened(lobby, **wish)
    assert lobby.store.recent() == []


def test_a_late_seat_repeats_its_stances_and_the_table_goes_on(lobby: Lobby, time: Time) -> None:
    classroom = opened(lobby, tables=1, seconds=60).classroom
    tokens = come(classroom, 3)
    classroom.start()
    guests = [classroom.guest(t) for t in tokens]
    for guest in guests:
        guest.seal(next(iter(CARDS[guest.seat])), round=1)
    guests[0].seal(next(iter(CARDS[guests[0].seat])), round=2)
    time.now += 61
    lobby.tick()
    room = classroom.table(1)
    assert len(room.state.game.results) == 2
    last = room.state.game.results[-1]["moves"]["MEX"]
    assert last["by"] == "last"
    assert last["move"] == room.state.game.results[0]["moves"]["MEX"]["move"]


def test_a_whole_class_ends_by_itself_though_nobody_moves(lobby: Lobby, time: Time) -> None:
    classroom = opened(lobby, seconds=60).classroom
    come(classroom, 6)
    classroom.start()
    for _ in range(12):
        time.now += 61
        lobby.tick()
    assert [r.state.game.phase for r in classroom.rooms()] == ["ended", "ended"]


def test_a_cable_reaches_its_two_ends_and_the_debrief_only(lobby: Lobby) -> None:
    classroom = opened(lobby, tables=1).classroom
    guests = {g.seat: g for t in come(classroom, 3) if (g := classroom.guest(t))}
    classroom.start()
    guests["CAN"].cable("MEX", "  for your\u202eeyes\n<b>only</b>")
    guests["USA"].cable(None, "hello all")
    assert [c["text"] for c in guests["MEX"].view()["cables"]] == ["for youreyes <b>only</b>", "hello all"]
    assert [c["text"] for c in guests["USA"].view()["cables"]] == ["hello all"]
    assert "person" not in guests["MEX"].view()["cables"][0]
    classroom.end()
    assert len(guests["USA"].view()["debrief"]["cables"]) == 2


def test_talk_has_limits_and_an_off_switch(lobby: Lobby, time: Time) -> None:
    classroom = opened(lobby, tables=1).classroom
    guest = classroom.guest(classroom.enter("Ana"))
    classroom.start()
    guest.cable(None, "x" * 5000)
    assert len(guest.view()["cables"][0]["text"]) == 280
    for empty in ("", "  \u200b\n"):
        with pytest.raises(errors.BadText):
            guest.cable(None, empty)
    for _ in range(5):
        guest.cable(None, "again")
    with pytest.raises(errors.TooManyCables):
        guest.cable(None, "too much")
    time.now += 61
    guest.cable(None, "rested")
    classroom.each(lambda room: room.switch_talk(False))
    with pytest.raises(errors.TalkOff):
        guest.cable(None, "hush")


def test_an_event_of_the_scenario_happens_once_and_a_roll_back_forgets_it(lobby: Lobby) -> None:
    classroom = opened(lobby, tables=1).classroom
    classroom.enter("Ana")
    classroom.start()
    room = classroom.table(1)
    event = room.scenario.events[0].id
    room.inject(event)
    room.inject(event)
    assert [dict(s) for s in room.state.shocks] == [{"id": event, "round": 1}]
    room.roll_back(1)
    assert room.state.shocks == ()
    with pytest.raises(Exception, match="event"):
        room.inject("no-such-event")


def test_one_table_that_refuses_keeps_no_other(lobby: Lobby) -> None:
    classroom = opened(lobby).classroom
    come(classroom, 6)
    classroom.start()
    classroom.table(1).pause()
    refused = classroom.each(lambda room: room.push_on())
    assert len(refused) == 1
    assert refused[0][0] == 1
    assert classroom.table(2).state.clock.rang == "host" or classroom.table(2).state.game.results


def test_two_processes_on_one_database_never_deal_one_place_twice(database: str, time: Time) -> None:
    here, there = new_lobby(database, time), new_lobby(database, time)
    made = opened(here)
    other = there.classes.find(made.code)
    tokens = []
    for i in range(6):
        tokens.append((made.classroom if i % 2 else other).enter(f"P{i}"))
    made.classroom.catch_up()
    places = sorted(made.classroom.state.people.values())
    assert len(set(places)) == 6
    with pytest.raises(errors.RoomFull):
        other.enter("one more")
    here.close()
    there.close()
