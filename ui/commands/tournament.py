"""``negotiation tournament``: strategies against each other, seat by seat."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from negotiation.errors import InputError
from ui.commands.many import (
    DaskOption,
    SetOption,
    WorkersOption,
    folder_for,
    interrupted,
    numbers_from,
    watching,
)
from ui.commands.screen import FirmsOption, JsonFlag, SeedOption, paper, print_json


def tournament(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or the path of a YAML file.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of games, tables and pictures.")],
    entrant: Annotated[
        list[str] | None,
        typer.Option(
            "--strategy",
            metavar="NAME",
            help="A strategy that takes part; default: all that do not calculate.",
        ),
    ] = None,
    calculating: Annotated[
        bool, typer.Option("--calculating", help="Also strategies that work out the stage game: much slower.")
    ] = False,
    matches: Annotated[
        int | None,
        typer.Option(min=2, max=1_000_000, help="Tables at which each strategy sits, in each seat."),
    ] = None,
    fixed: SetOption = None,
    workers: WorkersOption = None,
    dask: DaskOption = None,
    seed: SeedOption = 0,
    firms: FirmsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Let strategies meet at tables of three and rank them in each seat. Started again, it goes on."""
    from negotiation.lab.study import refuse_if_all_failed
    from negotiation.lab.tournament import Tournament, differ_at_all, failures, standings

    plan = Tournament(
        scenario,
        entrant,
        matches=matches,
        seed=seed,
        calculating=calculating,
        fixed=numbers_from(fixed, "--set"),
        firms=firms,
    )
    folder = folder_for(out)
    games = folder / "games.parquet"
    try:
        with watching(f"{len(plan.tasks):,} games") as (watch, say):
            frame = plan.run(games, workers=workers, dask=dask, watch=watch, said=say)
    except KeyboardInterrupt:
        raise interrupted(games, None, None) from None
    refuse_if_all_failed(frame)
    table = standings(frame)
    differ = {seat: differ_at_all(frame, seat) for seat in dict.fromkeys(s.seat for s in table)}
    bad = failures(frame)
    from negotiation.lab.tournament_report import write_report

    try:
        write_report(plan.scenario.title.en, table, frame, folder)
    except OSError as error:
        raise InputError(
            f"--out {folder} cannot be written to ({error.strerror or error}); choose another folder"
        ) from None
    if as_json:
        print_json(_document(plan, frame, table, differ, bad))
        return
    _show(plan, frame, table, differ, bad)
    paper().print(f"Games, tables and pictures are in {out}", soft_wrap=True)


def _document(plan: Any, frame: Any, table: Any, differ: Any, bad: Any) -> dict[str, Any]:
    from dataclasses import asdict

    from negotiation.lab.tournament_fingerprint import pooled
    from ui.commands.many import without_nan

    return without_nan(
        {
            "scenario": plan.scenario.name,
            "seed": plan.seed,
            "matches": plan.matches,
            "games": len(frame),
            "standings": [asdict(s) for s in table],
            "all_alike_p": differ,
            "fingerprints": pooled(frame),
            "failures": bad,
        }
    )


def _show(plan: Any, frame: Any, table: Any, differ: Any, bad: Any) -> None:
    import textwrap

    from rich.text import Text

    from negotiation.lab.named import NAME
    from negotiation.lab.tournament_report import in_words

    page = paper()
    page.print(Text(f"{plan.scenario.title.en}: {len(frame):,} games", style="bold"))
    for seat in differ:
        rows = [s for s in table if s.seat == seat]
        page.print()
        page.print(Text(f"{NAME[seat]}, {rows[0].tables} tables", style="bold underline"))
        page.print(
            Text(f"  {'':26}{'score':>8}{'behind the best':>17}{'its interval':>19}{'p':>7}", style="dim")
        )
        for s in rows:
            gap = (
                ""
                if s.rank == 1
                else f"{s.behind:17.1f}{f'({_n(s.behind_low)} to {_n(s.behind_high)})':>19}{s.p:7.3f}"
            )
            page.print(f"{s.rank:3} {s.strategy:24}{s.score:8.1f}{gap}")
    page.print()
    page.print("p: chance of such a gap between equals, corrected for their number (Holm).", style="dim")
    for sentence in in_words(table, differ):
        page.print(Text(textwrap.fill(sentence, min(page.width, 100), subsequent_indent="  ")))
    for row in bad:
        page.print(
            f"{row['strategy']} as {row['seat']} failed in {row['failed']} games: {row['error']}",
            soft_wrap=True,
        )


def _n(value: float) -> str:
    """One digit; no minus before nothing."""
    return f"{round(value, 1) + 0.0:.1f}"
