"""What the documentation shows must run."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

import negotiation.economy as package


def run(code: str) -> dict:
    names: dict = {}
    exec(code, names)
    return names


def test_the_example_of_the_readme_runs() -> None:
    text = (Path(package.__file__).parent / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    change = run(code)["after"].real_income_change
    assert change[1] < -30 < 0 < change[0]


def test_the_example_of_the_package_docstring_runs() -> None:
    lines = [line[4:] for line in (package.__doc__ or "").splitlines() if line.startswith("    ")]
    code = "from negotiation.economy import *\n" + "\n".join(lines[:-1]) + f"\nfound = {lines[-1]}"
    np.testing.assert_equal(run(code)["found"].shape, (6,))
