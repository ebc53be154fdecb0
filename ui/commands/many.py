"""What commands that live through many games share: a bar with the time left, options read, stopping cleanly."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console

from negotiation.errors import InputError

WorkersOption = Annotated[
    int | None,
    typer.Option(min=1, max=512, help="Worker processes; default: the processors of this machine."),
]
DaskOption = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Scheduler of a Dask cluster instead, such as tcp://host:8786."),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Hold a lever or uncertainty at a value in all runs."),
]
SAID_EVERY = 10.0
"""Seconds between lines where there is no terminal to draw a bar on."""


class Stopped(Exception):
    """Ctrl-C, or the machine asked the command to end."""


@contextmanager
def watching(what: str) -> Iterator[tuple[Callable[[Any], None], Callable[[str], None]]]:
    """(watch, say) for a piece of work: a bar with the time left on a terminal, a line now and then elsewhere.

    Both write to standard error. SIGTERM is treated like Ctrl-C meanwhile.
    """
    console = Console(stderr=True, highlight=False)
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        if console.is_terminal:
            with _bar(console, what) as tools:
                yield tools
        else:
            yield _lines(what)
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


@contextmanager
def _bar(console: Console, what: str) -> Iterator[tuple[Callable[[Any], None], Callable[[str], None]]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None, left="")

        def watch(p: Any) -> None:
            failed = f", {p.failed} failed" if p.failed else ""
            bar.update(task, completed=p.done, total=p.total, left=_left(p.seconds_left) + failed)

        yield watch, console.print


def _lines(what: str) -> tuple[Callable[[Any], None], Callable[[str], None]]:
    told = time.monotonic()

    def watch(p: Any) -> None:
        nonlocal told
        if time.monotonic() - told >= SAID_EVERY:
            told = time.monotonic()
            print(f"{what}: {p.done} of {p.total}, {_left(p.seconds_left)}", file=sys.stderr)

    return watch, lambda words: print(words, file=sys.stderr)


def _left(seconds: float | None) -> str:
    if seconds is None:
        return "starting"
    if seconds < 90:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.1f} h left"


def numbers_from(given: Sequence[str] | None, option: str) -> dict[str, float]:
    """``["slip=0.1"]`` as a mapping; ``InputError`` for anything else."""
    return {name: value[0] for name, value in lists_from(given, option, most=1).items()}


def lists_from(
    given: Sequence[str] | None, option: str, *, most: int | None = None, between: str = ","
) -> dict[str, tuple[float, ...]]:
    """``["slip=0.1,0.2"]`` as name -> numbers."""
    found: dict[str, tuple[float, ...]] = {}
    for entry in given or ():
        name, equals, text = entry.partition("=")
        name = name.strip().replace("-", "_")
        try:
            numbers = tuple(float(part) for part in text.split(between)) if equals else ()
        except ValueError:
            numbers = ()
        if not name or not numbers or (most is not None and len(numbers) > most):
            example = {1: "slip=0.1", 2: "slip=0.1:0.3"}.get(most or 0, "us_opening_rung=0,2,4")
            raise InputError(f"{option} {entry!r}: write it like {option} {example}")
        if name in found:
            raise InputError(f"{option} names {name} twice; give each name once")
        found[name] = numbers
    return found


def ranges_from(given: Sequence[str] | None, option: str) -> dict[str, tuple[float, float]]:
    """``["slip=0.1:0.3"]`` as name -> (low, high)."""
    found = lists_from(given, option, most=2, between=":")
    for name, numbers in found.items():
        if len(numbers) != 2:
            raise InputError(f"{option} {name}: write two numbers, like {option} slip=0.1:0.3")
    return {name: (numbers[0], numbers[1]) for name, numbers in found.items()}


def interrupted(place: Any, kept: int | None, total: int | None) -> typer.Exit:
    """Say what is kept after Ctrl-C; the exit to raise."""
    rows = f"{kept} of {total} runs are" if kept is not None and total is not None else "What is finished is"
    print(
        f"negotiation: stopped. {rows} kept in {place}; the same command goes on from there.", file=sys.stderr
    )
    return typer.Exit(1)


def folder_for(out: Any, option: str = "--out") -> Any:
    """The folder an option names, made if it is new; ``InputError`` if it is a file or cannot be written to."""
    import os
    from pathlib import Path

    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{option} {folder} is a file; name a folder (a new one is made)")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{option} {folder} cannot be written to ({error.strerror or error}); choose another folder"
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{option} {folder} cannot be written to (no permission); choose another folder")
    return folder


def rows_file(out: Any) -> None:
    """``InputError`` for a name that would have another program read Parquet as something else."""
    if out is not None and out.suffix.lower() in (".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".xls"):
        raise InputError(
            f"--out {out}: rows are written as Parquet; name it {out.with_suffix('.parquet').name}"
        )


def without_nan(document: Any) -> Any:
    """JSON knows no NaN: such numbers become null."""
    if isinstance(document, dict):
        return {k: without_nan(v) for k, v in document.items()}
    if isinstance(document, list):
        return [without_nan(v) for v in document]
    return None if isinstance(document, float) and document != document else document
