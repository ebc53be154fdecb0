"""``negotiation explain``: what carries the leverage, system by system."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import Annotated, Any

import typer

from negotiation.lab.named import COUNTRY, END, joined
from ui.commands.balance import progress_bar
from ui.commands.screen import JsonFlag, SeedOption, paper, print_json
from ui.commands.words import signed

SMALL = 0.5
"""Points of leverage below which a system is said to carry next to nothing."""


def explain(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or the path of a YAML file.")],
    games: Annotated[
        int | None,
        typer.Option(min=2, max=100_000, help="Games with everything on and with each system off."),
    ] = None,
    system: Annotated[
        list[str] | None, typer.Option(help="Only this system (S1 ... S19); may be given several times.")
    ] = None,
    takes: Annotated[
        bool, typer.Option(help="Also measure what the small systems (S6, S8) would need to carry more.")
    ] = False,
    seed: SeedOption = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, max=512, help="Processes; default: the processors of this machine.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say how much of the shift of leverage each system of the story carries."""
    from negotiation.lab.explain import explain as explained

    with progress_bar("Playing") as progress:
        found = explained(scenario, games, seed=seed, systems=system, workers=workers, progress=progress)
    steps: list[Any] = []
    if takes:
        from negotiation.lab.stretch import stretched
        from negotiation.lab.stretch import takes as known

        with progress_bar("Stretching") as progress:
            for name in [s for s in known() if not system or s in system]:
                steps += stretched(scenario, name, games, seed=seed, workers=workers, progress=progress)
    if as_json:
        print_json({**asdict(found), **({"takes": [asdict(s) for s in steps]} if takes else {})})
        return
    page = paper()
    page.print(f"What carries the leverage: {found.title}", style="bold")
    page.print(
        f"{found.games} seeds, {found.runs:,} games. Points of US leverage (0 to 100) at the joint review less at the "
        "opening; in brackets the 95 percent interval.",
        style="dim",
    )
    page.print()
    page.print(f"{'':28}{'over Canada':>24}{'over Mexico':>24}", style="bold")
    _line(page, "the whole shift", found.shift)
    page.print()
    page.print("switched off one at a time: what goes with it", style="bold")
    for effect in found.systems:
        _line(page, f"{effect.system:4}{effect.title['en']}", effect.change)
    moved = [e for e in found.systems if _moves_the_opening(e)]
    if moved:
        page.print()
        page.print("where leverage ends: the same for those that also move the opening", style="bold")
        for effect in moved:
            _line(page, f"{effect.system:4}{effect.title['en']}", effect.level)
    page.print()
    page.print(f"shared among the largest (Shapley, {found.orders} orders)", style="bold")
    _line(page, "without any of them", found.none)
    for share in found.shares:
        _line(page, f"{share.system:4}{share.title['en']}", share.share)
    _line(page, "with all of them", found.all)
    page.print()
    width = min(page.width, 100)
    page.print(textwrap.fill(paragraph(found), width))
    if steps:
        page.print()
        page.print("what it would take: steps add up, none is a calibration", style="bold")
        for step in steps:
            page.print(f"{step.system:4}{step.title['en']}")
            _line(page, "", step.change)


def _moves_the_opening(effect: Any) -> bool:
    """Whether a system shifts where leverage starts as well."""
    return any(abs(effect.level[k].mean - effect.change[k].mean) > 0.05 for k in ("CAN", "MEX"))


def _line(page: Any, name: str, values: Any) -> None:
    cells = [
        f"{signed(values[k].mean):>6} [{signed(values[k].low):>6}, {signed(values[k].high):>6}]"
        for k in ("CAN", "MEX")
    ]
    page.print(f"{name[:27]:28}{cells[0]:>24}{cells[1]:>24}")


def paragraph(found: Any) -> str:
    """The finding in words."""
    out = []
    for k in ("CAN", "MEX"):
        whole = found.shift[k]
        carried = [
            f"{_inside(e.title['en'])} {signed(e.change[k].mean)}"
            for e in sorted(found.systems, key=lambda e: -abs(e.change[k].mean))
            if abs(e.change[k].mean) >= SMALL and not e.change[k].low <= 0 <= e.change[k].high
        ][:4]
        what = (
            f"Most goes with {joined(carried)}" if carried else "No single system carries a sure part of it"
        )
        out.append(f"US leverage over {COUNTRY[k]} shifts by {signed(whole.mean)} points. {what}.")
    if any(e.system == "S1" for e in found.systems):
        out.append(
            "Without US pressure there is no threat: the index stands at 50 from beginning to end, so US pressure "
            "carries the whole shift by construction."
        )
    nothing = [e for e in found.systems if all(abs(v.mean) < SMALL for v in e.change.values())]
    if nothing:
        names = joined([_inside(e.title["en"]) for e in nothing])
        out.append(f"Next to nothing goes with {names}.")
    others = [e for e in found.systems if e.system != "S13"]  # without a review there are no odds
    if not others:
        return " ".join(out)
    moved = max(others, key=lambda e: max(abs(x) for x in e.odds.values()))
    end = max(moved.odds, key=lambda o: abs(moved.odds[o]))
    out.append(
        f"The odds of the review hang most on {_inside(moved.title['en'])}: with it {END[end]} gets "
        f"{signed(100 * moved.odds[end], 0)} points of probability."
    )
    for effect in nothing:
        end = max(effect.odds, key=lambda o: abs(effect.odds[o]))
        if abs(effect.odds[end]) >= 0.02 and effect is not moved and effect.system != "S13":
            out.append(
                f"{_upper(effect.title['en'])} moves odds rather than leverage: {END[end]} "
                f"{signed(100 * effect.odds[end], 0)} points."
            )
    idle = [e.system for e in found.systems if not e.changes_anything]
    if idle:
        out.append(f"In this scenario {joined(idle)} changes nothing at all.")
    return " ".join(out)


def _upper(title: str) -> str:
    return title[0].upper() + title[1:]


def _inside(title: str) -> str:
    """A title inside a sentence."""
    return title if title[:2].isupper() else title[0].lower() + title[1:]
