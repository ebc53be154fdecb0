"""One recorded game for all tests of the lab: small enough to be quick, whole enough to be real."""

from __future__ import annotations

import pytest

from negotiation.lab.recording import Recording


@pytest.fixture(scope="session")
def game() -> Recording:
    """A game of the default scenario, played to its end."""
    recording = Recording("autumn-2025", seed=3, firms=1000)
    for _ in recording.play():
        pass
    return recording
