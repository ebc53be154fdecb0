"""An open page: only what has changed travels, clicks go before pushes, a phone that does not read holds nobody up."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from typing import Any

import pytest

from negotiation.rooms import Guest, Lobby
from negotiation.rooms.view import view_for
from negotiation.terms import Country
from tests.ui.site.conftest import Browser, settle
from ui.site.components import PARTS, as_text, state_of
from ui.site.present.seen import Seen
from ui.site.state import hooks
from ui.site.state.shared import PARTS as SHARED
from ui.site.state.shared import shared_parts
from ui.site.state.turns import Turns
from ui.web.wire import MOST_WAITING, Wire
from ui.words import Words

LONG = 20.0


def sent(browser: Browser) -> dict[str, Any]:
    """What would travel now, beyond what this browser shows already."""
    screen = browser.screen
    state = state_of(screen.view, screen.page, {}, kept=browser.visit.has(screen.world))
    browser.visit.world = screen.world
    return state


@pytest.fixture
def table(lobby: Lobby) -> tuple[Any, Browser]:
    """A table of Ottawa and Mexico City, Ottawa's page drawn once."""
    opened = lobby.open_table(seat="CAN", mode="simple", offered=["MEX"], firms=200, start=False)
    lobby.join(opened.code, "MEX")
    opened.guest.room.start()
    settle(opened.guest.room)
    return opened, Browser.of(opened)


def test_a_neighbours_seal_sends_none_of_the_slow_parts(table: tuple[Any, Browser]) -> None:
    opened, me = table
    first = sent(me)
    assert {"part_board", "part_economy", "part_leverage"} <= set(first)
    opened.guest.room.seal(Country.MEX, _card(Country.MEX))
    again = sent(me)
    assert not {f"part_{name}" for name in me.screen.world} & set(again)
    assert again["page"] != first["page"]


def test_what_is_left_out_is_what_would_have_been_sent(table: tuple[Any, Browser]) -> None:
    opened, me = table
    shown = sent(me)
    room = opened.guest.room
    for _ in range(2):
        for seat in (Country.MEX, Country.CAN):
            room.seal(seat, _card(seat))
            shown |= sent(me)
        settle(room)
        shown |= sent(me)
        fresh = Browser.of(opened).screen
        whole = state_of(fresh.view, fresh.page, {})
        assert all(shown[f"part_{name}"] == whole[f"part_{name}"] for name in PARTS)
        for seat in (Country.MEX, Country.CAN):
            room.go_on(seat, len(room.state.game.results))
        shown |= sent(me)


def test_the_shared_parts_are_an_observers_and_everybodys_own(table: tuple[Any, Browser]) -> None:
    opened, _ = table
    room, workers, words = opened.guest.room, opened.guest.workers, Words.of("es")
    for number in (0, 1, 2):
        views = [view_for(room, seat) for seat in (None, *Country)]
        shown = shared_parts(opened.guest, words)
        assert shown == {
            name: as_text(draw(Seen(views[0], room.scenario), words)) for name, draw in SHARED.items()
        }
        for view in views:
            own = {name: as_text(draw(Seen(view, room.scenario), words)) for name, draw in SHARED.items()}
            assert own == shown
        again = shared_parts(Guest(room, workers), words)
        assert all(again[name] is text for name, text in shown.items()), "drawn once"
        if number < 2:
            for seat in (Country.MEX, Country.CAN):
                room.seal(seat, _card(seat))
            settle(room)


def test_somebody_elses_leaving_of_a_reveal_changes_nothing_here(table: tuple[Any, Browser]) -> None:
    opened, me = table
    room = opened.guest.room
    for seat in (Country.MEX, Country.CAN):
        room.seal(seat, _card(seat))
    settle(room)
    screen = me.screen
    room.go_on(Country.MEX, 1)
    assert screen.same()
    room.go_on(Country.CAN, 1)
    assert not screen.same()


def _card(seat: Country) -> Any:
    from negotiation.rooms.simple import CARDS

    return next(iter(CARDS[seat].values()))


