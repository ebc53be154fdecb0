"""Plain routes of looking back: open a log, take reports, handouts, data and the pack home.

POST /replay                        a log in the body; answers with its address, or says why not (JSON)
GET  /t/CODE/take/FILE              of a finished table: for whoever may see its debrief
GET  /replay/NAME/take/FILE         of an opened log
GET  /pack/LANGUAGE.zip             the whole pack; /pack/LANGUAGE/FILE one document of it

FILE: report-LANG.html|pdf, handout-SEAT-LANG.html|pdf, data-csv.zip, data-parquet.zip, data.json, codebook.csv,
game.jsonl; ``?if=`` adds what-ifs, ``?paper=A4`` changes the sheet.
"""

from __future__ import annotations

import io
import logging
import re
import threading
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from negotiation.debrief.shelf import LARGEST, BadLog
from negotiation.debrief.wishes import parse_wishes
from negotiation.errors import NegotiationError
from negotiation.terms import Country
from ui.site.pages.debrief_desk import Record, desk, shelf
from ui.site.state import service
from ui.site.state.visit import said
from ui.web.cookies import tokens_of
from ui.web.doors import _language, refused
from ui.web.plain import message_page
from ui.words import LANGUAGES, Words

log = logging.getLogger("negotiation.web")
PATIENCE = 90
"""Seconds a download may be worked on."""
MEDIA = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "md": "text/markdown; charset=utf-8",
}
_PAGE = re.compile(r"(?:report|handout-(USA|CAN|MEX))-(en|es|fr)\.(html|pdf)")
_printer = threading.BoundedSemaphore(1)
"""One PDF at a time: a browser takes a core and 200 MB."""


def routes() -> list[Route]:
    """Routes to stand before Solara's catch-all."""
    return [
        Route("/replay", take_in, methods=["POST"]),
        Route("/t/{code}/take/{file}", of_table),
        Route("/replay/{name}/take/{file}", of_log),
        Route("/pack/{language}.zip", whole_pack),
        Route("/pack/{language}/{file}", of_pack),
    ]


# -- opening a log ----------------------------------------------------------------------------------------


