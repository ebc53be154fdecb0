"""Two sides by side in the same futures: the same chance, the same quantile of every shared uncertainty.

Because luck is common to both (common random numbers), the *difference* in a future is mostly the sides' own, and its
interval is far narrower than those of the two sides apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np

from negotiation.errors import InputError, NegotiationError, UnknownName
from negotiation.lab.ensemble_design import Task, game_seed, inputs_of, quantile, settings
from negotiation.lab.ensemble_store import ERROR
from negotiation.lab.ensemble_summary import UNITS, mean_interval, wilson
from negotiation.lab.manifest import identity
from negotiation.lab.study import Study, job_of, refuse_if_all_failed
from negotiation.scenario import Scenario, load_scenario
from negotiation.terms import OUTCOMES

SIDES = ("A", "B")


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a scenario, who plays it, what is held at a value."""

    scenario: Scenario | str
    strategies: Mapping[Any, Any] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)

    @property
    def loaded(self) -> Scenario:
        """The scenario itself."""
        return load_scenario(self.scenario) if isinstance(self.scenario, str) else self.scenario


class Comparison(Study):
    """``replications`` futures, each lived through by both sides.

    Uncertainties declared on both sides and held on neither are drawn, at the same quantile of each side's own
    distribution. Raises ``InputError`` at once for what could not run.
    """

    def __init__(
        self,
        a: Side,
        b: Side,
        replications: int | None = None,
        *,
        seed: int = 0,
        draw: bool = True,
        firms: int | None = None,
        tolerance: float | None = None,
    ) -> None:
        number = int(settings("compare")["replications"] if replications is None else replications)
        if number < 2:
            raise InputError(f"replications = {number}: a comparison needs at least two")
        self.sides, self.replications, self.seed = (a, b), number, int(seed)
        scenarios = (a.loaded, b.loaded)
        self.inputs = [inputs_of(s) for s in scenarios]
        for side, known in zip(self.sides, self.inputs, strict=True):
            for name in side.fixed:
                if name not in known:
                    raise UnknownName("lever or uncertainty", name, known)
        for side, scenario in zip(self.sides, scenarios, strict=True):
            scenario.with_values(**side.fixed)
        held = {*a.fixed, *b.fixed}
        self.drawn = [
            name
            for name, one in self.inputs[0].items()
            if draw and not one.ours and name in self.inputs[1] and name not in held
        ]
        self.job = job_of(scenarios, firms=firms, tolerance=tolerance)

    @property
    def tasks(self) -> list[Task]:
        """All runs: future by future, A then B."""
        tasks = []
        for r in range(self.replications):
            us = {name: quantile(self.seed, r, name) for name in self.drawn}
            for n, side in enumerate(self.sides):
                values = {name: self.inputs[n][name].at(u) for name, u in us.items()}
                tasks.append(
                    Task(
                        2 * r + n,
                        game_seed(self.seed, r),
                        {**side.fixed, **values},
                        {"replication": r, "side": SIDES[n]},
                        {str(k): v for k, v in side.strategies.items()},
                        n,
                    )
                )
        return tasks

    @property
    def identity(self) -> dict[str, Any]:
        """What decides which rows belong to this comparison."""
        return identity(
            "comparison",
            list(self.job.scenarios),
            seed=self.seed,
            strategies=[{str(k): str(v) for k, v in s.strategies.items()} for s in self.sides],
            fixed=[dict(s.fixed) for s in self.sides],
            drawn=self.drawn,
            firms=self.job.firms,
            tolerance=self.job.tolerance,
        )


def compared(frame: Any) -> dict[str, Any]:
    """Differences B less A over the futures in which both sides went well.

    ``numbers``: name -> means, difference with its interval, share of futures in which B is higher;
    ``ends``: end -> shares, difference with its interval, mean odds. ``NegotiationError`` with fewer than two futures.
    """
    refuse_if_all_failed(frame)
    good = frame[frame[ERROR].isna()]
    a, b = (good[good["side"] == side].set_index("replication") for side in SIDES)
    both = a.index.intersection(b.index)
    if len(both) < 2:
        raise NegotiationError(
            f"only {len(both)} future(s) in which both sides went well; nothing can be compared"
        )
    a, b = a.loc[both], b.loc[both]
    return {
        "futures": len(both),
        "failed": int(frame[ERROR].notna().sum()),
        "confidence": float(settings("summary")["confidence"]),
        "numbers": {name: _number(a[name], b[name], name) for name in UNITS if name in a and name in b},
        "ends": {str(end): _end(a, b, str(end)) for end in OUTCOMES},
    }


def differences(frame: Any, drawn: Sequence[str]) -> Any:
    """One row per future in which both sides went well: what was drawn (as side A met it) and ``difference_X``, B less
    A, of every number; for scenario discovery."""
    import pandas as pd

    good = frame[frame[ERROR].isna()]
    a, b = (good[good["side"] == side].set_index("replication") for side in SIDES)
    both = a.index.intersection(b.index)
    a, b = a.loc[both], b.loc[both]
    change = {f"difference_{name}": b[name] - a[name] for name in UNITS if name in a and name in b}
    return pd.DataFrame({**{name: a[name] for name in drawn}, **change, ERROR: None}).reset_index()


def _number(a: Any, b: Any, name: str) -> dict[str, Any]:
    x, y = a.to_numpy(float), b.to_numpy(float)
    change = y - x
    low, high = mean_interval(change)
    higher, same = int((change > 1e-9).sum()), int((np.abs(change) <= 1e-9).sum())
    surely = wilson(higher, len(change))
    return {
        "unit": UNITS[name],
        "a": float(x.mean()),
        "b": float(y.mean()),
        "difference": float(change.mean()),
        "low": low,
        "high": high,
        "higher_in": higher / len(change),
        "higher_low": surely[0],
        "higher_high": surely[1],
        "same_in": same / len(change),
    }


def _end(a: Any, b: Any, end: str) -> dict[str, float]:
    """Shares of an end on both sides; the interval of their difference is that of Agresti and Min (2005) for pairs."""
    x, y = (a["outcome"] == end).to_numpy(), (b["outcome"] == end).to_numpy()
    n = len(x)
    gained, lost = float((y & ~x).sum()), float((x & ~y).sum())
    g, lo, m = gained + 0.5, lost + 0.5, n + 2
    z = NormalDist().inv_cdf(0.5 + float(settings("summary")["confidence"]) / 2)
    half = z * ((g + lo) - (g - lo) ** 2 / m) ** 0.5 / m
    middle = (g - lo) / m
    return {
        "a": float(x.mean()),
        "b": float(y.mean()),
        "difference": (gained - lost) / n,
        "low": max(-1.0, middle - half),
        "high": min(1.0, middle + half),
        "odds_a": float(a[f"odds_{end}"].mean()),
        "odds_b": float(b[f"odds_{end}"].mean()),
    }
