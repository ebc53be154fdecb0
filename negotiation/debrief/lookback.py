"""The positions of a game lived through again: before each round, what could have been known and gained.

The model is restored round by round from the log (firms live again, stored numbers stay the truth) and looked at
before each move. Nothing here decides anything; every finding of the debrief reads these looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from negotiation.bargaining import StageGame
from negotiation.debrief.aftermath import left_behind
from negotiation.debrief.findings import Finding
from negotiation.debrief.game import TOLERANCE, Game
from negotiation.debrief.movers import by_mover
from negotiation.errors import InputError, NegotiationError
from negotiation.game.breakdown import leverage_in
from negotiation.game.moves import MOVES_OF, Move
from negotiation.game.payoffs import stage_game
from negotiation.game.view import SeatView
from negotiation.rooms.simple import CARDS
from negotiation.terms import PARTNERS, SEATS, Country, Outcome, Phase

Array = np.ndarray


@dataclass(frozen=True)
class Look:
    """One round as it could be looked at before it was played. Actions are numbered 0 to 8 (``Move.index``)."""

    round: int
    date: str
    cell: tuple[int, int, int]
    """Moves of USA, CAN, MEX that were played."""
    stage: StageGame
    """In truth: payoff (9, 9, 9, 3), USD bn."""
    seen_in_washington: StageGame
    """As Washington can work it out."""
    forecast: tuple[Array, Array, Array]
    """Quantal response of the true stage game: what theory expects of each seat, (9,) each."""
    forecast_in_washington: tuple[Array, Array, Array]
    noise: Array
    """(3,) decision noise of the rules, USD bn."""
    options: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    """Moves each seat could choose among (three cards in simple mode)."""
    best: tuple[int, int, int]
    """Each seat's best reply to what the others played."""
    left: Mapping[str, Array]
    """What that reply would have left behind -> (3, 2) more toward CAN, MEX than the move played (``aftermath``)."""
    by_mover: Mapping[str, Array]
    """Seat -> (2,) points of leverage over CAN, MEX that its move brought against a calm round."""

    def letters(self, seat: Country) -> str:
        """The move played, two letters."""
        return MOVES_OF[self.cell[SEATS.index(seat)]]

    def stage_of(self, seat: Country) -> StageGame:
        """The stage game as this seat could work it out."""
        return self.seen_in_washington if seat is Country.USA else self.stage

    def forecast_of(self, seat: Country) -> tuple[Array, Array, Array]:
        """What this seat could expect of everybody."""
        return self.forecast_in_washington if seat is Country.USA else self.forecast


@dataclass(frozen=True)
class Lookback:
    """A whole game looked back on."""

    looks: tuple[Look, ...]
    model: Any
    """The model after the last round of the log; None if nothing could be rebuilt."""
    faults: tuple[Finding, ...] = ()
    said: tuple[Mapping[Country, Any], ...] = field(default_factory=tuple)
    """What ``ask`` returned before each round, by seat."""


Ask = Callable[[Country, SeatView, Any], Any]
"""A question put to each seat's view before each round (seat, view, model)."""


def model_of(game: Game, *, strategies: Mapping[Country | str, Any] | None = None) -> Any:
    """The model at the start of a game."""
    from negotiation.world import ReviewModel

    if game.scenario is None:
        raise InputError("the scenario of this game is not installed here; name its file with --scenario")
    return ReviewModel(game.scenario, game.seed, firms=game.firms, strategies=strategies)


