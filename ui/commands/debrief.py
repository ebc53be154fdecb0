"""``negotiation debrief``: what a finished game teaches - on the screen, as a report, as data, and what if."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.commands.screen import JsonFlag, paper, print_json, waiting


def debrief(
    source: Annotated[
        str,
        typer.Argument(metavar="LOG_OR_ROOM", help="A game.jsonl, the folder of a run, or a room's code."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="FILE.html for the report alone; a folder for report, handouts and data (CSV, Parquet, JSON).",
        ),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Also make PDFs, with the browser installed here.")
    ] = False,
    language: Annotated[
        str, typer.Option(metavar="en|es|fr", help="Language of report and handouts.")
    ] = "en",
    sheet: Annotated[
        str, typer.Option("--paper", metavar="letter|A4", help="Sheet the report prints on.")
    ] = "letter",
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if", metavar="ROUND:SEAT=MOVE", help="Another move, such as 4:USA=CC; may be repeated."
        ),
    ] = None,
    play_on: Annotated[
        bool,
        typer.Option("--play-on", help="After a --what-if let strategies play on, not the recorded moves."),
    ] = False,
    scenario: Annotated[
        str | None, typer.Option(metavar="NAME_OR_FILE", help="The scenario, if it is not a shipped one.")
    ] = None,
    database: Annotated[str | None, typer.Option(metavar="URL", help="Where the room is kept.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Look back on a game: turning points, why leverage moved, what each seat could have had, what if."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices this small: a second thread only spins
    from negotiation.errors import InputError, UnknownName
    from ui.words import LANGUAGES, Words

    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    sheets = {"letter": "letter", "a4": "A4"}
    if sheet.lower() not in sheets:
        raise UnknownName("paper", sheet, ("letter", "A4"))
    if pdf and out is None:
        raise InputError("--pdf needs --out, a file ending in .html or a folder")
    if out is not None:
        from ui.report.writing import refuse_impossible

        refuse_impossible(out)
    with waiting("Looking back ..."), uncollected():
        from negotiation.debrief import debrief as look
        from negotiation.debrief.debriefing import telling_branches

        game = game_of(source, scenario, database)
        told = look(game)
        branches = (*_asked(told, change or (), play_on), *telling_branches(told))
    if out is None:
        if as_json:
            print_json(told.to_dict() | {"branches": [b.to_dict() for b in branches]})
        else:
            _tell(told, Words.of(language), branches)
        return
    with waiting("Writing the report ..."), uncollected():
        written = _write(told, branches, out, language, sheets[sheet.lower()], pdf)
    if as_json:
        print_json({"outcome": told.about.outcome, "faults": [f.key for f in told.faults], "files": written})
        return
    page = paper()
    for fault in _faults(told, language):
        page.print(fault, soft_wrap=True, style="bold")
    page.print(f"Written: {', '.join(written)}", soft_wrap=True)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without collecting garbage: what is imported and built here stays, and looking for waste costs a fifth."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def game_of(source: str, scenario: str | None = None, database: str | None = None) -> Any:
    """The game behind what the user named: a path, or the code of a room."""
    from negotiation.debrief import read
    from negotiation.debrief.rooms import room_events
    from negotiation.errors import InputError
    from negotiation.rooms.codes import ALPHABET, as_code
    from negotiation.rooms.errors import UnknownRoom

    path = Path(source)
    if path.exists():
        return read(path, scenario=scenario)
    try:
        code = as_code(source)
    except UnknownRoom:
        raise InputError(
            f"there is no file or folder {source}, and it is not a room's code (six of {ALPHABET})"
        ) from None
    return read(room_events(code, database), scenario=scenario)


def _asked(told: Any, changes: Any, play_on: bool) -> tuple[Any, ...]:
    """The user's own what-if: all changes in one branch."""
    if not changes:
        return ()
    from negotiation.debrief import parse_change, what_if_all

    others = "strategies" if play_on else "recorded"
    return (what_if_all(told.game, [parse_change(c) for c in changes], others),)


def _tell(told: Any, words: Any, branches: Any) -> None:
    """The story on the screen, without figures."""
    from ui.report.plain import told_plainly

    page = paper()
    for kind, text in told_plainly(told, words, branches):
        if kind != "text":
            page.print()
        page.print(
            text, style={"title": "bold underline", "fault": "bold red"}.get(kind, ""), soft_wrap=False
        )


def _faults(told: Any, language: str) -> list[str]:
    from ui.report.telling import Telling
    from ui.words import Words

    return Telling(told, Words.of(language)).faults()


def _write(told: Any, branches: Any, out: Path, language: str, sheet: str, pdf: bool) -> list[str]:
    """Write what was asked for; names of the files. Pages first, so that they are there if no PDF can be made."""
    from negotiation.terms import SEATS
    from ui.report import handout_page, report_page
    from ui.report.writing import PAGES, write_file, write_folder

    report = report_page(told, language, branches, paper=sheet).encode("utf-8")
    if out.suffix.lower() in PAGES:
        write_file(out, report)
        return [str(out), *([_printed(out)] if pdf else [])]
    from negotiation.debrief.exports import files

    pages = {"report.html": report}
    for seat in SEATS:
        pages[f"handout-{seat}.html"] = handout_page(told, seat, language, branches, paper=sheet).encode(
            "utf-8"
        )
    write_folder(out, pages | {f"data/{name}": content for name, content in files(told, branches).items()})
    made = [str(out / name) for name in (*pages, "data")]
    return made + ([_printed(out / name) for name in pages] if pdf else [])


def _printed(page: Path) -> str:
    """Print a page beside itself; the name of the PDF."""
    from ui.report import write_pdf

    target = page.with_suffix(".pdf")
    write_pdf(page, target)
    return str(target)
