"""A game as its log tells it: state, scenario, who sat where, and every fault of the log, said plainly.

    game = read("game.jsonl")            # a file, the folder of a run, or events
    game.results[-1]["leverage"]["CAN"]

What can be read is read. A log that is cut, was edited by hand or belongs to another scenario gives a game with
``faults``; only one that says nothing at all (no start, another kind of file, a newer format) raises ``BrokenLog``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from negotiation.debrief.findings import Finding
from negotiation.errors import BrokenLog, InputError
from negotiation.game.log import Event, GameState, evolve, read_log
from negotiation.game.moves import Move
from negotiation.scenario import Scenario, load_scenario, scenario_names
from negotiation.terms import OUTCOMES, PARTNERS, SEATS, Country, Phase

EVENTS = frozenset(
    [
        "game_started",
        "move_sealed",
        "move_withdrawn",
        "round_resolved",
        "rolled_back",
        "proposal_made",
        "proposal_answered",
        "review_held",
        "game_ended",
        "room_opened",
        "start_called",
        "seat_claimed",
        "seat_released",
        "person_seated",
        "person_left",
        "person_replaced",
        "move_proposed",
        "help_called",
        "substituted",
        "given_back",
        "policy_set",
        "cable_sent",
        "talk_switched",
        "shock_injected",
        "end_called",
        "gone_on",
        "time_ran_out",
        "time_extended",
        "paused",
        "resumed",
        "locked",
    ]
)
"""Kinds of events of games and rooms."""
Result = Mapping[str, Any]
NEEDED = ("round", "date", "months", "moves", "facts", "position", "payoff")
"""What the data of a round must hold to be looked at."""


@dataclass(frozen=True)
class Game:
    """A finished (or interrupted) game and what is known about it."""

    state: GameState
    scenario: Scenario | None
    """The scenario as installed here; None if it is not."""
    config: Mapping[str, Any]
    """What a room was opened with (mode, level, firms); empty for a game of the command line."""
    faults: tuple[Finding, ...] = ()

    @property
    def started(self) -> Mapping[str, Any]:
        """Data of ``game_started``."""
        return self.state.started or {}

    @property
    def opening(self) -> Mapping[str, Any]:
        """Read-outs before the first round; may be empty."""
        return self.started.get("opening") or {}

    @property
    def results(self) -> tuple[Result, ...]:
        """Data of the rounds played."""
        return self.state.results

    @property
    def seed(self) -> int:
        """Root of every draw of the game."""
        return int(self.started["seed"])

    @property
    def firms(self) -> int | None:
        """Number of firms; None for the scenario's own."""
        said = self.started.get("firms") or self.config.get("firms")
        return None if said is None else int(said)

    @property
    def simple(self) -> bool:
        """Whether seats chose among three cards."""
        return self.config.get("mode") == "simple"

    @cached_property
    def minds(self) -> dict[Country, str | None]:
        """Seat -> the strategy that moved for it; None where a person chose at least once."""
        seats = dict(self.started.get("seats") or {})
        out: dict[Country, str | None] = {}
        for s in SEATS:
            unsaid = None if self.config else seats.get(str(s))  # in a room, who is not named is a person
            movers = [r["moves"][str(s)].get("by", unsaid) for r in self.results]
            movers = ["" if m in (None, "last", "person") else str(m) for m in movers]
            out[s] = movers[-1] if movers and all(movers) else None if movers else seats.get(str(s))
        return out

    def remember_review(self, expected: Any) -> None:
        """Keep the expected value of the review after the last round (3,), once it has been worked out."""
        self.__dict__["expected_review"] = [float(x) for x in expected]

    @cached_property
    def expected_review(self) -> list[float]:
        """Expected yearly value of the review after the last round to USA, CAN, MEX; zeros where none is held."""
        from negotiation.debrief.lookback import live_again, model_of

        model = model_of(self)
        if not model.scenario.switches["S13"]:
            return [0.0] * len(SEATS)
        for _ in live_again(model, self.results):
            pass
        return [float(x) for x in model.review().expected]

    @property
    def readable(self) -> bool:
        """Whether rounds carry leverage and the other read-outs (games of ensembles leave them out)."""
        return bool(self.results) and all("leverage" in r for r in self.results)

    @property
    def ended(self) -> bool:
        """Whether the log goes to the end of the game."""
        return self.state.phase is Phase.ENDED


def read(
    source: Game | Path | str | Sequence[Event],
    *,
    scenario: Scenario | str | None = None,
    shipped_only: bool = False,
) -> Game:
    """The game of a log.

    source : path of a ``game.jsonl`` or of the folder of a run; or the events themselves.
    scenario : the scenario (or its name or path) if it is not a shipped one.
    shipped_only : look for the scenario among the shipped ones alone: a log somebody else wrote names no file here.
    Raises ``BrokenLog`` if there is no game in it.
    """
    if isinstance(source, Game):
        return source
    faults: list[Finding] = []
    if isinstance(source, (str, Path)):
        path = Path(source)
        path = path / "game.jsonl" if path.is_dir() else path
        events, damaged = read_log(path)
        if damaged:
            faults.append(Finding("line_damaged", {"line": len(events) + 2}))
    else:
        events = list(source)
    state, config, misfit = _folded(events)
    faults += [*_unknown(events), *misfit]
    if state.started is None:
        raise BrokenLog("the log does not say how the game started, so there is nothing to look back on")
    chosen, more = _scenario_of(state.started, config, scenario, shipped_only)
    game = Game(state, chosen, config, tuple(faults + more))
    return replace(game, faults=(*game.faults, *_incomplete(game), *_inconsistent(game)))


