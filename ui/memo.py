"""``python -m ui.memo``: run the commands of the policy memo, keep what they print, write the memo anew.

``--page`` only writes the page from the stored results; ``--quick N`` plays few futures (to try it out; writes nowhere
but to the folder given by ``--into``).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from negotiation.lab.memo import ALONE, COMMANDS, SCENARIO, SEED, TOGETHER, as_text, kept, page, stored

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path("configs/memo/results.json")
MEMO = Path("negotiation/lab/MEMO.md")


def measured(*, quick: int | None = None, said: Any = print) -> dict[str, Any]:
    """Run every command in a folder of its own; what the memo needs of their output (and their processor time).

    Raises ``RuntimeError`` if a command fails for another reason than that there is nothing to find.
    """
    results: dict[str, Any] = {"commands": {}, "seconds": 0.0}
    before = os.times()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
    with tempfile.TemporaryDirectory() as folder:
        for name, command in COMMANDS.items():
            words = shlex.split(command.replace(">", "\\>"))
            if quick is not None:
                words = _smaller(words, quick)
            begun = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-m", "ui", *words[1:]],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            results["commands"][name] = shown(command)
            if done.returncode == 2 and name.startswith("where"):  # all futures alike: nothing to tell apart
                results[name] = {"error": done.stderr.strip().removeprefix("negotiation: ")}
            elif done.returncode:
                raise RuntimeError(f"{command}\n{done.stderr.strip()}")
            else:
                results[name] = kept(name, json.loads(done.stdout))
            if name == "together":
                results["probe"] = probe()
            said(f"{time.monotonic() - begun:6.0f} s  {command}")
    after = os.times()
    results["seconds"] = sum(after[2:4]) - sum(before[2:4])
    return results


def probe() -> dict[str, dict[str, float]]:
    """Scores of one future on both sides: a test lives through it again, to notice that rules have changed."""
    import negotiation
    from negotiation.lab.ensemble_design import game_seed

    sides = {"a": ALONE, "b": TOGETHER}
    rows = {
        side: negotiation.run(SCENARIO, game_seed(SEED, 0), {"CAN": can, "MEX": mex})
        for side, (can, mex) in sides.items()
    }
    return {
        side: {name: row[name] for name in row if name.startswith("score_")} for side, row in rows.items()
    }


def shown(command: str) -> str:
    """A command as it is typed: what a shell would take for itself is quoted."""
    return re.sub(r"(\S*>\S*)", r"'\1'", command)


def _smaller(words: list[str], futures: int) -> list[str]:
    for option, value in (("--replications", futures), ("--trajectories", 2)):
        if option in words:
            words[words.index(option) + 1] = str(value)
        elif option == "--trajectories" and "sensitivity" in words:
            words += [option, str(value), "--replications", "1"]
    if "discover" in words:
        return words
    return [
        *words,
        "--firms",
        "200",
        "--set",
        "elasticity_multiple=1",
        "--workers",
        "1",
    ]  # one economy, one process


def main() -> None:
    """Run, store, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="store_true", help="only write the page from the stored results")
    parser.add_argument("--quick", type=int, metavar="N", help="few futures, few firms: to try it out")
    parser.add_argument("--into", type=Path, default=ROOT, help="folder that stands for the project's")
    given = parser.parse_args()
    if given.quick is not None and given.into == ROOT:
        parser.error("--quick is for trying out: say where to with --into")
    results = stored() if given.page else measured(quick=given.quick)
    for path, text in ((RESULTS, as_text(results)), (MEMO, page(results))):
        if given.page and path == RESULTS:
            continue
        place = given.into / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        print(f"written: {path}")


if __name__ == "__main__":
    main()
