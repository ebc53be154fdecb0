"""A run of the Policy lab in words: what it would do, how far it is, what went wrong, the same on the command line."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from negotiation.lab.desk_question import limits
from ui.site.present.lab_state import LabState
from ui.words import Words


def run_panel(
    state: LabState,
    words: Words,
    job: Any | None,
    *,
    place: int = 0,
    wanted: bool = True,
    busy: str | None = None,
) -> dict[str, Any]:
    """``LabRun`` of the open tool. ``job``: the desk's, if it knows the question; ``wanted``: this visitor asked for
    it (who only looks on cannot cancel); ``busy``: kind of this visitor's
    other run, if one is on."""
    kind = state.tool
    question = state.question(kind)
    now = "idle" if job is None else job.state
    open_ = now in ("waiting", "running")
    out: dict[str, Any] = {
        "kind": kind,
        "key": question.key,
        "state": now,
        "said": said_of(state, words, job, place),
        "done": 0 if job is None else job.done,
        "total": 0 if job is None else job.total,
        "start": "" if open_ or now == "done" else start_text(state, words, now),
        "cancel": words("lab.cancel") if open_ and wanted else "",
        "command": command(state, kind),
        "lost": words.pattern("lab.lost"),
        "downloads": downloads(question.key, words) if job is not None and job.rows and not open_ else [],
    }
    if busy is not None and not open_ and now != "done":
        out["blocked"] = words("lab.blocked", what=words(f"lab.tool_{busy}").lower())
    return out


def start_text(state: LabState, words: Words, now: str) -> str:
    """The button: what pressing it does."""
    if now in ("stopped", "late", "failed", "died"):
        return words("lab.again")
    if state.tool in ("ensemble", "compare"):
        return words(f"lab.start_{state.tool}", n=state.replications)
    return words(f"lab.start_{state.tool}")


def said_of(state: LabState, words: Words, job: Any | None, place: int) -> str:
    """Where the run stands."""
    if job is None:
        return words("lab.said_ran") if state.tool in state.ran else words(f"lab.said_idle_{state.tool}")
    if job.state == "waiting":
        return words("lab.said_waiting", n=place)
    done, total = words.number(job.done), words.number(job.total)
    if job.state == "running":
        if not job.total:
            return words("lab.said_starting")
        if job.left is None:
            return words("lab.said_running", done=done, total=total)
        return words("lab.said_left", done=done, total=total, seconds=words.number(max(1, job.left)))
    if job.state == "done":
        failed = words("lab.said_failed_runs", n=job.failed) if job.failed else ""
        return " ".join(x for x in (words(f"lab.said_done_{state.tool}"), failed) if x)
    if job.state == "late":
        return words("lab.said_late", seconds=words.number(limits()["most_seconds"]), done=done, total=total)
    if job.state == "failed":
        return words("lab.said_failed", why=job.why)
    return words(f"lab.said_{job.state}", done=done, total=total)


def downloads(key: str, words: Words) -> list[dict[str, str]]:
    """The rows of a finished run."""
    return [
        {"text": words(f"lab.rows_{kind}"), "href": f"/lab/rows/{key}.{kind}"} for kind in ("csv", "parquet")
    ]


def command(state: LabState, kind: str) -> str:
    """The line that does the same in a terminal."""
    size = limits()
    sets = "".join(f" --set {name}={value:.10g}" for name, value in state.values)
    ranges = "".join(f" --range {name}={low:.10g}:{high:.10g}" for name, low, high in state.ranges)
    seed, draw = f" --seed {state.seed}", "" if state.draw else " --no-draw"
    if kind == "ensemble":
        return (
            f"negotiation ensemble {state.scenario} --replications {state.replications}{seed}{sets}{ranges}{draw} "
            "--paths --out futures.parquet"
        )
    if kind == "sensitivity":
        return (
            f"negotiation sensitivity {state.scenario} --method morris --trajectories {size['trajectories']} "
            f"--replications {size['sensitivity_replications']}{seed}{sets}{ranges} --out sensitivity"
        )
    if kind == "compare":
        held = sets.replace(" --set ", " --set-a ")
        other = state.against or state.scenario
        return f"negotiation compare {state.scenario} {other} --replications {state.replications}{seed}{held}{draw}"
    name = f"{file_name(state)}.yaml" if state.values else state.scenario
    if kind == "lens":
        return f"negotiation stage-game {name} --round {state.round}{seed}"
    return f"negotiation tipping {name}"


def file_name(state: LabState) -> str:
    """What the downloaded scenario is called."""
    return f"{PurePath(state.scenario).stem}-lab"
