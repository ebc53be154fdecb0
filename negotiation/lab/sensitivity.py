"""Which assumption drives the answer: Morris' elementary effects and Sobol's shares of variance, through SALib.

Inputs are sampled as *quantiles* of their declared distributions, so whole numbers, triangles and the few levels of
costly inputs are respected; a Morris effect is the change of an output when an input crosses its range. The game
has chance of its own: behind every point stand the same few seeds, an output is their mean, and what chance adds
to a single game is reported beside the inputs as ``chance``.

Morris 1991, Technometrics 33; Campolongo, Cariboni and Saltelli 2007; Sobol 2001; Saltelli et al. 2010.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from negotiation.errors import InputError, NegotiationError, UnknownName
from negotiation.lab.ensemble_design import Input, Range, Task, game_seed, inputs_of, settings
from negotiation.lab.ensemble_store import ERROR
from negotiation.lab.ensemble_summary import UNITS
from negotiation.lab.manifest import identity
from negotiation.lab.study import Study, job_of
from negotiation.scenario import Scenario, load_scenario

METHODS = ("morris", "sobol")
OUTPUTS = tuple(
    name for name in UNITS if name.startswith(("leverage_", "transfer_", "real_", "score_", "odds_"))
)
"""Outputs that are analysed unless others are named."""
ALL, OURS, THEIRS = "all", "levers", "uncertainties"


@dataclass(frozen=True)
class Driver:
    """How one input drives one output. Morris: ``effect`` (mean absolute effect, in units of the output), ``mean``
    effect with its sign, ``spread`` (interaction and curvature). Sobol: ``first`` and ``total`` share of variance.
    ``*_conf`` is the half-width of the interval."""

    output: str
    input: str
    measures: Mapping[str, float]


class Sensitivity(Study):
    """A designed set of runs that tells which input drives which output.

    scenario : a ``Scenario``, or the name or path of one.
    method : ``morris`` (screening, few runs) or ``sobol`` (shares of variance, many).
    vary : ``all``, ``levers`` or ``uncertainties``, or a list of names.
    samples : trajectories (Morris) or base samples, a power of two (Sobol).
    replications : games behind each point.

    Raises ``UnknownName`` and ``InputError`` at once for what could not run.
    """

    def __init__(
        self,
        scenario: Scenario | str,
        method: str = "morris",
        *,
        vary: str | Sequence[str] = ALL,
        samples: int | None = None,
        replications: int | None = None,
        seed: int = 0,
        fixed: Mapping[str, float] | None = None,
        ranges: Mapping[str, Range] | None = None,
        strategies: Mapping[Any, Any] | None = None,
        firms: int | None = None,
        tolerance: float | None = None,
    ) -> None:
        if method not in METHODS:
            raise UnknownName("method of sensitivity analysis", method, METHODS)
        self.scenario = load_scenario(scenario)
        self.method, self.seed = method, int(seed)
        habits = settings("sensitivity")
        default = habits["trajectories"] if method == "morris" else habits["samples"]
        self.samples = int(default if samples is None else samples)
        self.replications = int(habits["replications"] if replications is None else replications)
        if self.replications < 1:
            raise InputError(f"replications = {replications}: at least one game stands behind a point")
        if self.samples < 2 or (method == "sobol" and self.samples & (self.samples - 1)):
            what = "a power of two from 2" if method == "sobol" else "2 or more"
            raise InputError(f"samples = {self.samples}: {method} needs {what}")
        self.fixed = dict(fixed or {})
        self.scenario.with_values(**self.fixed)
        self.inputs = _chosen(inputs_of(self.scenario, ranges), vary, self.fixed)
        self.job = job_of((self.scenario,), strategies, firms=firms, tolerance=tolerance)

    @cached_property
    def points(self) -> np.ndarray:
        """(points, inputs) quantiles, 0 to 1."""
        if self.method == "morris":
            from SALib.sample import morris

            levels = int(settings("sensitivity")["levels"])
            return np.asarray(morris.sample(self._problem, self.samples, levels, seed=self.seed))
        from SALib.sample import sobol

        return np.asarray(sobol.sample(self._problem, self.samples, calc_second_order=False, seed=self.seed))

    @property
    def tasks(self) -> list[Task]:
        """All runs: every point with every seed."""
        seeds = [game_seed(self.seed, r) for r in range(self.replications)]
        return [
            Task(
                n * len(seeds) + r,
                seed,
                {**self.fixed, **{i.name: i.at(float(u)) for i, u in zip(self.inputs, point, strict=True)}},
                {"point": n, "replication": r},
            )
            for n, point in enumerate(self.points)
            for r, seed in enumerate(seeds)
        ]

    @property
    def identity(self) -> dict[str, Any]:
        """What decides which rows belong to this design."""
        return identity(
            f"sensitivity-{self.method}",
            [self.scenario],
            seed=self.seed,
            strategies={str(k): str(v) for k, v in self.job.strategies.items()},
            inputs={i.name: [i.low, i.high, i.distribution] for i in self.inputs},
            fixed=self.fixed,
            samples=self.samples,
            replications=self.replications,
            firms=self.job.firms,
            tolerance=self.job.tolerance,
        )

    def drivers(self, frame: Any, outputs: Sequence[str] | None = None) -> list[Driver]:
        """How every input, and chance, drives every output that varies at all.

        Points that failed take their trajectory (Morris) or block (Sobol) with them.
        ``NegotiationError`` if too few are left.
        """
        width = len(self.inputs) + (1 if self.method == "morris" else 2)
        blocks = len(self.points) // width
        found: list[Driver] = []
        names = outputs or [name for name in OUTPUTS if name in frame]
        for output in names:
            if output not in frame:
                raise UnknownName("output", output, [n for n in OUTPUTS if n in frame])
            cells = _by_point(frame, output, blocks * width, self.replications)
            kept = np.isfinite(cells).all(axis=1).reshape(blocks, width).all(axis=1)
            if kept.sum() < 2:
                raise NegotiationError(
                    f"only {int(kept.sum())} of {blocks} blocks of the design went well; too few to analyse"
                )
            rows = np.repeat(kept, width)
            if np.ptp(cells[rows]) < 1e-12:
                continue
            found += self._analysed(output, self.points[rows], cells[rows])
        return found

    @property
    def _problem(self) -> dict[str, Any]:
        return {
            "num_vars": len(self.inputs),
            "names": [i.name for i in self.inputs],
            "bounds": [[0.0, 1.0]] * len(self.inputs),
        }

    def _analysed(self, output: str, points: np.ndarray, cells: np.ndarray) -> list[Driver]:
        mean = cells.mean(axis=1)
        level = float(settings("summary")["confidence"])
        names = [i.name for i in self.inputs]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SALib divides by zero where an input does nothing at all
            if self.method == "morris":
                from SALib.analyze import morris

                levels = int(settings("sensitivity")["levels"])
                got = morris.analyze(
                    self._problem, points, mean, num_levels=levels, conf_level=level, seed=self.seed
                )
                keys = {"effect": "mu_star", "effect_conf": "mu_star_conf", "mean": "mu", "spread": "sigma"}
            else:
                from SALib.analyze import sobol

                got = sobol.analyze(
                    self._problem, mean, calc_second_order=False, conf_level=level, seed=self.seed
                )
                keys = {"first": "S1", "first_conf": "S1_conf", "total": "ST", "total_conf": "ST_conf"}
        drivers = [
            Driver(
                output, name, {mine: float(np.nan_to_num(got[theirs][n])) for mine, theirs in keys.items()}
            )
            for n, name in enumerate(names)
        ]
        chance = [Driver(output, "chance", self._chance(cells))] if cells.shape[1] > 1 else []
        return [*drivers, *chance]

    def _chance(self, cells: np.ndarray) -> dict[str, float]:
        """What the game's own draws add to a single game: spread (Morris), share of variance (Sobol)."""
        within = float(cells.var(axis=1, ddof=1).mean())
        if self.method == "morris":
            return {"effect": within**0.5, "spread": within**0.5}
        whole = within + float(cells.mean(axis=1).var(ddof=1))
        return {"total": within / whole}


def _chosen(known: Mapping[str, Input], vary: str | Sequence[str], fixed: Mapping[str, float]) -> list[Input]:
    if isinstance(vary, str):
        if vary not in (ALL, OURS, THEIRS):
            raise UnknownName("choice of what to vary", vary, (ALL, OURS, THEIRS))
        inputs = [i for i in known.values() if vary == ALL or i.ours == (vary == OURS)]
    else:
        for name in vary:
            if name not in known:
                raise UnknownName("lever or uncertainty", name, known)
        inputs = [known[name] for name in dict.fromkeys(vary)]
    inputs = [i for i in inputs if i.name not in fixed and i.high > i.low]
    if len(inputs) < 2:
        raise InputError("sensitivity needs at least two inputs that can vary")
    return inputs


def _by_point(frame: Any, output: str, points: int, replications: int) -> np.ndarray:
    """(points, replications) an output; not a number where a run failed or is missing."""
    cells = np.full((points, replications), np.nan)
    good = frame[frame[ERROR].isna()]
    cells[good["point"].to_numpy(int), good["replication"].to_numpy(int)] = good[output].to_numpy(float)
    return cells
