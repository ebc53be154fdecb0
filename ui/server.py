"""The server: one process, one port, everything the product shows.

    app = create_app()                 # an ASGI application: own routes first, then Solara's screens
    serve(host="127.0.0.1", port=8765) # runs it until Ctrl-C

Nothing here knows a rule of the game. Order of requests: guards (origin, headers) -> own routes (`ui.web.doors`)
-> Solara, which serves the pages of `ui.site.app` and their websockets.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import socket
import sys
import tempfile
import threading
import time
import urllib.request
import warnings
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ui.web.environment import prepare

prepare()

log = logging.getLogger("negotiation.server")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
GC_THRESHOLDS = (100_000, 50, 1000)
"""Rare full collections: with the defaults a heap that grows with open pages costs a second at the worst moment."""
LARGEST_MESSAGE = 2**20
"""Bytes a browser may send in one message."""


class NoPort(OSError):
    """No port to be had: none free in the range looked at, or not for this account."""


def create_app(*, loopback: bool = True, lobby: Any = None, public: str = "") -> Any:
    """The ASGI application around a lobby of rooms (default: the one of ``ui.site.state.service``).

    loopback : answer only to this machine's own names, so that no other site's name can be pointed at us.
    public : the address of a proxy in front of us, whose name is ours too.
    """
    import solara.server.starlette as solara_server
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.routing import Mount

    from ui.site.state import service
    from ui.web import classes, devices, doors, lab, takeaway, wire
    from ui.web.guard import ClientAddress, SafeHeaders, SameOrigin, only_events, only_own_files

    _half_imported_is_not_there()
    only_events()
    only_own_files()
    wire.install()
    if lobby is not None:
        service.install(lobby)

    @contextlib.asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        async with solara_server.lifespan(app):  # Starlette does not run a mounted app's own
            service.begin()
            try:
                yield
            finally:
                service.end()

    hosts = ["localhost", "127.0.0.1", "[::1]", "testserver"] if loopback else ["*"]
    if public:
        hosts.append(urlsplit(public).hostname or public)
    return Starlette(
        routes=[
            *doors.routes(),
            *classes.routes(),
            *devices.routes(),
            *lab.routes(),
            *takeaway.routes(),
            # what Solara tells of its threads and memory is nobody's business out there
            Mount("/", routes=[r for r in solara_server.routes if getattr(r, "path", "") != "/resourcez"]),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts),
            Middleware(SafeHeaders),
            Middleware(SameOrigin),
            Middleware(ClientAddress),
            *solara_server.middleware,
        ],
        exception_handlers=doors.exception_handlers(),
        lifespan=lifespan,
    )


def serve(
    host: str = "127.0.0.1",
    port: int = 8765,
    *,
    lobby: Any = None,
    public: str = "",
    on_ready: Callable[[str, int], None] = lambda host, port: None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; returns when everything is closed.

    public : address under which a proxy in front of this server is reached (``https://class.example.org``).
    port : the next free one is taken if this one is busy; ``on_ready(host, port)`` hears which, once it answers.
    """
    import uvicorn

    collect_rarely()
    sock = listening_socket(host, port)
    bound = sock.getsockname()[1]
    app = create_app(loopback=host in LOOPBACK, lobby=lobby, public=public)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=2,  # open websockets would otherwise hold a Ctrl-C forever
        ws_max_size=LARGEST_MESSAGE,
        server_header=False,
    )
    server = uvicorn.Server(config)
    watcher = threading.Thread(target=_when_ready, args=(server, host, bound, on_ready), daemon=True)
    watcher.start()
    try:
        server.run(sockets=[sock])
    except KeyboardInterrupt:  # uvicorn hands the signal on once it has closed everything
        pass
    finally:
        sock.close()


def collect_rarely() -> None:
    """Have Python look for garbage less often; called first of all it makes a start an eighth of a second shorter."""
    gc.set_threshold(*GC_THRESHOLDS)


def _half_imported_is_not_there() -> None:
    """Let a page render while a worker imports pandas (a model needs it, a page does not).

    Solara asks at each change of state whether a value is a ``pandas.DataFrame``, and fails if the module is there but
    its names are not yet.
    """
    import reacton.utils

    def import_item(name: str) -> Any:
        module, _, item = name.rpartition(".")
        return getattr(sys.modules.get(module), item, None) if module else sys.modules.get(name)

    reacton.utils.import_item = import_item


def listening_socket(host: str, port: int, tries: int = 50) -> socket.socket:
    """A bound socket on the first free port from ``port`` on; ``NoPort`` after ``tries``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in range(port, min(port + tries, 65_536)) if port else [0]:
        sock = socket.socket(family, socket.SOCK_STREAM)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: never share a port with another program
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, number))
            sock.listen(2048)
            return sock
        except OSError as error:
            sock.close()
            if isinstance(error, PermissionError) and sys.platform != "win32":
                raise NoPort(
                    f"this account may not listen on port {number}: name one above 1023 with --port"
                ) from None
            if not _is_taken(error):
                raise
    raise NoPort(f"no free port between {port} and {number} on {host}: name another with --port")


def _is_taken(error: OSError) -> bool:
    """Windows also refuses a port it has set aside for itself, or that another program holds for itself."""
    import errno

    return isinstance(error, PermissionError) or error.errno in (errno.EADDRINUSE, 10048)


def _when_ready(server: Any, host: str, port: int, on_ready: Callable[[str, int], None]) -> None:
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.02)
    from ui.site.state import service

    on_ready(host, port)
    service.rest()
    warm_up(f"http://{'127.0.0.1' if host in ('0.0.0.0', '::', *LOOPBACK) else host}:{port}")


def warm_up(base: str) -> None:
    """Do once what the first visitor would wait for: compress the home page's files, make pages and a model."""
    import re

    from ui.site.state import service

    def get(path: str) -> bytes:
        request = urllib.request.Request(base + path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    try:
        page = urllib.request.urlopen(base + "/", timeout=30).read().decode("utf-8", "replace")
        for path in dict.fromkeys(re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css)[^"]*)"', page)):
            get(path.replace("&amp;", "&"))
        service.warm_up()
    except Exception as error:  # a cold cache is slower, nothing else
        log.info("warm-up stopped: %s", error)


def log_to_file(folder: Path | None = None) -> Path:
    """Write the log of this process to a file in the user's log folder (kept small); returns the file.

    Where that folder cannot be written to, the file lies in a temporary one: a log is no reason not to play.
    """
    from logging.handlers import RotatingFileHandler

    from platformdirs import user_log_path

    file = (folder or user_log_path("negotiation", appauthor=False)) / "negotiation.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.open("a").close()
    except OSError:
        file = Path(tempfile.mkdtemp(prefix="negotiation-log-")) / file.name
    handler = RotatingFileHandler(file, maxBytes=2_000_000, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")  # ours are not: ``guard._lax``
    # uvicorn's own lines hold the address of every visitor and the number of their page
    for noisy in ("solara", "uvicorn.access", "uvicorn.error", "websockets", "reacton"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return file
