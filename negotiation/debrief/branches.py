"""What if: change one move of a finished game, let it go on, and see both futures with the same luck.

    branch = what_if("run/game.jsonl", 4, "USA", "CC")
    branch.unchanged.leverage["CAN"][-1], branch.changed.leverage["CAN"][-1]

Chance is keyed by purpose, round and seat, so the events of round 7 are the same draw in both futures whatever was
played in round 6. Two ways of going on after the change:

* ``recorded`` - everybody plays on as it was recorded. What that isolates is the effect of the one move.
* ``strategies`` - from the next round on every seat is played by a strategy (its own, or for a person the one
  nearest to its conduct). Then the yardstick is the unchanged move followed by the same strategies.

The review is held by the strategies that sat there, with the same draws; a person asks again for what it asked for, and
answers a proposal it has answered as it did. Futures of one game differ in their odds and expected values first; the
end drawn is one of the five.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from negotiation.debrief.findings import Finding, plain
from negotiation.debrief.game import Game, read
from negotiation.debrief.lookback import live_again, model_of
from negotiation.errors import IllegalMove, InputError
from negotiation.game.log import Event
from negotiation.game.moves import MOVES_OF, Move
from negotiation.game.proposal import Proposal, check_proposal
from negotiation.scenario import Scenario
from negotiation.terms import OUTCOMES, PARTNERS, SEATS, Country, Outcome, Phase

RECORDED, STRATEGIES = "recorded", "strategies"
Source = Game | Path | str | Sequence[Event]


@dataclass(frozen=True)
class Change:
    """Another move for one seat in one round."""

    round: int
    seat: Country
    move: Move

    @property
    def code(self) -> str:
        """Short form for a link or the command line, such as ``4:USA=CC``."""
        quiet = "q" if self.move.quiet else ""
        return f"{self.round}:{self.seat}={self.move.letters(self.seat)}{quiet}"


@dataclass(frozen=True)
class Future:
    """How a game went on from a round; index 0 of a path is the position before that round."""

    leverage: Mapping[str, tuple[float, ...]]
    """Partner -> index, as Washington can know it."""
    odds: tuple[Mapping[str, float], ...]
    """True odds of the five ends after each round from the change on."""
    moves: tuple[Mapping[str, str], ...]
    """Seat -> letters of its move, each round from the change on."""
    real_income: Mapping[str, float]
    """Seat -> change of real income in the last round, percent."""
    played: Mapping[str, float]
    """Seat -> payoff of all rounds of the game, USD bn."""
    expected: Mapping[str, float]
    """Seat -> payoff of all rounds and the years of the review at its odds: the score to be expected, USD bn."""
    end: str | None
    """The end that was drawn; None if no review was reached."""
    score: Mapping[str, float]
    """Seat -> score with the end drawn; empty without one."""


@dataclass(frozen=True)
class Branch:
    """One what-if: the future as it was and as it would have been."""

    changes: tuple[Change, ...]
    others: str
    minds: Mapping[str, str]
    """Seat -> strategy that played on (``strategies``)."""
    unchanged: Future
    changed: Future
    notes: tuple[Finding, ...] = ()

    @property
    def code(self) -> str:
        """The branch as text: ``4:USA=CC,5:CAN=DC;strategies``."""
        return ",".join(c.code for c in self.changes) + (
            f";{STRATEGIES}" if self.others == STRATEGIES else ""
        )

    def gain(self, seat: Country | str) -> float:
        """What the change is expected to bring a seat, USD bn."""
        return self.changed.expected[str(seat)] - self.unchanged.expected[str(seat)]

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        changes = [{"round": c.round, "seat": str(c.seat), "move": c.move.to_dict()} for c in self.changes]
        return plain({**vars(self), "changes": changes, "code": self.code})


def what_if(
    log: Source,
    round: int,
    seat: Country | str,
    move: Move | str | Mapping[str, Any],
    others: str = RECORDED,
    *,
    minds: Mapping[Country | str, str] | None = None,
    scenario: Scenario | str | None = None,
) -> Branch:
    """Both futures of a game in which ``seat`` played ``move`` in ``round`` instead.

    move : a ``Move``, its letters (``"DC"``, a trailing q for quiet) or its plain data.
    others : ``recorded`` or ``strategies``.
    minds : seat -> strategy to play on, over the game's own.
    Raises ``InputError`` for a round, seat or move that does not exist, ``IllegalMove`` for one the rules forbid.
    """
    change = Change(int(round), _seat(seat), _move(move, _seat(seat)))
    return what_if_all(log, [change], others, minds=minds, scenario=scenario)


def what_if_all(
    log: Source,
    changes: Iterable[Change],
    others: str = RECORDED,
    *,
    minds: Mapping[Country | str, str] | None = None,
    scenario: Scenario | str | None = None,
) -> Branch:
    """The same for several changes at once; play goes on freely after the first."""
    game = read(log, scenario=scenario)
    wanted = sorted(changes, key=lambda c: (c.round, SEATS.index(c.seat)))
    if not wanted:
        raise InputError("a what-if needs at least one changed move, such as 4:USA=CC")
    if others not in (RECORDED, STRATEGIES):
        raise InputError(f"others is '{others}'; it may be {RECORDED} or {STRATEGIES}")
    for change in wanted:
        if not 1 <= change.round <= len(game.results):
            raise InputError(f"there is no round {change.round}: the log holds {len(game.results)}")
    playing = _minds(game, minds, people_too=others == STRATEGIES)
    notes: list[Finding] = []
    changed = _future(game, wanted, others, playing, notes)
    same = [replace(c, move=_recorded(game, c.round, c.seat)) for c in wanted[:1]]
    unchanged = (
        _future(game, same, others, playing, [])
        if others == STRATEGIES
        else _as_it_was(game, wanted[0].round)
    )
    return Branch(
        changes=tuple(wanted),
        others=others,
        minds={str(s): m for s, m in playing.items()},
        unchanged=unchanged,
        changed=changed,
        notes=tuple(notes),
    )


def parse_change(text: str) -> Change:
    """A change from its short form ``ROUND:SEAT=LETTERS``.

    >>> parse_change("4:USA=CC").round
    4
    """
    head, equals, letters = text.partition("=")
    number, colon, seat = head.partition(":")
    if not (equals and colon and number.strip().isdigit()):
        raise InputError(f"'{text}' is not a change; write ROUND:SEAT=MOVE, for example 4:USA=CC")
    return Change(int(number), _seat(seat.strip()), _move(letters.strip(), _seat(seat.strip())))


# -- playing on -----------------------------------------------------------------------------------------


def _future(
    game: Game,
    changes: Sequence[Change],
    others: str,
    minds: Mapping[Country, str],
    notes: list[Finding],
) -> Future:
    first = changes[0].round
    model = _before(game, first)
    start = _standing(model)
    wanted = {(c.round, c.seat): c.move for c in changes}
    told: list[Mapping[str, Any]] = []
    while model.phase is not Phase.ENDED:
        if model.phase is Phase.JOINT_REVIEW:
            _review(model, minds, game if others == RECORDED else None)
            continue
        number = model.round
        if others == RECORDED and number > len(game.results):
            break  # the log stops here, and so does what was recorded
        moves = {}
        for seat in SEATS:
            fixed = wanted.get((number, seat))
            if fixed is None and (others == RECORDED or number == first):
                fixed = _recorded(game, number, seat)
            if fixed is None:
                moves[seat] = model.ask(seat, minds.get(seat)).move
            else:
                moves[seat] = _lawful(model, seat, fixed, notes, asked=(number, seat) in wanted)
        told.append(model.play(moves))
    review = model.review().expected if model.scenario.switches["S13"] else [0.0] * len(SEATS)
    future = _told(start, told, model.results, review, float(model.book.rules.horizon.review_years))
    if model.ending is None:
        return future
    return replace(future, end=str(model.ending["outcome"]), score=dict(model.ending["score"]))


def _as_it_was(game: Game, first: int) -> Future:
    """The recorded future from a round on; nothing is played again."""
    before = game.results[first - 2] if first > 1 else {"leverage": game.opening.get("leverage")}
    told = game.results[first - 1 :]
    start = {
        str(k): float(
            (before["leverage"] or {}).get(str(k), {"index": told[0]["leverage"][str(k)]["was"]})["index"]
        )
        for k in PARTNERS
    }
    assert game.scenario is not None
    years = float(game.scenario.rules.horizon.review_years)
    future = _told(start, told, game.results, game.expected_review, years)
    ending = game.state.ending
    return replace(future, end=str(ending["outcome"]), score=dict(ending["score"])) if ending else future


def _before(game: Game, number: int) -> Any:
    """The model before a round."""
    model = model_of(game)
    for _ in live_again(model, game.results[: number - 1]):
        pass
    if model.phase is Phase.JOINT_REVIEW:
        model.reviews.append({"round": len(model.results), "outcome": str(Outcome.ANN), "proposals": []})
        model.phase = Phase.BARGAINING
    return model


def _review(model: Any, minds: Mapping[Country, str], game: Game | None) -> None:
    """One proposal of a joint review and its answers; with ``game``, people do as they did there."""
    asked = _proposals(game, len(model.results)) if game is not None else []
    again = asked[len(model.proposals)] if len(model.proposals) < len(asked) else None
    proposal = None
    if again is not None and game is not None and game.minds[Country.USA] is None:
        proposal = Proposal.from_dict(again)
        try:
            check_proposal(proposal, model.position, model.scenario)
        except IllegalMove:
            proposal = None
    if proposal is None:
        proposal = model.ask_proposal(minds.get(Country.USA))
    model.put_on_table(proposal)
    for k in proposal.signatories:
        signs = None
        if (
            again is not None
            and game is not None
            and game.minds[k] is None
            and Proposal.from_dict(again) == proposal
        ):
            signs = (again.get("answers") or {}).get(str(k))
        model.answer(k, model.ask_answer(k, proposal, minds.get(k)) if signs is None else bool(signs))
    model.close_review()


def _proposals(game: Game, number: int) -> Sequence[Mapping[str, Any]]:
    """Proposals recorded at the review after a round."""
    for held in game.state.reviews:
        if held.get("round") == number:
            return held.get("proposals") or []
    ending = game.state.ending or {}
    return (ending.get("proposals") or game.state.proposals) if number == len(game.results) else []


def _lawful(model: Any, seat: Country, move: Move, notes: list[Finding], *, asked: bool) -> Move:
    """A recorded move as far as it can still be made; measures that no longer fit are dropped and said."""
    try:
        model.check_seat(seat, move)
    except IllegalMove:
        if asked:
            raise
        bare = replace(move, measures={})
        model.check_seat(seat, bare)
        notes.append(Finding("measure_dropped", {"round": model.round, "seat": str(seat)}))
        return bare
    return move


def _standing(model: Any) -> dict[str, float]:
    """Leverage index over each partner now."""
    from negotiation.game.breakdown import leverage_in

    lever = leverage_in(model.table, model.position, model.book, model.scale)
    return {str(k): round(float(lever.index[i]), 6) for i, k in enumerate(PARTNERS)}


def _told(
    start: Mapping[str, float],
    told: Sequence[Mapping[str, Any]],
    every: Sequence[Mapping[str, Any]],
    review: Sequence[float],
    years: float,
) -> Future:
    """A future from its rounds (``told``), the whole game with it (``every``) and the review's expected value."""
    played = {str(s): sum(float(r["payoff"][str(s)]) for r in every) for s in SEATS}
    return Future(
        leverage={
            str(k): (start[str(k)], *(float(r["leverage"][str(k)]["index"]) for r in told)) for k in PARTNERS
        },
        odds=tuple({str(o): float(r["odds_true"][str(o)]) for o in OUTCOMES} for r in told),
        moves=tuple(
            {str(s): Move.from_dict(r["moves"][str(s)]["move"]).letters(s) for s in SEATS} for r in told
        ),
        real_income={str(s): float(told[-1]["income"][str(s)]["real_income_percent"]) for s in SEATS},
        played=played,
        expected={str(s): played[str(s)] + years * float(review[i]) for i, s in enumerate(SEATS)},
        end=None,
        score={},
    )


