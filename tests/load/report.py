"""What a run has shown, beside what was asked for and what oTree shows; what was missed is said."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from typing import Any

from tests.load.play import Measured
from tests.load.server import Server, processor_seconds

OTREE = {30: (167, 307), 90: (658, 1047)}
"""oTree on this size of machine: page p95 and all-three-see-the-result p95, ms; it did not finish 180 and 300."""
OTREE_KILL = "lost none of 683 acknowledged submissions"
GOALS = {30: (50, 250), 90: (100, 500), 180: (200, 800), 300: (300, 1000)}
"""Own click p95 and last seal to all three screens p95 that were asked for, ms."""
BURST_MS, START_SECONDS, BACK_SECONDS, MOST_MB = 400, 3.0, 6.0, 1024
FLAT_SHARE = 0.1
"""Memory counts as flat if the last third of a soak needs at most this share more than the second."""


def p(values: list[float], share: float) -> float:
    """A percentile in milliseconds; -1 without values."""
    if not values:
        return -1.0
    return 1000 * sorted(values)[min(len(values) - 1, int(share * len(values)))]


def lost_and_doubled(server: Server, measured: Measured) -> tuple[int, int, int]:
    """Acknowledged moves that are not in the log, moves in it twice, how many were acknowledged."""
    from negotiation.rooms import Store

    store = Store.open(server.database)
    lost = doubled = total = 0
    try:
        for room in {room for room, _ in measured.acknowledged}:
            sealed: dict[tuple[str, int], int] = {}
            for event in store.events(room):
                if event.type == "move_sealed":
                    key = (event.data["seat"], event.data["round"])
                    sealed[key] = sealed.get(key, 0) + 1
            doubled += sum(n > 1 for n in sealed.values())
            for (of, seat), rounds in measured.acknowledged.items():
                if of == room:
                    total += len(rounds)
                    lost += sum((seat, number) not in sealed for number in rounds)
    finally:
        store.close()
    return lost, doubled, total


def report(server: Server, options: argparse.Namespace, measured: Measured, seconds: float) -> dict[str, Any]:
    """The figures."""
    lost, doubled, total = lost_and_doubled(server, measured)
    out: dict[str, Any] = {
        "students": measured.came,
        "finished": measured.finished,
        "seconds": round(seconds, 1),
        "seals": measured.rounds,
        "errors": len(measured.errors),
        "join_p50_ms": round(p(measured.join, 0.5)),
        "own_click_p50_ms": round(p(measured.own, 0.5)),
        "own_click_p95_ms": round(p(measured.own, 0.95)),
        "all_three_p50_ms": round(p(measured.all_three(), 0.5)),
        "all_three_p95_ms": round(p(measured.all_three(), 0.95)),
        "memory_mb": round(server.peak),
        "memory_mb_shared_pages_twice": round(server.resident),
        "processor_ms_per_seal": round(
            1000 * (processor_seconds(server) - options.used) / max(1, measured.rounds)
        ),
        "students_ms_per_seal": round(1000 * (time.process_time() - options.own) / max(1, measured.rounds)),
        "load_average_after": round(os.getloadavg()[0], 1),
        "acknowledged": total,
        "lost": lost,
        "twice": doubled,
    }
    if measured.kills:
        out |= _kills(measured, options)
    if options.soak:
        out["memory_after_each_game_mb"] = options.memory
        out["memory_grew"] = _grew(options.memory)
    out["first_errors"] = measured.errors[:5]
    return out


def _kills(measured: Measured, options: argparse.Namespace) -> dict[str, Any]:
    starts = [k.start for k in measured.kills]
    last = [max(k.back) for k in measured.kills if k.back]
    after = [max(k.back) - (k.answered - k.at) for k in measured.kills if k.back]
    every = [seconds for k in measured.kills for seconds in k.back]
    return {
        "kills": len(starts),
        "restart_to_first_answer_s": _spread(starts),
        "its_processor_seconds": _spread([k.processor for k in measured.kills]),
        "last_page_back_after_kill_s": _spread(last),
        "last_page_back_after_answer_s": _spread(after),
        "pages_back": len(every),
        "page_back_after_kill_p95_s": round(p(every, 0.95) / 1000, 1),
        "orphans": sum(k.orphans for k in measured.kills),
    }


def _spread(values: list[float]) -> str:
    if not values:
        return "none"
    return f"{min(values):.1f} {statistics.median(values):.1f} {max(values):.1f} (least, median, most)"


def _grew(memory: list[int]) -> float | None:
    """Share by which the last third of the games needed more memory than the second; None with too few games."""
    third = len(memory) // 3
    if third < 1:
        return None
    return round(
        statistics.mean(memory[-third:]) / statistics.mean(memory[third : len(memory) - third]) - 1, 3
    )


def verdicts(options: argparse.Namespace, measured: Measured, out: dict[str, Any]) -> list[tuple[str, bool]]:
    """Every target this run can speak to, and whether it was met."""
    said = [
        (f"all {out['students']} students finish", out["finished"] == out["students"] and not out["errors"])
    ]
    said.append(("0 acknowledged moves lost, 0 applied twice", not out["lost"] and not out["twice"]))
    if not options.at:
        said.append((f"memory < {MOST_MB} MB", out["memory_mb"] < MOST_MB))
    goal = GOALS.get(options.students)
    if options.burst:
        said.append((f"burst: own click p95 < {BURST_MS} ms", out["own_click_p95_ms"] < BURST_MS))
    elif goal and not (options.kill or options.slow or options.soak):
        said.append((f"own click p95 < {goal[0]} ms", out["own_click_p95_ms"] < goal[0]))
        said.append((f"last seal to all three p95 < {goal[1]} ms", out["all_three_p95_ms"] < goal[1]))
    if measured.kills:
        start = max(k.start for k in measured.kills)
        back = max((s for k in measured.kills for s in k.back), default=0.0)
        said.append((f"{options.kill} kills", out["kills"] == options.kill))
        said.append((f"restart to first answer < {START_SECONDS:g} s", start < START_SECONDS))
        said.append((f"every page back by itself < {BACK_SECONDS:g} s after the kill", back < BACK_SECONDS))
        said.append(("no orphan process", out["orphans"] == 0))
    if options.soak and out["memory_grew"] is not None:
        said.append((f"memory flat (grew < {FLAT_SHARE:.0%})", out["memory_grew"] < FLAT_SHARE))
    return said


def print_report(options: argparse.Namespace, measured: Measured, out: dict[str, Any]) -> None:
    """Figures, then the targets with met or MISSED, then the reference."""
    for name, value in out.items():
        print(f"{name:34} {value}")
    for target, met in verdicts(options, measured, out):
        print(f"{'met' if met else 'MISSED':34} {target}")
    known = OTREE.get(options.students)
    print(
        f"{'oTree, quiet machine':34} "
        + (
            f"page p95 {known[0]} ms, all three p95 {known[1]} ms"
            if known
            else "did not finish, or not measured"
        )
        + f"; kill -9 {OTREE_KILL}"
    )
