"""The debrief of a table that has ended; everything is open."""

from __future__ import annotations

from typing import Any

from negotiation.rooms.score import standing
from ui.site.pages import table
from ui.site.present.debrief import debrief_page
from ui.site.present.doors import message_page
from ui.site.present.frame import link
from ui.site.state.visit import Screen, Visit


def debrief(visit: Visit, typed: str) -> Screen:
    """What the game teaches; before its end, a way back to the table."""
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

    def slide(number: Any) -> None:
        visit.memory["round"] = int(number)

    page = debrief_page(
        view, guest.room.scenario, words, round=visit.memory.get("round"), verdict=verdict(view)
    )
    return Screen("debrief", page, on={"again": again, "slide": slide, "download": lambda _: None})


def verdict(view: dict[str, Any]) -> dict[str, Any] | None:
    """Share of computer games in this seat, scenario, mode and level that the player's score beats, if measured."""
    seat = view["you"]
    if seat is None:
        return None
    return standing(view["scenario"], view["mode"], seat, float(view["ending"]["score"][seat]), view["level"])