async def take_in(request: Request) -> Response:
    """Keep the log in the body."""
    words, body = Words.of(_language(request)), b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return JSONResponse({"why": words("error.log_too_large", most=LARGEST // 1_000_000)}, 413)
    return await run_in_threadpool(_taken_in, words, body)


def _taken_in(words: Words, body: bytes) -> Response:
    try:
        name = shelf().put(body)
        desk().of_shelf(name)  # one that holds no game is refused here, not on the next page
    except BadLog as error:
        return JSONResponse({"why": said(words, error)}, 422)
    except (NegotiationError, OSError) as error:
        log.warning("a log could not be taken in: %s", error)
        return JSONResponse({"why": words("open.failed")}, 500)
    return JSONResponse({"address": f"/replay/{name}"})


# -- taking things home -----------------------------------------------------------------------------------


def of_table(request: Request) -> Response:
    """A file of a table's debrief, once its game has ended."""
    words = Words.of(_language(request))
    try:
        lobby, who = service.lobby(), request.client.host if request.client else "?"
        room = lobby.find(request.path_params["code"], key=who)
        view = lobby.enter(room.code, tokens_of(request.cookies).get(room.code, ""), key=who).view()
        if view["phase"] != "ended":
            return message_page(words, "debrief.not_yet", words("offer.not_ended"), 409)
        return _file(request, desk().of_room(room), f"table-{room.code}")
    except NegotiationError as error:
        return refused(request, error)


def of_log(request: Request) -> Response:
    """A file of an opened log."""
    try:
        record = desk().of_shelf(request.path_params["name"])
        return _file(request, record, f"log-{record.key[:6]}")
    except NegotiationError as error:
        return refused(request, error, 404 if isinstance(error, BadLog) else 409)


def _file(request: Request, record: Record, stem: str) -> Response:
    name = request.path_params["file"]
    wishes, _ = parse_wishes(request.query_params.get("if", ""))
    codes = tuple(w.code for w in wishes)
    if page := _PAGE.fullmatch(name):
        paper = "A4" if request.query_params.get("paper", "").lower() == "a4" else "letter"
        html = page_of(record, page[2], page[1], codes, paper)
        if page[3] == "html":
            return _answer(html.encode("utf-8"), f"{stem}-{name}", inline=True)
        return _printed(request, html, f"{stem}-{name}")
    if name == "game.jsonl":
        return _answer(_log(record), f"{stem}-{name}")
    if name not in ("data-csv.zip", "data-parquet.zip", "data.json", "codebook.csv"):
        raise HTTPException(404)
    every = desk().future(record, "files", codes).result(PATIENCE)
    return _answer(_chosen(every, name), f"{stem}-{name}")


def page_of(record: Record, language: str, seat: str | None, codes: tuple[str, ...], paper: str) -> str:
    """The report, or the handout of a seat, with the what-ifs asked for and those the story asks for."""
    from ui.report import handout_page, report_page

    house = desk()
    told, waiting = house.told(record)
    if waiting:
        house.future(record, "look").exception(PATIENCE)
        told, _ = house.told(record)
    branches: list[Any] = []
    for code in codes:
        asked = house.future(record, "branch", code)
        if asked.exception(PATIENCE) is None:
            branches.append(asked.result())
    if told.regret:
        more = house.future(record, "branches")
        branches += [] if more.exception(PATIENCE) else more.result()
    if seat is None:
        return report_page(told, language, branches, paper=paper)
    return handout_page(told, Country(seat), language, branches, paper=paper)


def _log(record: Record) -> bytes:
    from negotiation.game.log import write_log

    with TemporaryDirectory() as folder:
        place = Path(folder) / "game.jsonl"
        write_log(place, record.log.events)
        return place.read_bytes()


def _chosen(every: Mapping[str, bytes], name: str) -> bytes:
    """What of all files is in this one."""
    if name == "data.json":
        return every["debrief.json"]
    if name == "codebook.csv":
        return every[name]
    ending = ".csv" if name == "data-csv.zip" else ".parquet"
    return _zipped({n: c for n, c in every.items() if n.endswith(ending) or n == "codebook.csv"})


def _printed(request: Request, html: str, name: str) -> Response:
    try:
        return _answer(pdf_of(html), name, inline=True)
    except NegotiationError as error:
        log.warning("no PDF: %s", error)
        words = Words.of(_language(request))
        return message_page(words, "message.refused", words("offer.no_print"), 503)


@lru_cache(maxsize=32)
def pdf_of(html: str) -> bytes:
    """A page as PDF. ``NegotiationError`` without a browser."""
    from ui.report import write_pdf

    with _printer, TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page, made = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8")
        write_pdf(page, made)
        return made.read_bytes()


# -- the pack ---------------------------------------------------------------------------------------------


def whole_pack(request: Request) -> Response:
    """The pack as one archive."""
    from ui.commands.pack import documents, sheets
    from ui.site.pages.home import scenarios

    language = _spoken(request)
    every = documents(language)
    papers = {s.name: desk().paper(s.name) for s in scenarios()}
    for scenario in scenarios():
        every |= sheets(language, scenario, papers[scenario.name].result(PATIENCE))
    return _answer(_zipped(every), f"negotiation-pack-{language}.zip")


def of_pack(request: Request) -> Response:
    """One document of the pack, to read or to change."""
    from ui.commands.pack import documents, sheets
    from ui.site.pages.home import scenarios

    name, language = request.path_params["file"], _spoken(request)
    every = documents(language)
    for scenario in scenarios():
        if name in (f"roles-{scenario.name}.html", f"cards-{scenario.name}.html"):
            paper = desk().paper(scenario.name).result(PATIENCE) if name.startswith("cards") else None
            every = sheets(language, scenario, paper)
    if name not in every:
        raise HTTPException(404)
    return _answer(every[name], name, inline=name.endswith(".html"))


def _spoken(request: Request) -> str:
    language = request.path_params["language"]
    if language not in LANGUAGES:
        raise HTTPException(404)
    return str(language)


# -- answers ----------------------------------------------------------------------------------------------


def _zipped(contents: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 7, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _answer(body: bytes, name: str, *, inline: bool = False) -> Response:
    kind = "inline" if inline else "attachment"
    return Response(
        body,
        media_type=MEDIA[name.rpartition(".")[2]],
        headers={"Content-Disposition": f'{kind}; filename="{name}"', "Cache-Control": "no-store"},
    )
