"""Doors for other tools: the README's examples run as they stand, in a process of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "negotiation" / "lab" / "README.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"<!-- (\w+) -->\n```python\n(.*?)```", TEXT, re.S))


def run(code: str, folder: Path) -> str:
    """What an example prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_every_example_of_the_readme_has_a_test() -> None:
    assert set(EXAMPLES) == {"executor", "learner", "ema", "salib", "mesa"}
    assert TEXT.count("```python") == len(EXAMPLES)


def test_the_ema_workbench_takes_a_game_as_its_model(tmp_path: Path) -> None:
    if find_spec("ema_workbench") is None:
        pytest.skip("the EMA Workbench is not installed")
    printed = run(EXAMPLES["ema"], tmp_path).splitlines()
    assert printed[0].split() == ["slip", "threat_record", "leverage"]
    rows = [[float(x) for x in line.split()[1:]] for line in printed[1:]]
    assert len(rows) == 4
    assert all(0 <= slip <= 0.4 and 1 <= record <= 6 and 0 <= index <= 100 for slip, record, index in rows)
    assert len({index for *_, index in rows}) > 1


def test_an_executor_of_ones_own_plays_an_ensemble(tmp_path: Path) -> None:
    printed = run(EXAMPLES["executor"], tmp_path).splitlines()
    assert printed[0].split() == ["leverage_CAN", "score_CAN", "score_USA"]
    assert [float(line.split()[0]) for line in printed[2:]] == [0, 2]


def test_salib_drives_a_game_and_finds_what_moves_it(tmp_path: Path) -> None:
    printed = run(EXAMPLES["salib"], tmp_path)
    effects = dict(re.findall(r"(\w+) moves US leverage over Canada by ([\d.]+) points", printed))
    assert set(effects) == {"slip", "threat_record"}
    assert float(effects["threat_record"]) > 0


def test_mesas_batch_run_and_agents_work_on_a_game(tmp_path: Path) -> None:
    printed = run(EXAMPLES["mesa"], tmp_path)
    table = re.findall(r"^(front|pressure) +([\d.]+) +([\d.]+) +([\d.]+)$", printed, re.M)
    assert "[0, 1, 2]" in printed
    assert [name for name, *_ in table] == ["front", "pressure"]
    assert re.search(r"^200 firms; ", printed, re.M)
