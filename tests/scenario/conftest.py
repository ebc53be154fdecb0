"""Scenario files to break: a shipped one as plain data, written back as JSON (which is YAML)."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from negotiation.scenario import load_yaml

SHIPPED = load_yaml("scenarios/autumn-2025.yaml")


@pytest.fixture
def plain() -> dict[str, Any]:
    """autumn-2025 as written, sources included; change it as you like."""
    return deepcopy(SHIPPED)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes plain data (or text, or bytes) to a file and says where."""

    def write(content: Any, name: str = "mine.yaml") -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    return write
