"""``negotiation discover``: in which futures of an ensemble or a comparison does something happen?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.commands.screen import JsonFlag, paper, print_json

SURE = 0.05
"""A limit with a smaller quasi-p counts as more than chance."""


def discover(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.parquet", help="Rows made by 'negotiation ensemble' or 'compare'.")
    ],
    case: Annotated[
        str,
        typer.Option(
            metavar="CASE",
            help="What is of interest: outcome=WD, leverage_CAN<40; in a comparison difference_score_CAN>0 (B less A).",
        ),
    ],
    boxes: Annotated[int, typer.Option(min=1, max=20, help="Boxes to look for, one after the other.")] = 1,
    as_json: JsonFlag = False,
) -> None:
    """Find the futures in which something happens, as a rule of thumb (PRIM)."""
    from negotiation.errors import InputError
    from negotiation.lab.discovery import cases, in_words
    from negotiation.lab.discovery import discover as find
    from negotiation.lab.ensemble_store import read_rows

    frame, identity = read_rows(file)
    if identity.get("kind") == "comparison":
        from negotiation.lab.compare import differences

        inputs = list(identity["drawn"])
        frame = differences(frame, inputs)
    elif identity.get("kind") == "ensemble":
        inputs = [
            *identity["drawn"],
            *dict.fromkeys(name for option in identity["options"] for name in option),
        ]
    else:
        raise InputError(f"{file} holds a {identity.get('kind')}; discovery reads ensembles and comparisons")
    if not len(frame[frame["error"].isna()]):
        raise InputError(f"{file}: no run in it went well")
    found = find(frame, case, inputs, boxes=boxes)
    share = float(cases(frame[frame["error"].isna()], case).mean())
    if as_json:
        print_json({"file": str(file), "case": case, "share": share, "boxes": [asdict(b) for b in found]})
        return
    _show(found, case, share, in_words)


def _show(found: Any, case: str, share: float, in_words: Any) -> None:
    import textwrap

    from rich.text import Text

    page = paper()
    page.print(Text(f"{case}: {share:.0%} of all futures", style="bold"))
    if not found:
        page.print("No rule of thumb tells these futures from the others.")
    for n, box in enumerate(found, start=1):
        page.print(
            Text(textwrap.fill(f"{n}. When {in_words(box)}.", min(page.width, 100), subsequent_indent="   "))
        )
        for limit in box.limits:
            doubt = "" if limit.p < SURE else "   (may be chance)"
            page.print(Text(f"     {limit.input}: quasi-p {limit.p:.2g}{doubt}", style="dim"))
        if all(limit.p >= SURE for limit in box.limits):
            page.print("   Every limit may be chance: what was drawn hardly sets these futures apart.")
    if found:
        page.print(
            "quasi-p: the chance of gaining as much by limiting an input that does nothing.", style="dim"
        )
