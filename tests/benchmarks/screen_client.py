"""A visitor without a browser: speaks the page's own protocol over HTTP and a websocket, and draws nothing.

Each client is a real page for the server: a kernel, a render, a websocket with compression. Loopback only.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import websockets


@dataclass
class Client:
    """One open page."""

    base: str
    path: str = "/"
    cookies: dict[str, str] = field(default_factory=dict)
    view: str = ""
    page: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] | None = None
    received: int = 0
    """Bytes of messages, before compression."""

    def __post_init__(self) -> None:
        self._root = ""
        self._parts: dict[str, str] = {}
        self._rest: dict[str, Any] = {}
        self._socket: Any = None
        self._news = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    # -- plain requests -----------------------------------------------------------------------------------

    def request(self, method: str, path: str, **form: str) -> str:
        """A plain request; keeps cookies, returns where it leads."""
        where = urlsplit(self.base)
        connection = http.client.HTTPConnection(where.hostname or "127.0.0.1", where.port, timeout=60)
        headers = {
            "Cookie": self._cookie(),
            "Origin": self.base,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request(method, path, urlencode(form) if method == "POST" else None, headers)
        response = connection.getresponse()
        response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return response.getheader("Location") or path

    def _cookie(self) -> str:
        return "; ".join(f"{k}={v}" for k, v in self.cookies.items())

    # -- the page -----------------------------------------------------------------------------------------

    async def open(self, path: str) -> None:
        """Load a page and wait until it is drawn."""
        self.path = path
        await asyncio.to_thread(self.request, "GET", path)
        kernel, page = uuid.uuid4(), str(uuid.uuid4())
        address = f"{self.base.replace('http', 'ws')}/jupyter/api/kernels/{kernel}/channels?session_id={page}"
        self._socket = await websockets.connect(
            address, additional_headers={"Cookie": self._cookie()}, origin=self.base, max_size=2**24, open_timeout=60
        )  # fmt: skip
        self._session = page
        self._reader = asyncio.create_task(self._read())
        comm = uuid.uuid4().hex
        await self._send("comm_open", {"comm_id": comm, "target_name": "solara.control", "data": {}})
        run = {"method": "run", "args": {"path": path, "appName": None, "themes": None, "dark": False}}
        await self._send("comm_msg", {"comm_id": comm, "data": run})
        await self.until(lambda: bool(self._root))

    async def close(self) -> None:
        """Leave."""
        if self._reader:
            self._reader.cancel()
        if self._socket:
            await self._socket.close()

    async def event(self, name: str, data: Any = None) -> None:
        """Send an event of the page."""
        content = {"event": name, "data": data}
        await self._send(
            "comm_msg", {"comm_id": self._root, "data": {"method": "custom", "content": content}}
        )

    async def until(self, condition: Callable[[], bool], patience: float = 60.0) -> float:
        """Wait until something holds; the time it was first seen to hold."""
        end = time.perf_counter() + patience
        while not condition():
            self._news.clear()
            left = end - time.perf_counter()
            if left <= 0:
                raise TimeoutError(f"{self.path}: {self.view} {self.page.get('phase')}")
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                continue
        return time.perf_counter()

    def phase(self, phase: str) -> Callable[[], bool]:
        """A condition: the page is in this phase."""
        return lambda: self.page.get("phase") == phase

    def move(self, card: int = 0, ask: int = 1) -> dict[str, Any]:
        """A move as the page would send it: a card, or two stances."""
        choose = self.page["choose"]
        if "cards" in choose:
            stances = choose["cards"][card]["stances"]
        else:
            stances = {row["toward"]: row["options"][card]["stance"] for row in choose["rows"]}
        return {"key": choose["key"], "ask": ask, "stances": stances, "measures": {}, "quiet": False}

    # -- messages -----------------------------------------------------------------------------------------

    async def _send(self, kind: str, content: dict[str, Any]) -> None:
        header = {
            "msg_id": uuid.uuid4().hex, "username": "", "session": self._session, "msg_type": kind, "version": "5.3",
            "date": "2026-01-01T00:00:00.000000Z",
        }  # fmt: skip
        message = {
            "header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell",
            "buffers": [],
        }  # fmt: skip
        await self._socket.send(json.dumps(message))

    async def _read(self) -> None:
        async for frame in self._socket:
            self.received += len(frame)
            if isinstance(frame, bytes):
                continue
            message = json.loads(frame)
            content = message.get("content", {})
            data = content.get("data", {})
            state = data.get("state", {}) if isinstance(data, dict) else {}
            if message["header"]["msg_type"] == "comm_open" and "page" in state and "view" in state:
                self._root = content["comm_id"]
            if content.get("comm_id") == self._root and state:
                self.view = state.get("view", self.view)
                self._parts |= {name: text for name, text in state.items() if name.startswith("part_")}
                self._rest = json.loads(state["page"]) if "page" in state else self._rest
                parts = {name[5:]: json.loads(text) for name, text in self._parts.items() if text}
                self.page = self._rest | parts
                self.answer = json.loads(state["answer"]) if state.get("answer") else self.answer
                self._news.set()
