"""``negotiation replay``: the story of a game from its log, nothing computed again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ui.commands.document import document
from ui.commands.screen import JsonFlag, paper, print_json


def replay(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="A game.jsonl, or the folder of a run.")],
    as_json: JsonFlag = False,
) -> None:
    """Tell a game again from its log."""
    from negotiation.errors import BrokenLog
    from negotiation.game.log import read_log
    from ui.commands.story import Story

    path = log / "game.jsonl" if log.is_dir() else log
    events, fault = read_log(path)
    missing = [fault] if fault else []
    page = paper(silent=as_json)
    story = Story(page)
    for event in events:
        try:
            story.tell(event)
        except (BrokenLog, KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            said = f"{type(error).__name__}: {error}"
            missing.append(
                f"{path}: event {event.version} ({event.type}) does not fit what stands before it ({said})"
            )
            break
        if event.version == 1 and story.state.started is None:
            break
    state = story.state
    if state.started is None:
        why = f" ({missing[0]})" if missing else ""
        raise BrokenLog(
            f"{path}: the log does not say how the game started, so there is nothing to tell{why}"
        )
    if state.ending is None:
        missing.append(
            f"The log stops before the end of the game: {len(state.results)} of {state.rounds} rounds."
        )
    edited = _contradictions(events)
    if as_json:
        more = {"complete": not missing, "missing": missing} | ({"contradictions": edited} if edited else {})
        print_json(document(state) | more)
        return
    if state.ending is None:
        story.summary()
    for sentence in (*missing, *edited):
        page.print()
        page.print(sentence, soft_wrap=True, style="bold")


def _contradictions(events: Any) -> list[str]:
    """Rounds whose numbers contradict each other, in words: the story is told from them all the same."""
    from negotiation.debrief.game import read
    from ui.words import Words

    words = Words.of("en")
    return [
        words("fault.numbers_disagree", round=f.values["round"], partner=words.gov(f.values["partner"]))
        for f in read(events).faults
        if f.key == "numbers_disagree"
    ]
