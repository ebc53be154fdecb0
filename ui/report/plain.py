"""The story of a game as plain text, for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from negotiation.debrief.branches import Branch
from negotiation.debrief.debriefing import Debrief
from ui.report.page import opening
from ui.report.story import story
from ui.report.telling import Telling
from ui.words import Words

_BLOCK = re.compile(r"<(h1|h2|p|li)\b[^>]*>(.*?)</\1>", re.DOTALL)
_MARK = re.compile(r"<[^>]+>")


def told_plainly(
    debrief: Debrief, words: Words, branches: Sequence[Branch] = ()
) -> Iterator[tuple[str, str]]:
    """(kind, text) of each paragraph: title, text or fault."""
    t = Telling(debrief, words, tuple(branches))
    for fault in t.faults():
        yield "fault", fault
    page = str(opening(t)).partition('<p class="kicker">')[2]
    for tag, inside in _BLOCK.findall('<p class="kicker">' + page + str(story(t))):
        text = " ".join(unescape(_MARK.sub("", inside)).split())
        if text:
            yield ("title" if tag in ("h1", "h2") else "text"), ("- " + text if tag == "li" else text)
