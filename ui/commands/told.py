"""``negotiation story``: what this model says about the story, one page in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.commands.balance import progress_bar
from ui.commands.screen import paper


def story(
    language: Annotated[str, typer.Option("--language", "-l", help="en, es or fr.")] = "en",
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Measure everything anew (minutes) and store it (configs/story/results.json).",
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=512, help="Processes; default: the processors of this machine.")
    ] = None,
) -> None:
    """Tell what the model says about the story of the articles."""
    from negotiation.lab.telling import as_text, collect, page

    results = None
    if write is not None:
        with progress_bar("Measuring") as progress:
            results = collect(workers=workers, progress=progress)
        write.write_text(as_text(results), "utf-8")
    text = page(language, results)
    console = paper()
    for line in text.splitlines():
        console.print(line)
