"""What a worker of the lab page does: answer questions one after the other until the server hangs up.

Everything here runs in a process of its own. A question comes through the pipe as (number, name, given); back go
``("news", number, data)`` any number of times and one ``("done" | "refused" | "failed", number, data)``. Whatever else
arrives while a question is being answered means: stop at the next chance.
"""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from negotiation.errors import NegotiationError
from negotiation.processes import leave_with_parent

Tell = Callable[[Any], None]
Stopped = Callable[[], bool]
EVERY = 0.6
"""Seconds between two looks at unfinished results."""
DRIVEN = ("leverage_CAN", "leverage_MEX", "odds_EXT", "odds_COND", "odds_ANN", "real_income_USA", "real_income_CAN",
          "real_income_MEX")  # fmt: skip
"""Outputs the screening from the page is told for."""


def serve(pipe: Any, niceness: int) -> None:
    """A worker's life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then hangs up
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ["NEGOTIATION_THREADS"] = "1"
    if hasattr(os, "nice"):
        os.nice(niceness)
    leave_with_parent()
    while True:
        try:
            asked = pipe.recv()
        except (EOFError, OSError):
            return
        if asked is None:
            return
        if asked == "stop":  # meant for a question that is already answered
            continue
        try:
            pipe.send(_answered(pipe, *asked))
        except (BrokenPipeError, OSError):
            return


def _answered(pipe: Any, number: int, name: str, given: tuple[Any, ...]) -> tuple[str, int, Any]:
    def tell(data: Any) -> None:
        pipe.send(("news", number, data))

    try:
        return ("done", number, WORK[name](*given, tell, pipe.poll))
    except NegotiationError as error:
        return ("refused", number, str(error))
    except Exception as error:
        return ("failed", number, f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=6)}")


# -- the instant answers ------------------------------------------------------------------------------------


def _opening(scenario: str, values: dict[str, float], tell: Tell, stopped: Stopped) -> dict[str, Any]:
    from negotiation.lab.desk_opening import opening
    from negotiation.scenario import load_scenario

    return opening(load_scenario(scenario), values)


def _span(scenario: str, tell: Tell, stopped: Stopped) -> dict[str, Any]:
    from negotiation.lab.desk_opening import span
    from negotiation.scenario import load_scenario

    return span(load_scenario(scenario))


# -- the long ones --------------------------------------------------------------------------------------------


class _Watch:
    """Rows of a study as they come: kept for looks at unfinished results, and told with the progress."""

    def __init__(self, tell: Tell, look: Callable[[Any], Any] | None) -> None:
        self.rows: list[dict[str, Any]] = []
        self._tell, self._look = tell, look
        self._told = 0.0

    def __call__(self, progress: Any) -> None:
        now = time.monotonic()
        if now - self._told < EVERY and progress.done < progress.total:
            return
        self._told = now
        news = {"done": progress.done, "total": progress.total, "failed": progress.failed}
        news["left"] = progress.seconds_left
        if self._look is not None and self.rows:
            news["result"] = self._look(_frame(self.rows))
        self._tell(news)


def _frame(rows: list[dict[str, Any]]) -> Any:
    import pandas as pd

    ordered: list[Any] = sorted(rows, key=lambda row: int(row["run"]))
    return pd.DataFrame(ordered)


def _played(study: Any, out: str, watch: _Watch, stopped: Stopped) -> Any:
    """Play the games of a study into a file, its rows also to ``watch``; the rows as a frame."""
    from negotiation.lab.executors import crew
    from negotiation.lab.study import open_store, work_through

    path = Path(out)
    with crew(1) as hands, open_store(path, study.identity) as store:
        kept = store.add

        def add(rows: Any) -> None:
            watch.rows.extend(rows)
            kept(rows)

        store.add = add  # type: ignore[method-assign]
        work_through(study.job, study.tasks, store, hands, watch=watch, stopped=stopped)
    frame = _frame(watch.rows)
    frame.to_csv(path.with_suffix(".csv"), index=False)
    return frame


def _ensemble(question: Any, out: str, tell: Tell, stopped: Stopped) -> dict[str, Any]:
    from negotiation.lab.ensemble import Ensemble

    plan = Ensemble(
        question.scenario,
        question.replications,
        seed=question.seed,
        fixed=dict(question.values),
        ranges=_ranges(question),
        draw=question.draw,
        paths=True,
    )
    drawn = [i.name for i in plan.inputs]
    watch = _Watch(tell, lambda frame: {**told_of(frame), "drawn": drawn})
    return {**told_of(_played(plan, out, watch, stopped)), "drawn": drawn}


def told_of(frame: Any) -> dict[str, Any]:
    """What the page shows of an ensemble: ends with intervals, fans, a few numbers."""
    from negotiation.errors import InputError
    from negotiation.lab.ensemble_summary import fan, summary, went_well
    from negotiation.terms import PARTNERS

    if not len(frame):
        return {}
    good = went_well(frame)
    if "outcome" not in frame or not len(good):
        return {"runs": len(frame), "failed": len(frame), "errors": list(frame["error"].dropna().head(1))}
    told: dict[str, Any] = summary(frame)
    block: dict[str, Any] = told["options"][0]
    fans = {}
    for k in PARTNERS:
        try:
            fans[str(k)] = fan(good, str(k))
        except InputError:
            continue
    return {
        "runs": told["runs"],
        "failed": told["failed"],
        "errors": list(told["errors"])[:1],
        "confidence": told["confidence"],
        "ends": block["ends"],
        "numbers": {
            n: v for n, v in block["numbers"].items() if n.startswith(("leverage_", "score_", "real_"))
        },
        "fans": fans,
    }


def _ranges(question: Any) -> dict[str, tuple[float, float]]:
    return {name: (low, high) for name, low, high in question.ranges}


def _sensitivity(question: Any, out: str, tell: Tell, stopped: Stopped) -> dict[str, Any]:
    from negotiation.lab.desk_question import limits
    from negotiation.lab.sensitivity import Sensitivity

    size = limits()
    study = Sensitivity(
        question.scenario,
        "morris",
        samples=int(size["trajectories"]),
        replications=int(size["sensitivity_replications"]),
        seed=question.seed,
        fixed=dict(question.values),
        ranges=_ranges(question),
    )
    frame = _played(study, out, _Watch(tell, None), stopped)
    if len(frame) < len(study.tasks):
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    for driver in study.drivers(frame, [n for n in DRIVEN if n in frame]):
        found.setdefault(driver.output, []).append({"input": driver.input, **driver.measures})
    return {
        "runs": len(frame),
        "samples": study.samples,
        "replications": study.replications,
        "drivers": found,
    }


def _compare(question: Any, out: str, tell: Tell, stopped: Stopped) -> dict[str, Any]:
    from negotiation.lab.compare import Comparison, Side, compared

    study = Comparison(
        Side(question.scenario, fixed=dict(question.values)),
        Side(question.against or question.scenario),
        question.replications,
        seed=question.seed,
        draw=question.draw,
    )

    def look(frame: Any) -> Any:
        try:
            return compared(frame) if len(frame) else None
        except NegotiationError:
            return None

    frame = _played(study, out, _Watch(tell, look), stopped)
    return look(frame) or {}


def _lens(question: Any, out: str, tell: Tell, stopped: Stopped) -> dict[str, Any]:
    from negotiation.lab.desk_lens import looked

    return looked(question, tell)


def _tipping(question: Any, out: str, tell: Tell, stopped: Stopped) -> dict[str, Any]:
    from negotiation.lab.desk_question import checked
    from negotiation.lab.tipping import front_map, plan

    tell({"done": 0, "total": 0, "failed": 0, "left": None})
    return {**asdict(front_map(checked(question))), "grid": dict(plan()["front"])}


def _warm(scenario: str, tell: Tell, stopped: Stopped) -> None:
    """Import and compile what the first question would otherwise wait for."""
    _opening(scenario, {}, tell, stopped)


WORK: dict[str, Callable[..., Any]] = {
    "opening": _opening,
    "span": _span,
    "warm": _warm,
    "ensemble": _ensemble,
    "sensitivity": _sensitivity,
    "compare": _compare,
    "lens": _lens,
    "tipping": _tipping,
}
