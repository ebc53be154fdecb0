"""``negotiation history``: what happened from January 2025 to June 2026 beside what the model makes of it."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import Annotated, Any

import typer

from negotiation.lab.named import END, joined
from ui.commands.balance import progress_bar
from ui.commands.screen import JsonFlag, SeedOption, paper, print_json

MONTHLY = (
    ("us_rate_on_CAN", "tariff", "on CAN"),
    ("us_rate_on_CAN_paid", "firms'", "claims"),
    ("us_rate_on_MEX", "tariff", "on MEX"),
    ("certified_CAN", "claims", "CAN"),
    ("certified_MEX", "claims", "MEX"),
    ("exports_to_us_CAN", "exports", "CAN"),
    ("us_export_share_CAN", "share", "CAN"),
    ("real_income_CAN", "income", "CAN"),
    ("leverage_CAN", "lever.", "CAN"),
    ("leverage_MEX", "lever.", "MEX"),
    ("odds_ANN", "odds", "annual"),
)
"""Series of the monthly table with the two lines of their heading; percent unless the heading says otherwise."""
TITLES = {
    "us_rate_on_CAN": "US tariff on Canada, law of the month",
    "us_rate_on_CAN_paid": "the same at the firms' own claims",
    "CAN_rate_on_us": "Canada's tariff on the US",
    "us_rate_on_MEX": "US tariff on Mexico, law of the month",
    "certified_CAN": "claims of preference, Canada",
    "certified_MEX": "claims of preference, Mexico",
    "exports_to_us_CAN": "Canada's exports to the US in the month",
    "us_export_share_CAN": "US share of Canada's exports, points",
    "real_income_CAN": "Canada's real income (GDP published)",
}


def history(
    games: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Free games; readings scale with it.")
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=1, max=1000, help="Seeds of the replay.")] = None,
    firms: Annotated[int | None, typer.Option(min=100, max=1_000_000, help="Firms of the replay.")] = None,
    seed: SeedOption = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, max=512, help="Processes; default: the processors of this machine.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Replay January 2025 to June 2026 and say how close the model comes."""
    from negotiation.lab.history import report

    with progress_bar("Replaying") as progress:
        found = report(games, seeds=seeds, firms=firms, seed=seed, workers=workers, progress=progress)
    if as_json:
        print_json(asdict(found))
        return
    page = paper()
    _months(page, found)
    _compared(page, found)
    _ends(page, found)


def _months(page: Any, found: Any) -> None:
    _title(page, "Month by month, as the governments moved")
    page.print(
        f"{found.firms:,} firms, mean of {found.seeds} seeds. Percent; US tariff by the law of the month and at the "
        "firms' own claims; Canada's goods exports to the US in the month, front-loading included; US share of exports "
        "against 2024 in points; leverage 0 to 100.",
        style="dim",
    )
    page.print(" " * 8 + "".join(f"{first:>7}" for _, first, _ in MONTHLY))
    page.print(" " * 8 + "".join(f"{second:>7}" for _, _, second in MONTHLY))
    for row, month in enumerate(found.months):
        cells = []
        for name, _, _ in MONTHLY:
            value = found.series[name][row] * (100 if name.startswith("odds") else 1)
            cells.append(f"{value:>7.0f}" if name.startswith(("odds", "cert")) else f"{value:>7.1f}")
        page.print(f"{month:8}" + "".join(cells))


def _compared(page: Any, found: Any) -> None:
    _title(page, "Published figures beside the model's")
    page.print(f"{'':39}{'when':8}{'published':>10}{'model':>8}{'sd':>6}{'gap':>8}")
    last = None
    for line in found.compared:
        if last is not None and line.figure != last.figure:
            _said(page, last.why["en"])
        name = "" if last is not None and line.figure == last.figure else TITLES.get(line.figure, line.figure)
        last = line
        page.print(
            f"{name:39}{line.when:8}{line.measured:>10.1f}{line.model:>8.1f}{line.spread:>6.1f}{line.gap:>+8.1f}"
        )
    if last is not None:
        _said(page, last.why["en"])


def _ends(page: Any, found: Any) -> None:
    _title(page, "How likely each end was on 1 July 2026")
    free, quantal = found.free
    heads = (
        ("", ""),
        ("replay", ""),
        ("other", "readings"),
        ("free", "own"),
        ("free", "QRE"),
        ("drawn", "own"),
        ("drawn", "QRE"),
        ("onward", "to 2036"),
    )
    for line in range(2):
        page.print(f"{heads[0][line]:21}" + "".join(f"{h[line]:>8}" for h in heads[1:]).rstrip())
    for end, odds in found.odds.items():
        j = found.judgement
        mark = " *" if end == found.happened else ""
        cells = (
            f"{odds:.0%}",
            f"{100 * j.low[end]:.0f}-{j.high[end]:.0%}",
            f"{free.odds[end]:.0%}",
            f"{quantal.odds[end]:.0%}",
            f"{free.first[end]:.0%}",
            f"{quantal.first[end]:.0%}",
            f"{found.onward.last[end]:.0%}",
        )
        page.print(f"{END[end] + mark:21}" + "".join(f"{c:>8}" for c in cells))
    for sentence in sentences(found):
        _said(page, sentence)
    page.print()
    page.print(f"{'published early in 2026':26}{'published':>10}{'model':>8}")
    for row in found.published:
        ends = joined([END[e] for e in row["ends"]])
        page.print(
            f"{row['state'].replace('_', ' '):26}{row['published']:>10.0%}{row['model']:>8.0%}  {ends}"
        )


def sentences(found: Any) -> list[str]:
    """What the odds say, in words."""
    takes, j = found.takes, found.judgement
    best, real = found.likeliest, found.happened
    right = "which is what happened" if best == real else "which did not happen"
    own, quantal = found.free
    out = [
        f"* What happened. In the replay most weight lies on {END[best]} ({found.odds[best]:.0%}), {right}; "
        f"the real end, {END[real]}, gets {found.odds[real]:.0%}.",
        f"Other readings: {j.stances} stances are judgement; turned round at random ({j.draws} sets) they leave the "
        f"odds of {END[real]} between {j.low[real]:.0%} and {j.high[real]:.0%} (10 to 90 percent); it is the "
        f"likeliest end in {j.likeliest[real]:.0%} of them.",
    ]
    if takes.as_likely is not None and takes.coin is not None:
        out.append(
            f"What it would take: annual reviews would have to be worth USD {takes.as_likely:.1f} bn a year more to "
            f"Washington to be as likely as any other end, and USD {takes.coin:.1f} bn for one chance in two."
        )
    out.append(
        f"If Washington weighed the ends on its leader's scales ({takes.leader}), annual reviews would get "
        f"{takes.on_leaders_scales['ANN']:.0%}; if nobody counted that the review comes back every year, "
        f"{takes.if_held_only_once['ANN']:.0%}."
    )
    out.append(
        f"Free play from January 2025 ({own.games} games by the scenario's governments, {quantal.games} by quantal "
        "response in all seats) knows nothing of the real moves. The last column goes on from the real end: "
        "history, annual reviews in 2026, then strategies until the pact's end in 2036."
    )
    return out


def _title(page: Any, text: str) -> None:
    from rich.text import Text

    page.print()
    page.print(Text(text, style="bold"))


def _said(page: Any, text: str) -> None:
    width = min(page.width, 110)
    page.print(textwrap.fill(text, width, initial_indent="  ", subsequent_indent="  "), soft_wrap=True)
