"""Mesa agents: three governments that choose, and firms as windows on rows of the population.

Firms live as columns (`negotiation.world.firms`); a ``Firm`` agent only knows its row number, so that a hundred
thousand firms cost nothing until somebody looks at them one by one.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterator
from typing import Any

import mesa

from negotiation.game.view import Choice
from negotiation.terms import Country


class Numbers:
    """Numbers of agents, per model, that let go of a model nobody else holds.

    Mesa 3.3 keeps them in a dict of its ``Agent`` class, and with them every model that was ever made: a server or a
    sweep would grow by two megabytes a game.
    """

    def __init__(self) -> None:
        self._next: weakref.WeakKeyDictionary[Any, Iterator[int]] = weakref.WeakKeyDictionary()

    def __getitem__(self, model: Any) -> Iterator[int]:
        return self._next.setdefault(model, itertools.count(1))


_NUMBERS: Any = Numbers()


class Government(mesa.Agent):
    """A government in its seat, with the strategy that moves for it when no person does."""

    _ids = _NUMBERS

    def __init__(self, model: Any, seat: Country, strategy: Any) -> None:
        super().__init__(model)
        self.seat = seat
        self.strategy = strategy

    def choose(self) -> Choice:
        """The strategy's choice for the round to be played."""
        return self.model.ask(self.seat)

    @property
    def payoff(self) -> float:
        """Realised payoff so far, USD bn."""
        return float(sum(r["payoff"][self.seat] for r in self.model.results))


class Firm(mesa.Agent):
    """A window on one row of the firm population (read-only)."""

    _ids = _NUMBERS

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("row", "model"):
            raise AttributeError(name)
        return getattr(self.model.firms.row(self.row), name)
