"""``negotiation pack``: everything a facilitator prints - lessons, role sheets, slides, the game on paper."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.commands.screen import JsonFlag, paper, print_json, waiting

DEFAULT = "autumn-2025"


def pack(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write the pack to.")],
    language: Annotated[str, typer.Option(metavar="en|es|fr", help="Language of the pack.")] = "en",
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME_OR_FILE",
            help="Scenario for role sheets and cards; may be repeated.",
            show_default=DEFAULT,
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write the facilitator pack: Markdown to change, pages to print, role sheets, cards of the paper game."""
    from negotiation.errors import InputError, UnknownName
    from negotiation.scenario import load_scenario
    from ui.report.writing import PAGES, refuse_impossible, write_folder
    from ui.words import LANGUAGES

    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    if out.suffix.lower() in PAGES:
        raise InputError(f"--out {out}: the pack is a folder; name one without .html")
    refuse_impossible(out)
    chosen = {s.name: s for s in (load_scenario(name) for name in scenario or (DEFAULT,))}
    with waiting("Working out the cards of the paper game ..."):
        contents = pack_files(language, list(chosen.values()))
    write_folder(out, contents)
    if as_json:
        print_json({"language": language, "scenarios": list(chosen), "files": sorted(contents)})
        return
    paper().print(f"Written to {out}: {len(contents)} files; begin with README.html", soft_wrap=True)


def pack_files(language: str, scenarios: list) -> dict[str, bytes]:
    """Name -> content of every file of the pack."""
    from negotiation.debrief.paper import paper_game

    out = documents(language)
    for scenario in scenarios:
        out |= sheets(language, scenario, paper_game(scenario))
    return out


def documents(language: str) -> dict[str, bytes]:
    """The documents, to change and to print."""
    from ui.report.sheets import document_page
    from ui.words import Words

    words, out = Words.of(language), {}
    for document in sorted(files("configs").joinpath("pack", language).iterdir(), key=lambda f: f.name):
        if document.name.endswith(".md"):
            text = document.read_text(encoding="utf-8")
            out[document.name] = text.encode("utf-8")
            out[document.name.replace(".md", ".html")] = document_page(words, text).encode("utf-8")
    return out


def sheets(language: str, scenario: Any, paper: Any = None) -> dict[str, bytes]:
    """Role sheets of a scenario, and the cards of its game on paper where that is given."""
    from ui.report.sheets import cards_page, roles_page

    out = {f"roles-{scenario.name}.html": roles_page(scenario, language).encode("utf-8")}
    if paper is not None:
        out[f"cards-{scenario.name}.html"] = cards_page(paper, language).encode("utf-8")
    return out
