"""The compiled dice are fair: what they draw has the moments, tails and rates of what it claims to be."""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.world.firms.dice import breaks, key_of, normals, uniforms

MANY = 2_000_001
"""Odd, so that half a word is left over at the end."""


@pytest.fixture(scope="module")
def drawn():
    out = np.empty(MANY, np.float32)
    normals(key_of(np.random.default_rng(5))[0], out)
    return out.astype(float)


def test_normals_have_the_moments_of_normals(drawn):
    root = np.sqrt(MANY)
    assert abs(drawn.mean()) < 4 / root
    assert abs(drawn.var() - 1.0) < 4 * np.sqrt(2) / root
    assert abs((drawn**3).mean()) < 4 * np.sqrt(15) / root
    assert abs((drawn**4).mean() - 3.0) < 4 * np.sqrt(96) / root


@pytest.mark.parametrize(
    ("beyond", "share"), [(1.0, 0.3173105), (2.0, 0.0455003), (3.6541528, 0.00025804), (4.5, 6.795e-6)]
)
def test_normals_have_the_tails_of_normals(drawn, beyond, share):
    """3.654 is where the compiled method changes from its layers to its tail."""
    for side in (drawn > beyond, drawn < -beyond):
        expected = 0.5 * share * MANY
        assert abs(side.sum() - expected) < 4 * np.sqrt(expected) + 1


def test_neighbouring_draws_know_nothing_of_each_other(drawn):
    for lag in (1, 2, 6):
        assert abs((drawn[:-lag] * drawn[lag:]).mean()) < 4 / np.sqrt(MANY)
    one, other = (np.empty(100_000, np.float32) for _ in range(2))
    keys = np.array([[1, 2], [2, 2]], np.uint64)
    normals(keys[0], one)
    normals(keys[1], other)
    assert abs((one * other).mean()) < 4 / np.sqrt(one.size), "keys next to each other open different streams"


def test_uniforms_fill_the_unit_interval_evenly():
    out = np.empty(MANY, np.float32)
    uniforms(key_of(np.random.default_rng(6))[0], out)
    assert out.min() >= 0.0
    assert out.max() < 1.0
    counts = np.histogram(out, 100, (0.0, 1.0))[0]
    assert ((counts - MANY / 100) ** 2 / (MANY / 100)).sum() < 99 + 4 * np.sqrt(2 * 99)


@pytest.mark.parametrize("chance", [0.0, 0.0067, 0.5, 1.0])
def test_links_break_at_their_rate_in_every_slot(chance):
    broken = np.zeros(100_000, np.uint8)
    breaks(key_of(np.random.default_rng(7))[0], chance, broken)
    bits = np.unpackbits(broken[:, None], axis=1, bitorder="little")
    spread = np.sqrt(chance * (1.0 - chance) / broken.size)
    np.testing.assert_allclose(bits[:, :6].mean(axis=0), chance, atol=4 * spread)
    assert not bits[:, 6:].any()


def test_the_same_key_gives_the_same_bytes_whatever_the_length():
    key = key_of(np.random.default_rng(8))[0]
    long, short = np.empty(5000, np.float32), np.empty(1234, np.float32)
    normals(key, long)
    normals(key, short)
    assert long[:1234].tobytes() == short.tobytes()
