"""A seat on another device: the link moves it once, in time, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from negotiation.rooms import ClassConfig, Lobby, errors
from negotiation.rooms.codes import token_hash
from negotiation.rooms.devices import link_seconds
from negotiation.rooms.records import class_records
from negotiation.rooms.school import replay as replay_class
from negotiation.rooms.state import replay
from tests.rooms.conftest import Time
from tests.rooms.fake import FakeModel
from tests.rooms.test_lobby import until


@pytest.fixture
def house(database: str, time: Time) -> Iterator[Lobby]:
    lobby = Lobby(database, now=time, make_model=FakeModel)
    yield lobby
    lobby.close()


@pytest.fixture
def table(house: Lobby) -> Any:
    """Ana hosts in Ottawa's seat, Mexico City's is offered; round 1 is on the table."""
    opened = house.open_table(mode="simple", offered=("MEX",), name="Ana")
    opened.wait()
    return opened


@pytest.fixture
def classroom(house: Lobby) -> Any:
    wish = ClassConfig(tables=1, firms=200, per_seat=2, seats=("CAN",))
    return house.classes.open(wish).classroom


def test_a_seat_moves_once_with_all_it_has(house: Lobby, table: Any) -> None:
    until(lambda: len(table.guest.room.state.game.sealed) == 2)  # both computers, Mexico's chair being empty
    house.join(table.code, "MEX", name="Ben")
    table.guest.seal("together", round=1)
    until(lambda: int(table.guest.view()["round"]) == 2)
    table.guest.seal("together", round=2)  # and waits for Ben
    offer = house.devices.offer(table.guest)
    taken = house.devices.take(offer.code, offer.secret)
    new = house.enter(table.code, taken.token)
    assert (new.seat, new.host, new.moved) == ("CAN", True, False)
    assert new.view()["own"]["sealed"]
    assert new.view()["seats"]["CAN"]["name"] == "Ana"
    with pytest.raises(errors.LinkGone):
        house.devices.take(offer.code, offer.secret)
    assert house.enter(table.code, taken.token).seat == "CAN"


def test_the_old_device_only_watches_is_known_as_moved_and_sees_no_secret(house: Lobby, table: Any) -> None:
    before = table.guest
    house.join(table.code, "MEX", name="Ben")
    offer = house.devices.offer(before)
    taken = house.devices.take(offer.code, offer.secret)
    house.enter(table.code, taken.token).seal("together", round=1)
    old, stranger = house.enter(table.code, table.token), house.enter(table.code)
    for guest in (old, before):  # coming in again, and the page that stood open
        assert guest.seat is None
        assert {**guest.view(), "host": False} == stranger.view()
        with pytest.raises(errors.NotAllowed):
            guest.seal("together", round=1)
        with pytest.raises(errors.NotAllowed):
            house.devices.offer(guest)
    assert (old.moved, old.host, stranger.moved) == (True, False, False)
    assert house.resume({table.code: table.token}) == []


def test_a_link_expires(house: Lobby, table: Any, time: Time) -> None:
    offer = house.devices.offer(table.guest)
    assert offer.until == time() + link_seconds()
    time.now += link_seconds()
    with pytest.raises(errors.LinkGone):
        house.devices.take(offer.code, offer.secret)
    assert table.guest.seat == "CAN"


def test_a_new_link_ends_the_old_one(house: Lobby, table: Any) -> None:
    first, second = house.devices.offer(table.guest), house.devices.offer(table.guest)
    with pytest.raises(errors.LinkGone):
        house.devices.take(first.code, first.secret)
    assert house.devices.take(second.code, second.secret).room == table.code


def test_a_link_is_stored_as_a_hash_opens_nothing_by_itself_and_is_in_no_log(tmp_path: Path) -> None:
    house = Lobby(tmp_path / "rooms.db", make_model=FakeModel)
    table = house.open_table(start=False)
    offer = house.devices.offer(table.guest)
    room = table.guest.room
    assert house.enter(table.code, offer.secret).seat is None
    assert room.who(offer.secret) is None
    assert token_hash(offer.secret) not in house.store.hashes(table.code).values()
    taken = house.devices.take(offer.code, offer.secret)
    said = "".join(str(e) for e in room.log())
    house.close()
    everything = b"".join(f.read_bytes() for f in tmp_path.glob("rooms.db*"))
    for secret in (offer.secret, taken.token):
        assert secret.encode() not in everything
        assert secret not in said
        assert token_hash(secret) not in said


@pytest.mark.parametrize("secret", ["", "wrong", "é" * 40])
def test_guessing_is_slowed_down(house: Lobby, table: Any, secret: str) -> None:
    for _ in range(house.throttle.burst):
        with pytest.raises(errors.LinkGone):
            house.devices.take(table.code, secret, key="10.0.0.9")
    offer = house.devices.offer(table.guest)
    with pytest.raises(errors.TooManyAttempts):
        house.devices.take(offer.code, offer.secret, key="10.0.0.9")
    assert house.devices.take(offer.code, offer.secret, key="10.0.0.8").room == table.code


def test_a_device_with_a_place_of_its_own_keeps_it_and_the_link_stays_good(house: Lobby, table: Any) -> None:
    offer, ben = house.devices.offer(table.guest), house.join(table.code, "MEX", name="Ben")
    with pytest.raises(errors.SameDevice):
        house.devices.take(offer.code, offer.secret, held={table.code: table.token})
    with pytest.raises(errors.DeviceInUse):
        house.devices.take(offer.code, offer.secret, held={table.code: ben.token})
    assert house.enter(table.code, ben.token).seat == "MEX"
    assert house.devices.take(offer.code, offer.secret).room == table.code


def test_the_way_back_is_the_same_feature(house: Lobby, table: Any) -> None:
    there = house.devices.offer(table.guest)
    phone = house.devices.take(there.code, there.secret)
    back = house.devices.offer(house.enter(table.code, phone.token))
    taken = house.devices.take(back.code, back.secret, held={table.code: table.token})
    assert house.enter(table.code, taken.token).host
    assert house.enter(table.code, phone.token).moved


def test_a_locked_table_still_lets_the_old_device_watch(house: Lobby, table: Any) -> None:
    offer = house.devices.offer(table.guest)
    phone = house.devices.take(offer.code, offer.secret)
    house.enter(table.code, phone.token).strip.lock()
    assert house.enter(table.code, table.token).moved
    with pytest.raises(errors.RoomLocked):
        house.enter(table.code, "stranger")


def test_a_students_place_moves_in_class_and_table_and_a_mate_keeps_theirs(
    house: Lobby, classroom: Any
) -> None:
    ana, ben = classroom.enter("Ana"), classroom.enter("Ben")
    classroom.lock()  # nobody comes in, but a device may change
    room = classroom.table(1)
    offer = house.devices.offer(classroom.guest(ana))
    assert offer.code == classroom.code
    taken = house.devices.take(offer.code, offer.secret)
    assert taken.room == room.code
    person = classroom.guest(taken.token).person
    assert room.state.chairs["CAN"].team == (person, classroom.guest(ben).person)  # still the head
    assert house.enter(room.code, taken.token).seat == "CAN"
    assert classroom.who(ana) is None
    assert classroom.guest(ana) is None
    assert house.enter(room.code, ana).moved
    assert sorted(classroom.names.values()) == ["Ana", "Ben"] == sorted(room.names.values())
    assert replay(room.code, room.log()) == room.state
    assert replay_class(classroom.code, house.store.events(classroom.code)) == classroom.state


def test_a_failure_between_class_and_table_is_mended_by_the_next_look(
    house: Lobby, classroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = classroom.enter("Ana")
    offer = house.devices.offer(classroom.guest(ana))
    with monkeypatch.context() as broken:
        broken.setattr(type(classroom), "place", lambda self, person: None)
        taken = house.devices.take(offer.code, offer.secret)
    guest = classroom.guest(taken.token)
    assert guest.room.state.chairs["CAN"].team == (guest.person,)


def test_somebody_who_was_sent_out_or_replaced_by_the_host_has_no_link_left(
    house: Lobby, classroom: Any
) -> None:
    offer = house.devices.offer(classroom.guest(classroom.enter("Ana")))
    classroom.remove(next(iter(classroom.state.people)))
    with pytest.raises(errors.LinkGone):
        house.devices.take(offer.code, offer.secret)


def test_the_records_know_a_person_by_one_name_on_two_devices(house: Lobby, classroom: Any) -> None:
    ana = classroom.guest(classroom.enter("Ana"))
    classroom.start()
    ana.cable(None, "before")
    offer = house.devices.offer(ana)
    after = classroom.guest(house.devices.take(offer.code, offer.secret).token)
    after.cable(None, "after")
    cables = [r for r in class_records(classroom, names=True) if r["fact"] == "cable"]
    assert [(r["text"], r["person"], r["name"]) for r in cables] == [
        ("before", after.person, "Ana"),
        ("after", after.person, "Ana"),
    ]


# -- a second host ---------------------------------------------------------------------------------------


def test_a_hosts_link_makes_a_second_host_once_and_takes_nothing_from_the_first(house: Lobby) -> None:
    opened = house.classes.open(ClassConfig(tables=1, firms=200))
    offer = house.devices.offer_host(opened.classroom, opened.token)
    taken = house.devices.take(offer.code, offer.secret)
    assert (taken.host, taken.room) == (True, opened.code)
    assert all(opened.classroom.is_host(token) for token in (opened.token, taken.token))
    with pytest.raises(errors.LinkGone):
        house.devices.take(offer.code, offer.secret)
    again = house.devices.offer_host(opened.classroom, taken.token)
    with pytest.raises(errors.SameDevice):
        house.devices.take(again.code, again.secret, held={opened.code: opened.token})
    assert replay_class(opened.code, house.store.events(opened.code)) == opened.classroom.state


def test_nobody_but_a_host_makes_a_host_and_a_students_device_is_none(house: Lobby) -> None:
    opened = house.classes.open(ClassConfig(tables=1, firms=200))
    student = opened.classroom.enter("Ana")
    for token in ("", student, "x" * 22):
        with pytest.raises(errors.NotHost):
            house.devices.offer_host(opened.classroom, token)
    offer = house.devices.offer_host(opened.classroom, opened.token)
    with pytest.raises(errors.DeviceInUse):
        house.devices.take(offer.code, offer.secret, held={opened.code: student})
    assert not opened.classroom.is_host(student)


def test_a_hosts_link_expires_like_any_other(house: Lobby, time: Time) -> None:
    opened = house.classes.open(ClassConfig(tables=1, firms=200))
    offer = house.devices.offer_host(opened.classroom, opened.token)
    time.now += link_seconds()
    with pytest.raises(errors.LinkGone):
        house.devices.take(offer.code, offer.secret)
