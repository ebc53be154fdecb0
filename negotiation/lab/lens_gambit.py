"""The solver process of ``lens_equilibria``: prints one equilibrium a line as JSON, then ``"done"``.

Two players: all extreme equilibria (``enummixed``). More: support enumeration (``enumpoly``), smallest first;
``"done"`` is left out if a support had to be given up.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np


def main(path: str) -> None:
    """Solve the game whose payoff array (actions ..., player) is in a file."""
    import pygambit as gbt

    payoff = np.load(path)
    tables = [np.ascontiguousarray(payoff[..., i]) for i in range(payoff.shape[-1])]
    game = gbt.StrategicGame.from_arrays(*tables)
    players = list(game.players)

    def tell(profile: Any) -> None:
        mixed = [[float(profile[p][s]) for s in game.get_strategies(p)] for p in players]
        print(json.dumps(mixed), flush=True)

    if len(players) == 2:
        for profile in gbt.nash.enummixed_solve(game, rational=False).equilibria:
            tell(profile)
        print('"done"', flush=True)
        return
    given_up = []

    def event(what: Any) -> None:
        if not type(what).__name__.startswith("EnumPolyCandidate"):
            given_up.append(what)

    gbt.nash.enumpoly_solve(game, nash_callback=tell, event_callback=event)
    print('"given up"' if given_up else '"done"', flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
