"""The house is in order: style, types, sources, a wheel that works elsewhere, a README that runs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("negotiation", "ui", "configs")


def run(
    *command: str, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, text=True, capture_output=True, check=False, timeout=400)


@pytest.mark.slow
def test_the_linter_has_nothing_to_say() -> None:
    done = run(sys.executable, "-m", "ruff", "check", "--output-format", "concise", "--no-cache", ".")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


@pytest.mark.slow
def test_the_code_is_formatted() -> None:
    done = run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache", ".")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


@pytest.mark.slow
def test_the_types_hold(tmp_path) -> None:
    done = run(
        sys.executable,
        "-m",
        "mypy",
        "--cache-dir",
        str(tmp_path),
        "-p",
        "negotiation",
        "-p",
        "ui",
        "-p",
        "configs",
        "-p",
        "tests",
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def test_importing_the_package_stays_light() -> None:
    heavy = ("numpy", "pandas", "numba", "mesa", "solara")
    code = f"import sys, negotiation; print([m for m in {heavy} if m in sys.modules])"
    assert run(sys.executable, "-c", code).stdout.strip() == "[]"


@pytest.mark.slow
def test_a_wheel_works_outside_the_checkout(tmp_path) -> None:
    built = run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), "."
    )
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    (wheel,) = (tmp_path / "dist").glob("negotiation-*.whl")
    home = tmp_path / "site"
    installed = run(
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(home), str(wheel)
    )
    assert installed.returncode == 0, installed.stderr
    env = {**os.environ, "PYTHONPATH": str(home), "NUMBA_CACHE_DIR": str(tmp_path / "numba")}
    where = run(
        sys.executable, "-c", "import negotiation; print(negotiation.__file__)", cwd=tmp_path, env=env
    )
    assert where.stdout.strip().startswith(str(home)), where.stderr
    with zipfile.ZipFile(wheel) as packed:
        inside = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert inside == set(
        run("git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES).stdout.split()
    )
    # Commands that read what is in the wheel; a game would compile for most of a minute and show no more of it.
    for command in (["check", "autumn-2025"], ["scenarios"], ["strategies"], ["play", "--help"]):
        told = run(sys.executable, "-m", "ui.cli", *command, cwd=tmp_path, env=env)
        assert told.returncode == 0, told.stderr[-3000:]
        assert told.stdout.strip()


def test_ci_runs_exactly_the_readmes_test_line() -> None:
    lines = [
        x
        for x in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
        if x.startswith("python3 -m venv")
    ]
    assert any(x.startswith("python3 -m venv .venv ") for x in lines)
    assert any(x.startswith("python3 -m venv .venv-test ") for x in lines)


def test_no_tracked_file_is_huge_or_names_a_registry_address() -> None:
    tracked = [ROOT / p for p in run("git", "ls-files").stdout.splitlines()]
    assert tracked
    for path in tracked:
        if path.is_file():
            assert path.stat().st_size < 2**20, path
