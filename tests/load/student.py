"""A student without a browser: the real protocol, a real kernel, a real page; only the drawing is missing.

Speaks Solara's websocket: opens the control channel, runs the page of an address, keeps the dict of the one component
that shows the screen, and sends its events.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import random
import struct
import time
import urllib.parse
import uuid
from collections.abc import Callable
from typing import Any

import websockets
from pydantic_core import from_json

PATIENCE = 60.0
"""Seconds without the expected page after which a student counts as stuck."""


KICK_SECONDS = 1.5
"""How often the page's own script looks whether it is connected (``ui/site/components/script/base.js``)."""


READ = ("choose", "reveal")
"""Parts of a page a student looks into; the others stay text: a phone unpacks them on a processor of its own."""


MARKS = ('"page"', '"part_', '"errand"', '"answer"')
"""What the messages of the one component hold that shows a screen."""


class Stuck(Exception):
    """The page a student waited for did not come."""


class Page:
    """One open page: a kernel of its own on the server."""

    def __init__(self, address: str, cookies: dict[str, str]) -> None:
        self.host = urllib.parse.urlsplit(address).netloc
        self.cookies = cookies
        self.page: dict[str, Any] = {}
        self.view = ""
        self.errand: dict[str, Any] | None = None
        self.answer: Any = None
        self.refusals: list[str] = []
        self._comm = ""
        self._parts: dict[str, Any] = {}
        self._rest: dict[str, Any] = {}
        self._news = asyncio.Event()
        self._socket: Any = None
        self._reader: asyncio.Task[None] | None = None
        self._kernel, self._tab = str(uuid.uuid4()), str(uuid.uuid4())
        self._keeper: asyncio.Task[None] | None = None
        self.connections = 0
        """How often this page has come back by itself; what was sent before may be lost."""
        self.came_back: list[float] = []
        """When (``time.perf_counter``) it showed something again."""
        self.slow = 0.0
        self.received = 0
        """Bytes of messages, before compression."""

    async def open(self, path: str) -> None:
        """Connect and run the page of a path."""
        url = f"ws://{self.host}/jupyter/api/kernels/{self._kernel}/channels?session_id={self._tab}"
        cookie = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        self._socket = await websockets.connect(
            url,
            additional_headers={"Cookie": cookie},
            max_size=2**24,
            open_timeout=60,
            ping_interval=None,
            proxy=None,
        )
        self._reader = asyncio.create_task(self._read())
        control = uuid.uuid4().hex
        await self._send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        themes: dict[str, dict[str, str]] = {"light": {}, "dark": {}}
        args = {"path": path, "appName": None, "themes": themes, "dark": False}
        await self._send("comm_msg", {"comm_id": control, "data": {"method": "run", "args": args}})

    def stay(self, path: str) -> None:
        """From now on do what the page's own script does: find the connection lost, connect again until it works."""
        self._keeper = asyncio.create_task(self._keep(path))

    async def _keep(self, path: str) -> None:
        while True:
            if self._reader is not None:
                await asyncio.wait([self._reader])
            self.page, self.view = (
                {},
                "",
            )  # what an old kernel showed is no answer to what is asked of a new one
            self.connections += 1
            await asyncio.sleep(random.uniform(0, KICK_SECONDS))  # the script looks every so often
            while True:
                try:
                    await self.open(path)
                    await self.until(lambda shown: bool(shown.page) or shown.cut, 20)
                    if self.page:
                        break
                except (OSError, Stuck, websockets.WebSocketException):
                    with contextlib.suppress(Exception):
                        await self._hang_up()
                    await asyncio.sleep(KICK_SECONDS)
            self.came_back.append(time.perf_counter())

    @property
    def cut(self) -> bool:
        """Whether nothing can come any more on this connection."""
        return self._reader is None or self._reader.done()

    async def leave(self) -> None:
        """Close the tab: the browser says so, the server forgets the page at once."""
        await asyncio.to_thread(
            _beacon, self.host, f"/_solara/api/close/{self._kernel}?session_id={self._tab}"
        )
        await self.close()

    async def close(self) -> None:
        """Leave without a word, like a phone that dies."""
        if self._keeper:
            self._keeper.cancel()
        await self._hang_up()

    async def _hang_up(self) -> None:
        if self._reader:
            self._reader.cancel()
        if self._socket:
            await self._socket.close()

    async def say(self, event: str, data: Any = None) -> None:
        """Send an event of the screen."""
        content = {"method": "custom", "content": {"event": event, "data": data}}
        await self._send("comm_msg", {"comm_id": self._comm, "data": content})

    async def until(self, wanted: Callable[[Page], bool], patience: float = PATIENCE) -> float:
        """Wait for a page; the moment it came (``time.perf_counter``). ``Stuck`` if it does not."""
        end = time.perf_counter() + patience
        while not wanted(self):
            self._news.clear()
            if wanted(self):
                break
            left = end - time.perf_counter()
            if left <= 0 or (self._reader and self._reader.done() and not self._keeper):
                raise Stuck(f"{self.view}: {self.page.get('headline')!r} {self.page.get('notice')}")
            try:
                await asyncio.wait_for(self._news.wait(), min(left, 1.0))
            except TimeoutError:
                continue
        return time.perf_counter()

    async def _send(self, kind: str, content: dict[str, Any]) -> None:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "username": "",
            "session": "s",
            "version": "5.2",
        }
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
            "buffers": [],
        }
        await self._socket.send(json.dumps(message))

    async def _read(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):  # ``until`` sees that nothing comes any more
            await self._listen()

    async def _listen(self) -> None:
        async for frame in self._socket:
            self.received += len(frame)
            if isinstance(frame, bytes):
                (offset,) = struct.unpack("!I", frame[4:8])
                text = frame[offset:].decode("utf-8", "replace")
            else:
                text = frame
            if not any(mark in text for mark in MARKS):
                continue
            if self.slow:
                await asyncio.sleep(self.slow)
            self._take(from_json(text))

    def _take(self, message: dict[str, Any]) -> None:
        content = message.get("content", {})
        state = content.get("data", {}).get("state", {}) if isinstance(content.get("data"), dict) else {}
        if message["header"]["msg_type"] == "comm_open" and "page" in state:
            self._comm = content["comm_id"]
        parts = {name[5:]: text for name, text in state.items() if name.startswith("part_")}
        if "page" in state or parts:
            for name, text in parts.items():
                self._parts[name] = (from_json(text) if name in READ else text) if text else None
            self._rest = _read(state["page"]) if "page" in state else self._rest
            self.page = self._rest | {name: part for name, part in self._parts.items() if part is not None}
            if (self.page.get("notice") or {}).get("kind") == "refused":
                self.refusals.append(self.page["notice"]["text"])
        if "view" in state:
            self.view = state["view"]
        if "answer" in state:
            self.answer = _read(state["answer"])
        if "errand" in state:
            self.errand = state["errand"]
        self._news.set()


