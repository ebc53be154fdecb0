"""Every draw of a game, keyed by what it is for: no stream runs on from one round to the next.

So a rollback, another strategy in a seat or a what-if keep common random numbers: round 7's court ruling is the
same draw whatever was played in round 6.

Streams are NumPy's own (``PCG64`` of ``SeedSequence(seed, spawn_key=...)``), but a game opens seventy of them, most for
one or two numbers, so the sequence's hash is worked out in compiled code; a test holds it to NumPy's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit
from numpy.random.bit_generator import ISpawnableSeedSequence

STREAMS = {
    name: number
    for number, name in enumerate(
        ("firms_start", "firms", "events", "strategy", "review", "observation", "slip", "front")
    )
}
"""Stream names in the order of their keys; add at the end only, or old games change."""


def stream(seed: int, name: str, round: int = 0, seat: int = 0) -> np.random.Generator:
    """The generator for one purpose, round and seat (or month) of a game."""
    sequence: Any = Keyed(seed, (STREAMS[name], round, seat))
    return np.random.Generator(np.random.PCG64(sequence))


class Keyed(ISpawnableSeedSequence):
    """``SeedSequence(seed, spawn_key=key)``, quicker to ask for its first words."""

    def __init__(self, seed: int, key: tuple[int, ...]) -> None:
        self.seed, self.key = seed, key

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> np.ndarray:
        """Words that seed a bit generator, those of NumPy's sequence."""
        if n_words == PCG64_WORDS and dtype is np.uint64 and max(self.key) < 2**32:
            first = _words_of(self.seed)
            if len(first) <= POOL:
                return _state(first, *self.key)
        return self._numpys.generate_state(n_words, dtype)

    def spawn(self, n_children: int) -> list[Any]:
        """Children, as NumPy's sequence has them."""
        return self._numpys.spawn(n_children)

    @property
    def _numpys(self) -> np.random.SeedSequence:
        if "_sequence" not in self.__dict__:
            self._sequence = np.random.SeedSequence(self.seed, spawn_key=self.key)
        return self._sequence


PCG64_WORDS, POOL = 4, 4
_A, _A_STEP = np.uint32(0x43B0D7E5), np.uint32(0x931E8875)
_B, _B_STEP = np.uint32(0x8B51F9DD), np.uint32(0x58F38DED)
_LEFT, _RIGHT, _SHIFT = np.uint32(0xCA01F9DD), np.uint32(0x4973F715), np.uint32(16)
"""Constants of NumPy's sequence (after O'Neill's ``seed_seq_fe``)."""


@lru_cache(maxsize=64)
def _words_of(seed: int) -> np.ndarray:
    """A seed in words of 32 bits, the lowest first, filled up to the size of the pool."""
    words = []
    while seed > 0:
        words.append(seed & 0xFFFFFFFF)
        seed >>= 32
    return np.array(words + [0] * (POOL - len(words)), np.uint32)


@njit(cache=True)
def _hashed(value, multiplier, step):
    """A word stirred, and the next multiplier (compiled products of 32-bit words are wider: cut them)."""
    after = np.uint32(multiplier * step)
    value = np.uint32((value ^ multiplier) * after)
    return np.uint32(value ^ (value >> _SHIFT)), after


@njit(cache=True)
def _mixed(x, y):
    result = np.uint32(_LEFT * x - _RIGHT * y)
    return np.uint32(result ^ (result >> _SHIFT))


@njit(cache=True)
def _state(words, purpose, round, seat):
    """(4,) 64-bit words of the sequence with this entropy and key."""
    pool, multiplier = np.empty(POOL, np.uint32), _A
    for i in range(POOL):
        pool[i], multiplier = _hashed(words[i], multiplier, _A_STEP)
    for source in range(POOL):
        for target in range(POOL):
            if source != target:
                value, multiplier = _hashed(pool[source], multiplier, _A_STEP)
                pool[target] = _mixed(pool[target], value)
    for number in (purpose, round, seat):
        for target in range(POOL):
            value, multiplier = _hashed(np.uint32(number), multiplier, _A_STEP)
            pool[target] = _mixed(pool[target], value)
    out, multiplier = np.empty(2 * PCG64_WORDS, np.uint32), _B
    for i in range(2 * PCG64_WORDS):
        out[i], multiplier = _hashed(pool[i % POOL], multiplier, _B_STEP)
    return out.view(np.uint64)
