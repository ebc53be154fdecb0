"""The stage game of a round as plain data for the page: payoffs, best replies, equilibria, quantal responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from negotiation.lab.desk_question import Question, checked, limits
from negotiation.lab.lens import NOISES
from negotiation.lab.lens_equilibria import equilibria, gambit_is_there, quantal_path
from negotiation.lab.stage import look_at
from negotiation.terms import SEATS
from negotiation.world import ReviewModel


def looked(question: Question, tell: Callable[[Any], None]) -> dict[str, Any]:
    """The lens over the round a question names.

    ``payoff`` is a nested list [USA move][CAN move][MEX move][seat], USD bn; moves are letters toward the two others
    in the order USA, CAN, MEX.
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
    look = look_at(model)
    tell({"done": question.round - 1, "total": question.round, "failed": 0, "left": None})
    found = equilibria(look.game, seconds=float(limits()["lens_seconds"]))
    names = [look.actions[str(s)] for s in SEATS]
    noise = [look.noise[str(s)] for s in SEATS]
    return {
        "round": question.round,
        "date": model.calendar[question.round - 1].date,
        "actions": {str(s): list(n) for s, n in zip(SEATS, names, strict=True)},
        "payoff": np.round(look.game.payoff, 3).tolist(),
        "quantal": {str(s): _played(n, look.quantal[str(s)], 0.0) for s, n in zip(SEATS, names, strict=True)},
        "equilibria": [
            {
                "pure": e.pure,
                "moves": {str(s): _played(n, m) for s, n, m in zip(SEATS, names, e.mixed, strict=True)},
                "payoff": {str(s): float(e.payoff[i]) for i, s in enumerate(SEATS)},
            }
            for e in found.equilibria
        ],
        "complete": found.complete,
        "gambit": gambit_is_there(),
        "path": [
            {
                "noise": q.noise,
                "moves": {
                    str(s): _played(n, m, 0.005) for s, n, m in zip(SEATS, names, q.mixed, strict=True)
                },
            }
            for q in quantal_path(look.game, NOISES, noise)
        ],
    }


def _played(names: tuple[str, ...], mixed: np.ndarray, least: float = 1e-6) -> dict[str, float]:
    return {name: round(float(p), 5) for name, p in zip(names, mixed, strict=True) if p > least}
