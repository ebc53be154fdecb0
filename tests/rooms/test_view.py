"""The only exit: nothing of another seat's sealed choice, quiet stance or private brief leaves in a view.

Two ways to catch a leak: search a view for marks planted in every secret, and play the same game twice with other
secrets and compare the views byte for byte.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.game.log import Event
from negotiation.game.moves import Measure, Move
from negotiation.rooms.engine import scenario_named
from negotiation.rooms.state import Chair, Config, replay
from negotiation.rooms.view import view_for
from negotiation.terms import SEATS, STANCES, Country, others
from tests.rooms.conftest import MakeRoom, Time, load_room
from tests.rooms.fake import ROUNDS, FakeModel

CAN, MEX, USA = Country.CAN, Country.MEX, Country.USA
VIEWERS: tuple[Country | None, ...] = (USA, CAN, MEX, None)
SEED = 918_273_645


def text(view: dict[str, Any]) -> str:
    return json.dumps(view, sort_keys=True)


stances = st.sampled_from(STANCES)


@st.composite
def moves(draw: st.DrawFn, seat: Country) -> Move:
    first, second = others(seat)
    measures: dict[Country, Measure] = {}
    if draw(st.booleans()):
        measures[second] = Measure(instrument=f"instrument-of-{seat}-toward-{second}")
    quiet = seat is not USA and draw(st.booleans())
    return Move({first: draw(stances), second: draw(stances)}, measures, quiet)


games = st.lists(st.tuples(*(moves(s) for s in SEATS)), min_size=0, max_size=ROUNDS)
seeds = st.integers(0, 50)
sealed_now = st.fixed_dictionaries({}, optional={s: moves(s) for s in SEATS})


def choice(seat: Country, move: Move, mark: str) -> dict[str, Any]:
    """A choice with a mark in everything that goes with it."""
    return {
        "move": move.to_dict(),
        "reasons": {
            str(c): {"key": "because", "values": {"mark": f"reason-{mark}-{seat}-{c}"}} for c in others(seat)
        },
        "expected": {f"expected-{mark}-{seat}": 1.0},
        "preview": {"mark": f"preview-{mark}-{seat}"},
        "by": "fake",
    }


def room_after(
    rounds: list[tuple[Move, ...]], now: dict[Country, Move], *, seed: int = SEED, mark: str = "m"
) -> Any:
    """A room in which these rounds were played and these moves are sealed, without a database."""
    config = Config("autumn-2025", seed)
    model = FakeModel(config)
    news: list[tuple[str, Any]] = [
        (
            "room_opened",
            {
                "config": config.to_dict(),
                "chairs": {str(s): vars(Chair("fake", f"person-{s}")) for s in SEATS},
                "host": "person-CAN",
            },
        ),
        (
            "game_started",
            {
                "rounds": ROUNDS,
                "dates": ["2025-09"] * ROUNDS,
                "months": [1] * ROUNDS,
                "reviews": [ROUNDS],
                "opening": {**model.opening, "position": model.position.to_dict()},
                "seed": seed,
            },
        ),
    ]
    for number, three in enumerate(rounds, start=1):
        choices = {s: choice(s, m, f"{mark}{number}") for s, m in zip(SEATS, three, strict=True)}
        news += [("move_sealed", {"seat": str(s), "round": number, "choice": c}) for s, c in choices.items()]
        news.append(
            (
                "round_resolved",
                model.play(dict(zip(SEATS, three, strict=True)), {str(s): c for s, c in choices.items()}),
            )
        )
    if len(rounds) < ROUNDS:
        for s, m in now.items():
            news.append(
                (
                    "move_sealed",
                    {"seat": str(s), "round": len(rounds) + 1, "choice": choice(s, m, f"{mark}-now")},
                )
            )
    stored = json.loads(json.dumps(news))
    state = replay("CDFHJK", [Event(i, kind, data) for i, (kind, data) in enumerate(stored, start=1)])
    return SimpleNamespace(state=state, names={}, trouble=None, scenario=scenario_named("autumn-2025"))


@given(games, sealed_now)
@settings(max_examples=60, deadline=None)
def test_no_mark_of_a_sealed_choice_is_in_anybody_elses_view(rounds: Any, now: Any) -> None:
    room = room_after(rounds, now)
    if len(rounds) == ROUNDS:
        return
    for viewer in VIEWERS:
        view = text(view_for(room, viewer))
        for seat in now:
            mine = viewer is seat
            assert (f"reason-m-now-{seat}" in view) == mine
            assert (f"expected-m-now-{seat}" in view) == mine
            assert (f"preview-m-now-{seat}" in view) == mine


@given(games, sealed_now, st.data())
@settings(max_examples=60, deadline=None)
def test_other_sealed_choices_make_no_byte_of_difference(rounds: Any, now: Any, data: st.DataObject) -> None:
    if len(rounds) == ROUNDS:
        return
    for viewer in VIEWERS:
        other = {s: m if s is viewer else data.draw(moves(s)) for s, m in now.items()}
        ours = view_for(room_after(rounds, now), viewer)
        assert text(ours) == text(view_for(room_after(rounds, other), viewer))


def _hidden_changed(rounds: Any, data: st.DataObject) -> list[tuple[Move, ...]]:
    """The same game with other stances and measures wherever a partner was quiet."""
    out = []
    for us, can, mex in rounds:
        changed = [us]
        for seat, move in ((CAN, can), (MEX, mex)):
            if move.quiet:
                second = others(seat)[1]
                measures = {c: m for c, m in move.measures.items() if c is not second}
                if data.draw(st.booleans()):
                    measures[second] = Measure(instrument="quite-another")
                move = Move({**move.stances, second: data.draw(stances)}, measures, True)
            changed.append(move)
        out.append(tuple(changed))
    return out


@given(games, seeds, st.data())
@settings(max_examples=80, deadline=None)
def test_a_quiet_stance_nobody_noticed_makes_no_byte_of_difference(
    rounds: Any, seed: int, data: st.DataObject
) -> None:
    """Washington, if its watchers missed it, and observers in any case. What was opened is told to the partners."""
    ours = room_after(rounds, {}, seed=seed)
    theirs = room_after(_hidden_changed(rounds, data), {}, seed=seed)
    assert text(view_for(ours, None)) == text(view_for(theirs, None))
    if not any(r["noticed"] and any(r["quiet"].values()) for r in ours.state.game.results):
        # Washington's own payoff is the one figure that may carry what it does not see
        assert _without_payoff(view_for(ours, USA)) == _without_payoff(view_for(theirs, USA))


def _without_payoff(view: dict[str, Any]) -> str:
    for one in view["rounds_played"]:
        one.pop("payoff", None)
    return text(view)


@given(games, seeds)
@settings(max_examples=60, deadline=None)
def test_who_sees_a_quiet_stance(rounds: Any, seed: int) -> None:
    room = room_after(rounds, {}, seed=seed)
    for viewer in VIEWERS:
        for result, seen in zip(
            room.state.game.results, view_for(room, viewer)["rounds_played"], strict=True
        ):
            for giver, toward in ((CAN, MEX), (MEX, CAN)):
                quiet = result["quiet"][str(giver)]
                entitled = not quiet or viewer in (CAN, MEX) or (viewer is USA and result["noticed"])
                opened = seen["moves"][giver]
                assert (opened["stances"][toward] is not None) == entitled
                assert (toward in opened["reasons"]) == entitled
                assert opened["stances"][USA] is not None
                assert USA in opened["reasons"]
                assert ("expected" in opened) == entitled
                if not entitled:
                    assert toward not in opened["measures"]
                assert ("preview" in opened) == (viewer is giver)
            assert ("true" in seen["commitment"]) == (viewer in (CAN, MEX))
            assert ("leverage_true" in seen) == (viewer in (CAN, MEX))
            assert "noticed" not in seen


def test_both_kinds_of_quiet_rounds_are_among_the_games_above() -> None:
    quiet = (
        Move.of(USA, "defect", "defect"),
        Move.of(CAN, "defect", "defect", quiet=True),
        Move.of(MEX, "defect", "defect"),
    )
    assert {room_after([quiet], {}, seed=s).state.game.results[0]["noticed"] for s in range(51)} == {
        True,
        False,
    }


@given(games, sealed_now)
@settings(max_examples=40, deadline=None)
def test_true_commitment_is_in_no_view_of_washington_or_observers(rounds: Any, now: Any) -> None:
    room = room_after(rounds, now)
    for viewer in (USA, None):
        view = text(view_for(room, viewer))
        for result in room.state.game.results:
            for secret in (
                result["commitment"]["true"],
                result["odds_true"],
                result["leverage_true"]["CAN"]["index"],
            ):
                assert json.dumps(secret) not in view
            for secret in (
                result["position"]["corridor"],
                result["position"]["favours"][0],
                result["facts"]["favour"][0],
            ):
                assert json.dumps(secret) not in view
            assert json.dumps(result["position"]["evidence"][2][0][0]) not in view


@given(games, sealed_now)
@settings(max_examples=40, deadline=None)
def test_seed_people_and_unnamed_fields_are_in_no_view(rounds: Any, now: Any) -> None:
    room = room_after(rounds, now)
    for viewer in VIEWERS:
        view = text(view_for(room, viewer))
        assert str(SEED) not in view
        assert "person-" not in view
        assert "something_new" not in view


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_private_briefing_is_in_its_own_seats_view_only(viewer: Country | None) -> None:
    room = room_after([], {})
    view = json.dumps(view_for(room, viewer), ensure_ascii=False)
    for seat in SEATS:
        for language in ("en", "es", "fr"):
            private = room.scenario.briefings[seat].private.of(language)
            assert (json.dumps(private, ensure_ascii=False) in view) == (viewer is seat)


def test_payoffs_are_told_to_their_own_seat_only() -> None:
    three = (
        Move.of(USA, "coordinate", "coordinate"),
        Move.of(CAN, "defect", "defect"),
        Move.of(MEX, "concede", "concede"),
    )
    room = room_after([three], {})
    payoff = room.state.game.results[0]["payoff"]
    for viewer in VIEWERS:
        view = text(view_for(room, viewer))
        for seat, amount in payoff.items():
            assert (json.dumps(amount) in view) == (viewer == seat)


def test_after_the_end_everything_opens(table: MakeRoom) -> None:
    room = table("CAN", seed=SEED)
    for _ in range(ROUNDS):
        room.seal(CAN, Move.of(CAN, "coordinate", "coordinate", quiet=True))
        assert "debrief" not in view_for(room, USA)
    while room.state.playing:
        room.answer(CAN, True)
    for viewer in VIEWERS:
        debrief = view_for(room, viewer)["debrief"]
        assert debrief["seed"] == SEED
        assert debrief["rounds_played"] == [dict(r) for r in room.state.game.results]
        assert debrief["rounds_played"][0]["moves"]["CAN"]["move"]["quiet"] is True
        assert set(debrief["briefings"]) == {"USA", "CAN", "MEX"}
    room.roll_back(2)
    assert all(
        "debrief" not in view_for(room, v) and str(SEED) not in text(view_for(room, v)) for v in VIEWERS
    )


def test_a_token_and_its_hash_are_in_no_view(table: MakeRoom) -> None:
    room = table("CAN", offered=("MEX",))
    token = room.claim(MEX, "Ana")
    secret = room.who(token)
    assert secret is not None
    for viewer in VIEWERS:
        view = text(view_for(room, viewer))
        assert token not in view
        assert secret.hash not in view
        assert secret.person not in view
        assert view_for(room, viewer)["seats"]["MEX"]["name"] == "Ana"


def test_who_has_sealed_is_told_to_all_and_what_only_to_the_seat(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    room.seal(CAN, Move.of(CAN, "defect", "concede"))
    for viewer in VIEWERS:
        view = view_for(room, viewer)
        assert {s: seat["sealed"] for s, seat in view["seats"].items()} == {
            "USA": True,
            "CAN": True,
            "MEX": False,
        }
        mine = None if viewer is None else room.state.game.sealed.get(viewer)
        assert view.get("own", {}).get("sealed") == mine
    assert view_for(room, CAN)["own"]["may_withdraw"] is True
    assert view_for(room, MEX)["own"]["may_withdraw"] is False


def test_each_seat_leaves_a_reveal_at_its_own_pace(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    for seat in (CAN, MEX):
        room.seal(seat, Move.of(seat, "coordinate", "coordinate"))
    assert (view_for(room, CAN)["own"]["reveal"], view_for(room, MEX)["own"]["reveal"]) == (1, 1)
    room.go_on(CAN, 1)
    room.go_on(CAN, 99)
    assert (view_for(room, CAN)["own"]["reveal"], view_for(room, MEX)["own"]["reveal"]) == (None, 1)


def test_a_view_comes_from_the_log_alone(table: MakeRoom, file_store: Any, time: Time) -> None:
    room = table("CAN", "MEX")
    room.seal(CAN, Move.of(CAN, "coordinate", "coordinate"))
    again = load_room(file_store, time)
    for viewer in VIEWERS:
        assert text(view_for(again, viewer)) == text(view_for(room, viewer))
    assert not again.engine.loaded


def test_a_view_is_made_once_for_each_state_and_never_outlives_it(table: MakeRoom) -> None:
    room = table("CAN", "MEX")
    first = view_for(room, Country.MEX)
    assert view_for(room, Country.MEX) is first
    assert view_for(room, None)["you"] is None
    room.seal(Country.CAN, Move.of(Country.CAN, "coordinate", "coordinate"))
    second = view_for(room, Country.MEX)
    assert second["seats"]["CAN"]["sealed"]
    assert not first["seats"]["CAN"]["sealed"]
    room.trouble = {"key": "x", "text": "y"}
    assert view_for(room, Country.MEX)["trouble"] == room.trouble
    room.trouble = None
    room.names = {"person-CAN": "Ana"}
    assert view_for(room, Country.MEX)["seats"]["CAN"]["name"] == "Ana"
