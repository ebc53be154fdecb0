"""What commands that live through many games print and leave: one document with --json, tables, pictures."""

from __future__ import annotations

import csv
import json
import math
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.ui.cli.conftest import Command

pytestmark = pytest.mark.xdist_group("many")
QUICK = ("--firms", 100, "--workers", 1)
SCRIPTS = (
    *("--strategy", "USA=always-defect"),
    *("--strategy", "CAN=tit-for-tat"),
    *("--strategy", "MEX=always-coordinate"),
)


def one_document(text: str) -> Any:
    """Standard output as JSON and nothing else; NaN is no JSON."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def words_of(picture: Path) -> str:
    """All text of an SVG picture (letters are drawn as shapes; the words stand beside them as comments)."""
    ElementTree.parse(picture)
    return picture.read_text(encoding="utf-8")


def is_drawn(folder: Path, *names: str) -> None:
    """Each picture is there as SVG and as PNG of a sensible size."""
    for name in names:
        assert "<dc:title>" in words_of(folder / f"{name}.svg")
        head = (folder / f"{name}.png").read_bytes()[:24]
        width, height = struct.unpack(">II", head[16:24])
        assert head.startswith(b"\x89PNG")
        assert 800 < width < 3000
        assert 300 < height < 3000


def test_an_ensemble_is_one_document_with_its_options_and_pictures(
    negotiation: Command, tmp_path: Path
) -> None:
    out, pictures = tmp_path / "rows.parquet", tmp_path / "pictures"
    command = ("ensemble", "autumn-2025", "--replications", 3, "--lever", "us_opening_rung=0,3", "--out", out)
    told = one_document(
        negotiation(*command, *QUICK, "--no-draw", *SCRIPTS, "--pictures", pictures, "--json").out
    )
    assert (told["runs"], told["failed"], told["scenario"]) == (6, 0, "autumn-2025")
    assert told["levers"] == [{"us_opening_rung": 0}, {"us_opening_rung": 3}]
    assert all(math.isclose(sum(e["share"] for e in o["ends"].values()), 1) for o in told["options"])
    assert {r["seat"] for r in told["regret"]} == {"USA", "CAN", "MEX"}
    is_drawn(pictures, "ends")
    words = words_of(pictures / "ends.svg")
    assert "Our choice moves" in words
    assert "Pressure at the opening 3" in words
    page = negotiation(*command, *QUICK, "--no-draw", *SCRIPTS)
    assert page.code == 0
    assert "Regret: what an option leaves on the table" in page.out
    assert max(len(line) for line in page.out.splitlines() if str(tmp_path) not in line) <= 80


def test_a_fan_says_where_leverage_goes(negotiation: Command, tmp_path: Path) -> None:
    command = ("ensemble", "autumn-2025", "--replications", 3, "--paths", "--no-draw", *QUICK, *SCRIPTS)
    assert (
        negotiation(*command, "--out", tmp_path / "rows.parquet", "--pictures", tmp_path / "pictures").code
        == 0
    )
    is_drawn(tmp_path / "pictures", "ends", "fan")
    assert "US leverage: over Canada from " in words_of(tmp_path / "pictures" / "fan.svg")


def test_a_comparison_is_one_document_a_picture_and_food_for_discovery(
    negotiation: Command, tmp_path: Path
) -> None:
    rows, pictures = tmp_path / "rows.parquet", tmp_path / "pictures"
    command = ("compare", "autumn-2025", "autumn-2025", "--replications", 6, "--firms", 100, "--workers", 1)
    command += (*SCRIPTS[:4], "--strategy-a", "MEX=front", "--strategy-b", "MEX=always-defect")
    told = one_document(negotiation(*command, "--out", rows, "--pictures", pictures, "--json").out)
    assert told["futures"] == 6
    assert told["a"].endswith("MEX front")
    for row in told["numbers"].values():
        assert row["low"] <= row["difference"] <= row["high"]
        assert row["difference"] == pytest.approx(row["b"] - row["a"])
    is_drawn(pictures, "compare")
    assert "B " in words_of(pictures / "compare.svg")
    page = negotiation(*command, "--out", rows)
    assert "B less A, with its 95 % interval" in page.out
    assert max(len(line) for line in page.out.splitlines() if str(tmp_path) not in line) <= 80
    middle = sorted(told["numbers"])[0]
    pytest.importorskip("ema_workbench")
    level = told["numbers"]["score_USA"]["difference"]
    found = negotiation("discover", rows, "--case", f"difference_score_USA>{level}", "--json")
    assert found.code == 0, (found.err, middle)
    seen = one_document(found.out)
    assert 0 < seen["share"] < 1
    assert all(limit["input"] in told["drawn"] for box in seen["boxes"] for limit in box["limits"])
    assert "of all futures" in negotiation("discover", rows, "--case", f"difference_score_USA>{level}").out


def test_a_sensitivity_analysis_is_one_document_with_tables_and_pictures(
    negotiation: Command, tmp_path: Path
) -> None:
    command = (
        "sensitivity",
        "autumn-2025",
        "--out",
        tmp_path,
        "--vary",
        "us_opening_rung,threat_record,slip",
    )
    command += (*QUICK, *SCRIPTS, "--trajectories", 3, "--samples", 2, "--replications", 1)
    told = one_document(negotiation(*command, "--json").out)
    assert [study["method"] for study in told] == ["morris", "sobol"]
    for study in told:
        assert study["runs"] == study["points"]
        assert {d["input"] for d in study["drivers"]} == {"us_opening_rung", "threat_record", "slip"}
        with (tmp_path / f"{study['method']}.csv").open() as stream:
            assert len(list(csv.DictReader(stream))) == len(study["drivers"])
    is_drawn(tmp_path, "morris", "sobol")
    page = negotiation(*command)
    assert page.code == 0
    assert page.out.count("strongest inputs by") == 2
    assert "too few games to tell" in page.out  # two base samples are not enough for Sobol, and it says so
    assert "Too few games to say" in words_of(tmp_path / "sobol.svg")


def test_a_tournament_is_one_document_with_tables_and_pictures(negotiation: Command, tmp_path: Path) -> None:
    command = ("tournament", "autumn-2025", "--out", tmp_path, "--matches", 2, *QUICK)
    command += ("--strategy", "front", "--strategy", "pressure", "--strategy", "always-defect")
    told = one_document(negotiation(*command, "--json").out)
    assert told["games"] == 2 * 3 * 3
    assert {s["seat"] for s in told["standings"]} == {"USA", "CAN", "MEX"}
    assert set(told["fingerprints"]) == {"front", "pressure", "always-defect"}
    for name, count in (("standings", 9), ("fingerprints", 18)):
        with (tmp_path / f"{name}.csv").open() as stream:
            assert len(list(csv.DictReader(stream))) == count
    is_drawn(tmp_path, "standings", "fingerprints")
    assert "has the best mean" in words_of(tmp_path / "standings.svg")
    page = negotiation(*command)
    assert "behind the best" in page.out
    assert max(len(line) for line in page.out.splitlines() if str(tmp_path) not in line) <= 80
