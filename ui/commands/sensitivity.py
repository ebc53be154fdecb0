"""``negotiation sensitivity``: which assumption drives the answer."""

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
    ranges_from,
    watching,
)
from ui.commands.screen import (
    FirmsOption,
    JsonFlag,
    SeedOption,
    StrategyOption,
    paper,
    print_json,
    seats_from,
)


def sensitivity(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or the path of a YAML file.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of runs, tables and pictures.")],
    method: Annotated[
        str, typer.Option(help="morris (screening), sobol (shares of variance), or both.")
    ] = "both",
    vary: Annotated[
        str, typer.Option(help="all, levers, uncertainties, or names with commas between.")
    ] = "all",
    trajectories: Annotated[
        int | None, typer.Option(min=2, max=10_000, help="Morris: elementary effects of each input.")
    ] = None,
    samples: Annotated[
        int | None, typer.Option(min=2, max=2**20, help="Sobol: base samples, a power of two.")
    ] = None,
    replications: Annotated[
        int | None, typer.Option(min=1, max=1000, help="Games behind each point, with the same seeds at all.")
    ] = None,
    fixed: SetOption = None,
    within: Annotated[
        list[str] | None, typer.Option("--range", metavar="NAME=LOW:HIGH", help="A narrower range.")
    ] = None,
    workers: WorkersOption = None,
    dask: DaskOption = None,
    seed: SeedOption = 0,
    strategy: StrategyOption = None,
    firms: FirmsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Find out which lever or uncertainty drives leverage, incomes and the end. Started again, it goes on."""
    from negotiation.lab.sensitivity import ALL, METHODS, OURS, THEIRS, Sensitivity
    from negotiation.lab.study import refuse_if_all_failed

    if method not in (*METHODS, "both"):
        raise InputError(f"--method {method}: choose morris, sobol or both")
    names: Any = vary if vary in (ALL, OURS, THEIRS) else [v.strip() for v in vary.split(",") if v.strip()]
    studies = [
        Sensitivity(
            scenario,
            one,
            vary=names,
            samples=trajectories if one == "morris" else samples,
            replications=replications,
            seed=seed,
            fixed=numbers_from(fixed, "--set"),
            ranges=ranges_from(within, "--range"),
            strategies=seats_from(strategy),
            firms=firms,
        )
        for one in (METHODS if method == "both" else (method,))
    ]
    folder = folder_for(out)
    found = []
    for study in studies:
        runs = folder / f"{study.method}-runs.parquet"
        try:
            with watching(f"{study.method}: {len(study.points):,} points") as (watch, say):
                frame = study.run(runs, workers=workers, dask=dask, watch=watch, said=say)
        except KeyboardInterrupt:
            raise interrupted(runs, None, None) from None
        refuse_if_all_failed(frame)
        found.append(_reported(study, frame, folder, silent=as_json))
    if as_json:
        print_json(found)
    else:
        paper().print(f"Runs, tables and pictures are in {out}", soft_wrap=True)


def _reported(study: Any, frame: Any, folder: Path, *, silent: bool) -> Any:
    import textwrap

    from rich.text import Text

    from negotiation.lab.sensitivity_report import document, sentences, write_report

    drivers = study.drivers(frame)
    failed = int(frame["error"].notna().sum())
    try:
        write_report(study, drivers, folder)
    except OSError as error:
        raise InputError(
            f"--out {folder} cannot be written to ({error.strerror or error}); choose another folder"
        ) from None
    page = paper(silent=silent)
    kind = (
        "change across its range (Morris)" if study.method == "morris" else "share of variance (Sobol, total)"
    )
    page.print(Text(f"{study.scenario.title.en}: strongest inputs by {kind}", style="bold"))
    for sentence in sentences(study, drivers):
        page.print(
            Text(textwrap.fill(sentence, min(page.width, 100), initial_indent="  ", subsequent_indent="    "))
        )
    if failed:
        page.print(f"  {failed} of {len(frame)} runs failed; their blocks are left out.")
    page.print()
    return document(study, drivers, failed)
