"""Ensembles: many futures of a scenario, in as many workers as there are, streamed to one file.

    ensemble = Ensemble("autumn-2025", replications=1000, levers={"us_opening_rung": (0, 2, 4)})
    frame = ensemble.run("futures.parquet", workers=2)

Started again with the same file it only does what is missing. Every row can be had alone:
``negotiation.run("autumn-2025", seed=row.seed, **values)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negotiation.errors import InputError, UnknownName
from negotiation.lab.ensemble_design import PATHS, Input, Range, Task, futures, inputs_of, options_of
from negotiation.lab.manifest import identity
from negotiation.lab.study import Study, job_of
from negotiation.scenario import Scenario, load_scenario


class Ensemble(Study):
    """Futures of a scenario, and options of ours met by each of them.

    scenario : a ``Scenario``, or the name or path of one.
    replications : futures, each with its own draw of the uncertainties and its own chance.
    seed : root of all draws.
    levers : lever -> values to try; every combination is an option that meets every future.
    fixed : lever or uncertainty -> value in all runs.
    ranges : uncertainty (or lever) -> narrower (low, high); a lever named here is drawn too.
    draw : draw the declared uncertainties (else only chance differs from future to future).
    strategies : seat -> strategy, over the scenario's own.
    paths : keep leverage round by round, for fans.
    firms, tolerance : over ``configs/lab.yaml``.

    Raises ``UnknownName``, ``InputError``, ``ScenarioError`` at once for anything that could not run.
    """

    def __init__(
        self,
        scenario: Scenario | str,
        replications: int,
        *,
        seed: int = 0,
        levers: Mapping[str, Sequence[float]] | None = None,
        fixed: Mapping[str, float] | None = None,
        ranges: Mapping[str, Range] | None = None,
        draw: bool = True,
        strategies: Mapping[Any, Any] | None = None,
        paths: bool = False,
        firms: int | None = None,
        tolerance: float | None = None,
    ) -> None:
        self.scenario = load_scenario(scenario)
        if replications < 1:
            raise InputError(f"replications = {replications}: an ensemble needs at least one")
        self.replications, self.seed = int(replications), int(seed)
        self.levers = {name: tuple(values) for name, values in (levers or {}).items()}
        self.fixed, self.ranges = dict(fixed or {}), dict(ranges or {})
        known = inputs_of(self.scenario, self.ranges)
        _refuse_unknown_or_twice(known, self.levers, self.fixed, self.ranges)
        self.scenario.with_values(**self.fixed)
        self.options = options_of(self.scenario, self.levers)
        drawn = [i for i in known.values() if (draw and not i.ours) or i.name in self.ranges]
        self.inputs: list[Input] = [i for i in drawn if i.name not in (*self.fixed, *self.levers)]
        self.job = job_of(
            (self.scenario,),
            strategies,
            keep=(PATHS,) if paths else (),
            firms=firms,
            tolerance=tolerance,
        )

    def more(self) -> dict[str, Any]:
        return {"replications": self.replications}

    @property
    def tasks(self) -> list[Task]:
        """All runs, in order."""
        return futures(
            self.inputs,
            self.options,
            fixed=self.fixed,
            replications=self.replications,
            seed=self.seed,
        )

    @property
    def identity(self) -> dict[str, Any]:
        """What decides which rows belong to this ensemble (not how many there are)."""
        return identity(
            "ensemble",
            [self.scenario],
            seed=self.seed,
            strategies={
                str(k): repr(v) if not isinstance(v, str) else v for k, v in self.job.strategies.items()
            },
            drawn={i.name: [i.low, i.high, i.distribution] for i in self.inputs},
            fixed=self.fixed,
            options=self.options,
            paths=PATHS in self.job.keep,
            firms=self.job.firms,
            tolerance=self.job.tolerance,
        )


def _refuse_unknown_or_twice(known: Mapping[str, Input], *blocks: Mapping[str, Any]) -> None:
    seen: set[str] = set()
    for block in blocks:
        for name in block:
            if name not in known:
                raise UnknownName("lever or uncertainty", name, known)
            if name in seen:
                raise InputError(f"{name} is given twice: try it, set it or draw it, only one of them")
            seen.add(name)
