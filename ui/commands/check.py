"""``negotiation check``: every fault of every file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ui.commands.screen import JsonFlag, paper, print_json


def check(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Scenario files, folders of them, or shipped names."),
    ],
    as_json: JsonFlag = False,
) -> None:
    """Report every fault of scenario files; exit code 2 if there is one."""
    from negotiation.scenario import check as faults_of
    from negotiation.strategies import strategies

    faults = faults_of(paths, known_strategies=strategies())
    if as_json:
        print_json(
            {
                "ok": not faults,
                "checked": paths,
                "faults": [asdict(fault) | {"message": str(fault)} for fault in faults],
            }
        )
    elif faults:
        page = paper()
        for fault in faults:
            page.print(str(fault), soft_wrap=True)
        page.print(f"{len(faults)} fault{'s' if len(faults) > 1 else ''}.")
    else:
        paper().print(f"{', '.join(paths)}: no fault found.", soft_wrap=True)
    if faults:
        raise typer.Exit(2)