def live_again(
    model: Any, results: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """Restore round after round: yields each result *before* it is lived, with warnings about the one before."""
    warnings: list[str] = []
    for result in results:
        if model.phase is Phase.JOINT_REVIEW:
            model.reviews.append({"round": len(model.results), "outcome": str(Outcome.ANN), "proposals": []})
            model.phase = Phase.BARGAINING
        yield result, warnings
        warnings = model.restore([dict(result)])
    yield {}, warnings


def look_back(game: Game, ask: Ask | None = None) -> Lookback:
    """Look at every round of a game. ``ask`` is put to each seat's view before each round.

    A log that cannot be lived again gives the looks up to where it can, and says so in ``faults``.
    """
    if game.scenario is None:
        return Lookback((), None)
    try:
        model = model_of(game)
    except (NegotiationError, KeyError, IndexError, TypeError, ValueError) as error:
        return Lookback((), None, (_cannot(0, error),))
    looks: list[Look] = []
    said: list[dict[Country, Any]] = []
    faults: list[Finding] = []
    differs: list[int] = []
    last = 0
    try:
        for result, warnings in live_again(model, game.results):
            if warnings or (last and _leverage_differs(model, game.results[last - 1])):
                differs.append(last)
            if not result:
                break
            last = int(result["round"])
            look, views = _look(model, result, game.simple)
            looks.append(look)
            if ask is not None:
                said.append({seat: ask(seat, view, model) for seat, view in views.items()})
    except (NegotiationError, KeyError, IndexError, TypeError, ValueError) as error:
        faults.append(_cannot(last, error))
        model = None
    if differs:
        faults.insert(0, Finding("recomputed_differs", {"rounds": spans(differs)}))
    return Lookback(tuple(looks), model, tuple(faults), tuple(said))


def _cannot(last: int, error: Exception) -> Finding:
    return Finding("cannot_be_lived_again", {"round": last, "said": f"{type(error).__name__}: {error}"})


def _look(model: Any, result: Mapping[str, Any], simple: bool) -> tuple[Look, dict[Country, SeatView]]:
    views = {seat: model.view(seat) for seat in SEATS}
    months = model.calendar[model.round - 1].months
    true = stage_game(model.table, model.position, model.book, months=months)
    noise = np.array([float(model.book.rules.stage_game.noise[s]) for s in SEATS])
    expected = true.quantal_response(noise.tolist())
    for k in PARTNERS:  # both partners know the true position: work their table out once
        views[k].__dict__["stage"] = true
        views[k].__dict__["forecast"] = expected
    washington = views[Country.USA]
    usa, can, mex = (Move.from_dict(result["moves"][str(s)]["move"]).index(s) for s in SEATS)
    cell, options = (usa, can, mex), [_options(s, simple) for s in SEATS]
    best = tuple(best_option(against(true, cell, i), options[i], cell[i]) for i in range(len(SEATS)))
    cells = [cell, *((*cell[:i], best[i], *cell[i + 1 :]) for i in range(len(SEATS)))]
    left = left_behind(model.position, model.book, cells)
    look = Look(
        round=int(result["round"]),
        date=str(result["date"]),
        cell=cell,
        stage=true,
        seen_in_washington=washington.stage,
        forecast=tuple(expected),  # type: ignore[arg-type]
        forecast_in_washington=tuple(washington.forecast),  # type: ignore[arg-type]
        noise=noise,
        options=tuple(options),  # type: ignore[arg-type]
        best=best,  # type: ignore[arg-type]
        left={name: x[1:] - x[0] for name, x in left.items()},
        by_mover=by_mover(model, cell),
    )
    return look, views


def against(stage: StageGame, cell: tuple[int, int, int], seat: int) -> Array:
    """(9,) what each move would have brought a seat against what the others played."""
    own: list[int | slice] = [*cell]
    own[seat] = slice(None)
    return stage.payoff[tuple(own)][..., seat]


def best_option(value: Array, options: Sequence[int], played: int) -> int:
    """The best option; the one played where it is as good as any."""
    best = max({*options, played}, key=lambda a: value[a])
    return played if value[played] >= value[best] - 1e-12 else best


def _options(seat: Country, simple: bool) -> tuple[int, ...]:
    if simple:
        return tuple(sorted(move.index(seat) for move in CARDS[seat].values()))
    return tuple(range(9))


def _leverage_differs(model: Any, result: Mapping[str, Any]) -> bool:
    """Whether the leverage of the log is not what the model makes of the position."""
    told = result.get("leverage")
    if not told:
        return False
    now = leverage_in(model.table, model.position, model.book, model.scale)
    return any(
        abs(float(now.index[i]) - told[str(k)]["index"]) > 100 * TOLERANCE for i, k in enumerate(PARTNERS)
    )


def spans(numbers: Sequence[int]) -> str:
    """Numbers in a row, shortened.

    >>> spans([1, 2, 3, 7])
    '1-3, 7'
    """
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)