# -- reading what was asked -----------------------------------------------------------------------------


def _recorded(game: Game, number: int, seat: Country) -> Move:
    return Move.from_dict(game.results[number - 1]["moves"][str(seat)]["move"])


def _minds(game: Game, given: Mapping[Country | str, str] | None, *, people_too: bool) -> dict[Country, str]:
    """Who plays on: those given, else the game's own, else for a person the strategy nearest to its conduct."""
    out: dict[Country, str] = {_seat(s): name for s, name in (given or {}).items()}
    people = []
    for seat in SEATS:
        if seat in out:
            continue
        mind = game.minds[seat]
        if mind is None:
            people.append(seat)
        elif game.scenario is None or game.scenario.governments[seat].strategy != mind:
            out[seat] = mind  # the scenario's own strategy keeps its leader's scales by not being named
    if people and people_too:
        from negotiation.debrief.conduct import nearest, predictions
        from negotiation.debrief.lookback import look_back

        near = nearest(game, look_back(game, predictions).said)
        out |= {s: near[str(s)].ranking[0][0] for s in people if str(s) in near}
    return out


def _seat(seat: Country | str) -> Country:
    try:
        return Country(str(seat).upper())
    except ValueError:
        raise InputError(f"there is no seat '{seat}'; it is USA, CAN or MEX") from None


def _move(move: Move | str | Mapping[str, Any], seat: Country) -> Move:
    if isinstance(move, Move):
        return move
    if isinstance(move, Mapping):
        return Move.from_dict(move)
    letters, quiet = move.upper(), False
    if letters.endswith("Q"):
        letters, quiet = letters[:-1], True
    if letters not in MOVES_OF:
        raise InputError(f"'{move}' is not a move; write two letters of C, N, D, for example CC or DN")
    return Move.from_index(seat, MOVES_OF.index(letters), quiet=quiet)
