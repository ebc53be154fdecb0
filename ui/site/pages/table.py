"""A table, in whatever phase it is: waiting, choosing, sealed, reveal, joint review."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from negotiation.errors import IllegalMove, NegotiationError
from negotiation.rooms import Guest
from negotiation.rooms.errors import StaleMove
from ui.site.pages import review
from ui.site.pages.debrief_desk import desk
from ui.site.present.answer import answer
from ui.site.present.doors import friends_page, message_page
from ui.site.present.frame import link
from ui.site.present.seen import Seen
from ui.site.present.table import table_page, world_of
from ui.site.state import service, shared
from ui.site.state.hooks import here, in_page
from ui.site.state.visit import Screen, Visit
from ui.words import Words


def enter(visit: Visit, typed: str) -> Guest:
    """The visitor at a table: in the seat of their cookie, else watching."""
    lobby = service.lobby()
    room = lobby.find(typed, key=visit.key)
    return lobby.admit(room, visit.tokens.get(room.code, ""))


def table(visit: Visit, guest: Guest) -> Screen:
    """The screen of a table for this visitor now."""
    view = guest.view()
    seen = Seen(view, guest.room.scenario)
    if not view["started"]:
        return _before(visit, guest, seen)
    if view["phase"] != "bargaining" or view["round"] >= view["rounds"]:
        desk().expect(view["scenario"])
    if view["phase"] == "bargaining" or (seen.you and seen.told):
        return _playing(visit, guest, seen)
    return review.review(visit, guest, seen)


def _before(visit: Visit, guest: Guest, seen: Seen) -> Screen:
    """A table that has not begun: the host sees code and chairs, others wait."""
    words, view = visit.words, seen.view
    code = view["room"]
    if view["called"] or not guest.host:
        key = "message.setting" if view["called"] else "message.waiting"
        page = message_page(
            words,
            "empty",
            words(key),
            words(key + "_deck"),
            kicker=_place(words, code, seen.you),
            ways=[link(words, "link.home", "home")],
            notice=words("table.trouble") if view["trouble"] else visit.notice,
        )
        return Screen("message", page)
    from ui.web.doors import table_link

    page = friends_page(
        words,
        code,
        table_link(code, f"http://{visit.host}"),
        seen.you,
        view["seats"],
        loopback=not service.address,
    )
    return Screen("friends", page, ways={"start": guest.strip.start})


def _place(words: Words, code: str, you: str | None) -> str:
    """The table, and whom the visitor governs there: the sheet in their hand is about that."""
    table = words("message.table_kicker", code=code)
    if not you:
        return table
    return f"{table} · {words('table.you_govern', whom=words.form(f'country.{you}', 'the'))}"


def _playing(visit: Visit, guest: Guest, seen: Seen) -> Screen:
    """Choosing, sealed, reveal, or watching."""
    view = seen.view
    number, version = int(view["round"]), seen.own.get("version")
    place = f"{view['room']}-{number}-{version}"
    known = visit.memory.get("answer")
    shown = known["answer"] if known and known["place"] == place else None

    world = world_of(seen, visit.words)
    has = visit.has(world)
    page = table_page(
        seen,
        visit.words,
        now=time.time(),
        notice=visit.notice,
        without=has | shared.PARTS.keys(),
        kept=visit.memory.setdefault("kept", {}),
    )
    page |= shared.shared_parts(guest, visit.words, without=has)
    key = place if page["phase"] == "choose" else None  # as ``choose`` names it

    def preview(move: Any) -> None:
        if not isinstance(move, dict) or move.get("key") != key:
            return  # asked on a screen that has changed since: nobody waits for the answer
        chosen = _move(move)
        ask = int(move.get("ask") or 0)
        context = here()
        future = guest.preview(chosen, page=context.id)
        visit.accept()
        visit.memory["asked"] = question = _Question(place, ask, chosen)
        future.add_done_callback(lambda f: in_page(context, lambda: _answered(visit, seen, question, f)))

    def seal(move: Any) -> None:
        if not isinstance(move, dict):
            raise StaleMove(number, number)
        chosen = _move(move)
        told = visit.memory.get("answer") or {}
        same = told.get("place") == place and told.get("move") == chosen
        sent = (move.get("key"), chosen)
        try:
            if move.get("key") != key:
                raise StaleMove(_round_of(move) or number, number)
            guest.seal(chosen, round=number, version=version, expected=told["preview"] if same else None)
        except (StaleMove, IllegalMove):
            if visit.memory.get("sent") != sent:
                raise  # else pressed twice on a slow line: it is sealed
        visit.memory["sent"] = sent
        visit.accept()

    def go_on(_: Any) -> None:
        guest.go_on(seen.told)
        visit.accept()

    def reconsider(_: Any) -> None:
        guest.withdraw(round=number)
        visit.memory.pop("sent", None)
        visit.accept()

    return Screen(
        "table",
        page,
        on={
            "preview": preview,
            "seal": seal,
            "reconsider": reconsider,
            "next": go_on,
            "pick": lambda _: None,
            "tour_done": lambda _: None,
        },
        answer=shown,
        world=world,
        same=lambda: _what_matters(guest.view()) == _what_matters(view),
    )


def _what_matters(view: Mapping[str, Any]) -> dict[str, Any]:
    """A view without what no screen shows: how long the log is, who has left a reveal behind."""
    seats = {s: {k: v for k, v in seat.items() if k != "gone_on"} for s, seat in view["seats"].items()}
    return {**view, "version": None, "seats": seats}


@dataclass(frozen=True)
class _Question:
    """What a page has asked the model last."""

    place: str
    ask: int
    move: dict[str, Any]


def _round_of(move: Mapping[str, Any]) -> int | None:
    """The round a page's move says it was made for."""
    parts = str(move.get("key", "")).split("-")
    return int(parts[1]) if len(parts) == 3 and parts[1].isdigit() else None


def _answered(visit: Visit, seen: Seen, question: _Question, future: Future) -> None:
    """Put the model's answer on the page, if it is still the answer to the last question."""
    if future.cancelled() or visit.memory.get("asked") is not question:
        return
    error = future.exception()
    if isinstance(error, NegotiationError):
        visit.refuse(error)
        return
    if error is not None:
        raise error
    preview = future.result()
    said = answer(preview, question.ask, seen, visit.words)
    visit.memory["answer"] = {
        "place": question.place,
        "move": question.move,
        "preview": preview,
        "answer": said,
    }
    visit.reply(said)


def _move(said: Any) -> dict[str, Any]:
    """A page's ``MoveChosen`` as the data of a move; anything else is refused."""
    if not isinstance(said, dict):
        raise IllegalMove("this is no move")
    move: dict[str, Any] = {"stances": said.get("stances")}
    if said.get("measures"):
        move["measures"] = said["measures"]
    if said.get("quiet"):
        move["quiet"] = True
    return move
