"""A class: its door for students; board, projector and debrief for its host; the company panel beside a table."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from negotiation.errors import IllegalMove, NegotiationError
from negotiation.rooms import Classroom, Guest, Room, errors
from negotiation.rooms.board import class_summary
from negotiation.rooms.classroom import Refusals
from negotiation.rooms.engine import scenario_named
from negotiation.rooms.levels import usual_first
from negotiation.terms import Country
from ui.site.pages.debrief_class import class_play
from ui.site.pages.device import give_host, with_way_out
from ui.site.pages.home import scenarios
from ui.site.present import host as present
from ui.site.present.host_company import company
from ui.site.present.host_debrief import class_debrief_page
from ui.site.present.host_doors import class_door_page, set_up_page
from ui.site.present.table import once
from ui.site.state import service
from ui.site.state.visit import Screen, Visit, said

EXTEND_SECONDS = 60.0
TURN, CLOCK = 0, 1
"""Places in what a board says it has seen of a table."""


def class_page(visit: Visit, parts: list[str], asked: Mapping[str, str]) -> Screen:
    """The screen of an address below /class or /host."""
    match parts:
        case ["host"] | ["host", "new"] | ["class"]:
            return _set_up(visit)
        case ["class", code]:
            return _door(visit, code, asked)
        case ["host", code]:
            return _board(visit, code)
        case ["host", code, "projector"]:
            return _projector(visit, code)
        case ["host", code, "debrief"]:
            return _debrief(visit, code)
        case ["host", code, "device"]:
            return give_host(visit, _of_host(visit, code))
    raise errors.UnknownRoom("/".join(parts)[:16])


def _set_up(visit: Visit) -> Screen:
    page = set_up_page(visit.words, scenarios(), service.DEFAULT_SCENARIO, visit.notice)
    return Screen("set-up", page)


def _door(visit: Visit, typed: str, asked: Mapping[str, str]) -> Screen:
    """Press to enter; whoever belongs somewhere is sent there."""
    classroom = service.lobby().classes.find(typed, key=visit.key)
    secret = classroom.who(visit.tokens.get(classroom.code, ""))
    state = classroom.state
    if secret is not None and secret.kind == "member" and visit.memory.get("sent") != state.code:
        visit.memory["sent"] = state.code
        if classroom.state.people.get(secret.person) is not None:
            visit.post(f"/class/{state.code}/go")
    key = f"error.{asked.get('why', '')}"
    values: dict[str, Any] = {"code": state.code, "seat": "", "most": 40, "seconds": 60}
    notice = visit.words(key, **values) if visit.words.has(key) else None
    places = [
        (n, seat, state.has_room(room, seat))
        for n, room in enumerate(state.tables, start=1)
        for seat in state.config.seats
        if state.config.deal == "chosen"
    ]
    title = scenario_named(state.config.scenario).title.of(visit.words.language)
    seen = {"code": state.code, "locked": state.locked, "ended": state.ended}
    page = class_door_page(visit.words, seen, title, places, state.next_place() is None, notice)
    return Screen("class-door", page)


def _of_host(visit: Visit, typed: str) -> Classroom:
    """The class, if the visitor's cookie says they run it."""
    classroom = service.lobby().classes.find(typed, key=visit.key)
    if not classroom.is_host(visit.tokens.get(classroom.code, "")):
        raise errors.NotHost()
    return classroom


def _ways(visit: Visit, code: str) -> dict[str, Callable[[], None]]:
    return {
        "board": lambda: visit.go(f"/host/{code}"),
        "projector": lambda: visit.go(f"/host/{code}/projector"),
        "debrief": lambda: visit.go(f"/host/{code}/debrief"),
        "device": lambda: visit.go(f"/host/{code}/device"),
    }


def _address(visit: Visit, code: str) -> str:
    return f"{(service.address or f'http://{visit.host}').rstrip('/')}/class/{code}"


def _board(visit: Visit, typed: str) -> Screen:
    classroom = _of_host(visit, typed)
    scenario = scenario_named(classroom.state.config.scenario)
    page = present.host_page(
        class_summary(classroom),
        scenario,
        visit.words,
        address=_address(visit, classroom.code),
        now=time.time(),
        strategies=usual_first(classroom.state.config.mode, scenario),
        refused=visit.memory.get("refused", ()),
        notice=visit.notice,
        kept=visit.memory.setdefault("kept", {}),
    )

    def command(wish: Any) -> None:
        visit.memory["refused"] = _refused(visit, do(classroom, wish if isinstance(wish, dict) else {}))
        visit.accept()
        visit.refresh()

    return Screen("host", page, on={"host": command}, ways=_ways(visit, classroom.code))


