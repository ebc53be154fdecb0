"""Plain routes: seats and cookies, refusals in words, nothing for other sites' pages."""

from __future__ import annotations

from typing import Any

import pytest

from negotiation.rooms import Lobby
from tests.ui.site.asgi import Answer, ask
from ui.site.state import service
from ui.web.cookies import MOST_SEATS, SEAT, language_of
from ui.web.guard import policy, same_origin


@pytest.fixture
def app(lobby: Lobby) -> Any:
    """The doors behind the guards, without Solara."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from ui.web import doors
    from ui.web.guard import SafeHeaders, SameOrigin

    return Starlette(
        routes=doors.routes(),
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            Middleware(SafeHeaders),
            Middleware(SameOrigin),
        ],
        exception_handlers=doors.exception_handlers(),
    )


def token_in(answer: Answer) -> tuple[str, str]:
    """Code and token of the one seat cookie an answer sets."""
    name, value = next((k, v) for k, v in answer.cookies().items() if k.startswith(SEAT))
    return name.removeprefix(SEAT), value.split(";")[0]


def test_play_opens_a_table_and_keeps_the_seat_in_a_cookie_scripts_cannot_read(
    app: Any, lobby: Lobby
) -> None:
    answer = ask(
        app, "POST", "/play", form={"seat": "MEX", "mode": "full", "level": "hard", "scenario": "autumn-2025"}
    )
    code, token = token_in(answer)
    assert answer.status == 303
    assert answer.header("location") == f"/t/{code}"
    said = answer.cookies()[SEAT + code].lower()
    assert "httponly" in said
    assert "samesite=lax" in said
    assert lobby.enter(code, token).seat == "MEX"


def test_play_without_any_choice_is_canada_in_simple_mode(app: Any, lobby: Lobby) -> None:
    code, token = token_in(ask(app, "POST", "/play"))
    guest = lobby.enter(code, token)
    assert (guest.seat, guest.room.state.config.mode, guest.room.state.config.scenario) == (
        "CAN",
        "simple",
        service.DEFAULT_SCENARIO,
    )


def test_an_unknown_scenario_is_refused_in_words_and_opens_nothing(app: Any, lobby: Lobby) -> None:
    answer = ask(app, "POST", "/play", form={"scenario": "../../etc"}, accept_language="es")
    assert answer.status == 409
    assert "Esto no está en la lista" in answer.text
    assert lobby.store.recent(5) == []


def test_a_friend_takes_a_seat_by_posting_and_only_by_posting(app: Any, lobby: Lobby) -> None:
    code, _ = token_in(ask(app, "POST", "/host", form={"seat": "CAN"}))
    assert ask(app, "GET", f"/join/{code}").status == 405  # here; behind the doors Solara shows the page
    joined = ask(app, "POST", f"/join/{code.lower()}", form={"seat": "MEX"})
    found, token = token_in(joined)
    assert found == code
    assert lobby.enter(code, token).seat == "MEX"
    again = ask(app, "POST", f"/join/{code}", form={"seat": "MEX"})
    assert again.header("location") == f"/join/{code}?why=seat_taken"
    assert not again.cookies()


def test_a_browser_that_has_a_seat_keeps_it(app: Any, lobby: Lobby) -> None:
    code, token = token_in(ask(app, "POST", "/host", form={"seat": "CAN"}))
    answer = ask(app, "POST", f"/join/{code}", form={"seat": "MEX"}, cookie=f"{SEAT}{code}={token}")
    assert answer.header("location") == f"/t/{code}"
    assert not answer.cookies()
    assert lobby.enter(code, token).seat == "CAN"


def test_watching_takes_no_seat(app: Any, lobby: Lobby) -> None:
    code, _ = token_in(ask(app, "POST", "/host"))
    answer = ask(app, "POST", f"/join/{code}", form={"seat": ""})
    assert answer.header("location") == f"/t/{code}"
    assert not answer.cookies()
    assert set(lobby.find(code).state.free()) == {"USA", "MEX"}


@pytest.mark.parametrize("typed", ["ZZZZZZ", "AEIOUY", "%3Cscript%3E", "X" * 3000])
def test_a_wrong_code_leads_back_to_the_field_with_the_reason(app: Any, typed: str) -> None:
    answer = ask(app, "POST", f"/join/{typed}", form={"seat": "CAN"})
    assert answer.status == 303
    assert answer.header("location").endswith("?why=unknown_room")
    assert "<" not in answer.header("location")
    assert len(answer.header("location")) < 60


def test_whoever_guesses_codes_is_slowed_down(app: Any) -> None:
    reasons = [ask(app, "POST", "/join/CCCCC3", form={"seat": "CAN"}).header("location") for _ in range(14)]
    assert reasons[0].endswith("unknown_room")
    assert reasons[-1].endswith("too_many_attempts")


def test_a_form_too_large_or_not_text_is_refused(app: Any) -> None:
    assert ask(app, "POST", "/play", form={"scenario": "x" * 9000}).status == 413
    assert ask(app, "POST", "/play", form=b"\xff\xfe=1").status == 400


def test_another_sites_page_cannot_post(app: Any, lobby: Lobby) -> None:
    assert ask(app, "POST", "/play", origin="http://evil.example").status == 403
    assert ask(app, "POST", "/play", sec_fetch_site="cross-site").status == 403
    assert ask(app, "POST", "/play", origin="null").status == 403
    assert lobby.store.recent(5) == []
    assert ask(app, "POST", "/play", origin="http://127.0.0.1:8765").status == 303


def test_a_foreign_host_name_is_not_answered(app: Any) -> None:
    assert ask(app, "GET", "/healthz", host="evil.example").status == 400


def test_healthz_says_when_the_database_does_not_answer(
    app: Any, lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    from negotiation.rooms.errors import DatabaseBusy

    assert ask(app, "GET", "/healthz").status == 200

    def locked(*_: Any) -> None:
        raise DatabaseBusy("rooms.db")

    monkeypatch.setattr(lobby.store, "recent", locked)
    answer = ask(app, "GET", "/healthz")
    assert answer.status == 503
    assert "locked" in answer.text


def test_a_full_disk_is_said_in_words_and_seats_nobody(
    app: Any, lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    from negotiation.rooms.errors import DiskFull

    def full(*_: Any, **__: Any) -> None:
        raise DiskFull("rooms.db")

    monkeypatch.setattr(lobby.store, "create", full)
    answer = ask(app, "POST", "/play", accept_language="fr")
    assert answer.status == 409
    assert "disque" in answer.text
    assert not answer.cookies()


def test_the_qr_code_is_a_picture_of_the_link(app: Any, lobby: Lobby) -> None:
    code, _ = token_in(ask(app, "POST", "/host"))
    answer = ask(app, "GET", f"/q/{code}.svg")
    assert answer.status == 200
    assert answer.header("content-type") == "image/svg+xml"
    assert "<svg" in answer.text
    assert ask(app, "GET", "/q/nocode.svg").status == 404


def test_a_page_that_is_not_there_has_a_way_home_in_the_visitors_language(app: Any) -> None:
    answer = ask(app, "GET", "/nowhere", accept_language="fr-CA,fr;q=0.9")
    assert answer.status == 404
    assert "Il n’y a pas de page ici" in answer.text
    assert 'href="/"' in answer.text
    assert "frame-ancestors 'none'" in answer.header("content-security-policy")


def test_old_seats_drop_out_so_that_a_request_never_grows_too_large(app: Any) -> None:
    cookies = "; ".join(f"{SEAT}T{n}=x" for n in range(MOST_SEATS + 3))
    answer = ask(app, "POST", "/play", cookie=cookies)
    dropped = [k for k, v in answer.cookies().items() if "Max-Age=0" in v]
    assert len(dropped) == 4


def test_a_page_may_ask_this_server_only() -> None:
    said = policy("10.0.0.5:8765")
    assert "default-src 'self'" in said
    assert "connect-src 'self' ws://10.0.0.5:8765" in said
    assert "//" not in policy("evil; script-src *")


def test_language_is_the_chosen_one_else_the_browsers_else_english() -> None:
    assert language_of({"lang": "es"}, "fr") == "es"
    assert language_of({"lang": "<b>"}, "de;q=0.9, fr-CA;q=0.8, en;q=0.1") == "fr"
    assert language_of({}, "pt-BR;q=oops,;;;") == "en"


def test_origin_must_be_the_host_itself() -> None:
    from starlette.datastructures import Headers

    assert same_origin(Headers({"origin": "http://a:1", "host": "A:1"}))
    assert not same_origin(Headers({"origin": "http://a:2", "host": "a:1"}))
    assert not same_origin(Headers({"origin": "", "host": "a:1"}))


def test_a_browser_cannot_have_the_server_import_or_call_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from ipyvue.VueTemplateWidget import VueTemplate

    from ui.web.guard import only_events

    monkeypatch.setattr(VueTemplate, "_handle_event", VueTemplate._handle_event)
    only_events()
    only_events()  # twice is once
    heard: list[Any] = []

    class Widget:
        def vue_seal(self, data: Any) -> None:
            heard.append(data)

    def message(content: Any) -> None:
        VueTemplate._handle_event(Widget(), None, content, [])

    sys.modules.pop("antigravity", None)
    message({"create_widget": ["antigravity", "x"], "props": {}, "id": "1"})
    message({"update_ref": {"function_ref": "close"}, "id": "1", "prop": "x"})
    message({"event": "seal", "data": 1, "create_widget": ["antigravity", "x"], "props": {}, "id": "1"})
    message("seal")
    assert "antigravity" not in sys.modules
    assert heard == []
    message({"event": "seal", "data": {"a": 1}})
    assert heard == [{"a": 1}]
