"""``negotiation run``: one game by strategies, told round by round."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.commands.document import document
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


def run(
    scenario: Annotated[
        str, typer.Argument(help="A shipped scenario or the path of a YAML file.")
    ] = "autumn-2025",
    seed: SeedOption = 0,
    strategy: StrategyOption = None,
    firms: FirmsOption = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Leave tables, pictures and the log of the game in DIR."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Play one game by strategies, from the opening to the joint review."""
    seats = seats_from(strategy)
    with _folder(out) as folder:
        with waiting(
            "Building the trade model and the firms (the very first run compiles for half a minute) ..."
        ):
            from negotiation.lab.recording import Recording

            game = Recording(scenario, seed, seats, firms)
        page = paper(silent=as_json)
        from ui.commands.story import Story

        story = Story(page)
        for event in game.play():
            story.tell(event)
        if folder is not None:
            with waiting("Writing tables and drawing pictures ..."):
                folder.write(game.events)
    if as_json:
        print_json(document(game.state))
    elif folder is not None:
        page.print()
        page.print(f"Tables, pictures and the log are in {out}", soft_wrap=True)


def _folder(out: Path | None) -> Any:
    """The folder to write to, opened before the game so that a bad one is refused at once."""
    if out is None:
        return nullcontext(None)
    from negotiation.lab.folder import RunFolder

    return RunFolder(out)
