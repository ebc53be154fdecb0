"""What commands print with: one console, one way to print JSON, one way to read ``SEAT=strategy``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console

from negotiation.errors import InputError, UnknownName
from negotiation.terms import SEATS, Country

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
SeedOption = Annotated[
    int, typer.Option(min=0, help="Root of every draw; the same seed gives the same game.")
]
StrategyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--strategy",
        metavar="SEAT=STRATEGY",
        help="Strategy of a seat, over the scenario's own; may be given for USA, CAN and MEX.",
    ),
]
FirmsOption = Annotated[
    int | None, typer.Option(min=100, max=1_000_000, help="Number of firms, over the scenario's own.")
]
NARROWEST = 60
"""Columns below which text is no longer fitted: the terminal wraps it."""


class Paper(Console):
    """A console that keeps quiet when the reader closes the pipe."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())


def paper(*, silent: bool = False) -> Console:
    """The console for standard output: colours only on a terminal, none with NO_COLOR."""
    console = Paper(highlight=False, emoji=False, markup=False, quiet=silent)
    if console.width < NARROWEST:
        console.width = NARROWEST
    return console


def print_json(document: Any) -> None:
    """One JSON document on standard output, nothing else."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False, default=_plain)
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)


def seats_from(given: Sequence[str] | None) -> dict[Country | str, Any]:
    """``["USA=pressure"]`` as a mapping; ``InputError`` for a seat or strategy that does not exist."""
    from negotiation.strategies import strategies, strategy_class

    chosen: dict[Country | str, Any] = {}
    for entry in given or ():
        seat_name, equals, name = entry.partition("=")
        if not equals or not name.strip():
            raise InputError(
                f"--strategy {entry!r}: write SEAT=STRATEGY, for example --strategy USA=pressure"
            )
        code = seat_name.strip().upper()
        if code not in [str(s) for s in SEATS]:
            raise UnknownName("seat", seat_name.strip(), [str(s) for s in SEATS])
        seat = Country(code)
        if seat in chosen:
            raise InputError(
                f"--strategy names {seat} twice ({chosen[seat]} and {name}); give each seat once"
            )
        name = name.strip()
        if name not in strategies():
            raise UnknownName("strategy", name, strategies())
        allowed = strategy_class(name).traits.seats
        if seat not in allowed:
            raise InputError(f"strategy '{name}' cannot sit for {seat}; it plays {', '.join(allowed)}")
        chosen[seat] = name
    return chosen


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say on a terminal's standard error what is being waited for; nothing is said to a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield
