"""What the README's page SECURITY promises, line by line, against the served application."""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from negotiation.rooms import ClassConfig, Lobby
from negotiation.rooms.codes import new_token
from tests.rooms.fake import FakeModel
from tests.ui.site.asgi import Answer, ask, in_a_thread

ROOT = Path(__file__).parents[2]


class Client:
    """A browser without a screen: one application, its cookies."""

    def __init__(self, app: Any) -> None:
        self.app, self.cookies = app, {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        cookie = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        answer = ask(self.app, method, path, form=form, cookie=cookie, **headers)
        self.cookies |= {k: v.split(";")[0] for k, v in answer.cookies().items()}
        return answer

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        return self.ask("POST", path, form, **headers)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Client, Lobby]]:
    """A client of the application around a lobby of its own."""
    from ui import server
    from ui.site.state import service

    lobby = Lobby(tmp_path / "rooms.db", make_model=FakeModel)
    service.install(lobby)
    yield Client(server.create_app(lobby=lobby)), lobby
    service.install(None)
    lobby.close()


def open_class(client: Client) -> str:
    answer = client.post("/class", {"tables": "2", "mode": "simple"})
    assert answer.status == 303, answer.text
    return answer.header("location").rsplit("/", 1)[-1]


def test_a_token_has_128_bits() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert {len(base64.urlsafe_b64decode(t + "==")) for t in tokens} == {16}


def test_only_hashes_are_stored(tmp_path: Path) -> None:
    lobby = Lobby(tmp_path / "rooms.db", make_model=FakeModel)
    made = lobby.classes.open(ClassConfig(tables=2, firms=200))
    token = made.classroom.enter("Ana")
    lobby.close()
    everything = b"".join(f.read_bytes() for f in tmp_path.glob("rooms.db*"))
    for secret in (made.token, token):
        assert secret.encode() not in everything


def test_the_hosts_and_the_seats_cookie_are_httponly_and_samesite_and_not_in_an_address(site: Any) -> None:
    client, _ = site
    opened = client.post("/class", {"tables": "1"})
    code = opened.header("location").rsplit("/", 1)[-1]
    client.cookies.clear()
    entered = client.post(f"/class/{code}/enter", {"name": "Ana"})
    cookies = [*opened.cookies().values(), *entered.cookies().values()]
    assert len(cookies) == 3
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
    token = entered.cookies()[f"seat_{code}"].split(";")[0]
    assert token not in entered.header("location")


@pytest.mark.parametrize(
    "path", ["/class", "/class/CDFHJK/enter", "/class/CDFHJK/go", "/play", "/host", "/device/CDFHJK"]
)
def test_a_post_of_another_sites_page_is_refused(site: Any, path: str) -> None:
    client, _ = site
    assert client.post(path, origin="http://evil.example").status == 403
    assert client.post(path, sec_fetch_site="cross-site").status == 403


def test_a_websocket_of_another_sites_page_is_refused(site: Any) -> None:
    client, _ = site
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "websocket", "path": "/jupyter/api/kernels/0/channels", "query_string": b"session_id=1",
        "headers": [(b"host", b"127.0.0.1:8765"), (b"origin", b"http://evil.example")], "client": ("10.0.0.9", 5),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    in_a_thread(client.app(scope, receive, send))
    assert [m["type"] for m in sent] == ["websocket.close"]


def test_every_page_has_its_headers(site: Any) -> None:
    client, _ = site
    answer = client.get("/class/CDFHJK/export.csv")
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("x-frame-options") == "DENY"
    assert "default-src 'self'" in answer.header("content-security-policy")


def test_no_file_is_fetched_from_elsewhere_for_anybody(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import requests

    asked: list[str] = []
    monkeypatch.setattr(requests, "get", lambda url, **_: asked.append(url))
    client, _ = site
    answer = client.get("/_solara/cdn/somebodys-package@1.0.0/dist/index.js")
    assert (answer.status, asked) == (404, [])


def test_solaras_own_cookie_is_not_sent_by_other_sites_pages_either(site: Any) -> None:
    client, _ = site
    cookies = client.ask("GET", "/", host="localhost:8765").cookies()  # where it is set as behind HTTPS
    assert cookies
    assert all("SameSite=lax" in cookie for cookie in cookies.values())


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "codebook"])
def test_records_are_the_hosts_alone(site: Any, kind: str) -> None:
    client, _ = site
    code = open_class(client)
    assert client.get(f"/class/{code}/export.{kind}").status == 200
    client.cookies.clear()
    client.post(f"/class/{code}/enter", {"name": "Ana"})
    assert client.get(f"/class/{code}/export.csv").status == 403
    client.cookies.clear()
    assert client.get(f"/class/{code}/export.csv").status == 403


def test_guessing_classes_is_slowed_down(site: Any) -> None:
    client, _ = site
    whys = [client.post("/class/CDFHJK/enter").header("location") for _ in range(12)]
    assert "unknown_room" in whys[0]
    assert "too_many_attempts" in whys[-1]


def test_a_form_that_is_too_large_is_refused(site: Any) -> None:
    client, _ = site
    assert client.post("/class", {"scenario": "x" * 10_000}).status in (400, 413)


