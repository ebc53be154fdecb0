"""Write the golden games anew after a deliberate change of rules or numbers: ``python -m tests.golden.refresh``.

Then read the difference (``git diff tests/golden``): every changed line is something a reader of a run will see.
"""

from __future__ import annotations

import io
from pathlib import Path

from negotiation.lab.recording import Recording
from negotiation.scenario import scenario_names
from ui.commands.screen import Paper
from ui.commands.story import Story

HERE = Path(__file__).resolve().parent
SEED, FIRMS = 1, 2000


def played(name: str) -> str:
    """One game of a scenario as the page ``negotiation run NAME --seed 1 --firms 2000`` prints."""
    paper = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
    page = Paper(file=paper, width=80, highlight=False, emoji=False, markup=False, color_system=None)
    story = Story(page)
    for event in Recording(name, SEED, firms=FIRMS).play():
        story.tell(event)
    paper.seek(0)
    return paper.read()


def main() -> None:
    """Write one file for each shipped scenario."""
    for name in scenario_names():
        (HERE / f"{name}.txt").write_text(played(name), encoding="utf-8")
        print(f"tests/golden/{name}.txt")


if __name__ == "__main__":
    main()
