"""The README keeps its word: every command and every example in it is run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```\n(.*?)```", TEXT, re.S)
    for line in block.splitlines()
    if line.startswith("negotiation ")
]
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, re.S)


def test_there_is_something_to_run() -> None:
    assert len(COMMANDS) >= 4
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("line", [c for c in COMMANDS if " play" not in c])
def test_every_command_runs(line: str, tmp_path: Path) -> None:
    words = shlex.split(line)[1:]
    if words[0] == "run":
        words += ["--firms", "300"]
    done = subprocess.run(
        [sys.executable, "-m", "ui", *words],
        cwd=tmp_path,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip()


@pytest.mark.parametrize("code", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_runs(code: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`negotiation ([a-z-]+)", TEXT))))
def test_every_command_named_exists(name: str) -> None:
    from ui.cli import COMMANDS as known

    assert name in dict(known)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#h][^)]*)\)", TEXT))))
def test_every_link_leads_somewhere(path: str) -> None:
    assert (ROOT / path).exists()


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}