def _read(trait: Any) -> Any:
    """A dict that travels as JSON text."""
    return from_json(trait) if isinstance(trait, str) else trait


def new_browser() -> dict[str, str]:
    """Cookies of a browser that has looked at a page: a proxy knows it by this one."""
    return {"solara-session-id": str(uuid.uuid4())}


def post(address: str, path: str, fields: dict[str, str], cookies: dict[str, str]) -> str:
    """Post a form as a browser does; the address it leads to. Cookies are kept."""
    parts = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    cookie = "; ".join(f"{k}={v}" for k, v in cookies.items())
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Origin": address}
    connection.request("POST", path, urllib.parse.urlencode(fields), headers)
    answer = connection.getresponse()
    answer.read()
    for name, value in answer.getheaders():
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            cookies[key] = rest.partition(";")[0]
    connection.close()
    if answer.status != 303:
        raise Stuck(f"POST {path}: {answer.status}")
    return answer.getheader("Location") or ""


def _beacon(host: str, path: str) -> None:
    connection = http.client.HTTPConnection(host, timeout=30)
    with contextlib.suppress(OSError):
        connection.request("POST", path)
        connection.getresponse().read()
    connection.close()


def some_move(choose: dict[str, Any], rng: random.Random, ask: int) -> dict[str, Any]:
    """What a finger chooses: a card in simple mode, a stance per row otherwise."""
    if choose.get("cards"):
        stances = dict(rng.choice(choose["cards"])["stances"])
    else:
        rows = {r["toward"]: rng.choice(["coordinate", "concede", "defect"]) for r in choose["rows"]}
        stances = {
            to: s for toward, s in rows.items() for to in (("CAN", "MEX") if toward == "BOTH" else (toward,))
        }
    return {"key": choose["key"], "stances": stances, "measures": {}, "quiet": False, "ask": ask}
