"""What bargaining theory says about a round, printed: equilibria, quantal response path, packages, coalitions."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from negotiation.lab.named import NAME
from ui.commands.words import signed

EQUILIBRIA_SHOWN = 6
PACKAGES_SHOWN = 5
SOLUTIONS = (("nash", "Nash"), ("kalai_smorodinsky", "Kalai-Smorodinsky"), ("egalitarian", "equal gains"))


def show_lens(told: Mapping[str, Any], titles: Mapping[str, str], page: Any) -> None:
    """Print the lens. ``told`` is ``negotiation.lab.lens.document``; ``titles`` are words for package items."""
    _equilibria(told["equilibria"], page)
    _path(told["quantal_path"], page)
    for partner, block in told["packages"].items():
        _packages(partner, block, titles, page)
    _coalitions(told["coalitions"], page)


def show_played(played: Mapping[str, Mapping[str, Any]], page: Any) -> None:
    """Print what was really played in a round of a log, and what the best reply would have brought."""
    page.print()
    page.print(Text("What was played", style="bold"))
    for seat, row in played.items():
        lost = row["best"] - row["payoff"]
        verdict = (
            "a best reply" if lost < 5e-3 else f"best reply {row['best_move']}, worth {lost:.2f} USD bn more"
        )
        page.print(f"  {NAME[seat]:14} {row['move']}   {signed(row['payoff'], 2):>8} USD bn   {verdict}")
    _filled(
        "Against the others' stances as they were; measures chosen by hand are not told apart.",
        page,
        style="dim",
    )


def _equilibria(told: Mapping[str, Any], page: Any) -> None:
    found = told["found"]
    pure, mixed = (sum(e["pure"] is kind for e in found) for kind in (True, False))
    page.print()
    page.print(Text(f"Equilibria: {pure} in pure moves, {mixed} in mixed ones", style="bold"))
    for n, one in enumerate(found[:EQUILIBRIA_SHOWN], start=1):
        worth = ", ".join(f"{s} {signed(v, 2)}" for s, v in one["payoff"].items())
        if one["pure"]:
            moves = ", ".join(f"{s} {next(iter(m))}" for s, m in one["moves"].items())
            page.print(f"  {n}. {moves}   ({worth})")
            continue
        page.print(f"  {n}. mixed   ({worth})")
        for seat, moves in one["moves"].items():
            page.print(f"     {seat} {_mix(moves)}")
    if len(found) > EQUILIBRIA_SHOWN:
        page.print(f"  and {len(found) - EQUILIBRIA_SHOWN} more (--json has them all)")
    _filled(f"How sure: {told['note']}.", page, style="dim")


def _path(rows: list[Mapping[str, Any]], page: Any) -> None:
    page.print()
    page.print(Text("Quantal response from chance to theory: likeliest moves", style="bold"))
    page.print(Text(f"  {'noise':8}" + "".join(f"{s:23}" for s in rows[0]["moves"]), style="dim"))
    for row in rows:
        cells = "".join(f"{_mix(moves, most=2):23}" for moves in row["moves"].values())
        doubt = "" if row["residual"] < 1e-6 else "?"
        page.print(f"  {row['noise']:<8g}{cells}{doubt}".rstrip())
    _filled("Noise in multiples of what the game assumes; 1 is the game's own.", page, style="dim")


def _packages(partner: str, told: Mapping[str, Any], titles: Mapping[str, str], page: Any) -> None:
    page.print()
    page.print(Text(f"What Washington and {NAME[partner]} could settle, USD bn a year each", style="bold"))
    no_deal = told["disagreement"]
    page.print(f"  {'if talks break down':21}{_both(no_deal, partner)}")
    for key, name in SOLUTIONS:
        one = told[key]
        page.print(f"  {name:21}{_both(one, partner)}")
        for part in one["by"]:
            chance = "" if part["chance"] > 0.9995 else f"{part['chance']:.0%}: "
            _filled(chance + _items(part["package"], titles), page, indent=6)
        if not one["by"]:
            page.print("      no agreement gains both sides anything")
    front = told["frontier"]
    shown = _spread(len(front), PACKAGES_SHOWN)
    some = f"; {len(shown)} of them (--json has all)" if len(shown) < len(front) else ""
    page.print(Text(f"  Packages that no other one beats for both: {len(front)}{some}", style="dim"))
    for n in shown:
        row = front[n]
        _filled(f"{_both(row, partner)}  {_items(row['package'], titles)}", page, indent=2, hang=23)


def _coalitions(told: Mapping[str, Any], page: Any) -> None:
    page.print()
    page.print(
        Text("Who is worth what to whom: coalitions, USD bn a year against the pact at peace", style="bold")
    )
    worth = ", ".join(f"{c} {signed(v)}" for c, v in told["worth"].items())
    _filled(f"Worth: {worth}.", page, indent=2)
    shares = ", ".join(f"{s} {signed(v)}" for s, v in told["shapley"].items())
    _filled(f"Shapley value: {shares}.", page, indent=2)
    if told["core_is_empty"]:
        _filled(
            f"The core is empty: some coalition always gains {told['least_excess']:.1f} or more by leaving.",
            page,
            indent=2,
        )
        return
    corners = told["core_corners"]
    spans = ", ".join(
        f"{s} {signed(min(c[s] for c in corners))} to {signed(max(c[s] for c in corners))}"
        for s in corners[0]
    )
    _filled(
        f"The core is not empty ({len(corners)} corners): {spans}. The loosest coalition stays "
        f"{-told['least_excess']:.1f} better off inside.",
        page,
        indent=2,
    )


def _mix(moves: Mapping[str, float], most: int | None = None) -> str:
    ranked = sorted(moves.items(), key=lambda pair: -pair[1])[:most]
    return ", ".join(f"{name} {100 * p:.0f} %" for name, p in ranked)


def _both(row: Mapping[str, Any], partner: str) -> str:
    return f"USA {signed(row['USA']):>5}, {partner} {signed(row[partner]):>5}"


def _spread(count: int, most: int) -> list[int]:
    """At most so many numbers below ``count``, first and last among them, evenly apart."""
    if count <= most:
        return list(range(count))
    return sorted({round(n * (count - 1) / (most - 1)) for n in range(most)})


def _items(package: list[str], titles: Mapping[str, str]) -> str:
    """``Canada: dairy access, streaming rules. United States: standstill``, grouped by who grants."""
    givers: dict[str, list[str]] = {}
    for item in package:
        title = titles.get(item, item.partition(":")[2].replace("_", " "))
        givers.setdefault(item.partition(">")[0], []).append(title[:1].lower() + title[1:])
    return "; ".join(f"{NAME[giver]}: {', '.join(own)}" for giver, own in givers.items()) or "nothing"


def _filled(text: str, page: Any, *, indent: int = 2, hang: int = 2, style: str = "") -> None:
    width = max(40, min(page.width, 100))
    page.print(
        Text(
            textwrap.fill(text, width, initial_indent=" " * indent, subsequent_indent=" " * (indent + hang)),
            style=style,
        )
    )
