"""When a firm opens a link and when it lets one go: the exact entry and exit thresholds of Dixit (1989).

A link earns e^y a year per unit of the fixed cost of keeping it, and y wanders without drift in the level
(geometric Brownian motion with variance ``u`` a year). Opening costs ``sunk`` years of fixed cost; letting
go is free. At discount rate r the idle firm is worth A P^beta, the linked firm B P^(-alpha) + P/r - 1/r,
with beta, -alpha the roots of (u/2) x (x - 1) = r. Value matching and smooth pasting at H (open) and L
(let go) leave two unknowns once A and B are eliminated. Everything scales: H and L depend only on
``r * sunk`` and ``u / r``, so **one table serves every parameter set**.

Shapes: the table is (sunk nodes, variance nodes); it holds ln H and ln L; lookups are bilinear in the logs
and clamped at the edges. Units: ``r`` and ``u`` per year, ``sunk`` in years of fixed cost.

The one trap: the single-option formula P/(r + ...) * beta/(beta - 1) overstates the band, because it forgets
that a linked firm owns the option to leave and an idle firm the option to return. It is not used here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit

from negotiation.errors import InputError, NegotiationError

SUNK_EDGES = (1e-3, 20.0)
"""Smallest and largest r * sunk of the table (numerical, not economic: a link below costs a day's profit)."""
VARIANCE_EDGES = (1e-2, 40.0)
"""Smallest and largest u / r of the table."""
NODES = (49, 49)


@njit(cache=True)
def _mismatch(ln_high: float, ln_low: float, cost: float, beta: float, alpha: float):
    """How far (H, L) are from value matching at both ends, A and B chosen so that both paste smoothly.

    Units of 1/r: a linked firm's fundamental value is P - 1, opening costs ``cost`` = r * sunk.
    """
    high, low = np.exp(ln_high), np.exp(ln_low)
    # Smooth pasting: -alpha B P^(-alpha-1) + 1 = beta A P^(beta-1) at P = H and at P = L, linear in (A, B).
    a_high, b_high = beta * high**beta, alpha * high**-alpha
    a_low, b_low = beta * low**beta, alpha * low**-alpha
    determinant = a_high * b_low - a_low * b_high
    a = (high * b_low - low * b_high) / determinant
    b = (a_high * low - a_low * high) / determinant
    at_high = b * high**-alpha + high - 1.0 - cost - a * high**beta
    at_low = b * low**-alpha + low - 1.0 - a * low**beta
    return at_high, at_low


@njit(cache=True)
def _solve_pair(cost: float, ratio: float, ln_high: float, ln_low: float):
    """Newton steps with a numerical Jacobian, halved when they fail to help: (ln H, ln L, residual)."""
    root = np.sqrt(0.25 + 2.0 / ratio)
    beta, alpha = 0.5 + root, root - 0.5
    step = 1e-7
    f, g = _mismatch(ln_high, ln_low, cost, beta, alpha)
    for _ in range(200):
        size = abs(f) + abs(g)
        if size < 1e-13:
            break
        f_h, g_h = _mismatch(ln_high + step, ln_low, cost, beta, alpha)
        f_l, g_l = _mismatch(ln_high, ln_low - step, cost, beta, alpha)
        j11, j12 = (f_h - f) / step, (f - f_l) / step
        j21, j22 = (g_h - g) / step, (g - g_l) / step
        determinant = j11 * j22 - j12 * j21
        move_h = -(f * j22 - g * j12) / determinant
        move_l = -(g * j11 - f * j21) / determinant
        shrink = 1.0
        for _ in range(40):
            high, low = ln_high + shrink * move_h, ln_low + shrink * move_l
            if high > 0.0 and low < 0.0 and high < 20.0 and low > -20.0:
                f_new, g_new = _mismatch(high, low, cost, beta, alpha)
                if abs(f_new) + abs(g_new) < size:
                    ln_high, ln_low, f, g = high, low, f_new, g_new
                    break
            shrink *= 0.5
        else:
            break
    return ln_high, ln_low, max(abs(f), abs(g)) / max(1.0, cost)


@njit(cache=True)
def _tabulate(ln_sunk: np.ndarray, ln_variance: np.ndarray):
    """Walk the table from dear to cheap entry, each node starting from its neighbour's answer."""
    n, m = ln_sunk.size, ln_variance.size
    ln_high, ln_low = np.empty((n, m)), np.empty((n, m))
    worst = 0.0
    for q in range(m):
        ratio = np.exp(ln_variance[q])
        for p in range(n):
            cost = np.exp(ln_sunk[p])
            if p > 0:
                start_h, start_l = ln_high[p - 1, q], ln_low[p - 1, q]
            else:  # the cube-root law of a small sunk cost
                start_h = (1.5 * cost * ratio) ** (1.0 / 3.0)
                start_l = -start_h
            ln_high[p, q], ln_low[p, q], residual = _solve_pair(cost, ratio, start_h, start_l)
            worst = max(worst, residual)
    return ln_high, ln_low, worst


def dixit_thresholds(sunk: float, variance: float, rate: float) -> tuple[float, float]:
    """Exact (H, L) for one link: open when e^y > H, let go when e^y < L.

    ``sunk`` in years of fixed cost, ``variance`` and ``rate`` per year; no sunk cost means H = L = 1.
    """
    for name, value in (("sunk", sunk), ("variance", variance), ("rate", rate)):
        if not np.isfinite(value) or value < 0 or (name != "sunk" and value == 0):
            raise InputError(f"entry thresholds: {name} is {value}; give a positive, finite number")
    if sunk == 0:
        return 1.0, 1.0
    cost, ratio = rate * sunk, variance / rate
    guess = (1.5 * cost * ratio) ** (1.0 / 3.0)
    ln_high, ln_low, residual = _solve_pair(cost, ratio, guess, -guess)
    if residual > 1e-8:
        raise NegotiationError(
            f"entry thresholds not found for sunk {sunk}, variance {variance}, rate {rate}"
        )
    return float(np.exp(ln_high)), float(np.exp(ln_low))


@dataclass(frozen=True)
class ThresholdTable:
    """ln H and ln L over ln(r * sunk) and ln(u / r); ``residual`` is the worst one of the exact solutions."""

    ln_sunk: np.ndarray
    ln_variance: np.ndarray
    ln_high: np.ndarray
    ln_low: np.ndarray
    residual: float


@lru_cache(maxsize=1)
def dixit_table() -> ThresholdTable:
    """The table every layer of this process shares (milliseconds, once)."""
    ln_sunk = np.log(np.geomspace(*SUNK_EDGES, NODES[0]))
    ln_variance = np.log(np.geomspace(*VARIANCE_EDGES, NODES[1]))
    ln_high, ln_low, worst = _tabulate(ln_sunk, ln_variance)
    if worst > 1e-8:
        raise NegotiationError(f"the table of entry thresholds is inexact: worst residual {worst:.2g}")
    return ThresholdTable(ln_sunk, ln_variance, ln_high, ln_low, float(worst))


@lru_cache(maxsize=1)
def marshall_table() -> ThresholdTable:
    """Firms that ignore the value of waiting: open when profit pays the annuity, leave below cost."""
    exact = dixit_table()
    high = np.repeat(np.log1p(np.exp(exact.ln_sunk))[:, None], exact.ln_variance.size, axis=1)
    return ThresholdTable(exact.ln_sunk, exact.ln_variance, high, np.zeros_like(high), 0.0)
