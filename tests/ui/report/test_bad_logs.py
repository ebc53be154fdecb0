"""Bad logs by the command line: said plainly, what can be told is told, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ui.cli.conftest import Command

COMMANDS = ("debrief", "replay")


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def written(log: Path, lines: list[dict[str, Any]]) -> Path:
    log.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    return log


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_log_cut_in_the_middle_of_a_line_is_told_up_to_it(
    negotiation: Command, log: Path, command: str
) -> None:
    text = log.read_text(encoding="utf-8")
    log.write_text(text[: len(text) * 2 // 3], encoding="utf-8")
    done = negotiation(command, log)
    assert done.code == 0
    assert "cannot be read" in squeezed(done.out)
    assert "of 5 rounds" in squeezed(done.out)
    assert "Traceback" not in done.out + done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_log_of_a_newer_version_is_refused_with_what_to_do(
    negotiation: Command, log: Path, command: str
) -> None:
    lines = lines_of(log)
    lines[0]["format"] = 99
    done = negotiation(command, written(log, lines))
    assert done.code != 0
    assert "newer version" in squeezed(done.err)
    assert "update it" in squeezed(done.err)
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_game_that_never_reached_the_review_says_so(negotiation: Command, log: Path, command: str) -> None:
    lines = lines_of(log)
    last = max(i for i, x in enumerate(lines) if x.get("type") == "round_resolved")
    done = negotiation(command, written(log, lines[: last + 1]))
    assert done.code == 0
    said = squeezed(done.out)
    assert "review was not concluded" in said or "stops before the end" in said


def test_a_log_edited_by_hand_is_told_with_its_own_numbers_and_named(negotiation: Command, log: Path) -> None:
    lines = lines_of(log)
    number = next(i for i, x in enumerate(lines) if x.get("type") == "round_resolved")
    lines[number]["data"]["leverage"]["CAN"]["index"] = 99.0
    done = negotiation("debrief", written(log, lines))
    assert done.code == 0
    assert "contradict each other" in squeezed(done.out)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "many", None, [1]])
def test_a_payoff_that_is_no_number_ends_the_reading_there(
    negotiation: Command, log: Path, value: Any
) -> None:
    lines = lines_of(log)
    number = next(
        i for i, x in enumerate(lines) if x.get("type") == "round_resolved" and x["data"]["round"] == 3
    )
    lines[number]["data"]["payoff"]["USA"] = value
    done = negotiation("debrief", written(log, lines), "--json")
    found = json.loads(done.out)
    assert found["about"]["played"] == 2
    assert "event_misfit" in {f["key"] for f in found["faults"]}


@pytest.mark.parametrize(("name", "value"), [("firms", 10**12), ("rounds", 10**9), ("seed", -1)])
def test_a_start_no_game_can_have_is_refused_at_once(
    negotiation: Command, log: Path, name: str, value: int
) -> None:
    lines = lines_of(log)
    start = next(x for x in lines if x.get("type") == "game_started")
    start["data"][name] = value
    done = negotiation("debrief", written(log, lines))
    assert done.code != 0
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_numbers_changed_by_hand_are_pointed_out(negotiation: Command, log: Path, command: str) -> None:
    lines = lines_of(log)
    second = [line for line in lines if line.get("type") == "round_resolved"][1]
    second["data"]["leverage"]["CAN"]["index"] += 7
    done = negotiation(command, written(log, lines))
    assert done.code == 0
    assert "Round 2: the log’s numbers on leverage over Ottawa contradict each other" in squeezed(done.out)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "not a game log"),
        (b'{"name": "x", "values": [1, 2]}', "not a game log"),
        (b"[" * 100_000, "not a game log"),
        (bytes(range(256)), "not a game log"),
        (b'{"kind": "negotiation-game-log", "format": "two"}', "newer version"),
    ],
)
def test_what_is_no_log_is_said_with_what_would_be_one(
    negotiation: Command, log: Path, command: str, content: bytes, said: str
) -> None:
    log.write_bytes(content)
    done = negotiation(command, log)
    assert done.code != 0
    assert said in squeezed(done.err)
    assert str(log) in squeezed(done.err).replace(" ", "") or str(log) in done.err
    assert "the run failed" not in done.err


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("line", ["[" * 100_000, '{"version": 6', "\x00" * 50], ids=["deep", "cut", "blank"])
def test_a_line_that_cannot_be_read_ends_the_reading_there(
    negotiation: Command, log: Path, command: str, line: str
) -> None:
    lines = log.read_text(encoding="utf-8").splitlines()
    log.write_text("\n".join([*lines[:5], line, *lines[6:]]), encoding="utf-8")
    done = negotiation(command, log)
    assert done.code == 0, done.err
    assert "ine 6" in squeezed(done.out)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_log_an_editor_saved_with_its_own_marks_is_the_same_log(
    negotiation: Command, log: Path, command: str
) -> None:
    before = negotiation(command, log).out
    log.write_bytes(b"\xef\xbb\xbf" + log.read_bytes().replace(b"\n", b"\r\n"))
    assert negotiation(command, log).out == before


def test_a_line_without_an_end_is_read_no_further_than_a_line_may_be_long(tmp_path: Path) -> None:
    from negotiation.game.log import LONGEST, read_log

    path = tmp_path / "game.jsonl"
    with path.open("wb") as stream:
        stream.write(b'{"kind": "negotiation-game-log", "format": 1}\n')
        stream.truncate(50 * LONGEST)
    events, fault = read_log(path)
    assert events == []
    assert "line 2 cannot be read" in str(fault)
