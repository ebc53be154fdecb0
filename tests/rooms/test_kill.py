"""Processes that die, and processes that share: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from negotiation.rooms.lobby import Lobby, Opened
from negotiation.rooms.room import Room
from negotiation.rooms.state import replay
from negotiation.rooms.store import Store
from negotiation.terms import Phase
from tests.rooms.fake import ROUNDS, FakeModel

HOME = Path(__file__).parents[2]
TABLES = 4
SECONDS = 60


def player(database: str, seat: str, tables: list[tuple[str, str]]) -> subprocess.Popen[str]:
    """A process that plays one seat at these tables."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.rooms.player",
            database,
            seat,
            *(f"{code}={token}" for code, token in tables),
        ],
        cwd=HOME,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        stdout=subprocess.PIPE,
        text=True,
    )


def open_tables(database: str, **given: object) -> list[Opened]:
    house = Lobby(database, make_model=FakeModel)
    tables = [house.open_table(mode="full", seat="CAN", **given) for _ in range(TABLES)]  # type: ignore[arg-type]
    house.close()
    return tables


def seals(store: Store, code: str, seat: str) -> list[int]:
    """Rounds for which the log holds a seal of a seat."""
    return [e.data["round"] for e in store.events(code) if e.type == "move_sealed" and e.data["seat"] == seat]


@pytest.mark.slow
def test_a_killed_server_has_lost_no_acknowledged_seal_and_applied_none_twice(database: str) -> None:
    tables = open_tables(database)
    pairs = [(t.code, t.token) for t in tables]
    acknowledged: set[tuple[str, int]] = set()
    chance = random.Random(20_260_701)
    for attempt in range(4):
        process = player(database, "CAN", pairs)
        assert process.stdout is not None
        lives_for = chance.randint(0, 3) if attempt < 3 else 10**6
        try:
            for line in process.stdout:
                word, *rest = line.split()
                if word == "sealed":
                    acknowledged.add((rest[0], int(rest[1])))
                    lives_for -= 1
                if lives_for < 0:
                    process.kill()
                    break
            for line in process.stdout:  # acknowledged between our decision and its end
                if line.startswith("sealed ") and line.endswith("\n"):
                    acknowledged.add((line.split()[1], int(line.split()[2])))
        finally:
            process.kill()
            process.wait(SECONDS)
            process.stdout.close()
        store = Store.open(database)
        for code, _ in pairs:
            rounds = seals(store, code, "CAN")
            assert len(rounds) == len(set(rounds)), "applied twice"
            assert {r for c, r in acknowledged if c == code} <= set(rounds), "acknowledged and lost"
            versions = [e.version for e in store.events(code)]
            assert versions == list(range(1, len(versions) + 1))
        store.close()
    assert acknowledged
    store = Store.open(database)
    for code, _ in pairs:
        state = replay(code, store.events(code))
        assert state.game.phase is not Phase.BARGAINING, "every table came back and was played on"
        assert [r["round"] for r in state.game.results] == list(range(1, ROUNDS + 1))
    store.close()


@pytest.mark.slow
def test_two_processes_on_one_database_lose_no_update(database: str) -> None:
    tables = open_tables(database, offered=("MEX",), start=False)
    house = Lobby(database, make_model=FakeModel)
    others = [house.join(t.code) for t in tables]
    for t in tables:
        house.enter(t.code, t.token).strip.start()
    house.close()
    players = [
        player(database, "CAN", [(t.code, t.token) for t in tables]),
        player(database, "MEX", [(t.code, t.token) for t in others]),
    ]
    lines = []
    try:
        for process in players:
            lines.append(process.communicate(timeout=SECONDS)[0].splitlines())
            assert process.returncode == 0
    finally:
        for process in players:
            process.kill()
            process.wait(SECONDS)
    store = Store.open(database)
    for table in tables:
        events = store.events(table.code)
        for seat, said in zip(("CAN", "MEX"), lines, strict=True):
            told = [int(line.split()[2]) for line in said if line.startswith(f"sealed {table.code} ")]
            assert told == seals(store, table.code, seat) == list(range(1, ROUNDS + 1))
        assert [e.data["round"] for e in events if e.type == "round_resolved"] == list(range(1, ROUNDS + 1))
    store.close()


@pytest.mark.parametrize("after", range(0, 40, 3))
def test_a_log_cut_at_any_event_is_taken_up_and_played_to_the_same_end(tmp_path: Path, after: int) -> None:
    """A process may die between any two commits: the next one does what is still to be done."""
    from negotiation.game.moves import Move
    from negotiation.rooms.engine import Engine
    from negotiation.terms import Country

    def room_on(name: str, events: list) -> tuple[Store, Room]:
        store = Store.open(tmp_path / name)
        assert store.create(
            "CDFHJK", scenario="x", config={}, news=[(e.type, e.data) for e in events], at=0.0
        )
        return store, Room(
            "CDFHJK", store, lambda: 0.0, engine=Engine(FakeModel), schedule=lambda r: r.drive()
        )

    def finish(room: Room) -> Room:
        room.drive()
        while room.state.game.phase is Phase.BARGAINING:
            room.seal(Country.CAN, Move.of(Country.CAN, "coordinate", "defect"))
        while room.state.playing:
            room.answer(Country.CAN, True)
        return room

    house = Lobby(tmp_path / "first.db", make_model=FakeModel)
    table = house.open_table(mode="full", seed=5, start=False)
    opening = house.store.events(table.code)
    house.close()
    store, room = room_on("whole.db", opening)
    room.start()
    whole = finish(room)
    log = store.events("CDFHJK")
    store.close()
    store, room = room_on("cut.db", log[: max(2, after)])
    assert finish(room).state.game.ending == whole.state.game.ending
    assert [r["moves"] for r in room.state.game.results] == [r["moves"] for r in whole.state.game.results]
    store.close()