class Line:
    """Turns with one thread that is kept busy until everybody stands in line."""

    def __init__(self) -> None:
        self.turns, self.done = Turns(at_once=1), list[str]()
        self._go, busy = threading.Event(), threading.Event()
        self.turns.click("busy", lambda: (busy.set(), self._go.wait(LONG)))  # type: ignore[arg-type, return-value, func-returns-value]
        assert busy.wait(LONG)

    def want(self, page: str, name: str, *, click: bool = True) -> None:
        (self.turns.click if click else self.turns.push)(page, lambda: self.done.append(name))

    def order(self) -> list[str]:
        over = threading.Event()
        self._go.set()
        for _ in range(2):  # behind whatever waits: a page that had much to do stands in line again
            self.turns.push("last", lambda: None)
        self.turns.push("last", over.set)
        assert over.wait(LONG)
        return self.done


def test_clicks_go_before_pushes_and_a_push_does_not_wait_for_ever() -> None:
    line = Line()
    for name in ["push", *(f"click {n}" for n in range(6))]:
        line.want(name, name, click=name != "push")
    assert line.order() == ["click 0", "click 1", "push", "click 2", "click 3", "click 4", "click 5"]


def test_a_click_on_a_page_that_waits_to_be_told_something_goes_first() -> None:
    line = Line()
    line.want("mine", "told", click=False)
    line.want("another", "told too", click=False)
    line.want("mine", "clicked")
    assert line.order() == ["clicked", "told too", "told"]


def test_a_page_that_clicks_without_end_keeps_no_other_waiting() -> None:
    line = Line()
    for n in range(4):
        line.want("mad", f"mad {n}")
    line.want("calm", "calm")
    assert line.order() == ["mad 0", "calm", "mad 1", "mad 2", "mad 3"]


def test_a_page_told_often_looks_once_and_hears_of_what_comes_while_it_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(hooks, "in_page", lambda context, job: asked.append(job))
    looked: list[int] = []
    told = hooks.when_told(None, lambda: (looked.append(len(looked)), told() if len(looked) == 1 else None))  # type: ignore[arg-type, return-value, func-returns-value]
    for _ in range(5):
        told()
    assert len(asked) == 1
    asked.pop()()
    assert looked == [0]
    assert len(asked) == 1, "told while it looked: it looks again"


def test_a_page_is_changed_by_one_thread_at_a_time_whatever_fails() -> None:
    turns, at_work, most, over = Turns(at_once=3), [], [], threading.Semaphore(0)

    def job(page: int) -> None:
        at_work.append(page)
        most.append(at_work.count(page))
        time.sleep(0.001)
        at_work.remove(page)
        over.release()
        raise RuntimeError("a page broke")

    for n in range(60):
        (turns.click if n % 2 else turns.push)(n % 4, lambda n=n: job(n % 4))  # type: ignore[misc]
    assert all(over.acquire(timeout=LONG) for _ in range(60))
    assert max(most) == 1


class Socket:
    """A socket whose other end reads when it is told to."""

    def __init__(self) -> None:
        self.reads, self.sent, self.inbox = asyncio.Event(), [], asyncio.Queue[Any]()

    async def send(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        self.sent.append(message.get("text") or message.get("bytes"))

    async def receive(self) -> dict[str, Any]:
        return await self.inbox.get()

    async def close(self, code: int) -> None:
        self.sent.append(code)


def test_messages_leave_in_order_and_a_phone_that_does_not_read_is_given_up() -> None:
    from solara.server.websocket import WebSocketDisconnect

    async def scene() -> None:
        socket = Socket()
        wire = Wire(socket)
        for n in range(5):
            wire.send(str(n))
        assert socket.sent == []  # nobody waited for the phone
        socket.reads.set()
        await socket.inbox.put({"type": "websocket.receive", "text": "hello"})
        assert await wire.receive() == "hello"
        while len(socket.sent) < 5:
            await asyncio.sleep(0)
        assert socket.sent == ["0", "1", "2", "3", "4"]
        socket.reads.clear()
        wire.send("x" * (MOST_WAITING + 1))
        with pytest.raises(WebSocketDisconnect):
            wire.send("one more")
        socket.reads.set()
        await socket.inbox.put({"type": "websocket.disconnect"})
        assert await wire.receive() is None

    worker = threading.Thread(target=lambda: done.append(asyncio.run(scene())))
    done: list[Any] = []
    worker.start()
    worker.join(LONG)
    assert done == [None]


def test_half_a_character_does_not_stop_a_page() -> None:
    assert json.loads(as_text({"name": "\ud83d", "n": 1.5})) == {"name": "\ud83d", "n": 1.5}
