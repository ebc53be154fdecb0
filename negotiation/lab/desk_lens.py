"""The lens over a round as plain data for the page: the stage game and what ``lens.document`` says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from negotiation.lab.desk_question import Question, checked, limits
from negotiation.lab.lens import document, lens
from negotiation.lab.lens_equilibria import gambit_is_there
from negotiation.world import ReviewModel


def looked(question: Question, tell: Callable[[Any], None]) -> dict[str, Any]:
    """The lens over the round a question names.

    Beside the blocks of ``lens.document``: ``payoff`` is a nested list [USA move][CAN move][MEX move][seat], USD bn;
    moves are letters toward the two others in the order USA, CAN, MEX.
    """
    from negotiation.lab.single import _size

    size = _size()
    model = ReviewModel(
        checked(question),
        question.seed,
        firms=int(size["firms"]),
        tolerance=float(size["tolerance"]),
        lean=True,
    )
    while model.round < question.round:
        tell({"done": model.round - 1, "total": question.round, "failed": 0, "left": None})
        model.step()
    seen = lens(model, seconds=float(limits()["lens_seconds"]))
    look = seen.look
    return {
        "round": question.round,
        "date": model.calendar[question.round - 1].date,
        "actions": {seat: list(names) for seat, names in look.actions.items()},
        "payoff": np.round(look.game.payoff, 3).tolist(),
        "quantal": {
            seat: dict(zip(names, look.quantal[seat].tolist(), strict=True))
            for seat, names in look.actions.items()
        },
        "gambit": gambit_is_there(),
        **document(seen),
    }