def _projector(visit: Visit, typed: str) -> Screen:
    classroom = _of_host(visit, typed)
    page = present.projector_page(
        class_summary(classroom), visit.words, address=_address(visit, classroom.code), now=time.time()
    )
    return Screen("projector", page, ways=_ways(visit, classroom.code))


def _debrief(visit: Visit, typed: str) -> Screen:
    classroom = _of_host(visit, typed)
    summary = class_summary(classroom)
    page = class_debrief_page(summary, class_play(classroom, summary), visit.words)
    return Screen("class-debrief", page, ways=_ways(visit, classroom.code))


# -- the strip --------------------------------------------------------------------------------------------


def do(classroom: Classroom, wish: Mapping[str, Any]) -> Refusals:
    """Carry out one command of the strip, at one table or all; returns what tables refused.

    wish : ``do`` and what it needs: table (a number, or none for all), seat, strategy, policy, text, event,
        round, person, to_table, to_seat, new; on: what a switch is to be; seen: table -> [turn, clock] of its tile
        when the button was pressed.
    A second host, or a second click, that asks for what has been done already changes nothing; one that was meant
    for a round (or a clock) that is over is refused by the table.
    """
    number = wish.get("table")
    rooms = classroom.rooms() if number in (None, "", 0) else [classroom.table(int(number))]
    live = [r for r in rooms if r.state.playing]

    def seen(room: Room, which: int = TURN) -> int | None:
        return _seen(wish, classroom.state.number(room.code), which)

    match wish.get("do"):
        case "start":
            return classroom.start()
        case "pause":
            wanted = _switch(wish, bool(live) and all(r.state.paused for r in live))
            return classroom.each(Room.pause if wanted else Room.resume, live)
        case "extend":
            return classroom.each(lambda room: room.extend(EXTEND_SECONDS, seen(room, CLOCK)), live)
        case "push":
            return classroom.each(lambda room: room.push_on(seen(room)), live)
        case "talk":
            on = _switch(wish, any(r.state.talk for r in rooms))
            return classroom.each(lambda room: room.switch_talk(on), rooms)
        case "lock":
            classroom.lock(_switch(wish, classroom.state.locked))
            return []
        case "end":
            return classroom.end() if number in (None, "", 0) else classroom.each(Room.end, rooms)
        case "inject":
            return classroom.each(lambda room: room.inject(str(wish.get("event")), seen(room)), live)
        case "bulletin":
            return classroom.each(lambda room: room.bulletin(str(wish.get("text") or "")), rooms)
        case "back":
            back = int(wish.get("round") or 0)
            return classroom.each(lambda room: room.roll_back(back, seen(room)), rooms)
    return _with_people(classroom, wish, rooms)


def _switch(wish: Mapping[str, Any], now: bool) -> bool:
    """What a switch is to be: as asked, else the other way round."""
    return bool(wish["on"]) if isinstance(wish.get("on"), bool) else not now


def _refused(visit: Visit, refusals: Refusals) -> list[str]:
    """What tables refused, in the host's language; each reason once, with its tables."""
    tables: dict[str, list[int]] = {}
    for number, error in refusals:
        tables.setdefault(said(visit.words, error), []).append(number)
    return [
        visit.words("host.at_tables", n=len(at), tables=", ".join(map(str, at)), why=why)
        for why, at in tables.items()
    ]


def _seen(wish: Mapping[str, Any], number: int, which: int) -> int | None:
    """What the host's board showed of a table; None if the wish does not say (or says nonsense)."""
    shown = wish.get("seen")
    pair = shown.get(str(number)) if isinstance(shown, dict) else None
    told = pair[which] if isinstance(pair, list) and len(pair) > which else None
    return told if isinstance(told, int) else None


