"""``negotiation tipping``: gradually, then suddenly? Maps of the partners' front and of firms."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import Annotated, Any

import typer

from ui.commands.balance import progress_bar
from ui.commands.screen import JsonFlag, SeedOption, paper, print_json


def tipping(
    scenario: Annotated[
        str, typer.Argument(help="A shipped scenario or the path of a YAML file.")
    ] = "autumn-2025",
    firms: Annotated[int | None, typer.Option(min=1000, max=1_000_000, help="Firms in each climb.")] = None,
    seed: SeedOption = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, max=512, help="Processes; default: the processors of this machine.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Map where a trickle turns into a rush: in the partners' front, and in firms."""
    from negotiation.lab.tipping import firm_map, front_map, plan

    front = front_map(scenario)
    with progress_bar("Climbing") as progress:
        climbs = firm_map(count=firms, seed=seed, workers=workers, progress=progress)
    if as_json:
        print_json({"front": asdict(front), "firms": asdict(climbs)})
        return
    page, grid = paper(), plan()
    _front(page, front, grid["front"])
    _firms(page, climbs, grid["firms"])


def _front(page: Any, front: Any, grid: Any) -> None:
    page.print(f"The partners' front, around the opening of {front.scenario}", style="bold")
    page.print(
        "Commitment in percent, mean of Canada and Mexico. Two numbers: both are solutions, and which one holds "
        "depends on the past; from one to the other it is a leap.",
        style="dim",
    )
    page.print(
        f"At the opening: {_cell(front.opening).strip()}, with trust {front.opening_trust:.2f} and a record of "
        f"{front.opening_record:.2f}. On the maps the record equals trust."
    )
    for trust, rows in front.by_pressure.items():
        page.print()
        page.print(f"trust {trust:.2f}: pressure (US rung on both) by credibility of threats")
        page.print(f"{'':10}" + "".join(f"{threat:>9.0%}" for threat in grid["threats"]))
        for rung, row in zip(grid["rungs"], rows, strict=True):
            page.print(f"rung {rung:<5}" + "".join(f"{_cell(c):>9}" for c in row))
    page.print()
    page.print("trust between the partners by decision noise (percent of GDP; * shipped)")
    page.print(f"{'':7}" + "".join(f"{trust:>7.2f}" for trust in grid["trust_axis"]))
    for noise, row in zip(front.noises, front.by_noise, strict=True):
        page.print(
            f"{f'{100 * noise:.2f}' + ('*' if noise == front.shipped else ''):<7}"
            + "".join(f"{_cell(c):>7}" for c in row)
        )
    two = {
        noise: [t for t, c in zip(grid["trust_axis"], row, strict=True) if c.two]
        for noise, row in zip(front.noises, front.by_noise, strict=True)
    }
    page.print()
    for noise, found in two.items():
        leap = front.leaps[noise]
        said = (
            f"two solutions for trust {found[0]:.2f} to {found[-1]:.2f}"
            if found
            else "one solution everywhere"
        )
        if leap is not None:
            said += f"; coming from no front, it leaps before {leap:.2f}"
        else:
            said += "; coming from no front, it stays there" if found else "; it climbs, no leap"
        page.print(f"noise {100 * noise:.2f}: {said}", soft_wrap=True)


def _cell(front: Any) -> str:
    low, high = 100 * front.low, 100 * front.high
    return f"{low:.0f}/{high:.0f}" if front.two else f"{low:.0f}"


def _firms(page: Any, found: Any, grid: Any) -> None:
    names = list(found.honest[0].change)
    page.print()
    page.print("Firms under a slow climb of the US duty (five years up, two held)", style="bold")
    page.print(
        "Change of links against a world without policy, percent; S: largest six months as a share of the whole move "
        "(steady: 0.07). Rushes as the detector finds them.",
        style="dim",
    )
    page.print(f"{'':27}" + "".join(f"{_short(n):>15}" for n in names) + f"{'rushes':>8}")
    for climb in found.honest:
        _climb(page, f"{climb.duty:>4.0%}, {climb.reversals} reversals a year", climb, names)
    page.print()
    page.print(
        f"What it would take ({found.takes[0].duty:.0%}, no reversals): profits that rise with the corridor"
    )
    for climb in found.takes:
        _climb(
            page, f"elasticity {climb.thick:.2f}" + (" (shipped)" if climb.thick == 0 else ""), climb, names
        )
    for sentence in sentences(found, float(grid["telling"])):
        page.print()
        page.print(textwrap.fill(sentence, min(page.width, 100)))


def _climb(page: Any, name: str, climb: Any, names: list[str]) -> None:
    cells = "".join(f"{100 * climb.change[n]:>+8.0f} S{climb.sudden[n]:>5.2f}" for n in names)
    page.print(f"{name:27}{cells}{len(climb.rushes):>8}")


def _short(name: str) -> str:
    return {
        "US buyers of Canadian goods": "US buy CAN",
        "Canadian sales overseas": "CAN overseas",
        "Canadian sales to Mexico": "CAN to MEX",
    }.get(name, name)


def sentences(found: Any, telling: float) -> list[str]:
    """What the climbs say, in words; ``telling`` is the change below which the shape of a move says nothing."""
    steady = [c for c in found.honest if c.reversals == 0]
    restless = [c for c in found.honest if c.reversals > 0]
    out = []
    rushed = [c for c in steady if c.rushes]
    if rushed:
        out.append(f"Under steady pressure firms rush at {', '.join(f'{c.duty:.0%}' for c in rushed)}.")
    else:
        told = [c.sudden[n] for c in steady for n in c.sudden if abs(c.change[n]) >= telling]
        out.append(
            "Under steady pressure firms do not rush at any duty: the largest six months carry at most "
            f"{max(told):.0%} of a move that matters. Gradually, yes; suddenly, no."
        )
    news = sum(bool(c.rushes) for c in restless)
    out.append(
        f"With reversals the detector speaks in {news} of {len(restless)} climbs: every reversal is news that makes "
        "more firms look at once. That is governments being sudden, not firms tipping."
    )
    tipped = [c.thick for c in found.takes if c.rushes]
    out.append(
        "For firms to tip by themselves profits must rise with the size of a corridor: a rush appears at an "
        f"elasticity of {min(tipped):.2f}; shipped is 0, and anything above 0.3 is a story."
        if tipped
        else "No thick-market effect on this grid makes firms tip."
    )
    return out
