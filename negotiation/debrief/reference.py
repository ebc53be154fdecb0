"""Computer games a class is held against: how they ended and where leverage stood, stored with the product.

    python -m negotiation.debrief.reference                    every shipped scenario, about a minute each
    python -m negotiation.debrief.reference autumn-2025

For each scenario and mode every shipped strategy takes every seat once, the two others are played by the strategies of
the middle level. A game's row is the index over CAN and MEX at its end, the five odds before the draw, and the three
scores; ``configs/reference_games.json`` keeps the rows.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from negotiation.terms import OUTCOMES, PARTNERS, SEATS, Country

TABLE = "reference_games.json"
MODES = ("simple", "full")
LEVEL = "medium"
FIRMS = 2000
"""Firms in a reference game, as in ensembles."""
SHOWN = (0.1, 0.25, 0.5, 0.75, 0.9)
Planned = tuple[str, str, str, str, int]
"""(scenario, mode, seat, strategy in that seat, seed)."""


@dataclass(frozen=True)
class Reference:
    """Computer play of one scenario and mode."""

    games: int
    leverage: Mapping[str, tuple[float, ...]]
    """Partner -> index at the end, sorted."""
    odds: Mapping[str, float]
    """End -> mean probability before the draw."""

    def quantiles(self, partner: str) -> list[float]:
        """Index over a partner at the quantiles of ``SHOWN``."""
        return [float(x) for x in np.quantile(self.leverage[partner], SHOWN)]


def reference_of(scenario: str, mode: str) -> Reference | None:
    """What is stored for a scenario and mode; None where nothing is."""
    rows = stored()["scenarios"].get(scenario, {}).get("games", {}).get(mode)
    if not rows:
        return None
    table = np.array(rows, float)
    return Reference(
        games=len(rows),
        leverage={str(k): tuple(sorted(table[:, i])) for i, k in enumerate(PARTNERS)},
        odds={str(o): float(table[:, 2 + i].mean()) for i, o in enumerate(OUTCOMES)},
    )


@cache
def stored() -> dict[str, Any]:
    """The shipped table; empty if none is shipped."""
    place = files("configs") / TABLE
    return json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {"scenarios": {}}


def out_of_date() -> list[str]:
    """Scenarios whose games were played by an older version of them."""
    from negotiation.scenario import load_scenario

    return [n for n, block in stored()["scenarios"].items() if block["digest"] != load_scenario(n).digest]


# -- measuring --------------------------------------------------------------------------------------------


def play(planned: Planned) -> list[float]:
    """The row of one game."""
    from negotiation.rooms.levels import opponents
    from negotiation.rooms.reference import play_to_the_end
    from negotiation.scenario import load_scenario
    from negotiation.world import ReviewModel

    name, mode, seat, mind, seed = planned
    scenario = load_scenario(name)
    minds: dict[Any, Any] = {**opponents(LEVEL, mode, scenario), Country(seat): mind}
    model = ReviewModel(scenario, seed, strategies=minds, firms=FIRMS)
    ending = play_to_the_end(model, mode)
    told = model.results[-1]
    return [
        *(round(float(told["leverage"][str(k)]["index"]), 2) for k in PARTNERS),
        *(round(float(ending["odds_true"][str(o)]), 4) for o in OUTCOMES),
        *(round(float(ending["score"][str(s)]), 2) for s in SEATS),
    ]


def planned_games(scenario: str, seed: int = 1) -> Iterator[Planned]:
    """Every strategy in every seat, in both modes."""
    from negotiation.debrief.conduct import candidates

    for mode in MODES:
        for seat in SEATS:
            for mind in sorted(candidates()):
                yield scenario, mode, str(seat), mind, seed


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    from negotiation.scenario import load_scenario, scenario_names

    parser = argparse.ArgumentParser(
        prog="python -m negotiation.debrief.reference", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("scenario", nargs="*", help="scenarios to play (default: all shipped)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("configs") / TABLE)
    given = parser.parse_args(arguments)
    table = dict(stored())
    table["source"] = "computer games of this program; python -m negotiation.debrief.reference"
    table["scenarios"] = dict(table["scenarios"])
    with ProcessPoolExecutor(given.workers) as pool:
        for name in given.scenario or scenario_names():
            planned = list(planned_games(name))
            rows: dict[str, list[list[float]]] = {mode: [] for mode in MODES}
            for game, row in zip(planned, pool.map(play, planned, chunksize=4), strict=True):
                rows[game[1]].append(row)
            table["scenarios"][name] = {"digest": load_scenario(name).digest, "games": rows}
            given.out.write_text(json.dumps(table, separators=(",", ":")) + "\n", encoding="utf-8")
            print(f"{name}: {len(planned)} games")
    return 0


if __name__ == "__main__":
    sys.exit(main())
