"""A finite game in strategic form, solved the ways this project needs.

``payoff[a_1, ..., a_n, i]`` is the payoff of player i when players choose actions a_1 ... a_n:
one axis per player, the last axis the player who is paid. Payoffs of different players
are never compared, so they may have different units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType

import numpy as np

from negotiation.errors import EquilibriumNotFound, InputError

Array = np.ndarray


@dataclass(frozen=True)
class StageGame:
    """One simultaneous choice of n players with known payoffs; ``InputError`` if they are no such table."""

    payoff: Array
    """(actions_1, ..., actions_n, n)."""

    def __post_init__(self) -> None:
        try:
            p = np.asarray(self.payoff, float)
        except (TypeError, ValueError):
            raise InputError("payoff must be one array of numbers") from None
        if p.ndim < 2 or p.shape[-1] != p.ndim - 1 or not p.size:
            raise InputError(
                f"payoff needs one axis per player, with actions on it, and a last axis of players, got shape {p.shape}"
            )
        if not np.isfinite(p).all():
            raise InputError("payoff holds values that are not finite")
        object.__setattr__(self, "payoff", p)

    @property
    def players(self) -> int:
        return self.payoff.shape[-1]

    def best_responses(self, player: int, tolerance: float = 1e-12) -> Array:
        """Boolean array over all cells: is the player's action a best reply to the others' there?"""
        own = self.payoff[..., player]
        return own >= own.max(axis=player, keepdims=True) - tolerance

    @cached_property
    def _nash(self) -> Array:
        cells = np.ones(self.payoff.shape[:-1], bool)
        for player in range(self.players):
            cells &= self.best_responses(player)
        return cells

    def pure_nash(self) -> list[tuple[int, ...]]:
        """Cells in which nobody gains by changing alone (Nash 1951), in index order."""
        return [tuple(int(i) for i in cell) for cell in np.argwhere(self._nash)]

    def is_nash(self, cell: Sequence[int]) -> bool:
        """Whether a cell is a pure Nash equilibrium."""
        return bool(self._nash[tuple(cell)])

    def dominated(self, player: int) -> list[int]:
        """Actions that another pure action beats strictly whatever the others do."""
        rows = np.moveaxis(self.payoff[..., player], player, 0).reshape(self.payoff.shape[player], -1)
        return [
            a for a in range(len(rows)) if any((rows[b] > rows[a]).all() for b in range(len(rows)) if b != a)
        ]

    def expected_payoffs(self, mixed: Sequence[Array], player: int) -> Array:
        """Expected payoff of each of the player's actions when the others mix as given."""
        value = self.payoff[..., player]
        for other in reversed(range(self.players)):
            if other != player:
                value = np.tensordot(value, np.asarray(mixed[other], float), axes=([other], [0]))
        return value

    def quantal(
        self, noise: Sequence[float], *, tolerance: float = 1e-9, iterations: int = 2000, strict: bool = True
    ) -> Quantal:
        """Logit quantal response equilibrium (McKelvey and Palfrey 1995) by damped iteration, with its evidence.

        ``noise[i]`` > 0 is in the payoff unit of player i; 0.5 damping, from uniform play. If the iteration has not
        settled, ``EquilibriumNotFound`` is raised; with ``strict=False`` the time average of its second half is
        returned instead, which is what learning by averaging plays.
        """
        if len(noise) != self.players or not all(0 < n < np.inf for n in noise):
            raise InputError(f"noise needs {self.players} numbers above 0, one per player, got {list(noise)}")
        own = [
            (np.moveaxis(self.payoff[..., i], i, -1).reshape(-1, n) / noise[i]).ravel()
            for i, n in enumerate(self.payoff.shape[:-1])
        ]
        sizes = np.array(self.payoff.shape[:-1])
        mixed, steps, residual = _compiled().settle(np.concatenate(own), sizes, tolerance, iterations)
        if strict and not residual < tolerance:
            raise EquilibriumNotFound(
                f"no quantal response found at noise {[float(n) for n in noise]}; try more noise",
                iterations=int(steps),
                residual=float(residual),
            )
        return Quantal(np.split(mixed, np.cumsum(sizes)[:-1]), int(steps), float(residual))

    def quantal_response(
        self, noise: Sequence[float], *, tolerance: float = 1e-9, iterations: int = 2000
    ) -> list[Array]:
        """The mixed strategies of ``quantal``, or of the time average where it does not settle: what play uses."""
        return self.quantal(noise, tolerance=tolerance, iterations=iterations, strict=False).mixed


@dataclass(frozen=True)
class Quantal:
    """A logit quantal response equilibrium and how well it is one."""

    mixed: list[Array]
    """Player -> probability of each action."""
    iterations: int
    residual: float
    """Largest distance between a probability and its logit response; 1e-9 or less where the iteration settled."""


@cache
def _compiled() -> ModuleType:
    """The compiled fixed point; imported on first use because numba takes half a second."""
    from negotiation.bargaining import quantal

    return quantal
