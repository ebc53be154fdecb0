"""The debrief of a table that has ended, or of a log somebody opened; everything is open there."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from negotiation.debrief.wishes import MOST, Wish, parse_wish, parse_wishes
from negotiation.errors import IllegalMove, InputError, NegotiationError
from ui.report import find_browser
from ui.report.telling import Telling
from ui.site.pages import table
from ui.site.pages.debrief_desk import WAITING, Record, desk, link_of
from ui.site.pages.device import with_way_out
from ui.site.present.debrief import debrief_page
from ui.site.present.debrief_offers import offers
from ui.site.present.debrief_whatif import Told, what_if
from ui.site.present.doors import message_page
from ui.site.present.frame import link
from ui.site.present.teachers import replay_page
from ui.site.present.verdict import standing_of
from ui.site.state import service
from ui.site.state.visit import Screen, Visit, said


def debrief(visit: Visit, typed: str, asked: Mapping[str, str] | None = None) -> Screen:
    """What the game of a table teaches; before its end, a way back to the table."""
    guest = table.enter(visit, typed)
    view = guest.view()
    code = view["room"]
    words = visit.words
    if view["phase"] != "ended":
        page = message_page(
            words,
            "empty",
            words("debrief.not_yet"),
            words("debrief.not_yet_deck"),
            kicker=words("message.table_kicker", code=code),
            ways=[link(words, "debrief.to_table", "table")],
        )
        return Screen("message", page, ways={"table": lambda: visit.go(f"/t/{code}")})

    def again(_: Any) -> None:
        visit.post(
            "/play",
            scenario=view["scenario"],
            seat=str(view["you"] or "CAN"),
            mode=view["mode"],
            level=view["level"],
        )

    shown = look_back(
        visit, desk().of_room(guest.room), asked or {}, you=view["you"], verdict=standing_of(view)
    )
    page = shown.page | {"again": words("debrief.again")}
    return with_way_out(visit, guest, dataclasses.replace(shown, page=page, on={**shown.on, "again": again}))


def replay(visit: Visit) -> Screen:
    """The page on which a log is opened."""
    return Screen("replay", replay_page(visit.words, visit.notice))


def opened(visit: Visit, name: str, asked: Mapping[str, str]) -> Screen:
    """The debrief of a log somebody opened; one that is gone, or holds no game, says so above the field."""
    try:
        record = desk().of_shelf(name)
    except NegotiationError as error:
        return Screen("replay", replay_page(visit.words, said(visit.words, error)))
    return look_back(visit, record, asked)


def look_back(
    visit: Visit,
    record: Record,
    asked: Mapping[str, str],
    *,
    you: str | None = None,
    verdict: Mapping[str, Any] | None = None,
) -> Screen:
    """The page of a record: the story first, the rest when it has been worked out."""
    words = visit.words
    told, waiting = desk().told(record)
    further = bool(told.regret) and not waiting
    branches = desk().ask(record, "branches") if further else WAITING
    t = Telling(told, words, branches if isinstance(branches, tuple) else ())
    wishes, bad = parse_wishes(asked.get("if", ""))
    codes = [w.code for w in wishes]
    can_ask = record.game.scenario is not None and bool(record.game.results)
    house = (service.address or f"http://{visit.host}").rstrip("/")
    address = house + link_of(record, codes) if wishes else ""
    page = debrief_page(
        t,
        you=you,
        code=record.code,
        round=visit.memory.get("round") or _number(asked.get("round")),
        verdict=verdict,
        again=False,
        waiting=waiting,
        what_if=what_if(t, [_granted(visit, record, w) for w in wishes], bad, address) if can_ask else None,
        offers=offers(words, base_of(record), codes, pdf=find_browser() is not None)
        if told.about.played
        else (),
        notice=visit.notice,
    )

    def slide(number: Any) -> None:
        visit.memory["round"] = int(number)

    def branch(wish: Any) -> None:
        chosen = wish if isinstance(wish, dict) else {}
        at = chosen.get("round")
        if isinstance(at, int):
            visit.memory["round"] = at
        visit.go(link_of(record, changed(codes, chosen, record), visit.memory.get("round")))

    return Screen("debrief", page, on={"slide": slide, "branch": branch})


def base_of(record: Record) -> str:
    """Where the files of a record are."""
    return f"{record.address.removesuffix('/debrief')}/take"


def changed(codes: list[str], chosen: Mapping[str, Any], record: Record) -> list[str]:
    """The what-ifs of the page after one was added or taken away."""
    code = str(chosen.get("code") or "")
    if chosen.get("do") == "remove":
        return [c for c in codes if c != code]
    wish = parse_wish(code)
    if any(not 1 <= c.round <= len(record.game.results) for c in wish.changes):
        raise InputError("there is no such round in this game")
    if len(codes) >= MOST and wish.code not in codes:
        raise IllegalMove(f"a page holds {MOST} what-ifs; take one away first")
    return [*(c for c in codes if c != wish.code), wish.code]


def _granted(visit: Visit, record: Record, wish: Wish) -> Told:
    try:
        answer = desk().ask(record, "branch", wish.code)
    except NegotiationError as error:
        return Told(wish, refused=said(visit.words, error))
    if answer is WAITING:
        return Told(wish)
    if isinstance(answer, Exception):
        return Told(wish, refused=visit.words("whatif.refused", said=str(answer)))
    return Told(wish, branch=answer)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else None
