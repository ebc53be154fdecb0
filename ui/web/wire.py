"""How messages cross between a page's thread and the loop that owns its socket.

Solara asks its event loop to send each message as a task of its own and waits for it, and asks it for each message
again: two changes of thread a message, five messages a click. ``install`` puts a queue in each direction instead.
What is sent leaves in order and in one go; a page's thread never waits for a slow phone.

Habits of Solara's that cost more than an event itself are left out as well: a message that a kernel is busy, which no
page of ours shows; a new mock object (a class of its own, with all its magic) for every message heard; and for every
page eight parsers of the options of shell commands, which nobody could type.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from types import SimpleNamespace
from typing import Any

log = logging.getLogger("negotiation.web")
MOST_WAITING = 8 * 2**20
"""Bytes that may wait for a socket before its page is given up (it comes back by itself when the phone can)."""


class Wire:
    """The two queues of one page. ``ws``: Starlette's socket; made on the loop that owns it."""

    def __init__(self, ws: Any) -> None:
        self._ws = ws
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._waiting: deque[str | bytes] = deque()
        self._size = 0
        self._sending = self._gone = False
        self._inbox: asyncio.Queue[Any] | None = None
        self._early: list[Any] = []
        self._page_loop: asyncio.AbstractEventLoop | None = None
        self._tasks = {self._loop.create_task(self._listen())}

    # -- to the browser -----------------------------------------------------------------------------------

    def send(self, data: str | bytes) -> None:
        """Have a message sent; from any thread, returns at once. ``WebSocketDisconnect`` when the page is gone."""
        from solara.server.websocket import WebSocketDisconnect

        with self._lock:
            if self._gone:
                raise WebSocketDisconnect
            self._waiting.append(data)
            self._size += len(data)
            if self._size > MOST_WAITING:
                self._gone = True
                log.warning("a page that does not read is given up")
            start, self._sending = not self._sending, True
        if start:
            self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        task = self._loop.create_task(self._drain())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self) -> None:
        try:
            while True:
                with self._lock:
                    if not self._waiting or self._gone:
                        self._sending = False
                        break
                    data = self._waiting.popleft()
                    self._size -= len(data)
                kind = "text" if isinstance(data, str) else "bytes"
                await self._ws.send({"type": "websocket.send", kind: data})
        except Exception as error:  # closed under our hands, in one of the many ways a socket can be
            log.debug("a page is gone: %r", error)
            self._give_up()
        if self._gone:
            self._give_up()
            try:
                await self._ws.close(1013)
            except Exception as error:
                log.debug("a page was closed already: %r", error)

    def _give_up(self) -> None:
        with self._lock:
            self._gone = True
            self._waiting.clear()
            self._size = 0

    # -- from the browser ---------------------------------------------------------------------------------

    async def _listen(self) -> None:
        message: dict[str, Any] = {}
        try:
            while message.get("type") != "websocket.disconnect":
                message = await self._ws.receive()
                self._pass_on(message)
        except BaseException as error:  # also when the server stops: the page's thread must hear of it
            log.debug("a page hears no more: %r", error)
            self._pass_on({"type": "websocket.disconnect"})
            if not isinstance(error, Exception):
                raise
        finally:
            self._give_up()

    def _pass_on(self, message: dict[str, Any]) -> None:
        with self._lock:
            if self._page_loop is None or self._inbox is None:
                self._early.append(message)
                return
        try:
            self._page_loop.call_soon_threadsafe(self._inbox.put_nowait, message)
        except RuntimeError:  # the page's thread has ended
            self._give_up()

    async def receive(self) -> str | bytes:
        """The next message; on the loop of the page's thread."""
        from solara.server.websocket import WebSocketDisconnect

        if self._inbox is None:
            inbox: asyncio.Queue[Any] = asyncio.Queue()
            with self._lock:
                self._page_loop, self._inbox = asyncio.get_running_loop(), inbox
                for message in self._early:
                    inbox.put_nowait(message)
        message = await self._inbox.get()
        for kind in ("text", "bytes"):
            if message.get(kind) is not None:
                return message[kind]
        raise WebSocketDisconnect


class _Nobody:
    """Takes the place of IPython's events, to which nobody listens."""

    def trigger(self, *_: Any, **__: Any) -> None:
        """Nothing happens."""

    register = unregister = trigger


def install() -> None:
    """Have Solara's pages use wires from now on."""
    import solara.server.patch as solara_patch
    import solara.server.server as solara_app
    import solara.server.starlette as solara_server
    from IPython.core.magics.script import ScriptMagics
    from solara.server.kernel import SessionWebsocket

    from ui.site.state.turns import turns

    wrapper: Any = solara_server.WebsocketWrapper
    if getattr(wrapper, "wired", False):
        return
    make = wrapper.__init__

    def made(self: Any, ws: Any, portal: Any) -> None:
        make(self, ws, portal)
        self.wire = Wire(ws)

    async def receive(self: Any) -> str | bytes:
        return await self.wire.receive()

    wrapper.__init__ = made
    wrapper.send_text = wrapper.send_bytes = lambda self, data: self.wire.send(data)
    wrapper.receive = receive
    wrapper.wired = True

    send = SessionWebsocket.send

    def without_busy(
        self: Any, stream: Any, kind: Any, content: Any = None, *rest: Any, **named: Any
    ) -> None:
        if kind != "status" or (content or {}).get("execution_state") != "busy":
            send(self, stream, kind, content, *rest, **named)

    setattr(SessionWebsocket, "send", without_busy)  # noqa: B010
    process = solara_app.process_kernel_messages

    def in_turn(kernel: Any, message: Any) -> bool:
        with turns.take(click=True):
            return process(kernel, message)

    setattr(solara_app, "process_kernel_messages", in_turn)  # noqa: B010
    setattr(ScriptMagics, "_generate_script_magics", lambda self: None)  # noqa: B010
    nobody = SimpleNamespace(MagicMock=_Nobody)
    setattr(solara_patch, "mock", nobody)  # noqa: B010
