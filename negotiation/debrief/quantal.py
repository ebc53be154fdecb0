"""How exactly were the payoffs answered? Quantal response fitted to the moves of one game.

Logit quantal response (McKelvey and Palfrey 1995): a move is the likelier the better it pays against what the
others are expected to play, with precision lambda = 1 / noise, per USD bn. In the rules each seat has a noise of its
own; what is fitted is one **multiple** of it, by maximum likelihood over the moves of a game: 1 plays as noisily as
the rules take governments to be, below 1 more exactly, above 1 nearer to drawing lots.

* for the table: the multiple at which the quantal response *equilibrium* of every round makes the moves likeliest;
* for a seat: the same with the others' equilibrium at the table's multiple as its belief.

Intervals hold every multiple whose likelihood ratio is not refused at the confidence of ``configs/debrief.yaml``. Ten
rounds are few moves: wide intervals are the honest answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.debrief.findings import settings
from negotiation.debrief.lookback import Look
from negotiation.terms import SEATS

Array = np.ndarray
CHI_SQUARE_1 = {0.9: 2.705543, 0.95: 3.841459, 0.99: 6.634897}
"""Quantiles of the chi-square distribution with one degree of freedom."""


@dataclass(frozen=True)
class QuantalFit:
    """Decision noise fitted to moves."""

    who: str
    """A seat, or ``table``."""
    multiple: float
    """Of the rules' own noise, at the maximum of the likelihood."""
    low: float
    high: float
    at_edge: str | None
    """``exact`` or ``random`` if the maximum lies at the end of what was tried."""
    precision: float | None
    """lambda per USD bn (None for the table: each seat has its own unit)."""
    log_likelihood: float
    log_likelihood_of_lots: float
    moves: int

    @property
    def told_from_lots(self) -> bool:
        """Whether drawing lots is refused."""
        gain = 2 * (self.log_likelihood - self.log_likelihood_of_lots)
        return gain > CHI_SQUARE_1[float(settings("quantal")["confidence"])]


def fit_quantal(looks: Sequence[Look]) -> dict[str, QuantalFit]:
    """``table`` and each seat -> fitted noise; empty without rounds."""
    if not looks:
        return {}
    s = settings("quantal")
    tried = np.geomspace(float(s["lowest"]), float(s["highest"]), int(s["steps"]))
    payoff = np.stack([look.stage.payoff for look in looks])
    noise = np.stack([look.noise for look in looks])
    cells = np.array([look.cell for look in looks])
    allowed = _allowed(looks)
    mixed = equilibria(payoff, noise, allowed, tried)
    lots = np.log(1 / allowed.sum(-1)).sum(0)
    joint = np.sum([_log_of(mixed[i], cells[:, i]) for i in range(3)], axis=0)
    fits = {"table": _fit("table", tried, joint, float(lots.sum()), len(looks) * 3, None)}
    at = int(np.argmax(joint))
    for i, seat in enumerate(SEATS):
        value = _expected(_table(payoff, i), [m[:, at : at + 1] for m in mixed], i)
        value = np.where(allowed[:, None, i], value, -np.inf)
        own = _logit(value, noise[:, None, i, None] * tried[:, None])
        likelihood = _log_of(own, cells[:, i])
        fits[str(seat)] = _fit(
            str(seat), tried, likelihood, float(lots[i]), len(looks), float(noise[:, i].mean())
        )
    return fits


def equilibria(payoff: Array, noise: Array, allowed: Array, multiples: Array) -> list[Array]:
    """Quantal response equilibria of many rounds at many multiples at once, by damped iteration.

    payoff (rounds, 9, 9, 9, 3), noise (rounds, 3), allowed (rounds, 3, 9), multiples (tried,) -> three arrays
    (rounds, tried, 9).
    """
    s = settings("quantal")
    start = allowed / allowed.sum(-1, keepdims=True)
    mixed = [np.repeat(start[:, None, i], len(multiples), 1) for i in range(3)]
    trail = [np.zeros_like(m) for m in mixed]
    tables = [_table(payoff, i) for i in range(3)]
    spread = [noise[:, None, i, None] * multiples[:, None] for i in range(3)]
    open_to = [np.where(allowed[:, None, i], 0.0, -np.inf) for i in range(3)]
    steps, half = int(s["iterations"]), int(s["iterations"]) // 2
    for step in range(steps):
        fresh = [_logit(_expected(tables[i], mixed, i) + open_to[i], spread[i]) for i in range(3)]
        moved = max(float(np.abs(f - m).max()) for f, m in zip(fresh, mixed, strict=True))
        mixed = [0.5 * m + 0.5 * f for m, f in zip(mixed, fresh, strict=True)]
        if moved < float(s["tolerance"]):
            return mixed
        if step >= half:
            trail = [t + m for t, m in zip(trail, mixed, strict=True)]
    return [t / t.sum(-1, keepdims=True) for t in trail]


