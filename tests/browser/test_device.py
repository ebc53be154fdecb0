"""A seat goes from a laptop to a phone and back, in two real browsers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from tests.browser.conftest import Person
from tests.browser.lesson import Teacher
from tests.browser.test_friends import brief, received


def link_on(person: Person) -> str:
    """The link a page shows, as path and fragment."""
    link = urlsplit(person.page.inner_text(".rv .device .copybox code"))
    return f"{link.path}{'?' + link.query if link.query else ''}#{link.fragment}"


def give(person: Person) -> str:
    """From the foot of the table to the link, with the keyboard."""
    person.page.locator(".rv .foot a:text-is('Use another device')").focus()
    person.page.keyboard.press("Enter")
    person.see(".device .qr")
    return link_on(person)


def test_a_seat_moves_to_a_phone_and_back(people: Callable[..., Person]) -> None:
    laptop, phone = people(), people(size="phone", dark=True)
    laptop.play_now()
    table = laptop.page.url
    assert "For your eyes only" in laptop.page.inner_text(".rv")
    other = laptop.tab()  # the same laptop, left open at the table
    other.goto(table)
    other.wait_for_selector(".rv .table.choose")
    link = give(laptop)
    assert laptop.axe() == []

    phone.goto(link, "device")
    assert phone.fits
    assert phone.axe() == []
    assert "Play on this device" in phone.headline()
    assert laptop.page.query_selector(".rv .device .qr")  # looking has taken nothing
    phone.page.reload()
    phone.see(".device")
    asked: list[str] = []
    phone.page.on("request", lambda r: asked.append(r.url))
    phone.page.locator(".rv .device button[type=submit]").press("Enter")
    phone.see(".table.choose")
    assert phone.page.url == table
    assert asked
    assert not any(
        link.split("#")[1] in url for url in asked
    )  # the secret is in no address a server hears of
    phone.skip_tour()

    laptop.see(".message")  # told at once, without a reload
    assert "moved" in laptop.headline()
    other.wait_for_selector(".rv .table.watch")
    assert "on another device" in other.inner_text(".rv")
    assert "For your eyes only" not in other.inner_text(".rv")
    told = len(laptop.frames)
    laptop.page.click(".rv .message .btn")
    laptop.see(".table.watch")
    assert "on another device" in laptop.page.inner_text(".rv")
    assert brief("CAN") in received(laptop)
    assert brief("CAN") not in received(laptop, told)
    assert not laptop.page.query_selector(".rv .sealbtn")

    back = give(phone)
    assert phone.fits
    laptop.goto(back, "device")
    laptop.page.click(".rv .device button[type=submit]")
    laptop.see(".table.choose")
    phone.see(".message")

    phone.goto(link, "device")  # the first link is used up
    phone.page.click(".rv .device button[type=submit]")
    phone.see(".message")
    assert "has been used" in phone.page.inner_text(".rv .message")
    assert phone.fits


def test_a_teacher_runs_the_class_from_a_phone_while_the_laptop_shows_the_wall(
    people: Callable[..., Person],
) -> None:
    teacher, phone = Teacher(people()), people(size="phone")
    code = teacher.open_class(1)
    teacher.page.click(".rv header a:text-is('Second device')")
    teacher.person.see(".device .qr")
    assert teacher.person.axe() == []
    phone.goto(link_on(teacher.person), "device")
    assert "Run the class from here, too" in phone.headline()
    phone.page.click(".rv .device button[type=submit]")
    phone.see(".tiles")
    assert phone.page.url.endswith(f"/host/{code}")
    assert phone.fits
    assert phone.axe() == []
    phone.page.click(".rv .cmds .btn:has-text('Lock entry')")
    teacher.page.click(".rv .device .btn:text-is('Back to the board')")
    teacher.person.see(".cmds .btn[aria-pressed=true]:has-text('Lock entry')")
    phone.page.click(".rv .ways a:text-is('Projector')")
    phone.see(".wall")
