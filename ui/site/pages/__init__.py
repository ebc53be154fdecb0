"""Pages: each asks the rooms what the visitor may see, has it presented, and says what its events do."""

from __future__ import annotations

from urllib.parse import parse_qs

from ui.site.pages import debrief, doors, home, table
from ui.site.state.visit import Screen, Visit


def page_at(visit: Visit, path: str, search: str) -> Screen:
    """The screen behind an address."""
    parts = _parts(path)
    asked = {name: values[-1] for name, values in parse_qs(search).items()}
    match parts:
        case []:
            return home.home(visit)
        case ["t", code]:
            return table.table(visit, code)
        case ["t", code, "debrief"]:
            return debrief.debrief(visit, code)
        case ["join"]:
            return doors.join(visit, "", asked)
        case ["join", code]:
            return doors.join(visit, code, asked)
        case ["model"]:
            return doors.model(visit)
        case ["offline"]:
            return doors.offline(visit)
    return doors.not_found(visit)


def topic_at(path: str) -> str | None:
    """Whose news changes the page: a table's code; nobody's for the still pages."""
    from negotiation.errors import NegotiationError
    from negotiation.rooms.codes import as_code

    parts = _parts(path)
    if len(parts) < 2 or parts[0] not in ("t", "join"):
        return None
    try:
        return as_code(parts[1])
    except NegotiationError:
        return None


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]
