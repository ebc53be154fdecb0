"""Imports point downstairs, and each outside library has one door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS: dict[str, int] = {
    "negotiation.terms": 0,
    "negotiation.errors": 0,
    "negotiation.processes": 0,
    "negotiation.compiled": 0,
    "negotiation.economy": 1,
    "negotiation.bargaining": 2,
    "negotiation.scenario": 3,
    "negotiation.game": 4,
    "negotiation.strategies": 5,
    "negotiation.world": 6,
    "negotiation.rooms": 7,
    "negotiation.lab": 7,
    "negotiation.debrief": 8,
    "ui": 9,
}

DOORS: dict[str, tuple[str, ...]] = {
    "yaml": ("negotiation.scenario",),
    "mesa": ("negotiation.world",),
    "sqlalchemy": ("negotiation.rooms",),
    "solara": ("ui",),
    "typer": ("ui",),
    "matplotlib": ("negotiation.lab", "negotiation.debrief", "ui"),
    "numba": ("negotiation.economy", "negotiation.bargaining", "negotiation.game", "negotiation.world"),
    "pandas": ("negotiation.lab", "negotiation.debrief", "ui"),
}


def modules() -> list[Path]:
    return [p for top in ("negotiation", "ui") for p in sorted((ROOT / top).rglob("*.py"))]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str | None:
    return max(
        (room for room in FLOORS if module == room or module.startswith(room + ".")), key=len, default=None
    )


def imports_of(path: Path) -> set[str]:
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            found.add(".".join([*base, node.module or ""]).strip("."))
    return found


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_point_downstairs(path: Path) -> None:
    me = room_of(name_of(path))
    if me is None:
        return
    for target in imports_of(path):
        room = room_of(target)
        if room is None or room == me:
            continue
        assert FLOORS[room] < FLOORS[me], (
            f"{name_of(path)} (floor {FLOORS[me]}) imports {target} (floor {FLOORS[room]})"
        )


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_each_outside_library_has_one_door(path: Path) -> None:
    for target in imports_of(path):
        doors = DOORS.get(target.split(".")[0])
        if doors:
            assert any(name_of(path) == d or name_of(path).startswith(d + ".") for d in doors), (
                f"{name_of(path)} imports {target}; its door is {' or '.join(doors)}"
            )


def test_there_are_modules_to_look_at() -> None:
    assert len(modules()) > 30