@pytest.mark.parametrize("number", ["²", "٣", "-1", "1e3", "9" * 400, "=1+1"])
def test_a_number_that_is_none_is_no_fault_of_the_server(site: Any, number: str) -> None:
    client, _ = site
    assert client.post("/class", {"tables": number, "seconds": number}).status in (303, 409)
    code = open_class(client)
    client.cookies.clear()
    assert client.post(f"/class/{code}/enter", {"place": f"{number}:CAN"}).status == 303


def test_a_secret_opens_its_own_room_and_no_other(tmp_path: Path) -> None:
    lobby = Lobby(tmp_path / "rooms.db", make_model=FakeModel)
    here, there = (lobby.classes.open(ClassConfig(tables=2, firms=200)) for _ in range(2))
    member = here.classroom.enter("Ana")
    own = here.classroom.guest(member).room.code
    for token in (here.token, member):
        assert there.classroom.who(token) is None
        for table in there.classroom.state.tables:
            guest = lobby.enter(table, token)
            assert (guest.seat, guest.host) == (None, False)
    other = next(t for t in here.classroom.state.tables if t != own)
    assert lobby.enter(other, member).seat is None
    assert not here.classroom.is_host(member)
    assert not lobby.enter(own, member).host
    lobby.close()


def test_what_the_server_is_made_of_is_told_to_nobody(site: Any) -> None:
    client, _ = site
    assert client.get("/resourcez").status == 404


def test_a_visitor_cannot_name_a_file_as_scenario(site: Any) -> None:
    client, lobby = site
    assert client.post("/class", {"scenario": "/etc/passwd"}).status == 409
    assert lobby.store.recent() == []


def test_no_secret_and_no_name_is_in_a_log_line(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    client, _ = site
    with caplog.at_level(logging.DEBUG, logger="negotiation"):
        answer = client.post("/class", {"tables": "1"})
        code = answer.header("location").rsplit("/", 1)[-1]
        client.cookies.clear()
        entered = client.post(f"/class/{code}/enter", {"name": "Xochitl"})
    told = " ".join(r.getMessage() for r in caplog.records if r.name.startswith("negotiation"))
    secrets = [v.split(";")[0] for a in (answer, entered) for v in a.cookies().values()]
    assert len(secrets) == 3
    assert [s for s in secrets if s in told] == []
    assert "Xochitl" not in told


def test_the_log_file_holds_no_visitors_address(tmp_path: Path) -> None:
    from ui import server

    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    file = server.log_to_file(tmp_path)
    try:
        logging.getLogger("uvicorn.error").info('10.0.0.9:5 - "WebSocket /jupyter/api/kernels/1" [accepted]')
        logging.getLogger("negotiation.web").info("class opened")
    finally:
        logging.captureWarnings(False)
        root.setLevel(level)
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()
    said = file.read_text("utf-8")
    assert "class opened" in said
    assert "10.0.0.9" not in said


def test_no_component_renders_html_of_anybody() -> None:
    """``Drawn`` shows the report's own drawings; the next tests hold what goes into it."""
    for file in (ROOT / "ui/site/components").rglob("*.vue"):
        text = file.read_text(encoding="utf-8")
        assert ("v-html" in text) == (file.name == "Drawn.vue"), file.name
        assert "innerHTML" not in text, file.name


def test_a_drawing_escapes_every_text_of_a_log() -> None:
    from ui.report.markup import parts_of, rich, tag

    evil = '<img src=x onerror="alert(1)">'
    drawn = tag("g", evil, [evil, tag("text", evil, class_=evil)], rich([evil, {"b": evil}]))
    assert "<img" not in drawn
    assert 'class="<' not in drawn
    assert parts_of(rich(["a < b ", {"b": evil}, {"note": "c"}])) == ["a < b ", {"b": evil}, {"note": "c"}]


def test_nothing_but_the_module_that_escapes_makes_markup_of_a_games_texts() -> None:
    files = [
        *(ROOT / "ui/site").rglob("*.py"),
        ROOT / "ui/report/tables.py",
        *(ROOT / "ui/report/figures").glob("*.py"),
    ]
    assert len(files) > 40
    for file in files:
        assert not re.search(r"\bMarkup\((?!\"\"\))", file.read_text(encoding="utf-8")), file


def test_the_database_file_is_its_owners_alone(tmp_path: Path) -> None:
    lobby = Lobby(tmp_path / "rooms.db", make_model=FakeModel)
    lobby.close()
    assert (tmp_path / "rooms.db").stat().st_mode & 0o077 == 0


def test_a_database_that_goes_away_says_so_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from negotiation.rooms import errors

    lobby = Lobby(tmp_path / "rooms.db", make_model=FakeModel)
    classroom = lobby.classes.open(ClassConfig(tables=1, firms=200)).classroom
    with monkeypatch.context() as broken:
        fault = sa.exc.OperationalError("x", {}, Exception("gone"))

        def writing(self: Any) -> Any:
            raise fault

        broken.setattr(type(lobby.store), "_writing", writing)
        with pytest.raises(errors.DatabaseError):
            classroom.enter("Ana")
    assert classroom.state.people == {}
    classroom.enter("Ana")
    assert len(classroom.state.people) == 1
    lobby.close()


def test_no_cell_of_a_debriefs_tables_is_a_formula() -> None:
    from negotiation.debrief.exports import _csv

    said = _csv([{"round": 1, "strategy": "=HYPERLINK(1)", "change": -0.5, "won": True}]).decode()
    assert said == "round,strategy,change,won\n1,'=HYPERLINK(1),-0.5,true\n"
