"""Two sides in the same futures: only what the sides do differently makes a difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from negotiation.errors import InputError, NegotiationError, UnknownName
from negotiation.lab.compare import Comparison, Side, compared, differences
from negotiation.lab.compare_picture import draw_comparison

SCRIPTS = {"USA": "always-defect", "CAN": "tit-for-tat", "MEX": "always-coordinate"}


def test_both_sides_meet_the_same_futures_even_in_different_scenarios() -> None:
    tasks = Comparison(Side("autumn-2025"), Side("quiet-coordination"), 4).tasks
    for a, b in zip(tasks[::2], tasks[1::2], strict=True):
        assert a.seed == b.seed
        assert a.labels["side"] == "A"
        assert b.scenario == 1
        assert a.values["slip"] == b.values["slip"]


def test_a_side_against_itself_differs_in_nothing() -> None:
    side = Side("autumn-2025", SCRIPTS)
    told = compared(Comparison(side, side, 3, draw=False, firms=300).run(workers=1))
    assert all(row["difference"] == 0 for row in told["numbers"].values())
    assert all(row["difference"] == 0 for row in told["ends"].values())
    assert told["futures"] == 3


def test_tariffs_at_the_opening_cost_the_partners_and_the_interval_says_so(tmp_path: Path) -> None:
    calm, pressed = (Side("autumn-2025", SCRIPTS, {"us_opening_rung": rung}) for rung in (0, 3))
    plan = Comparison(calm, pressed, 5, draw=False, firms=300)
    told = compared(plan.run(tmp_path / "rows.parquet", workers=1))
    row = told["numbers"]["score_CAN"]
    assert row["high"] < 0
    assert row["low"] < row["difference"] < row["high"]
    assert row["higher_in"] < 0.5
    names = draw_comparison(told, "calm", "pressed", tmp_path / "pictures")
    assert set(names) == {"compare.svg", "compare.png"}
    with pytest.raises(InputError, match="differs in seed"):
        Comparison(calm, pressed, 5, draw=False, firms=300, seed=2).run(tmp_path / "rows.parquet", workers=1)


def test_pairs_with_a_failed_side_are_left_out_and_shares_are_paired() -> None:
    def row(r: int, side: str, end: str, error: str | None = None) -> dict[str, Any]:
        odds = {f"odds_{e}": 0.2 for e in ("EXT", "COND", "SPLIT", "ANN", "WD")}
        return {"replication": r, "side": side, "outcome": end, "error": error, "score_USA": float(r), **odds}

    rows = [row(r, "A", "ANN") for r in range(10)] + [
        row(r, "B", "EXT" if r < 6 else "ANN") for r in range(10)
    ]
    rows[0] |= {"error": "X"}
    told = compared(pd.DataFrame(rows))
    assert told["futures"] == 9
    assert told["failed"] == 1
    end = told["ends"]["EXT"]
    assert (end["a"], end["b"], end["difference"]) == (0, 5 / 9, 5 / 9)
    assert 0 < end["low"] < 5 / 9 < end["high"] <= 1
    with pytest.raises(NegotiationError, match="nothing can be compared"):
        compared(pd.DataFrame(rows[:3]))


def test_what_could_not_run_is_refused_at_once() -> None:
    side = Side("autumn-2025")
    with pytest.raises(InputError, match="at least two"):
        Comparison(side, side, 1)
    with pytest.raises(UnknownName, match="Did you mean 'slip'"):
        Comparison(side, Side("autumn-2025", fixed={"slipp": 0}), 3)
    with pytest.raises(UnknownName, match="Did you mean 'autumn-2025'"):
        Comparison(side, Side("autum-2025"), 3)


def test_differences_are_taken_future_by_future_and_know_what_was_drawn() -> None:
    def row(r: int, side: str, score: float, error: str | None = None) -> dict[str, Any]:
        return {"replication": r, "side": side, "slip": 0.1 * r, "score_CAN": score, "error": error}

    rows = [row(r, "A", 1.0) for r in range(4)] + [row(r, "B", 1.0 + r) for r in range(4)]
    rows[2] |= {"error": "X"}
    told = differences(pd.DataFrame(rows), ["slip"])
    assert told["difference_score_CAN"].tolist() == [0.0, 1.0, 3.0]
    assert told["slip"].tolist() == pytest.approx([0.0, 0.1, 0.3])
    assert told["error"].isna().all()
