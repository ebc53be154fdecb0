"""Before a class begins: its host's wishes, and the door its students come in by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ui.site.present.frame import frame, link
from ui.site.present.host import texts
from ui.words import Words


def set_up_page(
    words: Words, scenarios: Sequence[Any], default: str, notice: str | None = None
) -> dict[str, Any]:
    """``SetUpPage``: what a host decides before the first student comes."""
    page = frame(
        words,
        words("host.new_headline"),
        words("host.new_deck"),
        words("host.new_kicker"),
        title=words("host.new_headline"),
        notice=notice,
    )
    names = [
        "scenario",
        "tables",
        "seconds",
        "mode",
        "level",
        "people_play",
        "per_seat",
        "rule",
        "deal",
        "open_class",
        "minutes_note",
    ]
    ordered = sorted(scenarios, key=lambda s: s.name != default)

    def options(kind: str, ids: Sequence[str]) -> list[dict[str, str]]:
        return [{"id": i, "text": words(f"host.{kind}_{i.replace(',', '_')}")} for i in ids]

    return page | {
        "setup": {
            "action": "/class",
            "texts": texts(words, names),
            "scenarios": [{"id": s.name, "text": s.title.of(words.language)} for s in ordered],
            "modes": options("mode", ("simple", "full")),
            "levels": options("level", ("easy", "medium", "hard")),
            "seats": options("people", ("USA,CAN,MEX", "CAN,MEX", "CAN")),
            "rules": options("rule", ("head", "majority")),
            "deals": options("deal", ("dealt", "chosen")),
        }
    }


def class_door_page(
    words: Words,
    summary: dict[str, Any],
    title: str,
    places: Sequence[tuple[int, str, bool]],
    full: bool,
    notice: str | None,
) -> dict[str, Any]:
    """``ClassDoorPage``: one button; only the press takes a place."""
    shut = full or summary["locked"] or summary["ended"]
    page = frame(
        words,
        words("host.door_shut" if shut else "host.door_headline"),
        words("host.door_shut_deck" if shut else "host.door_deck"),
        words("host.door_kicker", code=summary["code"], scenario=title),
        title=words("host.door_title"),
        foot=[link(words, "foot.free")],
        notice=notice,
    )
    return page | {
        "action": f"/class/{summary['code']}/enter",
        "texts": texts(words, ("door_name", "door_name_note", "door_button", "door_place", "door_note")),
        "places": [
            {"id": f"{n}:{s}", "text": f"{words('host.table', n=n)} · {words.country(s)}", "free": free}
            for n, s, free in places
        ],
        "open": not shut,
    }