def _table(payoff: Array, i: int) -> Array:
    """(rounds, 81, 9) payoffs of seat i: moves of the two others, then its own."""
    return np.ascontiguousarray(np.moveaxis(payoff[..., i], i + 1, 3).reshape(len(payoff), 81, 9))


def _expected(table: Array, mixed: Sequence[Array], i: int) -> Array:
    """(rounds, tried, 9) expected payoff of seat i's moves."""
    a, b = (m for j, m in enumerate(mixed) if j != i)
    return (a[..., :, None] * b[..., None, :]).reshape(*a.shape[:2], 81) @ table


def _logit(value: Array, noise: Array) -> Array:
    z = np.exp((value - value.max(-1, keepdims=True)) / noise)
    return z / z.sum(-1, keepdims=True)


def _log_of(mixed: Array, played: Array) -> Array:
    """(tried,) log likelihood of the moves played."""
    chosen = np.take_along_axis(mixed, played[:, None, None], -1)[..., 0]
    return np.log(np.maximum(chosen, 1e-300)).sum(0)


def _allowed(looks: Sequence[Look]) -> Array:
    out = np.zeros((len(looks), 3, 9), bool)
    for n, look in enumerate(looks):
        for i in range(3):
            out[n, i, list({*look.options[i], look.cell[i]})] = True
    return out


def _fit(
    who: str, tried: Array, likelihood: Array, lots: float, moves: int, noise: float | None
) -> QuantalFit:
    at = int(np.argmax(likelihood))
    x = np.log(tried)
    best, top = _peak(x, likelihood, at)
    refused = CHI_SQUARE_1[float(settings("quantal")["confidence"])] / 2
    drop = np.sqrt(
        np.maximum(top - likelihood, 0.0) / refused
    )  # 1 where the interval ends, straight near the peak
    edge = "exact" if at == 0 else "random" if at == len(tried) - 1 else None
    return QuantalFit(
        who=who,
        multiple=float(np.exp(best)),
        low=float(np.exp(_crossing(np.r_[best, x[:at][::-1]], np.r_[0.0, drop[:at][::-1]]))),
        high=float(np.exp(_crossing(np.r_[best, x[at + 1 :]], np.r_[0.0, drop[at + 1 :]]))),
        at_edge=edge,
        precision=None if noise is None else 1 / (float(np.exp(best)) * noise),
        log_likelihood=float(top),
        log_likelihood_of_lots=lots,
        moves=moves,
    )


def _peak(x: Array, value: Array, at: int) -> tuple[float, float]:
    """Place and height of the maximum, by the parabola through the best point tried and its neighbours."""
    if at in (0, len(x) - 1):
        return float(x[at]), float(value[at])
    (a, b, c), step = value[at - 1 : at + 2], float(x[1] - x[0])
    bend = a - 2 * b + c
    if bend >= 0:
        return float(x[at]), float(b)
    shift = 0.5 * (a - c) / bend
    return float(x[at] + shift * step), float(b - 0.25 * (a - c) * shift)


def _crossing(x: Array, drop: Array) -> float:
    """Where ``drop`` first passes 1, walking away from the peak; the last place if it never does."""
    for i in range(1, len(x)):
        if drop[i] > 1:
            share = (1 - drop[i - 1]) / (drop[i] - drop[i - 1])
            return float(x[i - 1] + share * (x[i] - x[i - 1]))
    return float(x[-1])
