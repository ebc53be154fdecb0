"""Slowing down whoever guesses codes: so many wrong tries per key, then a wait."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Hashable

from negotiation.rooms.errors import TooManyAttempts


class Throttle:
    """At most ``burst`` wrong tries at once, one more every ``seconds``; keys forgotten longest ago go first.

    A key is an address. Of an IPv6 address the network counts: whoever has one has 2^64 of them.

    With 34 million codes and a thousand live tables, 10 tries and one more every 6 seconds find a table after
    more than two days on average; a class behind one address that mistypes is back after seconds.
    """

    def __init__(self, burst: int = 10, seconds: float = 6.0, remembers: int = 10_000) -> None:
        self.burst, self.seconds, self.remembers = burst, seconds, remembers
        self._spent: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, key: Hashable, now: float) -> None:
        """Raise ``TooManyAttempts`` if this key has used up its tries."""
        with self._lock:
            spent = self._at(_who(key), now)
        if spent > self.burst - 1:
            raise TooManyAttempts((spent - self.burst + 1) * self.seconds)

    def wrong(self, key: Hashable, now: float) -> None:
        """Count a wrong try."""
        key = _who(key)
        with self._lock:
            self._spent[key] = (self._at(key, now) + 1, now)
            self._spent.move_to_end(key)
            while len(self._spent) > self.remembers:
                self._spent.popitem(last=False)

    def _at(self, key: Hashable, now: float) -> float:
        spent, then = self._spent.get(key, (0.0, now))
        return max(0.0, spent - max(0.0, now - then) / self.seconds)


def _who(key: Hashable) -> Hashable:
    """Who is meant by a key: the first half of an IPv6 address, anything else as it is."""
    if not isinstance(key, str) or ":" not in key:
        return key
    try:
        address = ipaddress.IPv6Address(key)
    except ValueError:
        return key
    return str(address.ipv4_mapped or int(address) >> 64)
