"""The package's README tells the truth: its example runs, its modules exist."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import negotiation.rooms

FOLDER = Path(negotiation.rooms.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("negotiation.rooms.database.user_data_path", lambda *a, **k: tmp_path / "data")
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert example is not None
    names: dict = {}
    exec(example.group(1), names)
    assert (tmp_path / "data" / "rooms.db").exists()
    assert names["table"].guest.view()["own"]["sealed"]["move"]["stances"] == {
        "USA": "coordinate",
        "MEX": "coordinate",
    }


def test_every_module_has_its_line() -> None:
    modules = {p.name for p in FOLDER.glob("*.py")} - {"__init__.py", "errors.py"}
    assert {m for m in modules if f"`{m}`" not in README} == set()
    for named in re.findall(r"`(\w+\.py)`", README):
        assert (FOLDER / named).exists()


def test_the_packages_own_example_runs() -> None:
    assert doctest.testmod(negotiation.rooms).failed == 0
