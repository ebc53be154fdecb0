"""The log of a game: facts in order, the state they add up to, and what may be done next.

``decide_*`` turn a wish into an event or refuse it (``IllegalMove``); ``evolve`` folds an event into the state;
a log replayed from its first event gives the same state. Rooms store these events, ``run --out`` writes them.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from negotiation.errors import BrokenLog, IllegalMove
from negotiation.game.moves import Move
from negotiation.game.proposal import Proposal, check_turn
from negotiation.terms import SEATS, Country, Outcome, Phase

FORMAT = 1
"""Version of the event format; a log from a newer version is refused, never half read."""


@dataclass(frozen=True)
class Event:
    """One fact. ``version`` is its place in the log, from 1."""

    version: int
    type: str
    data: Mapping[str, Any]

    def to_json(self) -> str:
        """One line of a log file."""
        return json.dumps({"version": self.version, "type": self.type, "data": self.data}, ensure_ascii=False)


@dataclass(frozen=True)
class GameState:
    """What a log adds up to."""

    version: int = 0
    started: Mapping[str, Any] | None = None
    """Scenario name and digest, seed, seats, versions of the software."""
    phase: Phase = Phase.BARGAINING
    round: int = 1
    """The round to be played."""
    sealed: Mapping[Country, Mapping[str, Any]] = field(default_factory=dict)
    """Choices sealed for this round (move, reasons, expected), secret until all are in."""
    results: tuple[Mapping[str, Any], ...] = ()
    """``RoundResolved`` data, one per round."""
    proposals: tuple[Mapping[str, Any], ...] = ()
    """Proposals of the review with their answers so far."""
    reviews: tuple[Mapping[str, Any], ...] = ()
    """Reviews held that did not end the game (annual reviews go on)."""
    outcome: Outcome | None = None
    ending: Mapping[str, Any] | None = None
    """Scores and numbers of the end."""

    @property
    def rounds(self) -> int:
        return int(self.started["rounds"]) if self.started else 0

    @property
    def review_rounds(self) -> tuple[int, ...]:
        """Rounds after which a joint review is held."""
        return tuple((self.started or {}).get("reviews", (self.rounds,)))

    @property
    def open_proposal(self) -> Mapping[str, Any] | None:
        """The proposal on the table, if it still waits for signatures."""
        if self.phase is not Phase.JOINT_REVIEW or not self.proposals:
            return None
        last = self.proposals[-1]
        return last if set(last["answers"]) < {str(k) for k in Proposal.from_dict(last).signatories} else None


def evolve(state: GameState, event: Event) -> GameState:
    """The state after one more event; events of rooms that do not change the game only count.

    ``BrokenLog`` for an event that leaves a gap, or that does not hold what its type says.
    """
    if event.version != state.version + 1:
        raise BrokenLog(f"event {event.version} follows event {state.version}: the log has a gap")
    state, data = replace(state, version=event.version), event.data
    try:
        match event.type:
            case "game_started":
                return replace(state, started=data)
            case "move_sealed":
                return replace(state, sealed={**state.sealed, Country(data["seat"]): data["choice"]})
            case "move_withdrawn":
                return replace(state, sealed={s: c for s, c in state.sealed.items() if s != data["seat"]})
            case "round_resolved":
                last = data["round"] in state.review_rounds or data["round"] >= state.rounds
                return replace(
                    state,
                    sealed={},
                    results=(*state.results, data),
                    round=data["round"] + 1,
                    phase=Phase.JOINT_REVIEW if last else Phase.BARGAINING,
                )
            case "rolled_back":
                kept = tuple(r for r in state.results if r["round"] < data["round"])
                held = tuple(r for r in state.reviews if r["round"] < data["round"])
                return replace(
                    state,
                    sealed={},
                    results=kept,
                    reviews=held,
                    round=data["round"],
                    phase=Phase.BARGAINING,
                    proposals=(),
                    outcome=None,
                    ending=None,
                )
            case "proposal_made":
                return replace(state, proposals=(*state.proposals, {**data, "answers": {}}))
            case "proposal_answered":
                last_one = state.proposals[-1]
                answered = {**last_one, "answers": {**last_one["answers"], data["seat"]: data["signs"]}}
                return replace(state, proposals=(*state.proposals[:-1], answered))
            case "review_held":
                return replace(state, phase=Phase.BARGAINING, reviews=(*state.reviews, data), proposals=())
            case "game_ended":
                return replace(state, phase=Phase.ENDED, outcome=Outcome(data["outcome"]), ending=data)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise BrokenLog(
            f"event {event.version} ({event.type}) does not hold what it should ({what})"
        ) from error
    return state


def replay(events: Iterable[Event]) -> GameState:
    """The state a whole log adds up to."""
    state = GameState()
    for event in events:
        state = evolve(state, event)
    return state


# -- what may be done next ----------------------------------------------------------------------------


def decide_seal(
    state: GameState, seat: Country, choice: Mapping[str, Any], *, round: int | None = None
) -> dict[str, Any]:
    """Data of a ``move_sealed`` event; ``round`` is the round the mover believes to be in."""
    _must_bargain(state)
    if round is not None and round != state.round:
        raise IllegalMove(
            f"this move was made for round {round}, but the table plays round {state.round}: look again"
        )
    if seat in state.sealed:
        raise IllegalMove(
            f"round {state.round}: {seat} has already moved (withdraw it first, or wait for round {state.round + 1})"
        )
    Move.from_dict(choice.get("move", {}))
    return {"seat": str(seat), "round": state.round, "choice": dict(choice)}


def decide_withdraw(state: GameState, seat: Country) -> dict[str, Any]:
    """Data of a ``move_withdrawn`` event: possible until the last seal."""
    _must_bargain(state)
    if seat not in state.sealed:
        raise IllegalMove(f"round {state.round}: {seat} has no sealed move to withdraw")
    if len(state.sealed) == len(SEATS):
        raise IllegalMove(f"round {state.round}: all three moves are sealed; they are being revealed")
    return {"seat": str(seat), "round": state.round}


def decide_proposal(
    state: GameState, proposal: Proposal, reason: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Data of a ``proposal_made`` event. A refused bilateral offer returns Washington to the table once."""
    _must_review(state)
    check_turn(proposal, state.proposals)
    return {**proposal.to_dict(), **({"reason": dict(reason)} if reason else {})}


