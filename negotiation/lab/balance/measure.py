"""Play what is needed, then judge: the whole measurement of balance."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import product
from time import perf_counter
from typing import Any

from negotiation.errors import InputError
from negotiation.lab.balance import verdicts as judge
from negotiation.lab.balance.plays import Held, Play, Task, play
from negotiation.lab.balance.verdicts import Verdict
from negotiation.lab.workers import Progress, do_all
from negotiation.scenario import Scenario, load_scenario, load_yaml
from negotiation.strategies import strategy
from negotiation.terms import SEATS, Country, Stance

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """The verdicts and what they rest on."""

    scenario: str
    digest: str
    games: int
    """Games played in all."""
    states: int
    """Stage tables looked at."""
    seconds: float
    verdicts: tuple[Verdict, ...]


def measure(
    scenario: Scenario | str,
    games: int | None = None,
    *,
    seed: int = 0,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> Report:
    """Measure every target of the design on a scenario.

    games : games of random play; everything else scales with it. Default: ``configs/lab.yaml``.
    workers : processes of this machine; 1 (default) plays here, one game after the other; None: all processors.
    executor : any executor of your own instead.
    settings : targets, sizes and scripts in the layout of ``configs/lab.yaml``, which is the default.

    ``InputError`` for fewer than 2 games, ``UnknownName`` and ``ScenarioError`` for a scenario that cannot be used.
    """
    settings = load_yaml("lab.yaml") if settings is None else settings
    chosen = load_scenario(scenario)
    count = int(settings["sampling"]["games"]) if games is None else games
    if count < 2:
        raise InputError(f"balance needs at least 2 games to say anything, got {count}")
    start = perf_counter()
    tasks = tasks_for(chosen, settings, count, seed)
    plays = do_all(play, tasks, workers=workers, executor=executor, progress=progress)
    stages = [s for p in plays for s in p.stages]
    return Report(
        scenario=chosen.name,
        digest=chosen.digest,
        games=len(plays),
        states=len(stages),
        seconds=perf_counter() - start,
        verdicts=tuple(_judged(plays, settings["balance"])),
    )


def tasks_for(scenario: Scenario, settings: Settings, count: int, seed: int) -> list[Task]:
    """Every game to play, the longest first so that workers finish together."""
    s = settings["sampling"]
    size = settings["ensemble"]
    common: dict[str, Any] = {"firms": int(size["firms"]), "tolerance": float(size["tolerance"])}

    def scaled(name: str, least: int = 1) -> int:
        return max(least, round(int(s[name]) * count / int(s["games"])))

    def seeds(name: str, least: int = 1) -> range:
        return range(seed, seed + scaled(name, least))

    held: dict[str, tuple[Stance, Stance]] = {
        "together": (Stance.COORDINATE, Stance.COORDINATE),
        "alone": (Stance.DEFECT, Stance.DEFECT),
        "can_leaves": (Stance.DEFECT, Stance.COORDINATE),
        "mex_leaves": (Stance.COORDINATE, Stance.DEFECT),
    }
    tasks = [
        Task(
            "held",
            scenario,
            n,
            {
                Country.USA: "quantal-response",
                Country.CAN: Held(toward_partner=can),
                Country.MEX: Held(toward_partner=mex),
            },
            label=(case,),
            **common,
        )
        for n in seeds("front_games")
        for case, (can, mex) in held.items()
    ]
    tasks += [
        Task("quantal", scenario, n, dict.fromkeys(SEATS, "quantal-response"), **common)
        for n in seeds("quantal_games", 2)
    ]
    wander = strategy("random", keeps=float(s["keeps"]))
    divide = (float(s["beliefs_low"]), float(s["beliefs_high"]), float(s["evidence"]))
    tasks += [
        Task("random", scenario, n, dict.fromkeys(SEATS, wander), int(s["stages_per_game"]), divide, **common)
        for n in range(seed, seed + count)
    ]
    tasks += [Task("own", scenario, n, {}, **common) for n in seeds("own_games", 2)]
    for name in ("bluff", "always-defect", "always-coordinate"):
        passive = {Country.CAN: "always-coordinate", Country.MEX: "always-coordinate"}
        tasks += [
            Task("threats", scenario, n, {Country.USA: name, **passive}, label=(name,), **common)
            for n in seeds("threat_games")
        ]
    for names in product(*(settings["tournament"][str(seat)] for seat in SEATS)):
        tasks += [
            Task("tournament", scenario, n, dict(zip(SEATS, names, strict=True)), label=names, **common)
            for n in seeds("tournament_seeds")
        ]
    return tasks


def _judged(plays: list[Play], target: Settings) -> list[Verdict]:
    stages = [s for p in plays for s in p.stages]
    free = [p for p in plays if p.kind in ("random", "quantal", "own")]
    threats = {
        name: [p for p in plays if p.kind == "threats" and p.label == (name,)]
        for name in ("bluff", "always-defect", "always-coordinate")
    }
    held = {
        case: [p for p in plays if p.kind == "held" and p.label == (case,)]
        for case in ("together", "alone", "can_leaves", "mex_leaves")
    }
    return [
        judge.no_action_is_nearly_always_best(stages, float(target["most_frequent_best_reply"])),
        judge.no_action_is_dominated_everywhere(stages),
        judge.unexecuted_threats_lose_credibility(
            threats["bluff"], threats["always-defect"], threats["always-coordinate"]
        ),
        judge.dividing_pays_only_against_distrust(stages),
        judge.a_front_is_worth_having_and_tempting_to_leave(stages, held, float(target["tempted_at_least"])),
        judge.all_five_ends_occur(free),
        judge.leverage_swings(free, float(target["swing_low"]), float(target["swing_high"])),
        judge.no_script_wins([p for p in plays if p.kind == "tournament"], float(target["script_best"])),
    ]
