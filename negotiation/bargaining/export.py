"""A game in strategic form as a file that Gambit (and others) read: ``.nfg``, payoff version.

The trap of the format: payoffs are listed with the **first** player's action changing fastest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.bargaining.stage_game import StageGame
from negotiation.errors import InputError


def to_nfg(game: StageGame, players: Sequence[str], actions: Sequence[Sequence[str]], title: str = "") -> str:
    """The game as text. ``players`` and their ``actions`` in the order of the payoff axes.

    Numbers are written with 17 digits, so that reading them back gives the same game.
    ``InputError`` if the names do not fit it.
    """
    shape = game.payoff.shape[:-1]
    if len(players) != len(shape) or tuple(map(len, actions)) != shape:
        raise InputError(
            f"names for {len(players)} players with {[len(a) for a in actions]} actions do not fit {shape}"
        )
    names = " ".join(map(_quoted, players))
    moves = "\n".join("{ " + " ".join(map(_quoted, own)) + " }" for own in actions)
    axes = (*reversed(range(len(shape))), len(shape))
    cells = np.transpose(game.payoff, axes).reshape(-1, len(shape))
    lines = [" ".join(repr(float(x)) for x in cell) for cell in cells]
    return f"NFG 1 R {_quoted(title)} {{ {names} }}\n{{ {moves}\n}}\n\n" + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + str(text).replace("\\", "/").replace('"', "'").replace("\n", " ") + '"'
