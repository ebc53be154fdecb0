"""From a shock to an equilibrium: ``solve`` for one, ``solve_many`` for a grid of them.

A shock is up to three arrays (importer, exporter, sector): ``tariff``, the *new level* as a fraction
(default: the economy's own); ``trade_cost_hat``, new / old iceberg cost; ``relationship_hat``, new / old
stock of firms' links, which multiplies trade shares before they are normalised and so acts like a trade cost
of ``relationship_hat ** (-1 / trade_elasticity)``.

Numeraire: world value added stays at its base value; trade imbalances stay fixed in it.

The first call compiles (or loads from the cache); call ``warm_up()`` off the user's path.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from numbers import Real
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from negotiation.economy.model import Economy
from negotiation.economy.results import Equilibrium, EquilibriumBatch
from negotiation.economy.threads import run_in_threads
from negotiation.errors import EquilibriumNotFound, InputError

CHORD_STATE_LIMIT = 700
"""Largest state for which (I - DT)^-1 is built; above it Anderson mixing alone is cheaper."""
OPTIONAL_OUTPUTS = ("trade_flow", "trade_share")


@cache
def _kernel() -> ModuleType:
    """The compiled functions; imported on first use because numba takes half a second."""
    from negotiation.economy import kernel

    return kernel


@dataclass(frozen=True)
class _Prepared:
    """An economy as the kernel wants it: values per world value added, plus the chord matrix."""

    arguments: tuple[Any, ...]
    ones: np.ndarray
    tariff: np.ndarray
    state_size: int


def _prepared(economy: Economy) -> _Prepared:
    """Built once per economy; two threads that meet here build the same thing."""
    memo = economy._memo
    ready = memo.get("solver")
    return ready if ready is not None else memo.setdefault("solver", _prepare(economy))


def _prepare(economy: Economy) -> _Prepared:
    world = float(economy.value_added.sum())
    n, _, j = economy.shape
    size = 2 * n * j + n
    base = [
        np.array(a, dtype=float, order="C")
        for a in (
            economy.trade_share,
            economy.tariff,
            economy.trade_elasticity,
            economy.value_added_share,
            economy.input_share,
            economy.input_share.transpose(0, 2, 1),
            economy.final_share,
            economy.expenditure / world,
            economy.value_added / world,
            economy.deficit / world,
            economy.income / world,
        )
    ]
    pi, tau, theta, beta, gamma, use, alpha, spending, wages, deficit, _ = base
    chord = np.empty((0, 0), dtype=np.float32)
    if size <= CHORD_STATE_LIMIT:
        kept = pi / (1 + tau)
        slope = _kernel().map_derivative(
            pi, kept, pi - kept, theta, beta, gamma, use, alpha, spending, wages, deficit
        )
        try:
            inverse = np.linalg.inv(np.eye(size) - slope)
        except np.linalg.LinAlgError:
            inverse = np.full((1, 1), np.nan)
        if np.isfinite(inverse).all() and abs(inverse).max() < 1e8:
            chord = np.ascontiguousarray(inverse.T, dtype=np.float32)
    return _Prepared((*base, world, chord), np.ones((1, *economy.shape)), tau[None].copy(), size)


def solve(
    economy: Economy,
    *,
    tariff: ArrayLike | None = None,
    trade_cost_hat: ArrayLike | None = None,
    relationship_hat: ArrayLike | None = None,
    tolerance: float = 1e-8,
    start: Equilibrium | np.ndarray | None = None,
) -> Equilibrium:
    """The equilibrium after a shock.

    Args:
        economy: the base.
        tariff, trade_cost_hat, relationship_hat: (importer, exporter, sector) or anything that broadcasts
            to it; what is left out stays as in the base. Domestic tariffs must be 0.
        tolerance: largest relative error of any market (prices, spending, wages) accepted.
        start: a neighbouring equilibrium (or its ``state``) to begin from; saves half the work.

    Raises:
        InputError: a shock with a wrong shape or a value without meaning, or such a tolerance.
        EquilibriumNotFound: no convergence; carries iterations, residual and the size of the shock.
    """
    ready = _prepared(economy)
    shape = economy.shape
    taus = ready.tariff if tariff is None else _one(tariff, shape, "tariff")
    ds = ready.ones if trade_cost_hat is None else _one(trade_cost_hat, shape, "trade_cost_hat")
    ms = ready.ones if relationship_hat is None else _one(relationship_hat, shape, "relationship_hat")
    starts = _starts(start, 1, ready.state_size)
    n, _, j = shape
    result = _Buffers(1, n, j, ready.state_size, 1, 1)
    _kernel().solve_rows(0, 1, taus, ds, ms, starts, _checked(tolerance), *ready.arguments, *result.arrays)
    if result.status[0]:
        _refuse(economy, int(result.status[0]), taus[0], ds[0], ms[0], result.evidence[0])
    return Equilibrium._from_buffers(economy, result)


def solve_many(
    economy: Economy,
    *,
    tariffs: ArrayLike | None = None,
    trade_cost_hats: ArrayLike | None = None,
    relationship_hats: ArrayLike | None = None,
    tolerance: float = 1e-6,
    start: Equilibrium | EquilibriumBatch | np.ndarray | None = None,
    threads: int | None = None,
    outputs: Collection[str] = (),
) -> EquilibriumBatch:
    """One equilibrium per row of shocks, in compiled threads; rows do not influence each other.

    Args:
        tariffs, trade_cost_hats, relationship_hats: (row, importer, exporter, sector); a single
            (importer, exporter, sector) array, or one row, holds for all rows; what is left out stays as
            in the base.
        tolerance: as in ``solve``, coarser by default.
        start: one equilibrium (or state) for all rows, or a batch (or (row, state) array) with one per row;
            rows that are not finite start from the base.
        threads: default the processors available, or the environment variable NEGOTIATION_THREADS.
        outputs: heavy extras to keep, of "trade_flow" and "trade_share".

    Returns:
        A batch; a row that fails (or whose shock has no meaning) is NaN with ``converged`` False, never an
        exception. The result does not depend on ``threads``.

    Raises:
        InputError: arrays whose shapes do not fit together, a tolerance without meaning, or an unknown output.
    """
    wanted = {outputs} if isinstance(outputs, str) else set(outputs)
    unknown = sorted(wanted - set(OPTIONAL_OUTPUTS))
    if unknown:
        raise InputError(
            f"solve_many: no output is called {', '.join(unknown)}; "
            f"optional are {', '.join(OPTIONAL_OUTPUTS)}"
        )
    ready = _prepared(economy)
    shape = economy.shape
    taus = ready.tariff if tariffs is None else _many(tariffs, shape, "tariffs")
    ds = ready.ones if trade_cost_hats is None else _many(trade_cost_hats, shape, "trade_cost_hats")
    ms = ready.ones if relationship_hats is None else _many(relationship_hats, shape, "relationship_hats")
    counts = {"tariffs": len(taus), "trade_cost_hats": len(ds), "relationship_hats": len(ms)}
    if isinstance(start, EquilibriumBatch) or (isinstance(start, np.ndarray) and start.ndim == 2):
        counts["start"] = len(start)
    rows = 0 if 0 in counts.values() else max(counts.values())
    if any(count not in (1, rows) for count in counts.values()):
        told = ", ".join(f"{key} {count}" for key, count in counts.items())
        raise InputError(f"solve_many: rows do not match ({told}); each must have 1 row or the same number")
    starts = _starts(start, rows, ready.state_size)
    n, _, j = shape
    result = _Buffers(rows, n, j, ready.state_size, *(rows if o in wanted else 0 for o in OPTIONAL_OUTPUTS))
    arguments = (taus, ds, ms, starts, _checked(tolerance), *ready.arguments, *result.arrays)
    solve_rows = _kernel().solve_rows
    run_in_threads(lambda first, last: solve_rows(first, last, *arguments), rows, threads)
    return EquilibriumBatch._from_buffers(economy, result)


def solve_rows(
    economy: Economy, tariffs: np.ndarray, trade_cost_hats: np.ndarray, links: Any, tolerance: float
) -> _Buffers:
    """``solve_many`` for a caller that asks a few rows very often: arrays as the kernel fills them, ``status`` 0 for
    rows that converged.

    Args:
        tariffs, trade_cost_hats: (row, importer, exporter, sector), fresh arrays of floats, their shapes unchecked.
        links: (importer, exporter, sector) relationship hats of all rows; None as in the base.
    """
    ready = _prepared(economy)
    ms = ready.ones if links is None else _many(links, economy.shape, "relationship_hats")
    n, _, j = economy.shape
    rows = len(tariffs)
    result = _Buffers(rows, n, j, ready.state_size, 0, 0)
    arguments = (
        tariffs,
        trade_cost_hats,
        ms,
        _NO_START,
        _checked(tolerance),
        *ready.arguments,
        *result.arrays,
    )
    work = _kernel().solve_rows
    run_in_threads(lambda first, last: work(first, last, *arguments), rows, None)
    return result


def warm_up() -> None:
    """Compile, or load from the cache, what ``solve`` and ``solve_many`` need: seconds once, then 0.4 s.

    Call it in a background thread at start-up so that no user waits for the first solve.
    """
    flow = np.ones((2, 2, 1))
    tiny = Economy.from_arrays(
        flow,
        0 * flow,
        np.full((2, 1), 0.5),
        np.full((2, 1, 1), 0.5),
        [4.0],
        ("A", "B"),
        ("S",),
        name="warm-up",
    )
    solve(tiny)


class _Buffers:
    """Result arrays of a batch, in the order the kernel fills them."""

    __slots__ = (
        "arrays",
        "evidence",
        "flows",
        "outputs",
        "regional",
        "revenue",
        "shares",
        "states",
        "status",
    )

    def __init__(self, rows: int, n: int, j: int, state: int, flow_rows: int, share_rows: int) -> None:
        self.states = np.empty((rows, state))
        self.outputs = np.empty((rows, n, j))
        self.regional = np.empty((rows, 7, n))
        self.revenue = np.empty((rows, n, n))
        self.flows = np.empty((flow_rows, n, n, j))
        self.shares = np.empty((share_rows, n, n, j))
        self.evidence = np.empty((rows, 2))
        self.status = np.empty(rows, dtype=np.int64)
        self.arrays = (
            self.states, self.outputs, self.regional, self.revenue,
            self.flows, self.shares, self.evidence, self.status,
        )  # fmt: skip

    def close(self) -> None:
        """Close every array for writing: a result is a fact."""
        for array in self.arrays:
            array.setflags(write=False)


def _one(value: ArrayLike, shape: tuple[int, int, int], name: str) -> np.ndarray:
    """A shock as a fresh writable (1, N, N, J) array: one memory layout means one compilation."""
    fresh = np.empty((1, *shape))
    try:
        fresh[0] = value
    except (TypeError, ValueError):
        raise InputError(
            f"solve: {name} {_described(value)}; expected (importer, exporter, sector) = {shape}"
        ) from None
    return fresh


def _many(values: ArrayLike, shape: tuple[int, int, int], name: str) -> np.ndarray:
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.ndim == 3:
        array = array[None]
    if array.ndim != 4 or array.shape[1:] != shape:
        raise InputError(
            f"solve_many: {name} {_described(values)}; expected (row, importer, exporter, sector) = "
            f"(rows, {', '.join(map(str, shape))})"
        )
    if not (array.flags.c_contiguous and array.flags.writeable):
        array = array.copy(order="C")
    return array


def _described(value: Any) -> str:
    """What was given where numbers of another shape were wanted."""
    try:
        given = np.asarray(value)
    except ValueError:
        return "has rows of different lengths"
    return f"has shape {given.shape}" if given.dtype.kind in "biufc" else f"is {value!r:.60}"


def _checked(tolerance: float) -> float:
    """The tolerance if it means something: relative errors of markets, so above 0 and below 1."""
    if isinstance(tolerance, Real) and 0.0 < tolerance < 1.0:
        return float(tolerance)
    raise InputError(
        f"tolerance = {tolerance!r}; must be above 0 and below 1 (1e-8 in play, 1e-6 in ensembles)"
    )


_NO_START = np.empty((0, 0))


def _starts(start: Any, rows: int, size: int) -> np.ndarray:
    if start is None:
        return _NO_START
    try:
        given = start.state if isinstance(start, Equilibrium | EquilibriumBatch) else start
        state = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        state = np.empty(0)
    if state.ndim == 1:
        state = state[None]
    if state.ndim != 2 or state.shape[1] != size or len(state) not in (1, rows):
        raise InputError(
            f"start: state of shape {state.shape} does not fit {rows} row(s) of {size} unknowns; "
            "pass an equilibrium of an economy with the same regions and sectors"
        )
    return np.array(state, dtype=float, order="C")


def _refuse(
    economy: Economy, status: int, tau: np.ndarray, d: np.ndarray, m: np.ndarray, evidence: np.ndarray
) -> None:
    """Raise the error that belongs to a failed single solve."""
    if status == _kernel().BAD_SHOCK:
        n = len(economy.regions)
        home = np.eye(n, dtype=bool)[:, :, None] & (tau != 0)
        checks = (
            ("tariff", ~((tau > -1) & (tau < 1e6)), tau, "must be above -1 (a fraction: 0.25 = 25 %)"),
            ("tariff", home, tau, "must be 0 on domestic sales"),
            ("trade_cost_hat", ~((d > 0) & (d < 1e6)), d, "must be above 0 and below 1e6"),
            ("relationship_hat", ~((m >= 0) & (m < 1e6)), m, "must be 0 or more and below 1e6"),
        )
        lines = []
        for name, wrong, values, what in checks:
            for a, b, c in np.argwhere(wrong)[:5]:
                place = f"{economy.regions[a]}, {economy.regions[b]}, {economy.sectors[c]}"
                lines.append(f"  - {name}[{place}] = {values[a, b, c]:.6g} {what}")
        raise InputError("\n".join(["solve: this shock has no meaning; correct what is listed:", *lines]))
    step = np.log((1 + tau) / (1 + economy.tariff) * d)
    with np.errstate(divide="ignore"):
        links = abs(np.log(m)).max()
    raise EquilibriumNotFound(
        f"economy '{economy.name}': no equilibrium found for a shock whose largest change is "
        f"{100 * np.expm1(abs(step).max()):.3g} % in trade cost and a factor {np.exp(links):.3g} in links; "
        "try a smaller shock, a start from a neighbouring equilibrium, or a looser tolerance",
        iterations=int(evidence[0]),
        residual=float(evidence[1]),
    )