def decide_answer(state: GameState, seat: Country, signs: bool) -> dict[str, Any]:
    """Data of a ``proposal_answered`` event."""
    _must_review(state)
    proposal = state.open_proposal
    if proposal is None:
        raise IllegalMove("there is no proposal to answer yet")
    if seat not in Proposal.from_dict(proposal).signatories:
        raise IllegalMove(f"{seat} is not asked to sign this proposal")
    if str(seat) in proposal["answers"]:
        raise IllegalMove(f"{seat} has already answered this proposal")
    return {"seat": str(seat), "signs": bool(signs)}


def _must_bargain(state: GameState) -> None:
    if state.phase is not Phase.BARGAINING:
        raise IllegalMove(f"the bargaining is over ({state.phase}); no move can be sealed")


def _must_review(state: GameState) -> None:
    if state.phase is not Phase.JOINT_REVIEW:
        raise IllegalMove(f"the joint review is not open (the table is in {state.phase})")


# -- files --------------------------------------------------------------------------------------------


def write_log(path: Path, events: Iterable[Event]) -> None:
    """Write events as JSON lines, the format said first."""
    lines = [json.dumps({"format": FORMAT, "kind": "negotiation-game-log"}), *(e.to_json() for e in events)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


LONGEST = 20_000_000
"""Bytes of a line; ten thousand firms' round has about 10,000. A longer one cannot be read."""


def read_log(path: Path) -> tuple[list[Event], str | None]:
    """Events of a log file and, if it is cut or damaged, a sentence about what is missing.

    Raises ``BrokenLog`` when nothing can be used: no file, another kind of file, a newer format.
    """
    events: list[Event] = []
    try:
        with path.open("rb") as stream:
            _check_header(path, stream.readline(LONGEST).removeprefix(codecs.BOM_UTF8))
            for number, line in enumerate(iter(lambda: stream.readline(LONGEST), b""), start=2):
                try:
                    raw = json.loads(line.decode("utf-8"))
                    event = Event(int(raw["version"]), str(raw["type"]), raw["data"])
                except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
                    return events, f"{path}: line {number} cannot be read; shown is what stands before it"
                if event.version != len(events) + 1:
                    return (
                        events,
                        f"{path}: line {number} is event {event.version}, expected {len(events) + 1}; "
                        "shown is what stands before it",
                    )
                events.append(event)
    except OSError as error:
        raise BrokenLog(f"{path}: cannot be read ({error.strerror or error})") from None
    return events, None


def _check_header(path: Path, line: bytes) -> None:
    """Raise ``BrokenLog`` unless the first line says that this is a log, and one this version can read."""
    if not line:
        raise BrokenLog(f"{path}: the file is empty; a run leaves its log in a file called game.jsonl")
    try:
        header = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or header.get("kind") != "negotiation-game-log":
        raise BrokenLog(
            f"{path}: this is not a game log (its first line does not say so); a run leaves one called game.jsonl"
        )
    form = header.get("format", 0)
    if not isinstance(form, int) or form > FORMAT:
        raise BrokenLog(
            f"{path}: written by a newer version of negotiation (format {form!r:.20}, this one reads {FORMAT}); "
            "update it and read the log again"
        )
