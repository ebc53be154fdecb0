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
    state, fault = as_far_as_readable(log)
    missing = [fault] if fault else []
    if state.ending is None:
        rounds = f"{len(state.results)} of {state.rounds} rounds"
        missing.append(f"The log stops before the end of the game: it holds {rounds}.")
    if as_json:
        print_json(document(state) | {"complete": not missing, "missing": missing})
        return
    from ui.commands.story import Story

    page = paper()
    story = Story(page, state.started or {})
    story.heading()
    for result in state.results:
        story.round(result)
    if state.ending is not None:
        story.ending(state.results, state.proposals, state.ending)
    else:
        story.paths(state.results)
        story.economies(state.results, None)
    for sentence in missing:
        page.print()
        page.print(sentence, soft_wrap=True, style="bold")


def as_far_as_readable(log: Path) -> tuple[Any, str | None]:
    """What a log adds up to and, if it is damaged, a sentence saying where it was left."""
    from negotiation.errors import BrokenLog
    from negotiation.game.log import GameState, evolve, read_log

    path = log / "game.jsonl" if log.is_dir() else log
    events, fault = read_log(path)
    state = GameState()
    for event in events:
        try:
            state = evolve(state, event)
        except (BrokenLog, KeyError, IndexError, TypeError, ValueError) as error:
            fault = f"{path}: event {event.version} ({event.type}) does not fit ({error}); shown is what comes before"
            break
    if state.started is None:
        raise BrokenLog(
            f"{path}: the log does not say how the game started, so there is nothing to tell"
            + (f" ({fault})" if fault else "")
        )
    return state, fault
