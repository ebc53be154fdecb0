"""A whole lesson in browsers: a host, a wall, students and two late ones; every button of the strip is used.

It has its own command: ``NEGOTIATION_LESSON=1 python -m pytest -n 0 tests/browser/test_lesson.py``, eleven pages in a
minute; ``NEGOTIATION_LESSON=full`` opens fourteen, ten of them students.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Person
from tests.browser.lesson import Student, Teacher

TABLES, STUDENTS = (4, 10) if os.environ.get("NEGOTIATION_LESSON") == "full" else (3, 7)


def seated(students: list[Student]) -> dict[int, dict[str, Student]]:
    """Places as a class deals them: Ottawa, Mexico City and Washington of table 1, then table 2 ..."""
    out: dict[int, dict[str, Student]] = {n: {} for n in range(1, TABLES + 1)}
    for i, student in enumerate(students):
        out[i // 3 + 1][("Canada", "Mexico", "United States")[i % 3]] = student
    return out


@pytest.mark.slow
def test_a_lesson_with_every_button_of_the_strip(people: Callable[..., Person]) -> None:
    teacher = Teacher(people())
    code = teacher.open_class(TABLES, seconds="600")
    page, wall = teacher.page, teacher.wall
    assert code in wall.inner_text(".rv .wall")

    # -- they come in
    students = [Student(people(size="phone" if i % 2 else "desk"), f"Student {i}") for i in range(STUDENTS)]
    for student in students:
        student.enter(code)
    places = seated(students)
    assert len({s.table for s in students}) == TABLES
    teacher.until(lambda: f"{STUDENTS} people" in page.inner_text(".rv header"), "all are in")

    # -- start
    teacher.press("Start")
    for student in students:
        student.choosing(1)
        student.person.skip_tour()
    teacher.until(lambda: "Round 1 of 10" in page.inner_text(".rv .kick"), "round 1")

    # -- round 1 is sealed by everybody; the wall counts and shows nothing
    first = places[1]["Canada"]
    first.seal()
    teacher.until(lambda: teacher.tile(1).locator("use[href='#i-sealed']").count() == 1, "one envelope")
    for student in students[1:]:
        student.seal()
    for student in students:
        student.go_on()
        student.choosing(2)
    teacher.until(lambda: "Round 2" in page.inner_text(".rv .kick"), "round 2")

    # -- pause, by button; go on, by keyboard
    teacher.press("Pause")
    first.reads("", "The host has paused the table")
    assert first.page.query_selector(".rv .sealbtn:not([disabled])") is None or _refused(first)
    page.wait_for_selector(".rv .cmds .btn:has-text('Go on')")  # the key means what the button says
    page.keyboard.press("p")
    first.page.wait_for_function("!document.querySelector('.rv').innerText.includes('has paused the table')")

    # -- one minute more
    before = _seconds_left(page)
    teacher.press("+1 minute")
    teacher.until(lambda: _seconds_left(page) > before + 30, "more time")

    # -- a computer sits in for Canada at table 1, and gives the seat back
    teacher.at(1)
    teacher.press("Seats and people")
    seat = teacher.seat("Canada")
    seat.locator("select").first.select_option("hedger")
    seat.locator(".btn:text-is('Let it play')").click()
    teacher.until(lambda: "hedger" in seat.inner_text(), "the hedger sits in")
    teacher.until(
        lambda: teacher.tile(1).locator("use[href='#i-computer']").count() == 1, "the board says so"
    )
    seat.locator(".btn:text-is('Give back')").click()
    teacher.until(lambda: "computer" not in seat.locator("p").first.inner_text(), "the seat is given back")
    seat.locator("select").nth(1).select_option("last")
    teacher.press("Seats and people")

    # -- news: an event of the scenario, and own words
    teacher.at(0)
    teacher.press("News and shocks")
    page.click(".rv .panel .btn:text-is('Let it happen')")
    teacher.press("News and shocks")
    page.fill(".rv .panel input[maxlength]", "Markets open <b>lower</b>")
    page.click(".rv .panel .btn:text-is('Send')")
    for student in (first, places[2]["Mexico"]):
        student.reads(".cables", "Markets open <b>lower</b>")

    # -- cables, and their switch
    second = places[2]["Canada"]
    second.page.fill(".rv .cform input", "Shall we stand together?")
    second.page.click(".rv .cform .btn")
    places[2]["Mexico"].reads(".cables", "Shall we stand together?")
    teacher.press("Cables")
    first.page.wait_for_selector(".rv .cform", state="detached")
    teacher.press("Cables")
    first.person.see(".cform")

    # -- push on: half has sealed, the others are late
    for student in students[::2]:
        if student.page.query_selector(".rv .table.choose"):
            student.seal()
    teacher.press("Push on")
    teacher.until(lambda: bool(re.match(r"Rounds? 3", page.inner_text(".rv .kick"))), "nobody is left behind")
    for student in students:
        student.person.see(".table.reveal")

    # -- roll table 1 back to round 2
    teacher.at(1)
    teacher.press("Roll back")
    page.select_option(".rv .panel select", "2")
    page.click(".rv .panel .btn:text-is('Roll back')")
    for student in places[1].values():
        student.choosing(2)
    assert places[2]["Mexico"].page.query_selector(".rv .table.reveal"), "the others stay where they are"

    # -- Canada of table 1 moves to the free chair of Mexico at table 4; the page follows by itself
    teacher.press("Seats and people")
    row = teacher.seat("Canada").locator(".line").nth(1)
    row.locator("select").nth(0).select_option(str(TABLES))
    row.locator("select").nth(1).select_option("MEX")
    row.locator(".btn:text-is('Move')").click()
    last_table = places[TABLES]["Canada"].table
    first.page.wait_for_url(f"**/t/{last_table}")
    first.person.see(".table")
    first.reads("header", "Mexico")

    # -- the class is locked, and opened again; a late one finds the game under way
    teacher.press("Lock entry")
    late = Student(people(), "Late")
    late.person.goto(f"/class/{code}", "narrow")
    teacher.until(lambda: late.page.query_selector(".rv .setup") is None, "the door is shut")
    teacher.press("Lock entry")
    late.person.see(".setup")
    late.enter(code)
    late.person.see(".table")

    # -- a student's phone is gone: the host hands the seat to who has come anew
    lost = places[2]["United States"]
    table_2 = lost.table
    lost.page.close()
    teacher.until(lambda: "is away" in teacher.tile(2).inner_text(), "the board says who is missing")
    anew = Student(people(), "Anew")
    anew.enter(code)
    teacher.at(2)
    row = teacher.seat("United States").locator(".line").nth(1)
    named = row.locator("option:has-text('Anew')")
    teacher.until(lambda: named.count() == 1, "the newcomer can be named, with the place they have")
    row.locator("select").nth(2).select_option(named.get_attribute("value"))
    row.locator(".btn:text-is('Hand over the seat')").click()
    anew.page.wait_for_url(f"**/t/{table_2}")
    anew.reads("header", "United States")
    teacher.until(lambda: "is away" not in teacher.tile(2).inner_text(), "nobody is missing any more")

    # -- one is sent out
    teacher.at(TABLES)
    row = teacher.seat("Mexico").locator(".line").nth(1)
    row.locator(".btn:text-is('Send out')").click()
    teacher.until(lambda: teacher.seat("Mexico").locator(".line").count() == 1, "the chair is empty")

    # -- the end, and the debrief of the class
    teacher.at(0)
    teacher.press("End and debrief")
    page.click(".rv .panel .btn:text-is('Yes')")
    for student in (places[1]["Mexico"], anew, late):
        student.page.wait_for_selector(".rv .review, .rv .debrief, .rv .table.reveal")
    teacher.until(lambda: wall.inner_text(".rv h1") != "", "the wall")
    page.click(".rv header a:has-text('Class debrief'), .rv header button:has-text('Class debrief')")
    teacher.person.see(".cdeb")
    teacher.until(lambda: page.locator(".rv .cdeb tbody tr").count() == TABLES, "a row for each table")
    teacher.until(lambda: "still" not in page.inner_text(".rv .cdeb tbody"), "all have ended")
    _records(teacher)
    assert not any("Student 1" in frame for frame in students[4].person.frames), "names stay with the host"


def _refused(student: Student) -> bool:
    """A seal on a paused table is refused to the student's face."""
    student.page.click(".rv .sealbtn:not([disabled])")
    student.person.see(".table.choose")
    return True


def _seconds_left(page: Any) -> int:
    found = re.search(r"(\d+):(\d\d)", page.inner_text(".rv header .clock"))
    return 60 * int(found[1]) + int(found[2]) if found else -1


def _records(teacher: Teacher) -> None:
    """Everything the class did, in each format, for the host alone."""
    hrefs = teacher.page.eval_on_selector_all(".rv .cdeb a[download]", "a => a.map(x => x.href)")
    got = {h.rsplit(".", 1)[-1]: teacher.person.context.request.get(h) for h in hrefs}
    assert {kind: answer.status for kind, answer in got.items()} == dict.fromkeys(
        ("csv", "json", "parquet", "codebook"), 200
    )
    rows = list(csv.DictReader(io.StringIO(got["csv"].text())))
    assert len({row["table"] for row in rows}) == TABLES
    assert json.loads(got["json"].text())
    assert got["parquet"].body()[:4] == b"PAR1"
    assert "Student" not in got["csv"].text()
    stranger = teacher.person.context.browser.new_context()
    assert all(stranger.request.get(h).status == 403 for h in hrefs)
    stranger.close()
