"""What every folder of tests shares."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """A shell starts what it puts in the background deaf to Ctrl-C; the commands started here must hear it.

    In a fresh clone the model is compiled once, before workers and servers each begin to do it for themselves.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    whole = not hasattr(config, "workerinput") and config.getoption("numprocesses", None)
    compiled = "negotiation/**/*.py{}{}.nbi".format(*sys.version_info)
    if whole and not any(ROOT.glob(compiled)):
        game = [sys.executable, "-m", "ui", "run", "--firms", "200"]
        # what is wrong with it, tests will say
        subprocess.run(game, cwd=ROOT, capture_output=True, check=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two workers share the run: what needs a browser stays with one of them, a file is never torn apart."""
    for item in items:
        screens = item.get_closest_marker("browser") or "chromium" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("screens" if screens else item.nodeid.split("::")[0]))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for the whole run (Playwright's plain API allows one at a time).

    Without Chromium the tests that need it are skipped on a desk and fail in CI (``CI=true``).
    """
    in_ci = os.environ.get("CI", "").lower() in ("1", "true")
    if not in_ci:
        pytest.importorskip("playwright.sync_api")
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None and not in_ci:
        pytest.skip("no Chromium on this machine")
    assert found, "CI must have Chromium: install the package chromium"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=ARGS)
        yield browser
        browser.close()
