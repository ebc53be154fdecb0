"""``negotiation compare``: two sides in the same futures."""

from __future__ import annotations

import sys
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
    rows_file,
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

SideStrategy = Annotated[
    list[str] | None, typer.Option(metavar="SEAT=STRATEGY", help="The same on one side only.")
]
SideSet = Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="The same on one side only.")]
FIGURES = ("leverage", "transfer", "score", "real_income", "real_wage")


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A shipped scenario or the path of a YAML file.")],
    b: Annotated[
        str, typer.Argument(metavar="B", help="Another, or the same with other strategies or values.")
    ],
    replications: Annotated[
        int | None, typer.Option(min=2, max=10_000_000, help="Futures that both sides live through.")
    ] = None,
    strategy: StrategyOption = None,
    strategy_a: SideStrategy = None,
    strategy_b: SideStrategy = None,
    fixed: SetOption = None,
    set_a: SideSet = None,
    set_b: SideSet = None,
    no_draw: Annotated[
        bool, typer.Option("--no-draw", help="Leave the uncertainties as the scenarios have them.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.parquet", help="Keep the rows; gone on with if it exists.")
    ] = None,
    pictures: Annotated[Path | None, typer.Option(metavar="DIR", help="Also draw the differences.")] = None,
    workers: WorkersOption = None,
    dask: DaskOption = None,
    seed: SeedOption = 0,
    firms: FirmsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Compare two scenarios, or two ways of playing one, with common random numbers."""
    from negotiation.lab.compare import Comparison, Side, compared

    both, held = seats_from(strategy), numbers_from(fixed, "--set")
    plan = Comparison(
        Side(a, {**both, **seats_from(strategy_a)}, {**held, **numbers_from(set_a, "--set-a")}),
        Side(b, {**both, **seats_from(strategy_b)}, {**held, **numbers_from(set_b, "--set-b")}),
        replications,
        seed=seed,
        draw=not no_draw,
        firms=firms,
    )
    rows_file(out)
    folder = folder_for(pictures, "--pictures") if pictures is not None else None
    try:
        with watching(f"{plan.replications:,} futures, twice") as (watch, say):
            frame = plan.run(out, workers=workers, dask=dask, watch=watch, said=say)
    except KeyboardInterrupt:
        if out is not None:
            raise interrupted(out, None, None) from None
        print(
            "negotiation: stopped. Nothing is kept; with --out FILE.parquet it could go on.", file=sys.stderr
        )
        raise typer.Exit(1) from None
    told = compared(frame)
    names = [_named(side) for side in plan.sides]
    if folder is not None:
        from negotiation.lab.compare_picture import draw_comparison

        try:
            draw_comparison(told, names[0], names[1], folder)
        except OSError as error:
            raise InputError(
                f"--pictures {folder} cannot be written to ({error.strerror or error}); choose another folder"
            ) from None
    if as_json:
        print_json({"a": names[0], "b": names[1], "seed": seed, "drawn": plan.drawn, **told})
        return
    _show(told, names, plan)
    for place, what in ((out, "Rows are in"), (pictures, "The picture is in")):
        if place is not None:
            paper().print(f"{what} {place}", soft_wrap=True)


def _named(side: Any) -> str:
    """A side in words: title, strategies, values held."""
    seats = ", ".join(f"{k} {v}" for k, v in side.strategies.items())
    held = ", ".join(f"{k} {v:g}" for k, v in side.fixed.items())
    return "; ".join(part for part in (side.loaded.title.en, seats, held) if part)


def _show(told: dict[str, Any], names: list[str], plan: Any) -> None:
    from rich.text import Text

    from negotiation.lab.named import END

    page = paper()
    for letter, name in zip("AB", names, strict=True):
        page.print(Text(f"{letter}: {name}", style="bold"))
    drawn = ", ".join(plan.drawn) or "nothing but chance"
    page.print(Text(f"{told['futures']:,} futures lived through by both; drawn: {drawn}.", style="dim"))
    page.print()
    page.print(Text("B less A, with its 95 % interval; * leaves out zero", style="bold"))
    page.print(
        Text(f"  {'':17}{'A':>8}{'B':>8}{'B - A':>9}{'its interval':>21}{'B higher':>10}", style="dim")
    )
    for name, row in told["numbers"].items():
        if name.startswith(FIGURES) and "change" not in name:
            sure = "*" if row["low"] > 0 or row["high"] < 0 else " "
            places = 3 if name.startswith("real_") else 2  # percent of a whole economy are small
            a, b, more, low, high = (
                f"{round(row[x], places) + 0.0:.{places}f}" for x in ("a", "b", "difference", "low", "high")
            )  # no minus before nothing
            page.print(
                f"  {name:17}{a:>8}{b:>8}{more:>9}{sure}{f'({low} to {high})':>20}{row['higher_in']:10.0%}"
            )
    page.print("  Leverage 0 to 100; transfers USD bn a year; scores USD bn; the rest percent.", style="dim")
    page.print()
    page.print(Text("How it ends: share of futures", style="bold"))
    for end, row in told["ends"].items():
        sure = "*" if row["low"] > 0 or row["high"] < 0 else " "
        span = f"({row['low']:+.1%} to {row['high']:+.1%})"
        page.print(f"  {END[end]:20}{row['a']:7.1%}{row['b']:8.1%}{row['difference']:+9.1%}{sure}{span:>20}")
    if told["failed"]:
        page.print(f"{told['failed']} runs failed; their futures are left out.")
