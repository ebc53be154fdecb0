"""``negotiation validate``: published figures beside this model's."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Annotated

import typer

from ui.commands.balance import progress_bar
from ui.commands.screen import JsonFlag, paper, print_json


def validate(
    figure: Annotated[
        list[str] | None, typer.Argument(metavar="[FIGURE]...", help="Only these figures, by id.")
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="Show what was worked out before instead of working it out.")
    ] = False,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also store the results (configs/validation_results.json)."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=512, help="Processes; default: the processors of this machine.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Hold the model against published figures; the gap is printed with its reason."""
    from negotiation.lab.validation import as_plain, published_comparison, results_document
    from negotiation.lab.validation_page import in_short

    with progress_bar("Working out") as progress:
        rows = published_comparison(figure or None, fresh=not stored, workers=workers, progress=progress)
    if write is not None:
        write.write_text(results_document(rows), "utf-8")
    if as_json:
        print_json(as_plain(rows))
        return
    page = paper()
    page.print(
        "Published figures beside this model's. Model: shipped economy and elasticities; range: over two economies and "
        "seven sets of elasticities. Percent.",
        style="dim",
    )
    page.print()
    page.print(f"{'':44}{'publ.':>8}{'model':>8}{'range':>13}{'gap':>7}", style="bold")
    why = None
    for row in rows:
        said = row.why["en"]
        if why is not None and said != why:
            _say(page, why)
        why = said
        name = textwrap.wrap(row.title["en"], 43)
        span = f"{row.low:.1f}..{row.high:.1f}" if abs(row.high) >= 10 else f"{row.low:.2f}..{row.high:.2f}"
        digits = 1 if abs(row.published) >= 10 else 2
        page.print(
            f"{name[0]:44}{row.published:>8.{digits}f}{row.model:>8.{digits}f}{span:>13}{row.gap:>+7.{digits}f}"
        )
        for line in name[1:]:
            page.print(f"{line}")
        page.print(f"  {row.source}", style="dim")
    if why is not None:
        _say(page, why)
    page.print()
    page.print(in_short(rows))


def _say(page: object, text: str) -> None:
    width = min(page.width, 100)  # type: ignore[attr-defined]
    page.print(textwrap.fill(text, width, initial_indent="    ", subsequent_indent="    "))  # type: ignore[attr-defined]
