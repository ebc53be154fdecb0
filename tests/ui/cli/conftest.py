"""Run the command line inside the test: arguments in; exit code, standard output and standard error out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ui.cli import main


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


Command = Callable[..., Answer]


@pytest.fixture
def negotiation(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """``negotiation("run", "--seed", 1)``; eighty columns, no colours."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("NEGOTIATION_TRACEBACK", raising=False)

    def command(*arguments: object) -> Answer:
        with pytest.raises(SystemExit) as left:
            main([str(a) for a in arguments])
        said = capsys.readouterr()
        code = left.value.code
        assert "Traceback" not in said.out + said.err
        return Answer(0 if code is None else int(code), said.out, said.err)

    return command
