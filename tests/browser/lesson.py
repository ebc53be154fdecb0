"""What a teacher and a class do in browsers, as methods that read like a lesson plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.browser.conftest import Person


class Student:
    """A student with a phone or a laptop."""

    def __init__(self, person: Person, name: str) -> None:
        self.person, self.name = person, name
        self.page = person.page

    def enter(self, code: str) -> None:
        """Press to enter."""
        self.person.goto(f"/class/{code}", "setup")
        self.page.fill(".rv .setup input[name=name]", self.name)
        self.page.click(".rv .setup .btn.prime")
        self.page.wait_for_url("**/t/*")
        self.person.see("h1")

    @property
    def table(self) -> str:
        """Code of the table the page is at."""
        return self.page.url.rsplit("/", 1)[-1]

    def choosing(self, round: int | None = None) -> None:
        """Wait until the page asks for a choice (of a round)."""
        self.person.see(".table.choose")
        if round is not None:
            self.reads(".kick", f"Round {round} ")

    def reads(self, selector: str, text: str) -> None:
        """Wait until a text stands somewhere."""
        self.page.wait_for_function(
            "([s, t]) => [...document.querySelectorAll('.rv ' + s)].some(e => e.innerText.includes(t))",
            arg=[selector, text],
        )

    def seal(self, card: int = 0) -> None:
        """Choose the card of this number and seal it."""
        self.person.tick(f".rv input[name=card] >> nth={card}")
        self.page.click(".rv .sealbtn:not([disabled])")
        self.person.see(".table:not(.choose)")

    def go_on(self) -> None:
        """From the reveal to the next choice."""
        self.person.see(".table.reveal")
        self.page.click(".rv .nextbar .btn.prime")


class Teacher:
    """The host's browser: a board and a projector."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page
        self.wall: Any = None
        self.code = ""

    def open_class(self, tables: int, **choices: str) -> str:
        """Fill in the form of a new class."""
        self.person.goto("/host/new", "setup")
        self.page.fill(".rv input[name=tables]", str(tables))
        for name, value in choices.items():
            self.page.locator(f".rv [name={name}]").evaluate("(e, v) => { e.value = v }", value)
        self.page.click(".rv .setup .btn.prime")
        self.page.wait_for_url(re.compile(r"/host/[A-Z0-9]{6}$"))
        self.code = self.page.url.rsplit("/", 1)[-1]
        self.person.see(".tiles")
        self.wall = self.person.tab()
        self.wall.goto(f"{self.person.base}/host/{self.code}/projector")
        self.wall.wait_for_selector(".rv .wall")
        return self.code

    def press(self, text: str) -> None:
        """A button of the strip."""
        self.page.click(f".rv .cmds .btn:has-text('{text}')")

    def at(self, table: int) -> None:
        """Commands go to one table (0: to all)."""
        self.page.select_option(".rv .scopes", str(table))

    def seat(self, name: str) -> Any:
        """The row of a seat in the opened panel."""
        return self.page.locator(f".rv .seatrow:has(.who:text-is('{name}'))")

    def tile(self, table: int) -> Any:
        """A table on the board."""
        return self.page.locator(f".rv .tile:has(.tileb:text-is('Table {table}'))")

    def until(self, true: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
        """Wait for what the board will show."""
        for _ in range(int(seconds / 0.1)):
            if true():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{what}: {self.page.inner_text('.rv')[:600]}")
