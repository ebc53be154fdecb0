"""Tournaments in the manner of Axelrod (1984): strategies meet at tables of three, seat by seat.

At table m, seat X is taken by every strategy in turn, against the same two opponents (drawn for that table) and with
the same seed. So strategies are compared *within* tables: what is hard about a table is hard for all of them.
Scores of different seats are never compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.errors import InputError, NegotiationError, UnknownName
from negotiation.lab.ensemble_design import STANCES, Task, game_seed, settings
from negotiation.lab.ensemble_store import ERROR
from negotiation.lab.ensemble_summary import mean_interval
from negotiation.lab.manifest import identity
from negotiation.lab.study import Study, job_of
from negotiation.scenario import Scenario, load_scenario
from negotiation.strategies import strategies as known_strategies
from negotiation.strategies import strategy_class
from negotiation.terms import SEATS, Country

TABLE = 2
"""Key of the draws that make up the tables (see ``ensemble_design``)."""


@dataclass(frozen=True)
class Standing:
    """How a strategy did in a seat. ``behind`` the seat's best (USD bn, 0 for the best itself) with its interval;
    ``p``: chance of so large a gap if there were none (paired t, Holm 1979 over the seat's pairs)."""

    seat: str
    rank: int
    strategy: str
    score: float
    low: float
    high: float
    behind: float
    behind_low: float
    behind_high: float
    p: float
    tables: int


class Tournament(Study):
    """Every strategy at ``matches`` tables in every seat it can take.

    strategies : names; default: all that do not calculate, those of installed packages too.
    calculating : also those that work out the stage game (tens of times slower).

    Raises ``UnknownName``, ``InputError`` at once for what could not run.
    """

    def __init__(
        self,
        scenario: Scenario | str,
        strategies: Sequence[str] | None = None,
        *,
        matches: int | None = None,
        seed: int = 0,
        calculating: bool = False,
        fixed: Mapping[str, float] | None = None,
        firms: int | None = None,
        tolerance: float | None = None,
    ) -> None:
        self.scenario = load_scenario(scenario)
        self.matches = int(settings("tournament")["matches"] if matches is None else matches)
        if self.matches < 2:
            raise InputError(f"matches = {self.matches}: a tournament needs at least two tables")
        self.seed, self.fixed = int(seed), dict(fixed or {})
        self.scenario.with_values(**self.fixed)
        self.entrants = _entrants(strategies, calculating)
        self.job = job_of((self.scenario,), keep=(STANCES,), firms=firms, tolerance=tolerance)

    @property
    def tables(self) -> dict[tuple[int, Country], dict[Country, str]]:
        """(table, seat to be filled) -> who sits in the two other seats."""
        tables = {}
        for match in range(self.matches):
            for n, seat in enumerate(SEATS):
                rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(TABLE, match, n)))
                tables[match, seat] = {
                    other: str(rng.choice(self.entrants[other])) for other in SEATS if other is not seat
                }
        return tables

    @property
    def tasks(self) -> list[Task]:
        """All games, in order."""
        tasks: list[Task] = []
        for (match, seat), opponents in self.tables.items():
            for name in self.entrants[seat]:
                at = {str(c): s for c, s in {**opponents, seat: name}.items()}
                labels = {"match": match, "seat": str(seat), "strategy": name}
                labels |= {f"plays_{c}": at[str(c)] for c in SEATS}
                tasks.append(
                    Task(len(tasks), game_seed(self.seed, match), dict(self.fixed), labels, dict(at))
                )
        return tasks

    @property
    def identity(self) -> dict[str, Any]:
        """What decides which rows belong to this tournament."""
        return identity(
            "tournament",
            [self.scenario],
            seed=self.seed,
            matches=self.matches,
            entrants={str(seat): list(names) for seat, names in self.entrants.items()},
            fixed=self.fixed,
            firms=self.job.firms,
            tolerance=self.job.tolerance,
        )


