"""How long each strategy thinks about a move: ``python -m tests.benchmarks.moves_speed``.

Worst processor time of a move over seats and rounds of three scenarios, with nothing worked out beforehand (in a room,
three seats and the screen share one table). Target: under a second; nothing is asserted.
"""

from __future__ import annotations

import time

from negotiation.strategies import strategies
from negotiation.terms import SEATS
from negotiation.world import ReviewModel

SCENARIOS = ("autumn-2025", "facts-on-the-ground", "history")
ROUNDS = 6


def worst(names: tuple[str, ...] = SCENARIOS) -> dict[str, tuple[float, str]]:
    """Strategy -> seconds of its slowest move, and where that was."""
    slowest: dict[str, tuple[float, str]] = {}
    for name in names:
        model = ReviewModel(name, 2, firms=2000)
        for number in range(1, ROUNDS + 1):
            for chosen in strategies():
                for seat in SEATS:
                    model._table = None
                    begin = time.process_time()
                    model.ask(seat, chosen)
                    taken = time.process_time() - begin
                    if taken > slowest.get(chosen, (0.0, ""))[0]:
                        slowest[chosen] = (taken, f"{name}, {seat}, round {number}")
            model.step()
    return slowest


if __name__ == "__main__":
    worst(SCENARIOS[:1])  # compiled code is loaded
    for strategy, (seconds, where) in sorted(worst().items(), key=lambda row: -row[1][0]):
        print(f"{strategy:34}{1000 * seconds:8.1f} ms   {where}")
