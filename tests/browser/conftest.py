"""Real browsers on a real server: one process of each for the whole folder."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

collect_ignore = [] if os.environ.get("NEGOTIATION_LESSON") else ["test_lesson.py"]
"""A whole lesson takes a minute and a half: it has its own command, see there."""

ROOT = Path(__file__).parents[2]
SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
LOCALES = {"en": "en-GB", "es": "es-MX", "fr": "fr-CA"}
EXPECTED = r"net::ERR_|WebSocket|status of 404"
"""What a browser itself notes when a server is killed or an address is wrong."""
PATIENCE = 60_000
"""Milliseconds a page may take before a test gives up (the machine may be busy)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class Server:
    """``negotiation play`` in a process of its own."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder, self.port = folder, port
        self.log = folder / "server.txt"
        self.start()

    def start(self) -> None:
        """Start it and wait for its address."""
        env = os.environ | {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "XDG_STATE_HOME": str(self.folder),
        }
        command = [sys.executable, "-c", "from ui.cli import main; main()", "play", "--no-browser"]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--database", str(self.folder / "rooms.db")],
                cwd=self.folder, env=env, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        for _ in range(400):
            found = re.findall(r"The Review is at (http://127\.0\.0\.1:(\d+))", self.log.read_text())
            if found and self._answers(found[-1][0]):
                self.address, self.port = found[-1][0], int(found[-1][1])
                return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(f"the server did not start: {self.log.read_text()}")

    def _answers(self, address: str) -> bool:
        import urllib.request

        try:
            return urllib.request.urlopen(f"{address}/healthz", timeout=1).status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """As if the plug were pulled."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=15)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for everybody."""
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    if running.process.poll() is None:
        running.stop()


class Person:
    """Somebody with a browser window: everything it received is kept."""

    def __init__(self, context: Any, base: str) -> None:
        self.context, self.base = context, base
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.frames: list[str] = []
        self.page = self.tab()

    def tab(self) -> Any:
        """Another page of the same browser."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        page.on("request", lambda r: None if self._ours(r.url) else self.foreign.append(r.url))
        page.on("websocket", self._listen)
        return page

    def _ours(self, url: str) -> bool:
        return url.startswith((self.base, self.base.replace("http", "ws"), "data:", "blob:", "about:"))

    def _listen(self, socket: Any) -> None:
        if not self._ours(socket.url):
            self.foreign.append(socket.url)
        socket.on("framereceived", lambda payload: self.frames.append(_text(payload)))

    def sit(self, code: str, token: str) -> None:
        """Hold a seat somebody prepared."""
        self.context.add_cookies(
            [{"name": f"seat_{code}", "value": token, "url": self.base, "httpOnly": True}]
        )

    def goto(self, path: str, view: str) -> None:
        """Open an address and wait for its view."""
        self.page.goto(self.base + path)
        self.see(f".{view}")

    def see(self, selector: str) -> Any:
        """Wait for something on the screen."""
        return self.page.wait_for_selector(f".rv {selector}")

    def headline(self) -> str:
        return self.page.inner_text(".rv h1")

    @property
    def fits(self) -> bool:
        """Whether the page can be read without scrolling sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    def skip_tour(self) -> None:
        """The first table of a browser begins with the tour."""
        tour = self.page.query_selector(".rv .tour .textbtn")
        if tour:
            tour.click()

    def tick(self, selector: str) -> None:
        """Choose one of several. A page that is just being drawn may let the first press go by; a person sees it."""
        box = self.page.locator(selector)
        for _ in range(3):
            box.evaluate(
                "e => e.scrollIntoView({ block: 'center' })"
            )  # from under the bar at the foot of a phone
            box.click(force=True)
            self.page.wait_for_timeout(50)
            if box.count() and box.is_checked():
                return
        assert box.is_checked(), f"{selector} cannot be chosen"

    def play_now(self, **choices: str) -> None:
        """From the front page to a table."""
        self.goto("/", "home")
        for name, value in choices.items():
            self.tick(f".rv input[name={name}][value={value}]")
        self.page.click(".rv .home .btn.prime")
        self.see(".table.choose")
        self.skip_tour()

    def take(self, card: str) -> None:
        """Choose one of three moves and wait for the model's answer."""
        self.tick(f".rv input[name=card][value={card}]")
        self.see(".sealbar .sum b")

    def stance(self, toward: str, stance: str) -> None:
        """Choose a stance."""
        self.tick(f".rv input[name=toward-{toward}][value={stance}]")

    def seal(self) -> None:
        self.page.click(".rv .sealbtn:not([disabled])")

    def round(self, card: str) -> None:
        """One whole round of simple mode."""
        self.see(".table.choose")
        self.take(card)
        self.seal()
        self.see(".table.reveal")
        self.page.click(".rv .nextbar .btn.prime")

    def axe(self) -> list[str]:
        """What axe-core finds wrong on the page."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{v['id']}: {[n['target'] for n in v['nodes']][:3]}" for v in found]


def _text(payload: Any) -> str:
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(payload)


@pytest.fixture(scope="session")
def prepared(server: Server) -> Callable[..., tuple[str, str]]:
    """Tables played up to the joint review, or to their end, beside the server in its own database."""

    def table(stage: str, seat: str = "CAN") -> tuple[str, str]:
        from negotiation.rooms import Lobby

        house = Lobby(server.folder / "rooms.db")
        try:
            opened = house.open_table(seat=seat, mode="simple", firms=200, seed=11)
            room, guest = opened.guest.room, opened.guest
            room.drive()
            for number in range(1, 11):
                guest.seal("coordinate" if seat == "USA" else "together")
                room.drive()
                guest.go_on(number)
            while stage == "ended" and room.state.game.ending is None:
                review = guest.view()["review"]
                if seat in review["turn"]:
                    guest.answer(True)
                room.drive()
            return opened.code, opened.token
        finally:
            house.close()

    return table


@pytest.fixture
def people(chromium: Any, server: Server) -> Iterator[Callable[..., Person]]:
    """Makes people; at the end nobody may have asked another server for anything, or met an error."""
    made: list[Person] = []

    def someone(
        language: str = "en", *, size: str = "desk", dark: bool = False, base: str = "", calm: bool = True
    ) -> Person:
        context = chromium.new_context(
            viewport=SIZES[size],
            locale=LOCALES[language],
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if calm else "no-preference",
            has_touch=size == "phone",
            is_mobile=size == "phone",
        )
        person = Person(context, base or server.address)
        made.append(person)
        return person

    yield someone
    for person in made:
        person.context.close()
    assert [url for p in made for url in p.foreign] == []
    assert [c for p in made for c in p.complaints if not re.search(EXPECTED, c)] == []
