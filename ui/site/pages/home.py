"""The front page."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from negotiation.errors import NegotiationError
from negotiation.rooms.codes import as_code
from negotiation.rooms.engine import scenario_named
from negotiation.scenario import scenario_names
from ui.site.present.home import home_page
from ui.site.state import service
from ui.site.state.visit import Screen, Visit, said


@cache
def scenarios() -> tuple[Any, ...]:
    """Every shipped scenario, read once."""
    return tuple(scenario_named(name) for name in scenario_names())


def home(visit: Visit) -> Screen:
    """Play now, resume, join, host, and the doors to the rest."""

    def join(code: Any) -> None:
        go_to_table(visit, str(code))

    page = home_page(
        visit.words,
        scenarios=scenarios(),
        tables=service.lobby().resume(visit.tokens),
        now=time.time(),
        default=service.DEFAULT_SCENARIO,
        code=visit.memory.get("typed", ""),
        error=visit.memory.get("wrong"),
        notice=visit.notice,
    )
    page["mast"].setdefault("links", []).append({"text": visit.words("home.host_class"), "href": "/host/new"})
    return Screen(
        "home",
        page,
        on={
            "play": lambda choice: play(visit, choice),
            "join": join,
            "resume": lambda code: visit.go(f"/t/{as_code(str(code))}"),
        },
        ways={
            "friends": lambda: visit.post("/host", scenario=service.DEFAULT_SCENARIO, seat="CAN", mode="full")
        },
    )


def play(visit: Visit, choice: Any) -> None:
    """Open a table of one's own against computer governments."""
    chosen = choice if isinstance(choice, dict) else {}
    visit.post("/play", **{k: str(chosen.get(k, "")) for k in ("scenario", "seat", "mode", "level")})


def go_to_table(visit: Visit, typed: str) -> None:
    """From a typed code to the table's page; a wrong code is said under the field."""
    visit.memory["typed"] = typed[:12]
    try:
        if service.lobby().classes.is_class(typed, key=visit.key):
            visit.go(f"/class/{as_code(typed)}")
            return
        room = service.lobby().find(typed, key=visit.key)
    except NegotiationError as error:
        visit.memory["wrong"] = said(visit.words, error)
        visit.refresh()
        return
    visit.memory.pop("wrong", None)
    visit.memory.pop("typed", None)
    visit.go(f"/t/{room.code}" if room.code in visit.tokens else f"/join/{room.code}")
