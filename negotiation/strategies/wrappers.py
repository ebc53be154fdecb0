"""Wrappers: any strategy, with a shaking hand, a change of mind, a deadline or a principle.

What is wrapped may be given as a strategy or by name; parameters of the wrapped one are set by making it
first: ``Noisy(inner=strategy("hedger", concessions=1))``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from inspect import isabstract
from typing import Any, ClassVar

import numpy as np

from negotiation.errors import InputError
from negotiation.game.proposal import Proposal
from negotiation.game.review import Review
from negotiation.game.view import Choice, Reason, SeatView
from negotiation.strategies.base import FOREVER, Strategy, Traits, because
from negotiation.strategies.checks import number, one_of, probability
from negotiation.strategies.defaults import default, from_config
from negotiation.strategies.looking import has_announced, steps_executed
from negotiation.terms import STANCES, Country, Stance, others


def made(strategy: Strategy | str) -> Strategy:
    """The strategy itself, made by name if need be."""
    if isinstance(strategy, str):
        from negotiation.strategies.registry import strategy as by_name

        return by_name(strategy)
    if not isinstance(strategy, Strategy):
        raise InputError(f"a wrapper takes a strategy or the name of one, got {strategy!r}")
    return strategy


def with_stance(choice: Choice, other: Country, stance: Stance, reason: Reason) -> Choice:
    """The same choice with another stance toward one government; its measure goes with the old stance."""
    move = choice.move
    changed = replace(
        move,
        stances={**move.stances, other: stance},
        measures={c: m for c, m in move.measures.items() if c != other},
    )
    return replace(choice, move=changed, reasons={**choice.reasons, other: reason})


def joined(*traits: Traits) -> Traits:
    """Traits of strategies used together."""
    return Traits(
        stochastic=any(t.stochastic for t in traits),
        calculates=any(t.calculates for t in traits),
        memory=max(t.memory for t in traits),
        seats=tuple(s for s in traits[0].seats if all(s in t.seats for t in traits)),
    )


class TraitsOf:
    """Traits that follow from what is wrapped; asked of a class, those of its shipped form."""

    def __init__(self, read: Callable[[Any], Traits]) -> None:
        self.read = read

    def __get__(self, wrapper: Strategy | None, made_by: type[Strategy]) -> Any:
        if wrapper is None and isabstract(made_by):
            return self
        return self.read(made_by() if wrapper is None else wrapper)


@dataclass(frozen=True)
class Wrapper(Strategy):
    """A strategy that changes what another one chooses; the review is left to the one inside."""

    inner: Strategy

    adds: ClassVar[Traits] = Traits()
    """What the wrapper brings on top of the inner strategy's traits."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "inner", made(self.inner))

    traits = TraitsOf(lambda wrapper: joined(wrapper.adds, wrapper.inner.traits))  # type: ignore[assignment]

    def propose(self, view: SeatView, rng: np.random.Generator, *, split_allowed: bool = True) -> Proposal:
        return self.inner.propose(view, rng, split_allowed=split_allowed)

    def answer(
        self, view: SeatView, proposal: Proposal, rng: np.random.Generator, *, review: Review | None = None
    ) -> bool:
        return self.inner.answer(view, proposal, rng, review=review)


