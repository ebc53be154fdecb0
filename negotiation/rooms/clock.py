"""The only reader of the wall clock. Everything else takes ``now`` as an argument.

Times are seconds since 1970 (UTC). Within one process time never jumps: it is the wall time at the start plus
what the steady clock counted since, so a corrected system clock neither rings nor stops a round.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Now = Callable[[], float]
"""Gives the time; tests give their own."""


def wall_clock() -> Now:
    """A clock anchored at this moment."""
    start, steady = time.time(), time.monotonic()
    return lambda: start + (time.monotonic() - steady)
