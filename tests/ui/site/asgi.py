"""Asking an ASGI application without a server: one request, one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        return next((v for k, v in self.headers if k == name.lower()), "")

    def cookies(self) -> dict[str, str]:
        """Cookies set, with everything after their name."""
        said = [v for k, v in self.headers if k == "set-cookie"]
        return {v.split("=", 1)[0]: v.split("=", 1)[1] for v in said}

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


def ask(
    app: Any, method: str, path: str, *, form: dict[str, str] | bytes | None = None, **headers: str
) -> Answer:
    """Send one request (``accept_language="fr"`` is a header)."""
    body = form if isinstance(form, bytes) else urlencode(form or {}).encode()
    address, _, query = path.partition("?")
    given = {"host": "127.0.0.1:8765", **{k.replace("_", "-"): v for k, v in headers.items()}}
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": address,
        "raw_path": address.encode(),
        "query_string": query.encode(), "root_path": "", "client": ("10.0.0.9", 5), "server": ("127.0.0.1", 8765),
        "headers": [(k.encode(), v.encode()) for k, v in given.items()],
    }  # fmt: skip
    answer = Answer()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(k.decode().lower(), v.decode()) for k, v in message["headers"]]
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")

    in_a_thread(app(scope, receive, send))
    return answer


def in_a_thread(job: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end in a thread of its own: a session's browser keeps a loop in this one."""
    with ThreadPoolExecutor(1) as one:
        one.submit(asyncio.run, job).result()
