"""Published figures: all there, explained in three languages, and stored results that still come out."""

from __future__ import annotations

import json

import numpy as np
import pytest

from negotiation.economy import solve
from negotiation.errors import UnknownName
from negotiation.lab.validation import CHEAP, figures, published_comparison, results_document, stale
from negotiation.lab.validation_shocks import economy_for, goods_of, nash
from ui.cli import main


def test_every_published_figure_has_a_stored_row() -> None:
    rows = published_comparison()
    assert [row.id for row in rows] == [figure["id"] for figure in figures()]
    for row in rows:
        assert set(row.title) == set(row.why) == {"en", "es", "fr"}
        assert row.source
        assert row.low <= row.model <= row.high
        assert row.gap == pytest.approx(row.model - row.published, abs=1e-3)
    assert {row.id for row in rows} >= {"mexico_all", "us_nash_tariff", "canada_2025", "ends_annual"}


def test_stored_results_still_come_out() -> None:
    assert stale() == [], "run: negotiation validate --write configs/validation_results.json"


def test_a_result_that_moved_is_noticed(monkeypatch) -> None:
    from negotiation.lab import validation

    moved = {"bystander": dict.fromkeys(published_comparison(["bystander"])[0].worked_out, 9.9)}
    monkeypatch.setattr(validation, "results", lambda: moved)
    assert any("bystander" in sentence and "9.9" in sentence for sentence in stale(["bystander"]))
    assert any("not stored" in sentence for sentence in stale(["canada_autos"]))


def test_a_figure_nobody_published_is_refused() -> None:
    with pytest.raises(UnknownName, match="mexico_all"):
        published_comparison(["mexico_al"])


def test_what_came_out_at_the_design_comes_out_again() -> None:
    rows = {row.id: row for row in published_comparison(["bystander", "unanswered_10"], fresh=True)}
    assert rows["bystander"].model == pytest.approx(0.0645, abs=2e-3)
    assert rows["bystander"].low > 0
    assert rows["unanswered_10"].low > 0


def test_nash_tariffs_are_best_replies() -> None:
    rates, income = nash("economy_2023", "uniform_5", True)
    economy = economy_for("economy_2023", "uniform_5", "pre_2025")
    goods, regions = goods_of(economy), range(len(economy.regions))

    def war(changed: np.ndarray) -> np.ndarray:
        level = np.array(economy.tariff, copy=True)
        for n in regions:
            for i in regions:
                if n != i:
                    level[n, i, goods] = changed[n]
        return solve(economy, tariff=level, tolerance=1e-10).real_income_hat

    assert np.allclose(100 * (war(rates) - 1), income, atol=1e-5)
    for n in regions:
        for step in (-0.02, 0.02):
            other = rates.copy()
            other[n] += step
            assert war(other)[n] < war(rates)[n] + 1e-9


def test_the_command_prints_one_document_and_a_page(capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(["validate", "--stored", "--json"])
    assert not left.value.code
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(figures())
    with pytest.raises(SystemExit):
        main(["validate", *CHEAP[:2], "--workers", "1"])
    page = capsys.readouterr().out
    assert "KITE" in page
    assert "full employment" in page


def test_the_results_file_is_what_the_command_writes() -> None:
    text = results_document(published_comparison())
    stored = json.loads(text)["values"]
    assert set(stored) == {figure["id"] for figure in figures()}
