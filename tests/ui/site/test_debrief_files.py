"""What can be taken home: reports, handouts, data, the log, the pack - by whom, and never half of it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from negotiation.rooms import Lobby
from tests.ui.site.asgi import Answer, ask
from tests.ui.site.conftest import FIRMS, settle
from tests.ui.site.test_debrief import CHANGE, ended, log_of
from ui.report import find_browser
from ui.site.pages.debrief_desk import shelf
from ui.words import LANGUAGES


@pytest.fixture
def app(lobby: Lobby) -> Any:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware

    from ui.web import doors, takeaway
    from ui.web.guard import SafeHeaders, SameOrigin

    return Starlette(
        routes=takeaway.routes(),
        middleware=[Middleware(SafeHeaders), Middleware(SameOrigin)],
        exception_handlers=doors.exception_handlers(),
    )


@pytest.fixture
def base(lobby: Lobby, tmp_path: Path) -> str:
    """Where the files of an opened log are."""
    return f"/replay/{shelf().put(log_of('short', tmp_path))}/take"


def names(answer: Answer) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_and_handouts_are_whole_pages_in_three_languages(app: Any, base: str, language: str) -> None:
    for name in (f"report-{language}.html", f"handout-CAN-{language}.html"):
        answer = ask(app, "GET", f"{base}/{name}?if={CHANGE}")
        assert answer.status == 200
        assert f'lang="{language}"' in answer.text
        assert answer.text.rstrip().endswith("</html>")
        assert "http://" not in answer.text.replace("http://www.w3.org", "")
        assert answer.header("content-disposition").startswith("inline")


def test_the_report_holds_the_what_ifs_of_its_link(app: Any, base: str) -> None:
    plain, asked = (ask(app, "GET", f"{base}/report-en.html{x}").text for x in ("", f"?if={CHANGE}"))
    said = [x.partition('id="whatif"')[2].partition("</section>")[0] for x in (plain, asked)]
    assert said[1].count("<tr>") == said[0].count("<tr>") + 1
    assert "conceding" in said[1]


def test_a_pdf_is_a_pdf(app: Any, base: str) -> None:
    answer = ask(app, "GET", f"{base}/handout-USA-en.pdf")
    if find_browser() is None:
        assert answer.status == 503
        assert "could not make the PDF" in answer.text
        return
    assert answer.body.startswith(b"%PDF")


def test_without_a_browser_the_page_says_how_to_print(
    app: Any, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEGOTIATION_BROWSER", "/nowhere/at-all")
    answer = ask(app, "GET", f"{base}/handout-MEX-fr.pdf", accept_language="fr")
    assert answer.status == 503
    assert "imprimez-la" in answer.text


def test_data_come_as_csv_parquet_and_json_with_a_codebook(app: Any, base: str) -> None:
    tables = {"regret", "turning_points", "standings", "bargain", "moves", "leverage"}
    for kind in ("csv", "parquet"):
        found = names(ask(app, "GET", f"{base}/data-{kind}.zip"))
        assert {f"{t}.{kind}" for t in tables} | {"codebook.csv"} <= set(found)
    document = json.loads(ask(app, "GET", f"{base}/data.json?if={CHANGE}").body)
    assert document["branches"][0]["code"] == CHANGE
    book = list(csv.DictReader(io.StringIO(ask(app, "GET", f"{base}/codebook.csv").text)))
    assert {row["file"] for row in book} >= {f"{t}.csv" for t in tables}


def test_the_log_taken_home_opens_again_as_the_same_game(app: Any, base: str) -> None:
    log = ask(app, "GET", f"{base}/game.jsonl").body
    answer = json.loads(ask(app, "POST", "/replay", form=log).body)
    assert ask(app, "GET", f"{answer['address']}/take/game.jsonl").body == log


def test_a_table_gives_nothing_away_before_its_end(app: Any, lobby: Lobby) -> None:
    table = lobby.open_table(seat="CAN", mode="simple", firms=FIRMS)
    settle(table.guest.room)
    for name in ("report-en.html", "handout-USA-en.html", "data.json", "game.jsonl"):
        answer = ask(app, "GET", f"/t/{table.code}/take/{name}")
        assert answer.status == 409, name
        assert "joint review" in answer.text


def test_the_log_of_a_table_holds_no_token_and_no_name(app: Any, lobby: Lobby) -> None:
    done = ended(lobby)
    log = ask(app, "GET", f"/t/{done.code}/take/game.jsonl").text
    assert '"game_ended"' in log
    assert done.token not in log


@pytest.mark.parametrize(
    "name", ["report-de.html", "handout-FRA-en.html", "../rooms.db", "x", "report-en.exe"]
)
def test_what_is_not_offered_is_not_found(app: Any, base: str, name: str) -> None:
    assert ask(app, "GET", f"{base}/{name}").status == 404


def test_a_log_that_is_gone_and_an_unknown_table_are_said_so(app: Any) -> None:
    assert ask(app, "GET", f"/replay/{'0' * 32}/take/data.json").status == 404
    assert ask(app, "GET", "/t/ZZZZZZ/take/data.json").status == 409


@pytest.mark.parametrize(("body", "status", "said"), [
    (b"hello", 422, "no es el registro"),
    (b"x" * 2_000_001, 413, "2 MB"),
    (b'{"kind": "negotiation-game-log", "format": 99}\n', 422, "más nueva"),
    (b'{"kind": "negotiation-game-log", "format": 1}\n', 422, "cómo empezó"),
])  # fmt: skip
def test_a_file_that_is_no_game_is_refused_in_the_visitors_language(
    app: Any, body: bytes, status: int, said: str
) -> None:
    answer = ask(app, "POST", "/replay", form=body, accept_language="es")
    assert answer.status == status
    assert said in json.loads(answer.body)["why"]


def test_another_sites_page_cannot_leave_a_log_here(app: Any, tmp_path: Path) -> None:
    answer = ask(app, "POST", "/replay", form=log_of("short", tmp_path), origin="http://elsewhere.example")
    assert answer.status == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pack_can_be_read_and_changed_document_by_document(app: Any, language: str) -> None:
    page = ask(app, "GET", f"/pack/{language}/lesson-45.html")
    assert page.status == 200
    assert f'lang="{language}"' in page.text
    assert ask(app, "GET", f"/pack/{language}/slides.md").text.startswith("#")
    assert ask(app, "GET", f"/pack/{language}/roles-autumn-2025.html").status == 200
    assert ask(app, "GET", f"/pack/{language}/../README.md").status == 404
    assert ask(app, "GET", "/pack/de/README.html").status == 404


def test_the_whole_pack_is_one_archive_with_the_cards_of_every_scenario(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from negotiation.scenario import load_scenario
    from ui.site.pages import home

    monkeypatch.setattr(home, "scenarios", lambda: (load_scenario("steel-autos-partnership"),))
    found = names(ask(app, "GET", "/pack/fr.zip"))
    assert {"README.md", "lesson-45.html", "slides.md", "roles-steel-autos-partnership.html"} <= set(found)
    assert "cards-steel-autos-partnership.html" in found
