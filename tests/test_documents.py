"""Every document keeps its word: its examples run, its commands parse, its links lead somewhere.

README.md's own commands are run whole in test_readme; commands of the packages' pages may take minutes, so here only
their names and options are held against the command line (an option nobody knows any more fails).
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer
import typer.main

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    p.relative_to(ROOT)
    for folder in ("negotiation", "ui", "configs", ".github")
    for p in (ROOT / folder).rglob("*.md")
    if "pack" not in p.parts and "story" not in p.parts
)
RUN_BY_A_TEST_OF_ITS_OWN = {
    "negotiation/lab/README.md": "tests/lab/test_environment.py",
    "negotiation/scenario/README.md": "tests/scenario/test_readme.py",
    "negotiation/strategies/README.md": "tests/strategies/test_registry.py",
}
FENCES = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)


def text_of(document: Path) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def commands_of(text: str) -> list[str]:
    """Lines of fenced blocks and words in code marks that are a command of ours."""
    fenced = [line for kind, block in FENCES.findall(text) if kind != "python" for line in block.splitlines()]
    indented = re.findall(r"^    (negotiation \S.*|python -m \S.*)$", text, re.MULTILINE)
    marked = re.findall(r"`((?:negotiation|python -m) [^`\n]+)`", FENCES.sub("", text))
    found = (line.split("#")[0].strip() for line in [*fenced, *indented, *marked])
    return sorted({c for c in found if re.match(r"negotiation [a-z-]|python -m (tests|negotiation|ui)\b", c)})


COMMANDS = sorted({(str(d), c) for d in DOCUMENTS for c in commands_of(text_of(d))})


def test_there_are_documents_and_they_name_commands() -> None:
    assert len(DOCUMENTS) >= 12
    assert len(COMMANDS) >= 30


@pytest.mark.parametrize(("document", "command"), COMMANDS)
def test_every_command_is_one_the_program_knows(document: str, command: str) -> None:
    words = [w.strip("[]") for w in shlex.split(command.replace("...", "").replace("|", " "))]
    if words[0] == "python":
        assert find_spec(words[2]) is not None, f"{document}: {command}"
        return
    from ui.cli import COMMANDS as known
    from ui.cli import app_for

    assert words[1] in dict(known), f"{document}: there is no command {words[1]!r}"
    group = typer.main.get_command(app_for([words[1]]))
    parsed = group.commands[words[1]]  # type: ignore[attr-defined]
    options = {o for p in parsed.params for o in (*p.opts, *p.secondary_opts)} | {"--help", "-h"}
    for word in words[2:]:
        if word.startswith("-"):
            assert word.split("=")[0] in options, f"{document}: {command}: no option {word}"


WITH_EXAMPLES = [str(d) for d in DOCUMENTS if any(kind == "python" for kind, _ in FENCES.findall(text_of(d)))]


@pytest.mark.parametrize("document", WITH_EXAMPLES)
def test_every_example_runs(document: str, tmp_path: Path) -> None:
    if document in RUN_BY_A_TEST_OF_ITS_OWN:
        assert "README" in (ROOT / RUN_BY_A_TEST_OF_ITS_OWN[document]).read_text(encoding="utf-8")
        return
    code = "\n".join(block for kind, block in FENCES.findall(text_of(Path(document))) if kind == "python")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{document}\n{done.stderr[-2000:]}"


LINKS = sorted(
    {(str(d), p) for d in DOCUMENTS for p in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(d))}
)


@pytest.mark.parametrize(("document", "path"), LINKS)
def test_every_link_leads_somewhere(document: str, path: str) -> None:
    assert (ROOT / Path(document).parent / path).exists(), f"{document} points to {path}"
