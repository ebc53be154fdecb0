"""Every draw of a game, keyed by what it is for: no stream runs on from one round to the next.

So a rollback, another strategy in a seat or a what-if keep common random numbers: round 7's court ruling is the
same draw whatever was played in round 6.
"""

from __future__ import annotations

import numpy as np

STREAMS = {
    name: number
    for number, name in enumerate(
        ("firms_start", "firms", "events", "strategy", "review", "observation", "slip", "front")
    )
}
"""Stream names in the order of their keys; add at the end only, or old games change."""


def stream(seed: int, name: str, round: int = 0, seat: int = 0) -> np.random.Generator:
    """The generator for one purpose, round and seat (or month) of a game."""
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(STREAMS[name], round, seat)))
    )
