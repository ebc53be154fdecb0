"""Random numbers in compiled code: a few numbers of a generator are **keys** of streams, the rest follows from them.

Number ``n`` of a stream is a hash of key and ``n`` (SplitMix64's steps with the second number of the key stirred in),
so nothing depends on the order in which firms are looked at, and the same key gives the same bytes. Normals are exact
(Marsaglia and Tsang's ziggurat with 256 layers, in single precision).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

LAYERS, BLOCK = 256, 1024
_EDGE = 3.6541528853610088
"""Where the lowest layer of the ziggurat ends and the tail begins."""
_AREA = 0.00492867323399
"""Area of each layer under exp(-x^2 / 2)."""
_STEP, _FIRST, _SECOND = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
)
_RETRY = np.uint64(1) << np.uint64(40)
"""Streams are shorter than this; what a rejected normal draws instead lies beyond."""


def _ziggurat() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(widths a unit of 23 bits, the same number below which a layer is inside, heights) of the layers."""
    right = np.empty(LAYERS + 1)
    right[0], right[1] = _AREA / math.exp(-0.5 * _EDGE**2), _EDGE
    for layer in range(2, LAYERS):
        above = math.exp(-0.5 * right[layer - 1] ** 2) + _AREA / right[layer - 1]
        right[layer] = math.sqrt(-2.0 * math.log(above))
    right[LAYERS] = 0.0
    inside = (right[1:] / right[:-1] * 2.0**23).astype(np.int32)
    return (right[:-1] * 2.0**-23).astype(np.float32), inside, np.exp(-0.5 * right**2)


_WIDTH, _INSIDE, _HEIGHT = _ziggurat()


def key_of(rng: np.random.Generator, streams: int = 1) -> np.ndarray:
    """(streams, 2) keys of streams: two numbers of a generator each."""
    source: Any = rng.bit_generator
    if isinstance(source, np.random.MT19937):  # its raw words are half as long
        return rng.integers(0, 2**64, size=(streams, 2), dtype=np.uint64)
    return source.random_raw(2 * streams).reshape(streams, 2)


@njit(inline="always")
def _word(one, two, n):
    """64 random bits: number ``n`` of the stream of a key."""
    z = one + (n + np.uint64(1)) * _STEP
    z = (z ^ (z >> np.uint64(30))) * _FIRST ^ two
    z = (z ^ (z >> np.uint64(27))) * _SECOND
    return z ^ (z >> np.uint64(31))


@njit(inline="always")
def _fraction(word):
    """A double in [0, 1) from 53 of 64 bits."""
    return np.float64(word >> np.uint64(11)) * 2.0**-53


@njit(cache=True, nogil=True)
def _outside(one, two, n, layer, x):
    """What becomes of a normal that fell outside the sure part of its layer: it, or another one (not negative)."""
    place = _RETRY + n * _RETRY
    while True:
        if layer == 0:
            while True:
                far = -math.log1p(-_fraction(_word(one, two, place))) / _EDGE
                near = -math.log1p(-_fraction(_word(one, two, place + np.uint64(1))))
                place += np.uint64(2)
                if near + near > far * far:
                    return np.float32(_EDGE + far)
        height = _HEIGHT[layer] + _fraction(_word(one, two, place)) * (_HEIGHT[layer + 1] - _HEIGHT[layer])
        if height < math.exp(-0.5 * x * x):
            return np.float32(x)
        word = _word(one, two, place + np.uint64(1))
        place += np.uint64(2)
        layer = np.int64(word & np.uint64(0xFF))
        size = np.int32((word >> np.uint64(9)) & np.uint64(0x7FFFFF))
        x = np.float64(size) * np.float64(_WIDTH[layer])
        if size < _INSIDE[layer]:
            return np.float32(x)


@njit(cache=True, nogil=True)
def normals(key, out):
    """Fill a flat single precision array with standard normals: two from every 64 bits.

    In blocks: hash, then what is sure for nearly all (without branches, so that it is done many at a time), then the
    one in eighty that fell outside its layer.
    """
    one, two = key[0], key[1]
    words = np.empty(BLOCK // 2, np.uint64)
    halves = words.view(np.uint32)
    unsure = np.zeros(BLOCK, np.uint8)
    eight = unsure.view(np.uint64)
    for start in range(0, out.size, BLOCK):
        count = min(BLOCK, out.size - start)
        for n in range((count + 1) // 2):
            words[n] = _word(one, two, np.uint64(start // 2 + n))
        part = out[start : start + count]
        for i in range(count):
            half = halves[i]
            layer, size = np.int32(half & np.uint32(0xFF)), np.int32(half >> np.uint32(9))
            unsure[i] = np.uint8(size >= _INSIDE[layer])
            sign = np.float32(1 - np.int32((half >> np.uint32(7)) & np.uint32(2)))
            part[i] = np.float32(size) * _WIDTH[layer] * sign
        for j in range((count + 7) // 8):
            if eight[j]:
                for i in range(8 * j, min(8 * j + 8, count)):
                    if unsure[i]:
                        layer = np.int64(halves[i] & np.uint32(0xFF))
                        x = _outside(one, two, np.uint64(start + i), layer, abs(np.float64(part[i])))
                        part[i] = x if part[i] >= 0.0 else -x


@njit(cache=True, nogil=True)
def uniforms(key, out):
    """Fill a flat single precision array with numbers in [0, 1): two from every 64 bits."""
    one, two = key[0], key[1]
    for n in range(out.size // 2):
        word = _word(one, two, np.uint64(n))
        out[2 * n] = np.float32(word >> np.uint64(40)) * np.float32(2.0**-24)
        out[2 * n + 1] = np.float32((word >> np.uint64(8)) & np.uint64(0xFFFFFF)) * np.float32(2.0**-24)
    if out.size % 2:
        word = _word(one, two, np.uint64(out.size // 2))
        out[out.size - 1] = np.float32(word >> np.uint64(40)) * np.float32(2.0**-24)


@njit(cache=True, nogil=True)
def breaks(key, chance, broken):
    """Set bits of links that break: each of six a firm independently with ``chance``, by the gaps in between."""
    if chance <= 0.0:
        return
    one, two = key[0], key[1]
    per_step = math.log1p(-chance) if chance < 1.0 else -np.inf
    last, n = 6.0 * broken.size - 1.0, np.uint64(0)
    place = -1.0
    while True:
        place += 1.0 + math.floor(math.log1p(-_fraction(_word(one, two, n))) / per_step)
        n += np.uint64(1)
        if place > last:
            return
        firm, slot = divmod(np.int64(place), 6)
        broken[firm] |= np.uint8(1 << slot)