def standings(frame: Any) -> list[Standing]:
    """The ranking of each seat, with the gap to its best and whether that gap could be luck.

    A strategy that failed at more than half of its tables is left out (see ``failures``), then tables at which
    another failed. ``NegotiationError`` if nothing is left.
    """
    out: list[Standing] = []
    for seat in map(str, SEATS):
        table = scores(frame, seat)
        if table.shape[0] < 2 or not table.shape[1]:
            continue
        order = table.mean().sort_values(ascending=False, kind="stable").index
        best = table[order[0]].to_numpy()
        gaps = {name: best - table[name].to_numpy() for name in order}
        chances = _holm({name: _paired_p(gaps[name]) for name in order[1:]})
        for rank, name in enumerate(order, start=1):
            low, high = mean_interval(table[name].to_numpy())
            less, more = mean_interval(gaps[name]) if rank > 1 else (0.0, 0.0)
            out.append(
                Standing(
                    seat,
                    rank,
                    str(name),
                    float(table[name].mean()),
                    low,
                    high,
                    float(gaps[name].mean()),
                    less,
                    more,
                    chances.get(name, 1.0),
                    len(table),
                )
            )
    if not out:
        raise NegotiationError(f"no seat has two tables at which all games went well: {failures(frame)[:1]}")
    return out


def scores(frame: Any, seat: str) -> Any:
    """(tables, strategies) scores of a seat as a pandas frame, complete rows only."""
    own = frame[frame["seat"] == seat].reindex(columns=["match", "strategy", f"score_{seat}", ERROR])
    good = own[own[ERROR].isna()]
    table = good.pivot(index="match", columns="strategy", values=f"score_{seat}")
    table = table.reindex(own["match"].unique())
    return table.loc[:, table.notna().mean() > 0.5].dropna()


def failures(frame: Any) -> list[dict[str, Any]]:
    """Strategies whose games failed: name, seat, how often, the first error."""
    bad = frame[frame[ERROR].notna()]
    return [
        {"strategy": name, "seat": seat, "failed": len(rows), "error": rows[ERROR].iloc[0]}
        for (name, seat), rows in bad.groupby(["strategy", "seat"])
    ]


def differ_at_all(frame: Any, seat: str) -> float:
    """Chance of rankings as uneven as these if all strategies were alike (Friedman 1937)."""
    from scipy import stats

    table = scores(frame, seat)
    if table.shape[1] < 3 or table.shape[0] < 2:
        return float("nan")
    if not np.ptp(table.to_numpy(), axis=1).any():
        return 1.0
    return float(stats.friedmanchisquare(*(table[name] for name in table)).pvalue)


def _entrants(given: Sequence[str] | None, calculating: bool) -> dict[Country, list[str]]:
    names = list(dict.fromkeys(given or known_strategies()))
    for name in names:
        if name not in known_strategies():
            raise UnknownName("strategy", name, known_strategies())
    classes = {name: strategy_class(name) for name in names}
    if given is None and not calculating:
        classes = {name: c for name, c in classes.items() if not c.traits.calculates}
    entrants = {seat: [n for n, c in classes.items() if seat in c.traits.seats] for seat in SEATS}
    for seat, able in entrants.items():
        if not able:
            raise InputError(f"none of these strategies can sit for {seat}; add one that can")
    if max(map(len, entrants.values())) < 2:
        raise InputError("a tournament needs at least two strategies for some seat")
    return entrants


def _paired_p(gap: np.ndarray) -> float:
    """Two-sided paired t test; 1 if the two never differ."""
    from scipy import stats

    if not np.ptp(gap):
        return 1.0 if gap[0] == 0 else 0.0
    return float(stats.ttest_1samp(gap, 0.0).pvalue)


def _holm(chances: Mapping[Any, float]) -> dict[Any, float]:
    """Chances corrected for how many were looked at (Holm 1979)."""
    out, worst = {}, 0.0
    for n, (name, p) in enumerate(sorted(chances.items(), key=lambda item: item[1])):
        worst = max(worst, min(1.0, (len(chances) - n) * p))
        out[name] = worst
    return out
