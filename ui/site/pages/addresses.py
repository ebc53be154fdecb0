"""Which page an address means, and whose news change it."""

from __future__ import annotations

from urllib.parse import parse_qs

from ui.site.pages.debrief import debrief, opened, replay
from ui.site.pages.device import give, take
from ui.site.pages.doors import join, model, not_found, offline
from ui.site.pages.home import home
from ui.site.pages.host import class_page, class_topic, in_class, in_place
from ui.site.pages.lab import lab
from ui.site.pages.table import enter, table
from ui.site.pages.teachers import teachers
from ui.site.state.visit import Screen, Visit


def page_at(visit: Visit, path: str, search: str) -> Screen:
    """The screen behind an address."""
    parts = _parts(path)
    asked = {name: values[-1] for name, values in parse_qs(search).items()}
    match parts:
        case []:
            return home(visit)
        case ["t", code]:
            guest = enter(visit, code)
            return in_class(visit, guest, table(visit, guest))
        case ["t", code, "debrief"]:
            return in_place(visit, code, debrief(visit, code, asked))
        case ["t", code, "device"]:
            return in_place(visit, code, give(visit, code))
        case ["device", code]:
            return take(visit, code, asked)
        case ["replay"]:
            return replay(visit)
        case ["replay", name]:
            return opened(visit, name, asked)
        case ["teachers"]:
            return teachers(visit)
        case ["class" | "host", *_]:
            return class_page(visit, parts, asked)
        case ["join"]:
            return join(visit, "", asked)
        case ["join", code]:
            return join(visit, code, asked)
        case ["lab"]:
            return lab(visit, search.lstrip("?"))
        case ["model"]:
            return model(visit)
        case ["offline"]:
            return offline(visit)
    return not_found(visit)


def topic_at(path: str) -> str | None:
    """Whose news changes the page: a table's code; nobody's for the still pages."""
    from negotiation.errors import NegotiationError
    from negotiation.rooms.codes import as_code

    parts = _parts(path)
    if parts[:1] in (["class"], ["host"]):
        return class_topic(parts)
    if len(parts) == 2 and parts[0] == "replay":
        return f"log-{parts[1]}"
    if len(parts) < 2 or parts[0] not in ("t", "join"):
        return None
    try:
        return as_code(parts[1])
    except NegotiationError:
        return None


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]
