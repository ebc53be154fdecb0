"""A table on the real model: the whole way once, and what Washington can read of a quiet move."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from negotiation.game.moves import Move
from negotiation.rooms.engine import Engine
from negotiation.rooms.guest import Guest
from negotiation.rooms.lobby import Lobby
from negotiation.rooms.room import Room
from negotiation.rooms.seen import position_seen, round_seen
from negotiation.rooms.simple import CARDS
from negotiation.rooms.state import Chair, Config
from negotiation.rooms.store import Store
from negotiation.rooms.workers import Workers
from negotiation.terms import SEATS, Country, Phase
from negotiation.world.model import ReviewModel

CAN, MEX, USA = Country.CAN, Country.MEX, Country.USA
FIRMS = 300


@pytest.fixture
def guest(tmp_path: Path) -> Iterator[Guest]:
    """Canada at a simple table on the real model, everything done at once on this thread."""
    store, workers = Store.open(tmp_path / "rooms.db"), Workers()
    config = Config("autumn-2025", 11, mode="simple", firms=FIRMS)
    chairs = {
        str(s): vars(Chair("tit-for-tat" if s is USA else "front", "me" if s is CAN else None)) for s in SEATS
    }
    news: list[Any] = [
        ("room_opened", {"config": config.to_dict(), "chairs": chairs, "host": "me"}),
        ("start_called", {}),
    ]
    store.create("CDFHJK", scenario="autumn-2025", config={}, news=news, at=0.0)
    yield Guest(_room(store), workers, "me", host=True)
    workers.close()
    store.close()


def _room(store: Store) -> Room:
    room = Room("CDFHJK", store, lambda: 0.0, engine=Engine(), schedule=lambda r: r.drive())
    room.drive()
    return room


def test_a_whole_game_on_the_real_economy(guest: Guest) -> None:
    cards = list(CARDS[CAN])
    while guest.room.state.game.phase is Phase.BARGAINING:
        view = guest.view()
        n = view["round"]
        card = cards[n % 3]
        promised = guest.preview(card).result(60)
        assert set(promised["leverage"]) == {"CAN", "MEX"}
        assert guest.preview(card).result(60) == promised
        assert guest.preview(cards[(n + 1) % 3]).result(60) != promised
        guest.seal(card, round=n, version=view["own"]["version"], expected=promised)
        assert guest.room.trouble is None
        seen = guest.view()["rounds_played"][-1]
        assert seen["moves"]["CAN"]["preview"] == promised
        assert set(seen["leverage"]["CAN"]["why"]) == {
            "exposure",
            "alternatives",
            "commitment",
            "credibility",
        }
        for seat in SEATS:
            stances = seen["moves"][seat]["stances"]
            assert any(
                stances == {str(c): str(s) for c, s in m.stances.items()} for m in CARDS[seat].values()
            )
    assert len(guest.view()["rounds_played"]) == guest.view()["rounds"]
    weighed = guest.weigh().result(60)
    assert set(weighed["value"]) >= {"EXT", "COND", "ANN", "WD"}
    while guest.room.state.playing:
        assert guest.view()["review"]["turn"] == ["CAN"]
        guest.answer(True)
    assert guest.view()["ending"]["outcome"] in ("EXT", "COND", "SPLIT", "ANN", "WD")
    assert len(json.dumps(guest.view())) < 500_000


def test_a_restarted_room_plays_on_as_if_nothing_had_happened(guest: Guest, tmp_path: Path) -> None:
    for n in range(1, 4):
        guest.seal("answer", round=n)
    again = _room(guest.room._store)
    assert not again.engine.loaded
    again.seal(CAN, CARDS[CAN]["together"], round=4)
    assert again.engine.warnings == ()
    state = again.state
    fresh = ReviewModel("autumn-2025", 11, firms=FIRMS)
    for result in state.game.results:
        moves = {Country(s): Move.from_dict(c["move"]) for s, c in result["moves"].items()}
        played = fresh.play(moves, dict(result["moves"].items()))
        assert json.loads(json.dumps(played)) == {k: v for k, v in result.items() if k != "deadline"}


def test_a_solo_table_of_the_lobby_plays_on_its_own_threads(tmp_path: Path) -> None:
    from time import monotonic, sleep

    house = Lobby(tmp_path / "rooms.db")
    try:
        house.warm_up(firms=FIRMS)
        table = house.open_table(firms=FIRMS)
        end = monotonic() + 60
        while table.guest.view()["round"] < 3:
            view = table.guest.view()
            if view["started"] and view["own"]["may_seal"] and not view["own"]["sealed"]:
                table.guest.seal("together", round=view["round"])
            assert monotonic() < end
            assert view["trouble"] is None
            sleep(0.005)
    finally:
        house.close()


def test_washington_reads_of_an_unnoticed_quiet_break_only_what_firms_did() -> None:
    """Under pressure on both, whether the partners stand together or leave each other shows in nothing else."""

    def seen(first: str, second: str, viewer: Country | None) -> dict[str, Any]:
        model = ReviewModel("autumn-2025", seed, firms=FIRMS)
        result = model.play(
            {
                USA: Move.of(USA, "defect", "defect"),
                CAN: Move.of(CAN, "coordinate", first, quiet=True),
                MEX: Move.of(MEX, "coordinate", second, quiet=True),
            }
        )
        assert result["noticed"] is False
        return {**round_seen(result, viewer), "position": position_seen(result["position"], viewer)}

    seed = next(s for s in range(100) if not _noticed(s))
    consequences = {"firms", "payoff", "income", "output", "ties", "tariffs", "hub_index", "leverage", "odds"}
    for viewer in (USA, None):
        base = seen("coordinate", "coordinate", viewer)
        for first, second in product(("coordinate", "defect"), repeat=2):
            other = seen(first, second, viewer)
            assert {k for k in base if base[k] != other[k]} <= consequences
        favour = seen("coordinate", "concede", viewer)
        assert favour["moves"] == base["moves"]


def _noticed(seed: int) -> bool:
    model = ReviewModel("autumn-2025", seed, firms=FIRMS)
    three = {s: Move.of(s, "coordinate", "coordinate", quiet=s is not USA) for s in SEATS}
    return bool(model.play(three)["noticed"])
