"""``negotiation balance``: do the targets of the design hold?"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from ui.commands.screen import JsonFlag, SeedOption, paper, print_json


def balance(
    scenario: Annotated[
        str, typer.Argument(help="A shipped scenario or the path of a YAML file.")
    ] = "autumn-2025",
    games: Annotated[
        int | None,
        typer.Option(
            min=2,
            max=100_000,
            help="Games of random play; everything else scales with it. Default: as configs/lab.yaml has it.",
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=512, help="Processes; default: the processors of this machine.")
    ] = None,
    seed: SeedOption = 0,
    as_json: JsonFlag = False,
) -> None:
    """Measure the targets of a balanced game and say which hold."""
    from negotiation.lab.balance import measure
    from negotiation.scenario import load_scenario

    chosen = load_scenario(scenario)
    with progress_bar("Playing") as progress:
        report = measure(chosen, games, seed=seed, workers=workers, progress=progress)
    if as_json:
        print_json(asdict(report))
        return
    from rich.text import Text

    page = paper()
    page.print(Text(f"Balance of {chosen.title.en}", style="bold"))
    page.print(
        Text(f"{report.games} games, {report.states} stage tables, {report.seconds:.0f} seconds", style="dim")
    )
    for verdict in report.verdicts:
        page.print()
        mark, style = ("holds", "green") if verdict.holds else ("does not hold", "red")
        page.print(Text(f"{verdict.target[0].upper()}{verdict.target[1:]}: {mark}", style=f"bold {style}"))
        page.print(
            Text(
                textwrap.fill(
                    verdict.finding, min(page.width, 100), initial_indent="  ", subsequent_indent="  "
                )
            )
        )
    held = sum(v.holds for v in report.verdicts)
    page.print()
    page.print(Text(f"{held} of {len(report.verdicts)} targets hold.", style="bold"))


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on a terminal's standard error; nothing for a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import Progress

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
