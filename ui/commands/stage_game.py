"""``negotiation stage-game``: the game inside one round, with its best replies and equilibria."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from negotiation.lab.named import NAME, joined
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
from ui.commands.words import signed

SECONDS = 5.0


def stage_game(
    scenario: Annotated[
        str | None, typer.Argument(help="A shipped scenario or the path of a YAML file; or give --log.")
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(metavar="LOG", help="Instead: a game that was played (game.jsonl, or a run's folder)."),
    ] = None,
    at: Annotated[
        int | None,
        typer.Option(
            "--round", min=1, help="Round (default 1, of a log its last); those before it are played."
        ),
    ] = None,
    seed: SeedOption = 0,
    strategy: StrategyOption = None,
    firms: FirmsOption = None,
    seconds: Annotated[
        float,
        typer.Option(min=0, max=3600, help="For the search of mixed equilibria; 0 looks for pure ones only."),
    ] = SECONDS,
    gambit: Annotated[
        Path | None, typer.Option(metavar="FILE.nfg", help="Also write the game as a file Gambit reads.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Solve a round: stage game and its equilibria, packages and coalitions."""
    with waiting("Building the trade model ..."):
        if log is not None:
            model, played = _of_log(log, at, [scenario, strategy, firms, seed or None])
        else:
            model, played = _of_scenario(scenario, at or 1, seed, strategy, firms), None
    with waiting("Solving ..."):
        from negotiation.lab.lens import document, lens
        from negotiation.lab.stage import to_gambit

        seen = lens(model, seconds=seconds)
    look, at = seen.look, model.round
    date, seed = model.calendar[at - 1].date, model.seed
    answers = None if played is None else _answers(look, played)
    if gambit is not None:
        from ui.report.writing import write_file

        text = to_gambit(look, f"{model.scenario.name}, round {at} ({date}), seed {seed}")
        write_file(gambit, text.encode("utf-8"), "--gambit")
    if as_json:
        told = _document(model, look, at, date, seed) | {"lens": document(seen)}
        print_json(told | ({} if answers is None else {"log": str(log), "played": answers}))
        return
    from ui.commands.lens_page import show_lens, show_played

    page = paper()
    _show(model, look, at, date, seed)
    if answers is not None:
        show_played(answers, page)
    show_lens(document(seen), _titles(model.scenario), page)
    if gambit is not None:
        page.print(f"\nWritten for Gambit: {gambit}", soft_wrap=True)


def _of_scenario(
    scenario: str | None, at: int, seed: int, strategy: list[str] | None, firms: int | None
) -> Any:
    """A model about to play round ``at``, those before it played by strategies."""
    from negotiation.errors import InputError
    from negotiation.world import ReviewModel

    if scenario is None:
        raise InputError("name a scenario ('negotiation scenarios' lists them), or a game with --log")
    model = ReviewModel(scenario, seed, strategies=seats_from(strategy), firms=firms, lean=True)
    if at > len(model.calendar):
        raise InputError(
            f"--round {at}: {scenario} has {len(model.calendar)} rounds; choose 1 to {len(model.calendar)}"
        )
    while model.round < at:
        model.step()
    return model


def _of_log(log: Path, at: int | None, others: list[Any]) -> tuple[Any, Any]:
    """(model, result of the round): a game of a log as it stood before a round, and what was played then."""
    from negotiation.errors import BrokenLog, InputError
    from negotiation.game.log import GameState, evolve, read_log
    from negotiation.lab.lens import model_at

    if any(x is not None for x in others):
        raise InputError(
            "--log has a scenario, strategies, firms and a seed of its own; give the log and --round only"
        )
    events, _ = read_log(log / "game.jsonl" if log.is_dir() else log)
    state = GameState()
    for event in events:
        try:
            state = evolve(state, event)
        except (BrokenLog, KeyError, IndexError, TypeError, ValueError, AttributeError):
            break  # what stands before it can still be looked at
    last = min(len(state.results) + 1, state.rounds) if state.started else 1
    model = model_at(state, last if at is None else at)
    played = state.results[model.round - 1] if model.round <= len(state.results) else None
    return model, played


def _answers(look: Any, result: Any) -> dict[str, dict[str, Any]]:
    """What each seat played in a round, what that paid against the others' moves, and its best reply to them."""
    from negotiation.terms import SEATS, Stance, others

    letters = {
        str(s): "".join(Stance(result["moves"][str(s)]["move"]["stances"][str(o)]).letter for o in others(s))
        for s in SEATS
    }
    cell = tuple(look.actions[s].index(move) for s, move in letters.items())
    out = {}
    for i, (seat, move) in enumerate(letters.items()):
        own = look.game.payoff[(*(slice(None) if n == i else a for n, a in enumerate(cell)), i)]
        best = int(own.argmax())
        out[seat] = {
            "move": move,
            "payoff": float(own[cell[i]]),
            "best_move": look.actions[seat][best],
            "best": float(own[best]),
        }
    return out


def _titles(scenario: Any) -> dict[str, str]:
    """Package item -> its title in words."""
    from negotiation.game.proposal import issues_between
    from negotiation.terms import PARTNERS, Country

    pairs = [(k, Country.USA) for k in PARTNERS] + [(Country.USA, k) for k in PARTNERS]
    return {
        f"{giver}>{receiver}:{issue.id}": issue.title.en
        for giver, receiver in pairs
        for issue in issues_between(giver, receiver, scenario)
    }


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
