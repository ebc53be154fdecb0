"""The reference of the Python interface: whole, offline, and clear when its tool is missing."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from negotiation.errors import InputError
from ui.commands.reference import public_modules, reference


@pytest.mark.slow
def test_the_reference_has_a_page_for_every_module_and_asks_nothing_of_the_internet(tmp_path: Path) -> None:
    pytest.importorskip("pdoc")
    reference(tmp_path / "pages")
    home = (tmp_path / "pages" / "negotiation.html").read_text(encoding="utf-8")
    for name in ("load_scenario", "load_economy", "solve", "run"):
        assert f'id="{name}"' in home, name
    for module in ("economy", "bargaining", "lab", "world", "debrief"):
        page = (tmp_path / "pages" / "negotiation" / f"{module}.html").read_text(encoding="utf-8")
        assert not re.search(r'(?:src|href)="https?://[^"]*\.(?:js|css)', page), module


def test_every_public_module_says_what_it_is_for() -> None:
    modules = public_modules()
    assert len(modules) > 100
    root = Path(__file__).resolve().parents[3]
    for module in modules:
        place = root / module.replace(".", "/")
        file = place.with_suffix(".py") if place.with_suffix(".py").exists() else place / "__init__.py"
        assert re.match(r'\s*r?"""\S', file.read_text(encoding="utf-8")), f"{module} has no docstring"


def test_without_its_tool_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pdoc", None)
    with pytest.raises(InputError, match=r"\[docs\]"):
        reference(tmp_path)
