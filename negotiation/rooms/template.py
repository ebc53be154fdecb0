"""What helpers and readers have in memory when they begin: the model, compiled, after one round of a game.

To import this module *is* to get ready; nobody does but the process others are forked off (``processes.ready_made``),
which has no other thread that could hold a lock in the middle of something.
"""

from __future__ import annotations

import contextlib
import gc
import os
import threading

from negotiation.processes import step_back

STEPS_BACK = 2
"""As far as the first of those that are forked off (``nice`` cannot be taken back)."""
LOOK_SECONDS = 0.1


def get_ready() -> None:
    """Import, load what is compiled, read the numbers: by a round of the usual game, a preview and a review."""
    from negotiation.game.preview import preview
    from negotiation.rooms.engine import review_model
    from negotiation.rooms.simple import CARDS
    from negotiation.rooms.state import Config
    from negotiation.rooms.weighing import scales
    from negotiation.terms import SEATS

    model = review_model(Config("autumn-2025", 1))
    moves = {seat: next(iter(CARDS[seat].values())) for seat in SEATS}
    for seat in SEATS:
        preview(model.view(seat), moves[seat], model.scenario).to_dict()
    model.play(moves, {str(seat): {"move": move.to_dict()} for seat, move in moves.items()})
    model.review(None, seen=True)
    scales(model)


def _watch(parent: int, done: threading.Event) -> None:
    """End if the server is killed meanwhile; afterwards the process that forks looks for itself."""
    while not done.wait(LOOK_SECONDS):
        if os.getppid() != parent:
            os._exit(1)


def _begin() -> None:
    step_back(STEPS_BACK)
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(os.getppid(), done), daemon=True)
    watcher.start()
    with contextlib.suppress(Exception):  # whoever is forked off meets it again, and can say so to somebody
        get_ready()
    done.set()
    watcher.join()
    gc.collect()
    gc.freeze()  # stays, and is not written to by collections of those that are forked off


_begin()
