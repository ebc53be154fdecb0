"""Measure the reference games of the fair score and write ``configs/reference_scores.json``.

    python -m negotiation.rooms.reference                      every shipped scenario, 5 games a strategy
    python -m negotiation.rooms.reference autumn-2025 --games 2
    python -m negotiation.rooms.reference --check              which tables belong to an older scenario

For each seat, mode and level the two other seats are played by the level's strategies, and the seat itself by
each shipped strategy in turn. Seeds run from ``--seed`` on, so the same command writes the same file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from negotiation.game.moves import Move
from negotiation.rooms.engine import scenario_named
from negotiation.rooms.levels import level_names, opponents
from negotiation.rooms.score import TABLE, reference_table
from negotiation.rooms.simple import simple_choice
from negotiation.terms import SEATS, Country, Phase

FIRMS = 2000
"""Firms in a reference game, as in ensembles."""
MODES = ("simple", "full")
Game = tuple[str, str, str, str, str, int]
"""(scenario, mode, level, seat, strategy in that seat, seed)."""


def play(game: Game) -> float:
    """The score of the seat in one reference game, USD bn."""
    from negotiation.world.model import ReviewModel

    scenario, mode, level, seat, mind, seed = game
    minds: dict[Any, Any] = {**opponents(level, mode, scenario_named(scenario)), Country(seat): mind}
    model = ReviewModel(
        scenario_named(scenario), seed, strategies=minds, firms=FIRMS, tolerance=1e-6, lean=True
    )
    return round(float(play_to_the_end(model, mode)["score"][seat]), 3)


def play_to_the_end(model: Any, mode: str) -> dict[str, Any]:
    """A whole game by the strategies in its seats, later reviews included; how it ended."""
    while model.ending is None:
        if model.phase is Phase.JOINT_REVIEW:
            model.review_by_strategies()
            continue
        choices = {s: model.ask(s).to_dict() for s in SEATS}
        if mode == "simple":
            choices = {s: simple_choice(s, c, model.view(s)) for s, c in choices.items()}
        model.play({s: Move.from_dict(c["move"]) for s, c in choices.items()})
    return model.ending


def games(scenario: str, each: int, seed: int) -> Iterator[tuple[str, Game]]:
    """Every reference game of a scenario with the cell it belongs to."""
    from negotiation.strategies.registry import SHIPPED

    for mode in MODES:
        for level in level_names():
            for seat in SEATS:
                for mind in sorted(s.name for s in SHIPPED):
                    for i in range(each):
                        yield f"{mode}/{level}/{seat}", (scenario, mode, level, str(seat), mind, seed + i)


def measure(scenario: str, each: int, seed: int, pool: Any) -> dict[str, Any]:
    """The table of one scenario: cell -> sorted scores."""
    planned = list(games(scenario, each, seed))
    scores: dict[str, list[float]] = {}
    played = pool.map(play, [game for _, game in planned], chunksize=8)
    for (cell, _), score in zip(planned, played, strict=True):
        scores.setdefault(cell, []).append(score)
    return {
        "digest": scenario_named(scenario).digest,
        "games": len(planned),
        "scores": {cell: sorted(s) for cell, s in scores.items()},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    from negotiation.scenario import scenario_names

    parser = argparse.ArgumentParser(
        prog="python -m negotiation.rooms.reference", description=__doc__.splitlines()[0]
    )
    parser.add_argument("scenario", nargs="*", help="scenarios to measure (default: all shipped)")
    parser.add_argument("--games", type=int, default=5, help="games per strategy in each cell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("configs") / TABLE)
    parser.add_argument("--check", action="store_true", help="only say which tables are out of date")
    given = parser.parse_args(arguments)
    if given.check:
        return _check()
    table = dict(reference_table())
    table["source"] = "computer games of this program; python -m negotiation.rooms.reference"
    table["scenarios"] = dict(table["scenarios"])
    with ProcessPoolExecutor(given.workers) as pool:
        for name in given.scenario or scenario_names():
            table["scenarios"][name] = measure(name, given.games, given.seed, pool)
            given.out.write_text(
                json.dumps(table, indent=None, separators=(",", ":")) + "\n", encoding="utf-8"
            )
            print(f"{name}: {table['scenarios'][name]['games']} games")
    return 0


def _check() -> int:
    old = [
        name
        for name, block in reference_table()["scenarios"].items()
        if block["digest"] != scenario_named(name).digest
    ]
    print("out of date: " + ", ".join(old) if old else "every table belongs to its scenario as it is now")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
