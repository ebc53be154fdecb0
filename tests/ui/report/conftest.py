"""Reports of three games in three languages, each made once; the command line inside the test."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from negotiation.debrief.branches import Branch
from negotiation.debrief.debriefing import telling_branches
from negotiation.game.log import write_log
from tests.debrief.conftest import debrief_of, events_of
from tests.ui.cli.conftest import negotiation  # noqa: F401
from ui.report import find_browser, report_page

LANGUAGES = ("en", "es", "fr")


@cache
def branches_of(name: str) -> tuple[Branch, ...]:
    return telling_branches(debrief_of(name))


@cache
def page_of(name: str, language: str) -> str:
    return report_page(debrief_of(name), language, branches_of(name))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log of a short game, as a run leaves it."""
    path = tmp_path / "game.jsonl"
    write_log(path, events_of("short"))
    return path


@pytest.fixture
def browser() -> str:
    found = find_browser()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a Chromium to print a report")
        pytest.skip("no browser to print with")
    return found
