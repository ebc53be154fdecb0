"""Where the program runs: an account without a home, a port it may not have, a folder that takes no files."""

from __future__ import annotations

import logging
import os
import shlex
import socket
import stat
from pathlib import Path

import pytest
import typer

from negotiation import compiled
from tests.ui.cli.conftest import Command
from ui import server
from ui.cli import COMMANDS, EXAMPLES, app_for


@pytest.mark.parametrize("name", dict(COMMANDS))
def test_the_example_in_a_commands_help_is_a_command_it_takes(name: str) -> None:
    program, command, *arguments = shlex.split(EXAMPLES[name])
    assert (program, command) == ("negotiation", name)
    group = typer.main.get_command(app_for([name]))
    found = group.get_command(None, name)  # type: ignore[attr-defined]
    found.make_context(name, arguments)


@pytest.mark.parametrize(
    "given", [("run", "--out", ""), ("run", "--out="), ("debrief", ""), ("pack", "--out", " ")]
)
def test_an_empty_argument_is_refused_and_not_taken_for_the_current_folder(
    negotiation: Command, given: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = negotiation(*given)
    assert (answer.code, answer.out) == (2, "")
    assert "is empty" in answer.err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def nowhere_to_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Neither the program's folder nor the home can be written to; temporary files can."""
    monkeypatch.setenv(compiled.VARIABLE, "so that what is set here is taken back")
    monkeypatch.delenv(compiled.VARIABLE)
    monkeypatch.setattr(compiled, "_writable", lambda folder: False)
    monkeypatch.setattr(compiled.tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_compiled_functions_find_a_private_place_where_there_is_no_home(nowhere_to_write: Path) -> None:
    compiled.find_a_place()
    place = Path(os.environ[compiled.VARIABLE])
    assert place.parent == nowhere_to_write
    if hasattr(os, "geteuid"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    del os.environ[compiled.VARIABLE]
    compiled.find_a_place()
    assert Path(os.environ[compiled.VARIABLE]) == place or not hasattr(os, "geteuid")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners of files here")
def test_compiled_functions_are_not_taken_from_a_folder_others_may_write_to(nowhere_to_write: Path) -> None:
    laid = nowhere_to_write / f"negotiation-{os.geteuid()}"
    laid.mkdir()
    laid.chmod(0o777)
    compiled.find_a_place()
    assert Path(os.environ[compiled.VARIABLE]) != laid


def test_a_home_that_can_be_written_to_is_left_to_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(compiled.VARIABLE, raising=False)
    compiled.find_a_place()
    assert compiled.VARIABLE not in os.environ


def test_without_a_folder_for_logs_the_log_is_a_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    file = server.log_to_file(tmp_path / "taken")
    try:
        logging.getLogger("negotiation.web").info("table opened")
    finally:
        logging.captureWarnings(False)
        root.setLevel(level)
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()
    assert "table opened" in file.read_text("utf-8")
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_port_this_account_may_not_have_is_named(
    negotiation: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(self: socket.socket, address: object) -> None:
        raise PermissionError(13, "Permission denied")

    class Refused(socket.socket):
        bind = refused

    monkeypatch.setattr(server.sys, "platform", "linux")
    monkeypatch.setattr(server.socket, "socket", Refused)
    with pytest.raises(server.NoPort, match="may not listen on port 80"):
        server.listening_socket("127.0.0.1", 80)
    monkeypatch.setattr(server.sys, "platform", "win32")
    with pytest.raises(server.NoPort, match="between 80 and 129"):
        server.listening_socket("127.0.0.1", 80)


def test_a_database_that_is_not_there_is_not_made_by_looking(negotiation: Command, tmp_path: Path) -> None:
    file = tmp_path / "typo.db"
    for given in (("database", "list"), ("database", "backup", tmp_path / "copy"), ("debrief", "CDFHJK")):
        answer = negotiation(*given, "--database", file)
        assert (answer.code, answer.out) == (2, "")
        assert "there is no such file" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_database_is_named_as_the_system_names_its_file(negotiation: Command, tmp_path: Path) -> None:
    file = tmp_path / "Año été.db"
    file.write_bytes(b"no database" * 99)
    assert f"{file} is no readable database" in negotiation("database", "list", "--database", file).err
    assert "it is a folder" in negotiation("database", "list", "--database", tmp_path).err
