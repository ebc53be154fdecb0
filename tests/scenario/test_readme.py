"""What the package's pages show is what happens."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import negotiation.scenario
from negotiation.scenario import scenario_names
from negotiation.scenario.yaml_door import shipped_file

PACKAGE = Path(negotiation.scenario.__file__).parent


def test_the_examples_of_the_readme_run():
    result = doctest.testfile(str(PACKAGE / "README.md"), module_relative=False)
    assert result.attempted >= 6
    assert result.failed == 0


def test_the_examples_of_the_package_run():
    result = doctest.testmod(negotiation.scenario)
    assert result.attempted >= 3
    assert result.failed == 0


@pytest.mark.parametrize("name", [n for n in scenario_names() if n != "history"])
def test_the_guide_lists_every_scenario(name):
    assert f"`{name}`" in shipped_file("README.md").read_text("utf-8")


def test_loading_a_scenario_needs_no_arrays_and_no_tables():
    code = (
        "import sys; from negotiation.scenario import load_scenario; load_scenario('autumn-2025');"
        "print([m for m in ('pandas', 'numpy', 'numba') if m in sys.modules])"
    )
    root = PACKAGE.parent.parent
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"
