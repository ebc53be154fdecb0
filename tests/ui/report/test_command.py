"""``negotiation debrief``: on the screen, to a file, to a folder, as JSON; and every way to ask wrongly."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from tests.debrief.conftest import events_of
from tests.ui.cli.conftest import Command


def test_the_story_is_told_on_the_screen(negotiation: Command, log: Path) -> None:
    done = negotiation("debrief", log)
    assert done.code == 0
    assert "The turning points" in done.out
    assert "What really happened" in done.out
    assert all(len(line) <= 80 for line in done.out.splitlines())
    assert "Los momentos decisivos" in negotiation("debrief", log.parent, "--language", "es").out


def test_json_is_one_document_and_nothing_else(negotiation: Command, log: Path) -> None:
    done = negotiation("debrief", log, "--json", "--what-if", "4:USA=DD")
    found = json.loads(done.out)
    assert found["about"]["outcome"] in ("EXT", "COND", "SPLIT", "ANN", "WD")
    assert found["branches"][0]["code"] == "4:USA=DD"
    assert len(found["regret"]["CAN"]) == 5


def test_a_report_is_one_file(negotiation: Command, log: Path, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "report.html"
    done = negotiation("debrief", log, "--out", target, "--language", "fr", "--paper", "a4")
    assert done.code == 0
    assert str(target) in done.out.replace("\n", "")
    text = target.read_text(encoding="utf-8")
    assert 'lang="fr"' in text
    assert "size: A4" in text
    assert [p.name for p in target.parent.iterdir()] == ["report.html"]


def test_a_folder_holds_report_handouts_and_data_with_a_codebook(
    negotiation: Command, log: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    done = negotiation("debrief", log, "--out", target, "--what-if", "2:MEX=DC", "--play-on")
    assert done.code == 0, done.err
    assert {p.name for p in target.iterdir()} >= {
        "report.html",
        "handout-USA.html",
        "handout-CAN.html",
        "handout-MEX.html",
    }
    data = target / "data"
    with (data / "codebook.csv").open(encoding="utf-8") as stream:
        described = {(row["file"], row["column"]) for row in csv.DictReader(stream)}
    for table in data.glob("*.csv"):
        if table.name == "codebook.csv":
            continue
        rows = pd.read_csv(table)
        assert len(rows), table.name
        assert {(table.name, c) for c in rows.columns} <= described, table.name
        assert list(pd.read_parquet(table.with_suffix(".parquet")).columns) == list(rows.columns)
    assert (
        json.loads((data / "debrief.json").read_text(encoding="utf-8"))["branches"][0]["others"]
        == "strategies"
    )
    parts = pd.read_csv(data / "leverage_parts.csv")
    causes = parts[parts.kind == "cause"].groupby("partner").points.sum()
    movers = parts[parts.kind == "mover"].groupby("partner").points.sum()
    assert causes.to_dict() == pytest.approx(movers.to_dict(), abs=1e-3)
    again = negotiation("debrief", log, "--out", target)
    assert again.code == 0


def test_a_folder_of_somebody_else_is_left_alone(negotiation: Command, log: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "novel.txt").write_text("chapter one", encoding="utf-8")
    done = negotiation("debrief", log, "--out", target)
    assert done.code == 2
    assert "holds other files" in done.err
    assert [p.name for p in target.iterdir()] == ["novel.txt"]
    assert negotiation("debrief", log, "--out", target / "novel.txt").code == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["game.jsonl", "mine"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing-here",), "no file or folder"),
        (("{log}", "--language", "de"), "language"),
        (("{log}", "--paper", "a5"), "paper"),
        (("{log}", "--what-if", "4:USA"), "write ROUND:SEAT=MOVE"),
        (("{log}", "--what-if", "40:USA=CC"), "there is no round 40"),
        (("{log}", "--pdf"), "--pdf needs --out"),
        (("{log}", "--scenario", "autumn-2035"), "autumn"),
        (("CDFHJK", "--database", "{tmp}/rooms.db"), "there is no such file"),
    ],
)
def test_what_is_asked_wrongly_is_said_and_left_with_two(
    negotiation: Command, log: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = negotiation("debrief", *(a.format(log=log, tmp=tmp_path) for a in arguments))
    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_a_cut_log_gives_a_report_that_says_so(negotiation: Command, log: Path, tmp_path: Path) -> None:
    text = log.read_text(encoding="utf-8")
    log.write_text(text[: len(text) // 3], encoding="utf-8")
    done = negotiation("debrief", log, "--out", tmp_path / "r.html")
    assert done.code == 0
    assert "cannot be read" in done.out
    assert "Read with care" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_room_is_looked_back_on_by_its_code(negotiation: Command, tmp_path: Path) -> None:
    from negotiation.rooms.store import Store

    database = tmp_path / "rooms.db"
    store = Store.open(database)
    config = {
        "scenario": "steel-autos-partnership",
        "seed": 1,
        "mode": "full",
        "level": "medium",
        "firms": 500,
        "seconds": None,
    }
    opened = {"config": config, "chairs": {}, "host": None}
    news = [("room_opened", opened), *((e.type, e.data) for e in events_of("short"))]
    assert store.create("CDFHJK", scenario="steel-autos-partnership", config=config, news=news, at=1.0)
    store.close()
    done = negotiation("debrief", "cdf hjk", "--database", database, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["about"]["seats"] == {"USA": None, "CAN": None, "MEX": None}
    assert found["nearest"]["USA"]["ranking"][0][0] == "pressure"
    assert sqlite3.connect(database).execute("select count(*) from events").fetchone()[0] == len(news)


@pytest.mark.browser
def test_a_pdf_has_the_story_on_its_first_sheet(
    negotiation: Command, log: Path, tmp_path: Path, browser: str
) -> None:
    done = negotiation("debrief", log, "--out", tmp_path / "r.html", "--pdf")
    assert done.code == 0, done.err
    content = (tmp_path / "r.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert (
        3
        <= content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") + content.count(b"/Type/Page/")
        <= 9
    )


def test_without_a_browser_the_way_by_hand_is_told(
    negotiation: Command, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEGOTIATION_BROWSER", "no-such-browser")
    done = negotiation("debrief", log, "--out", tmp_path / "r.html", "--pdf")
    assert done.code == 1
    assert "print it to PDF" in done.err
    assert (tmp_path / "r.html").is_file(), "the report itself is written"
