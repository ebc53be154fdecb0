"""What a table does by itself: one small step at a time, each found from the state alone.

A restart, a second process or a failure in between changes nothing: whoever looks at the state finds the same
next step, and the version of the log lets only one of them store it.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from typing import Any

from negotiation.game import log
from negotiation.game.proposal import Proposal
from negotiation.rooms.state import LAST, WAIT, RoomState
from negotiation.rooms.store import News
from negotiation.terms import SEATS, Country, Outcome, Phase


def next_step(state: RoomState) -> str | None:
    """The step that waits for nobody: start, choose, resolve, propose, answer, end, stop; None: people must act."""
    game = state.game
    if state.paused or game.phase is Phase.ENDED:
        return None
    if game.started is None:
        return "start" if state.called else None
    if state.ending_called:
        return "stop"
    if game.phase is Phase.BARGAINING:
        if len(game.sealed) == len(SEATS):
            return "resolve"
        return "choose" if any(mind_of(state, s) for s in SEATS if s not in game.sealed) else None
    if len(game.results) not in game.review_rounds:  # a calendar without a review simply ends
        return "end"
    if game.open_proposal is not None:
        return "answer" if _signers(state) else None
    if wants_proposal(state):
        return "propose" if mind_of(state, Country.USA) else None
    return "end"


def mind_of(state: RoomState, seat: Country) -> str | None:
    """What moves for a seat now: a strategy, ``last`` (repeat the last stances), or None for its person."""
    chair = state.chairs[seat]
    if chair.mind is not None or not state.clock.rang:
        return chair.mind
    if chair.policy == WAIT:
        return chair.strategy if state.clock.rang == "host" else None
    can_repeat = state.game.results and state.game.phase is Phase.BARGAINING
    return chair.strategy if chair.policy == LAST and not can_repeat else chair.policy


def wants_proposal(state: RoomState) -> bool:
    """Whether Washington is to propose: at the start, and once more after a refused bilateral offer."""
    made = state.game.proposals
    if not made:
        return True
    refused = not all(made[0]["answers"].values())
    return len(made) == 1 and Proposal.from_dict(made[0]).outcome is Outcome.SPLIT and refused


def deadline(state: RoomState, now: float) -> dict[str, float]:
    """When time will be up if it starts now; nothing for a table without a clock."""
    return {} if state.config.seconds is None else {"deadline": now + state.config.seconds}


def _signers(state: RoomState) -> list[tuple[Country, str]]:
    """Seats a computer signs for, in the order they are asked."""
    proposal = state.game.open_proposal or {"answers": {}}
    asked = Proposal.from_dict(proposal).signatories
    return [(s, mind) for s in asked if str(s) not in proposal["answers"] and (mind := mind_of(state, s))]


# -- the steps: work out with the engine, then store if the table still stands there --------------------


def _start(room: Any, state: RoomState) -> None:
    data = {**room.engine.start(state), "versions": versions()}

    def decide(now_state: RoomState, now: float) -> Iterable[News]:
        return [] if now_state.game.started else [("game_started", {**data, **deadline(now_state, now)})]

    room.commit_step(decide)


def _choose(room: Any, state: RoomState) -> None:
    minds = {seat: mind for seat in SEATS if seat not in state.game.sealed and (mind := mind_of(state, seat))}
    choices = {seat: _choice(room, state, seat, mind) for seat, mind in minds.items()}

    def decide(now_state: RoomState, now: float) -> Iterable[News]:
        if _moved_on(now_state, state) or now_state.game.phase is not Phase.BARGAINING:
            return []
        return [
            ("move_sealed", log.decide_seal(now_state.game, seat, choice))
            for seat, choice in choices.items()
            if seat not in now_state.game.sealed and mind_of(now_state, seat) == minds[seat]
        ]

    room.commit_step(decide)


def _choice(room: Any, state: RoomState, seat: Country, mind: str) -> dict[str, Any]:
    if mind == LAST:  # stances only: a measure may no longer be possible
        last = state.game.results[-1]["moves"][str(seat)]["move"]
        quiet = {"quiet": True} if last.get("quiet") else {}
        return {"move": {"stances": dict(last["stances"]), **quiet}, "by": LAST}
    return room.engine.choose(state, seat, mind)


def _resolve(room: Any, state: RoomState) -> None:
    data = room.engine.resolve(state)

    def decide(now_state: RoomState, now: float) -> Iterable[News]:
        if _moved_on(now_state, state) or now_state.game.sealed != state.game.sealed:
            return []
        return [("round_resolved", {**data, **deadline(now_state, now)})]

    room.commit_step(decide)


def _propose(room: Any, state: RoomState) -> None:
    mind = mind_of(state, Country.USA)
    assert mind is not None
    proposal = room.engine.propose(state, mind)

    def decide(now_state: RoomState, now: float) -> Iterable[News]:
        if _moved_on(now_state, state) or mind_of(now_state, Country.USA) != mind:
            return []
        return [
            (
                "proposal_made",
                {**log.decide_proposal(now_state.game, proposal), "by": mind, **deadline(now_state, now)},
            )
        ]

    room.commit_step(decide)


def _answer(room: Any, state: RoomState) -> None:
    seat, mind = _signers(state)[0]
    signs = room.engine.answer(state, seat, mind)

    def decide(now_state: RoomState, now: float) -> Iterable[News]:
        if _moved_on(now_state, state) or (seat, mind) not in _signers(now_state):
            return []
        return [("proposal_answered", log.decide_answer(now_state.game, seat, signs))]

    room.commit_step(decide)


def _end(room: Any, state: RoomState) -> None:
    kind, data = room.engine.end(state)

    def decide(now_state: RoomState, now: float) -> Iterable[News]:
        if _moved_on(now_state, state) or next_step(now_state) != "end":
            return []
        return [(kind, {**data, **(deadline(now_state, now) if kind == "review_held" else {})})]

    room.commit_step(decide)


def _stop(room: Any, state: RoomState) -> None:
    """The host's end: what stands is annual reviews, scored as it stands."""
    data = {**room.engine.stop(state), "by": "host"}

    def decide(now_state: RoomState, now: float) -> Iterable[News]:
        if _moved_on(now_state, state) or next_step(now_state) != "stop":
            return []
        return [("game_ended", data)]

    room.commit_step(decide)


STEPS: dict[str, Callable[[Any, RoomState], None]] = {
    "start": _start,
    "choose": _choose,
    "resolve": _resolve,
    "propose": _propose,
    "answer": _answer,
    "end": _end,
    "stop": _stop,
}


def _moved_on(now: RoomState, then: RoomState) -> bool:
    """Whether the table has left the place a step was worked out for."""
    here = (now.epoch, now.game.round, now.game.phase, len(now.game.proposals), now.paused)
    return here != (then.epoch, then.game.round, then.game.phase, len(then.game.proposals), then.paused)


def versions() -> dict[str, str]:
    """What a log was written with."""
    from importlib.metadata import PackageNotFoundError, version

    out = {"python": platform.python_version()}
    for package in ("negotiation", "numpy"):
        try:
            out[package] = version(package)
        except PackageNotFoundError:
            out[package] = "unknown"
    return out