def _folded(events: Iterable[Event]) -> tuple[GameState, dict[str, Any], list[Finding]]:
    """The state up to the first event that does not fit."""
    state, config = GameState(), {}
    for event in events:
        try:
            if event.type == "room_opened":
                config = dict(event.data["config"])
            if event.type == "round_resolved":
                _check_round(event.data, len(state.results) + 1)
            if event.type == "game_started":
                _check_start(event.data)
            state = evolve(state, event)
        except (BrokenLog, InputError, KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            said = f"{type(error).__name__}: {error}"
            return (
                state,
                config,
                [Finding("event_misfit", {"event": event.version, "type": event.type, "said": said})],
            )
    return state, config, []


def _unknown(events: Iterable[Event]) -> list[Finding]:
    """Kinds of events this version has never heard of, and how many of each."""
    counted = Counter(str(e.type) for e in events if str(e.type) not in EVENTS)
    return [Finding("event_unknown", {"type": kind, "n": n}) for kind, n in counted.items()]


def _check_start(data: Mapping[str, Any]) -> None:
    """Raise unless a game could have started like this."""
    seed, rounds = int(data["seed"]), int(data["rounds"])
    if not str(data["scenario"]) or seed < 0 or not 1 <= rounds <= MOST_ROUNDS:
        raise BrokenLog(f"no game starts with seed {seed} and {rounds} rounds")
    firms = data.get("firms")
    if firms is not None and not FEWEST_FIRMS <= int(firms) <= MOST_FIRMS:
        raise BrokenLog(f"no game has {firms} firms; it has {FEWEST_FIRMS} to {MOST_FIRMS}")
    _check_numbers(data)


def _check_numbers(value: Any) -> None:
    """Raise for a number that is none: JSON as Python reads it may hold NaN and Infinity."""
    if isinstance(value, float) and not math.isfinite(value):
        raise BrokenLog("a number that is none (NaN or infinite)")
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        _check_numbers(part)


def _check_round(data: Mapping[str, Any], number: int) -> None:
    """Raise unless a round can be looked at at all."""
    missing = [name for name in NEEDED if name not in data]
    if missing:
        raise BrokenLog(f"a round without {', '.join(missing)}")
    if int(data["round"]) != number:
        raise BrokenLog(f"round {data['round']} where round {number} should be")
    for seat in SEATS:
        move = Move.from_dict(data["moves"][str(seat)]["move"])
        move.index(seat)
        float(data["payoff"][str(seat)])
    for odds in (data[name] for name in ("odds", "odds_true") if name in data):
        if not all(0 <= float(odds[str(o)]) <= 1 for o in OUTCOMES):
            raise BrokenLog("odds that are no probabilities")
    for k in PARTNERS if "leverage" in data else ():
        told = data["leverage"][str(k)]
        [float(told[name]) for name in ("index", "transfer", "was", "change")]
        [float(part) for part in told["why"].values()]
    _check_numbers(data)


def _scenario_of(
    started: Mapping[str, Any],
    config: Mapping[str, Any],
    given: Scenario | str | None,
    shipped_only: bool,
) -> tuple[Scenario | None, list[Finding]]:
    """The scenario of a game as installed here, and whether it still is the one that was played."""
    name = str(config.get("scenario") or started["scenario"])
    if isinstance(given, Scenario):
        scenario = given
    elif given is None and shipped_only and name not in scenario_names():
        return None, [Finding("scenario_missing", {"scenario": name})]
    else:
        try:
            scenario = load_scenario(given or name)
        except InputError:
            if given is not None:
                raise
            return None, [Finding("scenario_missing", {"scenario": name})]
    if started.get("digest") not in (None, scenario.digest):
        return scenario, [Finding("scenario_changed", {"scenario": scenario.name})]
    return scenario, []


def _incomplete(game: Game) -> list[Finding]:
    """What the log does not reach."""
    played, planned = len(game.results), game.state.rounds
    if game.ended:
        return []
    if not played:
        return [Finding("nothing_played", {"planned": planned})]
    if game.state.phase is Phase.JOINT_REVIEW:
        return [Finding("review_open", {"played": played})]
    return [Finding("stops_before_review", {"played": played, "planned": planned})]


def _inconsistent(game: Game) -> list[Finding]:
    """Numbers of the log that contradict each other: nobody but an editor's hand does that."""
    out = []
    was = {k: v["index"] for k, v in (game.opening.get("leverage") or {}).items()}
    for r in game.results:
        for k, told in (r.get("leverage") or {}).items():
            sums = (
                abs(sum(told["why"].values()) - told["change"]),
                abs(told["index"] - told["was"] - told["change"]),
                abs(told["was"] - was.get(k, told["was"])),
            )
            if max(sums) > TOLERANCE:
                out.append(Finding("numbers_disagree", {"round": r["round"], "partner": k}))
            was[k] = told["index"]
    return out


FEWEST_FIRMS, MOST_FIRMS = 100, 1_000_000
"""Firms of a game, as ``negotiation run`` takes them."""
MOST_ROUNDS = 1000
"""Rounds a log may promise."""
TOLERANCE = 1e-3
"""Points by which numbers of a log may differ before they are said to (they are stored to six digits)."""
