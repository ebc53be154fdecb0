"""``negotiation ensemble``: many futures of a scenario, streamed to one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ui.commands.many import (
    DaskOption,
    SetOption,
    WorkersOption,
    folder_for,
    interrupted,
    lists_from,
    numbers_from,
    ranges_from,
    rows_file,
    watching,
    without_nan,
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

SHORT = {"0 to 100": "index", "USD bn a year": "USD bn/y"}
SHOWN = ("leverage", "leverage_change", "transfer", "real_income", "real_wage", "score")


def ensemble(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or the path of a YAML file.")],
    replications: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="Futures: draws of the uncertainties and of chance.")
    ],
    out: Annotated[
        Path, typer.Option(metavar="FILE.parquet", help="File of rows; gone on with if it exists.")
    ],
    workers: WorkersOption = None,
    dask: DaskOption = None,
    lever: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=V,V,...", help="Values of a lever to try in every future; may be repeated."
        ),
    ] = None,
    fixed: SetOption = None,
    within: Annotated[
        list[str] | None,
        typer.Option("--range", metavar="NAME=LOW:HIGH", help="Draw a lever, or draw from a narrower range."),
    ] = None,
    no_draw: Annotated[
        bool,
        typer.Option(
            "--no-draw", help="Leave the uncertainties as the scenario has them; only chance differs."
        ),
    ] = False,
    paths: Annotated[
        bool, typer.Option("--paths", help="Keep leverage round by round, for a fan chart.")
    ] = False,
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Also draw end states (and the fan, with --paths, unless a --lever is tried)."
        ),
    ] = None,
    seed: SeedOption = 0,
    strategy: StrategyOption = None,
    firms: FirmsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Live through many futures of a scenario: one row each in a Parquet file. Started again, it goes on."""
    from negotiation.lab.ensemble import Ensemble
    from negotiation.lab.study import refuse_if_all_failed

    plan = Ensemble(
        scenario,
        replications,
        seed=seed,
        levers=lists_from(lever, "--lever"),
        fixed=numbers_from(fixed, "--set"),
        ranges=ranges_from(within, "--range"),
        draw=not no_draw,
        strategies=seats_from(strategy),
        paths=paths,
        firms=firms,
    )
    rows_file(out)
    if pictures is not None:
        folder_for(pictures, "--pictures")
    last: list[Any] = []
    try:
        with watching(f"{replications:,} futures") as (watch, say):

            def keep(progress: Any) -> None:
                last[:] = [progress]
                watch(progress)

            frame = plan.run(out, workers=workers, dask=dask, watch=keep, said=say)
    except KeyboardInterrupt:
        raise interrupted(out, *((last[0].done, last[0].total) if last else (None, None))) from None
    refuse_if_all_failed(frame)
    from negotiation.lab.ensemble_summary import option_in_words, summary

    told = summary(frame)
    options = [option_in_words(option) for option in plan.options]
    if pictures is not None:
        _draw(frame, plan, pictures)
    if as_json:
        print_json(
            {"scenario": plan.scenario.name, "file": str(out), "levers": plan.options, **without_nan(told)}
        )
        return
    _show(told, plan, options, out)
    if pictures is not None:
        paper().print(f"Pictures are in {pictures}", soft_wrap=True)


def _titled(option: dict[str, float], plan: Any) -> str:
    """An option by the titles of its levers."""
    declared = {**plan.scenario.levers, **plan.scenario.uncertainties}
    return ", ".join(f"{declared[n].title.en} {v:g}" for n, v in option.items()) or "as the scenario has it"


def _draw(frame: Any, plan: Any, folder: Path) -> None:
    from negotiation.errors import InputError
    from negotiation.lab.ensemble_pictures import draw_ensemble

    try:
        draw_ensemble(frame, plan.scenario.title.en, [_titled(o, plan) for o in plan.options], folder)
    except OSError as error:
        raise InputError(
            f"--pictures {folder} cannot be written to ({error.strerror or error}); choose another folder"
        ) from None


def _show(told: dict[str, Any], plan: Any, options: list[str], out: Path) -> None:
    from rich.text import Text

    page = paper()
    page.print(Text(f"{plan.scenario.title.en}: {told['runs']:,} runs", style="bold"))
    drawn = ", ".join(i.name for i in plan.inputs) or "nothing but chance"
    page.print(f"Drawn in each future: {drawn}.", style="dim")
    for block in told["options"]:
        page.print()
        if len(options) > 1:
            page.print(Text(options[block["option"]], style="bold underline"))
        page.print(Text("How they end", style="bold"))
        for end, row in block["ends"].items():
            from negotiation.lab.named import END

            page.print(
                f"  {end:5} {END[end]:20} {row['share']:6.1%}   ({row['low']:.1%} to {row['high']:.1%})"
            )
        page.print(Text("Numbers at the end: mean (its interval), nine futures in ten", style="bold"))
        for name, row in block["numbers"].items():
            if not name.startswith(SHOWN):
                continue
            q = list(row["quantiles"].values())
            sure = f"({_n(row['low'])} to {_n(row['high'])})"
            wide = f"{_n(q[0])} to {_n(q[-1])}"
            unit = SHORT.get(row["unit"], row["unit"])
            page.print(f"  {name:20}{_n(row['mean']):>7} {sure:>18} {wide:>17}  {unit}".rstrip())
    _show_regret(told["regret"], options, page)
    if told["failed"]:
        page.print()
        first = next(iter(told["errors"]))
        page.print(
            f"{told['failed']} of {told['runs']} runs failed and are left out above; most often: {first}"
        )
    page.print()
    page.print(f"Rows are in {out}", soft_wrap=True)


def _show_regret(rows: list[dict[str, Any]], options: list[str], page: Any) -> None:
    if not rows:
        return
    from rich.text import Text

    page.print()
    page.print(Text("Regret: what an option leaves on the table, USD bn of score", style="bold"))
    page.print(f"  {'seat':5}{'mean':>8}{'nine in ten':>13}{'worst':>9}{'best in':>9}  option", style="dim")
    for row in rows:
        page.print(
            f"  {row['seat']:5}{row['mean']:8.1f}{row['ninety_percent']:13.1f}{row['worst']:9.1f}"
            f"{row['best_in']:9.0%}  {options[row['option']]}"
        )


def _n(value: float) -> str:
    """A number in at most six places; no minus before nothing."""
    return f"{round(value, 2) + 0.0:.2f}" if abs(value) < 10 else f"{value:.1f}"
