"""How messages cross between a page's browser and the few threads that change pages (``ui.site.state.turns``).

Solara gives every page a thread with an event loop of its own, has its server's loop send each message as a task and
waits for it, and asks it for each message again: a dozen changes of thread a click. Here the loop that owns the sockets
hands what it hears to whichever thread is next, and what is sent leaves from a queue, in order and in one go; no thread
waits for a slow phone.

Habits of Solara's that cost more than an event itself are left out as well: a message that a kernel is busy, which no
page of ours shows; json's own writer, the mock object (a class of its own, with all its magic) for every message heard;
and for every page eight parsers of the options of shell commands, which nobody could type.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import uuid
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeVar

log = logging.getLogger("negotiation.web")
MOST_WAITING = 8 * 2**20
"""Bytes that may wait for a socket before its page is given up (it comes back by itself when the phone can)."""
GIVEN_UP = 1013
"""Why a socket is closed, as browsers number it: try again later."""
T = TypeVar("T")


class Wire:
    """What waits to be sent to one page. ``ws``: Starlette's socket; made on the loop that owns it."""

    def __init__(self, ws: Any) -> None:
        self._ws = ws
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._waiting: deque[str | bytes] = deque()
        self._size = 0
        self._sending = self._gone = False
        self._tasks: set[asyncio.Task[None]] = set()

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

    send_text = send_bytes = send

    def close(self) -> None:
        """Hang up; from any thread."""
        self._give_up()
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
                await self._ws.close(GIVEN_UP)
            except Exception as error:
                log.debug("a page was closed already: %r", error)

    def _give_up(self) -> None:
        with self._lock:
            self._gone = True
            self._waiting.clear()
            self._size = 0

    async def receive(self) -> str | bytes | None:
        """The next message; None when the page is gone."""
        try:
            message = await self._ws.receive()
        except Exception as error:
            log.debug("a page hears no more: %r", error)
            message = {}
        if message.get("text") is None and message.get("bytes") is None:
            self._give_up()
            return None
        return message["bytes"] if message.get("text") is None else message["text"]


async def connection(ws: Any) -> None:
    """One connection of a page, from its first message to its last (in the place of Solara's function of that kind)."""
    from solara.server import kernel_context, server
    from solara.server.starlette import WebsocketDebugInfo

    from ui.site.state.turns import turns

    session = server.get_session_id_cookie(ws.cookies) or f"session-id-cookie-unavailable:{uuid.uuid4()}"
    page, number = ws.query_params["session_id"], ws.path_params["kernel_id"]
    headers: dict[str, list[str]] = {}
    for name, value in ws.headers.items():
        headers.setdefault(name, []).append(value)
    await ws.accept()
    with WebsocketDebugInfo.lock:  # Solara's own count, which its caller of this function goes on with
        WebsocketDebugInfo.connecting -= 1
        WebsocketDebugInfo.open += 1
    wire = Wire(ws)

    def arrive() -> tuple[Any, int]:
        context = kernel_context.initialize_virtual_kernel(session, number, wire)  # type: ignore[arg-type]
        connected = context.page_connect(page)
        with context:
            server.solara_cookies.set(ws.cookies)  # type: ignore[attr-defined]
            server.solara_headers.set(headers)  # type: ignore[attr-defined]
        return context, connected

    try:
        context, connected = await _aside(arrive)
        try:
            while (message := await wire.receive()) is not None:
                turns.click(context.id, _heard(wire, context, message))
        finally:
            if (kernel := context.kernel) is not None:
                kernel.session.websockets.discard(wire)
            await _aside(lambda: context.page_disconnect(page, connected))
    finally:
        wire.close()


def _heard(wire: Wire, context: Any, message: str | bytes) -> Callable[[], None]:
    """What a page's message does, when it is its turn. One that cannot be understood ends the connection."""
    from solara.server import kernel, server

    def hear() -> None:
        try:
            said = (
                json.loads(message)
                if isinstance(message, str)
                else kernel.deserialize_binary_message(message)
            )
            with context.lock:
                if context.closed_event.is_set():
                    return
                with context:
                    goes_on = server.process_kernel_messages(context.kernel, said)
        except Exception:
            wire.close()
            raise
        if not goes_on:
            context.close()

    return hear


async def _aside(job: Callable[[], T]) -> T:
    """Do what may wait for a page's lock; on a thread that knows this loop, as Solara's futures want."""
    loop = asyncio.get_running_loop()

    def run() -> T:
        asyncio.set_event_loop(loop)
        return job()

    return await asyncio.to_thread(run)


class _Nobody:
    """Takes the place of IPython's events, to which nobody listens."""

    def trigger(self, *_: Any, **__: Any) -> None:
        """Nothing happens."""

    register = unregister = trigger


def _quick_deflate(**given: Any) -> Any:
    """Compression of what is sent as uvicorn has it, but quick: two thirds of the time for a tenth more bytes."""
    from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

    return ServerPerMessageDeflateFactory(
        **{**given, "compress_settings": {**given["compress_settings"], "level": 1}}
    )


def install() -> None:
    """Have Solara's pages use all this from now on."""
    import solara.server.kernel as solara_kernel
    import solara.server.patch as solara_patch
    import solara.server.starlette as solara_server
    import uvicorn.protocols.websockets.websockets_sansio_impl as uvicorn_sockets
    from IPython.core.magics.script import ScriptMagics

    from ui.site.components import as_text

    session: Any = solara_kernel.SessionWebsocket
    if getattr(session, "wired", False):
        return
    session.wired = True
    send = session.send

    def without_busy(
        self: Any, stream: Any, kind: Any, content: Any = None, *rest: Any, **named: Any
    ) -> None:
        if kind != "status" or (content or {}).get("execution_state") != "busy":
            send(self, stream, kind, content, *rest, **named)

    session.send = without_busy
    setattr(uvicorn_sockets, "ServerPerMessageDeflateFactory", _quick_deflate)  # noqa: B010
    setattr(solara_kernel, "json_dumps", as_text)  # noqa: B010
    setattr(solara_server, "_kernel_connection", connection)  # noqa: B010
    setattr(ScriptMagics, "_generate_script_magics", lambda self: None)  # noqa: B010
    nobody = SimpleNamespace(MagicMock=_Nobody)
    setattr(solara_patch, "mock", nobody)  # noqa: B010