def _with_people(classroom: Classroom, wish: Mapping[str, Any], rooms: list[Room]) -> Refusals:
    match wish.get("do"):
        case "move":
            classroom.move(str(wish.get("person")), int(wish.get("to_table") or 0), str(wish.get("to_seat")))
            return []
        case "hand_over":
            classroom.hand_over(str(wish.get("person")), str(wish.get("new")))
            return []
        case "remove":
            classroom.remove(str(wish.get("person")))
            return []
    if wish.get("do") not in ("substitute", "give_back", "policy", "helped"):
        raise IllegalMove("this is no command of the host's strip")
    try:
        seat = Country(str(wish.get("seat")))
    except ValueError:
        raise IllegalMove("name a seat first: USA, CAN or MEX") from None
    match wish.get("do"):
        case "substitute":
            return classroom.each(lambda room: room.substitute(seat, str(wish.get("strategy"))), rooms)
        case "give_back":
            return classroom.each(lambda room: room.give_back(seat), rooms)
        case "policy":
            return classroom.each(lambda room: room.set_policy(seat, str(wish.get("policy"))), rooms)
    return classroom.each(lambda room: room.call_help(seat, False), rooms)


# -- beside a table ---------------------------------------------------------------------------------------


def in_class(visit: Visit, guest: Guest, screen: Screen) -> Screen:
    """A table's screen with the company panel: own team, cables, a raised hand. Only where there is company."""
    room = guest.room
    school = room.state.config.school
    screen = with_way_out(visit, guest, _placed(guest, screen))
    if guest.seat is None:
        if school and not guest.host:
            _follow(visit, school, room.code)
        return screen
    people = sum(len(chair.team) for chair in room.state.chairs.values())
    if not school and people < 2:
        return screen

    def talk(wish: Any) -> None:
        asked = wish if isinstance(wish, dict) else {}
        if "help" in asked:
            guest.call_help(bool(asked["help"]))
        elif "agree" in asked:
            _agree(guest, asked["agree"])
        else:
            guest.cable(str(asked.get("to") or "") or None, str(asked.get("text") or ""))
        visit.accept()

    view = guest.view()
    own, help_asked = view["own"], view["seats"][view["you"]]["help"]
    of = (visit.language, room.code, view["cables"], view["talk"], own["team"], own.get("me"), help_asked)
    beside = once(
        visit.memory.setdefault("kept", {}), "company", of,
        lambda: company(view, _number(school, room.code) if school else None, visit.words),
    )  # fmt: skip
    page = {**screen.page, "company": beside}
    return replace(screen, page=page, on={**screen.on, "talk": talk})


def _number(school: str, room: str) -> int:
    """The number a table of a class has on the board."""
    return int(service.lobby().classes.find(school).state.number(room))


def in_place(visit: Visit, typed: str, screen: Screen) -> Screen:
    """Another page of a table (its debrief): whoever looks at it is here."""
    lobby = service.lobby()
    code = lobby.find(typed).code
    return _placed(lobby.enter(code, visit.tokens.get(code, "")), screen)


def _placed(guest: Guest, screen: Screen) -> Screen:
    if guest.seat is None or guest.person is None or not guest.room.state.config.school:
        return screen
    return replace(screen, place=(guest.room.code, guest.person))


def _agree(guest: Any, index: Any) -> None:
    """Propose what a mate has proposed."""
    view = guest.view()
    members = (view["own"]["team"] or {"members": []})["members"]
    if not isinstance(index, int) or not 0 <= index < len(members) or not members[index]["proposed"]:
        raise IllegalMove("there is no such proposal any more")
    guest.seal(members[index]["proposed"], round=view["round"])


def _follow(visit: Visit, school: str, room: str) -> None:
    """Somebody the host has moved is taken along to the new table."""
    token = visit.tokens.get(school, "")
    if not token or visit.memory.get("followed") == room:
        return
    try:
        classroom = service.lobby().classes.find(school)
    except NegotiationError:
        return
    secret = classroom.who(token)
    place = classroom.state.people.get(secret.person) if secret else None
    if place is not None and place[0] != room:
        visit.memory["followed"] = room
        visit.post(f"/class/{school}/go")


def class_topic(parts: list[str]) -> str | None:
    """Whose news changes a page below /class or /host: the board hears of all tables, once a tick."""
    from negotiation.rooms.codes import as_code
    from negotiation.rooms.lobby import BOARD

    if len(parts) < 2 or parts[0] not in ("class", "host"):
        return None
    try:
        code = as_code(parts[1])
    except NegotiationError:
        return None
    return code + BOARD if parts[0] == "host" else code
