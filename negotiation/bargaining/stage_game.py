"""A finite game in strategic form, solved the ways this project needs.

``payoff[a_1, ..., a_n, i]`` is the payoff of player i when players choose actions a_1 ... a_n:
one axis per player, the last axis the player who is paid. Payoffs of different players
are never compared, so they may have different units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class StageGame:
    """One simultaneous choice of n players with known payoffs."""

    payoff: Array
    """(actions_1, ..., actions_n, n)."""

    def __post_init__(self) -> None:
        p = np.asarray(self.payoff, float)
        if p.ndim < 2 or p.shape[-1] != p.ndim - 1:
            raise ValueError(
                f"payoff needs one axis per player and a last axis of players, got shape {p.shape}"
            )
        if not np.isfinite(p).all():
            raise ValueError("payoff holds values that are not finite")
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

    def quantal_response(
        self, noise: Sequence[float], *, tolerance: float = 1e-9, iterations: int = 2000
    ) -> list[Array]:
        """Logit quantal response equilibrium (McKelvey and Palfrey 1995) by damped iteration.

        ``noise[i]`` is in the payoff unit of player i; 0.5 damping. If the iteration has not settled the
        time average of its second half is returned, which is what learning by averaging plays.
        """
        players = range(self.players)
        own = [
            np.ascontiguousarray(np.moveaxis(self.payoff[..., i], i, 0)).reshape(self.payoff.shape[i], -1)
            / noise[i]
            for i in players
        ]
        mixed = [np.full(n, 1 / n) for n in self.payoff.shape[:-1]]
        trail = [np.zeros_like(m) for m in mixed]
        for step in range(iterations):
            fresh = [_softmax(own[i] @ _together([mixed[o] for o in players if o != i])) for i in players]
            moved = max(float(np.abs(f - m).max()) for f, m in zip(fresh, mixed, strict=True))
            mixed = [0.5 * m + 0.5 * f for m, f in zip(mixed, fresh, strict=True)]
            if moved < tolerance:
                return mixed
            if step >= iterations // 2:
                trail = [t + m for t, m in zip(trail, mixed, strict=True)]
        return [t / t.sum() for t in trail]


def _together(mixed: Sequence[Array]) -> Array:
    """Probability of every profile of players who choose independently, flat."""
    out = mixed[0]
    for m in mixed[1:]:
        out = np.multiply.outer(out, m).ravel()
    return out


def _softmax(values: Array) -> Array:
    """Choice probabilities proportional to exp(value)."""
    z = np.exp(values - values.max())
    return z / z.sum()