@dataclass(frozen=True)
class Noisy(Wrapper):
    """Another strategy whose stances sometimes slip.

    The trembling hand of Selten (1975, "Reexamination of the Perfectness Concept for Equilibrium Points in
    Extensive Games", *International Journal of Game Theory* 4); in tournaments noise is what separates
    forgiving from unforgiving reciprocity (Wu and Axelrod 1995, "How to Cope with Noise in the Iterated
    Prisoner's Dilemma", *Journal of Conflict Resolution* 39). Each stance slips by itself with probability
    ``slips``, to either of the other two.
    """

    inner: Strategy = field(default_factory=partial(default, "noisy", "inner"))
    slips: float = from_config("noisy", "slips")

    name = "noisy"
    adds = Traits(stochastic=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        probability(self, "slips")

    def choose(self, view: SeatView, rng: np.random.Generator) -> Choice:
        choice = self.inner.choose(view, rng)
        for other in others(view.seat):
            slipped, which = rng.random() < self.slips, int(rng.integers(2))
            if slipped:
                meant = choice.move.stances[other]
                stance = [s for s in STANCES if s is not meant][which]
                reason = because("hand_trembled", other, meant=str(meant))
                choice = with_stance(choice, other, stance, reason)
        return choice


@dataclass(frozen=True)
class Switching(Strategy):
    """One strategy up to a round, another from then on.

    A change of course, as after an election or a change of minister: Milner and Tingley (2015, *Sailing the
    Water's Edge*) on how trade policy turns with who holds office, Handley and Limao (2017, "Policy
    Uncertainty, Trade, and Welfare", *American Economic Review* 107) on what the mere chance of it costs. The
    second strategy knows the whole history, not only what happened on its watch.
    """

    first: Strategy = field(default_factory=partial(default, "switching", "first"))
    then: Strategy = field(default_factory=partial(default, "switching", "then"))
    at_round: int = from_config("switching", "at_round")

    name = "switching"

    def __post_init__(self) -> None:
        number(self, "at_round", 1, 1000, whole=True)
        object.__setattr__(self, "first", made(self.first))
        object.__setattr__(self, "then", made(self.then))

    traits = TraitsOf(lambda both: joined(both.first.traits, both.then.traits))  # type: ignore[assignment]

    def at(self, view: SeatView) -> Strategy:
        """The strategy on duty in this round."""
        return self.first if view.round < self.at_round else self.then

    def choose(self, view: SeatView, rng: np.random.Generator) -> Choice:
        return self.at(view).choose(view, rng)

    def propose(self, view: SeatView, rng: np.random.Generator, *, split_allowed: bool = True) -> Proposal:
        return self.at(view).propose(view, rng, split_allowed=split_allowed)

    def answer(
        self, view: SeatView, proposal: Proposal, rng: np.random.Generator, *, review: Review | None = None
    ) -> bool:
        return self.at(view).answer(view, proposal, rng, review=review)


@dataclass(frozen=True)
class Deadline(Wrapper):
    """Another strategy until shortly before the review, then the same settling stance toward everybody.

    The deadline effect: in bargaining experiments agreements pile up in the last moments (Roth, Murnighan and
    Schoumaker 1988, "The Deadline Effect in Bargaining", *American Economic Review* 78). In the last
    ``last_rounds`` rounds it takes ``stance`` toward both others, whatever it did before.
    """

    inner: Strategy = field(default_factory=partial(default, "deadline", "inner"))
    last_rounds: int = from_config("deadline", "last_rounds")
    stance: str = from_config("deadline", "stance")

    name = "deadline"

    def __post_init__(self) -> None:
        super().__post_init__()
        number(self, "last_rounds", 1, 1000, whole=True)
        one_of(self, "stance", tuple(str(s) for s in STANCES))

    def choose(self, view: SeatView, rng: np.random.Generator) -> Choice:
        choice = self.inner.choose(view, rng)
        left = view.rounds - view.round + 1
        if left <= self.last_rounds:
            for other in others(view.seat):
                reason = because("deadline_near", other, count=left)
                choice = with_stance(choice, other, Stance(self.stance), reason)
        return choice


@dataclass(frozen=True)
class RefusesUntestedThreats(Wrapper):
    """Another strategy that never pays for a threat that has not been tested.

    A reputation for not yielding to words keeps words from being tried (Selten 1978, "The Chain Store
    Paradox", *Theory and Decision* 9; Kreps and Wilson 1982, "Reputation and Imperfect Information", *Journal
    of Economic Theory* 27). Where the strategy inside would concede to a government that has announced a step
    but never carried one out in this game, it coordinates instead: that is what makes stop-and-go bluffing
    worthless.
    """

    inner: Strategy = field(default_factory=partial(default, "refuses-untested-threats", "inner"))

    name = "refuses-untested-threats"
    adds = Traits(memory=FOREVER)

    def choose(self, view: SeatView, rng: np.random.Generator) -> Choice:
        choice = self.inner.choose(view, rng)
        for other in others(view.seat):
            pays = choice.move.stances[other] is Stance.CONCEDE
            untested = has_announced(view, other, view.seat) and not steps_executed(view, other, view.seat)
            if pays and untested:
                reason = because("refuses_untested_threat", other)
                choice = with_stance(choice, other, Stance.COORDINATE, reason)
        return choice
