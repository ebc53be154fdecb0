"""What a start does before it answers, and what it leaves for a quiet moment."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from types import ModuleType

import pytest

from ui.site.state import service

SLOW = {"pandas", "mesa", "matplotlib", "scipy"}
"""What a model or a picture needs and no page does."""


def test_a_server_answers_without_what_only_models_need() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nfrom ui.server import create_app\ncreate_app()\nimport ui.site.app\n"
            f"print(sorted({SLOW!r} & set(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "[]"


def test_a_page_is_drawn_while_a_worker_imports_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    from reacton import utils

    from ui import server

    server._half_imported_is_not_there()
    monkeypatch.setitem(sys.modules, "pandas", ModuleType("pandas"))  # what a half-imported module looks like
    assert utils.isinstance_lazy(3, "pandas.DataFrame") is False
    monkeypatch.undo()
    import pandas

    assert utils.isinstance_lazy(pandas.DataFrame(), "pandas.DataFrame") is True


def test_what_is_made_in_advance_waits_for_a_quiet_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    used = [0.0]

    def busy() -> float:
        used[0] += 1.0  # a whole second of the processor between any two looks
        return used[0]

    monkeypatch.setattr(service, "REST_SECONDS", 0.01)
    monkeypatch.setattr(time, "process_time", busy)
    waiter = threading.Thread(target=service.rest, daemon=True)
    waiter.start()
    waiter.join(0.2)
    assert waiter.is_alive()
    monkeypatch.setattr(time, "process_time", lambda: used[0])
    waiter.join(10)
    assert not waiter.is_alive()


def test_a_server_that_never_rests_is_made_ready_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10**6))
    monkeypatch.setattr(service, "REST_SECONDS", 0.01)
    monkeypatch.setattr(service, "MOST_REST", 0.05)
    monkeypatch.setattr(time, "process_time", lambda: float(next(ticks)))
    service.rest()


def test_a_server_that_has_ended_makes_nothing_in_advance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_lobby", None)
    monkeypatch.setattr(service, "Lobby", lambda *_: pytest.fail("a lobby on the user's own database"))
    service.warm_up()
