"""What is the same on every screen of a table, drawn once.

Drawn from an **observer's** view, so that nothing a seat alone may know can get in; kept as the text that travels, with
the room, until a round is played. The parts are those whose presenter does not ask who is looking.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Collection
from typing import Any

from negotiation.rooms import Guest
from ui.site.components import Written, as_text
from ui.site.present.board import steps
from ui.site.present.economy import economy, firms
from ui.site.present.seen import Seen
from ui.words import Words

PARTS: dict[str, Callable[[Seen, Words], Any]] = {"steps": steps, "firms": firms, "economy": economy}
"""Parts of a table's page every viewer sees alike."""

_lock = threading.Lock()
_known: weakref.WeakKeyDictionary[Any, tuple[Any, dict[str, dict[str, Written]]]] = (
    weakref.WeakKeyDictionary()
)


def shared_parts(guest: Guest, words: Words, without: Collection[str] = ()) -> dict[str, Written]:
    """The shared parts of a table's page in a language, as text; ``without``: those the browser has already."""
    if all(name in without for name in PARTS):
        return {}
    view = Guest(guest.room, guest.workers).view()
    made_of = (view["rounds_played"], view["position"], view["opening"], view["dates"])
    with _lock:
        known = _known.get(guest.room)
        if known is None or any(old is not new for old, new in zip(known[0], made_of, strict=True)):
            known = _known[guest.room] = (made_of, {})
        drawn = known[1].get(words.language)
        if drawn is None:  # under the lock: three pages ask at the same moment
            seen = Seen(view, guest.room.scenario)
            drawn = {name: Written(as_text(draw(seen, words))) for name, draw in PARTS.items()}
            known[1][words.language] = drawn
    return {name: text for name, text in drawn.items() if name not in without}
