"""The one object all pages share: the lobby of rooms of this process.

A plain module variable, not a Solara reactive: reactives belong to one page each. Pages ask the lobby for a guest
(by the token in the visitor's cookie) and see only that guest's view.
"""

from __future__ import annotations

import gc
import logging
import threading
import time

from negotiation.rooms import Lobby

log = logging.getLogger("negotiation.service")
DEFAULT_SCENARIO = "autumn-2025"

_lock = threading.Lock()
_lobby: Lobby | None = None
address = ""
"""Where others on the network reach this server, ``http://192.168.1.20:8765``; empty on loopback."""
REST_SECONDS, RESTING, MOST_REST = 0.25, 0.4, 60.0
"""Quiet is: for so many seconds no more than this share of a processor; after the last number nobody waits for it."""


def install(lobby: Lobby | None) -> None:
    """Set the lobby (the command line and tests do)."""
    global _lobby
    with _lock:
        _lobby = lobby


def lobby() -> Lobby:
    """The lobby; one on the default database if none was set."""
    global _lobby
    with _lock:
        if _lobby is None:
            _lobby = Lobby()
        return _lobby


def begin() -> None:
    """Start the clocks; from now on models are computed in processes of their own."""
    lobby().start()
    lobby().use_helpers()


def rest() -> None:
    """Wait for a quiet moment: after a restart the pages that come back go before what is made in advance."""
    until = time.monotonic() + MOST_REST
    while time.monotonic() < until:
        used = time.process_time()
        time.sleep(REST_SECONDS)
        if time.process_time() - used < RESTING * REST_SECONDS:
            return


def warm_up() -> None:
    """Make the still pages and a model in advance, so that the first visitor and the first table need not wait."""
    with _lock:
        house = _lobby
    if house is None:  # the server has ended meanwhile
        return
    _warm_pages()
    house.warm_up(DEFAULT_SCENARIO)
    gc.collect()
    gc.freeze()  # modules, words, scenarios: a full collection need not walk through them again


def end() -> None:
    """Close the lobby and the lab's desk; what is stored stays."""
    from ui.site.state import laboratory

    global _lobby
    with _lock:
        house, _lobby = _lobby, None
    laboratory.end()
    if house is not None:
        house.close()


def _warm_pages() -> None:
    """Work out once what the still pages show: words, the picture of dependence, the model's comparisons."""
    from ui.site.pages.home import scenarios
    from ui.site.present.home import home_page
    from ui.words import LANGUAGES, Words

    for language in LANGUAGES:
        home_page(Words.of(language), scenarios=scenarios())
