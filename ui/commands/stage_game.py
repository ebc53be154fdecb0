"""``negotiation stage-game``: the game inside one round, with its best replies and equilibria."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.commands.screen import (
    FirmsOption,
    JsonFlag,
    SeedOption,
    StrategyOption,
    paper,
    print_json,
    seats_from,
    waiting,
)
from ui.commands.words import NAME, joined, signed


def stage_game(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or the path of a YAML file.")],
    at: Annotated[
        int, typer.Option("--round", min=1, help="Round; those before it are played by strategies.")
    ] = 1,
    seed: SeedOption = 0,
    strategy: StrategyOption = None,
    firms: FirmsOption = None,
    gambit: Annotated[
        Path | None, typer.Option(metavar="FILE.nfg", help="Also write the game as a file Gambit reads.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Solve the stage game of a round: nine moves for each of three governments."""
    from negotiation.errors import InputError

    seats = seats_from(strategy)
    with waiting("Building the trade model ..."):
        from negotiation.lab.stage import look_at, to_gambit
        from negotiation.world import ReviewModel

        model = ReviewModel(scenario, seed, strategies=seats, firms=firms, lean=True)
        if at > len(model.calendar):
            raise InputError(
                f"--round {at}: {scenario} has {len(model.calendar)} rounds; choose 1 to {len(model.calendar)}"
            )
        while model.round < at:
            model.step()
        look = look_at(model)
    date = model.calendar[at - 1].date
    if gambit is not None:
        _write(gambit, to_gambit(look, f"{model.scenario.name}, round {at} ({date}), seed {seed}"))
    if as_json:
        print_json(_document(model, look, at, date, seed))
        return
    _show(model, look, at, date, seed)
    if gambit is not None:
        paper().print(f"\nWritten for Gambit: {gambit}", soft_wrap=True)


def _document(model: Any, look: Any, at: int, date: str, seed: int) -> dict[str, Any]:
    from negotiation.terms import SEATS

    return {
        "scenario": model.scenario.name,
        "digest": model.scenario.digest,
        "round": at,
        "date": date,
        "seed": seed,
        "strategies": {str(s): model.governments[s].strategy.name for s in SEATS},
        "unit": "USD bn",
        "toward": {"USA": ["CAN", "MEX"], "CAN": ["USA", "MEX"], "MEX": ["USA", "CAN"]},
        "actions": {s: list(names) for s, names in look.actions.items()},
        "summary": {str(s): look.by_action(s) for s in SEATS},
        "pure_equilibria": look.equilibria(),
        "dominated": look.dominated(),
        "quantal_response": {
            s: {
                "noise": look.noise[s],
                "probability": dict(zip(look.actions[s], look.quantal[s].tolist(), strict=True)),
            }
            for s in look.actions
        },
        "payoff": look.game.payoff.tolist(),
    }


def _show(model: Any, look: Any, at: int, date: str, seed: int) -> None:
    from rich.text import Text

    from negotiation.terms import SEATS

    page = paper()
    page.print(
        Text(f"{model.scenario.title.en}, round {at} ({date}), seed {seed}: the stage game", style="bold")
    )
    page.print(
        Text(
            "Two letters are a move: C coordinate, N concede, D defect, toward the two others named.\n"
            "Payoffs in USD bn: the month, costs of the moment, and the review to come.",
            style="dim",
        )
    )
    toward = {"USA": "Canada, Mexico", "CAN": "the US, Mexico", "MEX": "the US, Canada"}
    for seat in SEATS:
        page.print()
        page.print(Text(f"{NAME[str(seat)]} (toward {toward[str(seat)]})", style="bold"))
        page.print(
            Text(
                f"{'move':6}{'expected':>10}{'mean':>9}{'lowest':>9}{'highest':>9}{'best reply':>12}{'quantal':>9}",
                style="dim",
            )
        )
        for row in look.by_action(seat):
            text = (
                f"{row['move']:6}{signed(row['expected'], 2):>10}{signed(row['mean'], 2):>9}"
                f"{signed(row['lowest'], 2):>9}{signed(row['highest'], 2):>9}"
                f"{row['best_reply_share']:>12.0%}{row['quantal']:>9.0%}"
            )
            page.print(Text(text + ("   dominated" if row["dominated"] else "")))
    page.print()
    found = look.equilibria()
    page.print(Text("Equilibria in pure moves: " + ("none" if not found else str(len(found))), style="bold"))
    for cell in found:
        moves = ", ".join(f"{s} {m}" for s, m in cell["moves"].items())
        worth = ", ".join(f"{s} {signed(v, 2)}" for s, v in cell["payoff"].items())
        page.print(f"  {moves}   ({worth})")
    gone = [f"{NAME[s]} {joined(names)}" for s, names in look.dominated().items() if names]
    page.print(Text("Dominated: " + ("; ".join(gone) or "none"), style="bold"))
    noise = ", ".join(f"{s} {value:g}" for s, value in look.noise.items())
    page.print(
        Text(
            f"Expected: against the quantal response of the others (logit, noise {noise} USD bn).\n"
            "Best reply: share of the others' 81 pairs of moves against which the move is one.",
            style="dim",
        )
    )


def _write(path: Path, text: str) -> None:
    from negotiation.errors import InputError

    if path.is_dir():
        raise InputError(f"--gambit {path} is a folder; name a file")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        os.replace(unfinished, path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise InputError(
            f"--gambit {path} cannot be written ({error.strerror or error}); choose another place"
        ) from None
